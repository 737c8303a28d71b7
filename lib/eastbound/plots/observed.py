"""The observed side of a figure: chosen values on its time axis, the last data date, the source line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import xarray as xr

from eastbound import catalogue
from eastbound.ensemble import summary
from eastbound.evidence.derivation import monthly_panel
from eastbound.language import _
from eastbound.models.primorye.readings import unjudged_statements
from eastbound.names import CHINA_SHARE
from eastbound.periods import parse_period
from eastbound.plots.words import dated, joined
from eastbound.scenarios.inputs import load_inputs

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_GRADE = re.compile(r"\bgrade ([A-D])\b", re.IGNORECASE)
_COLUMNS = ["period", "x", "value", "low", "high", "grade", "series_id"]
# Series whose yearly figures are judged together out of several statements, with a range and a grade for each year.
_JUDGED = {CHINA_SHARE: f"{CHINA_SHARE}_recon"}
_SHOWN = 3  # publishers named in a source line


def observed(book: Evidence | None, series_id: str, *, freq: Literal["Y", "M"]) -> pd.DataFrame:
    """Return the chosen observations of one frequency on the time axis of a figure.

    China's share of Primorye's trade is known from officials' words only; its years are
    shown as judged from all of them, with a range and a grade.

    Parameters
    ----------
    book : Evidence, optional
        Without it the frame is empty.
    series_id : str
    freq : {"Y", "M"}
        Calendar years or single months; sums over other spans are left out. What no
        source prints but follows from sums and growth rates is there with grade C. Where only the parts of a series
        are published, years are sums of the parts.

    Returns
    -------
    DataFrame
        Columns period, x, value, low, high, grade (A–D where the note states one), series_id (whose
        figure it is), oldest first.
    """
    rows = _history(book, series_id)
    judged = _history(book, _JUDGED.get(series_id, ""))
    if book is not None and freq == "Y" and len(judged):
        # a statement that a range has not weighed takes its place, as in the model
        news = unjudged_statements(book, load_inputs("primorye"), judged)
        rows = pd.concat(
            [judged[~judged["start"].isin(news["start"])], news.reindex(columns=judged.columns)], ignore_index=True
        )
    wanted = {"Y": "A", "M": "M"}[freq]
    rows = rows[np.array([parse_period(str(period)).freq == wanted for period in rows["period"]], dtype=bool)]
    if book is not None:
        more = _worked_out(book, series_id, kind=wanted, known=set(rows["period"]))
        rows = pd.concat([rows, more], ignore_index=True) if len(more) else rows
        rows = rows if len(rows) or freq == "M" else _summed(book, series_id)
    starts = pd.to_datetime(rows["start"])
    x = starts.dt.year.astype(float) if freq == "Y" else starts.dt.year + (starts.dt.month - 0.5) / 12
    table = rows[["period", "value", "low", "high", "series_id"]].assign(
        x=x, grade=[_grade(note) for note in rows["note"]]
    )
    return table[_COLUMNS].sort_values("x", ignore_index=True)


def last_observed(book: Evidence | None, series_id: str) -> float | None:
    """Return the middle of the last month that any observation covers, as a decimal year."""
    rows = _history(book, series_id)
    if rows.empty:
        return None
    last = parse_period(str(rows["period"].iloc[int(rows["end"].argmax())])).last_month
    return last // 12 + (last % 12 + 0.5) / 12


def footer_text(ens: xr.Dataset, book: Evidence | None, series_ids: Iterable[str]) -> str:
    """Return the line under a figure: last data date, as-of date, sources, size of the simulation."""
    rows = [_history(book, series_id) for series_id in series_ids]
    parts = []
    together = pd.concat(rows, ignore_index=True) if rows else _history(None, "")
    if len(together):
        parts.append(last_words(_last_period(together)))
    parts.append(as_of_words(ens.attrs["as_of"]))
    names = publishers(book, together) if book is not None else ""
    count = ens.sizes["draw"]
    simulated = _("Own simulation, {count} draws.", count=count)
    own = _("Source: {names}; own simulation, {count} draws.", names=names, count=count)
    return joined(*parts, own if names else simulated)


def last_words(period: str) -> str:
    """Return the sentence on the last observation under a figure."""
    return _("Last observation {period}.", period=dated(period))


def as_of_words(day: object) -> str:
    """Return the sentence on the as-of date under a figure."""
    return _("Evidence as of {day}.", day=dated(str(day)))


def publishers(book: Evidence, rows: pd.DataFrame) -> str:
    """Return the publishers of some observations, most used first.

    Parameters
    ----------
    book : Evidence
    rows : DataFrame
        With a column source_id.
    """
    named = rows["source_id"].map(book.sources["publisher"]).dropna()
    counts = named.value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable")
    shown = [str(name) for name in counts.index[:_SHOWN]]
    more = len(counts) - len(shown)
    words = ", ".join(shown)
    return _("{names} and {count} more", names=words, count=more) if more > 0 else words


def _history(book: Evidence | None, series_id: str) -> pd.DataFrame:
    if book is None or series_id not in book.series.index:
        columns = {name: pd.Series(dtype="float64") for name in ("value", "low", "high")}
        dates = {name: pd.Series(dtype="datetime64[ns]") for name in ("start", "end")}
        return pd.DataFrame(
            {"period": pd.Series(dtype="str"), **dates, **columns, "note": "", "source_id": "", "series_id": ""}
        )
    return summary.history(book, series_id)


def _worked_out(book: Evidence, series_id: str, *, kind: str, known: set[str]) -> pd.DataFrame:
    """Return years or months that no source prints but that follow from sums and growth rates."""
    panel = monthly_panel(book)
    rows = panel[panel["series_id"] == series_id]
    periods = [parse_period(str(period)) for period in rows["period"]]
    wanted = [period.freq == kind and period.text not in known for period in periods]
    rows = rows.assign(start=pd.to_datetime([period.start for period in periods]), note="grade C")
    return rows[np.array(wanted, dtype=bool)][["period", "start", "value", "low", "high", "note", "series_id"]]


def _summed(book: Evidence, series_id: str) -> pd.DataFrame:
    """Return the yearly sums of a series that nobody publishes but whose parts are published.

    A part without any figure, such as a pipeline that has not opened, adds nothing. A sum of one part keeps that
    part's id, where its source is found; others have none.
    """
    card = catalogue.cards().get(series_id)
    parts = [] if card is None else [part for part in card.sum_of if catalogue.card(part).unit == card.unit]
    yearly = [_history(book, part) for part in parts]
    yearly = [rows[[parse_period(str(period)).freq == "A" for period in rows["period"]]] for rows in yearly]
    yearly = [rows for rows in yearly if len(rows)]
    if card is None or not yearly or len(parts) < len(card.sum_of):
        return _history(None, "")
    together = pd.concat(yearly).groupby("period")
    sums = together[["value", "low", "high"]].sum(min_count=len(yearly))[together.size() == len(yearly)].reset_index()
    starts = pd.to_datetime([parse_period(str(period)).start for period in sums["period"]])
    source = str(yearly[0]["series_id"].iloc[0]) if len(yearly) == 1 else ""
    return sums.assign(start=starts, note="", series_id=source)


def _last_period(rows: pd.DataFrame) -> str:
    return str(rows["period"].iloc[int(rows["end"].argmax())])


def _grade(note: object) -> str:
    match = _GRADE.search(str(note))
    return match[1].upper() if match else ""
