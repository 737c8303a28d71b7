"""Audit rules on rates per unit that two figures of one text imply, such as boxes per train or money per project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from eastbound.evidence.audit.findings import Finding, Row, finding, records, span
from eastbound.evidence.audit.wording import worded
from eastbound.evidence.book import Evidence
from eastbound.units import convert

NEAR_DAYS: Final = 800  # a capacity of the year before still belongs to an effect stated for this year


@dataclass(frozen=True)
class _Rate:
    """A rate that two figures of one source imply, with its range from rounding."""

    name: str
    pair: tuple[Row, Row]
    value: float
    low: float
    high: float
    unit: str

    @property
    def line(self) -> str:
        above, below = self.pair
        return f"{above['value']:.6g} / {below['value']:.6g} = {self.value:.4g} {self.unit}"


def rates_out_of_bounds(book: Evidence) -> Iterator[Finding]:
    """Find an implied rate outside the limits that physics or a stated judgement sets."""
    for card in records(book.rates[book.rates["low"].notna()]):
        for rate in _rates(book, card):
            if rate.high < card["low"] or rate.low > card["high"]:
                line = f"{rate.name}: {rate.line}; {card['basis']} allows {card['low']:g} to {card['high']:g}"
                gap = rate.value - (card["high"] if rate.low > card["high"] else card["low"])
                yield finding("rate", list(rate.pair), line, gap=gap, unit=rate.unit, severity="warning")


def rates_apart(book: Evidence) -> Iterator[Finding]:
    """Find two implied rates of one kind that lie further apart than the table of rates allows."""
    groups: dict[str, list[_Rate]] = defaultdict(list)
    factors: dict[str, float] = {}
    for card in records(book.rates[book.rates["factor"].notna()]):
        groups[card["rate"]].extend(_rates(book, card))
        factors[card["rate"]] = card["factor"]
    for name, rates in groups.items():
        for first, second in combinations(_witnesses(book, rates), 2):
            small, large = sorted((first, second), key=lambda rate: rate.value)
            if large.low > factors[name] * small.high:
                times = large.value / small.value
                line = f"{name}: {large.line}, {small.line}; {times:.3g} times as much"
                rows = [*large.pair, *small.pair]
                part = str(small.pair[0]["series_id"])
                yield finding("rates_apart", rows, line, gap=times, unit="ratio", severity="warning", part=part)


def increases_over_levels(book: Evidence) -> Iterator[Finding]:
    """Find a rate whose numerator the text calls an increase and whose denominator it calls a level."""
    measures = {(row["series_id"], row["period"], row["source_id"]): row["measure"] for row in worded(book)}
    increases = {series for (series, _, _), measure in measures.items() if measure == "increase"}
    for card in records(book.rates[book.rates["numerator"].isin(increases)]):
        for rate in _rates(book, card):
            above, below = (measures.get((row["series_id"], row["period"], row["source_id"]), "") for row in rate.pair)
            if (above, below) == ("increase", "level"):
                line = f"{rate.name}: {rate.line}, an increase over a level; the level before is not printed"
                yield finding("increase_over_level", list(rate.pair), line, gap=0.0, unit=rate.unit, severity="warning")


def _rates(book: Evidence, card: Row) -> list[_Rate]:
    """Return the rates of a kind that single sources imply, one a source and period."""
    seen = book.observations
    above = seen[seen["series_id"].eq(card["numerator"]) & seen["value"].gt(0)]
    below = seen[seen["series_id"].eq(card["denominator"]) & seen["value"].gt(0)]
    partners: dict[str, list[Row]] = defaultdict(list)
    for row in records(below):
        partners[row["source_id"]].append(row)
    return [
        _rate(card, row, partner) for row in records(above) for partner in _partner(row, partners[row["source_id"]])
    ]


def _partner(row: Row, candidates: list[Row]) -> list[Row]:
    """Return the figure of the same period, or the nearest one where the denominator is a capacity."""
    same = [other for other in candidates if other["period"] == row["period"]]
    if same:
        return same[:1]
    sizes = [other for other in candidates if other["kind"] in ("capacity", "plan")]
    sizes.sort(key=lambda other: abs((other["start"] - row["start"]).days))
    return [other for other in sizes[:1] if abs((other["start"] - row["start"]).days) <= NEAR_DAYS]


def _rate(card: Row, above: Row, below: Row) -> _Rate:
    low, high = (convert(value, str(above["unit"]), card["unit"]) for value in span(above))
    least, most = span(below)
    value = convert(above["value"], str(above["unit"]), card["unit"]) / below["value"]
    return _Rate(card["rate"], (above, below), value, low / most, high / least, card["unit"])


def _witnesses(book: Evidence, rates: list[_Rate]) -> list[_Rate]:
    """Return the rates without those that repeat the same two figures, as dependent articles do."""
    unique: dict[tuple[str, str, float, float], _Rate] = {}
    for rate in rates:
        above, below = rate.pair
        unique.setdefault((above["series_id"], above["period"], above["value"], below["value"]), rate)
    return list(unique.values())
