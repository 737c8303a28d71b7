"""The risk register, computed from the draws: how probable each event is, and how much it moves the forecast.

The impact of an event is the difference between the median of a headline series in the draws in which the event happens
and in those in which it does not. All draws come from one simulation, so the two groups differ in the event and in what
goes with it; a register is therefore a ranking of associations, not of treatments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.core import quantiles as core
from eastbound.ensemble import summary
from eastbound.ensemble.aggregate import annual, scenario_part
from eastbound.errors import InputError
from eastbound.language import mark
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.reporting import load_reporting
from eastbound.scenarios.tree import OTHER
from eastbound.typing import Bools, Floats

# Titles of events that a reader of another language sees in it.
REACHED: Final = mark("{event} by {year}")
HAPPENS: Final = mark("The event of “{title}” happens")
COLUMNS: Final = (
    *("event", "kind", "title", "probability", "mcse", "series_id", "year", "impact", "impact_mcse", "unit", "size"),
    *("earlier", "moved"),
)
LEAST_DRAWS: Final = 30  # on each side of a comparison; a median of fewer says little (judgement)
SIGNIFICANT: Final = 3.0  # standard errors; a register makes a hundred comparisons
NORMAL_80: Final = 2.5631  # width of the central 80 % of a standard normal distribution
_ERROR_OF_MEDIAN: Final = 1.2533  # standard error of a median over that of a mean, of a normal distribution


class ImpactBand(NamedTuple):
    """A band of impacts in standard deviations of the forecast; the lower end is included."""

    low: float
    high: float
    word: str


# A quarter of a standard deviation moves a median from the 50th to the 60th percentile, a whole one to the 84th
# (judgement, in the spirit of Cohen's conventions .2, .5 and .8).
IMPACT_BANDS: Final = (
    ImpactBand(0.0, 0.1, "minor"),
    ImpactBand(0.1, 0.25, "small"),
    ImpactBand(0.25, 0.5, "moderate"),
    ImpactBand(0.5, 1.0, "large"),
    ImpactBand(1.0, np.inf, "very large"),
)


@dataclass(frozen=True)
class Event:
    """Hold an event of the simulation and the draws in which it happens.

    Parameters
    ----------
    name : str
        Stable id: the variable of the ensemble, and for a branch of the scenario tree its name.
    kind : {"scenario", "milestone", "event"}
        A branch of the tree, a milestone reached by a year, or the uncertain event of a scenario.
    title : str
        For people.
    draws : array of bool, shape (draw,)
        Whether it happens.
    """

    name: str
    kind: str
    title: str
    draws: Bools


def risk_register(ens: xr.Dataset, *, earlier: pd.DataFrame | None = None, home: Path | None = None) -> pd.DataFrame:
    """Compute probability and impact of every event in an ensemble, and what moved since an earlier run.

    Parameters
    ----------
    ens : xarray.Dataset, dims (scenario, draw, period)
        From `simulate`; the first scenario counts.
    earlier : DataFrame, optional
        The register of an earlier run, for the movement.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    DataFrame
        One row per event and headline median of ``params/reporting.yml``, columns `COLUMNS`: `probability` and its
        Monte-Carlo error in [0, 1]; `impact`, the median of `series_id` in `year` where the event happens less that
        where it does not, with its error, in `unit`, missing with fewer than `LEAST_DRAWS` draws on a side; `size`, the
        impact in standard deviations of the forecast; `earlier`, the probability in the earlier run, and `moved`, by
        how much it has risen since. The largest impact comes first, and all rows of an event stand together.

    Raises
    ------
    InputError
        If `earlier` is no register.

    Notes
    -----
    The standard deviation is that of a normal distribution with the same central 80 %, which a heavy tail does not
    inflate. METHODS 5 and 6.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), until=2030, quick=True)
    >>> table = risk_register(ens)
    >>> sorted(set(table["kind"])), bool(table["probability"].between(0, 1).all())
    (['milestone', 'scenario'], True)
    """
    part = scenario_part(ens, 0)
    before = _earlier(earlier)
    last = int(part["period"].dt.year[-1])
    series = [(str(entry.series), min(int(entry.year or last), last)) for entry in load_reporting(home).headline]
    wanted = [(name, year) for name, year in series if name in part]
    values = {name: annual(part, name).sel(year=year).to_numpy()[0].astype(np.float64) for name, year in wanted}
    shrink = float(part["ess"].to_numpy()[0]) if "ess" in part.coords else 1.0
    rows = []
    for event in events(part, home=home):
        chance, error = summary.probability(xr.DataArray(event.draws, dims="draw"))
        known = {"event": event.name, "kind": event.kind, "title": event.title, "probability": float(chance)}
        known |= {"mcse": float(error) / np.sqrt(shrink), "earlier": before.get(event.name, np.nan)}
        for name, year in wanted:
            impact, impact_error, size = _impact(values[name], event.draws, shrink=shrink)
            unit = str(summary.variable(part, name).attrs["unit"])
            where = {"series_id": name, "year": year, "unit": unit}
            rows.append({**known, **where, "impact": impact, "impact_mcse": impact_error, "size": size})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["moved"] = table["probability"] - table["earlier"]
    return _largest_first(table)


def events(ens: xr.Dataset, *, home: Path | None = None) -> Iterator[Event]:
    """Yield the events of the first scenario that happen in some draws and not in others.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    home : Path, optional
        Workspace with ``params``.

    Yields
    ------
    Event
        Branches of the scenario tree, milestones reached by the year of the first headline median, and the uncertain
        event of the scenario.
    """
    last = int(ens["period"].dt.year[-1])
    year = min(next((int(entry.year) for entry in load_reporting(home).headline if entry.year), last), last)
    for variable in map(str, ens.data_vars):
        for event in _events_of(ens, variable, year=year, home=home):
            if event.draws.any() and not event.draws.all():
                yield event


def spread(values: Floats) -> float:
    """Return the standard deviation of a normal distribution with the same central 80 %.

    Examples
    --------
    >>> round(spread(np.linspace(0, 10, 1001)), 3)
    3.121
    """
    low, high = core.quantiles(values[None], [0.1, 0.9])[0]
    return float(high - low) / NORMAL_80


def impact_word(size: float) -> str:
    """Return the band of an impact.

    Examples
    --------
    >>> impact_word(-0.3), impact_word(float("nan"))
    ('moderate', 'too few draws')
    """
    if np.isnan(size):
        return "too few draws"
    return next(band.word for band in IMPACT_BANDS if band.low <= abs(size) < band.high)


def _events_of(ens: xr.Dataset, variable: str, *, year: int, home: Path | None) -> Iterator[Event]:
    if variable.startswith("branch."):
        picks = ens[variable].to_numpy()[0]
        for index, name in enumerate(ens[variable].attrs["branches"]):
            if name != OTHER:
                title = load_scenario(name, home=home).title
                yield Event(f"{variable}.{name}", "scenario", title, picks == index)
    elif variable.startswith("milestone."):
        title = REACHED.format(event=ens[variable].attrs.get("label", variable), year=year)
        yield Event(variable, "milestone", title, ens[variable].to_numpy()[0] < year + 1)
    elif variable == "happens":
        title = HAPPENS.format(title=ens["title"].to_numpy()[0])
        yield Event(variable, "event", title, ens[variable].to_numpy()[0])


def _impact(values: Floats, happens: Bools, *, shrink: float) -> tuple[float, float, float]:
    """Return the difference of the medians, its Monte-Carlo error, and its size in standard deviations."""
    known = np.isfinite(values)
    inside, outside = values[known & happens], values[known & ~happens]
    if min(len(inside), len(outside)) < LEAST_DRAWS:
        return np.nan, np.nan, np.nan
    change = float(np.median(inside) - np.median(outside))
    parts = [spread(group) ** 2 / (shrink * len(group)) for group in (inside, outside)]
    deviation = spread(values[known])
    return change, _ERROR_OF_MEDIAN * float(np.sqrt(sum(parts))), change / deviation if deviation else 0.0


def _earlier(table: pd.DataFrame | None) -> dict[str, float]:
    if table is None:
        return {}
    if not isinstance(table, pd.DataFrame) or not {"event", "probability"} <= set(table.columns):
        message = (
            "`earlier` must be the register of an earlier run, a table with the columns `event` and `probability`."
        )
        raise InputError(message)
    return {str(name): float(value) for name, value in zip(table["event"], table["probability"], strict=True)}


def _largest_first(table: pd.DataFrame) -> pd.DataFrame:
    """Order the events by their largest significant impact, then by probability."""
    clear = table["impact"].abs() >= SIGNIFICANT * table["impact_mcse"]
    rank = table["size"].abs().where(clear, 0.0).groupby(table["event"]).transform("max")
    order = pd.DataFrame({"rank": -rank, "chance": -table["probability"], "event": table["event"], "row": table.index})
    return table.loc[order.sort_values(["rank", "chance", "event", "row"]).index].reset_index(drop=True)
