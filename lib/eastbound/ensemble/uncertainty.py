"""How much of a forecast's width is noise, parameters, model, scenario and data conflict: an uncertainty decomposition.

Each step adds one source to those before it, on the same random numbers, so
that the difference of two steps is the effect of one source and not of chance.
What a step adds depends on what was added before it: the order is fixed and
printed, and the sum over the steps, not a single step, is what the data decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import logit
from threadpoolctl import threadpool_limits

from eastbound import catalogue
from eastbound.constants import BLOCK, DRAWS, QUICK_DRAWS, SEED, UNTIL
from eastbound.core.quantiles import quantiles
from eastbound.core.ratio import percent
from eastbound.core.simulation.memory import Memory
from eastbound.core.simulation.seeds import Stream
from eastbound.ensemble import cache
from eastbound.ensemble.aggregate import annual, ratio_of
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.simulate import simulate, simulate_block
from eastbound.ensemble.store import Put
from eastbound.ensemble.store import stored as open_stored
from eastbound.ensemble.usual import usual_effects
from eastbound.errors import InputError
from eastbound.language import mark
from eastbound.models import registry
from eastbound.models.plug_in import plug_in
from eastbound.models.protocol import Grid, grid_start, last_month
from eastbound.scenarios.hazards import known_on
from eastbound.scenarios.inputs import inputs_digest, load_all_inputs
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.tree import OTHER, load_tree
from eastbound.typing import Floats, Paths
from eastbound.values import read_settings

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

# In this order; each includes the sources before it.
STEPS: Final = {
    mark("noise"): mark(
        "what is still to come, with chance events and start dates; parameters and present state known"
    ),
    mark("parameters"): mark("what the data leave open within one model"),
    mark("model"): mark("views of the drift and members of the pool"),
    mark("scenario"): mark("branches of the scenario tree with their probabilities"),
    mark("data conflict"): mark("the second choice wherever sources differ"),
}
COLUMNS: Final = (
    *("series_id", "year", "step", "meaning", "unit", "median", "low80", "high80", "width", "added_width"),
    *("spread", "added_variance", "shift", "defined"),
)


def uncertainty_decomposition(
    series: str | Sequence[str],
    *,
    year: int = UNTIL,
    book: Evidence | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    quick: bool = False,
    home: Path | None = None,
) -> pd.DataFrame:
    """Split the uncertainty of some series in one year by its sources.

    Parameters
    ----------
    series : str or sequence of str
        Ids of simulated series.
    year : int
        The year whose uncertainty is split.
    book : Evidence, optional
        The evidence to forecast from; default is everything known.
    draws : int
        Joint draws per scenario.
    seed : int
        Root entropy.
    quick : bool
        Use few draws, to see that things run.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    DataFrame
        One row per series and step of `STEPS` with columns `COLUMNS`: median and central 80 % interval in the unit of
        the series; `width` of that interval with this source and all before it, `added_width` by which it exceeds the
        step before; `spread`, the standard deviation on the scale on which the models are additive (log-odds for a
        share, log for a flow that is never zero), and `added_variance`, the step of its square as a share of that
        with all scenarios; `shift`, by which the median moves from the step before; `defined`, the share of draws
        in which the series exists. The data conflict is no wider distribution but another book: its step compares
        the baseline fitted to the second choice with the step ``scenario``, by `shift`, and adds nothing.
        ``attrs`` hold `draws`, `as_of` and the number of `conflicts` and the `branches` with their probabilities.

    Raises
    ------
    UnknownName
        If a series is not simulated.
    InputError
        If no series is given, or a number is out of its limits.

    Notes
    -----
    METHODS 2.5 and 3.2. All steps share their random numbers. A mixture of models may be narrower than its first
    model, when the others are; then a step is negative. Branches of different axes of the tree are
    independent, and their effects add up, draw by draw, on the additive scale.
    """
    draws, seed, year = read_settings(draws=draws, seed=seed, until=year).values()
    wanted = [series] if isinstance(series, str) else list(dict.fromkeys(series))
    if not wanted:
        message = "no series was given; name at least one, for example `trade.china_russia.total`."
        raise InputError(message)
    if book is None:
        from eastbound.evidence.book import load_evidence

        book = load_evidence()
    from eastbound.evidence.second_choice import second_choice

    size = min(draws, QUICK_DRAWS) if quick else draws
    rival, conflicts = second_choice(book)
    options: dict[str, Any] = {"draws": size, "seed": seed, "until": year, "home": home}
    tree = load_tree(home)
    branches = {name: share for axis in tree.values() for name, share in axis.items() if name != OTHER}
    world = simulate("baseline", book=book, **options)
    other = simulate("baseline", book=rival, **options)
    for name in wanted:
        if name not in world:
            raise catalogue.unknown_series(name, map(str, world.data_vars))
    lower = _first_steps(wanted, book, size=size, seed=seed, year=year, home=home)
    rows = []
    for name in wanted:
        share = bool(book.series.loc[name, "unit"] == "percent" and book.series.loc[name, "upper"] == 100)
        samples = {**lower[name], "scenario": _at(world, name, "baseline", year)}
        samples["data conflict"] = _at(other, name, "baseline", year)
        rows += decompose(samples, series_id=name, year=year, unit=str(book.series.loc[name, "unit"]), share=share)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table.attrs = {"draws": size, "as_of": str(book.as_of), "conflicts": conflicts, "branches": branches}
    return table


def decompose(
    samples: Mapping[str, Floats], *, series_id: str, year: int, unit: str, share: bool = False
) -> list[dict[str, Any]]:
    """Measure each step from its draws.

    Parameters
    ----------
    samples : mapping of str to array, shape (draw,)
        A sample for each of `STEPS`; NaN where the series does not exist.
    series_id, year, unit
        Copied into the rows.
    share : bool
        Whether the series is a share between 0 and 100 %.

    Returns
    -------
    list of dict
        With the keys `COLUMNS`, see `uncertainty_decomposition`.

    Examples
    --------
    >>> normal = np.linspace(-3, 3, 601)
    >>> samples = {name: np.exp(k * normal) for k, name in enumerate(STEPS, start=1)}
    >>> [round(16 * row["added_variance"], 6) for row in decompose(samples, series_id="x", year=2030, unit="bcm")[:4]]
    [1.0, 3.0, 5.0, 7.0]
    """
    scale = _scale(list(samples.values()), share)
    spreads = {name: float(np.nanstd(_to(scale, sample))) for name, sample in samples.items()}
    total = spreads["scenario"] ** 2
    rows: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for name, sample in samples.items():
        low, median, high = (float(value) for value in quantiles(sample[None], [0.1, 0.5, 0.9])[0])
        conflict = name == "data conflict"
        below = rows[3] if conflict else before
        row = {"series_id": series_id, "year": year, "step": name, "meaning": STEPS[name], "unit": unit}
        row |= {"median": median, "low80": low, "high80": high, "width": high - low, "spread": spreads[name]}
        gain = spreads[name] ** 2 - below.get("spread", 0.0) ** 2
        row["added_width"] = np.nan if conflict else row["width"] - below.get("width", 0.0)
        row["added_variance"] = np.nan if conflict or not total else gain / total
        row["shift"] = median - below["median"] if below else 0.0
        row["defined"] = float(np.isfinite(sample).mean())
        rows.append(row)
        before = row
    return rows


def _scale(samples: Sequence[Floats], share: bool) -> str:
    """Return the scale on which effects add up; one that all samples have."""
    low = min(float(np.nanmin(sample, initial=np.inf)) for sample in samples)
    high = max(float(np.nanmax(sample, initial=-np.inf)) for sample in samples)
    if share and low > 0 and high < 100:
        return "log-odds"
    return "log" if low > 0 and not share else "unit"


def _to(scale: str, values: Floats) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    return logit(array / 100.0) if scale == "log-odds" else np.log(array) if scale == "log" else array


def _at(ens: xr.Dataset, series_id: str, scenario: str, year: int) -> Floats:
    return np.asarray(annual(ens, series_id).sel(scenario=scenario, year=year), dtype=np.float64)


def _first_steps(
    wanted: Sequence[str], book: Evidence, *, size: int, seed: int, year: int, home: Path | None
) -> dict[str, dict[str, Floats]]:
    """Return the draws of the steps before the branches of the tree, from the store or simulated."""
    inputs = load_all_inputs(registry.order(), home=home)
    scenario = load_scenario("baseline", home=home)
    grid = Grid(grid_start(book), 12 * (year + 1) - grid_start(book))
    parts: dict[str, object] = {
        "uncertainty_decomposition": list(wanted),
        "evidence": book.digest,
        "inputs": {subject: inputs_digest(values) for subject, values in inputs.items()},
        "code": cache.code_digest(),
        "scenario": scenario.digest,
        "numbers": [seed, size, year],
    }
    key = cache.address(parts)

    @threadpool_limits.wrap(limits=1, user_api="blas")  # as in `blocks`
    def fill(put: Put) -> None:
        array = np.empty((len(wanted), 3, size), np.float32)
        full = fit_models(book, inputs, grid=grid)
        fits = {name: _alone(name, fit) for name, fit in full.items()}
        known: dict[str, Any] = plug_in(fits)
        world, usual = known_on(scenario, book.as_of), usual_effects(scenario, book, grid=grid)
        options: dict[str, Any] = {"grid": grid, "after": last_month(book), "usual": usual}
        rules = {name: str(book.series.loc[name, "aggregate"]) for name in wanted}
        for step, chosen in enumerate((known, fits, full)):
            memory = Memory()
            for first in range(0, size, BLOCK):
                width = min(BLOCK, size - first)
                stream = Stream(seed, first // BLOCK, width)
                paths = simulate_block(world, chosen, stream=stream, memory=memory, **options)
                for row, name in enumerate(wanted):
                    array[row, step, first : first + width] = _last_year(paths, name, rules[name])
        put(slice(0, size), list(array))

    stored = open_stored(key, list(wanted), (len(wanted), 3, size), fill=fill)
    steps = ("noise", "parameters", "model")
    return {
        name: dict(zip(steps, stored.paths(row).astype(np.float64), strict=True)) for row, name in enumerate(wanted)
    }


def _alone(subject: str, fit: Any) -> Any:
    """Return a fit that follows one model of several."""
    if not is_dataclass(fit) or isinstance(fit, type) or not hasattr(fit, "settings"):
        return fit
    chosen = {name: value for name, value in registry.model(subject).SINGLE.items() if name in fit.settings}
    return replace(fit, settings={**fit.settings, **chosen}) if chosen else fit


def _last_year(paths: Mapping[str, Paths], series_id: str, rule: str) -> Floats:
    """Return a series in the last year of its paths, by the rule of its card."""
    flows = ratio_of(rule)
    if flows:
        return np.asarray(percent(*(paths[flow][-12:].sum(axis=0) for flow in flows)), dtype=np.float64)
    months = reduce(np.multiply, (paths[part][-12:] for part in catalogue.conversions().get(series_id, (series_id,))))
    return np.asarray(months[-1] if rule == "last" else getattr(months, rule)(axis=0), dtype=np.float64)
