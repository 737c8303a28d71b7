"""Audit rules on scope: plans against outcomes of another area, parts against wholes of another window or size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from eastbound.evidence.audit.findings import Finding, Row, finding, records, relations, span
from eastbound.evidence.audit.growth import base_of
from eastbound.evidence.audit.wording import worded
from eastbound.evidence.book import Evidence
from eastbound.periods import parse_period

NEAR_YEARS: Final = 3  # a count of another year is still the same thing
MEASURED: Final = ("observed", "estimate")


def areas(book: Evidence) -> Iterator[Finding]:
    """Find a plan that a text compares with an outcome of another area."""
    rows = worded(book)
    for plan_id, outcomes in relations(book, "scope"):
        for plan in [row for row in rows if row["series_id"] == plan_id and row["area"]]:
            for outcome in [row for row in rows if row["series_id"] in outcomes and row["area"]]:
                if outcome["source_id"] == plan["source_id"] and outcome["area"] != plan["area"]:
                    share = 100 * outcome["value"] / plan["value"]
                    line = (
                        f"{plan['value']:g} {plan['measure']} in {plan['area']}, {outcome['value']:g} "
                        f"{outcome['measure']} in {outcome['area']}: {share:.1f} % is no rate of completion"
                    )
                    both = [plan, outcome]
                    yield finding("area", both, line, gap=share - 100, unit="percent", severity="warning")


def part_windows(book: Evidence) -> Iterator[Finding]:
    """Find parts that a source counts over another window than their whole."""
    windows = {_key(row): row["window"] for row in worded(book)}
    by_source = _by_source(book)
    for whole_id, part_ids in relations(book, "component"):
        for figures in by_source.values():
            wholes = [row for row in figures if _is(row, whole_id)]
            parts = [row for row in figures if any(_is(row, part) for part in part_ids)]
            for whole in wholes:
                unlike = [part for part in parts if _other_window(whole, part, parts=parts, windows=windows)]
                if unlike:
                    listed = ", ".join(dict.fromkeys(f"{part['series_id']} {part['period']}" for part in unlike))
                    line = f"whole of {whole['period']}; parts counted otherwise: {listed}"
                    gap = float(max(abs(whole["months"] - part["months"]) for part in unlike))
                    yield finding("part_window", [whole, *unlike], line, gap=gap, unit="months", severity="warning")


def parts_over_wholes(book: Evidence) -> Iterator[Finding]:
    """Find a part that is larger than its whole, in one source or, for counts, between sources."""
    seen = book.observations
    scopes = {_key(row): f", {row['measure']}, {row['area']}" for row in worded(book) if row["area"]}
    for whole_id, part_ids in relations(book, "component"):
        wholes = records(seen[seen["series_id"].eq(whole_id) & seen["value"].gt(0)])
        for part in records(seen[seen["series_id"].isin(part_ids) & seen["value"].gt(0)]):
            for whole in wholes:
                if _comparable(whole, part) and span(part)[0] > span(whole)[1]:
                    inner, outer = (
                        f"{row['value']:g} ({row['period']}{scopes.get(_key(row), '')})" for row in (part, whole)
                    )
                    line = f"part {inner} is more than its whole, {outer}"
                    gap, unit, beside = part["value"] - whole["value"], str(part["unit"]), str(whole["source_id"])
                    both = [part, whole]
                    yield finding("part_over_whole", both, line, gap=gap, unit=unit, severity="warning", part=beside)


def _other_window(whole: Row, part: Row, *, parts: list[Row], windows: dict[tuple[str, ...], str]) -> bool:
    """Return whether a part has another window than its whole and no figure for the window of the whole."""
    stated = windows.get(_key(whole), ""), windows.get(_key(part), "")
    if all(stated):
        return stated[0] != stated[1]
    twin = any(row["series_id"] == part["series_id"] and row["period"] == whole["period"] for row in parts)
    if twin or _is_rate(whole) != _is_rate(part) or part["months"] == whole["months"]:
        return False
    outer, inner = parse_period(whole["period"]), parse_period(part["period"])
    return inner.months > 1 and outer.start <= inner.start and inner.end <= outer.end


def _comparable(whole: Row, part: Row) -> bool:
    if whole["unit"] != part["unit"]:
        return False
    years = abs(whole["start"].year - part["start"].year)
    if whole["unit"] == "count":
        return years <= NEAR_YEARS
    same = whole["source_id"] == part["source_id"]
    return same and (years <= NEAR_YEARS if whole["kind"] != part["kind"] else whole["period"] == part["period"])


def _is(row: Row, series_id: str) -> bool:
    base = base_of(row)
    return series_id in (row["series_id"], base, base.removesuffix("_cny"))


def _is_rate(row: Row) -> bool:
    return bool(row["unit"] == "percent_yoy")


def _key(row: Row) -> tuple[str, ...]:
    return row["series_id"], row["period"], row["source_id"], row["locator"]


def _by_source(book: Evidence) -> dict[str, list[Row]]:
    names = {name for whole, parts in relations(book, "component") for name in (whole, *parts)}
    seen = book.observations
    stems = seen["series_id"].str.replace(r"\.yoy(_usd|_cny)?$", "", regex=True).str.removesuffix("_cny")
    rows = seen[(stems.isin(names) | seen["series_id"].isin(names)) & seen["kind"].isin(MEASURED)]
    table: dict[str, list[Row]] = defaultdict(list)
    for row in records(rows):
        table[row["source_id"]].append(row)
    return table
