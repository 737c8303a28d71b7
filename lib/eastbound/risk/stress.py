"""Stress: events of the baseline at their reference size and date, one at a time, together, and as replays."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.core.quantiles import quantiles
from eastbound.ensemble.aggregate import periodic
from eastbound.ensemble.simulate import simulate
from eastbound.language import mark
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.schema import Event, Scenario

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

BASELINE: Final = "baseline"
JOINT: Final = "joint"
# What severity 1 of an event of params/scenarios/baseline.yml was measured on.
REPLAYS: Final = {
    "brent_slump": mark("Oil slump of 2014"),
    "partner_exit": mark("Exit of partners in 2022"),
    "bank_payment_halt": mark("Payment halt of March 2024"),
    "oil_company_listing": mark("Listing of oil companies in October 2025"),
    "brent_spike": mark("Oil shock of 2026"),
}
COLUMNS: Final = ("stress", "title", "replay", "series_id", "unit", "period", "low", "median", "high", "parts")
_DRAWS: Final = 1024  # effects are differences on common random numbers, which need few draws
_LEVELS: Final = (0.1, 0.5, 0.9)


def stress_scenarios(book: Evidence, *, home: Path | None = None) -> list[Scenario]:
    """Return the baseline, and one scenario for each of its random events at severity 1 and for all losses together.

    Parameters
    ----------
    book : Evidence
        Its as-of day sets the date of the events: January of the next year.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    list of Scenario
        The baseline first; then ``stress_<event>``, and last ``stress_joint``, with every event whose effects are
        losses. The dated event comes on top of the random ones, as in the library.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> [scenario.name for scenario in stress_scenarios(load_evidence("2026-10-30"))][:2]
    ['baseline', 'stress_brent_slump']
    """
    base = load_scenario(BASELINE, home=home)
    onset = f"{book.as_of.year + 1}-01"
    dated = [_dated(event, onset) for event in base.events if event.hazard is not None]
    losses = [event for event in dated if all(_is_loss(effect.trough) for effect in event.effects)]
    single = [_with_events(base, event.id.removeprefix("dated_"), str(event.title), [event]) for event in dated]
    return [base, *single, _with_events(base, JOINT, mark("All losses at once"), losses)]


def simulate_stresses(
    ens: xr.Dataset, series: Sequence[str], *, book: Evidence, home: Path | None = None
) -> xr.Dataset:
    """Simulate the stress scenarios on the random numbers of an ensemble.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; gives draws (1024 at most are used), seed and horizon.
    series : sequence of str
        Ids to simulate.
    book : Evidence
        The evidence of `ens`.
    home : Path, optional

    Returns
    -------
    xarray.Dataset
        As from `simulate`, the baseline first.
    """
    options: dict[str, Any] = {name: int(ens.attrs[name]) for name in ("draws", "seed", "until")}
    options["draws"] = min(options["draws"], _DRAWS)
    return simulate(stress_scenarios(book, home=home), book=book, series=series, home=home, **options)


def stress_table(stressed: xr.Dataset, series: Sequence[str], *, at: Sequence[int]) -> pd.DataFrame:
    """Return what each stress changes, draw by draw, in percent of the baseline.

    Parameters
    ----------
    stressed : xarray.Dataset
        From `simulate_stresses`.
    series : sequence of str
        Ids of the ensemble.
    at : sequence of int
        Years.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: stress (id of the event, or `JOINT`), title, replay (the past event it repeats; empty for
        others), series_id, unit (percent, or percentage points for a share), period, low, median and high (10, 50 and
        90 %) and parts: for `JOINT` the sum of the medians of the single losses, which differs from its own median
        where effects meet.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> ens = eb.simulate("baseline", book=book, draws=256, until=2030)
    >>> stressed = simulate_stresses(ens, ["trade.china_russia.total"], book=book)
    >>> table = stress_table(stressed, ["trade.china_russia.total"], at=[2027])
    >>> bool(table.loc[table["stress"] == "brent_slump", "median"].iloc[0] < -5)
    True
    """
    names = [str(name) for name in stressed["scenario"].to_numpy()]
    titles = [str(title) for title in stressed["title"].to_numpy()]
    rows: list[dict[str, Any]] = []
    for series_id in series:
        paths = periodic(stressed, series_id, "Y")
        share = str(stressed.variables[series_id].attrs["unit"]) == "percent"
        for year in map(str, at):
            values = paths.at(year, series_id)
            change = values[1:] - values[0] if share else 100.0 * (values[1:] / values[0] - 1.0)
            edges = quantiles(np.where(np.isfinite(change), change, np.nan), _LEVELS)
            for name, title, (low, median, high) in zip(names[1:], titles[1:], edges.tolist(), strict=True):
                stress = name.removeprefix("stress_")
                row = {"stress": stress, "title": title, "replay": REPLAYS.get(stress, ""), "series_id": series_id}
                row |= {"unit": "percentage points" if share else "percent", "period": year}
                rows.append({**row, "low": low, "median": median, "high": high})
    table = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    losing = table[(table["stress"] != JOINT) & table["stress"].isin(_joined(stressed))]
    sums = losing.groupby(["series_id", "period"])["median"].sum()
    keys = pd.MultiIndex.from_frame(table[["series_id", "period"]])
    return table.assign(parts=np.where(table["stress"] == JOINT, sums.reindex(keys).to_numpy(), np.nan))


def _joined(stressed: xr.Dataset) -> list[str]:
    base = load_scenario(BASELINE)
    known = {str(name).removeprefix("stress_") for name in stressed["scenario"].to_numpy()}
    events = (event for event in base.events if event.id in known)
    return [event.id for event in events if all(_is_loss(effect.trough) for effect in event.effects)]


def _dated(event: Event, onset: str) -> Event:
    content = event.model_dump(exclude_none=True, exclude={"hazard"})
    why = "a stress test: the reference event itself, at a stated date"
    content |= {"id": f"dated_{event.id}", "onset": {"dist": "fixed", "value": onset, "judgement": why}}
    content["severity"] = {"dist": "fixed", "value": 1, "judgement": why}
    return Event.model_validate(content)


def _with_events(base: Scenario, name: str, title: str, events: Sequence[Event]) -> Scenario:
    text = "".join(event.model_dump_json() for event in events)
    digest = sha256(f"{base.digest}{text}".encode()).hexdigest()
    update = {"name": f"stress_{name}", "title": title, "digest": digest, "events": (*base.events, *events)}
    return base.model_copy(update=update)


def _is_loss(trough: Any) -> bool:
    return float(trough.mean) < 0.0
