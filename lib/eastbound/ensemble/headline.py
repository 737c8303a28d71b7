"""The numbers that open a report, computed once for pages, summaries and the JSON of a forecast."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import xarray as xr

from eastbound.core import quantiles as core
from eastbound.ensemble import summary
from eastbound.ensemble.aggregate import annual, scenario_part
from eastbound.ensemble.forecast_rows import number
from eastbound.names import OWN_HISTORY, REFERENCE_CLASS
from eastbound.scenarios.reporting import Claim, PublishedTarget, load_reporting

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.typing import Record

_LEVELS: Final = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Headline:
    """Hold one number that opens a report, with its range.

    Parameters
    ----------
    name : str
        Stable id, such as ``"trade.china_russia.total.2030"``.
    series : str
        Id of the series.
    kind : {"median", "target", "claim"}
        Median of a year, probability that the published target is reached in at least one year, or probability that
        the published claim holds in its year.
    year : int
        Year of the median or of the claim, last year of the target.
    value, low, high : float
        Percent are 0-100. Of a median, `low` and `high` bound the central 80 % of draws; of the target, one
        Monte-Carlo error; of the claim, the drift models.
    mcse : float
        Monte-Carlo standard error of a probability; NaN for a median.
    low_mcse, high_mcse : float
        Those of `low` and `high` of a claim, else NaN.
    unit : str
        Unit id of the values and errors.
    """

    name: str
    series: str
    kind: Literal["median", "target", "claim"]
    year: int
    value: float
    low: float
    high: float
    unit: str
    mcse: float = float("nan")
    low_mcse: float = float("nan")
    high_mcse: float = float("nan")


def headline_numbers(ens: xr.Dataset, *, home: Path | None = None) -> list[Headline]:
    """Compute the numbers that open a report, in the order of ``params/reporting.yml``.

    Parameters
    ----------
    ens : xarray.Dataset, dims (scenario, draw, period)
        From `simulate`; the first scenario counts. Series that it lacks are left out, and a year after its end is
        replaced by its last year.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    list of Headline

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), until=2030, quick=True)
    >>> [item.kind for item in headline_numbers(ens)]
    ['median', 'target', 'median', 'claim', 'median']
    """
    part, reporting = scenario_part(ens, 0), load_reporting(home)
    items = []
    for entry in reporting.headline:
        if entry.number == "target" and reporting.target.series in part:
            items.append(_target(part, reporting.target))
        elif entry.number == "claim" and reporting.claim.series in part:
            items.append(_claim(part, reporting.claim))
        elif entry.number == "median" and entry.series in part:
            items.append(_median(part, str(entry.series), int(entry.year or 0)))
    return items


def headline_records(ens: xr.Dataset, subject: str, *, book: Evidence, home: Path | None = None) -> list[Record]:
    """Return the headline numbers of a subject for JSON, each with the last observed year of its series.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    subject : str
        One of `eastbound.catalogue.subjects`.
    book : Evidence
        Gives the observed years.
    home : Path, optional
        Workspace with ``params``.

    Returns
    -------
    list of dict
        The fields of `Headline` and ``observed``, None or a mapping of ``period`` and ``value``.
    """
    items = [item for item in headline_numbers(ens, home=home) if book.series.loc[item.series, "subject"] == subject]
    rounded = ("value", "low", "high", "mcse", "low_mcse", "high_mcse")
    return [
        {
            **asdict(item),
            **{name: number(getattr(item, name)) for name in rounded},
            "observed": last_observed(book, item.series),
        }
        for item in items
    ]


def last_observed(book: Evidence, series_id: str) -> Record | None:
    """Return the last observed year of a series and its value; None without one.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> last_observed(load_evidence("2026-10-30"), "trade.china_russia.total")
    {'period': '2025', 'value': 228.105}
    """
    rows = summary.history(book, series_id)
    rows = rows[rows["period"].str.fullmatch(r"\d{4}") & rows["value"].notna()]
    if rows.empty:
        return None
    last = rows.iloc[-1]
    return {"period": str(last["period"]), "value": float(last["value"])}


def _year(ens: xr.Dataset, wanted: int) -> int:
    """Return the wanted year, or the last of the ensemble when it ends earlier."""
    return min(wanted, int(ens["period"].dt.year[-1]))


def _median(ens: xr.Dataset, series_id: str, wanted: int) -> Headline:
    year = _year(ens, wanted)
    draws = annual(ens, series_id).sel(year=year).to_numpy()
    low, median, high = (float(value) for value in core.quantiles(draws, _LEVELS)[0])
    unit = str(summary.variable(ens, series_id).attrs["unit"])
    return Headline(f"{series_id}.{year}", series_id, "median", year, value=median, low=low, high=high, unit=unit)


def _target(ens: xr.Dataset, target: PublishedTarget) -> Headline:
    year = _year(ens, target.year)
    table = summary.first_passage(ens, target.series, target.value)
    row = table[table["period"] == str(year)].iloc[0]
    share, error = float(row["by"]), float(row["mcse"])
    return Headline(
        name=f"{target.series}.reaches_{target.value:.0f}_by_{year}",
        series=target.series,
        kind="target",
        year=year,
        value=100 * share,
        low=100 * max(share - error, 0.0),
        high=100 * min(share + error, 1.0),
        unit="percent",
        mcse=100 * error,
    )


def _claim(ens: xr.Dataset, claim: Claim) -> Headline:
    """Return the probability of the claim, between those of the drift models."""
    year = _year(ens, claim.year)
    names = [claim.series, *(f"{claim.series}.{model}" for model in (OWN_HISTORY, REFERENCE_CLASS))]
    chances = []
    for name in names:
        draws = annual(ens, name).sel(year=year)
        chance, error = summary.probability((draws >= claim.low) & (draws <= claim.high))
        chances.append((float(np.ravel(chance)[0]), float(np.ravel(error)[0])))
    (value, mcse), low, high = chances[0], min(chances), max(chances)
    return Headline(
        name=f"{claim.series}.between_{claim.low:.0f}_and_{claim.high:.0f}.{year}",
        series=claim.series,
        kind="claim",
        year=year,
        value=100 * value,
        low=100 * low[0],
        high=100 * high[0],
        unit="percent",
        mcse=100 * mcse,
        low_mcse=100 * low[1],
        high_mcse=100 * high[1],
    )
