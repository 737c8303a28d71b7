"""Probability that a year is lower than the year before, and of at least one such fall by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from eastbound.ensemble import summary
from eastbound.language import _, mark
from eastbound.plots.bands import facts_of, only, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.probability_curves import curve_rows, draw_curves
from eastbound.plots.sentences import chance_words

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

SINGLE, EVER = mark("falls that year"), mark("has fallen by then")


def falls(ens: xr.Dataset, series_id: str, *, scenario: str | None = None, book: Evidence | None = None) -> Chart:
    """Chart the probability of a yearly fall: in each year, and at least once by then.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the observed year before the first simulated one; without it the first year is left out.

    Returns
    -------
    Chart
        Table with columns period, x, threshold (``falls that year``, ``has fallen by then``), probability (in [0, 1]),
        mcse. A year falls when its total is below that of the year before, however little.
    """
    name = scenario_of(ens, scenario)
    part = only(ens, name)
    table = summary.falls(part, series_id, book=book).drop(columns="scenario")
    single = table.assign(threshold=_(SINGLE), mcse=table["mcse_year"])
    ever = table.assign(threshold=_(EVER), probability=table["by"])
    both = pd.concat([single, ever], ignore_index=True).drop(columns=["by", "mcse_year"])
    both = both.assign(x=both["period"].astype(float))
    return Chart(both, facts_of(ens, series_id, title=mark("Yearly falls: {label}"), scenario=name, book=book), _FORM)


def _caption(chart: Chart) -> str:
    single, ever = (chart.table[chart.table["threshold"] == _(name)] for name in (SINGLE, EVER))
    first, last = single.iloc[0], ever.iloc[-1]
    return _(
        "The probability of a fall in {first} is {chance}; that of at least one yearly fall by {last} is {ever}.",
        first=first["period"],
        chance=chance_words(first),
        last=last["period"],
        ever=chance_words(last),
    )


_FORM = Form(mark("Line chart of the probability of a yearly fall"), draw_curves, _caption, curve_rows)
