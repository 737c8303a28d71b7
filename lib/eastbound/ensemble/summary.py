"""Functionals of an ensemble: annual values, quantiles, probabilities, first passages.

Every table, fan and risk number is computed here from the same draws, so they
agree with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.constants import QUANTILES
from eastbound.core import quantiles as core
from eastbound.errors import InputError, UnknownName

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

Frequency = Literal["Y", "M"]
_REDUCTIONS = {"sum": "sum", "mean": "mean", "last": "last"}


def annual(ens: xr.Dataset, series_id: str) -> xr.DataArray:
    """Aggregate the draws of a series to calendar years.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble. Its ``aggregate`` attribute says how:
        ``sum``, ``mean``, ``last``, or ``ratio:a/b`` for 100 times the ratio
        of the yearly sums of two other series.

    Returns
    -------
    xarray.DataArray, dims (scenario, draw, year)
        In the unit of the series; NaN where a ratio is undefined.

    Raises
    ------
    UnknownName
        If the ensemble has no such series.
    """
    rule = str(variable(ens, series_id).attrs["aggregate"])
    if rule.startswith("ratio:"):
        above, below = rule.removeprefix("ratio:").split("/")
        top, bottom = _by_year(ens, above, "sum"), _by_year(ens, below, "sum")
        values = 100.0 * top / bottom.where(bottom > 0)
    else:
        values = _by_year(ens, series_id, rule)
    return values.assign_attrs(ens[series_id].attrs).rename(series_id)


def quantiles(
    ens: xr.Dataset, series_id: str, *, freq: Frequency = "Y", levels: Sequence[float] = QUANTILES
) -> pd.DataFrame:
    """Return quantiles of a series by period as a tidy frame.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    freq : {"Y", "M"}
        Years or months.
    levels : sequence of float
        Quantile levels in [0, 1].

    Returns
    -------
    DataFrame
        Columns scenario, series_id, period, level, value, unit, defined;
        ``defined`` is the share of draws in which the quantity exists (a
        utilization does not before first gas).
    """
    draws = _periodic(ens, series_id, freq)
    array = draws.transpose("scenario", "period", "draw").to_numpy()
    values = core.quantiles(array.astype(np.float64), levels)
    defined = 1.0 - np.isnan(array).mean(axis=-1)
    shape = values.shape
    return pd.DataFrame(
        {
            "scenario": np.repeat(draws["scenario"].to_numpy(), shape[1] * shape[2]),
            "series_id": series_id,
            "period": np.tile(np.repeat(draws["period"].to_numpy(), shape[2]), shape[0]),
            "level": np.tile(np.asarray(levels, dtype=float), shape[0] * shape[1]),
            "value": values.ravel(),
            "unit": draws.attrs["unit"],
            "defined": np.repeat(defined.ravel(), shape[2]),
        }
    )


def exceedance(
    ens: xr.Dataset, series_id: str, threshold: float | Iterable[float], *, at: int | str | Iterable[int | str]
) -> pd.DataFrame:
    """Return the probability that a series is at or above a threshold in a period.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    threshold : float or iterable of float
        In the unit of the series.
    at : int, str, or an iterable of them
        Years (``2035``) or months (``"2035-06"``).

    Returns
    -------
    DataFrame
        Columns scenario, series_id, period, op, threshold, probability, mcse
        (Monte-Carlo standard error).

    Raises
    ------
    InputError
        If a period lies outside the ensemble.
    """
    thresholds = [threshold] if np.isscalar(threshold) else list(threshold)  # type: ignore[call-overload]
    periods = [str(p) for p in ([at] if isinstance(at, (int, str)) else at)]
    rows = []
    for period in periods:
        draws = _periodic(ens, series_id, "M" if "-" in period else "Y")
        if period not in draws["period"].to_numpy():
            first, last = draws["period"].to_numpy()[[0, -1]]
            message = f"`{series_id}` has no period `{period}`; the ensemble runs from {first} to {last}."
            raise InputError(message)
        array = draws.sel(period=period).transpose("scenario", "draw").to_numpy()
        for level in thresholds:
            probability, error = core.exceedance(array, float(level))
            for k, name in enumerate(draws["scenario"].to_numpy()):
                rows.append((name, series_id, period, ">=", float(level), probability[k], error[k]))
    return pd.DataFrame(
        rows, columns=["scenario", "series_id", "period", "op", "threshold", "probability", "mcse"]
    )


def history(book: Evidence, series_id: str) -> pd.DataFrame:
    """Return the observed values of a series after the choice rule, oldest first."""
    from eastbound.evidence.choice import chosen

    return chosen(book, series_id).sort_values(["start", "end"], ignore_index=True)


def variable(ens: xr.Dataset, series_id: str) -> xr.DataArray:
    """Return the draws of a series, or say which name was meant."""
    if series_id not in ens.data_vars:
        raise UnknownName("series", series_id, [str(name) for name in ens.data_vars])
    return ens[series_id]


def _by_year(ens: xr.Dataset, series_id: str, rule: str) -> xr.DataArray:
    monthly = variable(ens, series_id)
    years = monthly.sizes["period"] // 12  # the grid starts in a January and ends in a December
    values = np.asarray(monthly.transpose("scenario", "draw", "period"), dtype=np.float64)
    folded = values.reshape(*values.shape[:2], years, 12)
    reduced = folded[..., -1] if rule == "last" else getattr(folded, _REDUCTIONS[rule])(axis=-1)
    first = int(monthly["period"].dt.year[0])
    coords = {"scenario": monthly["scenario"], "draw": monthly["draw"], "year": np.arange(first, first + years)}
    return xr.DataArray(reduced, dims=("scenario", "draw", "year"), coords=coords)


def _periodic(ens: xr.Dataset, series_id: str, freq: str) -> xr.DataArray:
    """Return draws with a text period: ``2035`` or ``2035-06``."""
    if freq == "Y":
        draws = annual(ens, series_id).rename(year="period")
        labels = [str(year) for year in draws["period"].to_numpy()]
    elif freq == "M":
        draws = variable(ens, series_id)
        labels = list(draws["period"].dt.strftime("%Y-%m").to_numpy())
    else:
        message = f"frequency `{freq}` is not known; use `Y` for years or `M` for months."
        raise InputError(message)
    return draws.assign_coords(period=labels)
