"""Scores and tests whose value has a closed form or stands in print."""

import numpy as np
import pytest
from scipy.stats import norm

from eastbound.core.quantiles import quantiles
from eastbound.core.verification.calibration import coverage
from eastbound.core.verification.comparison import hln_factor
from eastbound.core.verification.scoring import crps, weighted_interval_score


def normals(count):
    """Standard normal draws without chance: mid-points of equal probability."""
    return norm.ppf((np.arange(count) + 0.5) / count)


# V12 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statistic", "published", "origins", "horizon"),
    [
        (-1.34, -1.32, 36, 1),
        (-2.89, -2.38, 31, 6),
        (1.80, 1.48, 31, 6),
        (-1.73, -0.93, 25, 12),
        (2.78, 1.50, 25, 12),
        (-3.03, -1.64, 25, 12),
    ],
)
def test_small_sample_factor_of_harvey_leybourne_newbold(statistic, published, origins, horizon):
    # Journal of Transportation and Statistics 7(1), table 9: statistic before and after the correction. Both are
    # rounded to .005, and the numbers of origins are inferred (METHODS V12), hence .01.
    assert statistic * hln_factor(origins, horizon) == pytest.approx(published, abs=0.01)


# V17 -------------------------------------------------------------------------------------------------------------


def test_crps_of_the_standard_normal_at_its_centre():
    # 2 phi(0) - 1 / sqrt(pi) = .2336950 (Gneiting and Raftery 2007).
    # The ensemble form with n equally likely points is off by about 1 / n; 1e-3 at 4096 is four times that.
    assert crps(normals(4096), 0.0) == pytest.approx(0.2336950, abs=1e-3)


def test_the_weighted_interval_score_approaches_the_crps():
    # With 999 levels the score is a Riemann sum of the CRPS integral, step 1e-3; closed form of Gneiting and Raftery.
    levels, y = np.arange(1, 1000) / 1000, 0.7
    closed = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi)
    assert weighted_interval_score(norm.ppf(levels), y, levels=levels).total == pytest.approx(closed, abs=1e-3)


# V28 -------------------------------------------------------------------------------------------------------------


def test_value_at_risk_and_expected_shortfall_of_the_standard_normal():
    # VaR 99 % = 2.326348 and ES 97.5 % = 2.337803 (Basel's pair). A million mid-points: the quantile is exact to the
    # spacing 4e-5, the tail mean loses phi(4.9) beyond the last point, below 1e-4.
    draws = normals(1_000_000)
    value, start = quantiles(draws[None], [0.99, 0.975])[0]
    assert value == pytest.approx(2.326348, abs=5e-5)
    assert draws[draws > start].mean() == pytest.approx(2.337803, abs=1e-4)


# METHODS 3.1 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "outcomes", "low", "high"), [(8, 10, 0.44, 0.98), (10, 12, 0.52, 0.98), (40, 50, 0.66, 0.90)]
)
def test_clopper_pearson_ranges(hits, outcomes, low, high):
    # Ranges printed in METHODS 3.1 to two decimals, one of them rounded outward (.975), hence .0055.
    found = coverage(np.arange(outcomes) < hits)
    assert (found.low, found.high) == (pytest.approx(low, abs=0.0055), pytest.approx(high, abs=0.0055))
