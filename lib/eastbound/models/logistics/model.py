"""Trucks and rail cargo across the border with China: the lesser of demand and usable capacity at each crossing.

METHODS 2.8. Demand follows the trade of the same draw, capacity comes with openings that slip and fills slowly.
Crossings of a group relieve each other, trucks queue, and what is turned away is missing from China's exports. A shock
with a crossing as target acts on its capacity, so that its loss shows up in trade; one on all trucks (`TRUCKS`)
multiplies what passes by road, within capacity, for events that state their effect on trade themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.core.simulation.capacity import month_days, year_part
from eastbound.core.simulation.memory import PRECISION, rounded
from eastbound.evidence.choice import chosen
from eastbound.models.logistics.demand import SUBJECT, demand_indices
from eastbound.models.logistics.group import BEFORE, QUARTER, Group, RoadLosses, Step
from eastbound.models.logistics.levels import PRIMORYE, TRUCKS, Levels, fit_levels
from eastbound.models.logistics.losses import trade_after_losses
from eastbound.models.protocol import last_month
from eastbound.scenarios.crossings import Crossing
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import Grid, World

TRUCK_CAPACITY: Final = "logistics.checkpoint.primorye_china.capacity_usable"
QUEUE: Final = "logistics.checkpoint.primorye_china.queue_days"
RAIL_EXPORTS: Final = "logistics.rail_border.total.exports"
CORRIDORS: Final = tuple(f"logistics.corridor.{name}.cargo" for name in ("primorye_1", "primorye_2"))
BOTH_CORRIDORS: Final = "logistics.corridor.primorye_1_2.cargo"
SERIES: Final = (TRUCKS, TRUCK_CAPACITY, QUEUE, RAIL_EXPORTS, *CORRIDORS, BOTH_CORRIDORS)  # besides the crossings
READS: Final = (TRUCKS, names.CHINA_EXPORTS)


@dataclass(frozen=True)
class Fit:
    """Posterior of demand and what the simulation needs.

    Parameters
    ----------
    crossings : tuple of Crossing
    levels : Levels
    settings : mapping
        Of ``params/models/logistics.yml``.
    exports_before : float or None
        China's exports in the year before the grid, where published.
    first_open : int
        Ordinal of the first month without published trade.
    """

    crossings: tuple[Crossing, ...]
    levels: Levels
    settings: Mapping[str, Any]
    exports_before: float | None
    first_open: int


def series(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the model simulates: the series of every crossing of ``params/systems.yml``, then the sums.

    Examples
    --------
    >>> from eastbound.scenarios.inputs import load_inputs
    >>> series(load_inputs("logistics"))[:2]
    ('logistics.checkpoint.kraskino.trucks_per_day', 'logistics.checkpoint.kraskino.capacity_usable')
    """
    return (*(name for crossing in settings.get("crossings", ()) for name in crossing.simulated), *SERIES)


