"""Resampling of weighted points: one point per uniform number, or systematically without random numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eastbound.typing import Floats, Ints


def picked(weights: Floats, uniform: Floats) -> Ints:
    """Pick one weighted point per draw.

    Parameters
    ----------
    weights : array, shape (point,)
        Not negative, sum one.
    uniform : array, shape (draw,)
        One number a draw, 0 to below 1.

    Returns
    -------
    array of int, shape (draw,)
        Places of the points; the last one where rounding leaves the sum below a number.

    Examples
    --------
    >>> picked(np.array([0.5, 0.25, 0.25]), np.array([0.1, 0.6, 0.9])).tolist()
    [0, 1, 2]
    """
    places: Ints = np.minimum(np.searchsorted(np.cumsum(weights), uniform), len(weights) - 1)
    return places


def systematic(weights: Floats, *, sorted_by: Sequence[Floats] = ()) -> Ints:
    """Resample systematically: each draw is chosen about as often as its weight says.

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
    chosen: Ints = np.sort(order[np.minimum(picks, count - 1)])
    return chosen
