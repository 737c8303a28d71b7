"""Scaled errors, skill and the comparison of two forecasters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from eastbound.core.verification.comparison import (
    diebold_mariano,
    hln_factor,
    long_run_variance,
    skill,
)
from eastbound.errors import InputError

series = arrays(np.float64, st.integers(2, 40), elements=st.floats(-100, 100))


def test_long_run_variance_by_hand():
    # 1 2 3 4: gaps -1.5 -.5 .5 1.5; variance 5/4, first autocovariance (.75 - .25 + .75) / 4 = 1.25 / 4
    values = np.arange(1.0, 5.0)
    assert long_run_variance(values, 0) == 1.25
    assert long_run_variance(values, 1) == pytest.approx(1.25 + 2 * 0.5 * 1.25 / 4)


@given(series, st.integers(0, 60))
def test_long_run_variance_is_never_negative(values, lags):
    # the reason for Bartlett's weights: the rectangular ones fail here
    assert long_run_variance(values, lags) >= -1e-9


def test_first_step_statistic_is_the_ordinary_t():
    rng = np.random.default_rng(0)
    first, second = rng.random(30), rng.random(30) + 0.2
    gap = first - second
    expected = gap.mean() / (gap.std(ddof=1) / np.sqrt(30))  # factor sqrt((n - 1) / n) turns divisor n into n - 1
    found = diebold_mariano(first, second)
    assert found.statistic == pytest.approx(expected)
    assert found.difference == pytest.approx(gap.mean())
    assert found.statistic < 0
    assert "better" in found.verdict


@given(arrays(np.float64, 25, elements=st.floats(0, 10)), arrays(np.float64, 25, elements=st.floats(0, 10)))
def test_swapping_the_forecasters_swaps_the_sign(first, second):
    one, other = diebold_mariano(first, second, horizon=3), diebold_mariano(second, first, horizon=3)
    assert one.difference == -other.difference
    if one.statistic is not None:
        assert one.statistic == -other.statistic
        assert one.p_value == other.p_value
        assert 0 <= one.p_value <= 1


@pytest.mark.parametrize("horizon", [1, 5])
def test_equal_forecasters_are_rarely_told_apart(horizon):
    # 400 pairs whose losses overlap over `horizon` steps, 40 origins. Nominal 5 %, promised 4 to 11 %; four standard
    # errors of a share of 400 are .04 and .06.
    rng = np.random.default_rng(horizon)
    noise = rng.standard_normal((400, 40 + horizon - 1))
    gaps = np.lib.stride_tricks.sliding_window_view(noise, horizon, axis=1).mean(axis=2)
    rejected = [diebold_mariano(gap, np.zeros(40), horizon=horizon).p_value < 0.05 for gap in gaps]
    assert 0.01 < np.mean(rejected) < 0.125


def test_too_few_origins_are_stated_instead_of_a_p_value():
    found = diebold_mariano(np.zeros(19), np.ones(19))
    assert (found.statistic, found.p_value, found.origins) == (None, None, 19)
    assert found.verdict == "no test: too few origins (19, at least 20 are needed)"
    assert found.difference == -1.0


def test_losses_that_differ_by_a_constant_give_no_test():
    found = diebold_mariano(np.zeros(30), np.full(30, 0.1))
    assert found.p_value is None
    assert "same amount" in found.verdict
    assert diebold_mariano(np.ones(30), np.ones(30)).p_value is None


@pytest.mark.parametrize(
    ("first", "second", "horizon", "expected"),
    [
        (np.zeros(3), np.zeros(4), 1, "do not pair"),
        (np.zeros(0), np.zeros(0), 1, "do not pair"),
        (np.array([1.0, np.nan]), np.zeros(2), 1, "one finite loss"),
        (np.zeros(3), np.zeros(3), 0, "at least 1 step"),
    ],
)
def test_bad_losses_are_refused(first, second, horizon, expected):
    with pytest.raises(InputError, match=expected):
        diebold_mariano(first, second, horizon=horizon)


def test_factor_shrinks_with_the_horizon_and_never_fails():
    factors = [hln_factor(20, h) for h in (1, 2, 6, 10, 19)]
    assert factors == sorted(factors, reverse=True)
    assert factors[0] == pytest.approx(np.sqrt(19 / 20))
    assert hln_factor(20, 21) >= 0.0


def test_skill_by_hand():
    np.testing.assert_allclose(skill(np.array([0.0, 1.0, 3.0]), 2.0), [1.0, 0.5, -0.5])
