"""Probability that each milestone has been reached by the end of each year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble.with_views import held_text
from eastbound.errors import UnknownName
from eastbound.language import _, mark
from eastbound.plots.bands import only, scenario_of, titles
from eastbound.plots.chart import Chart, Facts, Form
from eastbound.plots.observed import footer_text
from eastbound.plots.probability_curves import curve_rows, draw_curves, event_probability
from eastbound.plots.style import numbers
from eastbound.plots.words import joined

CURVE_END = 2045  # the year by which the chance of never is stated (METHODS, Rulings)


def milestone_dates(ens: xr.Dataset, milestones: Sequence[str], *, scenario: str | None = None) -> Chart:
    """Chart the probability that each milestone has been reached by the end of each year.

    What a curve lacks to 100 % in the year 2045 is the chance that the milestone never comes.

    Parameters
    ----------
    ens : xarray.Dataset
        With variables ``milestone.<id>``, dims (scenario, draw): decimal years, infinite for never.
    milestones : sequence of str
        Milestone ids.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    Chart
        Table with one row per milestone and year; columns period (the year), x (its end as a decimal year),
        probability (reached by then, in [0, 1]), mcse (Monte-Carlo standard error of it), milestone (id), threshold
        (the milestone's title) and never (probability that it never comes).

    Raises
    ------
    UnknownName
        If the ensemble has no such milestone.
    """
    name = scenario_of(ens, scenario)
    part = only(ens, name)
    dates = {item: milestone_years(part, item) for item in milestones}
    first = int(ens["period"].dt.year[0])
    latest = max(int(years[np.isfinite(years)].max(initial=first)) for years in dates.values())
    years = np.arange(first, max(int(ens["period"].dt.year[-1]), min(latest, CURVE_END)) + 1)
    parts = []
    for item, when in dates.items():
        share, error = event_probability(part, when[None, :] < years[:, None] + 1)
        columns = {"period": years.astype(str), "x": years.astype(float), "probability": share, "mcse": error}
        never = float(np.isinf(when).mean())
        parts.append(pd.DataFrame(columns).assign(milestone=item, threshold=milestone_title(ens, item), never=never))
    facts = Facts(
        title=_("Reached by the end of the year"),
        label=_("Milestones reached"),
        unit="percent",
        footer=footer_text(ens, None, ()),
        scenario=titles(ens)[name],
        draws=ens.sizes["draw"],
        held=held_text(ens),
    )
    return Chart(pd.concat(parts, ignore_index=True), facts, _FORM)


def milestone_years(ens: xr.Dataset, milestone: str) -> np.ndarray:
    """Return the dates of a milestone in an ensemble of one scenario: decimal years by draw, infinite for never."""
    name = f"milestone.{milestone}"
    if name not in ens.data_vars:
        known = [str(v).removeprefix("milestone.") for v in ens.data_vars if str(v).startswith("milestone.")]
        raise UnknownName("milestone", milestone, known, where="this ensemble")
    return np.asarray(ens[name], dtype=np.float64).ravel()


def milestone_title(ens: xr.Dataset, milestone: str) -> str:
    """Return the title of a milestone as its scenario file gives it, or its id in words."""
    return _(str(ens[f"milestone.{milestone}"].attrs.get("label") or milestone.replace("_", " ")))


def _caption(chart: Chart) -> str:
    sentences = []
    for title, part in chart.table.groupby("threshold", sort=False):
        half = part[part["probability"] >= 0.5]
        when = (
            _("reached in half of the futures by {year}", year=half["period"].iloc[0])
            if len(half)
            else _("not reached in most futures")
        )
        never = numbers.probability(float(part["never"].iloc[0]), float(part["mcse"].max()))
        never = _("under {share}", share=never[1:]) if never.startswith("<") else never
        sentences.append(_("{title}: {when}, {chance} chance of never.", title=title, when=when, chance=never))
    return joined(*sentences)


_FORM = Form(mark("Step chart of the probability that a milestone has been reached"), draw_curves, _caption, curve_rows)
