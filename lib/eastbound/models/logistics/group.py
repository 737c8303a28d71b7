"""Run the crossings of one group through all months of a block of draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.core.simulation.capacity import month_days
from eastbound.models.logistics.demand import SUBJECT
from eastbound.models.logistics.levels import TRUCKS, season
from eastbound.models.logistics.passage import Passage, pass_month
from eastbound.models.logistics.usable import usable_capacity
from eastbound.scenarios.crossings import Crossing
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.models.protocol import World

BEFORE: Final = 12  # months before the grid that are run by road, for queues and losses that the data contain
YEAR_DAYS: Final = 365.25
QUARTER: Final = 3  # months
_FEBRUARY: Final = 1


@dataclass(frozen=True)
class RoadLosses:
    """Sums over the road crossings by month, from `BEFORE` months before the grid: rates, shape (month, draw).

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
    """What happens at the crossings of a group in a month by road or a quarter by rail, as rates.

    Parameters
    ----------
    months : slice
        Of the grid.
    flow : array, shape (member, draw)
    capacity, queue : array, shape (bounded member, draw)
        The queue is that at the end, as a rate times a time.
    """

    months: slice
    flow: Floats
    capacity: Floats
    queue: Floats


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

    def run(self, levels: Floats, index: Paths, losses: RoadLosses) -> Iterator[Step]:
        """Yield the steps of the grid: months by road, which has seasons and queues, quarters by rail.

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
        first, stride = (-BEFORE, 1) if self.by_road else (0, QUARTER)
        rhythm, lengths = self._calendar(first)
        levels, step = levels.copy(), self._trend() ** stride
        queue, rows = np.zeros((len(self._bounded), levels.shape[1])), list(self._bounded)
        limits = self._limits(first, stride)
        everything = self.world.shocks.get(TRUCKS) if self.by_road else None
        for month in range(first, self.world.grid.months, stride):
            season, (capacity, closed) = rhythm[month - first], next(limits)
            if month >= 0:
                levels *= step
            asked = levels * (season if month < 0 else season * index[month // QUARTER])
            demand = asked if len(rows) == len(asked) else asked[rows]
            if self.by_road:
                losses.wanted[BEFORE + month] += asked.sum(axis=0)
            if self.by_road and rows:
                wanted = demand.sum(axis=0)
                for table, limit in ((losses.lost, capacity), (losses.steady, capacity if closed is None else closed)):
                    table[BEFORE + month] += np.maximum(wanted - limit.sum(axis=0), 0.0)
            if rows:
                asked[rows], queue = self._pass(demand, capacity, queue, lengths[month - first])
            if month >= 0:
                if everything is not None:
                    asked *= np.exp(everything[month])
                yield Step(slice(month, month + stride), asked, capacity, queue)

    def _limits(self, first: int, stride: int) -> Iterator[tuple[Floats, Floats | None]]:
        """Yield the usable capacities of each step and, where events change them, those without events."""
        rows = [usable_capacity(c, self.settings, self.world, stream=self.stream, first=first) for c in self.bounded]
        shocks = [self.world.shocks.get(crossing.series) for crossing in self.bounded]
        shocked = any(shock is not None for shock in shocks)
        quarter = np.empty((0, self.stream.width))
        for month in range(first, self.world.grid.months, stride):
            if rows and month % QUARTER == 0:
                quarter = np.stack([next(row) for row in rows])
            free = quarter
            if self.by_road and month % 12 == _FEBRUARY:
                free = quarter * self.settings["new_year_open_share"]
            if not shocked or month < 0:
                yield free, free if shocked else None
                continue
            factors = [1.0 if s is None else np.exp(s[month : month + stride].mean(axis=0)) for s in shocks]
            yield np.stack([row * factor for row, factor in zip(free, factors, strict=True)]), free

    def _pass(self, demand: Floats, capacity: Floats, queue: Floats, length: float) -> Passage:
        if self.by_road:
            detour, patience = self.settings["road_detour_days"], self.settings["road_patience_days"]
        else:  # cargo that a full line does not accept is not loaded, so nothing waits at the border
            detour, patience = self.settings["rail_detour_days"] / YEAR_DAYS, 0.0
        return pass_month(demand, capacity, queue, length=length, detour=detour, patience=patience)

    def _calendar(self, first: int) -> tuple[Floats, Floats]:
        """Return the season of each month and its length: in days by road, in years by rail, as the rates are."""
        grid = self.world.grid
        days = month_days(grid.start + first, grid.months - first).astype(float)
        if self.by_road:
            return np.resize(season(self.settings), len(days)), days
        return np.ones(len(days)), days / YEAR_DAYS

    def _trend(self) -> Floats:
        scale = self.settings["crossing_trend_sd"] / 12.0
        keys = [crossing.id for crossing in self.members]
        return np.exp(scale * np.stack([self.stream.normals(SUBJECT, key, "trend", rows=1)[0] for key in keys]))
