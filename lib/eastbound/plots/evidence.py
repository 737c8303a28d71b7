"""The tables behind the figures of the evidence page: coverage, revisions, vintages and slipping plans."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from eastbound import catalogue, names
from eastbound.evidence.choice import chosen
from eastbound.evidence.revisions import measured_revision, revision_gaps
from eastbound.evidence.slips import slip_rates, slip_table
from eastbound.periods import parse_period
from eastbound.plots.bands import place
from eastbound.plots.citations import cite_cells
from eastbound.plots.style.numbers import NONE

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

LEVELS: Final = ("nothing", "part of the year", "the whole year", "every month")
FIRST_YEAR: Final = 2000  # most series of the book begin with it
_YEARS: Final = 5  # newest years of which totals are followed through the vintages
_VINTAGES: Final = 8
_SINGLE: Final = 2  # months of the longest figure that still counts as monthly: January and February come as one


def main_series(book: Evidence) -> list[str]:
    """Return the series that forecasts rest on and that the book has figures of.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> main_series(load_evidence())[:2]
    ['trade.china_russia.total', 'trade.china_russia.china_exports']
    """
    wanted = [*catalogue.headlines(), *catalogue.event_targets()]
    known = set(book.observations["series_id"])
    return [name for name in dict.fromkeys(wanted) if name in known]


def coverage_table(book: Evidence, *, first: int = FIRST_YEAR) -> pd.DataFrame:
    """Return how much of each year the figures of each main series cover.

    Parameters
    ----------
    book : Evidence
    first : int
        First year shown.

    Returns
    -------
    DataFrame
        Columns series, period (a year), months (0–12, covered by figures of at most a year) and level,
        one of `LEVELS`; "every month" also holds where January and February come as one figure.
    """
    years = range(first, book.as_of.year + 1)
    rows = []
    for series_id in main_series(book):
        spans = [parse_period(str(text)) for text in chosen(book, series_id)["period"]]
        single, covered = (_months(spans, longest) for longest in (_SINGLE, 12))
        label = str(book.series.loc[series_id, "label"])
        for year in years:
            months = set(range(12 * year, 12 * year + 12))
            count = len(months & covered)
            level = 3 if months <= single else 2 if count == 12 else 1 if count else 0
            rows.append((label, str(year), count, LEVELS[level]))
    table = pd.DataFrame(rows, columns=["series", "period", "months", "level"])
    return _described(table, book, figure="coverage", label="figures of the main series")


def revision_table(book: Evidence) -> pd.DataFrame:
    """Return by how much a month of trade differs from its first print once two years to date give it again.

    Returns
    -------
    DataFrame
        Columns series, period, x, printed, difference and gap (USD bn), oldest first; ``attrs["pairs"]``
        and ``attrs["typical"]`` (USD bn) sum them up.
    """
    table = revision_gaps(book).sort_values(["period", "series_id"], ignore_index=True)
    table = table.assign(
        series=table["series_id"].map(book.series["label"]), x=[place(str(period)) for period in table["period"]]
    )
    table = _described(table, book, figure="revisions", label="trade by month", unit="USD_bn")
    typical = float(measured_revision(book)["mean_abs"].to_dict()["all"])
    table.attrs |= {"pairs": len(table), "typical": typical}
    return table


def vintage_table(book: Evidence, *, quick: bool = False) -> pd.DataFrame:
    """Return what the book knew of the yearly trade totals on successive days.

    Parameters
    ----------
    book : Evidence
    quick : bool
        Two days instead of eight.

    Returns
    -------
    DataFrame
        Ready strings: the day, observations known by then, the newest figure of total trade, and a column
        for each of the last years; the last row is cited.
    """
    seen = book.observations
    part = seen[seen["series_id"] == names.TRADE_TOTAL]
    rows, years = [], _last_years(book)
    for day in _days(book, 2 if quick else _VINTAGES):
        early = replace(book, observations=part[part["available"] <= day].reset_index(drop=True))
        known = chosen(early, names.TRADE_TOTAL).sort_values(["end", "start"])
        values = dict(zip(known["period"], known["value"], strict=True))
        row = {"as of": f"{day:%Y-%m-%d}", "observations": str(int((seen["available"] <= day).sum()))}
        row["newest figure covers"] = str(known["period"].iloc[-1]) if len(known) else NONE
        rows.append(row | {year: f"{values[year]:.6g}" if year in values else NONE for year in years})
    table = pd.DataFrame(rows)
    for year in years:
        last = [(names.TRADE_TOTAL, year)] if table[year].iloc[-1] != NONE else []
        cite_cells(table, year, [*([] for _ in table.index[:-1]), last], book=book)
    return table


def slips_table(book: Evidence) -> pd.DataFrame:
    """Return the planned dates that were stated on two or more days, by the day they were said.

    Returns
    -------
    DataFrame
        Columns milestone, period (the day of the statement), by, planned (as written), x (that day as a
        decimal year), middle, low, high (of the planned date, decimal years) and moved (years since the
        statement before); ``attrs["rates"]`` holds the years per year by milestone.
    """
    rates = slip_rates(book).set_index("milestone_id")
    table = slip_table(book)
    table = table[table["milestone_id"].isin(rates.index) & table["ahead"].notna()]
    half = (table["latest"] - table["earliest"]).dt.days / 365.25 / 2
    table = table.assign(
        milestone=[_milestone(name) for name in table["milestone_id"]],
        x=table["middle"] - table["ahead"],
        low=table["middle"] - half,
        high=table["middle"] + half,
    ).rename(columns={"said": "period"})
    columns = ["milestone", "period", "by", "planned", "x", "middle", "low", "high", "moved"]
    table = _described(table[columns].reset_index(drop=True), book, figure="slips", label="planned dates")
    table.attrs["rates"] = {_milestone(str(name)): float(row["ends"]) for name, row in rates.iterrows()}
    return table


def _months(spans: list[Any], longest: int) -> set[int]:
    return {m for span in spans if span.months <= longest for m in range(span.first_month, span.last_month + 1)}


def _last_years(book: Evidence) -> list[str]:
    rows = chosen(book, names.TRADE_TOTAL)
    return sorted(str(text) for text in rows["period"] if len(str(text)) == 4)[-_YEARS:]


def _days(book: Evidence, count: int) -> list[pd.Timestamp]:
    """Return half-year ends before the day of the book, and that day."""
    today = pd.Timestamp(book.as_of)
    ends = pd.date_range(end=today, periods=2 * count, freq="QE-DEC")
    halves = [day for day in ends if day.month in (6, 12) and day < today]
    return [*halves[len(halves) - count + 1 :], today]


def _milestone(name: str) -> str:
    return name.replace("_", " ").replace("pos2", "Power of Siberia 2:").replace("fareast", "Far Eastern route:")


def _described(table: pd.DataFrame, book: Evidence, *, figure: str, label: str, unit: str = "") -> pd.DataFrame:
    """Attach what drawing and sentences need, as the tables of forecasts carry it."""
    footer = f"Evidence as of {book.as_of}."
    table.attrs = {"figure": figure, "label": label, "unit": unit, "scenario": "", "freq": "Y", "footer": footer}
    return table
