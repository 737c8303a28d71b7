"""The flow of one line: the least of what it can carry, what is agreed and what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.core import capacity
from eastbound.scenarios.systems import Addition, Step, System
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.seeds import Stream
    from eastbound.models.protocol import Grid, World

_Z95: Final = 1.6448536269514722  # standard normal quantile at 95 %


@dataclass(frozen=True)
class Known:
    """A published amount inside the grid.

    Parameters
    ----------
    first, last : int
        Positions of its first and last month in the grid.
    amount : float
        In the unit of the line.
    """

    first: int
    last: int
    amount: float


@dataclass(frozen=True)
class Line:
    """A system with what its history says.

    Parameters
    ----------
    system : System
    over_delivery : (float, float)
        Mean and sd of yearly flow over contract minus one; zeros without a contract.
    known : tuple of Known
        Months and years of the grid that are published.
    """

    system: System
    over_delivery: tuple[float, float] = (0.0, 0.0)
    known: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Amounts:
    """Monthly volumes of a line, shape (month, draw); possibly read-only views.

    Parameters
    ----------
    flow : array
        What is delivered.
    nameplate : array
        Design amount, spread evenly over days; zero before first gas.
    contract : array or None
        Agreed amount of the ramp step, spread over open days; None without contract.
    technical : array
        Flow at full rate on all days that are neither planned stops nor outages.
    """

    flow: Paths
    nameplate: Paths
    contract: Paths | None
    technical: Paths


def simulate_line(line: Line, settings: Mapping[str, Any], *, world: World, stream: Stream) -> Amounts:
    """Simulate one line.

    Parameters
    ----------
    line : Line
    settings : mapping
        Of ``params/models/pipelines.yml``.
    world : World
        Milestones and the shock of this line's flow. A shock multiplies the
        flow, which stays within technical capacity.
    stream : Stream

    Returns
    -------
    Amounts

    Notes
    -----
    ``flow = min(technical, contract * (1 + over-delivery), demand)``, METHODS 2.3.
    """
    system, grid = line.system, world.grid
    days = capacity.month_days(grid.start, grid.months).astype(np.float64)
    closed = capacity.stop_days(grid.start, grid.months, [stop.days for stop in system.stops])
    even = capacity.year_part(grid.start, grid.months)[:, None]
    when_open = capacity.year_part(grid.start, grid.months, days - closed)[:, None]
    design, agreed, ramped = _yearly(system, world, stream)
    technical = _lost_days(system, settings, grid, stream)
    for one in line.known:  # no outage is imagined where the flow is published
        technical[one.first : one.last + 1] = 0.0
    technical += closed[:, None]
    technical *= -1.0 / days[:, None]
    technical += 1.0
    np.maximum(technical, 0.0, out=technical)
    technical *= system.technical.factor * even
    technical *= ramped
    flow = _wanted(line, settings, world, stream, contract=agreed * when_open, when_open=when_open)
    shock = world.shocks.get(system.flow)
    if shock is not None:
        flow *= np.exp(shock)
    np.minimum(flow, technical, out=flow)
    if line.known:
        _pin(flow, line.known)
        np.maximum(technical, flow, out=technical)  # what flowed could flow
    shape = (grid.months, stream.width)
    contract = np.broadcast_to(agreed * when_open, shape) if system.contracted else None
    return Amounts(flow, np.broadcast_to(design * even, shape), contract, technical)


def contract_of_year(system: System, year: int) -> float:
    """Return the dated contract amount of a calendar year, milestones aside.

    Examples
    --------
    >>> from eastbound.scenarios.systems import load_systems
    >>> [contract_of_year(system, 2022) for system in load_systems() if system.id == "pos"]
    [15.0]
    """
    return float(_schedule(system.contract, year * 12, 12).mean())


def _schedule(dated: tuple[Step, ...], start: int, months: int) -> Floats:
    return capacity.steps(
        start, months, since=[step.ordinal for step in dated], amounts=[step.per_year for step in dated]
    )


def _yearly(system: System, world: World, stream: Stream) -> tuple[Paths, Paths, Paths]:
    """Return design amount, agreed amount and the amount that the built part carries, per year."""
    grid = world.grid
    design = _schedule(system.nameplate, grid.start, grid.months)[:, None]
    agreed = _schedule(system.contract, grid.start, grid.months)[:, None]
    ramped = design
    for addition in system.additions:
        first_flow = world.milestones.get(addition.milestone, np.full(stream.width, np.inf))
        step = _ramp(system, addition, first_flow, stream=stream, months=grid.months)
        agreed, ramped = agreed + step, ramped + step
        design = design + addition.per_year * capacity.open_part(grid.months, first_flow)
    return design, agreed, ramped


def _ramp(system: System, addition: Addition, first_flow: Floats, *, stream: Stream, months: int) -> Paths:
    uniform = stream.uniforms(system.flow, addition.milestone, "ramp", rows=1)[0]
    years = addition.years_low + (addition.years_high - addition.years_low) * uniform
    return addition.per_year * capacity.ramp(months, first_flow, first_year=addition.first_year, years=years)


def _lost_days(system: System, settings: Mapping[str, Any], grid: Grid, stream: Stream) -> Paths:
    median = settings["outage_median_days"]
    return capacity.outage_days(
        stream.uniforms(system.flow, "outages", rows=grid.months),
        capacity.month_days(grid.start, grid.months),
        per_year=system.outages.per_year,
        median=median,
        log_sd=float(np.log(settings["outage_p95_days"] / median)) / _Z95,
    )


def _wanted(
    line: Line, settings: Mapping[str, Any], world: World, stream: Stream, *, contract: Paths, when_open: Paths
) -> Paths:
    """Return what is ordered: contract with over-delivery, or demand, or the lesser of both."""
    system = line.system
    amounts = []
    if system.contracted:
        ordered = _over_delivery(line, settings, world, stream)
        ordered += 1.0
        ordered *= contract
        amounts.append(ordered)
    if system.demand is not None:
        level = system.demand.median * np.exp(system.demand.log_sd * stream.normals(system.flow, "demand", rows=1))
        noise = capacity.persistent(
            stream.normals(system.flow, "demand/months", rows=world.grid.months),
            persistence=settings["month_persistence"],
            sd=settings["demand_month_sd"],
        )
        np.exp(noise, out=noise)
        noise *= level
        noise *= when_open
        amounts.append(noise)
    return amounts[0] if len(amounts) == 1 else np.minimum(amounts[0], amounts[1], out=amounts[0])


def _over_delivery(line: Line, settings: Mapping[str, Any], world: World, stream: Stream) -> Paths:
    """Return flow over contract minus one: a level of the draw plus months that persist, within limits."""
    system = line.system
    mean, sd = line.over_delivery
    over = capacity.persistent(
        stream.normals(system.flow, "over", rows=world.grid.months),
        persistence=settings["month_persistence"],
        sd=settings["over_delivery_month_sd"],
    )
    over += mean + sd * stream.normals(system.flow, "over/level", rows=1)
    if not system.nameplate:  # a line that is yet to start
        first_flow = world.milestones.get(system.additions[0].milestone, np.full(stream.width, np.inf))
        month = np.arange(world.grid.months)[:, None]
        over[(month + 1 > first_flow) & (month < first_flow + 12.0)] -= settings["first_year_shortfall"]
    return np.clip(over, settings["over_delivery_low"], settings["over_delivery_high"], out=over)


def _pin(flow: Paths, known: tuple[Known, ...]) -> None:
    """Set published months and scale the other months of a published year to what is left of it."""
    free = np.ones(flow.shape[0], dtype=bool)
    for one in sorted(known, key=lambda k: k.last - k.first):
        rows = slice(one.first, one.last + 1)
        open_rows = np.arange(one.first, one.last + 1)[free[rows]]
        left = one.amount - flow[rows][~free[rows]].sum(axis=0)
        total = flow[open_rows].sum(axis=0)
        flow[open_rows] *= np.where(total > 0.0, np.maximum(left, 0.0) / np.where(total > 0.0, total, 1.0), 0.0)
        free[rows] = False
