"""Equal-weight draws from weighted ones, without random numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eastbound.typing import Floats


def systematic(weights: Floats, *, sorted_by: Sequence[Floats] = ()) -> NDArray[np.int64]:
    """Choose as many draws as there are, each about as often as its weight says.

    Parameters
    ----------
    weights : array, shape (draw,)
        Not negative, sum one.
    sorted_by : sequence of array, shape (draw,)
        Quantities whose distribution should be kept closely, the most important first: draws are passed in their
        order, so the share of draws below any value of the first one is kept to one draw.

    Returns
    -------
    array of int, shape (draw,)
        Places of the chosen draws, rising; each occurs floor or ceil of its expected number of times.

    References
    ----------
    METHODS 2.6; systematic resampling, here with the fixed offset 1/2 so that the same weights give the same draws.

    Examples
    --------
    >>> systematic(np.array([0.5, 0.25, 0.25, 0.0]))
    array([0, 0, 1, 2])
    """
    count = weights.size
    order = np.lexsort([*reversed(sorted_by)]) if len(sorted_by) else np.arange(count)
    edges = np.cumsum(weights[order])
    picks = np.searchsorted(edges, (np.arange(count) + 0.5) / count * edges[-1])
    chosen: NDArray[np.int64] = np.sort(order[np.minimum(picks, count - 1)])
    return chosen
