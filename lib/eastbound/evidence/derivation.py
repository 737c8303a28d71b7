"""Monthly trade derived from printed months, cumulative figures and growth rates.

The rules apply in this order: a printed month; the difference of printed sums; the total less the
other flow; a later figure divided by the growth printed with it (dollar growth, dollar figures); a
figure multiplied by the growth printed for the same months of the next year. A rule is used only
where the earlier ones give no value. January and February stay one span unless one of them is
printed, and so does every interval whose split is unknown.

Customs first print a month and then revise it in the cumulative figures that follow. The difference
of two cumulative figures contains the month and the revisions of earlier months, so it differs from
the first release. The size of this difference is measured where both are printed
(`measured_revision`). Values are not corrected: `bias`, `sd` and the range state how far the first
release may be from them. Method: METHODS 1.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from math import hypot, sqrt
from typing import Any, Final, NamedTuple, TypeAlias

import pandas as pd

from eastbound import names
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import chosen
from eastbound.evidence.interval_sums import (
    GROWN,
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
_YEAR: Final = 12


class _Growth(NamedTuple):
    """A printed growth: the factor on the year before, the standard deviation of its rounding, and its row."""

    times: float
    rounding: float
    row: Mapping[str, Any]


_GrowthRule: TypeAlias = Callable[[IntervalGraph, tuple[int, int], _Growth], IntervalSum | None]


@lru_cache(maxsize=8)
def monthly_panel(book: Evidence) -> pd.DataFrame:
    """Return the best monthly figures of China's exports, imports and their total.

    Parameters
    ----------
    book : Evidence
        The only input, as known on its as-of date.

    Returns
    -------
    pandas.DataFrame
        One row per month, per span whose split is unknown, and per year that no source prints,
        in USD bn: `series_id, period, start, end, months, value, low, high, sd, bias, rule,
        parents, available, kind`. `bias` is the mean excess of `value` over the first
        release and `sd` the standard deviation about it; `low` to `high` contains `value` and, with
        about 95 %, the first release. `parents` are row keys of observations, `available` is the
        latest date among them and `kind` is "derived".

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> panel = monthly_panel(load_evidence("2026-10-30")).set_index(["series_id", "period"])
    >>> row = panel.loc[("trade.china_russia.china_exports", "2025-07")]  # 56.23 - 47.16
    >>> round(float(row["value"]), 3), row["rule"]
    (9.07, 'difference')
    """
    graphs = _graphs(book)
    rows = [_row(series, interval_sum) for series, graph in graphs.items() for interval_sum in _shown(graph)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["series_id", "start", "end"], ignore_index=True)


def _graphs(book: Evidence) -> dict[str, IntervalGraph]:
    """Apply the rules in their order."""
    graphs = {}
    for series in FLOWS:
        sums = released_sums(book, series)
        graphs[series] = IntervalGraph(revision(series, sums))
        graphs[series].add(sums)
    # Growth rates come last, because they need the levels that the other rules give.
    _add_other_flow(graphs)
    for rule in (_back_cast, _grown):
        grown = {series: list(_by_growth(book, series, graph, rule)) for series, graph in graphs.items()}
        for series, sums in grown.items():
            graphs[series].add(sums)
        _add_other_flow(graphs)
    return graphs


def _add_other_flow(graphs: dict[str, IntervalGraph]) -> None:
    """Fill a flow from the other two where its own figures give no value, or only one based on growth rates."""
    intervals = sorted({ends for graph in graphs.values() for ends in (*graph.intervals(), *graph.atoms())})
    filled = {series: list(_rest(series, graphs, intervals)) for series in graphs}
    for series, sums in filled.items():
        graphs[series].add(sums)


def _rest(series: str, graphs: dict[str, IntervalGraph], intervals: list[tuple[int, int]]) -> Iterator[IntervalSum]:
    for first, end in intervals:
        own = graphs[series].best(first, end)
        if own is not None and own.rank < 2:
            continue
        # Both other flows are needed: their sum or difference is the missing one.
        others = [graph.best(first, end) for name, graph in graphs.items() if name != series]
        if None in others:
            continue
        interval_sum = _other_flow(series, *(other for other in others if other is not None))
        if own is None or interval_sum.sd < own.sd:
            yield interval_sum


def _other_flow(series: str, first: IntervalSum, second: IntervalSum) -> IntervalSum:
    """Add two flows, or subtract the first (a direction) from the second (the total)."""
    total = series == names.TRADE_TOTAL
    sign = 1 if total else -1
    rules = ({*first.rules, *second.rules} - {PRINTED}) | {SUM if total else RESIDUAL}
    return IntervalSum(
        first.first,
        first.end,
        value=second.value + sign * first.value,
        rounding=hypot(first.rounding, second.rounding),
        rules=ordered(rules),
        parents=tuple(dict.fromkeys((*second.parents, *first.parents))),
        available=max(first.available, second.available),
        excess=second.excess + sign * first.excess,
        scatter=hypot(first.scatter, second.scatter),
    )


def _by_growth(book: Evidence, series: str, graph: IntervalGraph, rule: _GrowthRule) -> Iterator[IntervalSum]:
    """Apply a rule to every printed dollar growth of a series."""
    growth = chosen(book, f"{series}.yoy_usd", kinds=("observed",))
    if rule is _back_cast:  # a base that is known from elsewhere too: only direct prints can improve on it
        growth = growth[growth["directness"].isin(DIRECT)]
    for row in records(growth):
        period = parse_period(row["period"])
        ends = period.first_month, period.last_month + 1
        # Growth is printed to at least one decimal even where the last digit is a zero.
        percent, half = stated(row, decimals=1)
        interval_sum = rule(graph, ends, _Growth(1.0 + percent / 100.0, half / 100.0 / sqrt(3.0), row))
        if interval_sum is not None:
            yield interval_sum


def _back_cast(graph: IntervalGraph, ends: tuple[int, int], growth: _Growth) -> IntervalSum | None:
    """Divide a figure by its growth: the year before, with its later revisions."""
    level = graph.best(*ends)
    if level is None:
        return None
    times = growth.times
    value = level.value / times
    return IntervalSum(
        level.first - _YEAR,
        level.end - _YEAR,
        value=value,
        rounding=hypot(level.rounding / times, value * growth.rounding / times),
        rules=ordered({*level.rules, GROWTH} - {PRINTED}),
        parents=(*level.parents, row_key(growth.row)),
        available=max(level.available, growth.row["available"]),
        excess=level.excess / times + graph.revision.mean,
        scatter=hypot(level.scatter / times, graph.revision.sd * sqrt(releases(level.first, level.end))),
    )


def _grown(graph: IntervalGraph, ends: tuple[int, int], growth: _Growth) -> IntervalSum | None:
    """Multiply the figure of a year earlier by the growth, where the growth alone was printed."""
    base = graph.best(ends[0] - _YEAR, ends[1] - _YEAR)
    if base is None or graph.best(*ends) is not None:
        return None
    # The growth compares with the base as revised by then.
    revised = base.value - base.excess + graph.revision.mean
    scatter = hypot(base.scatter, graph.revision.sd * sqrt(releases(base.first, base.end)))
    return IntervalSum(
        *ends,
        value=growth.times * revised,
        rounding=hypot(growth.times * base.rounding, revised * growth.rounding),
        rules=ordered({*base.rules, GROWN} - {PRINTED}),
        parents=(*base.parents, row_key(growth.row)),
        available=max(base.available, growth.row["available"]),
        scatter=growth.times * scatter,
    )


def _shown(graph: IntervalGraph) -> Iterator[IntervalSum]:
    """Yield the finest intervals and the years that no source prints."""
    finest = graph.atoms()
    years = [
        (node, node + 12)
        for group in graph.groups()
        for node in group
        if node % 12 == 0 and node + 12 in group and not graph.printed(node, node + 12)
    ]
    for first, end in dict.fromkeys((*finest, *years)):
        interval_sum = graph.best(first, end)
        if interval_sum is not None:
            yield interval_sum


def _row(series: str, interval_sum: IntervalSum) -> tuple[Any, ...]:
    period = parse_period(f"{month_text(interval_sum.first)}/{month_text(interval_sum.end - 1)}")
    # A rounding error is uniform: its half-width is the standard deviation times the square root of three.
    half = interval_sum.rounding * sqrt(3.0) + _COVER * interval_sum.scatter
    low = min(interval_sum.value, interval_sum.value - interval_sum.excess) - half
    high = max(interval_sum.value, interval_sum.value - interval_sum.excess) + half
    days = (pd.Timestamp(period.start), pd.Timestamp(period.end))
    numbers = (interval_sum.value, low, high, interval_sum.sd, interval_sum.excess)
    rule = " and ".join(interval_sum.rules)
    return (
        series,
        period.text,
        *days,
        period.months,
        *numbers,
        rule,
        interval_sum.parents,
        interval_sum.available,
        "derived",
    )
