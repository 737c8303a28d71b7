"""Sums over stretches of months, and what follows from them by adding and taking away.

Months are the steps between *nodes*, the first days of months by ordinal. A figure for a
stretch ties its two ends; what lies between any two ends that are tied, directly or through
others, follows. Of several ways the one that leans least on guesses wins, then the one with
the smallest error.
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
# How far a rule is from a print; what mixes rules counts as its farthest.
_RANK: Final = {PRINTED: 0, DIFFERENCE: 0, RESIDUAL: 1, SUM: 1, GROWTH: 2}


@dataclass(frozen=True)
class Revision:
    """By how much the figures of a release exceed the first prints they follow, per release.

    Parameters
    ----------
    mean, sd : float
        In the unit of the series.
    """

    mean: float
    sd: float


@dataclass(frozen=True)
class IntervalSum:
    """The sum of a flow from one node to a later one.

    Parameters
    ----------
    first, end : int
        Ordinals of the first month and of the month after the last.
    value : float
    rounding : float
        Standard deviation of the rounding of the prints.
    rules : tuple of str
        What was done, the farthest from a print first.
    parents : tuple of Key
        Row keys of the observations used.
    available : pandas.Timestamp
        Day on which the last parent became known.
    excess, scatter : float
        Mean and standard deviation of what later revisions put into the value, against a
        figure printed right after the last month.
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
        """0 for prints and their differences, 1 with another flow, 2 with growth rates."""
        return max(_RANK[rule] for rule in self.rules)

    @property
    def sd(self) -> float:
        """Standard deviation of the value around what a first print says, apart from `excess`."""
        return hypot(self.rounding, self.scatter)


Step: TypeAlias = tuple[int, IntervalSum]  # +1 along, -1 against time
_Cost: TypeAlias = tuple[int, int, float]  # growth rates, other flows, variance
_Tie: TypeAlias = tuple[int, IntervalSum, _Cost]


