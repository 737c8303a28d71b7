"""How full each border crossing is in a year, beside a schematic map of the border."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.ensemble.subjects.logistics import FULL, crossing_use, crossings
from eastbound.ensemble.with_views import held_text
from eastbound.errors import InputError
from eastbound.language import _, mark
from eastbound.plots.bands import only, scenario_of, titles, years_in
from eastbound.plots.beside_map import HIGH, UNKNOWN, draw_use, frame_use, map_lines, use_color
from eastbound.plots.chart import Chart, Facts, Form
from eastbound.plots.hover import Point
from eastbound.plots.observed import footer_text
from eastbound.plots.style import numbers
from eastbound.plots.words import joined, worded
from eastbound.scenarios.systems import read_systems

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_WEST, _EAST, _SOUTH, _NORTH = 112.0, 138.0, 41.4, 54.6
_STRETCH: Final = 1.5  # one over the cosine of the middle latitude: degrees of longitude are that much shorter
_APART: Final = 1.05  # degrees of latitude between the numbers on the map
_MARKERS: Final = {"road": "o", "rail": "s"}
_SPAN: Final = (-215.0, 104.0)  # of the horizontal axis: map and names left of zero, use right of it
_MAP_PART: Final = 0.44


def crossing_map(
    ens: xr.Dataset, *, at: int = 2030, scenario: str | None = None, book: Evidence | None = None
) -> Chart:
    """Chart the use of capacity at every crossing in a year, with a schematic map that shows where each one lies.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, with the series of logistics.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the source line.

    Returns
    -------
    Chart
        Table with one row a crossing, from west to east; columns number (on the map), id, label, mode, period, value
        (median use in percent of usable capacity, NaN where no capacity is published), low and high (its central
        80 %), full (probability of 95 % or more), mcse, flow, flow_low, flow_high, unit, lon and lat.

    Raises
    ------
    InputError
        If the ensemble holds no crossing.
    """
    name = scenario_of(ens, scenario)
    if not crossings(ens):
        message = "this ensemble has no series of a crossing; simulate all series, or name those of logistics."
        raise InputError(message)
    year = years_in(ens, [at])[0]
    table = crossing_use(only(ens, name), at=[year]).rename(columns={"use": "value"})
    positions = {crossing.id: crossing.position for crossing in crossings(ens)}
    table = table.assign(
        lon=[positions[item][0] for item in table["id"]], lat=[positions[item][1] for item in table["id"]]
    )
    table = table.sort_values(["lon", "lat"], ascending=[True, False], ignore_index=True)
    table.insert(0, "number", np.arange(1, len(table) + 1))
    facts = Facts(
        title=_("How full the crossings are in {year}", year=year),
        label=_("use of capacity at the border crossings"),
        unit="percent",
        footer=footer_text(ens, book, table["series_id"]),
        scenario=titles(ens)[name],
        draws=ens.sizes["draw"],
        held=held_text(ens),
    )
    return Chart(table.drop(columns="series_id"), facts, _FORM)


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    rows = range(len(table) - 1, -1, -1)
    for row, (_index, item) in zip(rows, table.iterrows(), strict=True):
        draw_use(
            ax,
            row,
            name=f"{item['number']}  {_short(item)}",
            interval=(item["low"], float(item["value"]), item["high"]),
            marker=_MARKERS[str(item["mode"])],
            none=_("capacity not published"),
        )
    label = _("use of capacity over the year, %; lines: 80 % of futures")
    frame_use(ax, chart.facts, rows=len(table), span=_SPAN, end=100, label=label)
    _sketch(ax.inset_axes((0.0, 0.0, _MAP_PART, 1.0)), table)


def _short(item: pd.Series) -> str:
    name = re.split(r" ?[(（]|[,，]", _label(item))[0]
    return _("{name}, {mode}", name=name, mode=worded(item["mode"]))


def _label(item: pd.Series) -> str:
    return _(item.label)


def _sketch(sketch: Axes, table: pd.DataFrame) -> None:
    """Draw border, coast, tracked places and the numbered crossings."""
    sketch.set(xlim=(_WEST, _EAST), ylim=(_SOUTH, _NORTH))
    sketch.set_axis_off()
    border, coast = (map_lines()[line] for line in ("amur_to_sea", "sea_of_japan"))
    sketch.plot(border["lon"], border["lat"], color="#777777", linewidth=1.4, linestyle=(0, (6, 2)))
    sketch.plot(coast["lon"], coast["lat"], color="#777777", linewidth=1.0)
    for text, where in ((_("RUSSIA"), (125.5, 54.1)), (_("CHINA"), (122.0, 47.0)), (_("Sea of\nJapan"), (134.5, 42.2))):
        sketch.annotate(text, where, ha="center", va="center", fontsize=8.5, color="#666666")
    tracked = [item.position for item in read_systems().tracked if item.position is not None]
    if tracked:
        sketch.plot(*np.array(tracked).T, marker="x", color=UNKNOWN, linestyle="none", markersize=5)
    _key(sketch)
    numbered = _spread(table[["lon", "lat"]].to_numpy(float))
    for (_index, item), (lon, lat) in zip(table.iterrows(), numbered, strict=True):
        color = use_color(float(item["value"]))
        sketch.plot([item["lon"], lon], [item["lat"], lat], color=color, linewidth=0.8)
        sketch.plot([item["lon"]], [item["lat"]], marker=".", color=color, markersize=4)
        sketch.plot([lon], [lat], marker=_MARKERS[str(item["mode"])], color=color, markersize=13)
        sketch.annotate(str(item["number"]), (lon, lat), ha="center", va="center", fontsize=8, color="white")


def _key(sketch: Axes) -> None:
    """Explain shapes and colours in the empty corner of the map."""
    red, blue, green = (use_color(use) for use in (FULL, HIGH, 0.0))
    lines = [
        ("o", "#333333", _("road")),
        ("s", "#333333", _("rail")),
        ("x", UNKNOWN, _("tracked, no forecast")),
        ("o", red, _("{share} % or more of capacity", share=f"{FULL:g}")),
        ("o", blue, _("{low} to {high} %", low=f"{HIGH:g}", high=f"{FULL:g}")),
        ("o", green, _("under {share}", share=numbers.level(HIGH, "percent"))),
        ("o", UNKNOWN, _("capacity not published")),
    ]
    for row, (marker, color, text) in enumerate(lines):
        height = _SOUTH + 0.5 * (len(lines) - row) - 0.2
        sketch.plot([_WEST + 0.6], [height], marker=marker, color=color, markersize=5, linestyle="none")
        sketch.annotate(text, (_WEST + 1.4, height), va="center", fontsize=7.5, color="#444444")


def _spread(points: np.ndarray) -> np.ndarray:
    """Return the points moved apart, so that numbers drawn there do not cover each other."""
    scale = np.array([1.0 / _STRETCH, 1.0])
    moved = points * scale + 1e-3 * np.arange(len(points))[:, None]  # two at one place part too
    for _round in range(200):
        gaps = moved[:, None] - moved[None]
        far = np.hypot(*np.moveaxis(gaps, -1, 0))
        np.fill_diagonal(far, np.inf)
        push = np.maximum(_APART - far, 0.0)
        if not push.any():
            break
        moved += 0.5 * np.sum((push / far)[..., None] * gaps, axis=1)
    return np.asarray(moved / scale)


def _points(chart: Chart) -> Iterator[Point]:
    rows = range(len(chart.table) - 1, -1, -1)
    for row, (_index, item) in zip(rows, chart.table.iterrows(), strict=True):
        name = f"{item['number']} {_label(item)}"
        if np.isnan(float(item["value"])):
            yield Point(2.0, row, _("{name}: capacity not published", name=name))
        else:
            low, high = item["low"], item["high"]
            yield Point(
                item["value"],
                row,
                _(_USE, name=name, value=f"{item['value']:.0f}", low=f"{low:.0f}", high=f"{high:.0f}"),
            )


def _caption(chart: Chart) -> str:
    known = chart.table[chart.table["value"].notna()]
    full = [_short(item) for _index, item in known[known["value"] >= FULL].iterrows()]
    year = chart.table["period"].iloc[0]
    message = _ONE_FULL if len(full) == 1 else _SOME_FULL if full else _NONE_FULL
    chances = [
        _("{name} {value}", name=_short(item), value=numbers.probability(float(item["full"]), float(item["mcse"])))
        for _index, item in known.sort_values("full", ascending=False).head(3).iterrows()
    ]
    words = _(message, year=year, names=_listed(full) if full else "")
    most = _("Most likely to be used to {share} % or more: {names}.", share=f"{FULL:g}", names=_("; ").join(chances))
    return joined(words, most)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else _(" and ").join((_("; ").join(names[:-1]), names[-1]))


def _text_table(chart: Chart) -> pd.DataFrame:
    return pd.DataFrame([_text_row(item) for _index, item in chart.table.iterrows()])


def _text_row(item: pd.Series) -> dict[str, str]:
    unit, use, full = str(item["unit"]), _("capacity not published"), numbers.NONE
    if not np.isnan(item["value"]):
        interval = numbers.interval(item["low"], item["high"], "percent")
        use = f"{numbers.number(item['value'], 'percent')} ({interval})"
        full = numbers.probability(float(item["full"]), float(item["mcse"]))
    return {
        "on the map": str(item["number"]),
        "crossing": _label(item),
        "year": str(item["period"]),
        "passes": f"{numbers.plain(item['flow'])} ({numbers.interval(item['flow_low'], item['flow_high'], unit)})",
        "use of capacity": use,
        _("used to {share} % or more", share=f"{FULL:g}"): full,
    }


_NAME: Final = mark("Dot chart of utilization beside a schematic map")
_USE: Final = mark("{name}: median {value} % (80 %: {low}–{high})")
_ONE_FULL: Final = mark("In {year} {names} is full in the median future.")
_SOME_FULL: Final = mark("In {year} {names} are full in the median future.")
_NONE_FULL: Final = mark("In {year} no crossing is full in the median future.")
_FORM = Form(_NAME, _draw, _caption, _text_table, size=(8.4, 5.4), points=_points)
