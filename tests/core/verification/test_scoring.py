"""Scores by pencil first, then against the slow definitions and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from eastbound.constants import QUANTILES
from eastbound.core.verification.scoring import (
    crps,
    weighted_interval_score,
)
from eastbound.errors import InputError

values = st.floats(-1e3, 1e3)
draws = arrays(np.float64, st.integers(1, 30), elements=values)


def interval_score(low, high, *, observed, mass):
    """Width plus 2 / alpha for each unit outside (Gneiting and Raftery 2007)."""
    return high - low + 2 / (1 - mass) * max(low - observed, observed - high, 0)


def slow_crps(sample, y):
    """E|X - y| - E|X - X'| / 2 over all pairs."""
    return np.mean(np.abs(sample - y)) - np.mean(np.abs(sample[:, None] - sample)) / 2


def test_crps_by_hand():
    # one draw: the absolute error; draws 0 and 4 with outcome 1: (1 + 3) / 2 - (0 + 4 + 4 + 0) / 8 = 1
    assert crps(np.array([3.0]), 1.0) == 2.0
    assert crps(np.array([4.0, 0.0]), 1.0) == 1.0


def test_crps_keeps_leading_axes():
    table = np.array([[[4.0, 0.0], [3.0, 3.0]]])  # (1, 2, draw)
    np.testing.assert_array_equal(crps(table, np.array([[1.0, 1.0]])), [[1.0, 2.0]])


@given(draws, values)
def test_crps_equals_the_double_sum(sample, y):
    assert crps(sample, y) == pytest.approx(slow_crps(sample, y), abs=1e-8)


@given(draws, values, st.floats(0.1, 10), values)
def test_crps_scales_with_the_unit_and_ignores_a_shift(sample, y, factor, shift):
    assert crps(factor * sample + shift, factor * y + shift) == pytest.approx(factor * crps(sample, y), abs=1e-7)


@given(draws, values, st.randoms(use_true_random=False))
def test_crps_ignores_the_order_of_draws(sample, y, random):
    shuffled = sample.copy()
    random.shuffle(shuffled)
    assert crps(shuffled, y) == pytest.approx(crps(sample, y), abs=1e-9)


def test_the_true_normal_scores_best_on_average():
    outcomes = np.random.default_rng(3).standard_normal(1000)
    draws = norm.ppf((np.arange(500) + 0.5) / 500)
    right = crps(draws[None], outcomes).mean()
    for mean, sd in ((0.3, 1.0), (0.0, 0.7), (0.0, 1.4)):
        assert crps(mean + sd * draws[None], outcomes).mean() > right


@given(arrays(np.float64, len(QUANTILES), elements=values), values)
def test_parts_of_the_weighted_interval_score_add_up(table, y):
    table = np.sort(table)
    score = weighted_interval_score(table, y, levels=QUANTILES)
    assert min(score) >= 0
    assert score.sharpness + score.under + score.over == pytest.approx(score.total, abs=1e-9)
    # with symmetric levels the score is the mean of twice the pinball losses
    pinball = 2 * np.maximum(np.array(QUANTILES) * (y - table), (np.array(QUANTILES) - 1) * (y - table))
    assert score.total == pytest.approx(pinball.mean(), rel=1e-9, abs=1e-9)


def test_weighted_interval_score_is_the_weighted_mean_of_interval_scores():
    # The definition of Bracher et al. (2021): (|y - m| / 2 + sum alpha_k / 2 IS_k) / (K + 1/2)
    levels, table, y = [0.1, 0.25, 0.5, 0.75, 0.9], np.array([1.0, 2.0, 3.0, 5.0, 8.0]), 9.5
    parts = [(0.2, 1.0, 8.0), (0.5, 2.0, 5.0)]
    total = abs(y - 3.0) / 2
    total += sum(a / 2 * float(interval_score(low, high, observed=y, mass=1 - a)) for a, low, high in parts)
    found = weighted_interval_score(table, y, levels=levels)
    assert found.total == pytest.approx(total / 2.5)
    assert found.over == 0
    assert found.under > 0


def test_too_low_and_too_high_have_names_of_their_own():
    table = np.array([1.0, 2.0, 3.0])
    low, high = (weighted_interval_score(table, y, levels=[0.1, 0.5, 0.9]) for y in (10.0, -10.0))
    assert low.under > 0 == low.over
    assert high.over > 0 == high.under


@pytest.mark.parametrize("levels", [[0.1, 0.9], [0.1, 0.5, 0.8], [0.9, 0.5, 0.1], [0.0, 0.5, 1.0], []])
def test_levels_that_do_not_pair_are_refused(levels):
    with pytest.raises(InputError, match="rising levels"):
        weighted_interval_score(np.zeros(len(levels)), 0.0, levels=levels)
