"""Seasonal patterns of short series with gaps, and single values that cannot belong to a series."""

from __future__ import annotations

import numpy as np

from eastbound.typing import Bools, Floats

ABSURD = 15.0  # robust sd of a change; no value of the 472 development series is that far from its neighbours


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
        Observations per year, an even number.

    Returns
    -------
    array, shape (period,)
        Effects of observations 0, 1, ... of the series; their sum is zero.

    Examples
    --------
    >>> np.round(seasonal_pattern(np.array([9.0, 11, 10, 12, 11, 13, 12, 14]), 2), 2)
    array([-0.75,  0.75])
    """
    window = np.full(period + 1, 1.0 / period)
    window[[0, -1]] /= 2.0
    half = period // 2
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


def absurd_values(values: Floats) -> Bools:
    """Mark single values that stand absurdly far from both neighbours on the same side.

    A lasting shift is not marked, nor is the last value: it may be the first of a shift.

    Parameters
    ----------
    values : array, shape (n,)
        NaN in gaps.

    Returns
    -------
    array of bool, shape (n,)
        True where a value should count as missing.

    Examples
    --------
    >>> absurd_values(np.array([1.0, 2, 1, 3, 900, 2, 1, 3])).nonzero()[0]
    array([4])
    >>> bool(absurd_values(np.array([1.0, 2, 1, 3, 900, 902, 901, 903])).any())
    False
    """
    mark = np.zeros(len(values), dtype=np.bool_)
    place = np.flatnonzero(~np.isnan(values))
    change = np.diff(values[place])
    scale = 1.4826 * np.median(np.abs(change - np.median(change)))
    if scale > 0:
        up, down = change[:-1] / scale, -change[1:] / scale
        mark[place[1:-1]] = (np.minimum(np.abs(up), np.abs(down)) > ABSURD) & (up * down > 0)
    return mark
