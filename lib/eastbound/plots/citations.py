"""Who says an observed number: what a page needs to show it beside the number.

A notebook's output carries these notes in its metadata, so that the page is made without the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from eastbound.evidence.provenance import provenance
from eastbound.language import _, digits
from eastbound.plots.sentences import observed_words
from eastbound.plots.style.numbers import MINUS
from eastbound.units import unit_label

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

Note: TypeAlias = dict[str, Any]
Figure: TypeAlias = tuple[str, str]  # series and period


# A page reads every key of a note, so that each note has them all.
_EMPTY: Note = {
    **dict.fromkeys(("figure", "publisher", "title", "url", "published", "locator", "known", "note", "rule"), ""),
    "others": (),
    "parents": (),
    "agreeing": 0,
}


def source_note(book: Evidence, series_id: str, period: str) -> Note:
    """Return what a reader is told about one observed figure.

    Parameters
    ----------
    book : Evidence
    series_id, period : str
        A figure of the book, or one that it derives from others.

    Returns
    -------
    dict
        Always the same keys. Texts for `series, id, period, figure, publisher, title, url, published, locator, known,
        note`; `others`: the figures that were not used and differ, each with `figure, publisher, published, why`;
        `agreeing`: how many more say the same; `rule` and `parents`: how a derived figure was worked out, and from
        which. A derived figure has no publisher, a published one no rule.

    Raises
    ------
    UnknownName, EvidenceError
        When the book has no such series or figure.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> note = source_note(load_evidence(), "trade.china_russia.total", "2023")
    >>> note["figure"], note["publisher"], [other["figure"] for other in note["others"]]
    ('240.11 USD bn', 'RIA Novosti', ['240.1 USD bn', '232 USD bn'])
    """
    record = provenance(series_id, period, book=book)
    series = record["series"]
    head = {**_EMPTY, "series": series["label"], "id": series["id"], "period": record["period"]}
    figure, unit = record["chosen"], unit_label(series["unit"])
    if figure is None:
        return {**head, **_derived(record["derived"] or {}, unit)}
    differing = [other for other in record["others"] if other["gap"]]
    source = figure["source"]
    return {
        **head,
        "figure": _figure(figure, unit),
        **{name: source[name] for name in ("publisher", "title", "url")},
        **{name: figure[name] for name in ("published", "locator", "note")},
        "known": figure["available"],
        "others": [_other(other, unit) for other in differing],
        "agreeing": sum(other["gap"] == 0 for other in record["others"]),
    }


def cell_notes(frame: pd.DataFrame, column: str, figures: Iterable[Sequence[Figure]], *, book: Evidence) -> list[Note]:
    """Return the notes of the observed figures in a column, by cell, for a `Table`.

    Parameters
    ----------
    frame : DataFrame
        Ready strings.
    column : str
    figures : iterable of sequences of (series, period)
        One per row, empty where the cell shows nothing observed.
    book : Evidence

    Returns
    -------
    list of dict
        row and column (positions) and notes of each cell that shows an observed figure.
    """
    position = list(frame.columns).index(column)
    notes = [[source_note(book, *figure) for figure in cell] for cell in figures]
    return [{"row": row, "column": position, "notes": cell} for row, cell in enumerate(notes) if cell]


def caption_notes(table: pd.DataFrame, unit: str, *, book: Evidence | None) -> list[Note]:
    """Return the note of the last observed value that a caption mentions.

    Parameters
    ----------
    table : DataFrame
        Of a chart with observed values, made with the same book.
    unit : str
        Of its values.
    book : Evidence, optional

    Returns
    -------
    list of dict
        The words of the caption and the notes behind them; empty without a book or an observed value.
    """
    observed = table[table["part"] == "observed"]
    if book is None or observed.empty:
        return []
    last = observed.iloc[-1]
    if not last["series_id"]:  # a sum of several published series
        return []
    note = source_note(book, str(last["series_id"]), str(last["period"]))
    return [{"text": observed_words(last, unit), "notes": [note]}]


def _figure(row: dict[str, Any], unit: str) -> str:
    if row["value"] is None:
        return _("{low} to {high} {unit}", low=_number(row["low"], 10), high=_number(row["high"], 10), unit=_(unit))
    return f"{_number(row['value'], 10)} {_(unit)}"


def _number(value: float, places: int) -> str:
    return digits(f"{value:.{places}g}").replace("-", MINUS)


def _other(row: dict[str, Any], unit: str) -> dict[str, str]:
    names = {"publisher": row["source"]["publisher"], "published": row["published"], "why": row["verdict"]}
    return {"figure": _figure(row, unit), **names}


def _derived(row: dict[str, Any], unit: str) -> Note:
    value, low, high = (digits(f"{row[name]:.5g}") for name in ("value", "low", "high"))
    band = _("{value} ({low} to {high}) {unit}", value=value, low=low, high=high, unit=_(unit))
    parents = dict.fromkeys(
        f"{parent['series_id']} {parent['period']}, {parent['source_id']}" for parent in row["parents"]
    )
    # a page reads the same keys from every note; a derived figure has no publisher and nobody who says otherwise
    printed = {"publisher": "", "others": [], "agreeing": 0}
    return {**printed, "figure": band, "known": row["available"], "rule": row["rule"], "parents": list(parents)}
