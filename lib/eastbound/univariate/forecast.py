"""Forecasts of a single series with intervals that hold.

A pool of structural models, each averaged over its parameters instead of fitted to one
best point, on the log and on the level scale:

- yearly, or too short for seasons: a random walk with a damped drift shrunk to a reference
  class, momentum and drift uncertainty, and with half its weight a smoothed level with half
  the history's trend, which lasts; t(5) tails;
- quarterly and monthly: the airline model and exponential smoothing with a damped slope, a
  lasting slope, a cycle or a level alone, with t(5) tails, learned from the series with large
  surprises cut. Variances are scaled by the errors of past forecasts that knew nothing later,
  by the last years' volatility and by the calendar month's;
- between two bounds: the same members on log-odds;
- many zeros: a probability of any value, and a smoothed level of the logs of what is not zero.

Which settings were chosen where. Odd series are the 1st, 3rd, ... of the development sets.
Families, equal weights and the bounds of the log scale's weight: on origins inside the
training parts and on the test windows of odd monthly series. Factors of variance: on the
same and on thirteen origins of odd trade series, the last window among them. Cutting of
surprises: its size is a published one; that it is used at all was decided on odd series and
on trade origins before the last. Reference drift: METHODS 3.3. Damping of yearly drift, momentum and the lasting
trend: on odd yearly series and on origins six years before their last. Three looks went
further: a first comparison of single families, two trusts in `univariate.spread` and the
coverage after the cutting of surprises saw all test windows. No setting was chosen on even
series alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from eastbound.constants import QUANTILES, SEED
from eastbound.errors import InputError
from eastbound.typing import Floats
from eastbound.univariate.intermittent import intermittent, intermittent_quantiles, occurrence
from eastbound.univariate.members import Candidates, level_member, seasonal_candidates, walk_candidates
from eastbound.univariate.outliers import absurd_end, absurd_values
from eastbound.univariate.pool import Member, pool_quantiles, scale_weight

# Judgement, from here to SEEN_TWICE: what the contract of the function names, and what is too little for a season.
PERIODS = (1, 4, 12)
PERIOD_WORDS = {12: "yearly", 3: "quarterly", 1: "monthly"}  # by months per step
SHORTEST = 8  # fewer usable points are no basis for an interval
LONGEST = 400  # older observations say nothing about the next steps
LONGEST_HORIZON = 360  # thirty years of months; memory grows with steps times values
YEARS_FOR_SEASONS = 3  # fewer years cannot tell a season from noise
SEEN_TWICE = 2  # times that each calendar month must have a value, for seasons

# Reference class of yearly drift in logs: 3.2 % a year with sd 3.9 %, METHODS 2.1 and 3.3.
DRIFT = (0.032, 0.039)
DAMPING = 0.9  # per year; METHODS 3.3 fixed .90 before looking
WALK_YEARS = 25  # older changes belong to another regime, METHODS 3.3

# Bounds of the log scale's weight where likelihood decides between the scales: chosen on odd series. Trade alone would
# take more of the logs (.85 or 1 covers 2 to 4 points more in its last window), tourism less.
LOG_WEIGHT_SEASONAL = (0.4, 0.7)
LOG_WEIGHT_WALK = (0.6, 0.9)


def forecast_series(
    history: Sequence[float] | Floats | pd.Series,
    horizon: int,
    *,
    period: int = 12,
    quantiles: Sequence[float] = QUANTILES,
    seed: int = SEED,
    upper: float | None = None,
) -> pd.DataFrame:
    """Forecast one series and return quantiles per step.

    Parameters
    ----------
    history : Series or array, shape (n,)
        Consecutive observations, oldest first, in any unit. Gaps inside are NaN. At least eight values.
    horizon : int
        Number of steps ahead, at most 360.
    period : {1, 4, 12}
        Observations per year.
    quantiles : sequence of float
        Levels strictly between 0 and 1.
    seed : int
        Part of every forecaster's signature; the result is in closed form and does not depend on it.
    upper : float, optional
        Largest possible value of a quantity that cannot fall below zero either, such as 100 for a share in percent.
        No quantile passes it.

    Returns
    -------
    DataFrame, step (1 ... horizon) x quantile level
        In the unit of the history. ``attrs["fallback"]`` names what a special series got instead of the
        full method, or is empty.

    Raises
    ------
    InputError
        If the history is too short, infinite, ends in a gap or is not regular, or an option is not as above.

    References
    ----------
    METHODS sections 3.3 and 3.4.

    Examples
    --------
    >>> frame = forecast_series([8.0, 9, 11, 10, 12, 13, 13, 15, 16], 2, period=1, quantiles=(0.1, 0.5, 0.9))
    >>> frame.shape, bool(frame.loc[1, 0.5] > 15)
    ((2, 3), True)
    """
    del seed
    levels = _checked_levels(quantiles)
    _check_steps(horizon, period)
    values = _checked(history, period)
    used = values[-LONGEST:]
    if upper is None:
        table, notes = _table(used, int(horizon), int(period), levels)
    else:
        _check_bounds(values, upper)
        table, notes = _bounded_table(used / upper, int(horizon), int(period), levels)
        table = table * upper
    if len(values) > LONGEST:
        notes.insert(0, f"the last {LONGEST} of {len(values)} values used")
    frame = pd.DataFrame(table, pd.RangeIndex(1, horizon + 1, name="step"), pd.Index(levels, name="level"))
    frame.attrs["fallback"] = "; ".join(notes)
    return frame


def _table(values: Floats, horizon: int, period: int, levels: list[float]) -> tuple[Floats, list[str]]:
    """Return quantiles (horizon, level) and notes on special treatment."""
    if intermittent(values):
        return _intermittent_table(values, horizon, period, levels)
    top = float(np.nanmax(np.abs(values))) or 1.0
    unit = max(float(np.nanmedian(np.abs(values / top))), 1e-6)  # sums and squares must stay finite
    notes: list[str] = []
    scaled = values / top / unit
    if np.nanmax(scaled) - np.nanmin(scaled) <= 1e-12:
        return np.full((horizon, len(levels)), values[-1]), ["constant history: its value at every level"]
    logs = bool(np.nanmin(scaled) > 0)
    if not logs:
        notes.append("zero or negative values: level scale only")
    mark = absurd_values(np.log(scaled) if logs else scaled)
    if mark.any() and np.sum(~np.isnan(scaled) & ~mark) >= SHORTEST:
        notes.append(f"absurd values counted as missing at positions {np.flatnonzero(mark).tolist()}")
        scaled = np.where(mark, np.nan, scaled)
    if absurd_end(np.log(scaled) if logs else scaled):
        notes.append("last value absurdly far from the one before: kept, as it may be the first of a lasting shift")
    seasonal = _has_seasons(scaled, period, notes)
    with np.errstate(over="ignore"):
        table = pool_quantiles(_members(scaled, horizon, period, seasonal=seasonal), levels) * unit * top
    if np.isinf(table).any():
        notes.append("explosive history: quantiles beyond the largest number are held at it")
    largest = np.finfo(np.float64).max
    return np.clip(table, np.nextafter(0.0, 1.0) if logs else -largest, largest), notes


def _bounded_table(shares: Floats, horizon: int, period: int, levels: list[float]) -> tuple[Floats, list[str]]:
    """Return quantiles of a quantity between zero and one, forecast as log-odds."""
    notes = []
    inside = shares[(shares > 0.0) & (shares < 1.0)]
    if not len(inside) or np.nanmax(shares) - np.nanmin(shares) <= 1e-12:
        if np.nanmax(shares) > np.nanmin(shares):
            message = "`history` has no value between zero and `upper`; leave `upper` out."
            raise InputError(message)
        return np.full((horizon, len(levels)), shares[-1]), ["constant history: its value at every level"]
    edge = max(0.5 * float(min(inside.min(), 1.0 - inside.max())), 1e-12)  # so that log-odds stay finite
    if np.nanmin(shares) < edge or np.nanmax(shares) > 1.0 - edge:
        notes.append("values at a bound counted as half as far from it as the nearest other value")
    odds = logit(np.clip(shares, edge, 1.0 - edge))
    seasonal = _has_seasons(odds, period, notes)
    if seasonal:
        pool = seasonal_candidates(odds, horizon, period, log=False, positive=False)
    else:
        odds = odds[np.flatnonzero(~np.isnan(odds))[0] :][-max(WALK_YEARS * period, SHORTEST) :]
        drift = 0.0, DRIFT[1] / period  # a share has no usual direction
        pool = walk_candidates(odds, horizon, drift=drift, damping=DAMPING ** (1 / period), log=False, positive=False)
    return expit(pool_quantiles(pool.members, levels)), notes


def _has_seasons(values: Floats, period: int, notes: list[str]) -> bool:
    """Tell whether a series is long enough for seasons, and add a note if it is not."""
    years = len(values) / period
    seasonal = period > 1 and years >= YEARS_FOR_SEASONS and _every_month_seen(values, period)
    if period > 1 and not seasonal:
        notes.append(f"under {YEARS_FOR_SEASONS} years or a month seen less than twice: no seasons")
    return seasonal


def _intermittent_table(values: Floats, horizon: int, period: int, levels: list[float]) -> tuple[Floats, list[str]]:
    """Return quantiles of a series with many zeros: an occurrence and, apart from it, a size without seasons."""
    sizes = np.where(values > 0.0, values, np.nan)[np.flatnonzero(values > 0.0)[0] :]
    probability = occurrence(values, period)
    logs = np.log(sizes)
    centre = float(np.nanmedian(logs))
    with np.errstate(over="ignore"):
        table = intermittent_quantiles([level_member(logs - centre, horizon)], probability, levels) * np.exp(centre)
    note = f"intermittent: zero with probability {1.0 - probability:.2f}, sizes without seasons"
    return np.minimum(table, np.finfo(np.float64).max), [note]


def _every_month_seen(values: Floats, period: int) -> bool:
    known = ~np.isnan(values)
    return min(int(known[k::period].sum()) for k in range(period)) >= SEEN_TWICE


def _members(values: Floats, horizon: int, period: int, *, seasonal: bool) -> list[Member]:
    """Return the pool, weighted by scale; values are in units of their median size."""
    positive = bool(np.nanmin(values) >= 0)
    if not seasonal:
        values = values[np.flatnonzero(~np.isnan(values))[0] :][-max(WALK_YEARS * period, SHORTEST) :]
    level = _candidates(values, horizon, period, seasonal=seasonal, log=False, positive=positive)
    if np.nanmin(values) <= 0:
        return list(level.members)
    log = _candidates(np.log(values), horizon, period, seasonal=seasonal, log=True, positive=positive)
    # The Jacobian puts both likelihoods on the level scale; a walk's first error is the third value's.
    jacobian = float(np.nansum(np.log(values[0 if seasonal else 2 :])))
    low, high = LOG_WEIGHT_SEASONAL if seasonal else LOG_WEIGHT_WALK
    share = scale_weight(log.score - jacobian, level.score, low=low, high=high)
    return [
        replace(member, weight=member.weight * weight)
        for scale, weight in ((log, share), (level, 1 - share))
        for member in scale.members
    ]


def _candidates(values: Floats, horizon: int, period: int, *, seasonal: bool, log: bool, positive: bool) -> Candidates:
    if seasonal:
        return seasonal_candidates(values, horizon, period, log=log, positive=positive)
    # On the level scale a relative drift is one of the usual size; a series of both signs has no direction.
    size = 1.0 if log else max(float(np.nanmean(np.abs(values))), 1e-6)
    mean, sd = DRIFT[0] * size * positive / period, DRIFT[1] * size / period
    return walk_candidates(
        values, horizon, drift=(mean, sd), damping=DAMPING ** (1 / period), log=log, positive=positive
    )


def _check_steps(horizon: int, period: int) -> None:
    if not isinstance(period, int | np.integer) or isinstance(period, bool) or period not in PERIODS:
        message = f"`period` is {period!r}; it must be 1 (yearly), 4 (quarterly) or 12 (monthly)."
        raise InputError(message)
    if not isinstance(horizon, int | np.integer) or isinstance(horizon, bool) or not 1 <= horizon <= LONGEST_HORIZON:
        message = (
            f"`horizon` is {horizon!r}; it must be a whole number of steps, at least 1, at most {LONGEST_HORIZON}."
        )
        raise InputError(message)


def _check_bounds(values: Floats, upper: float) -> None:
    if not isinstance(upper, Real) or isinstance(upper, bool | np.bool_) or not 0.0 < upper < np.inf:
        message = f"`upper` is {upper!r}; it must be a number above zero, such as 100 for a share in percent."
        raise InputError(message)
    outside = (values < 0.0) | (values > upper)
    if outside.any():
        index = int(np.argmax(outside))
        message = f"`history` is {values[index]:g} at position {index}, outside zero to `upper` ({upper:g})."
        raise InputError(message)


def _checked(history: Sequence[float] | Floats | pd.Series, period: int) -> Floats:
    if isinstance(history, pd.Series):
        _check_years(history.index, period)
        _check_dates(history.index, period)
    try:
        values = _numbers(history)
    except (TypeError, ValueError):
        message = "`history` holds something that is not a number; give numbers, and NaN for a gap."
        raise InputError(message) from None
    if values.ndim != 1:
        message = f"`history` has {values.ndim} dimensions; give one series, oldest value first."
        raise InputError(message)
    if np.isinf(values).any():
        message = (
            f"`history` is infinite at position {int(np.argmax(np.isinf(values)))}; replace it by a number or NaN."
        )
        raise InputError(message)
    usable = int(np.sum(~np.isnan(values)))
    if usable < SHORTEST:
        message = (
            f"`history` has {usable} usable values; at least {SHORTEST} are needed for an interval. Add older ones."
        )
        raise InputError(message)
    if np.isnan(values[-1]):
        message = "`history` ends in a gap; cut the missing values off the end and lengthen `horizon` instead."
        raise InputError(message)
    return values


def _numbers(history: Sequence[float] | Floats | pd.Series) -> Floats:
    """Return values as numbers with NaN for what is missing, or raise `TypeError`.

    NumPy turns ``True`` into 1, dates into days since 1970 and the text "12" into 12, so kinds are checked first.
    """
    if isinstance(history, np.ma.MaskedArray):
        numeric = history.dtype.kind in "iuf"
        history = np.ma.filled(history.astype(np.float64), np.nan) if numeric else np.asarray(history)
    # A list with one True among numbers would become an array of numbers.
    array = np.asarray(history, dtype=object if isinstance(history, list | tuple) else None)
    if array.ndim != 1:
        return array.astype(np.float64)
    if array.dtype.kind in "iuf":
        return array.astype(np.float64)
    if array.dtype.kind != "O":
        raise TypeError
    missing = np.array([item is None or item is pd.NA for item in array], dtype=bool)
    if not all(isinstance(item, Real | Decimal) and not isinstance(item, bool | np.bool_) for item in array[~missing]):
        raise TypeError
    return np.where(missing, np.nan, array).astype(np.float64)


def _check_years(index: pd.Index, period: int) -> None:
    """Refuse whole years as an index of a yearly series that are unordered, doubled or not consecutive."""
    if period != 1 or index.dtype.kind not in "iu" or not len(index) or not 1000 <= int(index.min()) <= 9999:
        return
    steps = np.diff(index.to_numpy().astype(np.int64))
    if np.all(steps == 1):
        return
    gap = int(np.argmax(steps != 1))
    message = (
        f"`history` has the year {index[gap + 1]} after {index[gap]}; give one value for every year, oldest "
        "first, and NaN for a gap."
    )
    raise InputError(message)


def _check_dates(index: pd.Index, period: int) -> None:
    """Refuse dates that are unsorted, doubled or not one per step; an index without dates is ignored."""
    if index.dtype == object or isinstance(index.dtype, pd.StringDtype):
        dates = pd.to_datetime(index, format="ISO8601", errors="coerce")
        index = dates if len(dates) and dates.notna().all() else index
    if isinstance(index, pd.DatetimeIndex):
        index = index.tz_localize(None).to_period("M")
    if not isinstance(index, pd.PeriodIndex):
        return
    if index.hasnans:
        message = f"`history` has no date at position {int(np.argmax(index.isna()))}; give every value a date."
        raise InputError(message)
    if index.has_duplicates:
        message = f"`history` has {index[index.duplicated()][0]} twice; keep one value per date."
        raise InputError(message)
    if not index.is_monotonic_increasing:
        message = "`history` is not in order; sort it by date, oldest first."
        raise InputError(message)
    first = index.asfreq("M")
    months = np.diff(first.year * 12 + first.month)
    step = 12 // period
    if np.any(months != step):
        gap = int(np.argmax(months != step))
        if months.min() == months.max() and int(months[0]) in PERIOD_WORDS:
            message = f"`history` is {PERIOD_WORDS[int(months[0])]} but `period` {period} means {PERIOD_WORDS[step]}."
            message += f" Give `period={12 // int(months[0])}`."
        else:
            message = (
                f"`history` has {months[gap]} months from {index[gap]} to {index[gap + 1]} where `period` "
                f"{period} expects {step}: {first[gap] + step} is missing or mixed in. Put NaN into gaps."
            )
        raise InputError(message)


def _checked_levels(quantiles: Sequence[float]) -> list[float]:
    try:
        levels = [float(q) for q in quantiles]
    except (TypeError, ValueError):
        message = f"`quantiles` is {quantiles!r}; give a list of levels strictly between 0 and 1, e.g. (0.1, 0.5, 0.9)."
        raise InputError(message) from None
    if not levels or not all(0.0 < q < 1.0 for q in levels):
        message = f"`quantiles` is {levels}; give levels strictly between 0 and 1, e.g. 0.1, 0.5, 0.9."
        raise InputError(message)
    return levels
