"""Intervals of a random walk with drift: what plugging in estimates costs, and the exact cure (METHODS V22, 3.3)."""

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import norm
from scipy.stats import t as student

from eastbound.univariate.drift import drift_posterior, walk_forecast

NO_PRIOR = {"mean": 0.0, "sd": np.inf}


def forecast(changes, horizon):
    """Location, exact scale and plug-in scale of the walk at one horizon, without a prior."""
    volatility = float(np.std(changes, ddof=1))
    drift, drift_sd = drift_posterior(changes, np.ones_like(changes), volatility=volatility, **NO_PRIOR)
    location, scale = walk_forecast(0.0, horizon, drift=drift, drift_sd=drift_sd, volatility=volatility)
    return location[-1], scale[-1], volatility * np.sqrt(horizon)


@pytest.mark.parametrize(
    ("changes", "horizon", "published"),
    [
        (4, 1, 76),
        (4, 5, 65),
        (4, 10, 56),
        (10, 1, 85),
        (10, 5, 79),
        (10, 10, 73),
        (25, 1, 88),
        (25, 5, 85),
        (25, 10, 82),
    ],
)
def test_true_coverage_of_a_plug_in_90_percent_interval(changes, horizon, published):
    # The error over our scale is t(n - 1), so the plug-in half width z s sqrt(h) covers 2 F(z sqrt(h) s / scale) - 1.
    # Published in whole percent; half a point of rounding.
    sample = np.random.default_rng(0).standard_normal(changes)
    _, scale, plug_in = forecast(sample, horizon)
    assert scale / plug_in == pytest.approx(np.sqrt(1 + horizon / changes), rel=1e-12)
    covered = 2 * student.cdf(norm.ppf(0.95) * plug_in / scale, changes - 1) - 1
    assert 100 * covered == pytest.approx(published, abs=0.5)


def test_exact_interval_covers_what_it_states():
    # 4000 simulated walks of 10 changes, 5 steps ahead: our interval at its stated 90 %, the plug-in one at 79 %.
    # Standard error of a coverage .0047 and .0065: four of them.
    rng = np.random.default_rng(7)
    walks = rng.standard_normal((4000, 15)) + 0.3
    found = np.array([forecast(walk[:10], 5) for walk in walks])
    error = np.abs(walks[:, 10:].sum(axis=1) - found[:, 0])
    assert np.mean(error < student.ppf(0.95, 9) * found[:, 1]) == pytest.approx(0.90, abs=0.019)
    assert np.mean(error < norm.ppf(0.95) * found[:, 2]) == pytest.approx(0.79, abs=0.026)


@pytest.mark.parametrize(
    ("damping", "drift", "median", "above_80", "above_90"),
    [(1.0, True, 87, 0.68, 0.38), (0.9, True, 81, 0.53, 0.19), (1.0, False, 70, 0.21, 0.04)],
)
def test_share_of_china_under_three_views_of_its_drift(damping, drift, median, above_80, above_90):
    # METHODS 2.2: 53 % in 2018, 70 % in 2025, sd .2 a year in log-odds, t(6), to 2035. Printed to whole percent and
    # two decimals. Without drift the uncertainty about it goes too.
    slope, slope_sd = ((logit(0.7) - logit(0.53)) / 7, 0.2 / np.sqrt(7)) if drift else (0.0, 0.0)
    location, scale = walk_forecast(logit(0.7), 10, drift=slope, drift_sd=slope_sd, volatility=0.2, damping=damping)
    beyond = student.sf((logit(np.array([0.8, 0.9])) - location[-1]) / scale[-1], 6)
    assert 100 * expit(location[-1]) == pytest.approx(median, abs=0.5)
    np.testing.assert_allclose(beyond, [above_80, above_90], atol=0.0051)
