"""Reverse stress: the most likely combination of factors with which a quantity breaks a limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.language import _, digits, mark
from eastbound.plots.bands import facts_of, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.hover import Point
from eastbound.plots.risk_parts import TICK, factor_label, limit_or_tenth, target_and_factors
from eastbound.plots.style import numbers
from eastbound.plots.style.axes import HUE, finish
from eastbound.plots.style.letters import wrapped
from eastbound.plots.words import joined
from eastbound.risk.factors import from_scores, normal_scores
from eastbound.risk.reverse import nearest_group
from eastbound.risk.reverse import reverse_stress as search

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def reverse_stress(
    ens: xr.Dataset,
    series_id: str,
    *,
    limit: float | None = None,
    at: int = 2030,
    below: bool = True,
    factors: Sequence[str] = (),
    book: Evidence | None = None,
) -> Chart:
    """Chart the most likely combination of factors with which a series breaks a limit.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    series_id : str
        A variable of the ensemble.
    limit : float, optional
        In the unit of the series; by default the level that a tenth of the futures break.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    below : bool
        Whether the limit is broken by less (default) or by more.
    factors : sequence of str
        Ids of other series; without any, those of `eastbound.risk.factors.DEFAULTS`.
    book : Evidence, optional
        Gives the last data date and the source line.

    Returns
    -------
    Chart
        Table with one row a factor: factor, label, unit, value (standard deviations from its median), level (the same
        in its unit), median and period.

    See Also
    --------
    eastbound.risk.reverse.reverse_stress : the method.
    """
    name = scenario_of(ens)
    target, read, groups, year = target_and_factors(ens, series_id, at=at, factors=factors, scenario=name)
    limit = limit_or_tenth(target, limit, below=below)
    result = search(target, read, limit, below=below)
    medians = from_scores(read.values, 0.0 * result.scores)
    columns = {"factor": read.names, "label": read.labels, "unit": read.units, "value": result.scores}
    table = pd.DataFrame({**columns, "level": result.values, "median": medians, "period": str(year)})
    table = table.sort_values("value", key=lambda scores: -scores.abs(), ignore_index=True)
    nearest = nearest_group(normal_scores(read.values), result.scores, groups)[:1]
    facts = facts_of(ens, series_id, scenario=name, book=book)
    facts = replace(facts, title=_("The most likely way to a limit in {year}: {label}", year=year, label=facts.label))
    options = {"result": result, "below": below, "year": year, "nearest": nearest, "draws": len(target)}
    return Chart(table, facts, _FORM, options=options)


def _draw(ax: Axes, chart: Chart) -> None:
    for index, (_key, row) in enumerate(chart.table.iterrows()):
        ax.hlines(index, 0.0, row["value"], color=HUE, linewidth=8, alpha=0.5)
        ax.plot(row["value"], index, marker="o", color=HUE, markersize=7, zorder=5)
        text, side = _sd(row["value"]), 1 if row["value"] >= 0 else -1
        placement: dict[str, Any] = {
            "textcoords": "offset points",
            "va": "center",
            "ha": "left" if side > 0 else "right",
        }
        ax.annotate(text, (row["value"], index), (8 * side, 0), fontsize=8.5, **placement)
    ax.axvline(0.0, color="#555555", linewidth=1.0)
    ax.set_yticks(range(len(chart.table)), [_name(row) for _key, row in chart.table.iterrows()])
    ax.invert_yaxis()
    ax.margins(x=0.14, y=0.12)
    finish(ax, chart.facts, time=False, named=True)
    ax.set_xlabel(_("standard deviations from the median of each factor"))


def _sd(value: float) -> str:
    return digits(f"{value:+z.1f}".replace("-", numbers.MINUS))


def _name(row: pd.Series) -> str:
    change = f"{numbers.plain(row['median'], row['unit'])} → {numbers.number(row['level'], row['unit'])}"
    return f"{wrapped(factor_label(row), TICK)}\n{change}"


def _points(chart: Chart) -> Iterator[Point]:
    for index, (_key, row) in enumerate(chart.table.iterrows()):
        name = _name(row).replace("\n", ": ")
        yield Point(
            row["value"],
            index,
            _("{name}, {count} standard deviations from its median", name=name, count=_sd(row["value"])),
        )


def _caption(chart: Chart) -> str:
    result, options = chart.options["result"], chart.options
    error = (result.probability * (1.0 - result.probability) / options["draws"]) ** 0.5
    limit = numbers.level(result.limit, chart.facts.unit)
    chance = numbers.probability(result.probability, error)
    message = _BELOW if options["below"] else _ABOVE
    words = _(message, limit=limit, year=options["year"], chance=chance, distance=numbers.fixed(result.distance, 1))
    if not options["nearest"]:
        return words
    branch, distance = options["nearest"][0]
    return joined(words, _(_NEAREST, branch=branch, distance=numbers.fixed(distance, 1)))


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = [
        {
            "factor": factor_label(row),
            "median": numbers.number(row["median"], row["unit"]),
            "at the limit": numbers.number(row["level"], row["unit"]),
            "standard deviations": _sd(row["value"]),
        }
        for _key, row in chart.table.iterrows()
    ]
    return pd.DataFrame(rows)


_BELOW = mark(
    "The probability of {limit} or less in {year} is {chance}. The most likely combination that leads there is "
    "{distance} standard deviations from the middle of the forecast."
)
_ABOVE = mark(
    "The probability of {limit} or more in {year} is {chance}. The most likely combination that leads there is "
    "{distance} standard deviations from the middle of the forecast."
)
_NEAREST = mark("The branch whose middle is nearest to it is “{branch}”, {distance} standard deviations away.")
_FORM = Form(mark("Bar chart of a reverse stress test"), _draw, _caption, _text_table, size=(8.6, 4.8), points=_points)
