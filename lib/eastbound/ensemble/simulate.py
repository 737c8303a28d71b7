"""The joint simulation: events, drivers, pipelines, trade and Primorye on the same draws.

Random numbers are keyed by subject, series and block, never by scenario, so
scenarios share them and their difference is the effect of the scenario alone
(METHODS 2.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.catalogue import unknown_series
from eastbound.constants import BLOCK, DRAWS, QUICK_DRAWS, SEED, UNTIL
from eastbound.core.simulation.memory import Memory
from eastbound.core.simulation.seeds import Stream
from eastbound.cores import usable_cores
from eastbound.ensemble.blocks import MOST_THREADS, fill_blocks, lent_memories
from eastbound.ensemble.cache import address, code_digest
from eastbound.ensemble.checks import check_possible
from eastbound.ensemble.derived import Derived, derived_series
from eastbound.ensemble.draw_variables import draw_variables
from eastbound.ensemble.expiry import expired_scenarios
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.lazy import lazy_variable
from eastbound.ensemble.progress import working
from eastbound.ensemble.reuse import Reuse
from eastbound.ensemble.store import Put, Stored
from eastbound.ensemble.store import stored as open_stored
from eastbound.ensemble.usual import baseline_of, less_usual, usual_effects
from eastbound.ensemble.views import hold_views
from eastbound.errors import InputError, ScenarioError
from eastbound.models import registry
from eastbound.models.protocol import Grid, World, grid_start, last_month
from eastbound.scenarios.branches import NO_BRANCHES, Branches, open_branches
from eastbound.scenarios.dates import refuse_past_events
from eastbound.scenarios.events import shocks
from eastbound.scenarios.hazards import known_on
from eastbound.scenarios.inputs import inputs_digest, load_all_inputs
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.milestones import milestone_months
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.statements import Statement, split_changes
from eastbound.scenarios.vocabulary import milestones
from eastbound.typing import Floats, Paths
from eastbound.values import listed, read_settings, refusal

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def simulate(  # noqa: PLR0913 - the names that notebooks and the command line share
    scenarios: str | Path | Scenario | Iterable[str | Path | Scenario],
    *,
    book: Evidence | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    quick: bool = False,
    full: bool = False,
    series: Iterable[str] | None = None,
    views: Iterable[str | Statement] = (),
    home: Path | None = None,
) -> xr.Dataset:
    """Simulate every series jointly under one or more scenarios.

    Parameters
    ----------
    scenarios : str, Path, Scenario, or an iterable of them
        Names in ``params/scenarios``, paths of scenario files, or loaded scenarios.
        A scenario named twice is taken once, in the order of first mention.
    book : Evidence, optional
        The evidence to forecast from; default is everything known.
    draws : int
        Joint draws per scenario.
    seed : int
        Root entropy.
    until : int
        Last year; the monthly grid ends with its December.
    quick : bool
        Use at most `constants.QUICK_DRAWS` draws, to see that things run.
    full : bool
        Fit the models in full mode: by Markov chains that must converge (METHODS 1.1).
    series : iterable of str, optional
        Ids to keep, and with a derived one the two that it is made of; all when not given.
    views : iterable of str or Statement
        Views that should hold, as `eastbound.scenarios.statements` describes them. A changed setting, such as
        ``set primorye.pull = 0.1``, acts in every scenario; the attribute ``changes`` lists them. All others hold in
        the first scenario, see `hold_views`.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    xarray.Dataset
        Dims (scenario, draw, period), float32, one variable per series with
        attributes ``unit``, ``label``, ``aggregate``; ``period`` is the first
        day of the month. Shares and utilizations are ratios of two simulated
        flows, undefined (NaN) where the second is zero; flows in yuan and roubles are those in dollars times the rate
        of the month. Variables of one value
        per draw: dates of milestones, branches of the scenario tree and uncertain events, see `draw_variables`.
        Coordinate ``title`` names the scenarios for people.

    Raises
    ------
    InputError
        If a number is out of its limits, a scenario is not known, or a view cannot be read.
    UnknownName
        If a series is not known.
    ModelError
        If a view lies outside the model.

    Notes
    -----
    In each draw of a scenario one branch of every other axis of the scenario tree holds, so the baseline is the
    mixture of the branches of every axis (`eastbound.scenarios.branches`).

    Ensembles are kept under their content hash, so the same call is computed once and memory-mapped afterwards. Draws
    are made and written in blocks, so memory does not grow with them; a series of a million draws takes half a gigabyte
    of disk, so name the series there.
    """
    numbers = read_settings(draws=draws, seed=seed, until=until, quick=quick, full=full)
    draws, seed, until, quick, full = numbers.values()
    book = _checked_book(book)
    chosen = _resolve(scenarios, home)
    refuse_past_events(chosen, book.as_of)
    wanted = min(draws, QUICK_DRAWS) if quick else draws
    grid = grid_of(book, until)
    settings, beliefs = split_changes(views)
    inputs = load_all_inputs(registry.order(), home=home, changes=settings)
    _refuse_undated(chosen, home)
    flows = registry.series(inputs)
    derived = derived_series(flows, book)
    names = names_kept(series, flows, derived)
    usual = usual_effects(baseline_of(home), book, grid=grid)
    common = {
        "series": names,
        "usual": {target: effect.tolist() for target, effect in usual.items()},
        "evidence": book.digest,
        "inputs": {subject: inputs_digest(values) for subject, values in inputs.items()},
        "code": code_digest(),
        "seed": seed,
        "draws": wanted,
        "until": until,
        "full": full,
    }
    expired = expired_scenarios(book, home=home)
    open_ = [open_branches(scenario, as_of=book.as_of, home=home, expired=expired) for scenario in chosen]
    worlds = [(known_on(scenario, book.as_of), branches) for scenario, branches in zip(chosen, open_, strict=True)]
    stored = _store_all(worlds, _Setup(common, book, inputs, grid, derived, usual))
    attrs: dict[str, Any] = {
        "as_of": str(book.as_of),
        "seed": seed,
        "draws": wanted,
        "until": until,
        "full": int(full),
        "digest": address(
            {**common, "scenarios": [[scenario.digest, branches.digest] for scenario, branches in worlds]}
        ),
    }
    if settings:
        attrs["changes"] = [str(change) for change in settings]
    variables = {
        **_path_variables(names, stored, book, derived=derived),
        **draw_variables(worlds, grid=grid, draws=wanted, seed=seed, after=last_month(book)),
    }
    ens = xr.Dataset(variables, coords=coordinates(chosen, grid, wanted), attrs=attrs)
    return hold_views(ens, beliefs) if beliefs else ens


def _checked_book(book: Evidence | None) -> Evidence:
    """Return the book to forecast from; a date in its place is a likely mistake."""
    from eastbound.evidence.book import Evidence, load_evidence

    if book is None:
        return load_evidence()
    if not isinstance(book, Evidence):
        message = f'{refusal("book", book, "evidence")} Load it, for example with `load_evidence(as_of="2026-10-30")`.'
        raise InputError(message)
    return book


def _resolve(scenarios: str | Path | Scenario | Iterable[str | Path | Scenario], home: Path | None) -> list[Scenario]:
    given = [scenarios] if isinstance(scenarios, Scenario) else listed(scenarios)
    loaded = [item if isinstance(item, Scenario) else load_scenario(item, home=home) for item in given]
    by_name: dict[str, Scenario] = {}
    for scenario in loaded:
        first = by_name.setdefault(scenario.name, scenario)
        if first.digest != scenario.digest:
            message = f"two different scenarios are called `{scenario.name}`; give one of them another `name`."
            raise InputError(message)
    if not by_name:
        message = "no scenario was given; name at least one, for example `baseline`."
        raise InputError(message)
    return list(by_name.values())


def _refuse_undated(scenarios: Iterable[Scenario], home: Path | None) -> None:
    """Refuse a scenario that dates some milestones but not all that the pipelines wait for."""
    for scenario in scenarios:
        dated = {milestone.id for milestone in scenario.milestones}
        missing = [name for name in milestones(home) if name not in dated]
        if dated and missing:
            message = (
                f"scenario `{scenario.name}` gives no date of the milestone `{missing[0]}`, which a pipeline of "
                "params/systems.yml waits for; add it to `milestones`, in the baseline or in the scenario."
            )
            raise ScenarioError(message)


def grid_of(book: Evidence, until: int) -> Grid:
    """Return the months from the first year to forecast to the end of another, not an earlier one."""
    start = grid_start(book)
    months = (until + 1) * 12 - start
    if months < 12:
        message = (
            f"`until` is {until}, before the first year to forecast, {start // 12}; choose that year or a later one."
        )
        raise InputError(message)
    return Grid(start=start, months=months)


def names_kept(series: Iterable[str] | None, flows: Sequence[str], derived: Mapping[str, Derived]) -> list[str]:
    """Return the ids to keep: flows as the models order them, then what follows from them; an unknown id is refused."""
    known = [*flows, *derived]
    if series is None:
        return known
    asked = set()
    for name in listed(series):
        if name not in known:
            raise unknown_series(name, known)
        asked |= {name, *(derived[name].parts if name in derived else ())}
    return [name for name in known if name in asked]


@dataclass(frozen=True)
class _Setup:
    """What all scenarios of a call have in common."""

    common: Mapping[str, Any]  # of the content address of each
    book: Evidence
    inputs: Mapping[str, Any]
    grid: Grid
    derived: Mapping[str, Derived]
    usual: Mapping[str, Floats]


def _store_all(worlds: Sequence[tuple[Scenario, Branches]], setup: _Setup) -> list[Stored]:
    """Open or simulate every scenario; those of one block of draws share what is the same, two at a time."""
    stored: list[Stored] = []
    # Draws of several blocks are simulated two blocks at a time instead, and are too large to be kept for others.
    if len(worlds) == 1 or setup.common["draws"] > BLOCK:
        for world in worlds:
            stored.append(_stored(world, setup, lender=stored[0] if stored else None))
        return stored
    reuse, waiting = Reuse(), list(worlds)
    threads = min(usable_cores(), MOST_THREADS)
    # A memory apart for the first scenario simulated, whose paths the others take over.
    with lent_memories(1) as first, lent_memories(threads) as memories:
        while waiting and not reuse.recorded:
            lender = stored[0] if stored else None
            stored.append(_stored(waiting.pop(0), setup, reuse=reuse, memories=first, lender=lender))
        shared: Any = {"reuse": reuse, "memories": memories, "lender": stored[0]}
        with ThreadPoolExecutor(threads) as pool:
            futures = [pool.submit(_stored, world, setup, **shared) for world in waiting]
            try:
                return stored + [future.result() for future in futures]
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _stored(
    world: tuple[Scenario, Branches],
    setup: _Setup,
    *,
    reuse: Reuse | None = None,
    memories: SimpleQueue[Memory] | None = None,
    lender: Stored | None = None,
) -> Stored:
    scenario, branches = world
    common, grid, book = setup.common, setup.grid, setup.book
    key = address({**common, "scenario": scenario.digest, "branches": branches.digest})
    names = [name for name in common["series"] if name not in setup.derived]

    def fill(put: Put) -> None:
        with working("fitting the models"):
            fits = fit_models(book, setup.inputs, grid=grid, full=common["full"])
        after = last_month(book)
        needed_fits = {subject: fits[subject] for subject in registry.needed(names, setup.inputs)}
        fixed: Any = {"grid": grid, "after": after, "branches": branches, "usual": setup.usual, "reuse": reuse}

        def block(stream: Stream, memory: Memory) -> dict[str, Paths]:
            paths = simulate_block(scenario, needed_fits, stream=stream, memory=memory, **fixed)
            check_possible(paths, scenario, grid=grid, stream=stream, after=after)
            return paths

        fill_blocks(put, names, block, draws=common["draws"], seed=common["seed"], memories=memories)

    def fill_visibly(put: Put) -> None:
        with working(f"Simulating {scenario.title}"):
            fill(put)

    shape = (len(names), grid.months, common["draws"])
    return open_stored(key, names, shape, fill=fill_visibly, lender=lender)


def simulate_block(  # noqa: PLR0913 - all that the world of one block is made of
    scenario: Scenario,
    fits: Mapping[str, Any],
    *,
    grid: Grid,
    stream: Stream,
    after: int,
    branches: Branches = NO_BRANCHES,
    memory: Memory | None = None,
    usual: Mapping[str, Floats] | None = None,
    reuse: Reuse | None = None,
) -> dict[str, Paths]:
    """Simulate one block of draws jointly through all models.

    Parameters
    ----------
    scenario : Scenario
        What happens in this world, its random events as `known_on` the as-of date.
    fits : mapping of subject to fitted model
        From `fit_models`, in simulation order; models without one are left out.
    grid : Grid
        The months to simulate.
    stream : Stream
        The random numbers of the block.
    after : int
        Ordinal of the last observed month: chance events happen after it.
    branches : Branches
        Those of the axes that the scenario leaves open, from `open_branches`.
    memory : Memory, optional
        Arrays of the block before, to be written again.
    usual : mapping of str to array, shape (months,), optional
        Log effects of events that the fits have learnt already, from `usual_effects`.
    reuse : Reuse, optional
        What another scenario has simulated of the same block.

    Returns
    -------
    dict of arrays, shape (period, draw)
        Levels in the unit of each series; those in `memory` are good until the next block.
    """
    paths: dict[str, Paths] = {}
    acting: Any = {"start": grid.start, "stream": stream, "after": after, "branches": branches}
    effects = shocks(scenario, months=grid.months, memory=memory, **acting)
    world = World(
        grid=grid,
        shocks=less_usual(effects, usual or {}, width=stream.width),
        milestones=milestone_months(scenario, **acting),
        paths=paths,
        memory=memory,
    )
    for subject, fit in fits.items():
        model = registry.model(subject)
        simulated = reuse.simulate(model, fit, world=world, stream=stream) if reuse else None
        paths.update(simulated or model.simulate(fit, world, stream))
    return paths


def _path_variables(
    names: list[str], stored: list[Stored], book: Evidence, *, derived: Mapping[str, Derived]
) -> dict[str, xr.Variable]:
    """Return a variable for each series, stored or computed from two that are."""
    about = book.series.loc[names, ["unit", "label", "aggregate"]].to_dict("index")
    result = {}
    for name in names:
        parts, combine = derived.get(name, ((name,), None))
        attrs = {str(key): value for key, value in about[name].items()}
        result[name] = lazy_variable(stored, parts, attrs, combine=combine)
    return result


def coordinates(scenarios: Sequence[Scenario], grid: Grid, draws: int) -> dict[str, Any]:
    """Return the coordinates of an ensemble."""
    start = pd.Period(year=grid.start // 12, month=grid.start % 12 + 1, freq="M")
    return {
        "scenario": [scenario.name for scenario in scenarios],
        "title": ("scenario", [scenario.title for scenario in scenarios]),
        "draw": np.arange(draws),
        "period": pd.period_range(start, periods=grid.months, freq="M").to_timestamp(),
    }
