"""Audit rules on dated happenings: one happening dated twice, and spans of years that contradict their dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from eastbound.evidence.audit.findings import Finding, Row, finding, records
from eastbound.evidence.book import Evidence
from eastbound.periods import Period, parse_period

YEAR: Final = 365.25
CLOSE_DAYS: Final = 3  # between sources: time zones, and the day of an event against that of its report


def dated_twice(book: Evidence) -> Iterator[Finding]:
    """Find a happening that one source dates twice or more, on days that cannot be the same."""
    table = book.happenings
    for (_, stage, _), group in table.groupby(["happening", "stage", "source_id"], sort=False):
        dates = [parse_period(text) for text in dict.fromkeys(group["date"])]
        if _days_apart(dates) > 0:
            rows = [_row(row) for row in records(group)]
            line = f"`{stage}` is dated {' and '.join(date.text for date in dates)} in one text"
            gap = float(_days_apart(dates))
            part = str(stage)
            yield finding("dated_twice", rows, line, gap=gap, unit="days", severity="error", part=part)


def dated_differently(book: Evidence) -> Iterator[Finding]:
    """Find a happening that independent sources date differently, where no date of one fits a date of the other."""
    table = book.happenings.assign(group=book.sources["group"].reindex(book.happenings["source_id"]).to_numpy())
    for (_, stage), group in table.groupby(["happening", "stage"], sort=False):
        witnesses = [records(rows) for _, rows in group.groupby("group", sort=False)]
        for index, first in enumerate(witnesses):
            for second in witnesses[index + 1 :]:
                yield from _disagreement(first, second, str(stage))


def spans_of_years(book: Evidence) -> Iterator[Finding]:
    """Compare a printed number of years with the dates that the same text gives for its start and its end."""
    table = book.happenings
    for row in records(table[table["years"].notna()]):
        start, end = parse_period(row["date"]), parse_period(row["told"])
        least = (end.start - start.end).days / YEAR
        most = (end.end - start.start).days / YEAR
        # "Six years" from November 2018 to 2024 may be counted from year to year.
        if not least - 1 <= row["years"] <= most + 1:
            line = f"{row['years']:g} years printed; from {row['date']} to {row['told']} are {least:.0f} to {most:.0f}"
            gap = row["years"] - (most if row["years"] > most else least)
            yield finding("span_of_years", [_row(row)], line, gap=gap, unit="years", severity="warning")


def _disagreement(first: list[Row], second: list[Row], stage: str) -> Iterator[Finding]:
    pairs = [(a, b) for a in first for b in second]
    gaps = [_days_apart([parse_period(a["date"]), parse_period(b["date"])]) for a, b in pairs]
    if min(gaps) > CLOSE_DAYS:
        a, b = pairs[gaps.index(min(gaps))]
        line = f"`{stage}` is dated {a['date']} by one source and {b['date']} by another"
        part = f"{stage}:{b['source_id']}"
        gap = float(min(gaps))
        yield finding(
            "dated_differently", [_row(a), _row(b)], line, gap=gap, unit="days", severity="warning", part=part
        )


def _days_apart(dates: Sequence[Period]) -> int:
    """Return the days between the last start and the first end; zero or less when all dates can be one day."""
    return (max(date.start for date in dates) - min(date.end for date in dates)).days


def _row(row: Row) -> Row:
    """Return a happening in the shape of an observation, as findings repeat it."""
    published = row["available"].date().isoformat()
    return {
        "series_id": row["happening"],
        "period": row["date"],
        "value": None,
        "source_id": row["source_id"],
        "published": published,
    }
