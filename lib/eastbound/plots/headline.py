"""The five numbers that open a report."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.core.quantiles import probability
from eastbound.ensemble import summary
from eastbound.names import CHINA_SHARE, OWN_HISTORY, REFERENCE_CLASS, TRADE_TOTAL
from eastbound.plots.bands import LEVELS, bands, only, scenario_of, years_in
from eastbound.plots.style import numbers as fmt

TRADE_TARGET = 300.0  # USD bn by 2030, stated by Russian ministers from November 2023 on (METHODS 7)
SHARE_BAND = (80.0, 90.0)  # percent by 2035, the published projection
POS = "gas.pos.utilization_nameplate"


def headline(ens: xr.Dataset, *, scenario: str | None = None) -> pd.DataFrame:
    """Return the five numbers: trade, its target, Primorye's share, its published band, utilization.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; a horizon before 2030 or 2035 moves the numbers to its last year.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    DataFrame
        Columns name, label, value, low, high, unit, text, range. Percent are
        0–100. Of a quantity low and high are its central 80 %, of the chance of
        the published band its span over the views of the drift; the range of
        the target's chance is its Monte-Carlo error.
    """
    one = only(ens, scenario_of(ens, scenario))
    near, far = years_in(ens, [2030])[0], years_in(ens, [2035])[0]
    rows = [
        _quantity(one, TRADE_TOTAL, near, label=f"China–Russia trade in {near}, median"),
        _target(one, near),
        _quantity(one, CHINA_SHARE, far, label=f"China's share of Primorye's foreign trade in {far}, median"),
        _share_band(one, far),
        _quantity(one, POS, near, label=f"Power of Siberia, nameplate utilization in {near}, median"),
    ]
    return pd.DataFrame(rows)


def share_between(ens: xr.Dataset, series_id: str, *, low: float, high: float, at: int) -> tuple[float, float]:
    """Return the probability that the first scenario's annual value lies in [low, high], and its Monte-Carlo error."""
    draws = summary.annual(ens, series_id).isel(scenario=0).sel(year=at).to_numpy()
    share, error = probability((draws >= low) & (draws <= high))
    return float(share), float(error)


def _quantity(ens: xr.Dataset, series_id: str, year: int, *, label: str) -> dict[str, Any]:
    row = bands(summary.quantiles(ens, series_id, levels=LEVELS)).set_index("period").T[str(year)]
    unit = str(ens[series_id].attrs["unit"])
    numbers = {"value": float(row["value"]), "low": float(row["low_80"]), "high": float(row["high_80"])}
    words = f"80 % of futures: {fmt.interval(numbers['low'], numbers['high'], unit)}"
    name = f"{series_id}.{year}"
    return {
        "name": name,
        "label": label,
        **numbers,
        "unit": unit,
        "text": fmt.number(row["value"], unit),
        "range": words,
    }


def _target(ens: xr.Dataset, year: int) -> dict[str, Any]:
    passed = summary.first_passage(ens, TRADE_TOTAL, TRADE_TARGET).set_index("period").T[str(year)]
    share, error = float(passed["by"]), float(passed["mcse"])
    return {
        "name": f"{TRADE_TOTAL}.reaches_{TRADE_TARGET:.0f}_by_{year}",
        "label": f"Probability that trade has reached {TRADE_TARGET:.0f} USD bn in a year by {year}",
        "value": 100 * share,
        "low": 100 * max(share - error, 0.0),
        "high": 100 * min(share + error, 1.0),
        "unit": "percent",
        "text": fmt.probability(share, error),
        "range": f"Monte-Carlo error {100 * error:.1f} points",
    }


def _share_band(ens: xr.Dataset, year: int) -> dict[str, Any]:
    low, high = SHARE_BAND
    share, error = share_between(ens, CHINA_SHARE, low=low, high=high, at=year)
    views = [f"{CHINA_SHARE}.{view}" for view in (OWN_HISTORY, REFERENCE_CLASS)]
    chances = [share, *(share_between(ens, view, low=low, high=high, at=year)[0] for view in views)]
    lowest, highest = float(np.min(chances)), float(np.max(chances))
    texts = [fmt.probability(chance, error) for chance in (lowest, highest)]
    return {
        "name": f"{CHINA_SHARE}.between_{low:.0f}_and_{high:.0f}.{year}",
        "label": f"Probability that this share is {low:.0f}–{high:.0f} % in {year}, the published projection",
        "value": 100 * share,
        "low": 100 * lowest,
        "high": 100 * highest,
        "unit": "percent",
        "text": fmt.probability(share, error),
        "range": f"views of the drift: {texts[0]} to {texts[1]}",
    }
