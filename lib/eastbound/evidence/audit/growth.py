"""Audit rules on growth: printed rates against levels and against rates in another currency."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

import pandas as pd

from eastbound.evidence.audit.findings import Finding, Row, Severity, finding, miss, records, span
from eastbound.evidence.book import Evidence
from eastbound.periods import parse_period

# The id of a growth series extends the id of its level: `x.yoy_usd` of `x`, `x.yoy_cny` of `x_cny`.
_GROWTH: Final = re.compile(r"(.+)\.yoy(_usd|_cny)?")
_LEVEL: Final = {None: "", "_usd": "", "_cny": "_cny"}
SMALL: Final = 1.0  # percentage points that revisions of the base explain
LARGE: Final = 3.0  # percentage points beyond which one of the prints is wrong


def growth_against_levels(book: Evidence) -> Iterator[Finding]:
    """Compare printed growth with the growth of the levels that the same source prints.

    Where the source prints no earlier level, the levels of all sources are used, and the growth
    is accepted when any pair of them is consistent with it.
    """
    levels = _by_series_period(book)
    for row in _growth_rows(book):
        now, then = _level_pairs(row, levels)
        own_now = [x for x in now if x["source_id"] == row["source_id"]]
        own_then = [x for x in then if x["source_id"] == row["source_id"]]
        strict = bool(own_now and own_then)
        pairs = [(a, b) for a in (own_now or now) for b in (own_then or then)]
        if pairs:
            yield from _judge(row, pairs, strict=strict)


def chained_growth(book: Evidence) -> Iterator[Finding]:
    """Compare the product of a source's yearly growth rates with the ratio of its levels."""
    levels = _by_series_period(book)
    chains: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in _growth_rows(book):
        if re.fullmatch(r"\d{4}", row["period"]):
            chains[row["series_id"], row["source_id"]].append(row)
    for rows in chains.values():
        yield from _chain(sorted(rows, key=lambda row: str(row["period"])), levels)


def growth_twins(book: Evidence) -> Iterator[Finding]:
    """Compare growth printed in dollars and in yuan with the change of the exchange rate."""
    rates = _yearly_rate(book)
    twins: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in _growth_rows(book):
        base, currency = _parts(row)
        if currency and re.fullmatch(r"\d{4}", row["period"]):
            twins[base, row["period"]].setdefault(currency, row)
    for (_, period), pair in twins.items():
        year = int(period)
        if len(pair) == 2 and {year, year - 1} <= set(rates):
            yield from _twin(pair["_usd"], pair["_cny"], change=rates[year - 1] / rates[year])


def _judge(row: Row, pairs: list[tuple[Row, Row]], *, strict: bool) -> Iterator[Finding]:
    """Report the best-fitting pair of levels; a growth rate is doubted only when no pair fits."""
    low, high = span(row)
    best = min(pairs, key=lambda pair: abs(_miss(pair, low, high)))
    gap = _miss(best, low, high)
    if abs(gap) < (0.05 if strict else SMALL):
        return
    now, then = best
    growth = 100 * (now["value"] / then["value"] - 1)
    line = f"{now['value']:.10g} / {then['value']:.10g} - 1 = {growth:.2f} %, printed {row['value']:g} %"
    severity: Severity = "error" if abs(gap) > LARGE and strict else "warning" if strict or abs(gap) > LARGE else "note"
    yield finding("growth", [row, now, then], line, gap=growth - row["value"], unit="pp", severity=severity)


def _miss(pair: tuple[Row, Row], low: float, high: float) -> float:
    """Return the percentage points between the growth of two rounded levels and a rounded growth rate."""
    (a_low, a_high), (b_low, b_high) = span(pair[0]), span(pair[1])
    if b_low <= 0:
        return 0.0
    least, most = 100 * (a_low / b_high - 1), 100 * (a_high / b_low - 1)
    return miss((least, most), (low, high))


