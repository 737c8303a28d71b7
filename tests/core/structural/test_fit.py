"""The structural engine against closed forms, a second program, published numbers and its own simulations."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from statsmodels.datasets import nile
from statsmodels.tsa.statespace.structural import UnobservedComponents
from structural_prior import plain_prior

from eastbound.core.structural.fit import PARAMETERS, fit
from eastbound.core.structural.observations import Sums, build, linearize, log_likelihood, update

NONE = np.empty(0, np.int64)
OFF = -20.0  # log standard deviation of a part that is switched off


def fixed(**values):
    """Parameters in order; what is not named is switched off."""
    given_ = {"level": OFF, "season": OFF, "irregular": OFF, "drift": OFF, "damping": 1.9, "regime": 0.0, **values}
    return np.array([given_[name] for name in PARAMETERS])


def quiet(months, level=(0.0, 1e3)):
    return replace(plain_prior(months), drift=(0.0, 1e-9), season=1e-6, level=level)


def singles(values, error=1e-6):
    n = np.arange(len(values))
    return Sums(n, n, np.asarray(values, float), np.full(len(n), error), np.zeros(len(n), bool))


def test_between_two_known_months_lies_a_brownian_bridge():
    # METHODS V21: from 1.5 to 4 in ten steps of variance 1, a straight line with variance 2.5 midway
    spec = quiet(11)
    ends = np.array([0, 10])
    sums = Sums(ends, ends, np.exp([1.5, 4.0]), np.full(2, 1e-6), np.zeros(2, bool))
    system = build(spec, sums, NONE)
    mean, sd, _ = update(system, linearize(system, sums, np.linspace(1.5, 4.0, 11)), fixed(level=0.0))
    np.testing.assert_allclose(mean[:11], np.linspace(1.5, 4.0, 11), atol=1e-4)
    np.testing.assert_allclose(sd[:11] ** 2, np.arange(11) * (10 - np.arange(11)) / 10, atol=1e-4)


@pytest.fixture(scope="module")
def river():
    """Nile flow in hundreds, entered as the log of a flow, so that it is a local level model of the flow itself."""
    values = nile.load_pandas().data["volume"].to_numpy() / 100.0
    sums = singles(np.exp(values))
    system = build(quiet(len(values)), sums, NONE)
    return values, system, linearize(system, sums, values)


def test_nile_likelihood_and_smoothed_level_equal_statsmodels(river):
    values, system, seen = river
    other = UnobservedComponents(values, "llevel")
    other.ssm.initialize_known(np.zeros(1), np.full((1, 1), 1e6))
    other.ssm.loglikelihood_burn = 0
    gaps = []
    for irregular, level in ((1.5099, 0.14691), (0.8, 0.5), (2.5, 0.05)):
        theta = fixed(level=0.5 * np.log(level), irregular=0.5 * np.log(irregular))
        gaps.append(log_likelihood(seen, theta) - other.loglike([irregular, level]))
        # seen without irregular: the level row equals the smoothed level of the last year
        mean = update(system, seen, theta)[0]
        smoothed = other.smooth([irregular, level]).smoothed_state[0]
        assert mean[system.rows["level"]][0] == pytest.approx(smoothed[-1], abs=1e-4)
    # our likelihood leaves out n/2 log 2π
    np.testing.assert_allclose(gaps, 50.0 * np.log(2.0 * np.pi), atol=1e-3)


def test_nile_maximum_is_the_published_one(river):
    # Durbin and Koopman: 15099 and 1469.1; METHODS V1: diffuse log likelihood -633.4646.
    # A gradient search with default tolerance stops at 15067 and 1485, so the tolerance here is tight.
    _, _, seen = river
    found = minimize(
        lambda x: -log_likelihood(seen, fixed(level=x[0], irregular=x[1])),
        [0.0, 0.0],
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-10},
    )
    level, irregular = np.exp(2.0 * found.x) * 1e4
    assert irregular == pytest.approx(15099, rel=1e-3)
    assert level == pytest.approx(1469.1, rel=2e-3)
    # units of 100, the left-out constant, and the prior standard deviation of 1e3 hundreds
    diffuse = -found.fun - 50.0 * np.log(2.0 * np.pi) - 100 * np.log(100.0) + np.log(1e3) + np.log(100.0)
    assert diffuse == pytest.approx(-633.4646, abs=0.01)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=3, max_size=6), st.integers(0, 10_000))
def test_the_path_reproduces_every_published_sum(lengths, seed):
    rng = np.random.default_rng(seed)
    ends = np.cumsum(lengths)
    flow = 8.0 * np.exp(np.cumsum(rng.normal(0.0, 0.05, ends[-1])) + rng.normal(0.0, 0.05, ends[-1]))
    first = ends - lengths
    value = np.array([flow[a:b].sum() for a, b in zip(first, ends, strict=True)])
    sums = Sums(first, ends - 1, value, np.full(len(value), 0.001), np.zeros(len(value), bool))
    found = fit(sums, plain_prior(int(ends[-1])), count=16)
    fitted = [np.exp(found.path[a:b]).sum() for a, b in zip(first, ends, strict=True)]
    np.testing.assert_allclose(fitted, value, rtol=0.005)


def test_a_month_inside_a_year_is_known_only_as_far_as_the_year_tells():
    year = Sums(np.array([0]), np.array([11]), np.array([120.0]), np.array([0.001]), np.zeros(1, bool))
    one = Sums(np.array([0, 5]), np.array([11, 5]), np.array([120.0, 15.0]), np.full(2, 0.001), np.zeros(2, bool))
    without, with_june = (fit(sums, plain_prior(12), keep=np.arange(12), count=32) for sums in (year, one))
    assert without.path_sd[5] > 20 * with_june.path_sd[5]
    assert np.exp(with_june.path[5]) == pytest.approx(15.0, rel=0.002)
    # the kept months carry the constraint: their weighted sum is known far better than any of them
    share = np.exp(without.path) / np.exp(without.path).sum()
    kept = without.rows["kept"]
    spread = np.sqrt(np.mean([np.sum((share @ root[kept]) ** 2) for root in without.root]))
    assert spread < 0.1 * without.path_sd[5]


def test_first_releases_share_a_bias_that_later_years_reveal():
    # every month is printed 2 % below the quarter that is published later
    flow = np.full(36, 10.0)
    n, quarter = np.arange(36), np.arange(0, 36, 3)
    sums = Sums(
        np.concatenate([n, quarter]),
        np.concatenate([n, quarter + 2]),
        np.concatenate([0.98 * flow, np.full(12, 30.0)]),
        np.full(48, 0.002),
        np.arange(48) < 36,
    )
    found = fit(sums, replace(plain_prior(36), early=(0.0, 0.02)), count=32)
    bias = found.weights @ found.mean[:, found.rows["early"]][:, 0]
    assert bias == pytest.approx(-np.log(0.98), abs=0.002)
    np.testing.assert_allclose(np.exp(found.path), 10.0, rtol=0.003)


def test_a_dated_step_is_a_coefficient_and_not_drift():
    n = np.arange(60)
    flow = 10.0 * np.where(n < 40, 1.0, np.e**0.3) * np.exp(0.02 * np.sin(n * 1.7))
    step = dict(regressors=(n >= 40).astype(float)[:, None], coefficients=np.array([[0.2, 0.2]]))
    found = fit(singles(flow, 0.003), replace(plain_prior(60), **step), count=32)
    step_size = found.weights @ found.mean[:, found.rows["coefficients"]][:, 0]
    assert step_size == pytest.approx(0.3, abs=0.04)
    assert abs(12 * (found.weights @ found.mean[:, found.rows["trend"]][:, 0])) < 0.03


def test_a_seasonal_pattern_is_found_and_carried_to_the_right_months():
    n = np.arange(60)
    flow = 10.0 * np.where(n % 12 == 1, 0.8, 1.0)
    found = fit(singles(flow[:55], 0.003), plain_prior(55), count=32)  # the next month is position 55, an August
    season = found.weights @ found.mean[:, found.rows["season"]]
    assert np.argmin(season) == (61 - 55) % 12  # position 61 is the next February
    assert season.min() - np.median(season) == pytest.approx(np.log(0.8), abs=0.03)


def test_the_same_figures_give_the_same_posterior_to_the_last_bit():
    flow = singles(np.linspace(5.0, 9.0, 30), 0.01)
    a, b = (fit(flow, plain_prior(30), count=32) for _ in range(2))
    assert np.array_equal(a.root, b.root)
    assert np.array_equal(a.weights, b.weights)


def test_both_modes_find_the_same_posterior():
    """Chains have 1000 effective draws: tolerances of 0.15 sd are four standard errors and more.

    A prior twice as wide for one mode, or log scales without their Jacobian (a shift by one variance,
    0.25 to 0.5 here against sds of 0.5 to 0.7), would show.
    """
    rng = np.random.default_rng(4)
    flow = singles(np.exp(2.0 + np.cumsum(rng.normal(0.01, 0.04, 30)) + rng.normal(0.0, 0.02, 30)), 0.003)
    fast, full = fit(flow, plain_prior(30), count=4096), fit(flow, plain_prior(30), count=512, full=True)
    assert (fast.method, full.method) == ("importance", "metropolis")
    for name in ("level", "season", "irregular", "drift"):
        (a, sd), (b, other) = (moments(np.log(found.values[name]), found.weights) for found in (fast, full))
        assert abs(a - b) < 0.15 * sd, name
        assert other == pytest.approx(sd, rel=0.15), name
    np.testing.assert_allclose(fast.path, full.path, atol=0.1 * fast.path_sd.max())
    np.testing.assert_allclose(fast.path_sd, full.path_sd, rtol=0.1)
    for row in ("level", "trend"):
        (a, sd), (b, other) = (moments(found.mean[:, found.rows[row]][:, 0], found.weights) for found in (fast, full))
        assert abs(a - b) < 0.2 * sd
        assert other == pytest.approx(sd, rel=0.25)


def moments(values, weights):
    mean = weights @ values
    return mean, np.sqrt(weights @ (values - mean) ** 2)
