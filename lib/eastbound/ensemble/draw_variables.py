"""Variables of an ensemble with one value per draw: dates of milestones, uncertain events, branches of the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import xarray as xr

from eastbound.constants import BLOCK
from eastbound.core.simulation.seeds import Stream
from eastbound.models.protocol import Grid
from eastbound.scenarios.branches import Branches, picked
from eastbound.scenarios.events import uncertain_draws
from eastbound.scenarios.milestones import milestone_months
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.tree import OTHER

# A scenario with the branches of the axes that it leaves open.
OpenScenario: TypeAlias = tuple[Scenario, Branches]


def block_streams(seed: int, draws: int) -> Iterator[tuple[slice, Stream]]:
    """Yield the draws of each block and its stream, so that memory does not grow with the draws.

    Examples
    --------
    >>> [part for part, _ in block_streams(1, 3)]
    [slice(0, 3, None)]
    """
    for first in range(0, draws, BLOCK):
        width = min(BLOCK, draws - first)
        yield slice(first, first + width), Stream(seed=seed, block=first // BLOCK, width=width)


def draw_variables(
    scenarios: Sequence[OpenScenario], *, grid: Grid, draws: int, seed: int, after: int
) -> dict[str, xr.Variable]:
    """Return the variables with dims (scenario, draw).

    Parameters
    ----------
    scenarios : sequence of (Scenario, Branches)
    grid : Grid
        The months that are simulated.
    draws, seed : int
    after : int
        Ordinal of the last observed month.

    Returns
    -------
    dict of str to xarray.Variable
        ``milestone.<id>``: date as a decimal year, infinite for never, for the milestones that all scenarios have.
        ``branch.<axis>``: position of the branch among the names in the attribute ``branches``; a scenario of the axis
        itself holds its own in every draw. ``happens``, if a scenario states the probability of a dated event: whether
        such an event happens; true in scenarios without one.

    Examples
    --------
    >>> from datetime import date
    >>> from eastbound.scenarios.branches import open_branches
    >>> from eastbound.scenarios.loader import load_scenario
    >>> scenario = load_scenario("baseline")
    >>> pair = (scenario, open_branches(scenario, as_of=date(2026, 10, 30)))
    >>> variables = draw_variables([pair], grid=Grid(2026 * 12, 120), draws=8, seed=1, after=24320)
    >>> variables["branch.sanctions"].shape, variables["branch.sanctions"].attrs["branches"][-1]
    ((1, 8), 'other')
    """
    return {
        **_dates(scenarios, grid=grid, draws=draws, seed=seed, after=after),
        **_happens([scenario for scenario, _ in scenarios], grid=grid, draws=draws, seed=seed),
        **_branches(scenarios, draws=draws, seed=seed),
    }


def _dates(
    scenarios: Sequence[OpenScenario], *, grid: Grid, draws: int, seed: int, after: int
) -> dict[str, xr.Variable]:
    dates = [_milestones(each, grid=grid, draws=draws, seed=seed, after=after) for each in scenarios]
    shared = [name for name in dates[0] if all(name in of_scenario for of_scenario in dates)]
    titles = scenarios[0][0].milestone_titles
    return {
        f"milestone.{name}": xr.Variable(
            ("scenario", "draw"),
            np.stack([of_scenario[name] for of_scenario in dates]),
            {"unit": "year", "label": titles[name]},
        )
        for name in shared
    }


def _milestones(scenario: OpenScenario, *, grid: Grid, draws: int, seed: int, after: int) -> dict[str, np.ndarray]:
    """Return the decimal year of each milestone by draw, infinite for never."""
    content, branches = scenario
    blocks = [
        milestone_months(content, start=grid.start, stream=stream, after=after, branches=branches)
        for _, stream in block_streams(seed, draws)
    ]
    return {name: (grid.start + np.concatenate([block[name] for block in blocks])) / 12 for name in blocks[0]}


def _happens(scenarios: Sequence[Scenario], *, grid: Grid, draws: int, seed: int) -> dict[str, xr.Variable]:
    rows = []
    for scenario in scenarios:
        parts = [
            uncertain_draws(scenario, start=grid.start, months=grid.months, stream=stream)
            for _, stream in block_streams(seed, draws)
        ]
        known = [part for part in parts if part is not None]
        rows.append(np.concatenate(known) if known else None)
    if all(row is None for row in rows):
        return {}
    table = np.stack([np.ones(draws, dtype=bool) if row is None else row for row in rows])
    attrs = {"unit": "1", "label": "an event with a stated probability happens"}
    return {"happens": xr.Variable(("scenario", "draw"), table, attrs)}


def _branches(scenarios: Sequence[OpenScenario], *, draws: int, seed: int) -> dict[str, xr.Variable]:
    names = {
        axis: [*(branch.name for branch in listed), OTHER]
        for _, open_ in scenarios
        for axis, listed in open_.axes.items()
    }
    variables = {}
    for axis, known in names.items():
        rows = [_positions(axis, known, each, draws=draws, seed=seed) for each in scenarios]
        attrs = {"unit": "1", "label": f"branch of the axis {axis}", "branches": known}
        variables[f"branch.{axis}"] = xr.Variable(("scenario", "draw"), np.stack(rows).astype(np.int8), attrs)
    return variables


def _positions(axis: str, known: list[str], scenario: OpenScenario, *, draws: int, seed: int) -> np.ndarray:
    """Return the position of the branch in each draw of one scenario."""
    content, branches = scenario
    if axis not in branches.axes:
        # An expired scenario is no branch any more; its draws are counted with the others.
        return np.full(draws, known.index(content.name) if content.name in known else len(known) - 1)
    parts = [picked(axis, branches.axes[axis], stream=stream) for _, stream in block_streams(seed, draws)]
    return np.concatenate(parts)
