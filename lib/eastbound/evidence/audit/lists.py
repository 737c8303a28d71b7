"""Audit rules on lists: a number of items announced, and the items that follow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from eastbound.evidence.audit.findings import Finding, Row, finding, records
from eastbound.evidence.book import Evidence


def announced_lists(book: Evidence) -> Iterator[Finding]:
    """Find a list that is announced with one number of items and given with another."""
    for row in records(book.lists):
        items = _items(row)
        if len(items) != row["announced"]:
            line = f"{row['announced']:g} announced, {len(items)} given: {'; '.join(items)}"
            gap = len(items) - row["announced"]
            yield finding("list", [_row(row)], line, gap=gap, unit="count", severity="warning")


def lists_of_two_sources(book: Evidence) -> Iterator[Finding]:
    """Find a list to which independent sources give different numbers of items."""
    groups = book.sources["group"]
    for _, rows in book.lists.groupby("list", sort=False):
        for first, second in combinations(records(rows), 2):
            alone = groups[first["source_id"]] != groups[second["source_id"]]
            if alone and first["announced"] != second["announced"]:
                line = f"{first['announced']:g} by one source, {second['announced']:g} by another"
                gap = first["announced"] - second["announced"]
                both = [_row(first), _row(second)]
                yield finding("list_sizes", both, line, gap=gap, unit="count", severity="note")


def _items(row: Row) -> list[str]:
    return [item.strip() for item in row["items"].split(";") if item.strip()]


def _row(row: Row) -> Row:
    """Return a list in the shape of an observation, as findings repeat it."""
    published = row["available"].date().isoformat()
    return {
        "series_id": row["list"],
        "period": published[:4],
        "value": row["announced"],
        "source_id": row["source_id"],
        "published": published,
    }
