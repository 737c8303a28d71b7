"""The flow of one pipeline: the least of capacity, contract and demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.core.simulation import capacity
from eastbound.core.simulation.memory import rounded
from eastbound.core.structural.simulate import normal_tables
from eastbound.models.pipelines.steps import early_share, step_factor
from eastbound.scenarios.systems import Addition, Pipeline, Step
from eastbound.typing import Bools, Floats, Ints, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.models.protocol import Grid, World

GAS_TOTAL: Final = "gas.russia_to_china.pipeline_deliveries"  # an event may act on all lines of gas at once
_Z95: Final = 1.6448536269514722  # standard normal quantile at 95 %


@dataclass(frozen=True)
class Known:
    """A published flow inside the grid.

    Parameters
    ----------
    first, last : int
        Positions of its first and last month in the grid.
    amount : float or array, shape (draw,)
        In the unit of the line.
    """

    first: int
    last: int
    amount: float | Floats


@dataclass(frozen=True)
class FittedPipeline:
    """A pipeline with its fitted over-delivery and published flows.

    Parameters
    ----------
    system : Pipeline
    over_delivery : (float, float)
        Mean and sd of yearly flow over contract minus one; zeros without a contract.
    known : tuple of Known
        Months and years of the grid that are published.
    demand : (float, float) or None
        Log of the median yearly demand and its sd, given the years before the grid; None takes the prior.
    """

    system: Pipeline
    over_delivery: tuple[float, float] = (0.0, 0.0)
    known: tuple[Known, ...] = ()
    demand: tuple[float, float] | None = None


@dataclass(frozen=True)
class Amounts:
    """Monthly volumes of a pipeline, shape (month, draw); possibly read-only views.

    Parameters
    ----------
    flow : array
        What is delivered.
    nameplate : array
        Design amount, spread evenly over days; zero before first gas.
    contract : array
        Agreed amount of the ramp step, spread over open days; zero without contract.
    technical : array
        Flow at full rate on all days that are neither planned stops nor outages.
    """

    flow: Paths
    nameplate: Paths
    contract: Paths
    technical: Paths


@dataclass(frozen=True)
class Shift:
    """Correction of the drawn over-delivery, inferred from customs values.

    Parameters
    ----------
    level : array, shape (width,)
        For all months.
    months : array, shape (rows, width)
        For the first months of the grid, whole years of them.
    """

    level: Floats
    months: Floats


def simulate_pipeline(
    line: FittedPipeline, settings: Mapping[str, Any], *, world: World, stream: Stream, shift: Shift | None = None
) -> Amounts:
    """Simulate one pipeline.

    Parameters
    ----------
    line : FittedPipeline
    settings : mapping
        Of ``params/models/pipelines.yml``.
    world : World
        Milestones and the shock of this line's flow. A shock multiplies the
        flow, which stays within technical capacity.
    stream : Stream
    shift : Shift, optional
        From data on months that are not published.

    Returns
    -------
    Amounts

    Notes
    -----
    ``flow = min(technical, contract * (1 + over-delivery), demand)``, METHODS 2.3.
    """
    system, grid = line.system, world.grid
    closed = capacity.stop_days(grid.start, grid.months, [stop.days for stop in system.stops])
    open_days = capacity.month_days(grid.start, grid.months) - closed
    when_open = capacity.year_part(grid.start, grid.months, open_days)
    result = _unwritten(system, world, stream)
    _fill_capacities(result, system, world, stream, open_days=open_days, when_open=when_open)
    cells, part = _outages(line, settings, grid, stream, open_days=open_days)
    result.technical.ravel()[cells] *= rounded(part)[0]
    columns, log_factor = _shocked(system, world)
    # one exponential does for demand and events
    in_demand = log_factor if isinstance(columns, slice) and not system.contracted else None
    demand = _demand(line, settings, stream, when_open=when_open, effect=in_demand) if system.demand else None
    wanted = _wanted(line, settings, world, stream, contract=result.contract, shift=shift, demand=demand)
    for year, amount in zip(capacity.calendar_years(grid.months), wanted, strict=True):
        if log_factor is not None and in_demand is None:
            amount[:, columns] *= np.exp(log_factor[year])
        np.minimum(amount, result.technical[year], out=result.flow[year])
    if line.known:
        published = _pin(result.flow, line.known, contracted=system.contracted)
        np.minimum(result.flow, result.technical, out=result.flow, where=~published[:, None])
        np.maximum(result.technical, result.flow, out=result.technical)  # what flowed could flow
    nameplate, contract = (np.broadcast_to(path, result.flow.shape) for path in (result.nameplate, result.contract))
    return Amounts(result.flow, nameplate, contract, result.technical)


def _shocked(system: Pipeline, world: World) -> tuple[Ints | slice, Paths | None]:
    """Return the draws that events affect, and the log factor on their flow; most draws have no rare event."""
    targets = (system.flow, GAS_TOTAL) if system.unit == "bcm" else (system.flow,)
    shocks = [world.shocks[target] for target in targets if target in world.shocks]
    if not shocks:
        return slice(None), None
    touched = np.flatnonzero(np.any([shock.any(axis=0) for shock in shocks], axis=0))
    if 2 * touched.size > shocks[0].shape[1]:
        return slice(None), sum(shocks[1:], shocks[0])
    parts = [np.take(shock, touched, axis=1) for shock in shocks]
    return touched, sum(parts[1:], parts[0])


def contract_of_year(system: Pipeline, year: int) -> float:
    """Return the dated contract amount of a calendar year, without milestones.

    Examples
    --------
    >>> from eastbound.scenarios.systems import read_systems
    >>> [contract_of_year(system, 2022) for system in read_systems().systems if system.id == "pos"]
    [15.0]
    """
    return float(schedule(system.contract, year * 12, 12).mean())


def schedule(dated: tuple[Step, ...], start: int, months: int) -> Floats:
    """Return the yearly amount in force in each month, without milestones; zero before the first date."""
    return capacity.steps(
        start, months, since=[step.ordinal for step in dated], amounts=[step.per_year for step in dated]
    )


def _unwritten(system: Pipeline, world: World, stream: Stream) -> Amounts:
    """Allocate the amounts; a single column where all draws agree."""
    names = {part: f"{system.flow}/{part}" for part in ("flow", "nameplate", "contract", "technical")}
    paths = world.unwritten((names["flow"], names["technical"]), stream.width)
    paths |= world.unwritten((names["nameplate"], names["contract"]), stream.width if system.additions else 1)
    return Amounts(**{part: paths[name] for part, name in names.items()})


def _fill_capacities(
    amounts: Amounts, system: Pipeline, world: World, stream: Stream, *, open_days: Floats, when_open: Floats
) -> None:
    """Write nameplate, contract and technical amounts without outages."""
    grid = world.grid
    even = capacity.year_part(grid.start, grid.months)
    full_rate = system.technical.factor * even * open_days / capacity.month_days(grid.start, grid.months)
    even, when_open, full_rate = rounded(even, when_open, full_rate)
    years = zip(capacity.calendar_years(grid.months), _yearly(system, world, stream), strict=True)
    for year, (design, agreed, built) in years:
        np.multiply(design, even[year, None], out=amounts.nameplate[year])
        np.multiply(agreed, when_open[year, None], out=amounts.contract[year])
        np.multiply(built, full_rate[year, None], out=amounts.technical[year])


def _yearly(system: Pipeline, world: World, stream: Stream) -> Iterator[tuple[Paths, Paths, Paths]]:
    """Yield design amount, agreed amount and the amount that the built part carries, per year, by year and month."""
    grid = world.grid
    nameplate, contract = rounded(
        *(schedule(dated, grid.start, grid.months) for dated in (system.nameplate, system.contract))
    )
    additions = [_ramp(system, addition, world, stream) for addition in system.additions]
    for year in capacity.calendar_years(grid.months):
        design, agreed, carried = nameplate[year, None], contract[year, None], nameplate[year, None]
        for addition in additions:
            built, delivered = next(addition)
            design, agreed, carried = design + built, agreed + delivered, carried + delivered
        yield design, agreed, carried


def _ramp(
    system: Pipeline, addition: Addition, world: World, stream: Stream
) -> Iterator[tuple[Paths | float, Paths | float]]:
    uniform = stream.uniforms(system.flow, addition.milestone, "ramp", rows=1)[0]
    return capacity.ramp(
        world.grid.months,
        _first_flow(addition, world, stream),
        full=addition.per_year,
        first_year=addition.first_year,
        years=addition.years_low + (addition.years_high - addition.years_low) * uniform,
    )


def _first_flow(addition: Addition, world: World, stream: Stream) -> Floats:
    return world.milestones.get(addition.milestone, np.full(stream.width, np.inf))


def _outages(
    line: FittedPipeline, settings: Mapping[str, Any], grid: Grid, stream: Stream, *, open_days: Floats
) -> tuple[Ints, Floats]:
    """Return the cells of months and draws with an outage, and the part of the open days that it leaves."""
    median = settings["outage_median_days"]
    chance = capacity.monthly_chance(line.system.outages.per_year)
    begun, level = stream.below(line.system.flow, "outages", rows=grid.months, chance=chance)
    cells, lost = capacity.outages(
        (begun, level / chance),
        capacity.month_days(grid.start, grid.months),
        width=stream.width,
        median=median,
        log_sd=float(np.log(settings["outage_p95_days"] / median)) / _Z95,
    )
    imagined = ~_covered(grid.months, line.known)  # no outage is imagined where the flow is published
    month = cells // stream.width
    left = np.maximum(open_days[month] - lost, 0.0) / np.maximum(open_days[month], 1.0)
    return cells[imagined[month]], left[imagined[month]]


def _wanted(
    line: FittedPipeline,
    settings: Mapping[str, Any],
    world: World,
    stream: Stream,
    *,
    contract: Paths,
    shift: Shift | None,
    demand: Iterator[Paths] | None,
) -> Iterator[Paths]:
    """Yield, by year, the monthly orders: contract with over-delivery, demand, or the lesser of both."""
    contracted = line.system.contracted
    ordered = _ordered(line, settings, world, stream, contract=contract, shift=shift) if contracted else None
    if ordered and demand:
        return map(np.minimum, ordered, demand)
    return ordered or demand or iter(())


def _demand(
    line: FittedPipeline, settings: Mapping[str, Any], stream: Stream, *, when_open: Paths, effect: Paths | None
) -> Iterator[Paths]:
    """Yield demand by year: a level per draw times persistent monthly noise, with the log effect of events if given."""
    system = line.system
    assert system.demand is not None
    centre, spread = line.demand or (np.log(system.demand.median), system.demand.log_sd)
    level, when_open = rounded(np.exp(centre + spread * stream.normals(system.flow, "demand", rows=1)[0]), when_open)
    noise = _months(stream, system.flow, "demand/months", sd=settings["demand_month_sd"], settings=settings)
    for year, amount in zip(capacity.calendar_years(len(when_open)), noise, strict=False):
        if effect is not None:
            amount += effect[year]
        np.exp(amount, out=amount)
        amount *= level
        amount *= when_open[year, None]
        yield amount


def _ordered(
    line: FittedPipeline,
    settings: Mapping[str, Any],
    world: World,
    stream: Stream,
    *,
    contract: Paths,
    shift: Shift | None,
) -> Iterator[Paths]:
    """Yield contract with over-delivery by year: a level per draw plus persistent monthly noise, within limits."""
    system = line.system
    mean, sd = line.over_delivery
    level = 1.0 + mean + sd * stream.normals(system.flow, "over/level", rows=1)[0]
    if shift is not None:
        level += shift.level
    (level,) = rounded(level)
    low, high = 1.0 + settings["over_delivery_low"], 1.0 + settings["over_delivery_high"]
    # Only a line that is yet to start has a first year ahead.
    first_flow = None if system.nameplate else _first_flow(system.additions[0], world, stream)
    noise = _months(stream, system.flow, "over", sd=settings["over_delivery_month_sd"], settings=settings)
    agreed = schedule(system.contract, world.grid.start, len(contract) + 1)
    for year, amount in zip(capacity.calendar_years(len(contract)), noise, strict=False):
        amount += level
        if shift is not None and year.start < len(shift.months):
            amount += shift.months[year]
        if first_flow is not None:
            # few draws are in their first twelve months
            young = np.flatnonzero((first_flow < year.stop) & (first_flow > year.start - 12.0))
            month, since = np.arange(year.start, year.stop)[:, None], first_flow[young]
            amount[:, young] -= settings["first_year_shortfall"] * ((since < month + 1) & (since > month - 12.0))
        np.clip(amount, low, high, out=amount)
        amount *= contract[year]
        now, following = float(agreed[year.stop - 1]), float(agreed[year.stop])
        if following > now > 0.0:
            share = early_share(stream.uniforms(system.flow, "step", str(world.grid.start + year.stop), rows=1)[0])
            amount *= step_factor(now, following, weights=contract[year, 0], share=share)
        yield amount


def _months(stream: Stream, *key: str, sd: float, settings: Mapping[str, Any]) -> Iterator[Paths]:
    """Yield autocorrelated monthly noise, a year at a time."""
    return capacity.persistent(normal_tables(stream, *key, rows=12), persistence=settings["month_persistence"], sd=sd)


def _pin(flow: Paths, known: tuple[Known, ...], *, contracted: bool) -> Bools:
    """Set published months and sums, scale the remaining months to fit, and return which months are published.

    A contract binds years: where a part of one is published, the rest delivers what the draw has left of its year.
    """
    published, free = _covered(len(flow), known), np.ones(len(flow), dtype=bool)
    years = [year for year in capacity.calendar_years(len(flow)) if 0 < published[year].sum() < len(flow[year])]
    begun = [Known(year.start, year.stop - 1, flow[year].sum(axis=0)) for year in years]
    # Short spans first: a month is set before the year that contains it is closed.
    for span in (*sorted(known, key=lambda k: k.last - k.first), *(begun if contracted else ())):
        rows = np.arange(span.first, span.last + 1)
        open_rows, settled = rows[free[rows]], rows[~free[rows]]
        left = span.amount - flow[settled].sum(axis=0)
        total = flow[open_rows].sum(axis=0)
        flow[open_rows] *= np.where(total > 0.0, np.maximum(left, 0.0) / np.where(total > 0.0, total, 1.0), 0.0)
        free[rows] = False
    return published


def _covered(months: int, known: tuple[Known, ...]) -> Bools:
    covered = np.zeros(months, dtype=bool)
    for span in known:
        covered[span.first : span.last + 1] = True
    return covered
