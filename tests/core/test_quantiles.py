"""Quantiles and probabilities against numpy and by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from eastbound.core import quantiles as core
from eastbound.core.quantiles import probability, quantiles

draws = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 40)), elements=st.floats(-1e6, 1e6))
levels = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@given(draws, levels)
def test_equals_numpy(array, levels):
    expected = np.moveaxis(np.quantile(array, levels, axis=-1), 0, -1)
    np.testing.assert_allclose(quantiles(array, levels), expected, rtol=1e-12, atol=1e-9)


@given(draws, levels)
def test_rises_with_the_level(array, levels):
    assert (np.diff(quantiles(array, sorted(levels)), axis=-1) >= -1e-9).all()


def test_rows_are_sorted_in_parts_with_the_same_result(monkeypatch):
    table = np.random.default_rng(1).standard_normal((2, 5, 40))
    whole = quantiles(table, [0.1, 0.5])
    monkeypatch.setattr(core, "_SORTED", 80)
    np.testing.assert_array_equal(quantiles(table, [0.1, 0.5]), whole)


def test_undefined_draws_are_left_out():
    out = quantiles(np.array([[np.nan, 1.0, np.nan, 3.0], [np.nan] * 4]), [0.0, 0.5, 1.0])
    np.testing.assert_array_equal(out[0], [1.0, 2.0, 3.0])
    assert np.isnan(out[1]).all()


def test_probability_by_hand():
    # 3 of 12: p = .25; smoothed 5/16, error sqrt(5/16 * 11/16 / 16)
    p, error = probability(np.array([True] * 3 + [False] * 9))
    assert p == 0.25
    np.testing.assert_allclose(error, np.sqrt(5 / 16 * 11 / 16 / 16))


def test_error_is_never_zero():
    assert probability(np.zeros(100, dtype=bool))[1] > 0
