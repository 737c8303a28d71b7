"""Outliers: values that cannot belong to a series, and shocks too large to be learned from in full."""

from __future__ import annotations

import numpy as np

from eastbound.typing import Bools, Floats, Ints

# A surprise beyond this many robust sd is cut to it before levels and seasons are learned. The value is the one of
# Gelper, Fried and Croux (2010); 1.5 and 2.5 scored within .3 % of it on odd trade series at origins before the last.
SURPRISE = 2.0
# Robust sd of a change, judgement: in the training parts of the 472 development series one value, a first one, is that
# far from its neighbours.
ABSURD = 40.0


def absurd_values(values: Floats) -> Bools:
    """Mark single values that stand absurdly far from both neighbours on the same side.

    A lasting shift is not marked, nor is the last value: it may be the first of a shift.
    The first value has one neighbour; leaving it out costs little if a shift follows it.

    Parameters
    ----------
    values : array, shape (n,)
        At least one known value; NaN in gaps.

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
    index, change, limit = _changes(values)
    if limit > 0:
        up, down = np.append(-change[0], change[:-1]), -change
        same_side = np.sign(up) * np.sign(down) > 0
        mark[index[:-1]] = same_side & (np.minimum(np.abs(up), np.abs(down)) > limit)
    return mark


def absurd_end(values: Floats) -> bool:
    """Tell whether the last value stands absurdly far from the one before it.

    Parameters
    ----------
    values : array, shape (n,)
        At least one known value; NaN in gaps.

    Returns
    -------
    bool
        Whether the reader should look at it.

    Examples
    --------
    >>> absurd_end(np.array([1.0, 2, 1, 3, 2, 900])), absurd_end(np.array([1.0, 2, 1, 3, 2, 4]))
    (True, False)
    """
    _, change, limit = _changes(values)
    return bool(limit > 0 and abs(change[-1]) > limit)


def _changes(values: Floats) -> tuple[Ints, Floats, float]:
    """Return the positions of known values, their changes, and the size beyond which a change is absurd."""
    index = np.flatnonzero(~np.isnan(values))
    change = np.diff(values[index])
    limit = ABSURD * 1.4826 * float(np.median(np.abs(change - np.median(change)))) if len(change) else 0.0
    return index, change, limit


def soften(values: Floats, errors: Floats, period: int) -> Floats:
    """Clip large one-step errors, so that a temporary shock moves level and season less.

    Parameters
    ----------
    values : array, shape (n,)
        NaN in gaps.
    errors : array, shape (n,)
        One-step errors of a model of these values.
    period : int
        Values of the first period are kept, as their errors depend on the starting states.

    Returns
    -------
    array, shape (n,)
        Each value moved toward its forecast, as far as its error exceeds two robust sd.

    References
    ----------
    Gelper, Fried, Croux (2010), Robust forecasting with exponential and Holt-Winters smoothing,
    doi 10.1002/for.1125.

    Examples
    --------
    >>> errors = np.array([9.0, 1.0, -1.0, 1.0, -1.0, 9.0])
    >>> soften(np.full(6, 10.0), errors, 1).round(2)
    array([10.  , 10.  , 10.  , 10.  , 10.  ,  3.97])
    """
    later = errors[period:]
    limit = SURPRISE * 1.4826 * float(np.nanmedian(np.abs(later)))
    out = values.copy()
    if limit > 0:
        out[period:] -= later - np.clip(later, -limit, limit)
    return out
