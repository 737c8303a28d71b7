"""Forecasts that were kept before their outcomes existed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from eastbound import catalogue
from eastbound.language import _
from eastbound.plots.style import numbers as fmt
from eastbound.plots.table import Table
from eastbound.plots.verification import series_label
from eastbound.plots.words import dated

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LEADING: Final = 3  # headline series of a subject that are shown before their outcomes are known


def live_table(scores: pd.DataFrame, *, book: Evidence) -> Table:
    """Tabulate the kept forecasts of the next years, with the outcomes that have come.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `live_scores`.
    book : Evidence

    Returns
    -------
    Table
        Columns month, series, year, forecast (80 %), outcome, 80 % band. Of the years still to come only the
        first two are shown, and of each subject only its first headline series.
    """
    year = scores["period"].astype(int)
    near = year <= scores["month"].str[:4].astype(int) + 1
    leading = [series for subject in catalogue.subjects() for series in catalogue.headlines(subject)[:_LEADING]]
    shown = scores[near & scores["series_id"].isin(leading) | scores["outcome"].notna()]
    lines = [
        {
            "month": dated(row["month"]),
            "series": series_label(book, row["series_id"]),
            "year": row["period"],
            "forecast (80 %)": _forecast(row, book),
            "outcome": fmt.NONE if pd.isna(row["outcome"]) else fmt.general(row["outcome"], 4),
            "80 % band": _verdict(row),
        }
        for _key, row in shown.iterrows()
    ]
    columns = ["month", "series", "year", "forecast (80 %)", "outcome", "80 % band"]
    caption = _("Forecasts kept before their outcomes") if lines else _("No forecast has been kept yet")
    return Table(pd.DataFrame(lines, columns=columns), caption)


def _verdict(row: pd.Series) -> str:
    if pd.isna(row["outcome"]):
        return _("still to come")
    return _("inside") if row["inside80"] else _("missed")


def _forecast(row: pd.Series, book: Evidence) -> str:
    unit = str(book.series.loc[row["series_id"], "unit"])
    return f"{fmt.plain(row['median'], unit)} ({fmt.interval(row['low80'], row['high80'], unit)})"
