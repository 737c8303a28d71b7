"""What past forecasts said of the years after them, beside what was observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from eastbound.language import _, mark
from eastbound.plots.chart import Chart, Form
from eastbound.plots.observed import observed
from eastbound.plots.sentences import interval_head
from eastbound.plots.style import canvas, marks, numbers
from eastbound.plots.style.axes import HUE, finish
from eastbound.plots.verification import scored_facts, scored_rows
from eastbound.plots.words import dated

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_YEARS_BEFORE = 6.0  # of observed values before the first forecast


def track_record(table: pd.DataFrame, series_id: str, *, book: Evidence) -> Chart:
    """Chart the medians of past forecasts, the 80 % bands of those made before a shock, and the observed values.

    Parameters
    ----------
    table : DataFrame
        From `backtest`.
    series_id : str
        One of its series.
    book : Evidence
        Gives the observed values.

    Returns
    -------
    Chart
        Table with columns part (observed, forecast), origin, stress, period, x, value (observed value or median),
        low_80, high_80, outcome, inside; the observed part has also low, high and grade.
    """
    rows = scored_rows(table, series_id)
    forecast = pd.DataFrame(
        {
            "part": "forecast",
            "origin": rows["origin"],
            "stress": rows["stress"].astype(bool),
            "period": rows["period"],
            "x": rows["period"].astype(float),
            "value": rows["median"].astype(float),
            "low_80": rows["low80"].astype(float),
            "high_80": rows["high80"].astype(float),
            "outcome": rows["outcome"].astype(float),
            "inside": rows["inside80"].astype(bool),
        }
    )
    past = observed(book, series_id, freq="Y").assign(part="observed")
    columns = list(dict.fromkeys([*past.columns, *forecast.columns]))
    both = pd.concat([part for part in (past, forecast) if len(part)], ignore_index=True).reindex(columns=columns)
    facts = scored_facts(book, [series_id], title=mark("Past forecasts: {label}"))
    return Chart(both, facts, _FORM)


def _draw(ax: Axes, chart: Chart) -> None:
    rows = chart.table
    forecast = rows[rows["part"] == "forecast"]
    origins = [part for _key, part in forecast.groupby("origin", sort=True)]
    colors = canvas.tints(HUE, len(origins) + 3)[3:]
    for color, part in zip(colors, origins, strict=True):
        stress = bool(part["stress"].iloc[0])
        if stress:
            ax.fill_between(part["x"], part["low_80"], part["high_80"], color=color, alpha=0.18, linewidth=0)
        width, dashes = (1.8, canvas.DASHES[0]) if stress else (1.0, canvas.DASHES[1])
        ax.plot(part["x"], part["value"], color=color, marker="o", markersize=3, linewidth=width, dashes=dashes)
    start = float(forecast["x"].min()) - _YEARS_BEFORE if len(forecast) else 2000.0
    marks.observed_line(ax, rows[(rows["part"] == "observed") & (rows["x"] >= start)], text=_("observed"))
    if len(forecast):
        ax.set_xlim(start, forecast["x"].max() + 0.3)
        ends = forecast[forecast["stress"].astype(bool)].groupby("origin").last()
        texts = [_("from {month}", month=dated(str(origin)[:7])) for origin in ends.index]
        canvas.end_labels(ax, list(ends["value"]), texts, colors=[HUE] * len(ends))
    finish(ax, chart.facts)


def _caption(chart: Chart) -> str:
    forecast = chart.table[chart.table["part"] == "forecast"]
    if forecast.empty:
        return _("No origin of this series has an outcome yet.")
    inside, unit = forecast["inside"].astype(bool), chart.facts.unit
    last = forecast[forecast["origin"] == forecast["origin"].max()].iloc[-1]
    band = numbers.interval(last["low_80"], last["high_80"], unit)
    return _(
        "Of {count} outcomes after {origins} origins, {inside} lie inside the 80 % band. On {day} the median for "
        "{period} was {median} ({band}); the outcome was {outcome}.",
        count=len(forecast),
        origins=forecast["origin"].nunique(),
        inside=inside.sum(),
        day=dated(str(last["origin"])),
        period=last["period"],
        median=numbers.number(last["value"], unit),
        band=band,
        outcome=numbers.number(last["outcome"], unit),
    )


def _text_table(chart: Chart) -> pd.DataFrame:
    unit, rows = chart.facts.unit, chart.table[chart.table["part"] == "forecast"]
    bands = [numbers.interval(low, high, unit) for low, high in zip(rows["low_80"], rows["high_80"], strict=True)]
    return pd.DataFrame(
        {
            "origin": rows["origin"].map(dated),
            "year": rows["period"],
            "median": [numbers.number(value, unit) for value in rows["value"]],
            interval_head(80): bands,
            "outcome": [numbers.general(value, 4) for value in rows["outcome"]],
        }
    )


_FORM = Form(
    mark(
        "Line chart of medians of past forecasts, with 80 % bands of those made before a shock, and of observed values"
    ),
    _draw,
    _caption,
    _text_table,
)
