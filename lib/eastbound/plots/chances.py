"""The tables behind the figures that show probabilities, and the one that compares views of the drift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.core.quantiles import probability
from eastbound.ensemble import summary
from eastbound.errors import UnknownName
from eastbound.names import CHINA_SHARE, OWN_HISTORY, REFERENCE_CLASS
from eastbound.plots.bands import LEVELS, bands, only, scenario_of, titles, with_attrs, years_in
from eastbound.plots.observed import footer_text

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

CURVE_END = 2045  # the year by which the chance of never is stated (METHODS, Rulings)
MILESTONES = {
    "pos2_first_gas": "Power of Siberia 2: first gas",
    "fareast_first_gas": "Far Eastern route: first gas",
    "pos_44bcm": "Power of Siberia at 44 bcm a year",
    "kazakhstan_12_5mt": "Kazakhstan transit at 12.5 Mt a year",
}
VARIANTS = {OWN_HISTORY: "own history", REFERENCE_CLASS: "reference class", "": "mixture"}


def probability_table(
    ens: xr.Dataset,
    series_id: str,
    *,
    thresholds: Sequence[float],
    scenario: str | None = None,
    book: Evidence | None = None,
) -> pd.DataFrame:
    """Return the probability, year by year, that a series stands at or above each threshold.

    Parameters
    ----------
    ens, series_id, scenario, book
        As in `fan_table`.
    thresholds : sequence of float
        In the unit of the series.

    Returns
    -------
    DataFrame
        Columns period, x, threshold, probability, mcse.
    """
    name = scenario_of(ens, scenario)
    years = [int(year) for year in np.unique(ens["period"].dt.year)]
    table = summary.exceedance(only(ens, name), series_id, thresholds, at=years)
    table = table.assign(x=table["period"].astype(float))
    return with_attrs(table, ens, series_id, figure="probability", scenario=name, book=book)


def passage_table(
    ens: xr.Dataset,
    series_id: str,
    *,
    thresholds: Sequence[float],
    scenario: str | None = None,
    book: Evidence | None = None,
) -> pd.DataFrame:
    """Return the probability that the annual value has reached each threshold by the end of each year.

    Parameters
    ----------
    ens, series_id, thresholds, scenario, book
        As in `probability_table`.

    Returns
    -------
    DataFrame
        Columns period, x, threshold, probability (has reached it by then), mcse.
    """
    name = scenario_of(ens, scenario)
    table = summary.first_passage(only(ens, name), series_id, thresholds)
    table = table.drop(columns="probability").rename(columns={"by": "probability"})
    table = table.assign(x=table["period"].astype(float))
    return with_attrs(table, ens, series_id, figure="passage", scenario=name, book=book)


def fall_table(
    ens: xr.Dataset, series_id: str, *, scenario: str | None = None, book: Evidence | None = None
) -> pd.DataFrame:
    """Return the probability that a year falls below the year before, and of at least one such fall by then.

    Parameters
    ----------
    ens, series_id, scenario, book
        As in `fan_table`; the book gives the year before the first simulated one.

    Returns
    -------
    DataFrame
        Columns period, x, threshold (``falls that year``, ``fell by then``), probability, mcse.
    """
    name = scenario_of(ens, scenario)
    falls = summary.falls(only(ens, name), series_id, book=book)
    draws = ens.sizes["draw"]
    single = falls.assign(threshold="falls that year", mcse=[_mcse(p, draws) for p in falls["probability"]])
    ever = falls.assign(threshold="fell by then", probability=falls["by"])
    table = pd.concat([single, ever], ignore_index=True).drop(columns="by")
    table = table.assign(x=table["period"].astype(float))
    return with_attrs(table, ens, series_id, figure="fall", scenario=name, book=book)


def milestone_table(ens: xr.Dataset, milestones: Sequence[str], *, scenario: str | None = None) -> pd.DataFrame:
    """Return the probability that each milestone has happened by the end of each year.

    Parameters
    ----------
    ens : xarray.Dataset
        With variables ``milestone.<id>``, dims (scenario, draw), decimal years, infinite for never.
    milestones : sequence of str
        Milestone ids.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    DataFrame
        Columns milestone, threshold (its name in words), period, x, probability, mcse, never.
    """
    name = scenario_of(ens, scenario)
    dates = {item: _dates(ens, item, name) for item in milestones}
    first = int(ens["period"].dt.year[0])
    known = max(int(d[np.isfinite(d)].max(initial=first)) for d in dates.values())
    last = max(int(ens["period"].dt.year[-1]), min(known, CURVE_END))
    years = np.arange(first, last + 1)
    parts = []
    for item, when in dates.items():
        share, error = probability(when[None, :] < years[:, None] + 1)
        words = MILESTONES.get(item, item.replace("_", " "))
        never = float(np.isinf(when).mean())
        columns = {"period": years.astype(str), "x": years.astype(float), "probability": share, "mcse": error}
        parts.append(pd.DataFrame(columns).assign(milestone=item, threshold=words, never=never))
    table = pd.concat(parts, ignore_index=True)
    table.attrs = {"figure": "milestone", "label": "Milestones reached", "unit": "percent", "freq": "Y"}
    table.attrs |= {"scenario": titles(ens)[name], "footer": footer_text(ens, None, ()), "draws": ens.sizes["draw"]}
    return table


def variant_table(
    ens: xr.Dataset,
    series_id: str = CHINA_SHARE,
    *,
    at: int,
    thresholds: Sequence[float],
    scenario: str | None = None,
    book: Evidence | None = None,
) -> pd.DataFrame:
    """Return one year of a series under its drift variants: bands, probabilities, chance of the published band.

    Parameters
    ----------
    ens, series_id, scenario, book
        As in `fan_table`; the variants are the series with a suffix, the series itself is their mixture.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    thresholds : sequence of float
        Ascending. The pair 80 and 90 gives the published band.

    Returns
    -------
    DataFrame
        Columns variant, period, value, low_50 … high_95, p_<threshold>, p_80_90, mcse (the largest of the row).
    """
    name = scenario_of(ens, scenario)
    year = years_in(ens, [at])[0]
    rows = []
    for suffix, words in VARIANTS.items():
        full = f"{series_id}.{suffix}".rstrip(".")
        draws = summary.annual(only(ens, name), full).sel(year=year).to_numpy().ravel()
        row = bands(summary.quantiles(only(ens, name), full, levels=LEVELS)).set_index("period").loc[str(year)]
        chances = {f"p_{c:g}": float((draws >= c).mean()) for c in thresholds}
        chances["p_80_90"] = float(((draws >= 80) & (draws <= 90)).mean())
        error = max(_mcse(p, len(draws)) for p in chances.values())
        rows.append({"variant": words, "period": str(year), **row.drop(["scenario", "x"]), **chances, "mcse": error})
    return with_attrs(pd.DataFrame(rows), ens, series_id, figure="variant", scenario=name, book=book)


def _dates(ens: xr.Dataset, milestone: str, scenario: str) -> np.ndarray:
    name = f"milestone.{milestone}"
    if name not in ens.data_vars:
        known = [str(v).removeprefix("milestone.") for v in ens.data_vars if str(v).startswith("milestone.")]
        raise UnknownName("milestone", milestone, known, where="this ensemble")
    return np.asarray(ens[name].sel(scenario=scenario), dtype=np.float64)


def _mcse(share: float, draws: int) -> float:
    hits = round(share * draws)
    return float(probability(np.arange(draws) < hits)[1])
