"""List and search the series."""

from __future__ import annotations

from typing import Final

import pandas as pd

from eastbound.catalogue import cards, short_names, subjects
from eastbound.errors import UnknownName

COLUMNS: Final = ("name", "series_id", "label", "unit", "subject", "frequency")


def series(search: str = "", *, subject: str | None = None) -> pd.DataFrame:
    """List the series that the suite knows, those with a short name first.

    Parameters
    ----------
    search : str
        Words that the id, short name or label must contain, in any order and case; empty for all series.
    subject : str, optional
        One of the subjects, such as ``"trade"``.

    Returns
    -------
    DataFrame
        Columns ``name`` (the short one, which every function and question takes, or empty), ``series_id``, ``label``,
        ``unit``, ``subject`` and ``frequency``: D, M, Q, A (annual) or span.

    Raises
    ------
    UnknownName
        If there is no such subject.

    Examples
    --------
    >>> series("gas utilization", subject="pipelines")["name"].tolist()[:2]
    ['pos_use', 'pos2_use']
    """
    if subject is not None and subject not in subjects():
        raise UnknownName("subject", subject, subjects())
    short = {series_id: name for name, series_id in short_names().items()}
    words = search.casefold().split()
    rows = [
        (short.get(card.id, ""), card.id, card.label, card.unit, card.subject, card.frequency)
        for card in cards().values()
        if subject in (None, card.subject)
        and all(
            word in f"{short.get(card.id, '')} {card.id} {card.label} {card.definition}".casefold() for word in words
        )
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values("name", key=lambda names: names == "", kind="stable", ignore_index=True)
