"""Calibration: coverage, probability integral transforms and rank histograms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eastbound.errors import InputError
from eastbound.typing import Bools, Floats, Ints


class Coverage(NamedTuple):
    """Share of outcomes inside an interval, and the confidence interval of the true share.

    Parameters
    ----------
    share, low, high : float
        In [0, 1]; the range is the Clopper-Pearson one.
    outcomes : int
        How many there were.
    """

    share: float
    low: float
    high: float
    outcomes: int


class Histogram(NamedTuple):
    """A rank histogram with the band of a calibrated forecast.

    Parameters
    ----------
    counts : int array, shape (bin,)
    low, high : int
        95 % binomial band of one bin's count when the forecast is calibrated.
    statistic : float
        Pearson's chi-square against equal counts.
    p_value : float
        Of the statistic for independent outcomes; overlapping forecasts are not independent.
    """

    counts: Ints
    low: int
    high: int
    statistic: float
    p_value: float


def coverage(inside: Bools, *, mass: float = 0.95) -> Coverage:
    """Return how many outcomes fell inside and the Clopper-Pearson range of the true share.

    Parameters
    ----------
    inside : bool array, shape (n,)
    mass : float
        Confidence of the range, in (0, 1).

    Returns
    -------
    Coverage

    Raises
    ------
    InputError
        If there is no outcome.

    References
    ----------
    METHODS 3.1; Clopper and Pearson (1934), doi 10.1093/biomet/26.4.404.

    Examples
    --------
    >>> result = coverage(np.array([True] * 8 + [False] * 2))
    >>> result.share, round(result.low, 2), round(result.high, 2)
    (0.8, 0.44, 0.97)
    """
    from scipy.stats import beta  # here, because it takes longer to import than to use

    count, hits = int(np.size(inside)), int(np.sum(inside))
    if not count:
        message = "coverage of no outcomes is undefined; score at least one forecast whose outcome is known."
        raise InputError(message)
    tail = (1.0 - mass) / 2.0
    low = float(beta.ppf(tail, hits, count - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1.0 - tail, hits + 1, count - hits)) if hits < count else 1.0
    return Coverage(hits / count, low, high, count)


def pit(draws: Floats, observed: Floats | float, *, rng: np.random.Generator) -> Floats:
    """Return the randomised probability integral transform of an outcome among draws.

    Parameters
    ----------
    draws : array, shape (..., draw)
    observed : array, shape (...)
    rng : numpy.random.Generator
        Breaks ties, and the gap between neighbouring draws, evenly.

    Returns
    -------
    array, shape (...)
        In [0, 1]; exactly uniform when the outcome is one more draw of the same distribution.

    References
    ----------
    METHODS 3.1; Czado, Gneiting and Held (2009), doi 10.1111/j.1541-0420.2009.01191.x.

    Examples
    --------
    >>> value = float(pit(np.array([1.0, 2.0, 3.0]), 2.5, rng=np.random.default_rng(0)))
    >>> 2 / 4 <= value <= 3 / 4
    True
    """
    outcome = np.asarray(observed)[..., None]
    below = np.sum(draws < outcome, axis=-1)
    ties = np.sum(draws == outcome, axis=-1)
    return np.asarray((below + rng.random(np.shape(below)) * (ties + 1)) / (draws.shape[-1] + 1), dtype=np.float64)


def rank_histogram(values: Floats, *, bins: int = 10) -> Histogram:
    """Count probability integral transforms by bin and test whether they are uniform.

    Parameters
    ----------
    values : array, shape (n,)
        From `pit`, in [0, 1].
    bins : int
        Number of equal bins; the test wants at least five outcomes in each.

    Returns
    -------
    Histogram

    Raises
    ------
    InputError
        If a value is no probability.

    References
    ----------
    METHODS 3.1; Talts, Betancourt, Simpson, Vehtari and Gelman (2018), arXiv 1804.06788.

    Examples
    --------
    >>> result = rank_histogram(np.array([0.1, 0.2, 0.3, 0.9]), bins=2)
    >>> result.counts, result.statistic  # (3 - 2)^2 / 2 + (1 - 2)^2 / 2
    (array([3, 1]), 1.0)
    """
    from scipy.stats import binom, chi2  # here, because it takes longer to import than to use

    flat = np.ravel(values)
    if not flat.size or not bool(((flat >= 0.0) & (flat <= 1.0)).all()):
        message = "a rank histogram needs values between 0 and 1 and at least one; give it what `pit` returns."
        raise InputError(message)
    counts = np.bincount(np.minimum((flat * bins).astype(np.int64), bins - 1), minlength=bins)
    expected = flat.size / bins
    statistic = float(np.sum((counts - expected) ** 2) / expected)
    low, high = binom.ppf([0.025, 0.975], flat.size, 1.0 / bins)
    return Histogram(counts, int(low), int(high), statistic, float(chi2.sf(statistic, bins - 1)))
