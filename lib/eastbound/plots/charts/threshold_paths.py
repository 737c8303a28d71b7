"""Probability of reaching a threshold under each of three definitions, with Monte-Carlo error bars."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.language import _, mark
from eastbound.plots.bands import facts_of, only, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.probability_curves import AT_LEAST, error_words
from eastbound.plots.sentences import chance_words
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.words import worded
from eastbound.risk.sample import Sample
from eastbound.risk.thresholds import BY_MONTH, BY_YEAR, DEFINITIONS, IN_PERIOD, threshold_path

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_EVENTS: Final = {
    IN_PERIOD: mark("the year {period} itself is at or above {level}"),
    BY_YEAR: mark("at least one calendar year has been by {period}"),
    BY_MONTH: mark("any twelve months in a row have been by {period}"),
}


def threshold_paths(
    ens: xr.Dataset,
    series_id: str,
    *,
    threshold: float,
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Chart:
    """Chart the probability by year of being at or above a threshold, one curve for each definition.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    threshold : float
        In the unit of the series.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the last data date and the source line.

    Returns
    -------
    Chart
        Table with the columns of `eastbound.risk.thresholds.threshold_path` and x. Bars are 95 % Wilson intervals:
        the error of counting draws, not the uncertainty of the model.

    See Also
    --------
    probabilities : several thresholds, in the year.
    first_passage : several thresholds, in any year by then.
    """
    name = scenario_of(ens, scenario)
    sample = Sample(only(ens, name))
    parts = [threshold_path(sample, series_id, threshold, definition=words) for words in DEFINITIONS]
    table = pd.concat(parts, ignore_index=True).drop(columns="scenario")
    table = table.assign(x=table["period"].astype(float))
    reached = AT_LEAST + numbers.level(threshold, str(ens[series_id].attrs["unit"]))
    facts = facts_of(ens, series_id, scenario=name, book=book)
    facts = replace(facts, title=_("Probability of {level}: {label}", level=reached, label=facts.label))
    return Chart(table, facts, _FORM, options={"threshold": float(threshold)})


def _draw(ax: Axes, chart: Chart) -> None:
    ax.set_ylim(-1, 101)
    colors = canvas.palette(len(DEFINITIONS))
    parts = [(str(words), part) for words, part in chart.table.groupby("definition", sort=False)]
    ends = []
    for index, (_key, part) in enumerate(parts):
        x, height = part["x"].to_numpy(dtype=float), 100 * part["probability"].to_numpy(dtype=float)
        bars = [height - 100 * part["low"], 100 * part["high"] - height]
        style = canvas.DASHES[index % len(canvas.DASHES)]
        ax.errorbar(x, height, yerr=bars, color=colors[index], dashes=style, marker="o", markersize=3, capsize=2)
        ends.append(float(height[-1]))
    canvas.end_labels(
        ax, ends, [worded(words) for words, _key in parts], colors=[canvas.text_color(color) for color in colors]
    )
    finish(ax, chart.facts)
    ax.set_ylabel(_("probability, % (bars: Monte-Carlo error)"))


def _caption(chart: Chart) -> str:
    last = chart.table[chart.table["period"] == chart.table["period"].max()]
    level = numbers.level(chart.options["threshold"], chart.facts.unit)
    parts = [
        _("{chance} that {event}", chance=chance_words(row), event=_event(row, level)) for _key, row in last.iterrows()
    ]
    return _("The probability is {first}, and {last}.", first=_(", ").join(parts[:-1]), last=parts[-1])


def _event(row: pd.Series, level: str) -> str:
    return _(_EVENTS[row.definition], period=row["period"], level=level)


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = []
    for period, part in chart.table.groupby("period", sort=True):
        cells = {str(line["definition"]): chance_words(line) for _key, line in part.iterrows()}
        rows.append({"year": str(period), **cells, "Monte-Carlo error": error_words(part["mcse"].max())})
    return pd.DataFrame(rows)


_FORM = Form(mark("Line chart of probabilities by year with error bars"), _draw, _caption, _text_table)
