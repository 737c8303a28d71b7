"""Probability, year by year, that a series is at or above each of some thresholds in that year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from eastbound.ensemble import summary
from eastbound.language import _, mark
from eastbound.plots.bands import facts_of, only, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.probability_curves import curve_rows, draw_curves
from eastbound.plots.sentences import chance_words
from eastbound.plots.style import numbers
from eastbound.plots.words import joined

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def probabilities(
    ens: xr.Dataset,
    series_id: str,
    *,
    thresholds: Sequence[float],
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Chart:
    """Chart the probability that the figure of a year is at or above each threshold.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    thresholds : sequence of float
        In the unit of the series.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the last data date and the source line.

    Returns
    -------
    Chart
        Table with columns series_id, period, op, threshold, probability (in [0, 1]), mcse (Monte-Carlo standard
        error), x.

    See Also
    --------
    first_passage : the probability that a year has reached the level *by* then.
    """
    name = scenario_of(ens, scenario)
    years = [int(year) for year in np.unique(ens["period"].dt.year)]
    table = summary.exceedance(only(ens, name), series_id, thresholds, at=years).drop(columns="scenario")
    table = table.assign(x=table["period"].astype(float))
    return Chart(
        table,
        facts_of(ens, series_id, title=mark("Probability in each year: {label}"), scenario=name, book=book),
        _FORM,
    )


def _caption(chart: Chart) -> str:
    last = chart.table[chart.table["period"] == chart.table["period"].max()]
    sentences = []
    for _key, row in last.iterrows():
        words = {"level": numbers.level(row["threshold"], chart.facts.unit), "period": row["period"]}
        chance = chance_words(row)
        sentences.append(
            _("The probability of being at or above {level} in {period} is {chance}.", **words, chance=chance)
        )
    return joined(*sentences)


_FORM = Form(mark("Line chart of probabilities by year"), draw_curves, _caption, curve_rows)
