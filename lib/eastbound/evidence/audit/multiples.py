"""Audit rules on multiples and growth: applied to their own base, and over windows that do not chain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from eastbound.evidence.audit.findings import Finding, Row, Severity, apart, finding, records, relations, span
from eastbound.evidence.audit.growth import base_of, year_before
from eastbound.evidence.audit.wording import worded
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import chosen
from eastbound.periods import parse_period

_AGAINST: Final = re.compile(r"(.+?)[._]growth_vs_(\d{4})")
NEAR: Final = 0.02  # relative distance within which an implied level counts as the stated one
FUTURE: Final = ("plan", "projection")


def multiples_against_levels(book: Evidence) -> Iterator[Finding]:
    """Compare the earlier level that a multiple implies with the one that is printed."""
    bases = {_key(row): row["base_window"] for row in worded(book)}
    for multiple, level in _multiples(book):
        if multiple["kind"] in FUTURE:
            continue
        window = bases.get(_key(multiple)) or year_before(str(multiple["period"]))
        seen = book.observations
        stated = seen[seen["series_id"].eq(level["series_id"]) & seen["period"].eq(window) & seen["value"].gt(0)]
        low, high = span(level)
        least, most = span(multiple)
        for before in records(stated):
            implied = level["value"] / multiple["value"]
            if apart((low / most, high / least), span(before)) > NEAR * before["value"]:
                times = level["value"] / before["value"]
                line = (
                    f"{level['value']:g} / {multiple['value']:g} = {implied:.5g} before, printed {before['value']:g} "
                    f"for {window}: {times:.2g} times"
                )
                rows = [multiple, level, before]
                gap, unit, part = implied - before["value"], str(level["unit"]), str(before["source_id"])
                yield finding("multiple", rows, line, gap=gap, unit=unit, severity="warning", part=part)


def multiples_against_capacity(book: Evidence) -> Iterator[Finding]:
    """Compare the level that a planned multiple implies with today's level and the capacity to be added."""
    limits = dict(relations(book, "ceiling"))
    for multiple, level in _multiples(book):
        if multiple["kind"] in FUTURE and level["series_id"] in limits:
            yield from _capacity(book, multiple, level, limits[level["series_id"]])


def growth_over_two_bases(book: Evidence) -> Iterator[Finding]:
    """Compare the growth of the year between, implied by growth on one and on two years before, with printed growth."""
    seen = book.observations
    rates = records(seen[seen["unit"].eq("percent_yoy") & seen["kind"].eq("observed") & seen["value"].notna()])
    for long in records(seen[seen["series_id"].str.contains("growth_vs_") & seen["value"].notna()]):
        match = _AGAINST.fullmatch(long["series_id"])
        if match is None:
            continue
        own = [row for row in rates if base_of(row) == match[1] and row["source_id"] == long["source_id"]]
        for short in [row for row in own if row["period"] == long["period"]]:
            others = [row for row in own if row["start"].year == int(match[2]) + 1]
            yield from _between(long, short, others)


def _multiples(book: Evidence) -> Iterator[tuple[Row, Row]]:
    """Yield each multiple with the level of the same source that it multiplies."""
    seen = book.observations
    for multiple_id, parts in relations(book, "multiple"):
        levels = records(seen[seen["series_id"].isin(parts) & seen["value"].gt(0)])
        for multiple in records(seen[seen["series_id"].eq(multiple_id) & seen["value"].gt(0)]):
            own = [row for row in levels if row["source_id"] == multiple["source_id"]]
            if multiple["kind"] in FUTURE:
                own = sorted((row for row in own if row["start"] < multiple["start"]), key=lambda row: row["start"])
                yield from ((multiple, row) for row in own[-1:])
            else:
                yield from ((multiple, row) for row in own if row["period"] == multiple["period"])


def _capacity(book: Evidence, multiple: Row, level: Row, limits: list[str]) -> Iterator[Finding]:
    sizes = [chosen(book, name, kinds=("capacity", "plan")).tail(1) for name in limits]
    added = [row for table in sizes for row in records(table)]
    room = level["value"] + sum(row["value"] for row in added)
    implied = level["value"] * multiple["value"]
    if added and implied > 1.1 * room:
        terms = " + ".join(f"{row['value']:g}" for row in (level, *added))
        line = f"{multiple['value']:g} x {level['value']:g} = {implied:g}; with all that opens {terms} = {room:g}"
        rows = [multiple, level, *added]
        unit = str(level["unit"])
        yield finding("multiple_over_capacity", rows, line, gap=implied - room, unit=unit, severity="warning")


def _between(long: Row, short: Row, others: list[Row]) -> Iterator[Finding]:
    low, high = (100 * ((1 + a / 100) / (1 + b / 100) - 1) for a, b in zip(span(long), span(short)[::-1], strict=True))
    middle = 100 * ((1 + long["value"] / 100) / (1 + short["value"] / 100) - 1)
    for other in others:
        if apart((low, high), span(other)) <= 0:
            continue
        same = parse_period(other["period"]).months == parse_period(long["period"]).months
        division = f"{1 + long['value'] / 100:.3g} / {1 + short['value'] / 100:.3g} - 1 = {middle:.1f} %"
        window = "" if same else ", another window"
        line = f"{division} for the year between, printed {other['value']:g} % for {other['period']}{window}"
        gap = middle - other["value"]
        severity: Severity = "warning" if same else "note"
        yield finding("two_bases", [long, short, other], line, gap=gap, unit="pp", severity=severity)


def _key(row: Row) -> tuple[str, ...]:
    return row["series_id"], row["period"], row["source_id"], row["locator"]
