"""A month or quarter at a group of crossings: what passes, what takes a detour and what waits."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from eastbound.core.simulation.memory import PRECISION
from eastbound.typing import Ints, Paths

_TINY: Final = np.finfo(PRECISION).tiny


class Passage(NamedTuple):
    """Outcome of a period.

    Parameters
    ----------
    flow : array, shape (crossing, draw)
        What passes, as a rate.
    queue : array, shape (crossing, draw)
        What waits at the end: a rate times a time.
    """

    flow: Paths
    queue: Paths


def pass_crossings(
    demand: Paths, capacity: Paths, queue: Paths, *, length: float, detour: float, patience: float
) -> Passage:
    """Let the demand of a month or quarter and the queue before it pass the crossings of a group.

    Parameters
    ----------
    demand, capacity : array, shape (crossing, draw)
        Rates.
    queue : array, shape (crossing, draw)
        What waited at the start.
    length : float
        Of the period, in the unit of time of the rates.
    detour : float
        Cost of changing the crossing, as a time.
    patience : float
        Longest wait that is accepted, as a time.

    Returns
    -------
    Passage
        What neither passes nor waits gives up.

    Notes
    -----
    METHODS 2.8. ``flow = min(demand, capacity)``; the excess of a crossing moves to crossings of the group with room.
    Of those who would wait for a time w, the part w / (w + detour) changes the crossing, the choice of a logit model
    in log costs (Luce 1959) between waiting and the detour, and so do all whose wait would exceed `patience`. Where
    there is no room for them, they give up.

    Examples
    --------
    >>> demand, capacity = np.array([[30.0], [10.0]]), np.array([[20.0], [20.0]])
    >>> passage = pass_crossings(demand, capacity, np.zeros((2, 1)), length=30.0, detour=30.0, patience=10.0)
    >>> [part.round(2).ravel().tolist() for part in passage]
    [[20.0, 13.33], [200.0, 0.0]]
    """
    wanted = demand + queue / length
    flow = np.minimum(wanted, capacity)
    waits = np.subtract(wanted, flow, out=wanted)
    full = np.flatnonzero(waits.any(axis=0))  # the draws with a full crossing
    if full.size:
        room, over, limit = (np.take(table, full, axis=1) for table in (capacity - flow, waits, capacity))
        if len(demand) > 1:
            _relieve(flow, over, room, limit, costs=(detour / length, patience / length), columns=full)
        limit *= patience / length
        waits[:, full] = np.minimum(over, limit, out=over)
    waits *= length
    return Passage(flow, waits)


def _relieve(flow: Paths, over: Paths, room: Paths, limit: Paths, *, costs: tuple[float, float], columns: Ints) -> None:
    """Move excess `over` the capacity `limit` to `room`, in some draws; `costs` are detour and patience in periods."""
    detour, patience = costs
    moving = over + limit * detour
    np.divide(over, np.maximum(moving, _TINY, out=moving), out=moving)  # without capacity nobody waits
    moving *= over
    np.maximum(moving, over - limit * patience, out=moving)
    asked, free = moving.sum(axis=0), room.sum(axis=0)
    moved = np.minimum(asked, free)
    room *= moved / np.maximum(free, _TINY)
    flow[:, columns] += room
    moving *= moved / np.maximum(asked, _TINY)
    over -= moving
