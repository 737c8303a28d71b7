"""Use of a pipeline's capacity against its nameplate, contract and technical capacity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.constants import BANDS
from eastbound.errors import UnknownName
from eastbound.language import _, mark
from eastbound.plots.bands import facts_of, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.charts.fan import fan_frame
from eastbound.plots.sentences import band_words, defined_words, level_cell
from eastbound.plots.style import canvas, marks, numbers
from eastbound.plots.style.axes import fan_and_history, finish
from eastbound.plots.words import before_comma, worded

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

MEASURES = (mark("nameplate"), mark("contract"), mark("technical"))
_LINES = {"contract": canvas.DASHES[1], "technical": canvas.DASHES[2]}


def utilization(ens: xr.Dataset, system: str, *, scenario: str | None = None, book: Evidence | None = None) -> Chart:
    """Chart the use of a pipeline's nameplate capacity as a fan, and of contract and technical capacity as medians.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    system : str
        The stem of its series, such as ``"gas.pos"``.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the observed values and the source line.

    Returns
    -------
    Chart
        Table with the columns of `fan` and measure (nameplate, contract, technical); values in percent.

    Raises
    ------
    UnknownName
        If the ensemble has no utilization of that system.
    """
    name = scenario_of(ens, scenario)
    stem = f"{system}.utilization_"
    variables = [str(variable) for variable in ens.data_vars]
    result = [variable for variable in variables if variable.startswith(stem)]
    if not result:
        systems = sorted({v.partition(".utilization_")[0] for v in variables if ".utilization_" in v})
        raise UnknownName("system", system, systems, where="this ensemble")
    parts = [fan_frame(ens, v, scenario=name, book=book).assign(measure=v.removeprefix(stem)) for v in result]
    headline = f"{stem}{MEASURES[0]}" if f"{stem}{MEASURES[0]}" in result else result[0]
    facts = facts_of(ens, headline, scenario=name, book=book)
    facts = replace(facts, title=_("{system}, use of capacity", system=before_comma(facts.label)))
    return Chart(pd.concat(parts, ignore_index=True), facts, _FORM)


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    fan_and_history(ax, table[table["measure"] == MEASURES[0]], label=False)
    colors = dict(zip(MEASURES, canvas.palette(3), strict=True))
    ends = []
    for measure, part in table[table["part"] == "simulated"].groupby("measure", sort=False):
        if measure in _LINES:
            ax.plot(part["x"], part["value"], color=colors[str(measure)], dashes=_LINES[str(measure)])
        ends.append(
            (part["value"].iloc[-1], _("{measure}, median", measure=worded(str(measure))), colors[str(measure)])
        )
    ax.margins(y=0.12)
    marks.threshold_line(ax, 100.0, _("100 % of capacity"))
    masses = ", ".join(f"{mass}" for mass in BANDS)
    words = _("bands: {masses} % of futures, nameplate", masses=masses)
    ax.annotate(words, (1, 0.02), xycoords="axes fraction", ha="right", fontsize=8.5)
    canvas.end_labels(ax, [e[0] for e in ends], [e[1] for e in ends], colors=[e[2] for e in ends])
    finish(ax, chart.facts)
    ax.set_ylabel(_("flow in % of capacity"))


def _caption(chart: Chart) -> str:
    ahead = chart.table[chart.table["part"] == "simulated"]
    if ahead.empty:
        return _("No utilization is defined: the line operates in too few of the simulated futures.")
    ends = [part.iloc[-1] for _key, part in ahead.groupby("measure", sort=False)]
    parts = [_("{name} {value}", name=worded(end["measure"]), value=band_words(end, chart.facts.unit)) for end in ends]
    words = _("Median utilization in {period}: {parts}.", period=ends[0]["period"], parts=_("; ").join(parts))
    return words + defined_words(ends[0], chart.facts.draws)


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = []
    for period, part in chart.table[chart.table["part"] == "simulated"].groupby("period", sort=True):
        row = {"year": str(period)}
        row |= {str(line["measure"]): level_cell(line, chart.facts.unit) for _key, line in part.iterrows()}
        row["operating in"] = numbers.share_of_futures(float(part["defined"].min()), chart.facts.draws)
        rows.append(row)
    return pd.DataFrame(rows).fillna(numbers.NONE)


_FORM = Form(mark("Line chart of three utilizations"), _draw, _caption, _text_table)
