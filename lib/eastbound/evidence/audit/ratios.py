"""Audit rules on ratios: shares, unit prices, utilization, branches of a pipeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import Final

from eastbound.evidence.audit.findings import Finding, Row, Severity, finding, miss, records, relations, span
from eastbound.evidence.book import Evidence
from eastbound.periods import parse_period

OFF: Final = 0.30  # relative distance from the median of the neighbours at which a unit price is reported
NEAR: Final = 3  # neighbours on either side
_UNCOUNTED: Final = ("percent", "percent_yoy", "count")
YEAR: Final = 365.25  # days


def shares(book: Evidence) -> Iterator[Finding]:
    """Compare a printed share with the ratio of printed amounts of the same period."""
    for whole, parts in relations(book, "share"):
        amounts = _by_period(book, parts, kinds=("observed",))
        for period, rows in _by_period(book, [whole], kinds=("observed", "estimate")).items():
            above, below = (amounts.get(period, {}).get(part, []) for part in parts)
            for share in rows[whole]:
                yield from _share(share, above, below)


def former_shares(book: Evidence) -> Iterator[Finding]:
    """Compare a printed share of an earlier amount with every earlier amount that is known."""
    seen = book.observations
    for whole, parts in relations(book, "former_share"):
        above, below = (records(seen[seen["series_id"].eq(part) & seen["value"].gt(0)]) for part in parts)
        for share in records(seen[seen["series_id"].eq(whole) & seen["value"].gt(0)]):
            own = [row for row in above if row["source_id"] == share["source_id"]]
            yield from _share(share, own, [row for row in below if row["start"] < share["start"]])


def daily_means(book: Evidence) -> Iterator[Finding]:
    """Compare a daily amount with the yearly amount of another source within three years."""
    seen = book.observations
    for day_id, parts in relations(book, "per_day"):
        years = records(seen[seen["series_id"].isin(parts) & seen["value"].gt(0)])
        for day in records(seen[seen["series_id"].eq(day_id) & seen["value"].gt(0)]):
            close = [row for row in years if abs(row["start"].year - day["start"].year) <= NEAR]
            close = [row for row in close if row["kind"] == day["kind"] or row["kind"] in ("observed", "estimate")]
            for year in sorted(close, key=lambda row: abs(row["start"] - day["start"]))[:1]:
                total = YEAR * day["value"]
                if abs(total / year["value"] - 1) > OFF:
                    line = f"{day['value']:g} x 365 = {total:.4g}, printed {year['value']:g} for {year['period']}"
                    gap, unit = total - year["value"], str(year["unit"])
                    yield finding("per_day", [day, year], line, gap=gap, unit=unit, severity="warning")


def unit_prices(book: Evidence) -> Iterator[Finding]:
    """Compare the unit price of a period with those of nearby periods."""
    for value_id, parts in relations(book, "price"):
        prints = _by_period(book, [value_id, parts[0]], kinds=("observed",))
        prices = [
            _price(rows[value_id], rows[parts[0]]) for rows in prints.values() if {value_id, parts[0]} <= set(rows)
        ]
        prices.sort(key=lambda price: price[0][0]["start"])
        for index, (pair, ratio) in enumerate(prices):
            around = prices[max(index - NEAR, 0) : index] + prices[index + 1 : index + 1 + NEAR]
            middle = median(other for _, other in around) if around else ratio
            unit = f"{pair[0]['unit']} per {pair[1]['unit']}"
            line = f"{pair[0]['value']:.6g} / {pair[1]['value']:.6g} = {ratio:.5g} {unit}, near it {middle:.5g}"
            severity: Severity = "warning" if abs(ratio / middle - 1) > 2 * OFF else "note"
            if abs(ratio / middle - 1) > OFF:
                yield finding("unit_price", list(pair), line, gap=ratio - middle, unit=unit, severity=severity)


def bare_ratios(book: Evidence) -> Iterator[Finding]:
    """List multiples and rates of change that are printed without the earlier figure."""
    seen = book.observations
    known = set(zip(seen["series_id"], seen["period"], strict=True))
    rows = seen[(seen["unit"] == "ratio") & seen["kind"].isin(["observed", "projection", "plan"])]
    for row in records(rows[rows["locator"] != "text"]):
        beside = seen[(seen["source_id"] == row["source_id"]) & (seen["locator"] == row["locator"])]
        beside = beside[(beside["period"] == row["period"]) & (beside["unit"] != "ratio") & beside["value"].gt(0)]
        for amount in records(beside):
            if (amount["series_id"], _before(row["period"])) in known or amount["unit"] in _UNCOUNTED:
                continue
            times, plus = amount["value"] / row["value"], amount["value"] / (1 + row["value"])
            division = f"{amount['value']:g} / {row['value']:g} = {times:.5g} before"
            line = f"{division} if it grew to {row['value']:g} times, {plus:.5g} if by {100 * row['value']:g} %"
            unit = str(amount["unit"])
            part = amount["series_id"]
            yield finding(
                "bare_multiple", [row, amount], line, gap=times - plus, unit=unit, severity="warning", part=part
            )


def use_of_capacity(book: Evidence) -> Iterator[Finding]:
    """Compare cumulative deliveries with capacity since the start."""
    for total_id, parts in relations(book, "use"):
        seen = book.observations
        totals = seen[(seen["series_id"] == total_id) & seen["kind"].eq("observed")]
        sizes = records(seen[(seen["series_id"] == parts[0]) & seen["kind"].isin(["capacity", "contract"])])
        start = _start(book, total_id)
        for row in records(totals):
            for size in [x for x in sizes if x["source_id"] == row["source_id"]]:
                yield from _use(row, size, start)


def branches(book: Evidence) -> Iterator[Finding]:
    """Subtract the branches of a pipeline from its total; the rest must fit the branches not named."""
    for whole, parts in relations(book, "flow"):
        seen = book.observations
        rows = seen[seen["series_id"].isin([whole, *parts]) & seen["unit"].eq(book.series["unit"][whole])]
        by_source: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
        for row in records(rows):
            by_source[row["source_id"], row["period"]].setdefault(row["series_id"], row)
        for prints in by_source.values():
            missing = [name for name in parts if name not in prints]
            if whole in prints and len(missing) < len(parts):
                yield from _branch(prints, whole, parts, missing)


def _share(share: Row, numerators: list[Row], denominators: list[Row]) -> Iterator[Finding]:
    pairs = [(a, b) for a in numerators for b in denominators if a["value"] > 0 and b["value"] > 0]
    own = [(a, b) for a, b in pairs if a["source_id"] == b["source_id"] == share["source_id"]]

    def off(pair: tuple[Row, Row]) -> float:
        return abs(100 * pair[0]["value"] / pair[1]["value"] - share["value"])

    for a, b in sorted(own or pairs, key=off)[:1]:
        low = 100 * span(a)[0] / span(b)[1]
        high = 100 * span(a)[1] / span(b)[0]
        ratio = 100 * a["value"] / b["value"]
        gap = miss(span(share), (low, high))
        # "Less than a third" is contradicted by a larger ratio only, "more than a third" by a smaller one.
        open_end = (gap > 0 and "ceiling" in share["note"]) or (gap < 0 and "floor" in share["note"])
        if abs(gap) > 1 and not open_end:
            line = f"{a['value']:g} / {b['value']:g} = {ratio:.1f} %, printed {share['value']:g} %"
            yield finding("share", [share, a, b], line, gap=ratio - share["value"], unit="pp", severity="warning")


def _price(values: list[Row], amounts: list[Row]) -> tuple[tuple[Row, Row], float]:
    """Return value and quantity, from one source where possible, and the unit price."""
    sources = {row["source_id"] for row in amounts}
    value = next((row for row in values if row["source_id"] in sources), values[0])
    amount = next((row for row in amounts if row["source_id"] == value["source_id"]), amounts[0])
    return (value, amount), value["value"] / amount["value"]


def _before(text: str) -> str:
    year = int(text[:4])
    return text.replace(text[:4], str(year - 1))


def _start(book: Evidence, total_id: str) -> date | None:
    """Return the first day with an observed flow of the system."""
    stem = total_id.rsplit(".", 1)[0]
    seen = book.observations
    flows = seen[seen["series_id"].str.startswith(stem + ".") & seen["kind"].isin(["observed", "capacity"])]
    dated = flows[flows["months"].eq(1) | flows["period"].str.len().eq(10)]
    return dated["start"].min().date() if len(dated) else None


def _use(row: Row, size: Row, start: date | None) -> Iterator[Finding]:
    end = parse_period(row["period"]).end
    if start is None or size["value"] <= 0 or end <= start:
        return
    years = (end - start).days / YEAR
    mean = 100 * row["value"] / (years * size["value"])
    if mean < 70 or mean > 110:
        line = (
            f"{row['value']:g} / ({years:.2f} years x {size['value']:g}) = {mean:.0f} % mean use, "
            f"{row['value'] / size['value']:.2f} full years"
        )
        yield finding("use", [row, size], line, gap=mean - 100, unit="percent", severity="note")


def _branch(prints: dict[str, Row], whole: str, parts: list[str], missing: list[str]) -> Iterator[Finding]:
    named = [prints[name] for name in parts if name in prints]
    rest = prints[whole]["value"] - sum(row["value"] for row in named)
    terms = " - ".join(f"{row['value']:g}" for row in [prints[whole], *named])
    if missing and rest > 0:
        line = f"{terms} = {rest:g} left for {', '.join(missing)}, which the source does not name"
        yield finding("branch", [prints[whole], *named], line, gap=rest, unit=str(named[0]["unit"]), severity="note")
    elif rest < 0:
        line = f"{terms} = {rest:g}: the branches carry more than the pipeline"
        yield finding("branch", [prints[whole], *named], line, gap=rest, unit=str(named[0]["unit"]), severity="error")


def _by_period(book: Evidence, names: list[str], *, kinds: tuple[str, ...]) -> dict[str, dict[str, list[Row]]]:
    seen = book.observations
    rows = seen[seen["series_id"].isin(names) & seen["kind"].isin(kinds) & seen["value"].gt(0)]
    table: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in records(rows):
        table[row["period"]][row["series_id"]].append(row)
    return {period: dict(rows) for period, rows in table.items()}
