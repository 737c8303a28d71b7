"""The price level of the dollar by month, from yearly averages of an index of consumer prices."""

from __future__ import annotations

import numpy as np

from eastbound.typing import Floats, Ints


def log_price_level(index: Floats, first_year: int, months: Ints, *, inflation: float, base: float) -> Floats:
    """Return the log price level of months, relative to a value of the index.

    Parameters
    ----------
    index : array, shape (years,)
        Yearly averages without gaps.
    first_year : int
        Year of the first one.
    months : array of int, shape (n,)
        Ordinals (year * 12 + month - 1).
    inflation : float
        Log per year, before and after the index.
    base : float
        Value of the index at which the level is zero.

    Returns
    -------
    array, shape (n,)
        Linear in logs between the middles of years.

    Examples
    --------
    >>> months = 12 * 2021 + np.array([0, 6])
    >>> level = log_price_level(np.array([100.0, 110.0]), 2020, months, inflation=0.0, base=100.0)
    >>> np.exp(level).round(3).tolist()
    [1.053, 1.1]
    """
    middles = 12 * (first_year + np.arange(len(index))) + 5.5  # the middle of a year lies between June and July
    logs = np.log(index / base)
    outside = np.minimum(months - middles[0], 0.0) + np.maximum(months - middles[-1], 0.0)
    level: Floats = np.interp(months, middles, logs) + inflation / 12.0 * outside
    return level
