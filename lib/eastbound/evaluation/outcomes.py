"""Yearly outcomes of a series: published for the year, or added up from its months without gap or overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import pandas as pd

from eastbound.ensemble.summary import history

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

# A book never changes, and questions and claims ask for the same years in every scenario.
_computed: WeakKeyDictionary[Evidence, dict[str, dict[int, float]]] = WeakKeyDictionary()


def outcomes(book: Evidence, series_id: str) -> dict[int, float]:
    """Return the known value of each calendar year.

    Parameters
    ----------
    book : Evidence
        What was known on its day.
    series_id : str
        A series of the book.

    Returns
    -------
    dict of int to float
        Year to value in the unit of the series, years ascending. Where no figure covers the whole year, it is added
        up from figures that cover all its months once (January to June and July to December, say), if the yearly
        value of the series is a sum. Incomplete years are left out.

    Raises
    ------
    UnknownName
        If the book has no such series.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> outcomes(load_evidence("2026-10-30"), "trade.china_russia.total")[2025]
    228.105
    """
    known = _computed.setdefault(book, {})
    if series_id not in known:
        known[series_id] = _outcomes(book, series_id)
    return dict(known[series_id])


def _outcomes(book: Evidence, series_id: str) -> dict[int, float]:
    rows = history(book, series_id)
    rows = rows[rows["value"].notna()]
    spans = [
        _Span(start.year, start.month, 1 + end.month, float(value))
        for start, end, value in zip(rows["start"], rows["end"], rows["value"], strict=True)
        if start.year == end.year and start.day == 1 and (end + pd.Timedelta(days=1)).day == 1
    ]
    result = {span.year: span.value for span in spans if (span.first, span.after) == (1, 13)}
    if book.series.loc[series_id, "aggregate"] == "sum":
        for year in {span.year for span in spans} - set(result):
            total = _tiled([span for span in spans if span.year == year])
            if total is not None:
                result[year] = total
    return dict(sorted(result.items()))


class _Span(NamedTuple):
    """A figure for whole months of one year."""

    year: int
    first: int
    after: int
    value: float


def _tiled(spans: Sequence[_Span], month: int = 1) -> float | None:
    """Add up spans that follow each other to the end of the year, the longest first where several begin together."""
    if month == 13:
        return 0.0
    for span in sorted(spans, key=lambda span: -span.after):
        if span.first == month:
            rest = _tiled(spans, span.after)
            if rest is not None:
                return span.value + rest
    return None
