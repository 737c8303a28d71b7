"""The coverage of the source articles: every system with its newest figure and the forecast of one year ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from eastbound.ensemble import summary
from eastbound.errors import EvidenceError
from eastbound.evaluation.regular_history import regular_history
from eastbound.language import _, mark
from eastbound.plots.style import numbers
from eastbound.plots.table import Table
from eastbound.plots.words import dated, worded
from eastbound.scenarios.systems_register import System, load_register
from eastbound.univariate.forecast import forecast_series

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from eastbound.evidence.book import Evidence

_LEVELS: Final = (0.1, 0.5, 0.9)

_CAPTION: Final = mark("The {count} systems of the source articles; {forecast} have a forecast of one year ahead")
_MONTHLY: Final = mark("{value} in a month, by the series alone")
_YEARLY: Final = mark("{value}, by the series alone")


def systems(ens: xr.Dataset, *, book: Evidence, home: Path | None = None) -> Table:
    """Tabulate the systems of the source articles: treatment, newest figure, its age, and the next year.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, with the baseline first; gives the forecast of series that a model simulates.
    book : Evidence
        Gives the newest figures, and the history of series without a model.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        One row per system, with why it is not forecast beside its treatment. The forecast is the median of the year
        after the as-of date with the central 80 %. A series without a model is forecast by `forecast_series` where
        eight regular points are known, and not otherwise; of monthly series that is the month one year ahead.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> ens = eb.simulate("baseline", book=book, draws=64, until=2027)
    >>> len(systems(ens, book=book).frame)
    72
    """
    rows = [_row(system, ens, book) for system in load_register(home)]
    forecast = sum(bool(row["one year ahead"] != numbers.NONE) for row in rows)
    caption = _(_CAPTION, count=len(rows), forecast=forecast)
    return Table(pd.DataFrame(rows), caption=caption)


def _row(system: System, ens: xr.Dataset, book: Evidence) -> dict[str, str]:
    series = system.series[0]
    unit = str(book.series.loc[series, "unit"])
    known = summary.history(book, series)
    treatment = worded(system.treatment)
    row = {
        "system": _(system.system),
        "treatment": _("{treatment}: {reason}", treatment=treatment, reason=_(system.why)) if system.why else treatment,
        "newest figure": numbers.NONE,
        "age": "",
        "source": "",
    }
    if len(known):
        newest = known.sort_values("end").iloc[-1]
        months = max(0, (pd.Timestamp(book.as_of) - pd.Timestamp(newest["end"])).days // 30)
        row["newest figure"] = _(
            "{value} in {period}", value=_figure(newest, unit), period=dated(str(newest["period"]))
        )
        row["age"] = _("{count} months", count=months)
        row["source"] = dict(book.sources["publisher"])[str(newest["source_id"])]
    return {**row, "one year ahead": _ahead(series, ens, book, unit=unit)}


def _figure(row: pd.Series, unit: str) -> str:
    if np.isnan(row["value"]):
        return numbers.interval(row["low"], row["high"], unit)
    return numbers.level(row["value"], unit)


def _ahead(series: str, ens: xr.Dataset, book: Evidence, *, unit: str) -> str:
    """Return the median and central 80 % of the year after the as-of date, from the simulation or the series alone."""
    year = book.as_of.year + 1
    if series in ens:
        years = summary.annual(ens, series)
        if year not in years["year"]:
            return numbers.NONE
        low, middle, high = summary.quantiles(ens.isel(scenario=[0]), series, levels=_LEVELS).query(
            f"period == '{year}'"
        )["value"]
        return _text(low, middle, high, unit)
    try:
        history = regular_history(series, book=book)
    except EvidenceError:  # fewer than eight regular points
        return numbers.NONE
    end = history.values.index[-1].to_timestamp(how="end")
    if (pd.Timestamp(book.as_of) - end).days > 2 * 365:
        return numbers.NONE  # a step from so old a figure would not be the next year
    frame = forecast_series(history.values, history.seasons, period=history.seasons, quantiles=_LEVELS)
    low, middle, high = (float(value) for value in frame.iloc[-1])
    message = _MONTHLY if history.seasons > 1 else _YEARLY
    return _(message, value=_text(low, middle, high, unit))


def _text(low: float, middle: float, high: float, unit: str) -> str:
    value = numbers.plain(middle, unit)
    if numbers.plain(low, unit) == value == numbers.plain(high, unit):
        return numbers.with_unit(value, unit)
    return f"{value} ({numbers.interval(low, high, unit)})"
