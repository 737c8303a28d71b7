"""Audit rules on sums: totals against components, cumulative figures against months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import pandas as pd

from eastbound.evidence.audit.findings import Finding, Row, Severity, finding, miss, records, relations, span
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import chosen
from eastbound.periods import Period, month_text, parse_period

MEASURED: Final = ("observed",)
SLIGHT: Final = 0.005  # relative gap that a late revision explains
LARGE: Final = 0.05


def totals(book: Evidence) -> Iterator[Finding]:
    """Compare a printed total with the sum of the components that the same source prints."""
    for whole, parts in relations(book, "sum"):
        figures = _by_period_source(book, [whole, *parts])
        for prints in figures.values():
            if all(name in prints for name in (whole, *parts)):
                yield from _add_up(prints[whole], [prints[name] for name in parts])


def months_against_year(book: Evidence) -> Iterator[Finding]:
    """Compare a year with the sum of its twelve months, from any source."""
    pairs = relations(book, "sum")
    twins = {whole: parts[0] for whole, parts in pairs if len(parts) == 1}
    sums = book.series.index[(book.series["aggregate"] == "sum")]
    seen = book.observations
    monthly = seen[(seen["months"] == 1) & seen["kind"].eq("observed")].groupby("series_id").size()
    for series in sums.intersection(monthly.index[monthly >= 12]):
        year_id = next((whole for whole, part in twins.items() if part == series), series)
        yield from _years(chosen(book, series, kinds=MEASURED), chosen(book, year_id, kinds=MEASURED))


def cumulative_steps(book: Evidence) -> Iterator[Finding]:
    """Compare a printed month with the difference of the cumulative figures around it."""
    seen = book.observations
    sums = set(book.series.index[book.series["aggregate"] == "sum"])
    spans = seen[(seen["months"] > 1) & seen["kind"].eq("observed") & seen["series_id"].isin(sums)]
    for series in spans["series_id"].unique():
        rows = {row["period"]: row for row in records(chosen(book, series, kinds=MEASURED))}
        for row in rows.values():
            yield from _step(row, rows)


def _add_up(whole: Row, parts: list[Row]) -> Iterator[Finding]:
    spans = [span(part) for part in parts]
    # The rounding ranges of the components add up, so long sums need a wide margin.
    low, high = (sum(side) for side in zip(*spans, strict=True))
    gap = miss(span(whole), (low, high))
    total = sum(part["value"] for part in parts)
    if abs(gap) < 1e-6 or abs(whole["value"] - total) <= 1e-9:
        return
    share = abs(gap) / whole["value"]
    severity: Severity = "error" if share > LARGE else "warning" if share > SLIGHT else "note"
    terms = " + ".join(f"{part['value']:.10g}" for part in parts)
    line = f"{terms} = {total:.10g}, total printed {whole['value']:.10g}"
    unit = str(whole["unit"])
    yield finding("sum", [whole, *parts], line, gap=whole["value"] - total, unit=unit, severity=severity)


def _years(months: pd.DataFrame, years: pd.DataFrame) -> Iterator[Finding]:
    single = months[(months["months"] == 1) & (months["period"].str.len() == 7)]
    whole = {row["period"]: row for row in records(years[years["period"].str.len() == 4])}
    for year, rows in single.groupby(single["start"].dt.year):
        print_ = whole.get(str(year))
        if print_ is None or len(rows) < 12:
            continue
        total = float(rows["value"].sum())
        gap = total - print_["value"]
        share = abs(gap) / print_["value"]
        if share > SLIGHT:
            severity: Severity = "error" if share > LARGE else "warning"
            percent = 100 * gap / print_["value"]
            line = f"12 months add up to {total:.5g}, year printed {print_['value']:.6g} ({percent:+.1f} %)"
            involved = [print_, *records(rows.head(1))]
            yield finding("months", involved, line, gap=gap, unit=str(print_["unit"]), severity=severity)


def _step(month: Row, rows: dict[str, Row]) -> Iterator[Finding]:
    period = parse_period(month["period"])
    if period.freq != "M" or period.start.month < 2:
        return
    after = rows.get(_to_date(period, period.last_month))
    before = rows.get(_to_date(period, period.last_month - 1))
    if after is None or before is None or before is month:
        return
    low = span(after)[0] - span(before)[1]
    high = span(after)[1] - span(before)[0]
    # Rounding alone can explain a gap between the difference and the month.
    off = abs(miss(span(month), (low, high)))
    if off < 0.01 * month["value"]:
        return
    difference = after["value"] - before["value"]
    gap = difference - month["value"]
    severity: Severity = "warning" if off > 0.03 * month["value"] else "note"
    line = f"{after['value']:.10g} - {before['value']:.10g} = {difference:.4g}, month printed {month['value']:.10g}"
    yield finding("step", [month, after, before], line, gap=gap, unit=str(month["unit"]), severity=severity)


def _to_date(period: Period, last: int) -> str:
    """Return the written form of January to a month of the same year."""
    return parse_period(f"{period.start.year:04d}-01/{month_text(last)}").text


def _by_period_source(book: Evidence, names: list[str]) -> dict[tuple[str, str], dict[str, Row]]:
    seen = book.observations
    rows = seen[seen["series_id"].isin(names) & seen["kind"].eq("observed") & seen["value"].notna()]
    table: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in records(rows):
        table[row["period"], row["source_id"]].setdefault(row["series_id"], row)
    return table
