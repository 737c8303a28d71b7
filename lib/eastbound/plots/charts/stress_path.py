"""The years before a limit breaks: how a series and its factors leave the middle of the forecast on the way there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.language import _, mark
from eastbound.plots.bands import axis_position, facts_of, only, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.hover import Point
from eastbound.plots.risk_parts import limit_or_tenth, target_and_factors
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.style.letters import wrapped
from eastbound.risk.factors import normal_scores
from eastbound.risk.reverse import FEWEST, inverse_correlation
from eastbound.risk.reverse import reverse_stress as search
from eastbound.risk.sample import Sample

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.risk.factors import Factors
    from eastbound.typing import Bools, Floats, Ints

_NEAREST: Final = 0.5  # part of the futures beyond the limit: those nearest to the most likely combination (judgement)
_WIDTH: Final = 34  # characters of a line of text beside the lines of the chart
_EDGES: Final = [0.1, 0.5, 0.9]


def stress_path(
    ens: xr.Dataset,
    series_id: str,
    *,
    limit: float | None = None,
    at: int = 2030,
    below: bool = True,
    factors: Sequence[str] = (),
    book: Evidence | None = None,
) -> Chart:
    """Chart the path to a limit: year by year, how far a series and its factors lie from the middle of the forecast.

    Parameters
    ----------
    ens, series_id, limit, at, below, factors, book
        As for `eastbound.plots.reverse_stress`.

    Returns
    -------
    Chart
        Table with one row a series and year up to `at`: series, label, unit, period, x, value (median of the chosen
        futures, in standard deviations from the median of all), low_80, high_80, level (the same median in the unit
        of the series) and middle (median of all futures).

    Notes
    -----
    The chosen futures break the limit and are the half nearest to the most likely combination of factors that does,
    at least 20 of them. Standard deviations are those of ranks on a normal scale.
    """
    name = scenario_of(ens)
    target, read, _groups, year = target_and_factors(ens, series_id, at=at, factors=factors, scenario=name)
    limit = limit_or_tenth(target, limit, below=below)
    result = search(target, read, limit, below=below)
    near = _nearest(read, result.scores, target <= limit if below else target >= limit)
    sample = Sample(only(ens, name))
    ids = (series_id, *read.names)
    known = np.all([np.isfinite(sample.at(each, year)[0]) for each in ids], axis=0)
    draws = np.flatnonzero(known)[near]
    table = pd.concat([_path(sample, each, draws, until=year) for each in ids], ignore_index=True)
    title = mark("The way to a limit: {label}")
    facts = facts_of(ens, series_id, title=title, scenario=name, book=book)
    return Chart(table, facts, _FORM, options={"limit": limit, "below": below, "year": year, "count": len(draws)})


def _nearest(read: Factors, point: Floats, fails: Bools) -> Ints:
    """Return the draws beyond the limit that are nearest to a point."""
    scores = normal_scores(read.values)
    inverse = inverse_correlation(scores)
    away = scores - point
    distances = np.where(fails, np.einsum("ni,ij,nj->n", away, inverse, away), np.inf)
    count = max(FEWEST, round(_NEAREST * fails.sum()))
    return np.argsort(distances, kind="stable")[:count]


def _path(sample: Sample, series_id: str, draws: Ints, *, until: int) -> pd.DataFrame:
    paths, card = sample.paths(series_id), sample.ens.variables[series_id].attrs
    rows = []
    for period, values in zip(paths.periods, paths.values[0], strict=True):
        if int(period) > until or not np.isfinite(values).all():
            continue
        low, middle, high = np.quantile(normal_scores(values)[draws], _EDGES)
        levels = {"level": float(np.median(values[draws])), "middle": float(np.median(values))}
        scores = {"value": middle, "low_80": low, "high_80": high}
        rows.append({"period": period, "x": axis_position(period), **scores, **levels})
    columns = {"series": series_id, "label": _(str(card["label"])), "unit": str(card["unit"])}
    return pd.DataFrame(rows).assign(**columns)


def _draw(ax: Axes, chart: Chart) -> None:
    parts = list(chart.table.groupby("series", sort=False))
    colors = canvas.palette(len(parts))
    _name, first = parts[0]
    ax.fill_between(first["x"], first["low_80"], first["high_80"], color=colors[0], alpha=0.15, linewidth=0)
    ends = []
    for index, (_series, part) in enumerate(parts):
        width = 2.6 if index == 0 else 1.5
        dashes = canvas.DASHES[index % len(canvas.DASHES)]
        ax.plot(part["x"], part["value"], color=colors[index], linewidth=width, dashes=dashes, marker="o", markersize=3)
        ends.append((float(part["value"].iloc[-1]), str(part["label"].iloc[0]), colors[index]))
    ax.axhline(0.0, color="#555555", linewidth=1.0)
    ax.margins(y=0.1)
    canvas.end_labels(ax, [e[0] for e in ends], [wrapped(e[1], _WIDTH) for e in ends], colors=[e[2] for e in ends])
    words = _("thick line and band: median and 80 % of the chosen futures")
    ax.annotate(words, (0.01, 0.02), xycoords="axes fraction", fontsize=8.5)
    finish(ax, chart.facts)
    ax.set_ylabel(_("standard deviations from the median of all futures"))


def _points(chart: Chart) -> Iterator[Point]:
    for row in chart.table.to_dict("records"):
        text = _(
            "{series}, {year}: {level} on this way, {middle} in all futures",
            series=row["label"], year=row["period"], level=numbers.number(row["level"], row["unit"]),
            middle=numbers.number(row["middle"], row["unit"]),
        )  # fmt: skip
        yield Point(row["x"], row["value"], text)


def _caption(chart: Chart) -> str:
    options, table = chart.options, chart.table
    last = table[table["period"] == str(options["year"])].iloc[1:]
    strongest = last.iloc[int(last["value"].abs().argmax())]
    message = _BELOW if options["below"] else _ABOVE
    return _(
        message,
        count=options["count"], limit=numbers.level(options["limit"], chart.facts.unit), year=options["year"],
        series=strongest["label"], level=numbers.number(strongest["level"], strongest["unit"]),
    )  # fmt: skip


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = []
    for row in chart.table.to_dict("records"):
        level, middle = (numbers.number(row[column], row["unit"]) for column in ("level", "middle"))
        spread = numbers.signed(row["value"])
        cells = {"series": row["label"], "year": row["period"], "on this way": level, "all futures": middle}
        rows.append(cells | {"standard deviations": spread})
    return pd.DataFrame(rows)


_BELOW = mark(
    "In the {count} futures followed here, which are at or below {limit} in {year}, the factor that moves most is "
    "{series}: its median is {level}."
)
_ABOVE = mark(
    "In the {count} futures followed here, which are at or above {limit} in {year}, the factor that moves most is "
    "{series}: its median is {level}."
)
_FORM = Form(mark("Line chart of the way to a limit"), _draw, _caption, _text_table, size=(8.6, 4.8), points=_points)
