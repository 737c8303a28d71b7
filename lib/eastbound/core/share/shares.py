"""A share as the log ratio of two flows, its interval readings and its reference class.

With C the flow of one partner and R that of all others, theta = log C - log R
is the logit of the share C / (C + R): the share stays between 0 and 1 and
whatever moves either flow moves theta by the same amount (METHODS 2.2).
Shares are fractions here; percent is for the borders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, log_ndtr

from eastbound.errors import ModelError
from eastbound.typing import Floats, Ints

_FEWEST: Final = 5  # windows that make a class


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
        Ends of the statement; minus or plus infinity where a statement is open.

    Returns
    -------
    array
        log(Phi((high - theta) / sd) - Phi((low - theta) / sd)), exact far in
        the tails: the likelihood of a censored or rounded figure.

    Examples
    --------
    >>> inside = log_interval(np.zeros(1), 1.0, low=np.array([-1.96]), high=np.array([1.96]))
    >>> round(float(np.exp(inside)[0]), 3)
    0.95
    """
    below, above = (low - theta) / sd, (high - theta) / sd
    # Phi(b) - Phi(a) loses its digits where both are near 1, so look at it from the other side there.
    flip = below + above > 0
    lower, upper = np.where(flip, -above, below), np.where(flip, -below, above)
    top = log_ndtr(upper)
    return np.asarray(top + np.log1p(-np.exp(np.minimum(log_ndtr(lower) - top, -1e-15))), dtype=np.float64)


@dataclass(frozen=True)
class ReferenceClass:
    """The widest changes of the shares of comparable partners, in log ratio.

    Parameters
    ----------
    cases, pairs : int
        Separate windows, and country pairs they come from.
    changes : (float, float)
        Lowest and highest change of the log ratio over a window.
    """

    cases: int
    pairs: int
    changes: tuple[float, float]


def reference_class(
    pairs: Ints, years: Ints, shares: Floats, *, band: tuple[float, float], horizon: tuple[int, int]
) -> ReferenceClass:
    """Find the widest changes of partner shares that start inside a band.

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

    Examples
    --------
    >>> years = np.tile(np.arange(2000, 2011), 6)
    >>> pairs = np.repeat(np.arange(6), 11)
    >>> shares = share_of(0.8 + (0.02 + 0.01 * pairs) * (years - 2000))
    >>> cases = reference_class(pairs, years, shares, band=(0.6, 0.75), horizon=(5, 10))
    >>> cases.cases, cases.pairs, round(cases.changes[1], 2)
    (6, 6, 0.7)
    """
    thetas = {(int(p), int(y)): float(t) for p, y, t in zip(pairs, years, log_ratio(shares), strict=True)}
    low, high = (float(edge) for edge in log_ratio(np.array(band)))
    starts = sorted(key for key, theta in thetas.items() if low <= theta <= high)
    windows = _windows(thetas, starts, horizon)
    if len(windows) < _FEWEST:
        message = (
            f"only {len(windows)} analogue windows start in {band[0]:.0%}-{band[1]:.0%}; a reference class needs "
            "at least five. Widen the band or shorten the windows, or add analogues."
        )
        raise ModelError(message)
    changes = [change for _, change in windows]
    return ReferenceClass(len(windows), len({pair for pair, _ in windows}), (min(changes), max(changes)))


def _windows(
    thetas: dict[tuple[int, int], float], starts: list[tuple[int, int]], horizon: tuple[int, int]
) -> list[tuple[int, float]]:
    """Return pair and change of windows that do not overlap within a pair."""
    result: list[tuple[int, float]] = []
    free_from: dict[int, int] = {}
    for pair, year in starts:
        lengths = [h for h in range(horizon[1], horizon[0] - 1, -1) if (pair, year + h) in thetas]
        if year < free_from.get(pair, year) or not lengths:
            continue
        result.append((pair, thetas[pair, year + lengths[0]] - thetas[pair, year]))
        free_from[pair] = year + lengths[0]
    return result
