"""Monthly trade worked out from what customs print: months, years to date, growth rates.

The rules, in this order: a printed month; the difference of printed sums; the total less the
other flow; a later figure over the growth printed with it (dollar growth, dollar figures).
A rule is used only where those before it say nothing. January and February stay one span
unless one of them is printed, and so does every block whose split is unknown.

Customs print a month first and revise it in the years to date that follow. A difference of
two of these holds the month and the revision of those before it, so it is not what a first
print says. How much that makes is measured where both are printed (`measured_revision`); a
value is left as the figures give it, and `bias`, `sd` and the range tell how far the first
print may lie from it. Method: METHODS 1.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import hypot, sqrt
from typing import Any, Final

import pandas as pd

from eastbound import names
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import chosen
from eastbound.evidence.interval_sums import (
    GROWTH,
    PRINTED,
    RESIDUAL,
    SUM,
    IntervalGraph,
    IntervalSum,
    ordered,
    records,
    releases,
    row_key,
    stated,
)
from eastbound.evidence.revisions import DIRECT, FLOWS, released_sums, revision
from eastbound.periods import month_text, parse_period

COLUMNS: Final = (
    *("series_id", "period", "start", "end", "months", "value", "low", "high", "sd", "bias"),
    *("rule", "parents", "available", "kind"),
)
_COVER: Final = 2.0  # standard deviations on either side: about 95 %


@lru_cache(maxsize=8)
def monthly_panel(book: Evidence) -> pd.DataFrame:
    """Return the best monthly figures of China's exports, imports and their total.

    Parameters
    ----------
    book : Evidence
        As known on a day; nothing else is used.

    Returns
    -------
    pandas.DataFrame
        One row per month, per span whose split is unknown, and per year that no source prints,
        in USD bn: `series_id, period, start, end, months, value, low, high, sd, bias, rule,
        parents, available, kind`. `bias` is the mean by which `value` exceeds a first print,
        `sd` the error apart from it, `low` to `high` holds `value` and with about 95 % the first
        print. `parents` are row keys of observations, `available` is the latest of theirs and
        `kind` is "derived".

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> panel = monthly_panel(load_evidence()).set_index(["series_id", "period"])
    >>> row = panel.loc[("trade.china_russia.china_exports", "2025-07")]  # 56.23 - 47.16
    >>> round(float(row["value"]), 3), row["rule"]
    (9.07, 'difference')
    """
    lines = _lines(book)
    rows = [_row(series, piece) for series, line in lines.items() for piece in _shown(line)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["series_id", "start", "end"], ignore_index=True)


def _lines(book: Evidence) -> dict[str, IntervalGraph]:
    """Apply the rules in their order."""
    lines = {}
    for series in FLOWS:
        pieces = released_sums(book, series)
        lines[series] = IntervalGraph(revision(series, pieces))
        lines[series].add(pieces)
    _add_other_flow(lines)
    found = {series: list(_grown(book, series, line)) for series, line in lines.items()}
    for series, pieces in found.items():
        lines[series].add(pieces)
    _add_other_flow(lines)
    return lines


def _add_other_flow(lines: dict[str, IntervalGraph]) -> None:
    """Fill a flow from the other two where its own figures say nothing, or less surely by growth rates."""
    stretches = sorted({ends for line in lines.values() for ends in (*line.pieces(), *line.atoms())})
    found = {series: list(_rest(series, lines, stretches)) for series in lines}
    for series, pieces in found.items():
        lines[series].add(pieces)


def _rest(series: str, lines: dict[str, IntervalGraph], stretches: list[tuple[int, int]]) -> Iterator[IntervalSum]:
    for first, end in stretches:
        own = lines[series].best(first, end)
        if own is not None and own.rank < 2:
            continue
        others = [line.best(first, end) for name, line in lines.items() if name != series]
        if None in others:
            continue
        piece = _other_flow(series, *(other for other in others if other is not None))
        if own is None or piece.sd < own.sd:
            yield piece


def _other_flow(series: str, first: IntervalSum, second: IntervalSum) -> IntervalSum:
    """Add two flows, or take the first (a direction) from the second (the total)."""
    total = series == names.TRADE_TOTAL
    sign = 1 if total else -1
    words = ({*first.rules, *second.rules} - {PRINTED}) | {SUM if total else RESIDUAL}
    return IntervalSum(
        first.first,
        first.end,
        value=second.value + sign * first.value,
        rounding=hypot(first.rounding, second.rounding),
        rules=ordered(words),
        parents=tuple(dict.fromkeys((*second.parents, *first.parents))),
        available=max(first.available, second.available),
        excess=second.excess + sign * first.excess,
        scatter=hypot(first.scatter, second.scatter),
    )


def _grown(book: Evidence, series: str, line: IntervalGraph) -> Iterator[IntervalSum]:
    """Go back one year: a figure over its printed dollar growth, whose base has been revised month by month."""
    growth = chosen(book, f"{series}.yoy_usd", kinds=("observed",))
    growth = growth[growth["directness"].isin(DIRECT)]
    for row in records(growth):
        period = parse_period(row["period"])
        level = line.best(period.first_month, period.last_month + 1)
        if level is None:
            continue
        percent, half = stated(row, decimals=1)
        times = 1.0 + percent / 100.0
        value = level.value / times
        yield IntervalSum(
            level.first - 12,
            level.end - 12,
            value=value,
            rounding=hypot(level.rounding / times, value * half / 100.0 / times / sqrt(3.0)),
            rules=ordered({*level.rules, GROWTH} - {PRINTED}),
            parents=(*level.parents, row_key(row)),
            available=max(level.available, row["available"]),
            excess=level.excess / times + line.revision.mean,
            scatter=hypot(level.scatter / times, line.revision.sd * sqrt(releases(level.first, level.end))),
        )


def _shown(line: IntervalGraph) -> Iterator[IntervalSum]:
    """Return the finest stretches and the years that no source prints."""
    finest = line.atoms()
    years = [
        (node, node + 12)
        for group in line.groups()
        for node in group
        if node % 12 == 0 and node + 12 in group and not line.printed(node, node + 12)
    ]
    for first, end in dict.fromkeys((*finest, *years)):
        piece = line.best(first, end)
        if piece is not None:
            yield piece


def _row(series: str, piece: IntervalSum) -> tuple[Any, ...]:
    period = parse_period(f"{month_text(piece.first)}/{month_text(piece.end - 1)}")
    half = piece.rounding * sqrt(3.0) + _COVER * piece.scatter
    low = min(piece.value, piece.value - piece.excess) - half
    high = max(piece.value, piece.value - piece.excess) + half
    days = (pd.Timestamp(period.start), pd.Timestamp(period.end))
    numbers = (piece.value, low, high, piece.sd, piece.excess)
    rule = " and ".join(piece.rules)
    return (series, period.text, *days, period.months, *numbers, rule, piece.parents, piece.available, "derived")
