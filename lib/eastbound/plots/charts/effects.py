"""What each scenario adds to the baseline, draw by draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.ensemble import summary
from eastbound.language import _, mark
from eastbound.plots.bands import LEVELS, bands, facts_of, titles
from eastbound.plots.chart import Chart, Form
from eastbound.plots.hover import Point
from eastbound.plots.scenario_rows import change_rows
from eastbound.plots.style import marks, numbers
from eastbound.plots.style.axes import HUE, finish
from eastbound.plots.words import joined

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def effects(ens: xr.Dataset, series_id: str, *, baseline: str = "baseline", book: Evidence | None = None) -> Chart:
    """Chart the difference of each scenario from the baseline: a fan for one scenario, medians for several.

    Scenarios share their random numbers, so the difference is taken draw by draw. Where a scenario states the
    probability of an event, caption and text table also give the difference in the futures in which it happens.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate` with the baseline among its scenarios.
    series_id : str
        A variable of the ensemble.
    baseline : str
        The scenario to subtract.
    book : Evidence, optional
        Gives the last data date and the source line.

    Returns
    -------
    Chart
        Table with columns scenario, title, period, x, value (median difference), low_50 … high_95, defined; empty when
        the ensemble holds nothing but the baseline.
    """
    table = _differences(ens, series_id, baseline=baseline)
    alone = str(table["scenario"].iloc[0]) if table["scenario"].nunique() == 1 else None
    facts = facts_of(ens, series_id, title=mark("{label}: difference from the baseline"), scenario=alone, book=book)
    span = (float(ens["period"].dt.year[0]), float(ens.attrs["until"]))
    happening = _where_it_happens(ens, series_id, baseline=baseline)
    return Chart(table, facts, _FORM, options={"span": span, "happening": happening})


def _differences(ens: xr.Dataset, series_id: str, *, baseline: str) -> pd.DataFrame:
    table = bands(summary.difference(ens, series_id, baseline=baseline, levels=LEVELS))
    return table.assign(title=table["scenario"].map(titles(ens)))


def _where_it_happens(ens: xr.Dataset, series_id: str, *, baseline: str) -> dict[str, tuple[float, pd.DataFrame]]:
    """Return the probability of each scenario's uncertain event, and the differences in the draws where it happens."""
    if "happens" not in ens:
        return {}
    tables = {}
    for name in map(str, ens["scenario"].to_numpy()):
        happens = ens["happens"].sel(scenario=name).to_numpy()
        if name != baseline and happens.any() and not happens.all():
            pair = ens.sel(scenario=[baseline, name]).isel(draw=np.flatnonzero(happens))
            tables[name] = (float(happens.mean()), _differences(pair, series_id, baseline=baseline))
    return tables


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    if table[["low_95", "high_95"]].abs().to_numpy().max(initial=0.0) == 0.0:
        ax.set_xlim(*chart.options["span"])
        words = _("no difference in any simulated future") if len(table) else _("only the baseline was simulated")
        ax.annotate(words, (0.5, 0.6), xycoords="axes fraction", ha="center")
    else:
        ax.axhline(0, color="#222222", linewidth=1.0)
        alone = table["scenario"].nunique() == 1
        marks.fan(ax, table, color=HUE) if alone else marks.scenario_lines(ax, table)
    finish(ax, chart.facts, change=True)


def _points(chart: Chart) -> Iterator[Point]:
    unit = chart.facts.unit
    for _key, row in chart.table.iterrows():
        low, middle, high = (numbers.signed(row[column], unit) for column in ("low_80", "value", "high_80"))
        words = {"title": row["title"], "period": row["period"], "value": middle, "low": low, "high": high}
        yield Point(row["x"], row["value"], _("{title}, {period}: {value} (80 %: {low} to {high})", **words))


def _caption(chart: Chart) -> str:
    table, unit = chart.table, chart.facts.unit
    if table.empty:
        return _("Only the baseline is shown, so there is no difference to report.")
    last = table[table["period"] == table["period"].max()]
    return joined(*(sentence for _key, row in last.iterrows() for sentence in _sentences(row, chart, unit)))


def _sentences(row: pd.Series, chart: Chart, unit: str) -> Iterator[str]:
    """Yield the effect in all futures and, where the event is uncertain, in those in which it happens."""
    yield _sentence(row, unit)
    if row["scenario"] not in chart.options["happening"]:
        return
    chance, table = chart.options["happening"][row["scenario"]]
    within = table[table["period"] == row["period"]].iloc[0]
    low, high = numbers.signed(within["low_80"], unit), numbers.signed(within["high_80"], unit)
    share = numbers.share_of_futures(chance, chart.facts.draws)
    yield _(_HAPPENS, share=share, value=numbers.signed(within["value"], unit), low=low, high=high)


def _text_table(chart: Chart) -> pd.DataFrame:
    """Return a row per scenario, and a second one for the futures in which its event happens."""
    within = [
        table.assign(scenario=f"{name} where", title=_("{title}, where it happens", title=table["title"].iloc[0]))
        for name, (_key, table) in chart.options["happening"].items()
    ]
    return change_rows(replace(chart, table=pd.concat([chart.table, *within])))


def _sentence(row: pd.Series, unit: str) -> str:
    if row["low_95"] == row["high_95"] == 0:
        return _("{title} makes no difference in {period}.", title=row["title"], period=row["period"])
    low, high = numbers.signed(row["low_80"], unit), numbers.signed(row["high_80"], unit)
    return _(
        "{title} changes {period} by {value} {unit} at the median (80 % of simulated futures: {low} to {high}).",
        title=row["title"],
        period=row["period"],
        value=numbers.signed(row["value"], unit),
        unit=numbers.points(unit),
        low=low,
        high=high,
    )


_HAPPENS = mark(
    "Its event happens in {share} of simulated futures; in those the change is {value} (80 %: {low} to {high})."
)
_FORM = Form(mark("Line chart of differences from the baseline"), _draw, _caption, _text_table, points=_points)
