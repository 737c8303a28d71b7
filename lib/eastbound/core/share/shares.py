"""A share as the log ratio of two flows, its interval readings and its reference class.

With C the flow of one partner and R that of all others, theta = log C - log R
is the logit of the share C / (C + R): the share stays between 0 and 1 and
whatever moves either flow moves theta by the same amount (METHODS 2.2).
Shares are fractions here; percent is for the borders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_ndtr

from eastbound.errors import ModelError
from eastbound.typing import Floats, Ints


def log_ratio(share: Floats | float) -> Floats:
    """Return log C - log R of a share, its logit.

    Parameters
    ----------
    share : array or float
        Fraction in (0, 1).

    Examples
    --------
    >>> float(log_ratio(0.5)), round(float(log_ratio(0.8)), 4)
    (0.0, 1.3863)
    """
    values = np.asarray(share, dtype=np.float64)
    return np.asarray(np.log(values) - np.log1p(-values))


def share_of(theta: Floats | float) -> Floats:
    """Return the share of a log ratio of flows.

    Parameters
    ----------
    theta : array or float
        log C - log R.

    Examples
    --------
    >>> float(share_of(0.0)), round(float(share_of(np.log(4.0))), 12)
    (0.5, 0.8)
    """
    return np.asarray(expit(theta), dtype=np.float64)


def log_interval(theta: Floats, sd: Floats | float, *, low: Floats, high: Floats) -> Floats:
    """Return the log probability that a noisy reading falls into an interval.

    Parameters
    ----------
    theta : array
        The true value.
    sd : array or float
        Standard deviation of the reading's error.
    low, high : array
        Ends of what was said; minus or plus infinity where a statement is open.

    Returns
    -------
    array
        log(Phi((high - theta) / sd) - Phi((low - theta) / sd)), exact far in
        the tails: the likelihood of a censored or rounded figure.

    Examples
    --------
    >>> found = log_interval(np.zeros(1), 1.0, low=np.array([-1.96]), high=np.array([1.96]))
    >>> round(float(np.exp(found)[0]), 3)
    0.95
    """
    below, above = (low - theta) / sd, (high - theta) / sd
    # Phi(b) - Phi(a) loses its digits where both are near 1, so look at it from the other side there.
    flip = below + above > 0
    lower, upper = np.where(flip, -above, below), np.where(flip, -below, above)
    top = log_ndtr(upper)
    return np.asarray(top + np.log1p(-np.exp(np.minimum(log_ndtr(lower) - top, -1e-15))), dtype=np.float64)


def damped_sum(years: Floats, damping: float) -> Floats:
    """Return how far a drift of 1 a year has carried after some years, when it fades.

    Parameters
    ----------
    years : array
        Time since the drift began to fade, in years.
    damping : float
        Share of the drift that is left after one year, in (0, 1]; 1 is no damping.

    Returns
    -------
    array
        The integral of ``damping ** u`` from 0 to ``years``.

    Examples
    --------
    >>> damped_sum(np.array([0.0, 10.0]), 1.0).tolist(), round(float(damped_sum(np.array([10.0]), 0.9)[0]), 2)
    ([0.0, 10.0], 6.18)
    """
    if damping == 1.0:
        return years
    rate = np.log(damping)
    return np.asarray(np.expm1(rate * years) / rate, dtype=np.float64)


@dataclass(frozen=True)
class ReferenceClass:
    """Drift and volatility of the shares of comparable partners, in log ratio.

    Parameters
    ----------
    drift, drift_sd : float
        Mean of the long-run drift per year and its standard deviation between
        cases, the yearly noise taken out.
    volatility : float
        Robust scale of yearly changes.
    cases, pairs : int
        Separate windows, and country pairs they come from.
    changes : (float, float)
        Lowest and highest change of the log ratio over a window.
    """

    drift: float
    drift_sd: float
    volatility: float
    cases: int
    pairs: int
    changes: tuple[float, float]


def reference_class(
    pairs: Ints, years: Ints, shares: Floats, *, band: tuple[float, float], horizon: tuple[int, int]
) -> ReferenceClass:
    """Measure drift and volatility of partner shares that start inside a band.

    Parameters
    ----------
    pairs : array, shape (row,)
        Number of the country pair.
    years : array, shape (row,)
    shares : array, shape (row,)
        Fractions in (0, 1), one a pair and year.
    band : (float, float)
        A window starts where the share lies inside, as fractions.
    horizon : (int, int)
        Shortest and longest window in years; each start takes the longest one
        there is, and the next window of the pair begins where it ends.

    Returns
    -------
    ReferenceClass

    Raises
    ------
    ModelError
        If fewer than five windows exist.

    Notes
    -----
    The spread of H-year drifts contains noise of variance volatility^2 / H;
    it is taken out, so that adding yearly noise later counts it once. The
    uncertainty of the mean (by number of pairs, since windows of one pair are
    alike) is added. METHODS 2.2.

    Examples
    --------
    >>> years = np.tile(np.arange(2000, 2011), 6)
    >>> pairs = np.repeat(np.arange(6), 11)
    >>> shares = share_of(0.8 + (0.02 + 0.01 * pairs) * (years - 2000))
    >>> found = reference_class(pairs, years, shares, band=(0.6, 0.75), horizon=(5, 10))
    >>> round(found.drift, 3), found.cases, found.pairs
    (0.045, 6, 6)
    """
    thetas = {(int(p), int(y)): float(t) for p, y, t in zip(pairs, years, log_ratio(shares), strict=True)}
    low, high = (float(edge) for edge in log_ratio(np.array(band)))
    starts = sorted(key for key, theta in thetas.items() if low <= theta <= high)
    steps = np.array([thetas[p, y + 1] - thetas[p, y] for p, y in starts if (p, y + 1) in thetas])
    windows = _windows(thetas, starts, horizon)
    if len(windows) < 5 or steps.size < 5:
        message = (
            f"only {len(windows)} analogue windows start in {band[0]:.0%}-{band[1]:.0%}; a reference class needs "
            "at least five. Widen the band or shorten the windows, or add analogues."
        )
        raise ModelError(message)
    drifts = np.array([drift for _, _, drift in windows])
    lengths = np.array([length for _, length, _ in windows])
    volatility = float(1.4826 * np.median(np.abs(steps - np.median(steps))))
    between = float(np.var(drifts, ddof=1) - volatility**2 * np.mean(1.0 / lengths))
    members = len({pair for pair, _, _ in windows})
    spread = np.sqrt(max(between, 0.0) + np.var(drifts, ddof=1) / members)
    changes = drifts * lengths
    widest = (float(changes.min()), float(changes.max()))
    return ReferenceClass(float(drifts.mean()), float(spread), volatility, len(windows), members, widest)


def _windows(
    thetas: dict[tuple[int, int], float], starts: list[tuple[int, int]], horizon: tuple[int, int]
) -> list[tuple[int, int, float]]:
    """Return (pair, length, drift per year) of windows that do not overlap within a pair."""
    result: list[tuple[int, int, float]] = []
    free_from: dict[int, int] = {}
    for pair, year in starts:
        lengths = [h for h in range(horizon[1], horizon[0] - 1, -1) if (pair, year + h) in thetas]
        if year < free_from.get(pair, year) or not lengths:
            continue
        drift = (thetas[pair, year + lengths[0]] - thetas[pair, year]) / lengths[0]
        result.append((pair, lengths[0], drift))
        free_from[pair] = year + lengths[0]
    return result
