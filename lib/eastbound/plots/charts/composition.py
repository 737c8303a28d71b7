"""What China's exports to and imports from Russia consist of, in the first year of the forecast and in a later one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound import names
from eastbound.ensemble.subjects import goods as subject
from eastbound.ensemble.with_views import held_text
from eastbound.errors import InputError
from eastbound.language import ENGLISH, _, current, mark
from eastbound.plots.bands import only, scenario_of, titles, years_in
from eastbound.plots.chart import Chart, Facts, Form
from eastbound.plots.observed import footer_text
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.words import joined

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_TITLES: Final = {names.CHINA_EXPORTS: "China's exports to Russia", names.CHINA_IMPORTS: "China's imports from Russia"}
# Goods without the words that the name of their flow repeats, as `_short` cuts them.
_SHORT: Final = (
    mark("Passenger cars"),
    mark("Industrial equipment"),
    mark("Electronics"),
    mark("Other Chinese goods"),
    mark("LNG"),
    mark("LPG"),
    mark("Base metals"),
    mark("Food, fish and farm goods"),
    mark("Enriched uranium"),
    mark("Other goods"),
    mark("Crude oil"),
    mark("Coal"),
    mark("Gas by pipe"),
)
_APART: Final = 0.16  # of a row, between the two years
_SPAN: Final = (-45.0, 80.0)  # of the horizontal axis: names left of zero, shares right of it


def composition(ens: xr.Dataset, *, at: int = 2030, scenario: str | None = None, book: Evidence | None = None) -> Chart:
    """Chart the share of every good in its flow, in the first year of the forecast and in a later one.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, with the series of goods.
    at : int
        The later year; the last of the ensemble when it does not reach so far.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the source line.

    Returns
    -------
    Chart
        Table with one row a flow, good and year; columns flow, series_id, label, period, value (median percent of the
        flow), low and high (central 80 %).

    Raises
    ------
    InputError
        If the ensemble holds no goods.
    """
    name = scenario_of(ens, scenario)
    if names.CARS_VALUE not in ens:
        message = "this ensemble has no series of goods; simulate all series, or name those of goods."
        raise InputError(message)
    years = list(dict.fromkeys([int(ens["period"].dt.year[0]), *years_in(ens, [at])]))
    table = subject.composition(only(ens, name), at=years)
    facts = Facts(
        title=_("What the trade consists of"),
        label=_("share of each good in its flow"),
        unit="percent",
        footer=footer_text(ens, book, table["series_id"].unique()),
        scenario=titles(ens)[name],
        draws=ens.sizes["draw"],
        held=held_text(ens),
    )
    return Chart(table, facts, _FORM, options={"years": tuple(map(str, years))})


def _draw(ax: Axes, chart: Chart) -> None:
    """Draw a row a good below the name of its flow: a line of 80 % and a dot a year."""
    table, years = chart.table, chart.options["years"]
    colors, heights, row = canvas.palette(len(years)), {}, 0.0
    for flow, part in table.groupby("flow", sort=False):
        ax.annotate(_(_TITLES[str(flow)]), (_SPAN[0], row), va="center", fontsize=9, fontweight="bold")
        for label in dict.fromkeys(part["label"]):
            row -= 1.0
            heights[flow, label] = row
            ax.annotate(_short(label), (-1.5, row), ha="right", va="center", fontsize=8.5)
        row -= 1.4
    for index, (year, color) in enumerate(zip(years, colors, strict=True)):
        for _key, item in table[table["period"] == year].iterrows():
            height = heights[item["flow"], item["label"]] + _APART * (1 - 2 * index) * (len(years) > 1)
            ax.plot([item["low"], item["high"]], [height, height], color=color, linewidth=2.5, alpha=0.5)
            ax.plot([item["value"]], [height], marker="o", color=color, markersize=5, linestyle="none")
        ax.plot([], [], marker="o", color=color, linestyle="none", markersize=5, label=year)
    ax.axvline(0.0, color="#555555", linewidth=0.8)
    ax.set_xlim(*_SPAN)
    ax.set_ylim(row + 0.6, 0.8)
    ax.set_xticks(range(0, 81, 20))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_bounds(0, _SPAN[1])
    finish(ax, chart.facts, time=False, named=True)
    ax.set_xlabel(_("% of the flow; lines: 80 % of futures"), loc="right")
    ax.legend(loc="upper right", fontsize=8.5, frameon=False)


def _short(label: str) -> str:
    cut = label
    for end in (" from China", " from Russia", ", value", " (HS 2701)"):
        cut = cut.replace(end, "")
    cut = cut.removeprefix("China's imports of Russian ")
    cut = cut[:1].upper() + cut[1:]
    if cut in _SHORT:
        return _(cut)
    return cut if current() == ENGLISH else _(label)


def _caption(chart: Chart) -> str:
    if chart.table.empty:
        return _("The parts of the flows are not known apart.")
    last = chart.options["years"][-1]
    sentences = []
    for flow, part in chart.table[chart.table["period"] == last].groupby("flow", sort=False):
        largest = part.sort_values("value", ascending=False).head(3)
        words = [
            _(
                "{name} {value} ({spread})",
                name=_short(str(row["label"])),
                value=numbers.number(row["value"], "percent"),
                spread=numbers.interval(row["low"], row["high"], "percent"),
            )
            for _key, row in largest.iterrows()
        ]
        name, parts = _(_TITLES[str(flow)]), _(", ").join(words)
        sentences.append(_("{name} in {year}: {parts}.", name=name, year=last, parts=parts))
    return joined(*sentences)


def _text_table(chart: Chart) -> pd.DataFrame:
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for _key, item in chart.table.iterrows():
        key = (str(item["flow"]), str(item["series_id"]))
        row = rows.setdefault(key, {"good": _(item.label), "flow": _(_TITLES[key[0]])})
        row[str(item["period"])] = _cell(item)
    return pd.DataFrame(rows.values())


def _cell(item: pd.Series) -> str:
    value = numbers.with_unit(numbers.plain(item["value"]), "percent")
    return f"{value} ({numbers.interval(item['low'], item['high'])})"


_FORM = Form(mark("Dot chart of shares with 80 % intervals"), _draw, _caption, _text_table, size=(7.6, 5.4))
