"""Probability that at least one full year has reached a threshold by each year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import xarray as xr

from eastbound.ensemble import summary
from eastbound.language import _, mark
from eastbound.plots.bands import facts_of, only, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.observed import observed
from eastbound.plots.probability_curves import curve_rows, draw_curves
from eastbound.plots.sentences import chance_words
from eastbound.plots.style import numbers
from eastbound.plots.words import joined

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LEVEL: Final = mark("The probability that at least one full year has reached {level} by {period} is {chance}.")
_PEAK: Final = mark(
    "The probability that at least one full year has reached {level}, the record of {year}, by {period} is {chance}."
)


def first_passage(
    ens: xr.Dataset,
    series_id: str,
    *,
    thresholds: Sequence[float] = (),
    peak: bool = False,
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Chart:
    """Chart the probability that at least one full year has reached each threshold by each year.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    thresholds : sequence of float
        In the unit of the series.
    peak : bool
        Whether the highest observed year of the book is a threshold too.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the highest observed year, the last data date and the source line.

    Returns
    -------
    Chart
        Table with columns series_id, threshold, period, probability (reached by then, in [0, 1]), mcse, x.

    See Also
    --------
    probabilities : the probability of being at or above the level *in* a given year.
    """
    name = scenario_of(ens, scenario)
    past = observed(book, series_id, freq="Y")
    highest = past.loc[[past["value"].idxmax()]] if peak and len(past) else past.iloc[:0]
    levels = sorted({*map(float, thresholds), *map(float, highest["value"])})
    table = summary.first_passage(only(ens, name), series_id, levels)
    table = table.drop(columns=["probability", "scenario"]).rename(columns={"by": "probability"})
    table = table.assign(x=table["period"].astype(float))
    facts = facts_of(ens, series_id, title=mark("Reached at least once by then: {label}"), scenario=name, book=book)
    peaks = zip(highest["value"], highest["period"], strict=True)
    return Chart(table, facts, _FORM, options={"peak": {float(value): str(year) for value, year in peaks}})


def _caption(chart: Chart) -> str:
    last = chart.table[chart.table["period"] == chart.table["period"].max()]
    sentences = []
    for _key, row in last.iterrows():
        year = chart.options["peak"].get(row["threshold"])
        level = numbers.level(row["threshold"], chart.facts.unit)
        words = {"level": level, "period": row["period"], "chance": chance_words(row)}
        sentences.append(_(_PEAK, **words, year=year) if year else _(_LEVEL, **words))
    return joined(*sentences)


_FORM = Form(mark("Line chart of cumulative probabilities by year"), draw_curves, _caption, curve_rows)
