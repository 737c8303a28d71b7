"""Sources of the observations that some series rest on."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from eastbound.language import _
from eastbound.plots.style import numbers
from eastbound.plots.table import Table

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_SHOWN = 20  # rows; the rest are counted in a last row


def sources(book: Evidence, series_ids: Iterable[str]) -> Table:
    """Tabulate the sources of the observations that some series rest on, most used first.

    Parameters
    ----------
    book : Evidence
    series_ids : iterable of str

    Returns
    -------
    Table
        Columns source (a link), publisher, observations, years covered. Sources beyond the twenty most used are counted
        in a last row.
    """
    rows = book.observations[book.observations["series_id"].isin(list(series_ids))]
    rows = rows[rows["source_id"].isin(book.sources.index)]
    lines = []
    for source_id, part in rows.groupby("source_id", sort=True):
        card = book.sources.loc[[source_id]].iloc[0]
        first, last = f"{part['start'].min():%Y}", f"{part['end'].max():%Y}"
        span = first if first == last else _("{first} to {last}", first=first, last=last)
        lines.append((source_link(card), str(card["publisher"]), len(part), span))
    frame = pd.DataFrame(lines, columns=["source", "publisher", "observations", "years covered"])
    frame = frame.sort_values("observations", ascending=False, kind="stable", ignore_index=True)
    rest = frame.iloc[_SHOWN:]
    shown = frame.iloc[:_SHOWN].astype({"observations": str})
    if len(rest):
        count = str(rest["observations"].sum())
        counted, hint = _("{count} more sources", count=len(rest)), _("see the command `eastbound data show`")
        more = (counted, hint, count, numbers.NONE)
        shown = pd.concat([shown, pd.DataFrame([more], columns=frame.columns)], ignore_index=True)
    return Table(shown, caption=_("Sources of the observations behind this page"), raw=("source",))


def source_link(card: pd.Series) -> str:
    """Return the title of a source card as HTML, linked when it has a web address."""
    title, address = escape(str(card["title"])), str(card["url"])
    if not address.startswith(("http://", "https://")):
        return title
    return f'<a href="{escape(address, quote=True)}">{title}</a>'
