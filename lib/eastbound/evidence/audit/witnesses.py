"""Audit rules on sources: conflicts between them, and sources that repeat each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from eastbound.evidence.audit.findings import Finding, Row, Severity, apart, finding, records, span
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import conflicts

SMALL: Final = 2.0  # percent
LARGE: Final = 10.0


def sources_disagree(book: Evidence) -> Iterator[Finding]:
    """List the figures that differ from the chosen one by more than rounding explains."""
    seen = book.observations
    table = conflicts(book)
    for row in records(table[table["percent"].abs() > SMALL]):
        both = seen[(seen["series_id"] == row["series_id"]) & (seen["period"] == row["period"])]
        loser = _first(both, row["source_id"], row["value"])
        winner = _first(both, row["chosen_source"], row["chosen"])
        if apart(span(loser), span(winner)) == 0:
            continue
        severity: Severity = "warning" if abs(row["percent"]) > LARGE or loser["unit"] == "USD_bn" else "note"
        line = f"{row['value']:.10g} / {row['chosen']:.10g} - 1 = {row['percent']:+.1f} %; not used: {row['rule']}"
        yield finding("conflict", [loser, winner], line, gap=row["gap"], unit=str(loser["unit"]), severity=severity)


def one_witness(book: Evidence) -> Iterator[Finding]:
    """Count the figures that several pages print but only one agency reports."""
    seen = book.observations
    group = book.sources["group"].reindex(seen["source_id"]).to_numpy()
    rows = seen.assign(group=group)[seen["kind"].eq("observed") & seen["value"].notna()]
    key = ["series_id", "period", "value"]
    pages = rows.groupby([*key, "group"])["source_id"].nunique().reset_index(name="pages")
    alone = rows.groupby(key)["group"].nunique().reset_index(name="groups")
    repeated = pages[pages["pages"] > 1].merge(alone[alone["groups"] == 1], on=key)
    for name, figures_of_group in repeated.groupby("group"):
        first = figures_of_group.iloc[0]
        involved = rows[(rows["group"] == name) & (rows["series_id"] == first["series_id"])]
        involved = involved[(involved["period"] == first["period"]) & (involved["value"] == first["value"])]
        figures = len(figures_of_group)
        line = f"{int(figures_of_group['pages'].sum())} prints of {figures} figures rest on one witness, `{name}`"
        severity: Severity = "warning" if figures > 5 else "note"
        part = str(name)
        yield finding(
            "one_witness", records(involved), line, gap=float(figures), unit="count", severity=severity, part=part
        )


def _first(rows, source: str, value: float) -> Row:  # type: ignore[no-untyped-def]
    same = rows[(rows["source_id"] == source) & (rows["value"] == value)]
    return records(same.head(1))[0]
