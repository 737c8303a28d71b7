"""The observations that became available last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from eastbound.evidence.choice import USED
from eastbound.language import _
from eastbound.plots.citations import cell_notes
from eastbound.plots.style import numbers
from eastbound.plots.table import Table
from eastbound.plots.words import dated

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def news(book: Evidence, series_ids: Iterable[str], *, count: int = 8) -> Table:
    """Tabulate the observations of some series that became available last, newest first.

    Parameters
    ----------
    book : Evidence
    series_ids : iterable of str
    count : int
        Rows at most.

    Returns
    -------
    Table
        Columns series, period, value, known since.
    """
    rows = book.observations[book.observations["series_id"].isin(list(series_ids))]
    rows = rows[rows["kind"].isin(USED) & rows["value"].notna()]
    rows = rows.sort_values(["available", "end"], kind="stable").iloc[::-1].drop_duplicates(["series_id", "period"])
    rows = rows.head(count)
    frame = pd.DataFrame(
        {
            "series": rows["series_id"].map(book.series["label"]).map(_),
            "period": rows["period"].map(dated),
            "value": [numbers.level(value, unit) for value, unit in zip(rows["value"], rows["unit"], strict=True)],
            "known since": pd.to_datetime(rows["available"]).dt.strftime("%Y-%m-%d").map(dated),
        }
    ).reset_index(drop=True)
    figures = [[(str(name), str(period))] for name, period in zip(rows["series_id"], rows["period"], strict=True)]
    notes = cell_notes(frame, "value", figures, book=book)
    return Table(frame, caption=_("Newest observations of the main series"), observed=notes)
