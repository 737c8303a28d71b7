"""What it costs to believe a published claim: one year of a share as forecast and under stated beliefs."""

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
from eastbound.ensemble.views import apply_views
from eastbound.ensemble.with_views import strength
from eastbound.errors import InputError, ModelError
from eastbound.language import _, mark
from eastbound.plots.bands import LEVELS, bands, facts_of, only, scenario_of, years_in
from eastbound.plots.chart import Chart, Form
from eastbound.plots.sentences import band_columns, band_words, claimed_words, interval_masses
from eastbound.plots.style import canvas, marks, numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.words import joined
from eastbound.scenarios.expressions import Bound
from eastbound.scenarios.reporting import Claim, load_reporting
from eastbound.scenarios.statements import Chance

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

AS_FORECAST = mark("as forecast")


def beliefs(ens: xr.Dataset, *, chances: Sequence[float], book: Evidence | None = None) -> Chart:
    """Chart the claimed share in its year as forecast, and with the published claim believed.

    Series, band and year are those of the claim in params/reporting.yml.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used, and its last year when it does not reach the year of the claim.
    chances : sequence of float
        Probabilities to give the claimed band, in [0, 1].
    book : Evidence, optional
        Gives the last data date and the source line.

    Returns
    -------
    Chart
        Table with columns belief, stated, period, value, low_50 … high_95, defined, chance (of the band), mcse, kl
        (distance from the forecast, nats), ess (effective share of the draws), largest (weight times the number of
        draws), refused (why the draws cannot carry a belief; its numbers are then missing). The first row is the
        forecast as it is.
    """
    claim = load_reporting().claim
    name = scenario_of(ens)
    year = years_in(ens, [claim.year])[0]
    flows = summary.ratio_of(str(summary.variable(ens, claim.series).attrs["aggregate"])) or ()
    part = only(ens, name)[[claim.series, *flows]]
    same = {"belief": _(AS_FORECAST), "stated": np.nan, "kl": 0.0, "ess": 1.0, "largest": 1.0, "refused": ""}
    rows = [{**same, **_year(part, claim, year)}, *(_believed(part, claim, year, stated) for stated in chances)]
    facts = facts_of(ens, claim.series, scenario=name, book=book)
    facts = replace(facts, title=_("{label} in {year}, the claim believed", label=facts.label, year=year))
    return Chart(pd.DataFrame(rows), facts, _FORM, options={"claim": claim})


def _believed(ens: xr.Dataset, claim: Claim, year: int, stated: float) -> dict[str, object]:
    view = Chance(claim.series, (Bound(">=", claim.low), Bound("<=", claim.high)), str(year), "=", stated)
    row: dict[str, object] = {
        "belief": _("{share} % believed", share=numbers.general(100 * stated)),
        "stated": stated,
        "period": str(year),
    }
    try:
        tilted = apply_views(ens, view)
    except (InputError, ModelError) as error:
        return {**row, "refused": str(error)}
    record = tilted.attrs["views"][-1]
    cost = {"kl": record["kl"], "ess": record["ess"], "largest": record["largest"] * ens.sizes["draw"], "refused": ""}
    return {**row, **cost, **_year(tilted, claim, year)}


def _year(ens: xr.Dataset, claim: Claim, year: int) -> dict[str, object]:
    row = bands(summary.quantiles(ens, claim.series, levels=LEVELS)).set_index("period").loc[str(year)]
    edges = ((claim.low, ">="), (claim.high, ">"))
    above = [summary.exceedance(ens, claim.series, edge, at=year, op=op) for edge, op in edges]
    chance = float(above[0]["probability"].iloc[0] - above[1]["probability"].iloc[0])
    mcse = max(float(table["mcse"].iloc[0]) for table in above)
    return {"period": str(year), **row.drop(["scenario", "x"]), "chance": chance, "mcse": mcse}


def _draw(ax: Axes, chart: Chart) -> None:
    table, claim = chart.table, chart.options["claim"]
    marks.target_band(ax, claim.low, claim.high, text=claimed_words(claim))
    names = []
    for index, (color, (_key, row)) in enumerate(zip(canvas.palette(len(table)), table.iterrows(), strict=True)):
        if row["refused"]:
            names.append("\n".join((row["belief"], _("outside the model"))))
            continue
        marks.interval(ax, index, row, color=color)
        names.append("\n".join((row["belief"], _("{chance} inside", chance=_chance(row)))))
    ax.set_xticks(range(len(names)), names)
    ax.set_xlim(-0.5, len(names) - 0.5)
    finish(ax, chart.facts, time=False)
    for index, (_key, row) in enumerate(table.iterrows()):
        if not row["refused"]:
            marks.interval_labels(ax, index, row, unit=chart.facts.unit)
    ax.set_xlabel(
        _("belief in the band; bars are the central {outer}, {middle} and {inner} % intervals", **interval_masses())
    )


def _caption(chart: Chart) -> str:
    unit, now = chart.facts.unit, chart.table.iloc[0]
    sentences = [
        _(
            "As forecast, {band} in {period} has a chance of {chance} and the median is {median}.",
            band=_band(chart),
            period=now["period"],
            chance=_chance(now),
            median=band_words(now, unit),
        )
    ]
    for _key, row in chart.table.iloc[1:].iterrows():
        stated = numbers.level(100 * row["stated"], "percent")
        if row["refused"]:
            sentences.append(_("A chance of {stated} lies outside the model.", stated=stated))
            continue
        sentences.append(
            _(
                "Giving it {stated} is a {strength} view ({price} nats), leaves an effective {share} % of the draws "
                "and moves the median to {median}.",
                stated=stated,
                strength=_(strength(row["kl"])),
                price=_price(row),
                share=f"{100 * row['ess']:.0f}",
                median=numbers.number(row["value"], unit),
            )
        )
    return joined(*sentences)


def _text_table(chart: Chart) -> pd.DataFrame:
    table = chart.table
    rows = [row for _key, row in table.iterrows()]
    columns = {"belief in the band": list(table["belief"])}
    columns[_("chance of {band}", band=_band(chart))] = [_chance(row) for row in rows]
    columns["strength of the view"] = [
        _or_none(row["kl"], _("{strength} ({price} nats)", strength=_(strength(row["kl"])), price=_price(row)))
        for row in rows
    ]
    columns["effective draws"] = [_or_none(row["ess"], _share(row)) for row in rows]
    columns["largest weight"] = [
        _or_none(row["largest"], _("{ratio} times equal", ratio=numbers.fixed(row["largest"], 1))) for row in rows
    ]
    columns |= band_columns(table, chart.facts.unit, masses=BANDS[1:])
    if table["refused"].astype(bool).any():
        columns["note"] = [_("outside the model") if refused else "" for refused in table["refused"]]
    return pd.DataFrame(columns)


def _or_none(value: float, text: str) -> str:
    return numbers.NONE if pd.isna(value) else text


def _share(row: pd.Series) -> str:
    return numbers.with_unit(f"{100 * row['ess']:.0f}", "percent")


def _price(row: pd.Series) -> str:
    return numbers.fixed(row["kl"], 2)


def _chance(row: pd.Series) -> str:
    return numbers.probability(float(row["chance"]), float(row["mcse"]))


def _band(chart: Chart) -> str:
    claim = chart.options["claim"]
    return numbers.interval(claim.low, claim.high, chart.facts.unit)


_FORM = Form(mark("Interval chart of a forecast and of the same under stated beliefs"), _draw, _caption, _text_table)
