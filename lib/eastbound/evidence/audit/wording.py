"""Audit rules on the wording of figures: measure not stated, windows that do not match, pages too old for the figure.

What a text says beside a figure is in the table `readings`; a rule that needs no wording reads the whole book.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from eastbound.evidence.audit.findings import Finding, Row, finding, records
from eastbound.evidence.audit.growth import base_of
from eastbound.evidence.book import Evidence
from eastbound.periods import parse_period

UNSAID: Final = "unsaid"
LATE_DAYS: Final = 15
_READING: Final = ("area", "window", "base_window", "measure", "cited")
_KEY: Final = ("series_id", "period", "source_id", "locator")
# Words of an id that tell what a growth rate counts where the level itself is no series.
_MONEY: Final = frozenset(("trade", "value", "turnover", "investment", "price"))
_AMOUNT: Final = frozenset(
    ["cargo", "container", "containers", "trains", "trucks", "throughput", "units", "consumption", "deliveries"]
)


def worded(book: Evidence) -> list[Row]:
    """Return the observations whose wording is recorded, with area, window, base window, measure and cited page."""
    table = book.observations.merge(book.readings[[*_KEY, *_READING]], on=list(_KEY))
    return records(table)


def measure_not_stated(book: Evidence) -> Iterator[Finding]:
    """Find changes and shares for which the text does not say whether they are of money or of amounts."""
    rates = book.observations[book.observations["unit"].eq("percent_yoy") & book.observations["kind"].eq("observed")]
    for row in worded(book):
        if row["measure"] == UNSAID:
            base = base_of(row).removesuffix("_value")
            beside = rates[rates["period"].eq(row["period"]) & rates["series_id"].str.startswith(base)]
            beside = beside[beside["source_id"].ne(row["source_id"])]
            others = [other for other in records(beside) if row["unit"] == "percent_yoy"]
            line = f"{_figure(row)}: the text does not say whether of money or of amounts{_beside(others)}"
            unit = str(row["unit"])
            yield finding("measure", [row, *others], line, gap=0.0, unit=unit, severity="warning")
    marked = set(zip(*(book.readings[name] for name in _KEY), strict=True))
    for row in records(rates[rates["value"].notna() | rates["low"].notna()]):
        if tuple(row[name] for name in _KEY) not in marked and not _counts_what(book, row):
            line = f"{_figure(row)}: neither the id nor a level tells whether of money or of amounts"
            yield finding("measure", [row], line, gap=0.0, unit=str(row["unit"]), severity="note")


def base_windows(book: Evidence) -> Iterator[Finding]:
    """Find growth that a text measures from a period of another length than its own."""
    for row in worded(book):
        if row["base_window"]:
            own, base = parse_period(row["period"]), parse_period(row["base_window"])
            if own.months != base.months:
                line = f"{row['value']:g}: {own.months} months to {row['period']} over {base.months} of {base.text}"
                gap = float(own.months - base.months)
                yield finding("base_window", [row], line, gap=gap, unit="months", severity="warning")


def periods_not_stated(book: Evidence) -> Iterator[Finding]:
    """List figures for which the text gives no period, although it dates other figures beside them."""
    for row in worded(book):
        if row["window"] == UNSAID:
            line = f"{_figure(row)}: no period in the text; filed under {row['period']}"
            yield finding("no_period", [row], line, gap=0.0, unit=str(row["unit"]), severity="note")


def cited_pages(book: Evidence) -> Iterator[Finding]:
    """Find figures cited to a page that is older than the period they are about."""
    for row in worded(book):
        if row["cited"]:
            end, page = parse_period(row["period"]).end, parse_period(row["cited"]).end
            days = (end - page).days
            if days > LATE_DAYS:
                line = f"{row['value']:g} for {row['period']} is cited to a page of {row['cited']}, {days} days earlier"
                yield finding("cited_page", [row], line, gap=float(days), unit="days", severity="warning")


def _counts_what(book: Evidence, row: Row) -> bool:
    """Return whether a growth rate is known to be of money or of amounts, from its level or from words of its id."""
    base = base_of(row)
    if base != row["series_id"] and base in book.series.index:
        return True
    words = set(base.replace(".", "_").split("_"))
    return bool(words & _MONEY) or bool(words & _AMOUNT)


def _figure(row: Row) -> str:
    unit = "times" if row["unit"] == "ratio" else "%"
    return f"{row['value']:g} {unit}" if row["value"] == row["value"] else f"{row['low']:g} to {row['high']:g} {unit}"


def _beside(others: list[Row]) -> str:
    figures = [f"{_figure(row)} ({row['series_id']})" for row in others]
    return f"; others print {', '.join(dict.fromkeys(figures))}" if figures else ""
