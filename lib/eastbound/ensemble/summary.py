"""Tables of an ensemble: quantiles, probabilities, first passages, falls, differences.

Every table, fan and risk number is computed here from the same draws, so they agree with each other.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.constants import QUANTILES
from eastbound.core import quantiles as core
from eastbound.ensemble.aggregate import (
    MONTHS,
    Frequency,
    Paths,
    annual,
    at_period,
    frequency,
    periodic,
    ratio_of,
    rolling_years,
    variable,
)
from eastbound.ensemble.row_files import MANY
from eastbound.errors import InputError, UnknownName
from eastbound.typing import Bools, Floats
from eastbound.values import convert, listed, refusal, refuse_percent

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

__all__ = [
    "annual",
    "at_period",
    "difference",
    "exceedance",
    "falls",
    "first_passage",
    "history",
    "probability",
    "quantiles",
    "ratio_of",
    "variable",
]

COMPARISONS: Final = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


def probability(events: xr.DataArray) -> tuple[Floats, Floats]:
    """Return the probability of events and its Monte-Carlo standard error, from the effective number of draws.

    Views leave fewer effective draws than there are draws; the coordinate ``ess`` holds the ratio, by whose root
    the error grows.

    Parameters
    ----------
    events : DataArray of bool, dims (draw, ...)
        Usually a comparison such as ``annual(ens, series_id) >= 300``, which keeps the coordinates of the ensemble.

    Returns
    -------
    probability, error : array
        Shape of the other dimensions, in their order; both in [0, 1].

    References
    ----------
    Agresti and Coull (1998), https://doi.org/10.1080/00031305.1998.10480550, for the error, which is never zero.

    Examples
    --------
    >>> events = xr.DataArray([[False, True, True, False]], dims=("scenario", "draw"))
    >>> [float(number[0].round(3)) for number in probability(events)]
    [0.5, 0.177]
    >>> [float(number[0].round(3)) for number in probability(events.assign_coords(ess=("scenario", [0.25])))]
    [0.5, 0.354]
    """
    others = [dim for dim in events.dims if dim != "draw"]
    share, error = core.probability(events.transpose(*others, "draw").to_numpy())
    if "ess" not in events.coords:
        return share, error
    widened = xr.DataArray(error, dims=others) / np.sqrt(events["ess"].variable)
    return share, widened.transpose(*others).to_numpy()


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
        Columns scenario, series_id, period, level, value, unit, defined; ``defined`` is the share of draws in which
        the quantity exists (a utilization does not before first gas).

    Raises
    ------
    InputError
        If a level is outside 0 to 1.
    """
    return _quantile_table(ens, series_id, _in_parts(ens, series_id, freq), levels)


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
        Columns scenario, series_id, period, op, threshold, probability, mcse (Monte-Carlo standard error, larger where
        views leave fewer effective draws).

    Raises
    ------
    InputError
        If a period lies outside the ensemble, or a threshold is no number.
    """
    periods, thresholds = [str(period) for period in listed(at)], _levels(threshold)
    paths = {freq: periodic(ens, series_id, freq) for freq in {frequency(period) for period in periods}}
    names = ens["scenario"].to_numpy()
    chances = np.empty((2, len(periods), len(thresholds), len(names)))
    for i, period in enumerate(periods):
        draws = paths[frequency(period)].at(period, series_id)
        for j, level in enumerate(thresholds):
            chances[:, i, j] = _probability(ens, _compare(draws, op, level))
    return pd.DataFrame(
        {
            "scenario": np.tile(names, len(periods) * len(thresholds)),
            "series_id": series_id,
            "period": np.repeat(periods, len(thresholds) * len(names)),
            "op": op,
            "threshold": np.tile(np.repeat(thresholds, len(names)), len(periods)),
            "probability": chances[0].ravel(),
            "mcse": chances[1].ravel(),
        }
    )


def first_passage(
    ens: xr.Dataset,
    series_id: str,
    threshold: float | Sequence[float],
    *,
    op: str = ">=",
    watched: Frequency = "Y",
) -> pd.DataFrame:
    """Return the probability by year that a series has passed a threshold for the first time.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    threshold : float or sequence of float
        In the unit of the series.
    op : {">=", ">", "<=", "<"}
        How a value is compared with a threshold.
    watched : {"Y", "M"}
        Watch the figures of calendar years, or those of the twelve months to each month, which pass earlier.

    Returns
    -------
    DataFrame
        Columns scenario, series_id, op, threshold, period, probability (first
        passage in that year), by (has passed by the end of it), mcse (of
        ``by``).

    Notes
    -----
    How much the watch matters: METHODS 5, row "first passage". Of months before the first simulated December no
    twelve are simulated, so they are not watched.
    """
    paths = periodic(ens, series_id, "Y")
    periods, values = paths.periods, paths.values
    if watched == "M":
        values = rolling_years(ens, series_id).values
    elif watched != "Y":
        raise UnknownName("watch", watched, ["Y", "M"])
    parts = []
    for level in _levels(threshold):
        passed = _ever(_compare(values, op, level))
        # The rolling years begin with a December, so every twelfth of them closes a calendar year.
        table = _by_table(ens, series_id, passed[:, :: MONTHS if watched == "M" else 1], periods)
        parts.append(table.assign(op=op, threshold=float(level)))
    columns = ["scenario", "series_id", "op", "threshold", "period", "probability", "by", "mcse"]
    return pd.concat(parts, ignore_index=True)[columns]


def falls(ens: xr.Dataset, series_id: str, *, book: Evidence | None = None) -> pd.DataFrame:
    """Return the probability by year that the annual value falls below the year before.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    book : Evidence, optional
        Gives the observed year before the first simulated one; without it
        that first year is left out.

    Returns
    -------
    DataFrame
        Columns scenario, series_id, period, probability (falls in that year),
        mcse_year (its Monte-Carlo error), by (has fallen at least once by then), mcse (of ``by``).
    """
    paths = periodic(ens, series_id, "Y")
    values, periods = paths.values, paths.periods
    before = _observed_year(book, series_id, int(periods[0]) - 1) if book is not None else None
    if before is None:
        previous, values, periods = values[:, :-1], values[:, 1:], periods[1:]
    else:
        previous = np.concatenate([np.full_like(values[:, :1], before), values[:, :-1]], axis=1)
    fell = values < previous
    table = _by_table(ens, series_id, _ever(fell), periods)
    share, error = _probability(ens, fell)
    return table.assign(probability=share.ravel(), mcse_year=error.ravel())


def difference(
    ens: xr.Dataset,
    series_id: str,
    *,
    baseline: str = "baseline",
    freq: Frequency = "Y",
    levels: Sequence[float] = QUANTILES,
) -> pd.DataFrame:
    """Return quantiles of the draw-by-draw difference of each scenario from the baseline.

    Scenarios share their random numbers, so this is the effect of the scenario and not of chance.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, with at least two scenarios.
    series_id : str
        A variable of the ensemble.
    freq : {"M", "Y"}
        Months, or calendar years.
    levels : sequence of float
        Quantile levels between 0 and 1.
    baseline : str
        The scenario to subtract; it must be in the ensemble.

    Returns
    -------
    DataFrame
        The columns of `quantiles`; the baseline itself is left out. Empty without another scenario.

    Raises
    ------
    InputError
        If a level is outside 0 to 1, or views hold for one scenario alone.
    """
    names = [str(name) for name in ens["scenario"].to_numpy()]
    if baseline not in names:
        raise UnknownName("scenario", baseline, names, where="this ensemble")
    if "origin" in ens.coords and not (ens["origin"] == ens["origin"][0]).all():
        message = (
            "views chose other draws for one scenario than for another: compare the scenarios without views, so that "
            "the difference is the effect of the scenario."
        )
        raise InputError(message)
    paths, first = periodic(ens, series_id, freq), names.index(baseline)
    others = [index for index in range(len(names)) if index != first]
    change = paths.values[others].astype(np.float64) - paths.values[first]
    return _quantile_table(ens.isel(scenario=others), series_id, [Paths(change, paths.periods)], levels)


def history(book: Evidence, series_id: str) -> pd.DataFrame:
    """Return the observed values of a series after the choice rule, oldest first."""
    from eastbound.evidence.choice import chosen

    return chosen(book, series_id).sort_values(["start", "end"], ignore_index=True)


def _in_parts(ens: xr.Dataset, series_id: str, freq: str) -> Iterator[Paths]:
    """Yield the draws of a series in every period, of many draws a calendar year at a time, to hold less memory."""
    flows = ratio_of(str(variable(ens, series_id).attrs["aggregate"])) or ()
    if ens.sizes["draw"] < MANY or not set(flows) <= set(ens.data_vars):
        yield periodic(ens, series_id, freq)
        return
    own = ens[[series_id, *flows]]
    for first in range(0, ens.sizes["period"], MONTHS):
        yield periodic(own.isel(period=slice(first, first + MONTHS)), series_id, freq)


def _quantile_table(ens: xr.Dataset, series_id: str, parts: Iterable[Paths], levels: Sequence[float]) -> pd.DataFrame:
    refuse_percent(levels)
    tables, shares, all_periods = [], [], list[str]()
    for paths in parts:
        tables.append(core.quantiles(paths.values, levels))
        shares.append(1.0 - np.isnan(paths.values).mean(axis=-1))
        all_periods += paths.periods
    values, defined = np.concatenate(tables, axis=1), np.concatenate(shares, axis=1)
    scenarios, periods, count = values.shape
    return pd.DataFrame(
        {
            "scenario": np.repeat(ens["scenario"].to_numpy(), periods * count),
            "series_id": series_id,
            "period": np.tile(np.repeat(all_periods, count), scenarios),
            "level": np.tile(np.asarray(levels, dtype=float), scenarios * periods),
            "value": values.ravel(),
            "unit": ens.variables[series_id].attrs["unit"],
            "defined": np.repeat(defined.ravel(), count),
        }
    )


def _by_table(ens: xr.Dataset, series_id: str, passed: Bools, periods: Sequence[str]) -> pd.DataFrame:
    """Return first-time and cumulative probabilities of `passed`, shape (scenario, year, draw), monotone in years."""
    by, error = _probability(ens, passed)
    return pd.DataFrame(
        {
            "scenario": np.repeat(ens["scenario"].to_numpy(), len(periods)),
            "series_id": series_id,
            "period": np.tile(periods, ens.sizes["scenario"]),
            "probability": np.diff(by, axis=-1, prepend=0.0).ravel(),
            "by": by.ravel(),
            "mcse": error.ravel(),
        }
    )


def _ever(events: Bools) -> Bools:
    """Return whether an event has happened by the end of each year, shape (scenario, year, draw)."""
    happened = events.copy()
    for year in range(1, events.shape[1]):  # over whole rows of draws, which `accumulate` would cross one by one
        happened[:, year] |= happened[:, year - 1]
    return happened


def _probability(ens: xr.Dataset, events: Bools) -> tuple[Floats, Floats]:
    """Return `probability` of plain arrays, shape (scenario, ..., draw)."""
    middle = [f"axis_{k}" for k in range(events.ndim - 2)]
    coords = {"ess": ens.variables["ess"]} if "ess" in ens.coords else {}
    return probability(xr.DataArray(events, dims=("scenario", *middle, "draw"), coords=coords))


def _observed_year(book: Evidence, series_id: str, year: int) -> float | None:
    observed = history(book, series_id)
    value = observed.loc[observed["period"] == str(year), "value"]
    return None if value.empty else float(value.iloc[0])


def _compare(values: np.ndarray, op: str, level: float) -> np.ndarray:
    if op not in COMPARISONS:
        raise UnknownName("comparison", op, COMPARISONS)
    return COMPARISONS[op](values, level)


def _levels(threshold: Any) -> list[float]:
    """Return one threshold or several as numbers; NaN would be passed by no draw and give a probability of zero."""
    levels = [level.item() if isinstance(level, np.generic) else level for level in listed(threshold)]
    try:
        return [convert(level, "float") for level in levels]
    except (ValueError, TypeError):
        raise InputError(refusal("threshold", threshold, "a number or a list of numbers")) from None
