"""Read ``params/systems.yml``: pipelines with capacities, contracts, stops and outages; crossings; what is tracked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from eastbound import catalogue
from eastbound.periods import month_ordinal
from eastbound.scenarios import schema_errors
from eastbound.scenarios.crossings import Crossing, Tracked
from eastbound.scenarios.home import find_home
from eastbound.scenarios.located_yaml import LocatedMap, Problem
from eastbound.scenarios.quantities import Based, Entry, Id, Month, Text, needs_basis
from eastbound.scenarios.typed_file import read_typed

_FILE: Final = Path("params", "systems.yml")
_LEAP_YEAR: Final = 2000
_AMOUNTS: Final = ("deliveries", "capacity_nameplate", "capacity_technical")
_GAS: Final = "gas.russia_to_china.pipeline_deliveries"
_ENERGY: Final = "energy.eastern_pipelines.deliveries"

Amount: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=1000, description="In the unit of the system.")]
Part: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=1)]
Spread: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=1)]


def _day(value: str) -> str:
    try:
        date.fromisoformat(f"{_LEAP_YEAR}-{value}")
    except ValueError:
        message = f"expected a day of the year such as 09-22, got `{value}`"
        raise ValueError(message) from None
    return value


Day: TypeAlias = Annotated[str, Field(strict=True, pattern=r"^\d{2}-\d{2}$"), AfterValidator(_day)]


class _Sourced(Based):
    @model_validator(mode="after")
    def _has_basis(self) -> _Sourced:
        needs_basis(self)
        return self


class Step(_Sourced):
    """A yearly amount that holds from a month on."""

    since: Month
    per_year: Amount

    @property
    def ordinal(self) -> int:
        """The first month as an ordinal."""
        return month_ordinal(self.since)


class Addition(_Sourced):
    """An amount that comes with a milestone and is reached in yearly steps."""

    milestone: Id
    per_year: Amount
    first_year: Part = Field(description="Part of the amount in the first twelve months.")
    years_low: Annotated[float, Field(strict=True, ge=1, le=30)] = Field(description="Shortest time to the amount.")
    years_high: Annotated[float, Field(strict=True, ge=1, le=30)]

    @model_validator(mode="after")
    def _ordered(self) -> Addition:
        if self.years_high < self.years_low:
            message = "`years_high` must be at least `years_low`"
            raise ValueError(message)
        return self


class Stop(_Sourced):
    """A planned stop of every year: its first and last closed day."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _ordered(self) -> Stop:
        if self.last < self.first or "02-29" in (self.first, self.last):
            message = "a stop must end after it begins, within one year, and not on 02-29"
            raise ValueError(message)
        return self

    @property
    def days(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """(month, day) of both ends."""
        (m1, d1), (m2, d2) = (tuple(int(part) for part in end.split("-")) for end in (self.first, self.last))
        return (m1, d1), (m2, d2)


class Technical(_Sourced):
    """What can flow on an open day, as a multiple of nameplate; new parts ramp with their contract."""

    factor: Annotated[float, Field(strict=True, ge=1, le=2)]


class Outages(_Sourced):
    """Rate of unplanned stops."""

    per_year: Annotated[float, Field(strict=True, ge=0, le=12)]


class OverDelivery(_Sourced):
    """Prior of yearly flow over contract minus one; history since a year moves it."""

    mean: Annotated[float, Field(strict=True, ge=-0.2, le=0.1)]
    sd: Spread
    fitted_since: Annotated[int, Field(strict=True, ge=2000, le=2100)] | None = None


class Demand(_Sourced):
    """What customers take at most in a year, lognormal between draws; whole years since a year move it."""

    median: Amount
    log_sd: Spread
    fitted_since: Annotated[int, Field(strict=True, ge=2000, le=2100)] | None = None


class Pipeline(Entry):
    """One pipeline."""

    id: Id
    label: Text
    series: Annotated[str, Field(strict=True, pattern=r"^(gas|oil)\.[a-z0-9_]+$")]
    unit: Literal["bcm", "Mt"]
    nameplate: tuple[Step, ...] = ()
    contract: tuple[Step, ...] = ()
    additions: tuple[Addition, ...] = ()
    technical: Technical
    stops: tuple[Stop, ...] = ()
    outages: Outages
    over_delivery: OverDelivery | None = None
    demand: Demand | None = None

    @model_validator(mode="after")
    def _complete(self) -> Pipeline:
        if not (self.nameplate or self.additions):
            message = "needs `nameplate` (what exists) or `additions` (what a milestone brings)"
            raise ValueError(message)
        if not self.contracted and self.demand is None:
            message = "needs `over_delivery` (it has a contract) or `demand` (it has none)"
            raise ValueError(message)
        for name in ("nameplate", "contract"):
            dates = [step.since for step in getattr(self, name)]
            if dates != sorted(set(dates)):
                message = f"the dates of `{name}` must ascend"
                raise ValueError(message)
        return self

    @property
    def contracted(self) -> bool:
        """Whether a contract binds the flow."""
        return self.over_delivery is not None

    @property
    def flow(self) -> str:
        """Series id of the flow."""
        return f"{self.series}.deliveries"

    @property
    def simulated(self) -> tuple[str, ...]:
        """Series ids that a simulation gives: flow, capacities and, where there is one, the contract."""
        amounts = (*_AMOUNTS, "contract") if self.contracted else _AMOUNTS
        return tuple(f"{self.series}.{amount}" for amount in amounts)


class Derived(Entry):
    """A pipeline without a meter: its flow is the sum of the pipelines it feeds."""

    id: Id
    label: Text
    series: Annotated[str, Field(strict=True, pattern=r"^(gas|oil)\.[a-z0-9_]+$")]
    unit: Literal["bcm", "Mt"]
    feeds: Annotated[tuple[Id, ...], Field(min_length=1)] = Field(description="Ids of the lines that it feeds.")
    nameplate: Annotated[tuple[Step, ...], Field(min_length=1)]

    @property
    def simulated(self) -> tuple[str, ...]:
        """Series ids that a simulation gives: flow and nameplate."""
        return tuple(f"{self.series}.{amount}" for amount in _AMOUNTS[:2])


class Systems(Entry):
    """The whole file."""

    format: Literal[1] = 1
    systems: Annotated[tuple[Pipeline, ...], Field(min_length=1)]
    derived: tuple[Derived, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    tracked: tuple[Tracked, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Systems:
        for key in ("id", "series"):
            names = [getattr(system, key) for system in (*self.systems, *self.derived, *self.crossings)]
            if len(set(names)) < len(names):
                message = f"two systems have the same `{key}`"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _feeds_known(self) -> Systems:
        units = {system.id: system.unit for system in self.systems}
        for derived in self.derived:
            for fed in derived.feeds:
                if units.get(fed) != derived.unit:
                    message = (
                        f"`{derived.id}` feeds `{fed}`, which is no system in {derived.unit}; known: {', '.join(units)}"
                    )
                    raise ValueError(message)
        return self


def read_systems(home: str | Path | None = None) -> Systems:
    """Return the content of ``params/systems.yml``: pipelines, those that only feed others, crossings, what is tracked.

    Parameters
    ----------
    home : path, optional
        Workspace, as in `find_home`.

    Returns
    -------
    Systems

    Raises
    ------
    ScenarioError
        If the file breaks its format, or a system has no rows in series.csv; all mistakes in one message.

    Examples
    --------
    >>> [line.feeds for line in read_systems().derived]
    [('mohe', 'espo2')]
    """
    return read_typed(Systems, find_home(home) / _FILE, check=_missing_rows)


def _missing_rows(file: Systems, data: LocatedMap) -> Iterator[Problem]:
    """Yield what series.csv lacks of each system: its own rows and, for a pipeline, its share in the totals."""
    known = catalogue.cards()
    for key in ("systems", "derived", "crossings"):
        for index, line in enumerate(getattr(file, key)):
            location, _ = schema_errors.locate(data, (key, index))
            rows = [name for name in line.simulated if name not in known]
            if rows:
                text = f"`{line.id}`: series.csv has no row of {', '.join(f'`{name}`' for name in rows)}; add them"
                yield Problem(location, text)
    for index, line in enumerate(file.systems):
        location, _ = schema_errors.locate(data, ("systems", index))
        total = _GAS if line.unit == "bcm" else _ENERGY
        if line.flow not in known[total].sum_of:
            text = f"`{line.id}`: add `{line.flow}` to the column `sum_of` of `{total}` in series.csv"
            yield Problem(location, text)