def _chain(rows: list[Row], levels: dict[tuple[str, str], list[Row]]) -> Iterator[Finding]:
    years = [int(row["period"]) for row in rows]
    if len(rows) < 3 or years != list(range(years[0], years[-1] + 1)):
        return
    rows = rows[1:]  # the first rate leads to the first level that the source prints
    series = _level_id(rows[0])
    ends = [_own(levels, series, year, rows[0]["source_id"]) for year in (years[0], years[-1])]
    first, last = ends
    if first is None or last is None:
        return
    product = 1.0
    for row in rows:
        product *= 1 + row["value"] / 100
    ratio = last["value"] / first["value"]
    if abs(ratio / product - 1) < 0.005:
        return
    factors = " x ".join(f"{1 + row['value'] / 100:.3f}" for row in rows)
    line = f"{factors} = {product:.3f}, levels {last['value']:g} / {first['value']:g} = {ratio:.3f}"
    yield finding(
        "chain", [rows[-1], *rows[:-1], first, last], line, gap=100 * (ratio - product), unit="pp", severity="error"
    )


def _twin(usd: Row, cny: Row, *, change: float) -> Iterator[Finding]:
    expected = 100 * ((1 + cny["value"] / 100) * change - 1)
    gap = usd["value"] - expected
    if abs(gap) > 0.5:
        dollars = f"({1 + cny['value'] / 100:.3f} x {change:.4f} - 1) = {expected:.1f} % in dollars"
        line = f"{dollars}, printed {usd['value']:g} %"
        yield finding("growth_twin", [usd, cny], line, gap=gap, unit="pp", severity="warning")


def _growth_rows(book: Evidence) -> list[Row]:
    seen = book.observations
    rows = seen[(seen["kind"] == "observed") & (seen["unit"] == "percent_yoy") & seen["value"].notna()]
    return records(rows)


def _parts(row: Row) -> tuple[str, str | None]:
    match = _GROWTH.fullmatch(row["series_id"])
    return (match.group(1), match.group(2)) if match else (row["series_id"], None)


def _level_id(row: Row) -> str:
    base, currency = _parts(row)
    return base + _LEVEL[currency]


def base_of(row: Row) -> str:
    """Return the id of what grows, without the ending of a growth rate.

    Examples
    --------
    >>> base_of({"series_id": "coal.value.yoy_cny"}), base_of({"series_id": "coal.value"})
    ('coal.value', 'coal.value')
    """
    return _parts(row)[0]


def _level_pairs(row: Row, levels: dict[tuple[str, str], list[Row]]) -> tuple[list[Row], list[Row]]:
    series = _level_id(row)
    earlier = year_before(row["period"])
    now = [x for x in levels.get((series, row["period"]), []) if x is not row]
    return now, levels.get((series, earlier), [])


def _own(levels: dict[tuple[str, str], list[Row]], series: str, year: int, source: str) -> Row | None:
    return next((x for x in levels.get((series, str(year)), []) if x["source_id"] == source), None)


def _by_series_period(book: Evidence) -> dict[tuple[str, str], list[Row]]:
    seen = book.observations
    rows = seen[seen["kind"].eq("observed") & seen["value"].gt(0) & (seen["unit"] != "percent_yoy")]
    table: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in records(rows):
        table[row["series_id"], row["period"]].append(row)
    return table


def year_before(text: str) -> str:
    """Return the same period a year earlier, in its written form.

    Examples
    --------
    >>> year_before("2023-01/2023-06")
    '2022-01/2022-06'
    """
    period = parse_period(text)
    start, end = _shifted(period.start), _shifted(period.end)
    return parse_period(f"{start}/{end}").text


def _shifted(day: date) -> date:
    """Return the same day a year before; the last day of February stays the last."""
    leap = pd.Timestamp(day) - pd.DateOffset(years=1)
    if day.month == 2 and day.day >= 28 and (pd.Timestamp(day) + pd.Timedelta(days=1)).month == 3:
        return (pd.Timestamp(day.year - 1, 3, 1) - pd.Timedelta(days=1)).date()
    return leap.date()


def _yearly_rate(book: Evidence) -> dict[int, float]:
    seen = book.observations
    rows = seen[(seen["series_id"] == "driver.usd_cny") & (seen["months"] == 1)]
    years = rows.groupby(rows["start"].dt.year)["value"]
    full = years.mean()[years.count() == 12]
    return {int(str(year)): float(rate) for year, rate in full.items()}
