"""Single values that cannot belong to a series."""

from __future__ import annotations

import numpy as np

from eastbound.typing import Bools, Floats

ABSURD = 40.0  # robust sd of a change; no value of the 472 development series is that far from its neighbours


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
        up, down = change[:-1], -change[1:]
        same_side = np.sign(up) * np.sign(down) > 0
        mark[place[1:-1]] = same_side & (np.minimum(np.abs(up), np.abs(down)) > ABSURD * scale)
    return mark
