"""The assumption register: every judgement of the run, ranked by its effect on the headline numbers.

Two kinds of judgement are measured in two ways. Probabilities of the scenario tree are raised by weighting the draws of
the ensemble anew, which is exact and costs nothing. Numbers in ``params`` act through the models, so the baseline is
simulated again with each of them raised, on the same random numbers; ``tests/benchmarks/judgements.py`` does that and
keeps the effects in ``judgement_effects.csv``, so that a page stays fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble.aggregate import annual, scenario_part
from eastbound.ensemble.headline import Headline, headline_numbers
from eastbound.risk.judgements import judgements, raised
from eastbound.risk.register import NORMAL_80
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.reporting import load_reporting
from eastbound.scenarios.tree import OTHER
from eastbound.typing import Floats

EFFECTS: Final = Path(__file__).with_name("judgement_effects.csv")
COLUMNS: Final = ("file", "key", "value", "raised", "number", "unit", "change", "mcse", "size", "status")
REGISTER: Final = (*COLUMNS, "why")
_DENSITY: Final = 0.4  # a probability near one half moves by this much when the median moves by a standard deviation
_SIGNIFICANT: Final = 2.0  # standard errors; a smaller change is ranked as none


def assumption_register(ens: xr.Dataset, *, home: Path | None = None) -> pd.DataFrame:
    """Rank every judgement of the run by its effect on the headline numbers.

    Parameters
    ----------
    ens : xarray.Dataset, dims (scenario, draw, period)
        From `simulate`; the first scenario counts, whose branches give the effect of their probabilities.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    DataFrame
        One row per judgement and headline number that it moves, columns `REGISTER`: where it stands, its value and the
        one a quarter higher, the headline number (`Headline.name`), by how much that changes in `unit` with its
        Monte-Carlo error, and the `size` of the change in standard deviations of the forecast, where four points of
        probability count as a tenth. `status` is ``measured``, ``changed`` (the value differs from the one that was
        measured), ``not measured``, ``refused`` (no valid run with the higher value) or ``no number`` (a date or a
        word). The judgement with the largest size comes first; changes within two
        standard errors count as none and come last.

    Notes
    -----
    METHODS 5, sensitivity one at a time. The effects of numbers in ``params`` are those of the baseline when the table
    was last measured; the effects of probabilities are those of this ensemble.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), until=2035, quick=True)
    >>> register = assumption_register(ens)
    >>> set(register["status"]) <= {"measured", "changed", "not measured", "refused", "no number"}
    True
    """
    part = scenario_part(ens, 0)
    rows = [*_measured(home), *_probabilities(part, home)]
    table = pd.DataFrame(rows, columns=list(REGISTER))
    clear = table["change"].abs() > _SIGNIFICANT * table["mcse"]
    own = table["size"].abs().where(clear, 0.0)
    ordered = table.assign(rank=-own.groupby([table["file"], table["key"]]).transform("max"), own=-own)
    ordered = ordered.sort_values(["rank", "file", "key", "own"], kind="stable")
    return ordered[list(REGISTER)].reset_index(drop=True)


def size_of(change: float, number: Headline) -> float:
    """Return a change of a headline number in standard deviations of the forecast.

    Parameters
    ----------
    change : float
        In the unit of the number.
    number : Headline
        Before the change.

    Examples
    --------
    >>> round(size_of(4.0, Headline("p", "s", "target", 2030, value=86, low=85, high=87, unit="percent")), 3)
    0.1
    """
    if number.kind != "median":
        return change / 100.0 / _DENSITY
    deviation = (number.high - number.low) / NORMAL_80
    return change / deviation if deviation else 0.0


def _measured(home: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the numbers in ``params`` with their effects as they were measured."""
    known = pd.read_csv(EFFECTS, keep_default_na=False)
    effects = {pair: rows.to_dict("records") for pair, rows in known.groupby(["file", "key"])}
    for item in judgements(home):
        own = {"file": item.file, "key": item.key, "value": item.value, "raised": item.raised, "why": item.why}
        rows = effects.get((item.file, item.key), [])
        if not item.path or item.value == item.raised:
            yield {**own, "number": "", "status": "no number"}
        elif not rows:
            yield {**own, "number": "", "status": "not measured"}
        for row in rows:
            changed = not np.isclose(float(row["value"]), item.value)
            status = "changed" if changed else row["status"]
            yield {**{str(name): cell for name, cell in row.items()}, **own, "status": status}


def _probabilities(ens: xr.Dataset, home: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the probabilities of the branches with their effects, by new weights of the draws."""
    numbers = headline_numbers(ens, home=home)
    outcomes = {item.name: _outcome(ens, item, home) for item in numbers}
    orders = {name: np.argsort(values, kind="stable") for name, values in outcomes.items()}  # once for all branches
    for variable in map(str, ens.data_vars):
        if not variable.startswith("branch."):
            continue
        picks = ens[variable].to_numpy()[0]
        for index, name in enumerate(ens[variable].attrs["branches"]):
            holds = picks == index
            scenario = None if name == OTHER else load_scenario(name, home=home)
            if scenario is None or scenario.probability is None or not holds.any() or holds.all():
                continue
            chance = scenario.probability.value
            higher = raised(chance, "probability")
            own = {"file": f"scenarios/{name}.yml", "key": "probability", "why": scenario.probability.why or ""}
            known = {**own, "value": chance, "raised": higher, "status": "measured"}
            weights = np.where(holds, higher / chance, (1 - higher) / (1 - chance))
            for item in numbers:
                order = orders[item.name]
                change, error = _reweighted(outcomes[item.name][order], weights[order], median=item.kind == "median")
                effect = {"change": change, "mcse": error, "size": size_of(change, item)}
                yield {**known, "number": item.name, "unit": item.unit, **effect}


def _outcome(ens: xr.Dataset, item: Headline, home: Path | None) -> Floats:
    """Return what a headline number is the median or the mean of, by draw; percent for an event."""
    yearly = annual(ens, item.series).isel(scenario=0).transpose("year", "draw")
    values, years = yearly.to_numpy().astype(np.float64), yearly["year"].to_numpy()
    reporting = load_reporting(home)
    if item.kind == "target":
        return np.asarray(100.0 * (values[years <= item.year] >= reporting.target.value).any(axis=0))
    year = values[years == item.year][0]
    if item.kind == "claim":
        return np.asarray(100.0 * ((year >= reporting.claim.low) & (year <= reporting.claim.high)))
    return np.asarray(year)


def _reweighted(values: Floats, weights: Floats, *, median: bool) -> tuple[float, float]:
    """Return the change of a median or mean when ascending values get new weights, and its Monte-Carlo error.

    The error is that of the influence of single draws; the density at the median is that of the middle tenth.

    Examples
    --------
    >>> _reweighted(np.arange(5.0), np.array([1.0, 1, 1, 1, 6]), median=False)[0]
    1.0
    >>> _reweighted(np.arange(5.0), np.ones(5), median=True)
    (0.0, 0.0)
    """
    known = np.isfinite(values)
    values, weights = values[known], weights[known] / weights[known].mean()
    if not median:
        mean = values.mean()
        change, influence = float(np.average(values, weights=weights) - mean), (weights - 1.0) * (values - mean)
    else:
        middle = np.cumsum(weights) - weights / 2.0
        centre = float(np.median(values))
        change = float(np.interp(len(values) / 2.0, middle, values)) - centre
        low, high = np.quantile(values, [0.45, 0.55])
        influence = (weights - 1.0) * (0.5 - (values <= centre)) * (high - low) / 0.1
    return change, float(influence.std() / np.sqrt(len(values)))
