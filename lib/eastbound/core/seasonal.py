"""Seasonal patterns of short series with gaps."""

from __future__ import annotations

import numpy as np

from eastbound.typing import Floats


def fill_gaps(values: Floats) -> Floats:
    """Return a copy with NaN replaced by straight lines between neighbours.

    Parameters
    ----------
    values : array, shape (n,)
        At least one finite value.

    Returns
    -------
    array, shape (n,)
        Flat before the first and after the last finite value.

    Examples
    --------
    >>> fill_gaps(np.array([np.nan, 1.0, np.nan, 3.0]))
    array([1., 1., 2., 3.])
    """
    known = ~np.isnan(values)
    place = np.arange(len(values))
    return np.interp(place, place[known], values[known])


def seasonal_pattern(values: Floats, period: int) -> Floats:
    """Return additive seasonal effects from deviations around a centred moving average.

    Parameters
    ----------
    values : array, shape (n,)
        At least two periods long, NaN in gaps.
    period : int
        Observations per year.

    Returns
    -------
    array, shape (period,)
        Effects of observations 0, 1, ... of the series; their sum is zero.

    Examples
    --------
    >>> np.round(seasonal_pattern(np.array([9.0, 11, 10, 12, 11, 13, 12, 14]), 2), 2)
    array([-0.75,  0.75])
    """
    window = np.ones(period + 1) / period
    window[[0, -1]] /= 2.0 if period % 2 == 0 else 1.0
    if period % 2:
        window = np.ones(period) / period
    half = len(window) // 2
    trend = np.convolve(fill_gaps(values), window, mode="valid")
    deviation = np.full(len(values), np.nan)
    deviation[half : half + len(trend)] = values[half : half + len(trend)] - trend
    effects = np.zeros(period)
    for k in range(period):
        seen = deviation[k::period]
        seen = seen[~np.isnan(seen)]
        effects[k] = np.median(seen) if len(seen) else 0.0
    effects -= effects.mean()
    return effects
