"""The numbers of an ensemble that a run keeps: quantiles by year, and every probability that its pages state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import xarray as xr

from eastbound.catalogue import cards, headlines
from eastbound.constants import QUANTILES
from eastbound.ensemble import forecast_rows
from eastbound.ensemble.aggregate import annual
from eastbound.ensemble.forecast_rows import number
from eastbound.ensemble.headline import headline_numbers
from eastbound.ensemble.summary import quantiles
from eastbound.risk.claim_scores import published_claims
from eastbound.risk.register import risk_register
from eastbound.scenarios.reporting import load_reporting

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.typing import Record

COLUMNS: Final = ("scenario", "kind", "name", "series_id", "period", "level", "value", "mcse", "unit")
KINDS: Final = ("quantile", "mean", "threshold", "headline", "claim", "event")


def ensemble_numbers(
    ens: xr.Dataset, *, book: Evidence, home: Path | None = None, events: bool = False
) -> pd.DataFrame:
    """Compute the numbers of one scenario that a run keeps.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, with one scenario.
    book : Evidence
        What the ensemble was simulated from.
    home : Path, optional
        Workspace with ``params``.
    events : bool
        Whether to add the probabilities of the published claims and of the events of the risk register.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, values with seven significant digits. `kind` is one of `KINDS`; `name` is the id of a
        probability or headline number, empty for quantiles and means, whose id is made of the series, the period and
        the `level`. Probabilities are percent.
    """
    scenario = str(ens["scenario"].to_numpy()[0])
    heads = [name for name in headlines() if name in ens]
    rows = [row for name in heads for row in _thresholds(ens, name, home)]
    rows += [_headline(item) for item in headline_numbers(ens, home=home)]
    if events:
        rows += [*_claims(ens, scenario, book=book, home=home), *_events(ens, home)]
    return _in_digits(pd.concat([forecast_numbers(ens, heads), pd.DataFrame(rows).assign(scenario=scenario)]))


def forecast_numbers(ens: xr.Dataset, names: Sequence[str]) -> pd.DataFrame:
    """Compute the quantiles and means of series by year, under each scenario of an ensemble.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    names : sequence of str
        Ids.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, as `ensemble_numbers` has them.

    Raises
    ------
    UnknownName
        If the ensemble has no such series.
    """
    tables = [table for name in names for table in (_quantiles(ens, name), _means(ens, name))]
    return _in_digits(pd.concat(tables, ignore_index=True))


def _in_digits(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a table of numbers, with seven significant digits."""
    frame = frame.reset_index(drop=True).reindex(columns=list(COLUMNS))
    for name in ("name", "unit"):
        frame[name] = frame[name].astype(object).fillna("").astype(str)
    for name in ("level", "value", "mcse"):
        frame[name] = [number(float(value)) for value in frame[name].astype(float)]
        frame[name] = frame[name].astype(float)
    return frame


def number_id(row: Mapping[Any, Any]) -> str:
    """Return the id of a number: its name, or its series, period and level.

    Examples
    --------
    >>> number_id({"kind": "quantile", "name": "", "series_id": "a", "period": "2030", "level": 0.5})
    'a 2030 q0.5'
    """
    what = "mean" if row["kind"] == "mean" else f"q{row['level']:g}"
    return row["name"] or f"{row['series_id']} {row['period']} {what}"


def _quantiles(ens: xr.Dataset, series_id: str) -> pd.DataFrame:
    table = quantiles(ens, series_id, levels=QUANTILES)[["scenario", "period", "level", "value"]]
    return table.assign(kind="quantile", series_id=series_id, unit=cards()[series_id].unit)


def _means(ens: xr.Dataset, series_id: str) -> pd.DataFrame:
    means = annual(ens, series_id).mean("draw").to_series().rename("value").reset_index()
    known = {"kind": "mean", "series_id": series_id, "unit": cards()[series_id].unit}
    return means.rename(columns={"year": "period"}).astype({"period": str}).assign(**known)


def _thresholds(ens: xr.Dataset, series_id: str, home: Path | None) -> Iterator[Record]:
    """Yield the probability that a series reaches each of its thresholds in a year."""
    levels = load_reporting(home).thresholds_of(series_id)
    for row in forecast_rows.probabilities(ens, series_id, levels) if levels else ():
        name = f"{series_id}{row['op']}{row['threshold']:g} in {row['period']}"
        yield _percent("threshold", name, row, series_id=series_id, period=row["period"])


def _headline(item: Any) -> Record:
    known = {"kind": "headline", "name": item.name, "series_id": item.series, "period": str(item.year)}
    return {**known, "value": item.value, "mcse": item.mcse, "unit": item.unit}


def _claims(ens: xr.Dataset, scenario: str, *, book: Evidence, home: Path | None) -> Iterator[Record]:
    for record in published_claims(scenario=scenario, book=book, ens=ens, home=home):
        if record["status"] == "open":
            yield _percent("claim", f"claim.{record['id']}", record, series_id="", period=record["deadline"])


def _events(ens: xr.Dataset, home: Path | None) -> Iterator[Record]:
    table = risk_register(ens, home=home).drop_duplicates("event")
    for row in table.to_dict("records"):
        yield _percent("event", str(row["event"]), row, series_id="", period="")


def _percent(kind: str, name: str, row: Any, *, series_id: str, period: str) -> Record:
    values = {"value": 100 * row["probability"], "mcse": 100 * row["mcse"]}
    return {"kind": kind, "name": name, "series_id": series_id, "period": period, "unit": "percent", **values}
