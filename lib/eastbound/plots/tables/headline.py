"""The numbers that open a report, as params/reporting.yml lists them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble import summary
from eastbound.ensemble.with_views import held_text
from eastbound.names import OWN_HISTORY, REFERENCE_CLASS
from eastbound.plots.bands import LEVELS, bands, only, scenario_of, years_in
from eastbound.plots.probability_curves import event_probability
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.scenarios.reporting import Claim, PublishedTarget, load_reporting


@dataclass(frozen=True)
class HeadlineRow:
    """Hold one number of the headline.

    Parameters
    ----------
    series : str
        The series it speaks of.
    name, label : str
        Stable id, and what the number is in words.
    value, low, high : float
        Percent are 0–100. Of a quantity, `low` and `high` are its central 80 %; of the target, one Monte-Carlo error;
        of the claim, the span over the drift models.
    unit, text, range : str
        Unit id, the value and its range as people read them.
    """

    series: str
    name: str
    label: str
    value: float
    low: float
    high: float
    unit: str
    text: str
    range: str


def headline(ens: xr.Dataset, *, subject: str = "", scenario: str | None = None) -> Table:
    """Tabulate the numbers that open a report, and emit each of them as a result that index pages repeat.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; a horizon before the year of a number moves that number to its last year.
    subject : str
        Beginning of the series ids to keep, such as ``"trade.primorye"``; all by default.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    Table
        Columns quantity, value, range.
    """
    rows = [row for row in headline_rows(ens, scenario=scenario) if row.series.startswith(subject)]
    columns = ["quantity", "value", "range"]
    frame = pd.DataFrame([(row.label, row.text, row.range) for row in rows], columns=columns)
    results = [
        {
            "name": row.name,
            "value": row.value,
            "unit": row.unit,
            "note": row.label,
            "text": row.text,
            "range": row.range,
        }
        for row in rows
    ]
    return Table(frame, caption=caption_with("In numbers", held_text(ens)), results=results)


def headline_rows(ens: xr.Dataset, *, scenario: str | None = None) -> list[HeadlineRow]:
    """Compute the numbers that open a report, in the order of params/reporting.yml.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    list of HeadlineRow
        One per entry of `headline` in that file: the median of a series in a year, the probability that the
        published target is reached, or that the published claim holds. A year after the end of the ensemble is
        replaced by its last year.
    """
    part = only(ens, scenario_of(ens, scenario))
    reporting = load_reporting()
    rows = []
    for entry in reporting.headline:
        if entry.number == "target":
            rows.append(_target(part, reporting.target))
        elif entry.number == "claim":
            rows.append(_claim(part, reporting.claim))
        else:
            assert entry.series is not None  # the schema asks for both where the number is a median
            assert entry.year is not None
            rows.append(_median(part, entry.series, entry.year))
    return rows


def _median(ens: xr.Dataset, series_id: str, wanted: int) -> HeadlineRow:
    year = years_in(ens, [wanted])[0]
    row = bands(summary.quantiles(ens, series_id, levels=LEVELS)).set_index("period").T[str(year)]
    card = summary.variable(ens, series_id).attrs
    unit, low, high = str(card["unit"]), float(row["low_80"]), float(row["high_80"])
    return HeadlineRow(
        series=series_id,
        name=f"{series_id}.{year}",
        label=f"{card['label']} in {year}, median",
        value=float(row["value"]),
        low=low,
        high=high,
        unit=unit,
        text=numbers.number(row["value"], unit),
        range=f"80 % of futures: {numbers.interval(low, high, unit)}",
    )


def _target(ens: xr.Dataset, target: PublishedTarget) -> HeadlineRow:
    year = years_in(ens, [target.year])[0]
    passed = summary.first_passage(ens, target.series, target.value).set_index("period").T[str(year)]
    share, error = float(passed["by"]), float(passed["mcse"])
    label = summary.variable(ens, target.series).attrs["label"]
    return HeadlineRow(
        series=target.series,
        name=f"{target.series}.reaches_{target.value:.0f}_by_{year}",
        label=f"{label}: probability of at least one year at {numbers.level(target.value, target.unit)} by {year}",
        value=100 * share,
        low=100 * max(share - error, 0.0),
        high=100 * min(share + error, 1.0),
        unit="percent",
        text=numbers.probability(share, error),
        range=f"Monte-Carlo error {100 * error:.1f} points",
    )


def _claim(ens: xr.Dataset, claim: Claim) -> HeadlineRow:
    year = years_in(ens, [claim.year])[0]
    series = [claim.series, *(f"{claim.series}.{model}" for model in (OWN_HISTORY, REFERENCE_CLASS))]
    draws = np.stack([summary.annual(ens, item).sel(year=year).to_numpy().ravel() for item in series])
    chances, errors = event_probability(ens, (draws >= claim.low) & (draws <= claim.high))
    share, error = float(chances[0]), float(errors[0])
    low, high = int(chances.argmin()), int(chances.argmax())
    texts = [numbers.probability(float(chances[index]), float(errors[index])) for index in (low, high)]
    label = summary.variable(ens, claim.series).attrs["label"]
    band = numbers.interval(claim.low, claim.high, claim.unit)
    return HeadlineRow(
        series=claim.series,
        name=f"{claim.series}.between_{claim.low:.0f}_and_{claim.high:.0f}.{year}",
        label=f"{label}: probability of {band} in {year}, as claimed by {claim.stated_by}",
        value=100 * share,
        low=100 * float(chances[low]),
        high=100 * float(chances[high]),
        unit="percent",
        text=numbers.probability(share, error),
        range=f"drift models: {texts[0]} to {texts[1]}",
    )
