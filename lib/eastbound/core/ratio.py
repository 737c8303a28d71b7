"""Shares and utilizations: one flow in percent of another, the same for months and years."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def percent(part: ArrayLike, whole: ArrayLike) -> np.ndarray[Any, np.dtype[np.floating[Any]]]:
    """Return one amount in percent of another, NaN where the whole is zero.

    Parameters
    ----------
    part, whole : array
        Amounts of the same period in the same unit.

    Returns
    -------
    array
        In the precision of the arguments; never clipped.

    Examples
    --------
    >>> percent(np.array([0.0, 3.0]), np.array([0.0, 2.0]))
    array([ nan, 150.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.asarray(np.true_divide(part, whole))
    ratio *= 100.0
    ratio[np.isinf(ratio)] = np.nan
    return ratio
