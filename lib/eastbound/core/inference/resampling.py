"""Resample weighted points, by uniform numbers or systematically without random numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eastbound.typing import Floats, Ints


def picked(weights: Floats, uniform: Floats) -> Ints:
    """Pick one weighted point per draw.

    Parameters
    ----------
    weights : array, shape (point,)
        Non-negative, summing to one.
    uniform : array, shape (draw,)
        One number per draw, in [0, 1).

    Returns
    -------
    array of int, shape (draw,)
        Indices of the points.

    Examples
    --------
    >>> picked(np.array([0.5, 0.25, 0.25]), np.array([0.1, 0.6, 0.9])).tolist()
    [0, 1, 2]
    """
    # Rounding may leave the last cumulative weight below a uniform number: the last point takes it.
    index: Ints = np.minimum(np.searchsorted(np.cumsum(weights), uniform), len(weights) - 1)
    return index


def systematic(weights: Floats, *, sorted_by: Sequence[Floats] = (), count: int | None = None) -> Ints:
    """Resample systematically: each draw is chosen about as often as its weight says.

    Parameters
    ----------
    weights : array, shape (draw,)
        Non-negative, summing to one.
    sorted_by : sequence of array, shape (draw,)
        Quantities whose distribution should be preserved closely, the most important first. Draws are taken in their
        order, so the share of draws below any value of the first quantity is preserved to within one draw.
    count : int, optional
        Number of draws to choose; by default as many as there are.

    Returns
    -------
    array of int, shape (count,)
        Indices of the chosen draws, ascending; each occurs its expected number of times, rounded down or up.

    Notes
    -----
    METHODS 2.6. Systematic resampling with the fixed offset 1/2 instead of a random one, so that the same weights give
    the same draws.

    Examples
    --------
    >>> systematic(np.array([0.5, 0.25, 0.25, 0.0]))
    array([0, 0, 1, 2])
    >>> systematic(np.array([0.5, 0.5]), count=4)
    array([0, 0, 1, 1])
    """
    wanted = weights.size if count is None else count
    order = np.lexsort([*reversed(sorted_by)]) if len(sorted_by) else np.arange(weights.size)
    edges = np.cumsum(weights[order])
    picks = np.searchsorted(edges, (np.arange(wanted) + 0.5) / wanted * edges[-1])
    chosen: Ints = np.sort(order[np.minimum(picks, weights.size - 1)])
    return chosen
