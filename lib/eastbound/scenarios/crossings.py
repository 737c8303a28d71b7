"""The format of border crossings in ``params/systems.yml``: demand, capacity, openings and place."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from eastbound.periods import month_ordinal
from eastbound.scenarios.quantities import Based, Entry, Id, Month, Share, Text, needs_basis

_SERIES: Final = r"^(logistics)\.[a-z0-9_.]+$"

Amount: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=100_000, description="In the unit of the series.")]
Spread: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=2)]
Position: TypeAlias = Annotated[
    tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]],
    Field(description="Longitude and latitude in degrees, to a tenth: enough for a schematic map."),
]


class _Sourced(Based):
    @model_validator(mode="after")
    def _has_basis(self) -> _Sourced:
        needs_basis(self)
        return self


class Demand(_Sourced):
    """What wants to cross at the trade of the last whole year: median and log spread; figures of the series move it."""

    median: Amount
    log_sd: Spread


class Capacity(_Sourced):
    """A capacity that holds from a month on."""

    since: Month
    amount: Amount

    @property
    def ordinal(self) -> int:
        """The first month as an ordinal."""
        return month_ordinal(self.since)


class Opening(_Sourced):
    """Capacity that a dated opening or a milestone adds; a new crossing comes into use slowly."""

    amount: Amount
    since: Month | None = None
    milestone: Id | None = None
    at_once: bool = Field(default=False, description="In full use from the first day, as with a widened railway.")

    @model_validator(mode="after")
    def _dated(self) -> Opening:
        if (self.since is None) == (self.milestone is None):
            message = "needs either `since` (a month) or `milestone` (its id)"
            raise ValueError(message)
        return self


class Availability(_Sourced):
    """The part of the stated capacity that is used when demand exceeds it."""

    mean: Share
    sd: Annotated[float, Field(strict=True, ge=0, le=0.5)]


class Crossing(Entry):
    """One crossing, bridge or line: its series is what passes, its unit that of the catalogue.

    Crossings of one group can stand in for each other. One without any published capacity carries all its demand.
    """

    id: Id
    label: Text
    mode: Literal["road", "rail"]
    group: Id
    series: Annotated[str, Field(strict=True, pattern=_SERIES)]
    position: Position
    demand: Demand
    capacity: tuple[Capacity, ...] = ()
    openings: tuple[Opening, ...] = ()
    availability: Availability | None = None
    corridor: Literal["primorye_1", "primorye_2"] | None = Field(None, description="Corridor whose cargo includes it.")

    @model_validator(mode="after")
    def _ascending(self) -> Crossing:
        dates = [step.ordinal for step in self.capacity]
        if dates != sorted(set(dates)):
            message = "the dates of `capacity` must ascend"
            raise ValueError(message)
        return self

    @property
    def bounded(self) -> bool:
        """Whether a capacity is known."""
        return bool(self.capacity or self.openings)

    @property
    def capacity_series(self) -> str:
        """Series id of the usable capacity."""
        return f"{self.series.rpartition('.')[0]}.capacity_usable"

    @property
    def simulated(self) -> tuple[str, ...]:
        """Series ids that a simulation gives: what passes and, where it is bounded, the usable capacity."""
        return (self.series, self.capacity_series) if self.bounded else (self.series,)


class Tracked(Entry):
    """A place that is watched and not forecast, with the figure that a forecast would need."""

    id: Id
    label: Text
    position: Position | None = None
    series: Annotated[str, Field(strict=True)] | None = Field(None, description="Its newest known figure, if any.")
    missing: Text
