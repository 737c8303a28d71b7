"""Median of one series under every scenario, and the 80 % band of the first one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.ensemble import summary
from eastbound.evaluation.annual_summary import annual_summaries
from eastbound.language import _, mark
from eastbound.plots.bands import LEVELS, bands, facts_of, titles
from eastbound.plots.chart import Chart, Form
from eastbound.plots.observed import observed
from eastbound.plots.scenario_rows import level_rows
from eastbound.plots.sentences import median_words
from eastbound.plots.style import marks, numbers
from eastbound.plots.style.axes import finish

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def compare_scenarios(
    ens: xr.Dataset, series_id: str, *, others: Iterable[str] = (), book: Evidence | None = None
) -> Chart:
    """Chart the median of a series under several scenarios, and the 80 % band of the first one.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`. Scenarios share their random numbers.
    series_id : str
        A variable of the ensemble.
    others : iterable of str
        Names of scenarios besides those of the ensemble; their yearly quantiles are kept in the cache, so that their
        draws are not read again. Needs the book.
    book : Evidence, optional
        Gives the observed values and the source line.

    Returns
    -------
    Chart
        Table with columns scenario, title, period, x, value (median), low_50 … high_95, defined.
    """
    quantiles, names = summary.quantiles(ens, series_id, levels=LEVELS), titles(ens)
    if book is not None and (others := list(others)):
        more = annual_summaries(ens, series_id, scenarios=others, book=book)
        names |= dict(zip(more["scenario"], more["title"].map(_), strict=True))
        quantiles = pd.concat([quantiles, more.drop(columns="title")], ignore_index=True)
    table = bands(quantiles)
    table = table.assign(title=table["scenario"].map(names))
    facts = facts_of(ens, series_id, title=mark("{label}, scenarios compared"), book=book)
    return Chart(table, facts, _FORM, options={"observed": observed(book, series_id, freq="Y")})


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    first = table[table["scenario"] == table["scenario"].iloc[0]]
    ax.fill_between(first["x"], first["low_80"], first["high_80"], color="#E8EEF4", linewidth=0)
    marks.observed_line(ax, chart.options["observed"], text=_("observed"))
    marks.scenario_lines(ax, table, band_top=float(first["high_80"].iloc[-1]))
    finish(ax, chart.facts)


def _caption(chart: Chart) -> str:
    table, unit = chart.table, chart.facts.unit
    end = table[table["period"] == table["period"].max()].sort_values("value")
    low, high = end.iloc[0], end.iloc[-1]
    if len(end) == 1:
        return median_words(low, unit)
    return _(
        "In {period} the medians range from {low} ({lowest}) to {high} ({highest}).",
        period=low["period"],
        low=numbers.number(low["value"], unit),
        lowest=low["title"],
        high=numbers.number(high["value"], unit),
        highest=high["title"],
    )


_FORM = Form(mark("Line chart of scenario medians"), _draw, _caption, level_rows)
