"""Functionals of an ensemble: annual values, quantiles, probabilities, first passages.

Every table, fan and risk number is computed here from the same draws, so they
agree with each other.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.constants import QUANTILES
from eastbound.core import quantiles as core
from eastbound.core.ratio import percent
from eastbound.ensemble.store import release
from eastbound.errors import InputError, UnknownName

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

Frequency = Literal["Y", "M"]
COMPARISONS: Final = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


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
    flows = ratio_of(rule)
    if flows:
        above, below = (_by_year(ens, flow, "sum") for flow in flows)
        values = above.copy(data=percent(above, below))
    else:
        values = _by_year(ens, series_id, rule)
    return values.assign_attrs(ens[series_id].attrs).rename(series_id)


def at_period(ens: xr.Dataset, series_id: str, period: str) -> np.ndarray:
    """Return the draws of one year or month, shape (scenario, draw).

    Raises
    ------
    InputError
        If the period lies outside the ensemble.

    Examples
    --------
    >>> import eastbound as eb
    >>> at_period(eb.simulate("baseline", draws=64), "driver.brent_price", "2030-06").shape
    (1, 64)
    """
    draws = _periodic(ens, series_id, "M" if "-" in period else "Y")
    known = draws["period"].to_numpy()
    if period not in known:
        message = f"`{series_id}` has no period `{period}`; the ensemble runs from {known[0]} to {known[-1]}."
        raise InputError(message)
    return draws.sel(period=period).transpose("scenario", "draw").to_numpy()


def root_ess(draws: xr.Dataset | xr.DataArray) -> np.ndarray:
    """Return the factor by which views widen Monte-Carlo errors when these are divided by it, shape (scenario,).

    Examples
    --------
    >>> root_ess(xr.Dataset(coords={"scenario": ["baseline"], "ess": ("scenario", [0.25])}))
    array([0.5])
    """
    return np.sqrt(draws["ess"].to_numpy()) if "ess" in draws.coords else np.ones(draws.sizes["scenario"])


def ratio_of(rule: str) -> tuple[str, str] | None:
    """Return the two series whose ratio an aggregate rule names, or None for other rules.

    Examples
    --------
    >>> ratio_of("ratio:a/b"), ratio_of("sum")
    (('a', 'b'), None)
    """
    if not rule.startswith("ratio:"):
        return None
    above, below = rule.removeprefix("ratio:").split("/")
    return above, below


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
    return _quantile_table(_periodic(ens, series_id, freq), series_id, levels)


def exceedance(
    ens: xr.Dataset,
    series_id: str,
    threshold: float | Sequence[float],
    *,
    at: int | str | Sequence[int | str],
    op: str = ">=",
) -> pd.DataFrame:
    """Return the probability that a series is beyond a threshold in a period.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    threshold : float or sequence of float
        In the unit of the series.
    at : int, str, or a sequence of them
        Years (``2035``) or months (``"2035-06"``).
    op : {">=", ">", "<=", "<"}
        The comparison. A draw in which the series is undefined does not pass.

    Returns
    -------
    DataFrame
        Columns scenario, series_id, period, op, threshold, probability, mcse
        (Monte-Carlo standard error, larger where views leave fewer effective draws).

    Raises
    ------
    InputError
        If a period lies outside the ensemble.
    """
    rows = []
    for period in _listed(at):
        draws = at_period(ens, series_id, str(period))
        for level in _listed(threshold):
            probability, error = core.probability(_compare(draws, op, level))
            error = error / root_ess(ens)
            rows += [
                (name, series_id, str(period), op, float(level), p, e)
                for name, p, e in zip(ens["scenario"].to_numpy(), probability, error, strict=True)
            ]
    return pd.DataFrame(rows, columns=["scenario", "series_id", "period", "op", "threshold", "probability", "mcse"])


def first_passage(
    ens: xr.Dataset, series_id: str, threshold: float | Sequence[float], *, op: str = ">="
) -> pd.DataFrame:
    """Return the probability by year that the annual value first passes a threshold.

    Parameters
    ----------
    ens, series_id, threshold, op
        As in `exceedance`.

    Returns
    -------
    DataFrame
        Columns scenario, series_id, op, threshold, period, probability (first
        passage in that year), by (has passed by the end of it), mcse (of
        ``by``). Annual figures are watched, not single months, which would
        pass earlier.
    """
    draws = annual(ens, series_id)
    parts = []
    for level in _listed(threshold):
        passed = np.maximum.accumulate(_compare(draws.to_numpy(), op, level), axis=-1)
        parts.append(_by_table(draws, passed).assign(op=op, threshold=float(level)))
    columns = ["scenario", "series_id", "op", "threshold", "period", "probability", "by", "mcse"]
    return pd.concat(parts, ignore_index=True)[columns]


def falls(ens: xr.Dataset, series_id: str, *, book: Evidence | None = None) -> pd.DataFrame:
    """Return the probability by year that the annual value falls below the year before.

    Parameters
    ----------
    ens, series_id
        As in `exceedance`.
    book : Evidence, optional
        Gives the observed year before the first simulated one; without it
        that first year is left out.

    Returns
    -------
    DataFrame
        Columns scenario, series_id, period, probability (falls in that year),
        by (has fallen at least once by then), mcse (of ``by``).
    """
    draws = annual(ens, series_id)
    values = draws.to_numpy()
    before = _observed_year(book, series_id, int(draws["year"][0]) - 1) if book is not None else None
    if before is None:
        draws, previous, values = draws.isel(year=slice(1, None)), values[..., :-1], values[..., 1:]
    else:
        previous = np.concatenate([np.full_like(values[..., :1], before), values[..., :-1]], axis=-1)
    fell = values < previous
    table = _by_table(draws, np.maximum.accumulate(fell, axis=-1))
    table["probability"] = core.probability(np.moveaxis(fell, 1, -1))[0].ravel()
    return table


def difference(
    ens: xr.Dataset,
    series_id: str,
    *,
    baseline: str = "baseline",
    freq: Frequency = "Y",
    levels: Sequence[float] = QUANTILES,
) -> pd.DataFrame:
    """Return quantiles of the draw-by-draw difference of each scenario from the baseline.

    Scenarios share their random numbers, so this is the effect of the
    scenario and not of chance.

    Parameters
    ----------
    ens, series_id, freq, levels
        As in `quantiles`.
    baseline : str
        The scenario to subtract; it must be in the ensemble.

    Returns
    -------
    DataFrame
        The columns of `quantiles`; the baseline itself is left out.
    """
    draws = _periodic(ens, series_id, freq)
    names = [str(name) for name in draws["scenario"].to_numpy()]
    if baseline not in names:
        raise UnknownName("scenario", baseline, names, where="this ensemble")
    if "origin" in ens.coords and not (ens["origin"] == ens["origin"][0]).all():
        message = (
            "views have chosen other draws for one scenario than for another, so their difference is not the effect "
            "of the scenario; compare the scenarios without views."
        )
        raise InputError(message)
    others = [name for name in names if name != baseline]
    change = draws.sel(scenario=others) - draws.sel(scenario=baseline, drop=True)
    return _quantile_table(change.assign_attrs(draws.attrs), series_id, levels)


def history(book: Evidence, series_id: str) -> pd.DataFrame:
    """Return the observed values of a series after the choice rule, oldest first."""
    from eastbound.evidence.choice import chosen

    return chosen(book, series_id).sort_values(["start", "end"], ignore_index=True)


def variable(ens: xr.Dataset, series_id: str) -> xr.DataArray:
    """Return the draws of a series, or say which name was meant."""
    if series_id not in ens.data_vars:
        raise UnknownName("series", series_id, [str(name) for name in ens.data_vars])
    return ens[series_id]


def _quantile_table(draws: xr.DataArray, series_id: str, levels: Sequence[float]) -> pd.DataFrame:
    array = draws.transpose("scenario", "period", "draw").to_numpy()
    values = core.quantiles(array.astype(np.float64), levels)
    defined = 1.0 - np.isnan(array).mean(axis=-1)
    scenarios, periods, count = values.shape
    return pd.DataFrame(
        {
            "scenario": np.repeat(draws["scenario"].to_numpy(), periods * count),
            "series_id": series_id,
            "period": np.tile(np.repeat(draws["period"].to_numpy(), count), scenarios),
            "level": np.tile(np.asarray(levels, dtype=float), scenarios * periods),
            "value": values.ravel(),
            "unit": draws.attrs["unit"],
            "defined": np.repeat(defined.ravel(), count),
        }
    )


def _by_table(draws: xr.DataArray, passed: np.ndarray) -> pd.DataFrame:
    """Return first-time and cumulative probabilities of `passed`, shape (scenario, draw, year), monotone in years."""
    by, error = core.probability(np.moveaxis(passed, 1, -1))
    error = error / root_ess(draws)[:, None]
    names, years = draws["scenario"].to_numpy(), draws["year"].to_numpy()
    return pd.DataFrame(
        {
            "scenario": np.repeat(names, len(years)),
            "series_id": draws.name,
            "period": np.tile(years.astype(str), len(names)),
            "probability": np.diff(by, axis=-1, prepend=0.0).ravel(),
            "by": by.ravel(),
            "mcse": error.ravel(),
        }
    )


def _observed_year(book: Evidence, series_id: str, year: int) -> float | None:
    observed = history(book, series_id)
    value = observed.loc[observed["period"] == str(year), "value"]
    return None if value.empty else float(value.iloc[0])


def _compare(values: np.ndarray, op: str, level: float) -> np.ndarray:
    if op not in COMPARISONS:
        raise UnknownName("comparison", op, COMPARISONS)
    return COMPARISONS[op](values, level)


def _listed(value: Any) -> list[Any]:
    return [value] if np.isscalar(value) else list(value)


def _by_year(ens: xr.Dataset, series_id: str, rule: str) -> xr.DataArray:
    monthly = variable(ens, series_id)
    years = monthly.sizes["period"] // 12  # the grid starts in a January and ends in a December
    values = np.asarray(monthly.transpose("scenario", "draw", "period"))
    reduced = np.empty((*values.shape[:2], years))
    for year in range(years):  # one at a time, for ensembles of many draws
        months = values[..., 12 * year : 12 * (year + 1)].astype(np.float64)
        reduced[..., year] = months[..., -1] if rule == "last" else getattr(months, rule)(axis=-1)
    release(values)
    first = int(monthly["period"].dt.year[0])
    kept = {name: monthly[name] for name in ("scenario", "draw", "ess") if name in monthly.coords}
    coords = {**kept, "year": np.arange(first, first + years)}
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
