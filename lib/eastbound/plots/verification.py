"""What charts and tables of past forecasts share: their scored rows, titles and footers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from eastbound.evaluation.counted import counted
from eastbound.language import _, mark
from eastbound.plots.chart import Facts
from eastbound.plots.observed import as_of_words, last_words, publishers
from eastbound.plots.words import joined

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_ORIGIN = mark("Forecasts: own simulation on past data; parameters and priors are today's.")


def scored_rows(table: pd.DataFrame, series_id: str) -> pd.DataFrame:
    """Return the scored rows of one series of a backtest."""
    return table[(table["series_id"] == series_id) & (table["status"] == "scored")]


def all_scored(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the scored rows of several backtests below one another, near-duplicate origins once."""
    return pd.concat([counted(table) for table in tables], ignore_index=True)


def series_label(book: Evidence, series_id: str) -> str:
    """Return the name of a series."""
    label = str(book.series.loc[series_id, "label"])
    return _(label)


def years_ahead(ahead: int, *, last: int) -> str:
    """Return a horizon in words; that of `last` stands for all further ones.

    Examples
    --------
    >>> years_ahead(0, last=3), years_ahead(1, last=3), years_ahead(3, last=3)
    ('running year', '1', '3 or more')
    """
    if ahead == 0:
        return _("running year")
    return _("{count} or more", count=ahead) if ahead == last else str(ahead)


def scored_facts(
    book: Evidence, series: Sequence[str], *, title: str, label: str = "", origin: str = _ORIGIN, freq: str = "Y"
) -> Facts:
    """Return title, unit and footer of a chart of the track record.

    Parameters
    ----------
    book : Evidence
    series : sequence of str
        Whose observations are the outcomes.
    title : str
        In English; ``{label}`` in it becomes the label.
    label : str
        By default that of the first series; with one of its own the chart has no unit.
    origin : str
        Who made the forecasts.
    freq : str
        ``"Y"`` or ``"M"``.
    """
    rows = book.observations
    rows = rows[rows["series_id"].isin(series) & (rows["kind"] == "observed")]
    names = publishers(book, rows)
    last = rows.sort_values("end")["period"]
    parts = [last_words(last.iloc[-1])] if len(last) else []
    parts.append(as_of_words(book.as_of))
    parts += [_("Source of the observations: {names}.", names=names)] if names else []
    card = None if label else book.series.loc[series[0]]
    label = _(label) if card is None else series_label(book, series[0])
    unit = "" if card is None else str(card["unit"])
    aggregate = "" if card is None else str(card["aggregate"])
    footer = joined(*parts, _(origin))
    return Facts(_(title, label=label), label, unit, footer, aggregate=aggregate, freq=freq)