def reads(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the evidence that the model reads: what passed every crossing, all trucks, and China's exports.

    Examples
    --------
    >>> from eastbound.scenarios.inputs import load_inputs
    >>> reads(load_inputs("logistics"))[-2:]
    ('logistics.checkpoint.primorye_china.trucks', 'trade.china_russia.china_exports')
    """
    return (*(crossing.series for crossing in settings.get("crossings", ())), *READS)


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> Fit:
    """Fit the levels of demand.

    Parameters
    ----------
    book : Evidence
    settings : mapping
        Of ``params/models/logistics.yml``, and ``crossings`` of ``params/systems.yml``.
    start : int
        First month of the grid, as an ordinal.
    full : bool
        Changes nothing: the posterior has a closed form.

    Returns
    -------
    Fit
    """
    crossings = tuple(settings.get("crossings", ()))
    rows = chosen(book, names.CHINA_EXPORTS)
    year = rows[(rows["months"] == 12) & (rows["start"].dt.year == start // 12 - 1)]["value"]
    before = float(year.iloc[0]) if len(year) else None
    levels = fit_levels(book, crossings, settings, start=start)
    return Fit(crossings, levels, settings, before, last_month(book) + 1)


def simulate(fit: Fit, world: World, stream: Stream) -> dict[str, Paths]:
    """Return what passes each crossing by month, its usable capacity, sums, the queue, and trade after losses.

    Parameters
    ----------
    fit : Fit
    world : World
        Needs the paths of trade; milestones open crossings.
    stream : Stream

    Returns
    -------
    dict of arrays, shape (month, draw)
        Trucks and vehicles a day, Mt per month, days of queue; `CHINA_EXPORTS` and `TRADE_TOTAL` replace those of the
        trade model.
    """
    written = (*(name for crossing in fit.crossings for name in crossing.simulated), *SERIES)
    paths = world.unwritten(written, stream.width)
    indices = demand_indices(fit.settings, world, stream, exports_before=fit.exports_before)
    for name in SERIES:
        paths[name].fill(0.0)
    normals = np.stack([stream.normals(SUBJECT, c.id, "level", rows=1)[0] for c in fit.crossings] or [np.empty(0)])
    (levels,) = rounded(np.exp(fit.levels.mean[:, None] + fit.levels.root @ normals) if fit.crossings else normals)
    losses = RoadLosses(*np.zeros((3, BEFORE + world.grid.months // QUARTER, stream.width), PRECISION))
    for name in dict.fromkeys(crossing.group for crossing in fit.crossings):
        rows = [row for row, crossing in enumerate(fit.crossings) if crossing.group == name]
        group = Group([fit.crossings[row] for row in rows], fit.settings, world, stream)
        _write(paths, group, group.run(levels[rows], indices[group.members[0].mode], losses), grid=world.grid)
    _add_up(paths, fit, world, stream)
    for table in (losses.lost, losses.steady):
        np.divide(table, losses.wanted, out=table, where=losses.wanted > 0.0)
    first = world.grid.position(fit.first_open)
    return {**paths, **trade_after_losses(losses.lost, losses.steady, fit.settings, world=world, first=first)}


def _write(paths: Mapping[str, Paths], group: Group, run: Iterable[Step], *, grid: Grid) -> None:
    """Write flows and capacities of a group, and for Primorye all capacity and the queue."""
    (scales,) = rounded(np.ones(grid.months) if group.by_road else year_part(grid.start, grid.months))
    for step in run:
        scale = scales[step.months, None]
        for crossing, row in zip(group.members, step.flow, strict=True):
            np.multiply(row, scale, out=paths[crossing.series][step.months])
        for crossing, row in zip(group.bounded, step.capacity, strict=True):
            np.multiply(row, scale, out=paths[crossing.capacity_series][step.months])
        if group.members[0].group == PRIMORYE:
            room = step.capacity.sum(axis=0)
            paths[TRUCK_CAPACITY][step.months] = room
            np.divide(step.queue.sum(axis=0), room, out=paths[QUEUE][step.months], where=room > 0.0)


def _add_up(paths: Mapping[str, Paths], fit: Fit, world: World, stream: Stream) -> None:
    """Write all trucks of Primorye, all rail exports, and the tonnes of the corridors."""
    settings = fit.settings
    spread = settings["truck_tonnes_log_sd"] * stream.normals(SUBJECT, "truck_tonnes", rows=1)[0]
    days = month_days(world.grid.start, world.grid.months)[:, None] * 1e-6
    tonnes, days = rounded(settings["truck_tonnes"] * np.exp(spread), days)
    by_rail = 1.0 + settings["rail_import_share"]
    for crossing in fit.crossings:
        path = paths[crossing.series]
        if crossing.group == PRIMORYE:
            paths[TRUCKS] += path
        if crossing.group == "rail":
            paths[RAIL_EXPORTS] += path
        if crossing.corridor is not None:
            cargo = path * by_rail if crossing.mode == "rail" else path * (days * tonnes)
            paths[f"logistics.corridor.{crossing.corridor}.cargo"] += cargo
    for series in CORRIDORS:
        paths[BOTH_CORRIDORS] += paths[series]
