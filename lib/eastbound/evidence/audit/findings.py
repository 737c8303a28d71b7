"""Findings of the audit, and interval arithmetic of printed figures.

A printed figure implies a range: 4.9 means 4.85 to 4.95. Two prints contradict each other only
when their ranges do not overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from eastbound.evidence.book import Evidence

Severity: TypeAlias = Literal["error", "warning", "note"]
Row: TypeAlias = Mapping[str, Any]

# Columns of an observation that a finding repeats.
_SHOWN: Final = ("series_id", "period", "value", "source_id", "published")


@dataclass(frozen=True)
class Finding:
    """A contradiction, with arithmetic that can be checked by hand.

    Parameters
    ----------
    id : str
        Stable id: rule, series, period and source.
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
        Reason why a known contradiction is accepted.
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
    """Build a finding about some rows; its id is made from the first row.

    Examples
    --------
    >>> row = {"series_id": "a.b", "period": "2024", "value": 1.0, "source_id": "s", "published": "2025"}
    >>> finding("sum", [row], "1 + 1 = 2", gap=1.0, unit="Mt", severity="note").id
    'sum:a.b:2024:s'
    """
    first = rows[0]
    name = ":".join(x for x in (rule, first["series_id"], first["period"], first["source_id"], part) if x)
    # None rather than NaN where a row states only a range: findings are compared and written as JSON
    shown = tuple({key: row[key] if row[key] == row[key] else None for key in _SHOWN} for row in rows)
    sources = tuple(dict.fromkeys(row["source_id"] for row in rows))
    return Finding(name, rule, severity, arithmetic, round(gap, 6), unit, shown, sources)


def span(row: Row) -> tuple[float, float]:
    """Return the range implied by a printed figure.

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
    """Return the size of the last printed digit of a figure; 1 for a whole number.

    Examples
    --------
    >>> step(240.11), step(38.0)
    (0.01, 1.0)
    """
    decimals = f"{value:.4f}".rstrip("0").partition(".")[2]
    return float(10.0 ** -len(decimals))


def miss(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the signed gap from the second range up to the first; zero when they overlap.

    Examples
    --------
    >>> miss((5.0, 6.0), (1.0, 4.5)), miss((0.0, 0.5), (1.0, 4.5)), miss((2.0, 9.0), (1.0, 4.5))
    (0.5, -0.5, 0.0)
    """
    return max(first[0] - second[1], 0.0) + min(first[1] - second[0], 0.0)


def apart(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the distance between two ranges; zero when they overlap or touch.

    Examples
    --------
    >>> apart((1.0, 2.0), (3.0, 4.0))
    1.0
    """
    return max(second[0] - first[1], first[0] - second[1], 0.0)


def records(rows: pd.DataFrame) -> list[Row]:
    """Return the rows as mappings, converted by columns, which is several times faster.

    Examples
    --------
    >>> records(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    [{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'y'}]
    """
    names = list(rows.columns)
    return [
        dict(zip(names, cells, strict=True)) for cells in zip(*(rows[name].tolist() for name in names), strict=True)
    ]


def relations(book: Evidence, rule: str) -> list[tuple[str, list[str]]]:
    """Return the relations that a rule checks: the whole, and its parts.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> dict(relations(load_evidence("2026-10-30"), "flow"))["oil.espo1.capacity_nameplate"]
    ['oil.espo2.capacity_nameplate', 'oil.mohe.capacity_nameplate']
    """
    rows = book.relations[book.relations["rule"] == rule]
    return [(whole, parts.split()) for whole, parts in zip(rows["whole"], rows["parts"], strict=True)]


def accept(findings: Iterable[Finding], reasons: Mapping[str, str]) -> list[Finding]:
    """Return the findings with the reasons of the accepted ones.

    Examples
    --------
    >>> row = {"series_id": "a", "period": "2024", "value": 1.0, "source_id": "s", "published": "2025"}
    >>> item = finding("sum", [row], "1", gap=1.0, unit="Mt", severity="note")
    >>> accept([item], {"sum:a:2024:s": "known"})[0].accepted
    'known'
    """
    return [replace(item, accepted=reasons.get(item.id)) for item in findings]
