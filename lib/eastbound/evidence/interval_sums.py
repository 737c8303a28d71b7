"""Sums over intervals of months, and the sums that they imply by addition and subtraction.

The nodes of a graph are the first days of months, by ordinal. A figure for an interval is an edge
between the two ends of the interval. The sum between any two connected nodes is implied by the
edges of a path. The path with the fewest estimated edges wins, then the one with the smallest error.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot, sqrt
from typing import Any, Final, TypeAlias

import pandas as pd

from eastbound.evidence.schema import KEY
from eastbound.periods import parse_period

Key: TypeAlias = tuple[str, str, str, str, str]

PRINTED: Final = "printed"
DIFFERENCE: Final = "difference"
RESIDUAL: Final = "total less the other flow"
SUM: Final = "sum of both flows"
GROWTH: Final = "growth back-cast"
GROWN: Final = "growth on a year earlier"
# Distance of a rule from a printed figure; a path counts as its most distant rule.
_RANK: Final = {PRINTED: 0, DIFFERENCE: 0, RESIDUAL: 1, SUM: 1, GROWTH: 2, GROWN: 2}


@dataclass(frozen=True)
class Revision:
    """The mean and spread of what one release adds to the figures printed before it.

    Parameters
    ----------
    mean, sd : float
        In the unit of the series.
    """

    mean: float
    sd: float


@dataclass(frozen=True)
class IntervalSum:
    """The sum of a flow over an interval of months.

    Parameters
    ----------
    first, end : int
        First month and the month after the last, each counted as 12 * year + month - 1 (January 2024 is 24288).
    value : float
        Sum over these months, in the unit of the series.
    rounding : float
        Standard deviation of the error that rounding in print leaves in the value, in the same unit.
    rules : tuple of str
        How the value was derived, the rule furthest from a printed figure first: `PRINTED`, `DIFFERENCE`, `RESIDUAL`,
        `SUM`, `GROWTH` or `GROWN`.
    parents : tuple of Key
        Row keys of the observations used: series, period, kind, source, locator.
    available : pandas.Timestamp
        Day on which the last parent was published.
    excess, scatter : float
        Mean and standard deviation, in the unit of the series, of the revisions that the value contains beyond the
        release published right after its last month; 0 for figures of that release.
    """

    first: int
    end: int
    value: float
    rounding: float
    rules: tuple[str, ...]
    parents: tuple[Key, ...]
    available: pd.Timestamp
    excess: float = 0.0
    scatter: float = 0.0

    @property
    def rank(self) -> int:
        """Return 0 for printed figures and their differences, 1 with another flow, 2 with growth rates."""
        return max(_RANK[rule] for rule in self.rules)

    @property
    def sd(self) -> float:
        """Return the standard deviation about the first release, bias excluded."""
        return hypot(self.rounding, self.scatter)


Step: TypeAlias = tuple[int, IntervalSum]  # +1 forward in time, -1 backward
_Cost: TypeAlias = tuple[int, int, float]  # numbers of growth rates and of other flows, variance
_Edge: TypeAlias = tuple[int, IntervalSum, _Cost]


def releases(first: int, end: int) -> int:
    """Count the releases of China's customs in an interval; January is released with February.

    Examples
    --------
    >>> january = 2024 * 12
    >>> releases(january, january + 2), releases(january, january + 12), releases(january, january + 1)
    (1, 11, 1)
    """
    # Januaries whose February is in the interval as well
    pairs = -(-(end - 1) // 12) - -(-first // 12)
    return end - first - max(pairs, 0)


@dataclass
class IntervalGraph:
    """All known interval sums of one flow, as a graph.

    Parameters
    ----------
    revision : Revision
        What each further release adds.
    """

    revision: Revision
    edges: dict[int, dict[int, _Edge]] = field(default_factory=dict)

    def add(self, sums: Iterable[IntervalSum]) -> None:
        """Add edges; of two for one interval, keep the one closer to a print, then the more precise one."""
        for interval_sum in sums:
            # Half a revision variance per edge makes paths with fewer edges win.
            rank, error = interval_sum.rank, interval_sum.sd**2 + self.revision.sd**2 / 2
            cost = (int(rank == 2), int(rank == 1), error)
            known = self.edges.setdefault(interval_sum.first, {}).get(interval_sum.end)
            if known is None or cost < known[2]:
                self.edges[interval_sum.first][interval_sum.end] = (1, interval_sum, cost)
                self.edges.setdefault(interval_sum.end, {})[interval_sum.first] = (-1, interval_sum, cost)

    def intervals(self) -> Iterator[tuple[int, int]]:
        """Yield the two ends of every known interval."""
        return ((node, other) for node, edges in self.edges.items() for other in edges if node < other)

    def printed(self, first: int, end: int) -> bool:
        """Return whether a printed figure covers exactly this interval."""
        edge = self.edges.get(first, {}).get(end)
        return edge is not None and edge[1].rules == (PRINTED,)

    def groups(self) -> list[list[int]]:
        """Return the connected components, each as an ascending list of nodes."""
        left, groups = dict.fromkeys(sorted(self.edges)), []
        while left:
            group = [next(iter(left))]
            del left[group[0]]
            for node in group:
                more = [other for other in self.edges[node] if other in left]
                group.extend(more)
                for other in more:
                    del left[other]
            groups.append(sorted(group))
        return groups

    def atoms(self) -> list[tuple[int, int]]:
        """Return the finest intervals whose sum is known, in order of time."""
        return sorted(pair for group in self.groups() for pair in pairwise(group))

    def best(self, first: int, end: int) -> IntervalSum | None:
        """Return the best sum of an interval, None when no path connects its ends."""
        # A printed figure is never replaced by a more precise sum of others.
        if self.printed(first, end):
            return self.edges[first][end][1]
        path = self._path(first, end)
        return None if path is None else self._joined(path, first, end)

    def _path(self, first: int, end: int) -> list[Step] | None:
        """Return the path with the fewest estimated edges, then the smallest variance (Dijkstra's algorithm)."""
        if first not in self.edges or end not in self.edges:
            return None
        # A path through other years would only add errors.
        least, most = first - first % 12, end + -end % 12
        best: dict[int, _Cost] = {first: (0, 0, 0.0)}
        back: dict[int, tuple[int, Step]] = {}
        queue: list[tuple[_Cost, int]] = [((0, 0, 0.0), first)]
        while queue:
            # Costs are compared as tuples: growth rates first, then other flows, then the variance.
            cost, node = heapq.heappop(queue)
            if node == end:
                return _walk(back, first, end)
            # The queue may still hold this node with an older, higher cost.
            if cost > best[node]:
                continue
            for other, (sign, interval_sum, step_cost) in self.edges[node].items():
                new = (cost[0] + step_cost[0], cost[1] + step_cost[1], cost[2] + step_cost[2])
                if least <= other <= most and (other not in best or new < best[other]):
                    best[other], back[other] = new, (node, (sign, interval_sum))
                    heapq.heappush(queue, (new, other))
        return None

    def _joined(self, path: list[Step], first: int, end: int) -> IntervalSum:
        """Add up a path; each release beyond those inside the interval contributes its revision."""
        if len(path) == 1:
            return path[0][1]
        crossed = sum(sign * (releases(interval_sum.first, interval_sum.end) - 1) for sign, interval_sum in path)
        # A path over longer sums crosses releases outside the interval, and each of them brought a revision.
        extra = crossed - (releases(first, end) - 1)
        rules = {rule for _, interval_sum in path for rule in interval_sum.rules} - {PRINTED} | {DIFFERENCE}
        return IntervalSum(
            first,
            end,
            value=sum(sign * interval_sum.value for sign, interval_sum in path),
            rounding=sqrt(sum(interval_sum.rounding**2 for _, interval_sum in path)),
            rules=ordered(rules),
            parents=tuple(dict.fromkeys(key for _, interval_sum in path for key in interval_sum.parents)),
            available=max(interval_sum.available for _, interval_sum in path),
            excess=extra * self.revision.mean + sum(sign * interval_sum.excess for sign, interval_sum in path),
            scatter=sqrt(abs(extra) * self.revision.sd**2 + sum(interval_sum.scatter**2 for _, interval_sum in path)),
        )


def ordered(rules: Iterable[str]) -> tuple[str, ...]:
    """Sort rules, the most distant from a printed figure first.

    Examples
    --------
    >>> ordered({"difference", "growth back-cast"})
    ('growth back-cast', 'difference')
    """
    order = (GROWN, GROWTH, RESIDUAL, SUM, DIFFERENCE, PRINTED)
    return tuple(sorted(rules, key=order.index))


def _walk(back: dict[int, tuple[int, Step]], first: int, end: int) -> list[Step]:
    path = []
    node = end
    while node != first:
        node, step = back[node]
        path.append(step)
    return path[::-1]


def records(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the cells of observations that a derivation needs, one mapping per row.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> list(next(records(load_evidence("2026-10-30").observations)))[:2]
    ['series_id', 'period']
    """
    columns = [*KEY, "value", "low", "high", "months", "available"]
    # Converting whole columns is several times faster than iterating over rows.
    cells = zip(*(rows[name].tolist() for name in columns), strict=True)
    return (dict(zip(columns, row, strict=True)) for row in cells)


def printed(rows: Iterable[Mapping[str, Any]]) -> list[IntervalSum]:
    """Return the interval sums that observations print, taken as exact to two decimals; the first per interval.

    Parameters
    ----------
    rows : iterable of mappings
        Cells of observations by column, as from `records`, the preferred figure of an interval first.

    Returns
    -------
    list of IntervalSum
        In the unit of the figures; the error is that of rounding.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> from eastbound.evidence.choice import chosen
    >>> rows = chosen(load_evidence("2026-10-30"), "trade.china_russia.total", kinds=("observed",))
    >>> sums = printed(records(rows))
    >>> len({(total.first, total.end) for total in sums}) == len(sums)
    True
    """
    sums: dict[tuple[int, int], IntervalSum] = {}
    for row in rows:
        period = parse_period(row["period"])
        ends = (period.first_month, period.last_month + 1)
        value, half = stated(row, decimals=2)
        interval_sum = IntervalSum(*ends, value, half / sqrt(3.0), (PRINTED,), (row_key(row),), row["available"])
        sums.setdefault(ends, interval_sum)
    return list(sums.values())


def row_key(row: Mapping[str, Any]) -> Key:
    """Return the key by which a derived value names an observation (METHODS, Rulings).

    Examples
    --------
    >>> row = {"series_id": "a.b", "period": "2025", "kind": "observed", "source_id": "c", "locator": "table 1"}
    >>> row_key(row)
    ('a.b', '2025', 'observed', 'c', 'table 1')
    """
    series, period, kind, source, locator = (str(row[name]) for name in KEY)
    return series, period, kind, source, locator


def stated(row: Mapping[str, Any], *, decimals: int) -> tuple[float, float]:
    """Return midpoint and half-width implied by rounding, for a figure of at least `decimals` decimals.

    Examples
    --------
    >>> nan = float("nan")
    >>> stated({"value": 29.3, "low": nan, "high": nan}, decimals=2)
    (29.3, 0.005)
    >>> stated({"value": 47.0, "low": 47.0, "high": 48.0}, decimals=2)
    (47.5, 0.5)
    """
    if row["low"] == row["low"]:
        return (row["low"] + row["high"]) / 2, (row["high"] - row["low"]) / 2
    shown = len(f"{row['value']:.4f}".rstrip("0").partition(".")[2])
    return row["value"], 10.0 ** -max(shown, decimals) / 2
