"""How full each pipeline is in a year, beside a schematic map of the pipelines and the border crossings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.ensemble import summary
from eastbound.ensemble.subjects.logistics import FULL
from eastbound.ensemble.with_views import held_text
from eastbound.errors import InputError
from eastbound.language import _, mark
from eastbound.plots.bands import label_of, only, scenario_of, titles, years_in
from eastbound.plots.beside_map import HIGH, UNKNOWN, draw_use, frame_use, map_lines, use_color
from eastbound.plots.chart import Chart, Facts, Form
from eastbound.plots.hover import Point
from eastbound.plots.observed import footer_text
from eastbound.plots.style import numbers
from eastbound.plots.words import before_comma, joined
from eastbound.scenarios.systems import read_systems

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.scenarios.systems import Derived, Pipeline

_EDGES: Final = [0.1, 0.5, 0.9]
_LEAST_DEFINED: Final = 0.05  # share of futures in which a line operates, below which its use says little
_WEST, _EAST, _SOUTH, _NORTH = 60.0, 142.0, 40.0, 67.0
_SPAN: Final = (-235.0, 118.0)  # of the horizontal axis: map and names left of zero, use right of it
_MAP_PART: Final = 0.45


def pipeline_map(
    ens: xr.Dataset, *, at: int = 2030, scenario: str | None = None, book: Evidence | None = None
) -> Chart:
    """Chart the use of every pipeline's capacity in a year, with a schematic map of pipelines and crossings.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, with the series of pipelines.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the source line.

    Returns
    -------
    Chart
        Table with one row a pipeline: number (on the map), id, label, period, value (median flow in percent of
        nameplate capacity over the futures in which the line operates, NaN where it operates in too few), low_80,
        high_80, operating (share of futures), flow and unit.

    Raises
    ------
    InputError
        If the ensemble holds no pipeline.

    Notes
    -----
    The lines of the map are drawn by hand through the places that ``map_lines.csv`` names: a sketch, no survey.
    """
    name = scenario_of(ens, scenario)
    systems = read_systems()
    lines: list[Pipeline | Derived] = [*systems.systems, *systems.derived]
    lines = [line for line in lines if f"{line.series}.utilization_nameplate" in ens]
    if not lines:
        message = "this ensemble has no series of a pipeline; simulate all series, or name those of the pipelines."
        raise InputError(message)
    year = years_in(ens, [at])[0]
    rows = [_row(only(ens, name), line, year) for line in lines]
    table = pd.DataFrame(rows)
    table.insert(0, "number", np.arange(1, len(table) + 1))
    facts = Facts(
        title=_("How full the pipelines are in {year}", year=year),
        label=_("use of the pipelines' capacity"),
        unit="percent",
        footer=footer_text(ens, book, [f"{line.series}.deliveries" for line in lines]),
        scenario=titles(ens)[name],
        draws=ens.sizes["draw"],
        held=held_text(ens),
    )
    return Chart(table, facts, _FORM)


def _row(ens: xr.Dataset, line: Pipeline | Derived, year: int) -> dict[str, Any]:
    use, flow = (
        summary.annual(ens, f"{line.series}.{name}").sel(year=year).to_numpy()[0]
        for name in ("utilization_nameplate", "deliveries")
    )
    operating = np.isfinite(use)
    low = middle = high = amount = np.nan
    if operating.mean() >= _LEAST_DEFINED:
        low, middle, high = np.quantile(use[operating], _EDGES)
        amount = float(np.median(flow[operating]))
    label = before_comma(label_of(ens, f"{line.series}.deliveries"))
    numbers_ = {"value": middle, "low_80": low, "high_80": high, "operating": operating.mean(), "flow": amount}
    return {"id": line.id, "label": label, "period": str(year), **numbers_, "unit": line.unit}


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    for row, item in zip(range(len(table) - 1, -1, -1), table.to_dict("records"), strict=True):
        interval = (item["low_80"], item["value"], item["high_80"])
        name = f"{item['number']}  {item['label']}"
        draw_use(ax, row, name=name, interval=interval, marker="o", none=_("not in operation"))
    label = _("flow in % of nameplate capacity; bars: 80 % of futures")
    frame_use(ax, chart.facts, rows=len(table), span=_SPAN, end=110, label=label)
    _sketch(ax.inset_axes((0.0, 0.0, _MAP_PART, 1.0)), table)


def _sketch(sketch: Axes, table: pd.DataFrame) -> None:
    """Draw borders, coast, crossings and the numbered pipelines."""
    sketch.set(xlim=(_WEST, _EAST), ylim=(_SOUTH, _NORTH))
    sketch.set_axis_off()
    drawn = map_lines()
    for part in drawn.values():
        kind = part["kind"].iloc[0]
        if kind in ("border", "coast"):
            dashes = (5, 2) if kind == "border" else ()
            sketch.plot(part["lon"], part["lat"], color="#999999", linewidth=0.9, dashes=dashes)
    countries = ((_("RUSSIA"), (90, 61.5)), (_("CHINA"), (101, 40.8)), (_("MONGOLIA"), (100, 46.5)))
    for text, where in (*countries, (_("KAZAKHSTAN"), (68.5, 46.5))):
        sketch.annotate(text, where, ha="center", va="center", fontsize=7.5, color="#666666")
    positions = np.array([crossing.position for crossing in read_systems().crossings])
    if len(positions):
        sketch.plot(*positions.T, marker="s", markersize=2.6, color="#444444", linestyle="none")
    for item in table.to_dict("records"):
        if item["id"] not in drawn:
            continue
        part, color = drawn[item["id"]], use_color(item["value"])
        style: dict[str, Any] = {"dashes": (2, 1.5)} if np.isnan(item["value"]) or item["operating"] < 0.5 else {}
        sketch.plot(part["lon"], part["lat"], color=color, linewidth=2.0, **style)
        first, second = part.iloc[0], part.iloc[1]
        middle = ((first["lon"] + second["lon"]) / 2, (first["lat"] + second["lat"]) / 2)
        sketch.plot(*middle, marker="o", color=color, markersize=11)
        sketch.annotate(str(item["number"]), middle, ha="center", va="center", fontsize=7.5, color="white")
    _key(sketch)


def _key(sketch: Axes) -> None:
    """Explain the colours in the empty corner of the map."""
    entries = [
        (use_color(FULL), _("{share} % or more", share=f"{FULL:g}")),
        (use_color(HIGH), _("{low} to {high} %", low=f"{HIGH:g}", high=f"{FULL:g}")),
        (use_color(0.0), _("under {share} %", share=f"{HIGH:g}")),
        (UNKNOWN, _("not in operation; squares: crossings")),
    ]
    for row, (color, text) in enumerate(entries):
        height = _NORTH - 0.6 - 1.5 * row
        sketch.plot([_EAST - 39, _EAST - 35.5], [height, height], color=color, linewidth=2.0)
        sketch.annotate(text, (_EAST - 34.5, height), va="center", fontsize=7, color="#444444")


def _points(chart: Chart) -> Iterator[Point]:
    rows = range(len(chart.table) - 1, -1, -1)
    for row, item in zip(rows, chart.table.to_dict("records"), strict=True):
        if np.isnan(item["value"]):
            text = _("{pipeline}: not in operation", pipeline=item["label"])
            yield Point(2.0, row, text)
            continue
        use = numbers.number(item["value"], "percent")
        spread = numbers.interval(item["low_80"], item["high_80"], "percent")
        text = _("{pipeline}: median {use} (80 %: {spread})", pipeline=item["label"], use=use, spread=spread)
        yield Point(item["value"], row, text)


def _caption(chart: Chart) -> str:
    table = chart.table
    year, known = table["period"].iloc[0], table[table["value"].notna()].sort_values("value", ascending=False)
    full = list(known.loc[known["value"] >= FULL, "label"])
    words = (
        _("In {year} the median flow reaches {share} % of nameplate capacity or more in: {names}.")
        if full
        else _("In {year} no line has a median flow of {share} % of nameplate capacity or more.")
    ).format(year=year, share=f"{FULL:g}", names=_(", ").join(full))
    idle = _(", ").join(table.loc[table["value"].isna(), "label"])
    return joined(words, _("Not in operation in nearly all futures: {names}.", names=idle) if idle else "")


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = []
    for item in chart.table.to_dict("records"):
        use = flow = numbers.NONE
        if not np.isnan(item["value"]):
            spread = numbers.interval(item["low_80"], item["high_80"], "percent")
            use, flow = f"{numbers.plain(item['value'])} % ({spread})", numbers.number(item["flow"], item["unit"])
        share = numbers.share_of_futures(float(item["operating"]), chart.facts.draws)
        cells = {"on the map": str(item["number"]), "pipeline": item["label"], "year": item["period"]}
        rows.append(cells | {"median flow": flow, "use of nameplate capacity": use, "operating in": share})
    return pd.DataFrame(rows)


_KIND: Final = mark("Dot chart of the use of pipelines beside a schematic map")
_FORM = Form(_KIND, _draw, _caption, _text_table, size=(8.6, 4.8), points=_points)
