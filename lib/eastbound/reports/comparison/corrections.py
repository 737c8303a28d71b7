"""List published figures that were revised between two runs, and the numbers that had been computed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eastbound.catalogue import cards
from eastbound.ensemble.summary import history
from eastbound.reports.comparison.side import Side
from eastbound.typing import Record

if TYPE_CHECKING:
    import pandas as pd

    from eastbound.evidence.book import Evidence

_COLUMNS = ["series_id", "period", "value", "low", "high", "kind", "source_id"]


def corrections(before: Side, after: Side) -> list[Record]:
    """Return every figure that the later run reads otherwise than the earlier one.

    Parameters
    ----------
    before, after : Side

    Returns
    -------
    list of dict
        ``series_id``, ``period``, ``before`` and ``after`` (None for a figure that is gone), ``unit``, ``source`` of
        the later figure, and ``touches``: the headline numbers of the same subject that the earlier run published, each
        with its value.
    """
    if before.book is None or after.book is None:
        return []
    result = []
    for series_id in _differing(before.book, after.book):
        first, second = (_figures(side.book, series_id) for side in (before, after))
        touched = _touched(before.numbers, series_id)
        for period in sorted(first):
            value, other = first[period], second.get(period)
            if other is None or other[0] != value[0]:
                known = {"series_id": series_id, "period": period, "before": value[0], "unit": value[1]}
                now = {"after": None, "source": None} if other is None else {"after": other[0], "source": other[2]}
                result.append({**known, **now, "touches": touched})
    return result


def _differing(before: Evidence, after: Evidence) -> list[str]:
    """Return the series of the earlier book with a row that the later one does not have."""
    first, second = (_rows(book) for book in (before, after))
    known = {row[:2] for row in first}
    gone = {row[0] for row in first - second}
    added = {row[0] for row in second - first if row[:2] in known}
    return sorted((gone | added) & set(before.series.index) & set(after.series.index))


def _rows(book: Evidence) -> set[tuple[Any, ...]]:
    table = book.observations[_COLUMNS].astype(object)
    # a missing value equals no other
    return set(table.where(table.notna(), None).itertuples(index=False, name=None))


def _figures(book: Any, series_id: str) -> dict[str, tuple[float, str, str]]:
    rows: Any = history(book, series_id).dropna(subset="value").to_dict("records")
    return {row["period"]: (float(row["value"]), row["unit"], row["source_id"]) for row in rows}


def _touched(numbers: pd.DataFrame, series_id: str) -> list[Record]:
    known = cards()
    subject = known[series_id].subject if series_id in known else ""
    rows = numbers[(numbers["kind"] == "headline") & (numbers["scenario"] == "baseline")]
    rows = rows[[known[name].subject == subject for name in rows["series_id"]]]
    return [{"name": row["name"], "value": row["value"], "unit": row["unit"]} for row in rows.to_dict("records")]
