"""Tables of the goods page: every good with newest figure and forecast, and the responses of cars to fee and rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble.subjects import goods as subject
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, digits, plural
from eastbound.plots.bands import only, scenario_of, years_in
from eastbound.plots.citations import Figure, cell_notes
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.plots.words import dated, worded
from eastbound.scenarios.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from eastbound.evidence.book import Evidence

_YEARS: Final = (2030, 2035)


def goods(ens: xr.Dataset, *, book: Evidence, scenario: str | None = None) -> Table:
    """Tabulate every good: newest figure, its age, and the forecast of the running year and of two later ones.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    book : Evidence
        Has the figures.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    Table
        One row a good; medians with the central 80 %. Goods that are only tracked come last.
    """
    first = int(ens["period"].dt.year[0])
    years = list(dict.fromkeys([first, *years_in(ens, _YEARS)]))
    table = subject.goods(only(ens, scenario_of(ens, scenario)), book=book, at=years)
    parts = [part for _key, part in table.groupby("series_id", sort=False)]
    frame = pd.DataFrame([_row(part, years) for part in parts])
    caption = _("Goods: newest figure, and median with the central 80 %")
    notes = cell_notes(frame, "newest figure", [_figures(part) for part in parts], book=book)
    return Table(frame, caption=caption_with(caption, held_text(ens)), observed=notes)


def _figures(part: pd.DataFrame) -> list[Figure]:
    head = part.iloc[0]
    return [(str(head["series_id"]), str(head["newest_period"]))] if head["newest_period"] else []


def _row(part: pd.DataFrame, years: list[int]) -> dict[str, str]:
    head = part.iloc[0]
    unit, newest = str(head["unit"]), numbers.NONE
    if not np.isnan(float(head["newest"])):
        newest = _(
            "{value} in {period}, {months} months old",
            value=numbers.level(float(head["newest"]), unit),
            period=dated(str(head["newest_period"])),
            months=f"{head['age_months']:.0f}",
        )
    row = {"good": _(str(head["label"])), "newest figure": newest, "unit": numbers.unit_word(unit)}
    forecast = {
        str(line["period"]): [float(line[key]) for key in ("median", "low", "high")] for _key, line in part.iterrows()
    }
    for year in years:
        middle, low, high = forecast.get(str(year), [np.nan] * 3)
        known = not np.isnan(middle)
        row[str(year)] = f"{numbers.plain(middle)} ({numbers.interval(low, high)})" if known else numbers.NONE
    return {**row, "basis": _basis(str(head["basis"]), int(head["figures"]))}


def _basis(basis: str, count: int) -> str:
    if basis == subject.SHARED:
        return plural(
            "share of its flow, figures of one year; spread judged",
            "share of its flow, figures of {count} years; spread judged",
            count,
        )
    if basis == subject.FOLLOWED:
        return plural(
            "tracked: {count} figure, a forecast needs eight", "tracked: {count} figures, a forecast needs eight", count
        )
    return _("what is left of its flow") if basis == subject.REMAINDER else _("own model")


def car_responses(book: Evidence, *, home: Path | None = None) -> Table:
    """Tabulate by how much cars from China fall for a higher recycling fee and a higher key rate.

    Parameters
    ----------
    book : Evidence
        Has the fee and the price of a new car.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        Columns change, value of cars; medians with the central 80 %.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> car_responses(load_evidence("2026-10-30")).frame["change"].tolist()
    ['recycling fee 10 % higher', 'key rate one percentage point higher']
    """
    table = subject.car_responses(book, load_settings("goods", home=home))
    frame = pd.DataFrame(
        {
            "change": table["change"].map(worded),
            "value of cars": [
                _(
                    "{middle} % ({low} to {high} %)",
                    middle=_signed(float(row["median"])),
                    low=_signed(float(row["low"])),
                    high=_signed(float(row["high"])),
                )
                for _key, row in table.iterrows()
            ],
        }
    )
    return Table(frame, caption=_("What fee and key rate do to the value of cars from China: median and central 80 %"))


def _signed(percent: float) -> str:
    return digits(f"{percent:+.1f}".replace("-", "−"))
