"""Forecasts of one series by standard models, beside the suite's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.constants import BANDS
from eastbound.ensemble import summary
from eastbound.errors import EvidenceError
from eastbound.evaluation import second_opinion as opinion
from eastbound.evaluation.regular_history import regular_history
from eastbound.language import _, mark
from eastbound.plots.bands import Frequency, axis_position, only, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.sentences import interval_head
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.verification import scored_facts, series_label
from eastbound.plots.words import dated, joined, worded

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_TITLE = mark("Second opinion: {label}")
_ORIGIN = mark("Standard models: statsmodels, maximum likelihood.")
_COLUMNS = ("model", "period", "x", "value", "low_80", "high_80")
_ENSEMBLE = mark("this suite")
_SHOWN = {12: 5, 1: 15}  # years of history by steps per year
_LEVELS = (0.1, 0.5, 0.9)


def second_opinion(
    series_id: str, *, book: Evidence, ens: xr.Dataset | None = None, horizon: int | None = None
) -> Chart:
    """Chart the forecasts of `eastbound.second_opinion` beside the ensemble: medians, and 80 % intervals at the end.

    Parameters
    ----------
    series_id : str
        A series of the book.
    book : Evidence
    ens : Dataset, optional
        From `simulate`; its first scenario is shown as "this suite".
    horizon : int, optional
        Months or years after the last observed one; by default 24 months or 10 years.

    Returns
    -------
    Chart
        Table with columns model (or "observed"), period, x, value, low_80, high_80; empty where too few figures were
        known on the day of the book, which the caption then says.
    """
    try:
        past = regular_history(series_id, book=book)
    except EvidenceError as error:
        facts = scored_facts(book, [series_id], title=_TITLE, origin=_ORIGIN, freq="Y")
        reason = str(error).replace(f"`{series_id}`", series_label(book, series_id))
        return Chart(pd.DataFrame(columns=list(_COLUMNS)), facts, _FORM, options={"missing": reason})
    table = opinion.second_opinion(series_id, book=book, horizon=horizon, levels=_LEVELS)
    left_out = table.attrs["left_out"]
    periods = set(table["period"])
    freq: Frequency = "M" if past.seasons == 12 else "Y"
    wide = _wide(table)
    wide["model"] = wide["model"].replace(opinion.OURS, mark("single-series forecast"))
    if ens is not None and series_id in ens:
        own = summary.quantiles(only(ens, scenario_of(ens)), series_id, freq=freq, levels=_LEVELS)
        wide = pd.concat([_wide(own[own["period"].isin(periods)].assign(model=_ENSEMBLE)), wide], ignore_index=True)
    shown = past.values.iloc[-_SHOWN[past.seasons] * past.seasons :].dropna()
    seen = pd.DataFrame({"model": "observed", "period": shown.index.astype(str), "value": shown.to_numpy()})
    rows = pd.concat([seen, wide], ignore_index=True)
    rows["x"] = [axis_position(str(period)) if freq == "M" else float(period) for period in rows["period"]]
    facts = scored_facts(book, [series_id], title=_TITLE, origin=_ORIGIN, freq=freq)
    return Chart(rows, facts, _FORM, options={"split": table.attrs["split"], "left_out": left_out})


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    wide = table.pivot_table(index=["model", "period"], columns="level", values="value", sort=False).reset_index()
    return wide.rename(columns={0.1: "low_80", 0.5: "value", 0.9: "high_80"}).rename_axis(columns=None)


def _draw(ax: Axes, chart: Chart) -> None:
    rows = chart.table
    if rows.empty:
        return
    seen, ahead = rows[rows["model"] == "observed"], rows[rows["model"] != "observed"]
    ax.plot(seen["x"], seen["value"], color="#222222", linewidth=1.4)
    names = list(ahead["model"].unique())
    step = float(ahead["x"].max() - seen["x"].max()) / 40
    ends = []
    for index, (name, color) in enumerate(zip(names, canvas.palette(len(names)), strict=True)):
        part = ahead[ahead["model"] == name]
        ax.plot(part["x"], part["value"], color=color, linewidth=2.2 if name == _ENSEMBLE else 1.2)
        last = part.iloc[-1]
        at = float(last["x"]) + step * (index + 1)
        ax.vlines(at, last["low_80"], last["high_80"], color=color, linewidth=3, alpha=0.7)
        ends.append(float(last["value"]))
    canvas.end_labels(ax, ends, [worded(name) for name in names], colors=canvas.palette(len(names)))
    finish(ax, chart.facts)


def _caption(chart: Chart) -> str:
    rows, unit = chart.table, chart.facts.unit
    if rows.empty:
        return _("No second opinion: {reason}.", reason=chart.options["missing"].rstrip("."))
    ahead = rows[rows["model"] != "observed"]
    end = ahead[ahead["period"] == ahead["period"].iloc[-1]]
    parts = [
        _(
            "{name} {value} ({spread})",
            name=worded(row["model"]),
            value=numbers.number(row["value"], unit),
            spread=numbers.interval(row["low_80"], row["high_80"], unit),
        )
        for _key, row in end.iterrows()
    ]
    split, left_out = chart.options["split"], chart.options["left_out"]
    return joined(
        _(_MEDIANS, period=dated(str(end["period"].iloc[0])), parts=_("; ").join(parts)),
        _(_SPLIT, count=split) if split else "",
        _("Left out: {names}.", names=left_out) if left_out else "",
    )


def _text_table(chart: Chart) -> pd.DataFrame:
    unit, rows = chart.facts.unit, chart.table[chart.table["model"] != "observed"]
    rows = rows[rows["period"].isin(np.unique(rows["period"])[-1:])]
    return pd.DataFrame(
        {
            "model": rows["model"].map(worded),
            "period": rows["period"].astype(str).map(dated),
            "median": [numbers.number(value, unit) for value in rows["value"]],
            interval_head(BANDS[1]): [
                numbers.interval(low, high, unit) for low, high in zip(rows["low_80"], rows["high_80"], strict=True)
            ],
        }
    )


_MEDIANS = mark("Medians and central 80 % for {period}: {parts}. The bars at the right show the same intervals.")
_SPLIT = mark("{count} months were split from published sums, in the proportions of other years.")
_FORM = Form(
    mark("Line chart of forecasts by several models, with 80 % intervals of the last period"),
    _draw,
    _caption,
    _text_table,
)
