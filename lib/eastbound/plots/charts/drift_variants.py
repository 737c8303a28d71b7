"""One year of Primorye's China share under each view of its drift, beside the published claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.constants import BANDS
from eastbound.ensemble import summary
from eastbound.language import _, mark
from eastbound.names import OWN_HISTORY, REFERENCE_CLASS
from eastbound.plots.bands import LEVELS, bands, facts_of, only, scenario_of, years_in
from eastbound.plots.chart import Chart, Form
from eastbound.plots.probability_curves import AT_LEAST, error_words, event_probability
from eastbound.plots.sentences import band_columns, band_words, claimed_words, interval_masses
from eastbound.plots.style import canvas, marks, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.words import worded
from eastbound.scenarios.reporting import Claim, load_reporting

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

VARIANTS = {OWN_HISTORY: mark("own history"), REFERENCE_CLASS: mark("reference class"), "": mark("joint posterior")}


def drift_variants(
    ens: xr.Dataset,
    *,
    thresholds: Sequence[float],
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Chart:
    """Chart the claimed share in its year by own history, by the reference class and by their joint posterior.

    Series, band and year are those of the published claim in params/reporting.yml.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its last year when it does not reach the year of the claim.
    thresholds : sequence of float
        Levels whose probabilities the table states, in percent.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the last data date and the source line.

    Returns
    -------
    Chart
        Table with columns variant, period, value (median), low_50 … high_95, defined, p_<threshold>, inside
        (probability of the claimed band), mcse (largest of the row).
    """
    claim = load_reporting().claim
    name = scenario_of(ens, scenario)
    year = years_in(ens, [claim.year])[0]
    part = only(ens, name)
    rows = [_row(part, suffix, claim, year=year, thresholds=thresholds) for suffix in VARIANTS]
    facts = facts_of(ens, claim.series, scenario=name, book=book)
    facts = replace(facts, title=_("{label} in {year}", label=facts.label, year=year))
    return Chart(pd.DataFrame(rows), facts, _FORM, options={"claim": claim, "thresholds": tuple(thresholds)})


def _row(ens: xr.Dataset, suffix: str, claim: Claim, *, year: int, thresholds: Sequence[float]) -> dict[str, object]:
    series_id = f"{claim.series}.{suffix}".rstrip(".")
    draws = summary.annual(ens, series_id).sel(year=year).to_numpy().ravel()
    events = {f"p_{level:g}": draws >= level for level in thresholds}
    events["inside"] = (draws >= claim.low) & (draws <= claim.high)
    chance, error = event_probability(ens, np.stack(list(events.values())))
    row = bands(summary.quantiles(ens, series_id, levels=LEVELS)).set_index("period").loc[str(year)]
    chances = dict(zip(events, map(float, chance), strict=True))
    return {
        "variant": VARIANTS[suffix],
        "period": str(year),
        **row.drop(["scenario", "x"]),
        **chances,
        "mcse": float(error.max()),
    }


def _draw(ax: Axes, chart: Chart) -> None:
    table, claim = chart.table, chart.options["claim"]
    marks.target_band(ax, claim.low, claim.high, text=claimed_words(claim))
    for index, (color, (_key, row)) in enumerate(zip(canvas.palette(len(table)), table.iterrows(), strict=True)):
        marks.interval(ax, index, row, color=color)
    inside = [
        worded(row["variant"]) + "\n" + _("{chance} inside the band", chance=_chance(row, "inside"))
        for _key, row in table.iterrows()
    ]
    ax.set_xticks(range(len(inside)), inside)
    ax.set_xlim(-0.5, len(inside) - 0.5)
    finish(ax, chart.facts, time=False)
    for index, (_key, row) in enumerate(table.iterrows()):
        marks.interval_labels(ax, index, row, unit=chart.facts.unit)
    ax.set_xlabel(_("drift model; bars are the central {outer}, {middle} and {inner} % intervals", **interval_masses()))


def _caption(chart: Chart) -> str:
    sentences = [
        _(
            "{variant} {value}, {chance} inside {band}",
            variant=worded(row["variant"]),
            value=band_words(row, chart.facts.unit),
            chance=_chance(row, "inside"),
            band=_band(chart),
        )
        for _key, row in chart.table.iterrows()
    ]
    period, parts = chart.table["period"].iloc[0], _("; ").join(sentences)
    return _("Median share in {period} by drift model: {parts}.", period=period, parts=parts)


def _text_table(chart: Chart) -> pd.DataFrame:
    table, unit = chart.table, chart.facts.unit
    columns = {
        "drift model": [_(variant) for variant in table["variant"]],
        **band_columns(table, unit, masses=BANDS[1:]),
    }
    events = {AT_LEAST + numbers.level(level, unit): f"p_{level:g}" for level in chart.options["thresholds"]}
    for head, column in {**events, _band(chart): "inside"}.items():
        columns[head] = [_chance(row, column) for _key, row in table.iterrows()]
    columns["Monte-Carlo error"] = [error_words(error) for error in table["mcse"]]
    return pd.DataFrame(columns)


def _chance(row: pd.Series, column: str) -> str:
    return numbers.probability(float(row[column]), float(row["mcse"]))


def _band(chart: Chart) -> str:
    claim = chart.options["claim"]
    return numbers.interval(claim.low, claim.high, chart.facts.unit)


_FORM = Form(mark("Interval chart of three drift models"), _draw, _caption, _text_table)
