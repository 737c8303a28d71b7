"""Tables of dependence: co-risk, shares of the variance, growth-at-risk and years of first passage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble.summary import variable
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, digits, mark
from eastbound.plots.bands import label_of, only, scenario_of, years_in
from eastbound.plots.risk_parts import target_and_factors
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.plots.words import worded
from eastbound.risk.dependence import co_risk as measure
from eastbound.risk.factors import additive_scale
from eastbound.risk.growth_at_risk import growth_at_risk as regress
from eastbound.risk.sample import Sample
from eastbound.risk.shortfall import FEWEST_TAIL, Worse
from eastbound.risk.thresholds import DEFINITIONS
from eastbound.risk.thresholds import passage_years as passages
from eastbound.risk.variance import variance_shares as split

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_AT_MOST: Final = mark("{label} at most {limit}")
_AT_LEAST: Final = mark("{label} at least {limit}")
_CO_RISK: Final = mark("{label} in {year} in the worst tenth of the futures of other series; losses against the median")
_VARIANCE: Final = mark("Shares of the variance of {label} in {year}, on the scale on which the models add")
_GROWTH: Final = mark(
    "Growth of {label} in the three months to {period} on the year before; the regression learns from {count} "
    "overlapping months since {since}, or {independent} independent years"
)


def co_risk(
    ens: xr.Dataset, series_id: str, *, given: Mapping[str, Worse], at: int = 2030, worse: Worse = "lower"
) -> Table:
    """Tabulate how a series fares in the worst tenth of the futures of other series.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    series_id : str
        A variable of the ensemble.
    given : mapping of str to {"lower", "higher"}
        The other series, and on which side each is worst.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    worse : {"lower", "higher"}
        On which side the series itself is worst.

    Returns
    -------
    Table
        One row for each of `given`; with fewer than 200 draws in its tail the cells say "too few".
    """
    year = years_in(ens, [at])[0]
    card = variable(ens, series_id).attrs
    unit = str(card["unit"])
    rows = []
    for _key, row in measure(
        Sample(only(ens, scenario_of(ens))), series_id, given=given, at=year, worse=worse
    ).iterrows():
        other = variable(ens, row["given"]).attrs
        side = _AT_MOST if given[row["given"]] == "lower" else _AT_LEAST
        limit = numbers.number(row["limit"], str(other["unit"]))
        few = _("too few draws: {count} of {needed}", count=row["draws"], needed=FEWEST_TAIL)
        chance, lift = numbers.probability(row["together"], row["mcse"]), numbers.fixed(row["lift"], 1)
        together = _("{chance} ({ratio} times as often)", chance=chance, ratio=lift)
        rows.append(
            {
                "where": _(side, label=label_of(ens, row["given"]), limit=limit),
                "mean loss there": numbers.number(row["loss"], unit) if row["enough"] else few,
                "loss exceeded by one in ten": numbers.number(row["var"], unit),
                "the same there": numbers.number(row["covar"], unit) if row["enough"] else few,
                "both in their worst tenth": together if row["enough"] else few,
            }
        )
    caption = _(_CO_RISK, label=label_of(ens, series_id), year=year)
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def variance_shares(ens: xr.Dataset, series_id: str, *, at: int = 2035, factors: Sequence[str] = ()) -> Table:
    """Tabulate how much of the variance of a series goes with each factor: alone, only with it, and its Shapley effect.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    series_id : str
        A variable of the ensemble.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    factors : sequence of str
        Ids of other series; without any, those of `eastbound.risk.factors.DEFAULTS`.

    Returns
    -------
    Table
        Shares with 95 % intervals; the Shapley effects and the rest add up to the variance.
    """
    target, read, _key, year = target_and_factors(ens, series_id, at=at, factors=factors)
    card = variable(ens, series_id).attrs
    table = split(additive_scale(target, str(card["unit"])), read)
    frame = pd.DataFrame({"factor": table["label"].map(_)})
    words = {"first": "alone", "total": "lost without it", "shapley": "Shapley effect"}
    for name, title in words.items():
        pairs = zip(table[name], table[f"{name}_se"], strict=True)
        frame[title] = [
            numbers.with_unit(f"{100 * share:.0f} ± {196 * error:.0f}", "percent") for share, error in pairs
        ]
    caption = _(_VARIANCE, label=label_of(ens, series_id), year=year)
    return Table(frame, caption=caption_with(caption, held_text(ens)))


def growth_at_risk(ens: xr.Dataset, series_id: str, *, book: Evidence, months: int = 12) -> Table:
    """Tabulate quantiles of growth from a quantile regression on the past beside those of the simulation.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    series_id : str
        A monthly series.
    book : Evidence
        The evidence of the ensemble.
    months : int
        Horizon, from 1 to 12.

    Returns
    -------
    Table
        One row a quantile; the caption states on how many independent years the regression rests.
    """
    table = regress(Sample(only(ens, scenario_of(ens))), series_id, book=book, months=months)
    frame = pd.DataFrame(
        {"quantile": [numbers.with_unit(numbers.general(100 * level), "percent") for level in table["level"]]}
    )
    for name, title in (("regression", "quantile regression"), ("structural", "this simulation")):
        frame[title] = [_growth(value) for value in table[name]]
    facts = table.attrs
    words = {name: facts[name] for name in ("period", "count", "since", "independent")}
    caption = _(_GROWTH, label=label_of(ens, series_id), **words)
    return Table(frame, caption=caption_with(caption, held_text(ens)))


def passage_years(ens: xr.Dataset, series_id: str, *, thresholds: Sequence[float], op: str = ">=") -> Table:
    """Tabulate when a series first passes each threshold, watched by calendar years and by any twelve months.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    series_id : str
        A variable of the ensemble.
    thresholds : sequence of float
        In the unit of the series.
    op : {">=", ">", "<=", "<"}

    Returns
    -------
    Table
        Rows by threshold and definition: the probability of passing at all before the ensemble ends, and the years by
        which 10, 50 and 90 % of all futures have passed.
    """
    sample, card = Sample(only(ens, scenario_of(ens))), variable(ens, series_id).attrs
    parts = [passages(sample, series_id, thresholds, definition=words, op=op) for words in DEFINITIONS[1:]]
    table = pd.concat(parts).sort_values(["threshold"], kind="stable")
    rows = []
    for _key, row in table.iterrows():
        dates = {
            _("{share} % by", share=share): row[name] for share, name in ((10, "low"), (50, "median"), (90, "high"))
        }
        rows.append(
            {
                "threshold": f"{op} {numbers.level(row['threshold'], str(card['unit']))}".replace(">=", "≥"),
                "watched": worded(str(row["definition"]).removesuffix(" by then")),
                _("by {year}", year=f"{row['until']:.0f}"): numbers.probability(row["probability"], row["mcse"]),
                **{name: f"{year:.0f}" if np.isfinite(year) else _("later or never") for name, year in dates.items()},
            }
        )
    return Table(
        pd.DataFrame(rows),
        caption=caption_with(_("First passage: {label}", label=label_of(ens, series_id)), held_text(ens)),
    )


def _growth(value: float) -> str:
    return numbers.with_unit(digits(f"{value:+.1f}".replace("-", numbers.MINUS)), "percent")
