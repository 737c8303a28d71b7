"""Ranks of draws, without `scipy.stats`, which takes longer to import than most cells of a notebook to run."""

from __future__ import annotations

import numpy as np

from eastbound.typing import Floats


def average_ranks(values: Floats) -> Floats:
    """Return the rank of each draw in its series, counted from 1; equal draws share the mean of their ranks.

    Parameters
    ----------
    values : array, shape (draws,) or (draws, series)
        Without NaN, which has no rank.

    Returns
    -------
    array of the same shape
        As `scipy.stats.rankdata` along the first axis, to the last bit.

    Examples
    --------
    >>> average_ranks(np.array([30.0, 10.0, 20.0, 20.0])).tolist()
    [4.0, 1.0, 2.5, 2.5]
    """
    ranks = np.empty(values.shape, order="F")  # a series is written, and read by most callers, as one piece
    for index in np.ndindex(values.shape[1:]):
        column = values[:, *index]
        ordered = np.sort(column)
        before, until = (np.searchsorted(ordered, column, side) for side in ("left", "right"))
        ranks[:, *index] = (before + until + 1) / 2
    return ranks
