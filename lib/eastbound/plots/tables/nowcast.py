"""The running year: what is observed, what is still to come, and the change on the year before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble import summary
from eastbound.ensemble.with_views import held_text
from eastbound.language import _
from eastbound.periods import month_text, parse_period
from eastbound.plots.bands import label_of
from eastbound.plots.citations import cell_notes
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.plots.words import dated

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def nowcast(ens: xr.Dataset, series_ids: Iterable[str], *, book: Evidence) -> Table:
    """Tabulate, for the running year, what is observed, what is still to come, and the change on the year before.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first year is the running one, and its first scenario is used.
    series_ids : iterable of str
        Flows.
    book : Evidence
        The evidence of the simulation.

    Returns
    -------
    Table
        Columns series, observed so far, still to come, the year, change on the year before; central 80 % in brackets.
    """
    year = int(ens["period"].dt.year[0])
    rows, shown = [], []
    for series_id in series_ids:
        total = summary.annual(ens, series_id).isel(scenario=0).sel(year=year)
        unit, label = str(total.attrs["unit"]), label_of(ens, series_id)
        so_far, until, periods = _so_far(book, series_id, year)
        shown.append([(series_id, period) for period in periods])
        before = _year_before(book, series_id, year)
        row = {
            "series": label,
            "observed so far": _("{value} to {month}", value=numbers.level(so_far, unit), month=dated(until))
            if until
            else numbers.NONE,
        }
        row["still to come"] = _central(total - so_far, unit)
        row[f"{year}"] = _central(total, unit)
        row[_("change on {year}", year=year - 1)] = (
            _central(100 * (total / before - 1), "percent", change=True) if before else numbers.NONE
        )
        rows.append(row)
    frame = pd.DataFrame(rows)
    notes = cell_notes(frame, "observed so far", shown, book=book)
    caption = _("The running year: observed, still to come, whole year (central 80 %)")
    return Table(frame, caption=caption_with(caption, held_text(ens)), observed=notes)


def _so_far(book: Evidence, series_id: str, year: int) -> tuple[float, str, list[str]]:
    """Return the sum of the longest observed stretch from January on, its last month, and the figures it adds up."""
    rows = summary.history(book, series_id)
    periods = [parse_period(str(period)) for period in rows["period"]]
    both = list(zip(periods, rows["value"].astype(float), strict=True))
    ends = {p.last_month: (p.text, value) for p, value in both if p.first_month == year * 12}
    months = {p.first_month: (p.text, value) for p, value in both if p.months == 1}
    if not ends:
        return 0.0, "", []
    last = max(ends)
    parts = [ends[last]]
    while last + 1 in months:  # single months published after the last cumulative figure
        last += 1
        parts.append(months[last])
    return sum(value for _key, value in parts), month_text(last), [period for period, _key in parts]


def _year_before(book: Evidence, series_id: str, year: int) -> float | None:
    rows = summary.history(book, series_id)
    values = rows.loc[rows["period"] == str(year - 1), "value"]
    return float(values.iloc[0]) if len(values) else None


def _central(draws: xr.DataArray, unit: str, *, change: bool = False) -> str:
    middle, low, high = (float(q) for q in np.nanquantile(draws, [0.5, 0.1, 0.9]))
    if change:
        ends = {"middle": middle, "low": low, "high": high}
        texts = {name: numbers.signed(value, unit) for name, value in ends.items()}
        return _("{middle} % ({low} to {high} %)", **texts)
    return f"{numbers.number(middle, unit)} ({numbers.interval(low, high, unit)})"
