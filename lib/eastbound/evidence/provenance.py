"""The sources of a figure: who published it, when and where, and which sources differ."""

from __future__ import annotations

from typing import Any

from eastbound.errors import EvidenceError
from eastbound.evidence.book import Evidence, load_evidence
from eastbound.evidence.listing import RULE, derived_values, resolve, show_series
from eastbound.evidence.schema import KEY
from eastbound.periods import parse_period


def provenance(series_id: str, period: str | int, *, book: Evidence | None = None) -> dict[str, Any]:
    """Return the sources of a figure as a record for JSON.

    Parameters
    ----------
    series_id : str
        An id, or another name of a series that the crosswalk knows.
    period : str or int
        Such as ``"2023"``, ``2023`` or ``"2025-01/2025-02"``.
    book : Evidence, optional
        Default: everything known.

    Returns
    -------
    dict
        `series` (id, label, unit, definition), `period`, `as_of`, `rule`, `chosen` (the figure
        with its source card, locator and note; None when there are only plans or projections),
        `others`, each with the reason why it is not used, and `derived`, the value implied by other
        prints with rule, range and the keys of its parents, or None.

    Raises
    ------
    UnknownName
        When no series has that name.
    EvidenceError
        When the series has no figure for the period.

    Examples
    --------
    >>> record = provenance("trade.china_russia.total", "2023")
    >>> record["chosen"]["value"], record["chosen"]["source"]["publisher"]
    (240.11, 'RIA Novosti')
    >>> sorted(other["value"] for other in record["others"] if other["kind"] == "observed")
    [232.0, 240.1]
    """
    book, period = load_evidence() if book is None else book, str(period)
    series_id = resolve(book, series_id)
    derived = [_derived(row) for row in derived_values(book, series_id, period=period).to_dict("records")]
    try:
        rows = show_series(book, series_id, period=period)
    except EvidenceError:
        # A period without any print has no chosen figure but may have a derived one.
        if not derived:
            raise
        rows = book.observations.iloc[:0]
    card = book.series.loc[series_id]
    figures = [_figure(row, book) for row in rows.to_dict("records")]
    used = [figure for figure in figures if figure["verdict"] == "chosen"]
    return {
        "series": {"id": series_id, **{name: str(card[name]) for name in ("label", "unit", "definition")}},
        "period": parse_period(period).text,
        "as_of": book.as_of.isoformat(),
        "rule": RULE,
        "chosen": used[0] if used else None,
        "others": [figure for figure in figures if figure is not (used[0] if used else None)],
        "derived": derived[0] if derived else None,
    }


def _derived(row: dict[Any, Any]) -> dict[str, Any]:
    parents = [dict(zip(KEY, key, strict=True)) for key in row["parents"]]
    numbers = {name: float(row[name]) for name in ("value", "low", "high", "sd", "bias")}
    return {**numbers, "rule": row["rule"], "available": row["available"].date().isoformat(), "parents": parents}


def _figure(row: dict[Any, Any], book: Evidence) -> dict[str, Any]:
    source = book.sources.loc[row["source_id"]]
    names = ["publisher", "title", "url", "published", "language", "licence", "group"]
    return {
        **{name: _number(row[name]) for name in ("value", "low", "high", "gap")},
        **{name: str(row[name]) for name in ("kind", "verdict", "published", "locator", "note")},
        "available": row["available"].date().isoformat(),
        "source": {"id": str(row["source_id"]), **{name: str(source[name]) for name in names}},
    }


def _number(value: float) -> float | None:
    return None if value != value else float(value)
