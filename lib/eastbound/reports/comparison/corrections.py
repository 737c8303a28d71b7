"""List figures that were revised since a run, and the published numbers that had been computed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eastbound.catalogue import cards
from eastbound.ensemble.summary import history
from eastbound.evaluation.ledger.chain import read_entries
from eastbound.plots.style.numbers import unit_word
from eastbound.reports.comparison.side import Side, open_side
from eastbound.reports.history.inputs import FILE as INPUTS
from eastbound.typing import Record

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from eastbound.evidence.book import Evidence

_COLUMNS = ["series_id", "period", "value", "low", "high", "kind", "source_id"]


def corrections(before: Side, book: Evidence | None) -> list[Record]:
    """Return every figure that later evidence reads otherwise than a run.

    Parameters
    ----------
    before : Side
        The run.
    book : Evidence or None
        The later evidence; None if it cannot be read.

    Returns
    -------
    list of dict
        ``series_id``, ``period``, ``before`` and ``after`` (None for a figure that is gone), ``unit``, ``source`` of
        the later figure, and ``touches``: the headline numbers of the same subject that the earlier run published, each
        with its value.
    """
    if before.book is None or book is None:
        return []
    result = []
    for series_id in _differing(before.book, book):
        first, second = (_figures(each, series_id) for each in (before.book, book))
        touched = _touched(before.numbers, series_id)
        for period in sorted(first):
            value, other = first[period], second.get(period)
            if other is None or other[0] != value[0]:
                known = {"series_id": series_id, "period": period, "before": value[0], "unit": value[1]}
                now = {"after": None, "source": None} if other is None else {"after": other[0], "source": other[2]}
                result.append({**known, **now, "touches": touched})
    return result


def corrections_log(book: Evidence, out: Path, *, home: Path | None = None) -> list[Record]:
    """Return the figures of every published run that were revised since, with the numbers that they touch.

    Parameters
    ----------
    book : Evidence
        What is known now.
    out : Path
        Folder of the runs; a published run whose folder is gone is left out.
    home : Path, optional
        Workspace, whose ledger knows what was published.

    Returns
    -------
    list of dict
        As from `corrections`, oldest run first, each with its ``run``.
    """
    log: list[Record] = []
    for entry in read_entries(home):
        if (out / entry["run"] / INPUTS).is_file():
            with open_side(out / entry["run"]) as side:
                log += [{"run": entry["run"], **row} for row in corrections(side, book)]
    return log


def correction_text(row: Record) -> str:
    """Return a revised figure as text.

    Examples
    --------
    >>> row = {"series_id": "a", "period": "2025", "before": 1.5, "after": None, "unit": "bcm", "touches": []}
    >>> correction_text(row)
    'a 2025: 1.5 to removed bcm'
    """
    after = "removed" if row["after"] is None else f"{row['after']:g} ({row['source']})"
    touched = f"; touches {', '.join(item['name'] for item in row['touches'])}" if row["touches"] else ""
    return f"{row['series_id']} {row['period']}: {row['before']:g} to {after} {unit_word(row['unit'])}{touched}"


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
