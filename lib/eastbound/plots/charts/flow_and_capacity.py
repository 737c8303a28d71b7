"""Flow of a pipeline by year against its nameplate and technical capacity and its contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.errors import UnknownName
from eastbound.language import _, mark
from eastbound.plots.bands import facts_of, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.charts.fan import fan_frame
from eastbound.plots.hover import Point
from eastbound.plots.sentences import band_words, defined_words, level_cell, observed_words
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import fan_and_history, finish
from eastbound.plots.words import before_comma, joined
from eastbound.scenarios.systems import read_systems

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_FLOW: Final = "deliveries"
_LIMITS: Final = {
    "capacity_technical": mark("technical capacity"),
    "capacity_nameplate": mark("nameplate capacity"),
    "contract": mark("contract"),
}
_DASHES: Final = {"capacity_technical": (1.5, 1.5), "capacity_nameplate": (), "contract": (5, 2)}


def flow_and_capacity(
    ens: xr.Dataset, system: str, *, scenario: str | None = None, book: Evidence | None = None
) -> Chart:
    """Chart the flow of a pipeline as a fan, with the medians of its capacities and its contract as steps.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    system : str
        The stem of its series, such as ``"gas.pos"``.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the observed flow and the source line.

    Returns
    -------
    Chart
        Table with the columns of `fan` and measure (deliveries, capacity_technical, capacity_nameplate, contract), in
        the unit of the flow; part is "in force" for the nameplate and contract of past years.

    Raises
    ------
    UnknownName
        If the ensemble has no flow of that system.
    """
    name = scenario_of(ens, scenario)
    flow = f"{system}.{_FLOW}"
    if flow not in ens.data_vars:
        systems = [str(variable).removesuffix(f".{_FLOW}") for variable in ens.data_vars if _FLOW in str(variable)]
        raise UnknownName("system", system, sorted(systems), where="this ensemble")
    limits = [limit for limit in _LIMITS if f"{system}.{limit}" in ens.data_vars]
    parts = [fan_frame(ens, flow, scenario=name, book=book).assign(measure=_FLOW)]
    years = [int(year) for year in parts[0].loc[parts[0]["part"] == "observed", "period"]]
    parts += [_in_force(system, limit, years) for limit in limits]
    parts += [fan_frame(ens, f"{system}.{limit}", scenario=name).assign(measure=limit) for limit in limits]
    facts = facts_of(ens, flow, scenario=name, book=book)
    title = _("{pipeline}: flow and capacity", pipeline=before_comma(facts.label))
    return Chart(pd.concat(parts, ignore_index=True), replace(facts, title=title), _FORM)


def _in_force(system: str, limit: str, years: list[int]) -> pd.DataFrame:
    """Return the amounts of ``params/systems.yml`` in force in the middle of past years."""
    lines = [line for line in read_systems().systems if line.series == system]
    stated = {"capacity_nameplate": "nameplate", "contract": "contract"}
    steps = [step for line in lines if limit in stated for step in getattr(line, stated[limit])]
    rows = []
    for year in years:
        amounts = [step.per_year for step in steps if step.ordinal <= 12 * year + 6]
        if amounts:
            rows.append({"period": str(year), "x": float(year), "value": amounts[-1]})
    return pd.DataFrame(rows).assign(part="in force", measure=limit)


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    fan_and_history(ax, table[table["measure"] == _FLOW], label=False)
    ends = []
    colors = dict(zip(_LIMITS, canvas.palette(len(_LIMITS) + 1)[1:], strict=True))
    for limit, part in table[table["measure"] != _FLOW].groupby("measure", sort=False):
        style: dict[str, Any] = {"color": colors[str(limit)], "dashes": _DASHES[str(limit)], "linewidth": 1.4}
        ax.step(part["x"], part["value"], where="mid", **style)
        ends.append((float(part["value"].iloc[-1]), _(_LIMITS[str(limit)]), colors[str(limit)]))
    ahead = _ahead(table, _FLOW)
    if len(ahead):
        last = ahead.iloc[-1]
        names = ((last["value"], _("flow, median")), (last["high_80"], _("80 % band")))
        ends += [(float(height), text, canvas.palette(1)[0]) for height, text in names]
    ax.set_ylim(bottom=0)
    ax.margins(y=0.12)
    heights, texts, shades = zip(*ends, strict=True) if ends else ((), (), ())
    canvas.end_labels(ax, heights, texts, colors=shades)
    words = _("bands: 50, 80, 95 % of futures")
    ax.annotate(words, (1, 0.02), xycoords="axes fraction", ha="right", fontsize=8.5)
    finish(ax, chart.facts)


def _ahead(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    return table[(table["measure"] == measure) & (table["part"] == "simulated")]


def _points(chart: Chart) -> Iterator[Point]:
    unit = chart.facts.unit
    for row in chart.table.to_dict("records"):
        if not np.isfinite(row["value"]):
            continue
        name = _LIMITS.get(row["measure"], "")
        if row["part"] == "observed":
            text = _("flow, observed: {value}", value=observed_words(pd.Series(row), unit))
        elif row["part"] == "in force":
            amount = numbers.number(row["value"], unit)
            text = _("{measure}, {year}: {value}", measure=_(name), year=row["period"], value=amount)
        elif row["measure"] == _FLOW:
            text = _("flow, {year}: median {value}", year=row["period"], value=band_words(pd.Series(row), unit))
        else:
            text = _(
                "{measure}, {year}: median {value}",
                measure=_(name), year=row["period"], value=numbers.number(row["value"], unit),
            )  # fmt: skip
        yield Point(row["x"], row["value"], text)


def _caption(chart: Chart) -> str:
    ahead, unit = _ahead(chart.table, _FLOW), chart.facts.unit
    if ahead.empty:
        return _("No flow is defined: the line operates in too few of the simulated futures.")
    end = ahead.iloc[-1]
    year = str(end["period"])
    words = _("In {year} the median flow is {value}.", year=year, value=band_words(end, unit))
    parts = [
        _("{measure} {value}", measure=_(text), value=numbers.number(float(last["value"].iloc[0]), unit))
        for limit, text in _LIMITS.items()
        if len(last := chart.table[(chart.table["measure"] == limit) & (chart.table["period"] == year)])
    ]
    limits = _("Medians of what limits it: {limits}.", limits="; ".join(parts)) if parts else ""
    return joined(words + defined_words(end, chart.facts.draws), limits)


def _text_table(chart: Chart) -> pd.DataFrame:
    ahead = chart.table[chart.table["part"] == "simulated"]
    rows = []
    for period, part in ahead.groupby("period", sort=True):
        cells = {str(row["measure"]): row for row in part.to_dict("records")}
        row = {"year": str(period), "flow": numbers.NONE}
        if _FLOW in cells:
            row["flow"] = level_cell(pd.Series(cells[_FLOW]), chart.facts.unit)
        limits = {limit: text for limit, text in _LIMITS.items() if limit in set(ahead["measure"])}
        for limit, text in limits.items():
            value = cells[limit]["value"] if limit in cells else np.nan
            row[text] = numbers.number(float(value), chart.facts.unit)
        rows.append(row)
    return pd.DataFrame(rows)


_FORM = Form(mark("Fan chart of a flow with its capacities as steps"), _draw, _caption, _text_table, points=_points)
