"""What an audit rule reports, and the arithmetic of printed figures.

A printed figure stands for a range: 4.9 may be anything from 4.85 to 4.95. Two prints
disagree only when their ranges do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

Severity: TypeAlias = Literal["error", "warning", "note"]
Row: TypeAlias = Mapping[str, Any]

# Columns of an observation that a finding repeats.
_SHOWN: Final = ("series_id", "period", "value", "source_id", "published")


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit, with arithmetic that can be checked by hand.

    Parameters
    ----------
    id : str
        Stable name: rule, series, period and source.
    rule : str
    severity : {"error", "warning", "note"}
    arithmetic : str
        One line.
    gap : float
        Size of the disagreement, in `unit`.
    unit : str
    observations : tuple of dict
        The prints involved.
    sources : tuple of str
    accepted : str or None
        Why a known oddity is accepted.
    """

    id: str
    rule: str
    severity: Severity
    arithmetic: str
    gap: float
    unit: str
    observations: tuple[Row, ...]
    sources: tuple[str, ...]
    accepted: str | None = None


def finding(
    rule: str, rows: Sequence[Row], arithmetic: str, *, gap: float, unit: str, severity: Severity, part: str = ""
) -> Finding:
    """Build a finding about some rows; the first one names it.

    Examples
    --------
    >>> row = {"series_id": "a.b", "period": "2024", "value": 1.0, "source_id": "s", "published": "2025"}
    >>> finding("sum", [row], "1 + 1 = 2", gap=1.0, unit="Mt", severity="note").id
    'sum:a.b:2024:s'
    """
    first = rows[0]
    name = ":".join(x for x in (rule, first["series_id"], first["period"], first["source_id"], part) if x)
    shown = tuple({key: row[key] for key in _SHOWN} for row in rows)
    sources = tuple(dict.fromkeys(row["source_id"] for row in rows))
    return Finding(name, rule, severity, arithmetic, round(gap, 6), unit, shown, sources)


def span(row: Row) -> tuple[float, float]:
    """Return the range that a printed figure stands for.

    Examples
    --------
    >>> span({"value": 4.9, "low": float("nan"), "high": float("nan")})
    (4.85, 4.95)
    """
    if row["low"] == row["low"]:
        return float(row["low"]), float(row["high"])
    half = step(row["value"]) / 2
    return round(row["value"] - half, 9), round(row["value"] + half, 9)


def step(value: float) -> float:
    """Return the last printed place of a figure; a whole number counts to one.

    Examples
    --------
    >>> step(240.11), step(38.0)
    (0.01, 1.0)
    """
    decimals = f"{value:.4f}".rstrip("0").partition(".")[2]
    return float(10.0 ** -len(decimals))


def miss(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return how far the first range lies above (or, negative, below) the second; zero when they meet.

    Examples
    --------
    >>> miss((5.0, 6.0), (1.0, 4.5)), miss((0.0, 0.5), (1.0, 4.5)), miss((2.0, 9.0), (1.0, 4.5))
    (0.5, -0.5, 0.0)
    """
    return max(first[0] - second[1], 0.0) + min(first[1] - second[0], 0.0)


def apart(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the distance between two ranges; zero when they touch.

    Examples
    --------
    >>> apart((1.0, 2.0), (3.0, 4.0))
    1.0
    """
    return max(second[0] - first[1], first[0] - second[1], 0.0)


def records(rows: pd.DataFrame) -> list[Row]:
    """Return the rows as mappings; by columns, which is many times faster than row by row.

    Examples
    --------
    >>> records(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    [{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'y'}]
    """
    names = list(rows.columns)
    return [
        dict(zip(names, cells, strict=True)) for cells in zip(*(rows[name].tolist() for name in names), strict=True)
    ]


def accept(findings: Iterable[Finding], reasons: Mapping[str, str]) -> list[Finding]:
    """Mark the findings whose oddity is known, with the reason.

    Examples
    --------
    >>> row = {"series_id": "a", "period": "2024", "value": 1.0, "source_id": "s", "published": "2025"}
    >>> one = finding("sum", [row], "1", gap=1.0, unit="Mt", severity="note")
    >>> accept([one], {"sum:a:2024:s": "known"})[0].accepted
    'known'
    """
    return [replace(one, accepted=reasons.get(one.id)) for one in findings]
