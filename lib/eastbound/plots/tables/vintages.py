"""Yearly trade totals as the book would have given them on earlier days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from eastbound import names
from eastbound.evidence.choice import chosen
from eastbound.language import _, digits
from eastbound.plots.citations import cell_notes
from eastbound.plots.style.numbers import NONE
from eastbound.plots.table import Table
from eastbound.plots.words import dated

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_YEARS: Final = 5  # newest years of which totals are followed through the vintages
_VINTAGES: Final = 8


def vintage_table(book: Evidence, *, quick: bool = False) -> Table:
    """Return what the book knew of the yearly trade totals on successive days.

    Parameters
    ----------
    book : Evidence
    quick : bool
        Two days instead of eight.

    Returns
    -------
    Table
        Columns: the day, observations known by then, the newest figure of total trade, and a column
        for each of the last years; the last row is cited.
    """
    seen = book.observations
    part = seen[seen["series_id"] == names.TRADE_TOTAL]
    rows, years = [], _last_years(book)
    for day in _days(book, 2 if quick else _VINTAGES):
        early = replace(book, observations=part[part["available"] <= day].reset_index(drop=True))
        known = chosen(early, names.TRADE_TOTAL).sort_values(["end", "start"])
        values = dict(zip(known["period"], known["value"], strict=True))
        row = {"as of": dated(f"{day:%Y-%m-%d}"), "observations": str(int((seen["available"] <= day).sum()))}
        row["newest figure covers"] = dated(str(known["period"].iloc[-1])) if len(known) else NONE
        rows.append(row | {year: digits(f"{values[year]:.6g}") if year in values else NONE for year in years})
    table = pd.DataFrame(rows)
    notes = []
    for year in years:
        last = [(names.TRADE_TOTAL, year)] if table[year].iloc[-1] != NONE else []
        notes += cell_notes(table, year, [*([] for _key in table.index[:-1]), last], book=book)
    caption = _("Total trade by year (USD bn) as known on successive days")
    return Table(table, caption, observed=notes)


def _last_years(book: Evidence) -> list[str]:
    rows = chosen(book, names.TRADE_TOTAL)
    return sorted(str(text) for text in rows["period"] if len(str(text)) == 4)[-_YEARS:]


def _days(book: Evidence, count: int) -> list[pd.Timestamp]:
    """Return half-year ends before the day of the book, and that day."""
    today = pd.Timestamp(book.as_of)
    ends = pd.date_range(end=today, periods=2 * count, freq="QE-DEC")
    halves = [day for day in ends if day.month in (6, 12) and day < today]
    return [*halves[len(halves) - count + 1 :], today]
