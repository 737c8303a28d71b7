"""Fan chart: observed values of one series and the spread of its simulated futures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.constants import BANDS
from eastbound.ensemble import summary
from eastbound.language import _, mark
from eastbound.plots.bands import LEVELS, MONTHS_SHOWN, Frequency, bands, facts_of, only, scenario_of
from eastbound.plots.chart import Chart, Form
from eastbound.plots.citations import caption_notes
from eastbound.plots.observed import last_observed, observed
from eastbound.plots.sentences import band_columns, defined_words, median_words, observed_words
from eastbound.plots.style import marks, numbers
from eastbound.plots.style.axes import fan_and_history, finish, mark_months
from eastbound.plots.words import joined, worded

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def fan(
    ens: xr.Dataset,
    series_id: str,
    *,
    scenario: str | None = None,
    freq: Frequency = "Y",
    book: Evidence | None = None,
    threshold: float | None = None,
    months: tuple[str, tuple[int, ...]] | None = None,
) -> Chart:
    """Chart the observed values of a series and the fan of its simulated futures.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    freq : {"Y", "M"}
        Years, or months within two years of the last observed one.
    book : Evidence, optional
        Gives the observed values, their notes and the source line.
    threshold : float, optional
        A level to mark, in the unit of the series.
    months : (text, months), optional
        Calendar months to mark in every year of a monthly chart, such as ``("planned stop", (3, 9))``.

    Returns
    -------
    Chart
        Table with columns part (observed, simulated), period, x (decimal year), value (observed value or median),
        low, high and grade (of an observation), low_50 … high_95, defined (share of draws).

    Raises
    ------
    UnknownName
        If the ensemble has no such series or scenario.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2025-12-31"), until=2027, quick=True)
    >>> eb.plots.fan(ens, "gas.pos.deliveries").text_table(at=[2027]).columns.tolist()
    ['period', 'median', '50 % interval', '80 % interval', '95 % interval']
    """
    name = scenario_of(ens, scenario)
    table = fan_frame(ens, series_id, scenario=name, freq=freq, book=book)
    facts = facts_of(ens, series_id, scenario=name, freq=freq, book=book)
    options = {"threshold": threshold, "months": months}
    return Chart(table, facts, _FORM, options=options, observed=caption_notes(table, facts.unit, book=book))


def fan_frame(
    ens: xr.Dataset, series_id: str, *, scenario: str, freq: Frequency = "Y", book: Evidence | None = None
) -> pd.DataFrame:
    """Return observed and simulated values of a series below one another, with the columns that `fan` lists."""
    simulated = bands(summary.quantiles(only(ens, scenario), series_id, freq=freq, levels=LEVELS))
    table = simulated.drop(columns="scenario").assign(part="simulated", grade="")
    past = observed(book, series_id, freq=freq)
    if freq == "M":
        end = last_observed(book, series_id) or float(table["x"].iloc[0])
        table, past = (part[(part["x"] - end).abs() <= MONTHS_SHOWN / 12 + 0.04] for part in (table, past))
        # months known only as part of a sum stay simulated, given the sum
        table = table[table["x"] > past["x"].max() + 0.01] if len(past) else table
    return pd.concat([past.assign(part="observed", defined=1.0), table], ignore_index=True) if len(past) else table


def _draw(ax: Axes, chart: Chart) -> None:
    threshold, months = chart.options["threshold"], chart.options["months"]
    if threshold is not None:  # first, because it may widen the limits that the labels at the end of the fan rely on
        marks.threshold_line(ax, threshold, numbers.level(threshold, chart.facts.unit))
    fan_and_history(ax, chart.table, freq=chart.facts.freq)
    if months is not None:
        mark_months(ax, months=months[1], text=worded(months[0]))
    finish(ax, chart.facts)


def _caption(chart: Chart) -> str:
    table, unit = chart.table, chart.facts.unit
    past, ahead = table[table["part"] == "observed"], table[table["part"] == "simulated"]
    last = _("The last observed value is {value}.", value=observed_words(past.iloc[-1], unit)) if len(past) else ""
    if ahead.empty:
        return joined(last, _("No simulated value is defined."))
    end = ahead.iloc[-1]
    return joined(last, median_words(end, unit)) + defined_words(end, chart.facts.draws)


def _text_table(chart: Chart) -> pd.DataFrame:
    ahead = chart.table[chart.table["part"] == "simulated"]
    return pd.DataFrame({"period": ahead["period"], **band_columns(ahead, chart.facts.unit, masses=BANDS)})


_FORM = Form(mark("Fan chart with 50, 80 and 95 % bands"), _draw, _caption, _text_table)
