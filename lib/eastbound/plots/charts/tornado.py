"""Tornado: the median of a quantity where each factor is low and where it is high."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.language import _, mark
from eastbound.plots.bands import facts_of, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.hover import Point
from eastbound.plots.risk_parts import TICK, factor_label, target_and_factors
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.style.letters import wrapped
from eastbound.plots.words import joined
from eastbound.risk.tornado import tornado as measure

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_SIGNIFICANT: Final = 3.0  # standard errors; some thirty branches are compared
_MOST: Final = 10


def tornado(
    ens: xr.Dataset,
    series_id: str,
    *,
    at: int = 2035,
    factors: Sequence[str] = (),
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Chart:
    """Chart the median of a series where each factor is near its 10th and 90th percentile, the largest swing first.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    factors : sequence of str
        Ids of other series; without any, the parts and prices of `eastbound.risk.factors.DEFAULTS`. Branches of the
        scenario tree are added.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the last data date and the source line.

    Returns
    -------
    Chart
        Table with the columns of `eastbound.risk.tornado.tornado`, value (equal to high) and period; rows whose swing
        is below three standard errors are left out, and ten are shown at most.
    """
    name = scenario_of(ens, scenario)
    target, read, groups, year = target_and_factors(ens, series_id, at=at, factors=factors, scenario=name)
    table = measure(target, read, groups=groups)
    table = table[table["swing"].abs() >= _SIGNIFICANT * table["error"]].head(_MOST).reset_index(drop=True)
    table = table.assign(value=table["high"], period=str(year))
    facts = facts_of(ens, series_id, scenario=name, book=book)
    facts = replace(facts, title=_("What moves {year}: {label}", year=year, label=facts.label))
    return Chart(table, facts, _FORM, options={"median": float(np.median(target)), "year": year})


def _draw(ax: Axes, chart: Chart) -> None:
    low_color, high_color = canvas.palette(2)[::-1]
    middle, unit = chart.options["median"], chart.facts.unit
    for index, (_key, row) in enumerate(chart.table.iterrows()):
        ax.hlines(index, row["low"], row["high"], color="#BBBBBB", linewidth=8)
        for column, color in (("low", low_color), ("high", high_color)):
            ax.plot(row[column], index, marker="o", color=color, markersize=7, zorder=5)
        right = max(row["low"], row["high"])
        text = numbers.signed(row["swing"], unit)
        ax.annotate(text, (right, index), (8, 0), textcoords="offset points", va="center", fontsize=8.5)
    ax.axvline(middle, color="#555555", linewidth=1.0, linestyle=(0, (4, 3)))
    ax.set_yticks(range(len(chart.table)), [_name(row) for _key, row in chart.table.iterrows()])
    ax.margins(x=0.14)
    ax.set_ylim(len(chart.table) + 0.3, -0.6)  # the largest swing first, and room for the legend below the last
    finish(ax, chart.facts, time=False, named=True)
    ax.set_xlabel(
        _(
            "median of {year}, {unit}",
            year=chart.options["year"],
            unit=numbers.unit_text(unit, aggregate=chart.facts.aggregate),
        )
    )
    for words, color in (
        (_("factor at its 10th percentile, or without the event"), low_color),
        (_("factor at its 90th, or with it"), high_color),
    ):
        ax.plot([], [], marker="o", color=color, linestyle="none", label=words)
    ax.legend(loc="lower right", fontsize=8.5, frameon=False)


def _name(row: pd.Series) -> str:
    if row["kind"] == "event":
        return wrapped(factor_label(row), TICK)
    values = f"{numbers.plain(row['at_low'], row['unit'])} → {numbers.number(row['at_high'], row['unit'])}"
    return f"{wrapped(factor_label(row), TICK)}\n{values}"


def _points(chart: Chart) -> Iterator[Point]:
    unit = chart.facts.unit
    for index, (_key, row) in enumerate(chart.table.iterrows()):
        for column, words in _ENDS:
            text = _(words, label=factor_label(row), value=numbers.number(row[column], unit))
            yield Point(row[column], index, text)


def _caption(chart: Chart) -> str:
    unit, year = chart.facts.unit, chart.options["year"]
    opening = _("The median of {year} is {value}.", year=year, value=numbers.number(chart.options["median"], unit))
    if chart.table.empty:
        return joined(opening, _("No factor moves it by more than chance does."))
    row = chart.table.iloc[0]
    low, high = numbers.plain(row["low"], unit), numbers.number(row["high"], unit)
    message = _EVENT_SWINGS if row["kind"] == "event" else _FACTOR_SWINGS
    return joined(
        opening, _(message, label=factor_label(row), low=low, high=high), _("Other factors are not held fixed.")
    )


def _text_table(chart: Chart) -> pd.DataFrame:
    unit, rows = chart.facts.unit, []
    for _key, row in chart.table.iterrows():
        factor = row["kind"] == "factor"
        span = numbers.between(numbers.plain(row["at_low"], row["unit"]), numbers.number(row["at_high"], row["unit"]))
        rows.append(
            {
                "factor": factor_label(row),
                "10th to 90th percentile": span if factor else _("without / with"),
                "median at the low end": numbers.number(row["low"], unit),
                "median at the high end": numbers.number(row["high"], unit),
                "swing": f"{numbers.signed(row['swing'], unit)} ± {numbers.plain(row['error'])}",
            }
        )
    return pd.DataFrame(rows) if rows else pd.DataFrame({"factor": [_("none moves the median by more than chance")]})


_ENDS = (
    ("low", mark("{label}, at its 10th percentile, or without the event: median {value}")),
    ("high", mark("{label}, at its 90th, or with it: median {value}")),
)
_EVENT_SWINGS = mark("The largest swing goes with {label}: {low} and {high} without and with the event.")
_FACTOR_SWINGS = mark(
    "The largest swing goes with {label}: {low} and {high} where the factor is low and where it is high."
)
_FORM = Form(mark("Tornado chart of medians by factor"), _draw, _caption, _text_table, size=(8.6, 5.6), points=_points)
