"""Audit rules on money: exchange rates implied by amounts in two currencies, growth in mixed currencies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Final

import pandas as pd

from eastbound.evidence.audit.findings import Finding, Row, Severity, apart, finding, records, span
from eastbound.evidence.book import Evidence
from eastbound.periods import parse_period
from eastbound.units import convert

CURRENCIES: Final = ("USD", "CNY", "RUB")
_SUFFIXES: Final = ("_usd", "_cny", "_rub")
# Monthly rates of a currency per dollar, first choice first.
RATES: Final = {"CNY": ("driver.usd_cny", "driver.usd_cny_ecb"), "RUB": ("driver.usd_rub_month_end",)}
NEAR: Final = 0.01  # relative distance within which an implied rate counts as the rate of the period


def implied_rates(book: Evidence) -> Iterator[Finding]:
    """Compare the exchange rate implied by one source's amounts in two currencies with the mean rate of the period."""
    for dollars, other in _twins(book):
        currency = _currency(other)
        low, high = _rate_span(dollars, other)
        rate = _mean_rate(book, currency, dollars["period"])
        if rate is None:
            continue
        gap = apart((low, high), (rate, rate))
        if gap > NEAR * rate:
            implied = _amount(other) / _amount(dollars)
            division = f"{_amount(other):g} / {_amount(dollars):g} = {implied:.3f} {currency} per USD"
            line = (
                f"{division} ({low:.2f} to {high:.2f}), mean rate {rate:.3f} gives {_amount(other) / rate:.4g} USD bn"
            )
            severity: Severity = "error" if dollars["kind"] == "observed" else "warning"
            gap = implied - rate
            yield finding("implied_rate", [dollars, other], line, gap=gap, unit=currency, severity=severity)


def rates_in_one_source(book: Evidence) -> Iterator[Finding]:
    """Find pairs of amounts in one source that imply different exchange rates."""
    by_source: dict[tuple[str, str], list[tuple[Row, Row]]] = defaultdict(list)
    for dollars, other in _twins(book):
        by_source[dollars["source_id"], _currency(other)].append((dollars, other))
    for (_, currency), pairs in by_source.items():
        for first, second in combinations(pairs, 2):
            spans = [_rate_span(*pair) for pair in (first, second)]
            gap = apart(*spans)
            if gap <= 0:
                continue
            terms = [_division(*pair, *limits) for pair, limits in zip((first, second), spans, strict=True)]
            rows = [first[0], first[1], second[0], second[1]]
            line = f"{terms[0]} against {terms[1]} {currency} per USD"
            part = second[0]["series_id"]
            yield finding("two_rates", rows, line, gap=gap, unit=currency, severity="warning", part=part)


def mixed_currency_growth(book: Evidence) -> Iterator[Finding]:
    """Find levels in dollars that contradict the growth printed by the same source in yuan."""
    seen = book.observations
    rows = records(seen[(seen["kind"] == "observed") & seen["value"].notna()])
    levels = {(row["series_id"], row["period"], row["source_id"]): row for row in rows}
    best = _first_level(rows)
    for row in rows:
        if not row["series_id"].endswith(".yoy_cny"):
            continue
        base = row["series_id"].removesuffix(".yoy_cny")
        level = levels.get((base, row["period"], row["source_id"]))
        before = best.get((base, str(int(row["period"]) - 1))) if row["period"].isdigit() else None
        if level is None or before is None or f"{base}_cny" not in book.series.index:
            continue
        growth = 100 * (level["value"] / before["value"] - 1)
        if abs(growth - row["value"]) > 0.5:
            line = f"{level['value']:g} / {before['value']:g} - 1 = {growth:.1f} %, printed {row['value']:g} % in yuan"
            gap = growth - row["value"]
            yield finding("mixed_currency", [level, row, before], line, gap=gap, unit="pp", severity="error")


def _first_level(rows: list[Row]) -> dict[tuple[str, str], Row]:
    """Return the most finely printed yearly dollar level of each series."""
    best: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row["series_id"], row["period"])
        width = span(row)[1] - span(row)[0]
        if key not in best or width < span(best[key])[1] - span(best[key])[0]:
            best[key] = row
    return best


def _twins(book: Evidence) -> Iterator[tuple[Row, Row]]:
    """Yield pairs of one source's figures of the same amount, in dollars and in another currency."""
    seen = book.observations
    money = seen[seen["unit"].str.split("_").str[0].isin(CURRENCIES) & ~seen["unit"].str.contains("per")]
    money = money[money["value"].gt(0)]
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in records(money):
        groups[_base(row["series_id"]), row["period"], row["source_id"]].append(row)
    for rows in groups.values():
        dollars = [row for row in rows if _currency(row) == "USD"]
        for row in rows:
            if dollars and _currency(row) != "USD":
                yield dollars[0], row


def _division(dollars: Row, other: Row, low: float, high: float) -> str:
    a, b = _amount(other), _amount(dollars)
    return f"{a:g} / {b:g} = {a / b:.2f} ({low:.1f} to {high:.1f})"


def _base(series: str) -> str:
    return next((series.removesuffix(suffix) for suffix in _SUFFIXES if series.endswith(suffix)), series)


def _currency(row: Row) -> str:
    return str(row["unit"]).split("_", maxsplit=1)[0]


def _amount(row: Row, value: float | None = None) -> float:
    unit = str(row["unit"])
    bare = f"{_currency(row)}_bn"
    return convert(row["value"] if value is None else value, unit, bare)


def _rate_span(dollars: Row, other: Row) -> tuple[float, float]:
    low, high = (_amount(other, value) for value in span(other))
    least, most = (_amount(dollars, value) for value in span(dollars))
    return low / most, high / least


@lru_cache(maxsize=512)
def _mean_rate(book: Evidence, currency: str, period: str) -> float | None:
    interval = parse_period(period)
    seen = book.observations
    for series in RATES[currency]:
        rows = seen[(seen["series_id"] == series) & (seen["months"] == 1)]
        inside = rows[rows["start"].ge(pd.Timestamp(interval.start)) & rows["end"].le(pd.Timestamp(interval.end))]
        if len(inside) >= interval.months:
            return float(inside["value"].mean())
    return None
