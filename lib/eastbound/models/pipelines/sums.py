"""Sums over pipelines: total gas, pipelines that feed others, and energy over capacity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.core.simulation.capacity import calendar_years, month_days, stop_days, year_part
from eastbound.models.pipelines.flow import GAS_TOTAL, schedule
from eastbound.scenarios.systems import Pipeline
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.models.protocol import Grid, World

ENERGY: Final = "energy.eastern_pipelines.deliveries"
ENERGY_CAPACITY: Final = "energy.eastern_pipelines.capacity"
SUMS: Final = (GAS_TOTAL, ENERGY, ENERGY_CAPACITY)


def add_sums(
    paths: dict[str, Paths], systems: tuple[Pipeline, ...], settings: Mapping[str, Any], *, world: World, width: int
) -> None:
    """Add total gas, energy and its capacity, and the pipelines that feed others.

    Parameters
    ----------
    paths : dict of arrays, shape (month, draw)
        Flows and nameplates of all lines; the sums join them.
    systems : tuple of Pipeline
    settings : mapping
        Of ``params/models/pipelines.yml``, with ``derived``.
    world : World
    width : int
        Number of draws.

    Notes
    -----
    METHODS 2.3. Energy in Mt of oil equivalent. A nameplate counts from first flow, for open days
    only: planned stops are taken off, outages are not.
    """
    grid = world.grid
    paths |= world.unwritten(SUMS, width)
    energy = {"bcm": settings["toe_per_bcm"], "Mt": settings["toe_per_mt"]}
    gas, oil = ([paths[system.flow] for system in systems if system.unit == unit] for unit in energy)
    scratch = np.empty((12, width))
    for year in calendar_years(grid.months):
        total, flow = paths[GAS_TOTAL][year], paths[ENERGY][year]
        _add_rows(gas, year, out=total)
        _add_rows(oil, year, out=flow)
        flow *= energy["Mt"]
        flow += np.multiply(total, energy["bcm"], out=scratch)
    _write_capacity(paths, systems, energy, grid=grid)
    for line in settings["derived"]:
        fed = [paths[system.flow] for system in systems if system.id in line.feeds]
        paths |= world.unwritten((f"{line.series}.deliveries",), width)
        for year in calendar_years(grid.months):
            _add_rows(fed, year, out=paths[f"{line.series}.deliveries"][year])
        amount = schedule(line.nameplate, grid.start, grid.months) * year_part(grid.start, grid.months)
        paths[f"{line.series}.capacity_nameplate"] = np.broadcast_to(amount[:, None], (grid.months, width))


def _add_rows(parts: list[Paths], year: slice, *, out: Paths) -> None:
    np.add(parts[0][year], parts[1][year] if len(parts) > 1 else 0.0, out=out)
    for part in parts[2:]:
        out += part[year]


def _write_capacity(
    paths: Mapping[str, Paths], systems: tuple[Pipeline, ...], energy: Mapping[str, float], *, grid: Grid
) -> None:
    """Write the energy equivalent of the nameplates over the open days of each month."""
    days, same = month_days(grid.start, grid.months), np.zeros(grid.months)
    grown = []  # lines whose nameplate is not the same in all draws
    for system in systems:
        closed = stop_days(grid.start, grid.months, [stop.days for stop in system.stops])
        part, nameplate = energy[system.unit] * (1.0 - closed / days), paths[f"{system.series}.capacity_nameplate"]
        if system.additions:
            grown.append((part, nameplate))
        else:
            same += part * nameplate[:, 0]
    scratch = np.empty((12, paths[ENERGY_CAPACITY].shape[1]))
    for year in calendar_years(grid.months):
        rows = paths[ENERGY_CAPACITY][year]
        rows[:] = same[year, None]
        for part, nameplate in grown:
            rows += np.multiply(nameplate[year], part[year, None], out=scratch)