def releases(first: int, end: int) -> int:
    """Count the releases of China's customs over a stretch: January has none of its own.

    Examples
    --------
    >>> january = 2024 * 12
    >>> releases(january, january + 2), releases(january, january + 12), releases(january, january + 1)
    (1, 11, 1)
    """
    # Januaries inside the stretch whose February is inside as well
    pairs = -(-(end - 1) // 12) - -(-first // 12)
    return end - first - max(pairs, 0)


@dataclass
class IntervalGraph:
    """All pieces of one flow.

    Parameters
    ----------
    revision : Revision
        What one more release adds.
    """

    revision: Revision
    ties: dict[int, dict[int, _Tie]] = field(default_factory=dict)

    def add(self, pieces: Iterable[IntervalSum]) -> None:
        """Tie the ends of the pieces; of two for one stretch the nearer to a print stays, then the surer."""
        for piece in pieces:
            rank, error = piece.rank, piece.sd**2 + self.revision.sd**2 / 2
            cost = (int(rank == 2), int(rank == 1), error)
            known = self.ties.setdefault(piece.first, {}).get(piece.end)
            if known is None or cost < known[2]:
                self.ties[piece.first][piece.end] = (1, piece, cost)
                self.ties.setdefault(piece.end, {})[piece.first] = (-1, piece, cost)

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Return the ends of every piece."""
        return ((node, other) for node, ties in self.ties.items() for other in ties if node < other)

    def printed(self, first: int, end: int) -> bool:
        """Return whether a print covers exactly this stretch."""
        tie = self.ties.get(first, {}).get(end)
        return tie is not None and tie[1].rules == (PRINTED,)

    def groups(self) -> list[list[int]]:
        """Return the nodes in ascending lists; within a list every stretch follows."""
        left, found = dict.fromkeys(sorted(self.ties)), []
        while left:
            group = [next(iter(left))]
            del left[group[0]]
            for node in group:
                more = [other for other in self.ties[node] if other in left]
                group.extend(more)
                for other in more:
                    del left[other]
            found.append(sorted(group))
        return found

    def atoms(self) -> list[tuple[int, int]]:
        """Return the finest stretches that follow, in order of time."""
        return sorted(pair for group in self.groups() for pair in pairwise(group))

    def best(self, first: int, end: int) -> IntervalSum | None:
        """Return the best value for a stretch, or None where none follows."""
        if self.printed(first, end):
            return self.ties[first][end][1]
        path = self._path(first, end)
        return None if path is None else self._joined(path, first, end)

    def _path(self, first: int, end: int) -> list[Step] | None:
        """Search the way with the fewest guesses, then the smallest error (Dijkstra)."""
        if first not in self.ties or end not in self.ties:
            return None
        # what other years print does not help
        least, most = first - first % 12, end + -end % 12
        best: dict[int, _Cost] = {first: (0, 0, 0.0)}
        back: dict[int, tuple[int, Step]] = {}
        queue: list[tuple[_Cost, int]] = [((0, 0, 0.0), first)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == end:
                return _walk(back, first, end)
            if cost > best[node]:
                continue
            for other, (sign, piece, more) in self.ties[node].items():
                new = (cost[0] + more[0], cost[1] + more[1], cost[2] + more[2])
                if least <= other <= most and (other not in best or new < best[other]):
                    best[other], back[other] = new, (node, (sign, piece))
                    heapq.heappush(queue, (new, other))
        return None

    def _joined(self, path: list[Step], first: int, end: int) -> IntervalSum:
        """Add up a way; every release it crosses more than the stretch has brings its revision."""
        if len(path) == 1:
            return path[0][1]
        crossed = sum(sign * (releases(piece.first, piece.end) - 1) for sign, piece in path)
        extra = crossed - (releases(first, end) - 1)
        words = {rule for _, piece in path for rule in piece.rules} - {PRINTED} | {DIFFERENCE}
        return IntervalSum(
            first,
            end,
            value=sum(sign * piece.value for sign, piece in path),
            rounding=sqrt(sum(piece.rounding**2 for _, piece in path)),
            rules=ordered(words),
            parents=tuple(dict.fromkeys(key for _, piece in path for key in piece.parents)),
            available=max(piece.available for _, piece in path),
            excess=extra * self.revision.mean + sum(sign * piece.excess for sign, piece in path),
            scatter=sqrt(abs(extra) * self.revision.sd**2 + sum(piece.scatter**2 for _, piece in path)),
        )


def ordered(words: Iterable[str]) -> tuple[str, ...]:
    """Return rules, the farthest from a print first.

    Examples
    --------
    >>> ordered({"difference", "growth back-cast"})
    ('growth back-cast', 'difference')
    """
    order = (GROWTH, RESIDUAL, SUM, DIFFERENCE, PRINTED)
    return tuple(sorted(words, key=order.index))


def _walk(back: dict[int, tuple[int, Step]], first: int, end: int) -> list[Step]:
    path = []
    node = end
    while node != first:
        node, step = back[node]
        path.append(step)
    return path[::-1]


def records(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Return what a derivation needs of observations, as mappings; by columns, which is faster than by rows.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> list(next(records(load_evidence().observations)))[:2]
    ['series_id', 'period']
    """
    columns = [*KEY, "value", "low", "high", "months", "available"]
    cells = zip(*(rows[name].tolist() for name in columns), strict=True)
    return (dict(zip(columns, row, strict=True)) for row in cells)


def printed(rows: Iterable[Mapping[str, Any]]) -> list[IntervalSum]:
    """Return observations with two decimals or more as pieces; the first of several for one stretch."""
    pieces: dict[tuple[int, int], IntervalSum] = {}
    for row in rows:
        period = parse_period(row["period"])
        ends = (period.first_month, period.last_month + 1)
        value, half = stated(row, decimals=2)
        piece = IntervalSum(*ends, value, half / sqrt(3.0), (PRINTED,), (row_key(row),), row["available"])
        pieces.setdefault(ends, piece)
    return list(pieces.values())


def row_key(row: Mapping[str, Any]) -> Key:
    """Return the key by which a derived value names an observation (METHODS, Rulings)."""
    series, period, kind, source, locator = (str(row[name]) for name in KEY)
    return series, period, kind, source, locator


def stated(row: Mapping[str, Any], *, decimals: int) -> tuple[float, float]:
    """Return the middle and half the width of what a print stands for; it has at least so many decimals.

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
