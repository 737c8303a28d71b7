"""Usable capacity of a crossing by quarter: dated steps, openings that slip, and new parts that fill slowly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from eastbound.core.simulation.capacity import steps
from eastbound.core.simulation.memory import PRECISION, rounded
from eastbound.models.logistics.demand import SUBJECT
from eastbound.periods import month_ordinal
from eastbound.scenarios.crossings import Crossing, Opening
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.models.protocol import World


def usable_capacity(
    crossing: Crossing, settings: Mapping[str, Any], world: World, *, stream: Stream, first: int
) -> Iterator[Paths]:
    """Yield the usable capacity of each quarter, in the unit of the crossing's series, as a rate.

    Parameters
    ----------
    crossing : Crossing
        With at least one capacity or opening.
    settings : mapping
        Of ``params/models/logistics.yml``.
    world : World
        Milestones open new parts.
    stream : Stream
    first : int
        Position of the first month, negative before the grid; a multiple of three.

    Yields
    ------
    array, shape (draw,)

    Notes
    -----
    METHODS 2.8. Opened in 2022, the bridges at Heihe and Tongjiang carried a quarter to a third of their design after
    two to three years. A new part is used at a pace drawn from that range until all of it is in use.
    """
    key, grid = crossing.id, world.grid
    scale = np.exp(settings["capacity_log_sd"] * stream.normals(SUBJECT, key, "capacity", rows=1)[0])
    if crossing.availability is not None:
        part = crossing.availability
        # what a railway carries is measured against its stated capacity, so only the use of it is uncertain
        scale = np.clip(part.mean + part.sd * stream.normals(SUBJECT, key, "availability", rows=1)[0], 0.0, 1.0)
    (scale,) = rounded(scale)
    since, amounts = [step.ordinal for step in crossing.capacity], [step.amount for step in crossing.capacity]
    built = steps(grid.start + first, grid.months - first, since=since, amounts=amounts)
    parts = [_pace(opening, settings, world, stream=stream, key=key) for opening in crossing.openings]
    for month in range(first + 1, grid.months, 3):  # the middle of each quarter
        result = np.full(stream.width, built[month - first], PRECISION)
        for opening, when, pace in parts:
            used = _in_use(month, when, pace)
            used *= opening.amount
            result += used
        result *= scale
        yield result


def _pace(
    opening: Opening, settings: Mapping[str, Any], world: World, *, stream: Stream, key: str
) -> tuple[Opening, Paths, Paths | None]:
    """Return an opening, months from the start of the grid to it, and the part that comes into use each month."""
    if opening.milestone is not None:
        when = world.milestones.get(opening.milestone, np.full(stream.width, np.inf))
    else:
        when = np.full(stream.width, float(month_ordinal(str(opening.since)) - world.grid.start))
    (when,) = rounded(when)
    if opening.at_once:
        return opening, when, None
    low, high = settings["ramp_low"], settings["ramp_high"]
    uniform = stream.uniforms(SUBJECT, key, str(opening.milestone or opening.since), "ramp", rows=1)[0]
    return opening, when, rounded((low + (high - low) * uniform) / 12.0)[0]


def _in_use(month: int, when: Paths, pace: Paths | None) -> Paths:
    since = month + (1.0 if pace is None else 0.5) - when
    if pace is not None:
        since *= pace
    return np.clip(since, 0.0, 1.0, out=since)
