"""The pieces of a forecast record: rows of quantiles, and probabilities with their Monte-Carlo errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import xarray as xr

from eastbound.constants import QUANTILES
from eastbound.ensemble.summary import annual, exceedance, probability, quantiles
from eastbound.typing import Record

YEARS: Final = (2030, 2035)


def years_of(ens: xr.Dataset) -> list[int]:
    """Return those of `YEARS` that an ensemble reaches."""
    first, last = int(ens["period"].dt.year[0]), int(ens["period"].dt.year[-1])
    return [year for year in YEARS if first <= year <= last]


def rows(ens: xr.Dataset, series_id: str) -> list[Record]:
    """Return mean and quantiles of a series by year, with the share of draws in which it exists where not all."""
    means = annual(ens, series_id).isel(scenario=0).mean("draw").to_series()
    table = quantiles(ens, series_id, levels=QUANTILES)
    result = []
    for period in sorted(table["period"].unique()):
        part = table[table["period"] == period]
        values = {f"{level:g}": number(value) for level, value in zip(part["level"], part["value"], strict=True)}
        row: Record = {"period": period, "mean": number(means.loc[int(period)]), "quantiles": values}
        if part["defined"].iloc[0] < 1:
            row["defined"] = round(float(part["defined"].iloc[0]), 6)
        result.append(row)
    return result


def probabilities(ens: xr.Dataset, series_id: str, levels: Sequence[float]) -> list[Record]:
    """Return the probability that a series stands at or above each level in each of `YEARS`."""
    table = exceedance(ens, series_id, levels, at=years_of(ens))
    columns = ["op", "threshold", "period", "probability", "mcse"]
    return [_rounded(dict(zip(columns, row, strict=True))) for row in table[columns].itertuples(index=False)]


def between(ens: xr.Dataset, series_id: str, *, low: float, high: float) -> list[Record]:
    """Return the probability that a series lies in [low, high] in each of `YEARS`."""
    draws = annual(ens, series_id).isel(scenario=0)
    rows = []
    for year in years_of(ens):
        values = draws.sel(year=year)
        chance, error = probability((values >= low) & (values <= high))
        row = {"low": low, "high": high, "period": str(year)}
        rows.append(_rounded({**row, "probability": float(chance), "mcse": float(error)}))
    return rows


def number(value: float) -> float | None:
    """Return seven significant digits, more than any error allows, or None where undefined.

    Examples
    --------
    >>> number(1 / 3), number(float("nan"))
    (0.3333333, None)
    """
    return None if math.isnan(value) else float(f"{value:.7g}")


def _rounded(row: Record) -> Record:
    return row | {name: round(float(row[name]), 6) for name in ("probability", "mcse")}
