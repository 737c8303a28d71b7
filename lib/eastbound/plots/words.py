"""Sentences made from the numbers of a figure: its text alternative and its finding."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from eastbound.plots import evidence_words, track_words


def finding(table: pd.DataFrame) -> str:
    """Return one or two sentences that say what a figure shows, number first.

    Parameters
    ----------
    table : DataFrame
        From one of the table functions of this package.

    Returns
    -------
    str
        Composed from the numbers of the table; nothing in it is typed by hand.
    """
    return _FINDINGS[table.attrs["figure"]](table)


def alt_text(table: pd.DataFrame) -> str:
    """Return the text alternative of the figure drawn from a table: what it is, its span and its finding.

    Parameters
    ----------
    table : DataFrame
        From one of the table functions of this package.
    """
    attrs = table.attrs
    where = f", scenario {attrs['scenario']}" if attrs["scenario"] else ""
    span = ""
    if len(table) and "period" in table:
        spans = table["period"].astype(str)
        first, last = spans.min(), spans.max()
        span = f", in {first}" if first == last else f", from {first} to {last}"
    return f"{_KINDS[attrs['figure']]}: {attrs['label']}{where}{span}. {finding(table)}"


_KINDS = {
    **evidence_words.KINDS,
    **track_words.KINDS,
}
_FINDINGS: dict[str, Callable[[pd.DataFrame], str]] = {
    **evidence_words.FINDINGS,
    **track_words.FINDINGS,
}
