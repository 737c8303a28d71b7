"""Run the crossings of one group through all months of a block of draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.core.simulation.capacity import month_days
from eastbound.core.simulation.memory import PRECISION, rounded
from eastbound.models.logistics.demand import SUBJECT
from eastbound.models.logistics.levels import TRUCKS, season
from eastbound.models.logistics.passage import Passage, pass_crossings
from eastbound.models.logistics.usable import usable_capacity
from eastbound.scenarios.crossings import Crossing
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.models.protocol import World

BEFORE: Final = 4  # quarters before the grid that are run by road, for queues and losses that the data contain
QUARTER: Final = 3  # months
_YEAR_DAYS: Final = 365.25
_FEBRUARY: Final = 1


@dataclass(frozen=True)
class RoadLosses:
    """Sums over the road crossings by quarter, from `BEFORE` quarters before the grid: rates, shape (quarter, draw).

    Parameters
    ----------
    wanted : array
        Demand.
    lost : array
        What exceeds the capacity of its group. Trucks that wait come later; a queue lasts days, so that is left out.
    steady : array
        What would exceed it without closures by events.
    """

    wanted: Paths
    lost: Paths
    steady: Paths


@dataclass(frozen=True)
class Step:
    """What happens at the crossings of a group in a quarter, as rates.

    Parameters
    ----------
    months : slice
        Of the grid.
    flow : array, shape (member, draw), by road (member, month, draw)
    capacity : array, shape (bounded member, draw), by road (bounded member, month or 1, draw)
    queue : array, shape (bounded member, draw)
        That at the end, as a rate times a time.
    """

    months: slice
    flow: Paths
    capacity: Paths
    queue: Paths


@dataclass(frozen=True)
class Group:
    """Crossings that can stand in for each other, in one block of draws.

    Parameters
    ----------
    members : sequence of Crossing
        All of one mode.
    settings : mapping
        Of ``params/models/logistics.yml``.
    world : World
    stream : Stream
    """

    members: Sequence[Crossing]
    settings: Mapping[str, Any]
    world: World
    stream: Stream
    _bounded: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Find the members with a capacity."""
        object.__setattr__(self, "_bounded", tuple(i for i, member in enumerate(self.members) if member.bounded))

    @property
    def by_road(self) -> bool:
        """Whether trucks pass, which queue and follow the seasons."""
        return self.members[0].mode == "road"

    @property
    def bounded(self) -> list[Crossing]:
        """Members with a capacity."""
        return [self.members[i] for i in self._bounded]

    def run(self, levels: Paths, index: Paths, losses: RoadLosses) -> Iterator[Step]:
        """Yield the steps of the grid: quarters, of which those by road have a season.

        Queues and detours are settled by quarter; a month by road has its season's part, within capacity.

        Parameters
        ----------
        levels : array, shape (member, draw)
            Demand at the trade of the year before the grid.
        index : array, shape (quarter, draw)
            Growth of demand.
        losses : RoadLosses
            The group's losses are added to it.

        Yields
        ------
        Step
        """
        first = -BEFORE if self.by_road else 0
        rhythm, opened = self._calendar()
        usual_parts, open_parts = ([row.mean() for row in table] for table in (rhythm, opened))
        levels, step = levels.copy(), self._trend()
        queue, rows = np.zeros((len(self._bounded), levels.shape[1]), levels.dtype), list(self._bounded)
        lengths = self._lengths(first)
        for quarter, (capacity, closed) in zip(range(first, len(index)), self._limits(first), strict=True):
            usual, open_part = usual_parts[quarter % 4], open_parts[quarter % 4]
            if quarter >= 0:
                levels *= step
            asked = levels * (usual if quarter < 0 else usual * index[quarter])
            limit, demand = capacity * open_part, asked if len(rows) == len(asked) else asked[rows]
            if self.by_road:
                losses.wanted[BEFORE + quarter] += asked.sum(axis=0)
                free = limit if closed is None else closed * open_part
                for table, room in ((losses.lost, limit), (losses.steady, free)):
                    table[BEFORE + quarter] += np.maximum(demand.sum(axis=0) - room.sum(axis=0), 0.0)
            flow = asked
            if rows:
                flow = asked.copy()
                flow[rows], queue = self._pass(demand, limit, queue, lengths[quarter - first])
            if quarter >= 0:
                # where a crossing is full, months below the season's mean have room for what asks to pass in them
                parts = (rhythm[quarter % 4] / usual, opened[quarter % 4])
                yield from self._steps(quarter, np.maximum(asked, flow), capacity, queue, parts)

    def _steps(
        self, quarter: int, flow: Paths, capacity: Paths, queue: Paths, parts: tuple[Paths, Paths]
    ) -> Iterator[Step]:
        """Yield a quarter, by road with each month's part of the flow and of the capacity."""
        first, rows = quarter * QUARTER, list(self._bounded)
        whole: Any = slice(None) if len(rows) == len(flow) else rows  # without a copy where all are bounded
        if not self.by_road:
            flow[whole] = np.minimum(flow[whole], capacity)
            yield Step(slice(first, first + QUARTER), flow, capacity, queue)
            return
        everything = self.world.shocks.get(TRUCKS)
        season_part, open_part = (part[:, None] for part in parts)
        passing, room = flow[:, None] * season_part, capacity[:, None]
        if (open_part != 1.0).any():
            room = room * open_part
        passing[whole] = np.minimum(passing[whole], room)
        months = slice(first, first + QUARTER)
        if everything is not None and everything[months].any():
            passing *= np.exp(everything[months])
            passing[whole] = np.minimum(passing[whole], room)  # an event that adds trucks adds no capacity
        yield Step(months, passing, room, queue)

    def _limits(self, first: int) -> Iterator[tuple[Paths, Paths | None]]:
        """Yield the usable capacities of each quarter and, where events change them, those without events."""
        start = first * QUARTER
        rows = [usable_capacity(c, self.settings, self.world, stream=self.stream, first=start) for c in self.bounded]
        shocks = [self.world.shocks.get(crossing.series) for crossing in self.bounded]
        shocked = any(shock is not None for shock in shocks)
        for month in range(start, self.world.grid.months, QUARTER):
            free = np.stack([next(row) for row in rows]) if rows else np.empty((0, self.stream.width), PRECISION)
            if not shocked or month < 0:
                yield free, free if shocked else None
                continue
            factors = [1.0 if s is None else np.exp(s[month : month + QUARTER].mean(axis=0)) for s in shocks]
            yield np.stack([row * factor for row, factor in zip(free, factors, strict=True)]), free

    def _pass(self, demand: Paths, capacity: Paths, queue: Paths, length: float) -> Passage:
        if self.by_road:
            detour, patience = self.settings["road_detour_days"], self.settings["road_patience_days"]
        else:  # cargo that a full line does not accept is not loaded, so nothing waits at the border
            detour, patience = self.settings["rail_detour_days"] / _YEAR_DAYS, 0.0
        return pass_crossings(demand, capacity, queue, length=length, detour=detour, patience=patience)

    def _calendar(self) -> tuple[Paths, ...]:
        """Return the season and the open part of each month, shape (4, 3)."""
        season_of, opened = season(self.settings) if self.by_road else np.ones(12), np.ones(12)
        if self.by_road:
            opened[_FEBRUARY] = self.settings["new_year_open_share"]
        return rounded(season_of.reshape(4, QUARTER), opened.reshape(4, QUARTER))

    def _lengths(self, first: int) -> Paths:
        """Return the length of each quarter in the unit of time of the rates: days by road, years by rail."""
        grid, start = self.world.grid, first * QUARTER
        days = month_days(grid.start + start, grid.months - start).reshape(-1, QUARTER).sum(axis=1)
        return rounded(days / (1.0 if self.by_road else _YEAR_DAYS))[0]

    def _trend(self) -> Paths:
        """Return the factor by which each member's demand grows in a quarter."""
        scale = self.settings["crossing_trend_sd"] / 4.0
        keys = [crossing.id for crossing in self.members]
        normals = np.stack([self.stream.normals(SUBJECT, key, "trend", rows=1)[0] for key in keys])
        return rounded(np.exp(scale * normals))[0]
