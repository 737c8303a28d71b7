"""Forecasts of a single series with calibrated intervals.

Yearly series: a random walk in logs (in levels where a value is not positive)
with a damped drift shrunk to a reference class, drift uncertainty and t tails.
Quarterly and monthly series: damped exponential smoothing with seasons, averaged
over a grid of parameters by their likelihood, in logs and in levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from eastbound.constants import QUANTILES, SEED
from eastbound.core.drift import drift_posterior, walk_forecast
from eastbound.core.pool import Member, pool_quantiles
from eastbound.core.seasonal import fill_gaps, seasonal_pattern
from eastbound.core.smoothing import Gains, extrapolate, run_filter
from eastbound.errors import InputError
from eastbound.typing import Floats

PERIODS = (1, 4, 12)
SHORTEST = 8  # fewer usable points are no basis for an interval
LONGEST = 400  # older observations say nothing about the next steps

# Reference class of yearly series, METHODS 3.3 and 2.1: drift 3.2 % a year with sd 3.9 %, damping .85, t(5) tails.
DRIFT = (0.032, 0.039)
DAMPING = 0.85
TAIL_DF = 5.0


def forecast_series(
    history: Sequence[float] | Floats | pd.Series,
    horizon: int,
    *,
    period: int = 12,
    quantiles: Sequence[float] = QUANTILES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Forecast one series and return quantiles per step.

    Parameters
    ----------
    history : Series or array, shape (n,)
        Consecutive observations, oldest first, in any unit. Gaps inside are NaN. At least eight values.
    horizon : int
        Number of steps ahead.
    period : {1, 4, 12}
        Observations per year.
    quantiles : sequence of float
        Levels strictly between 0 and 1.
    seed : int
        Part of every forecaster's signature; the result is in closed form and does not depend on it.

    Returns
    -------
    DataFrame, step (1 ... horizon) x quantile level
        In the unit of the history. ``attrs["fallback"]`` names what a special series got instead of the
        full method, or is empty.

    Raises
    ------
    InputError
        If the history is too short, infinite, ends in a gap or is not regular.

    References
    ----------
    METHODS sections 2.1 and 3.3.

    Examples
    --------
    >>> frame = forecast_series([8.0, 9, 11, 10, 12, 13, 13, 15, 16], 2, period=1, quantiles=(0.1, 0.5, 0.9))
    >>> frame.shape, bool(frame.loc[1, 0.5] > 15)
    ((2, 3), True)
    """
    del seed
    values = _checked(history, horizon, period)
    levels = _checked_levels(quantiles)
    unit = float(np.nanmedian(np.abs(values))) or 1.0
    fallback = ""
    if np.nanstd(values) <= 1e-12 * unit:
        fallback = "constant history: the last value at every level"
        table = np.full((horizon, len(levels)), values[-1])
    else:
        members = _yearly(values / unit, horizon) if period == 1 else _seasonal(values / unit, horizon, period)
        table = pool_quantiles(members, levels) * unit
    frame = pd.DataFrame(
        table, index=pd.RangeIndex(1, horizon + 1, name="step"), columns=pd.Index(levels, name="level")
    )
    frame.attrs["fallback"] = fallback
    return frame


def _yearly(values: Floats, horizon: int) -> list[Member]:
    log = bool(np.nanmin(values) > 0)
    z = np.log(values[-25:]) if log else values[-25:]
    changes = np.diff(z)
    volatility = float(np.nanstd(changes, ddof=1)) or 1e-9
    mean, sd = DRIFT if log else (0.0, volatility)
    drift, drift_sd = drift_posterior(changes, mean=mean, sd=sd, volatility=volatility)
    location, scale = walk_forecast(
        float(z[-1]), horizon, drift=drift, drift_sd=drift_sd, volatility=volatility, damping=DAMPING
    )
    return [Member(location, scale, TAIL_DF + 3, log)]


def _seasonal(values: Floats, horizon: int, period: int) -> list[Member]:
    scales = [True, False] if np.nanmin(values) > 0 else [False]
    members, evidence = [], []
    for log in scales:
        member, score = _smoothed(np.log(values) if log else values, horizon, period, log)
        members.append(member)
        evidence.append(score - (np.nansum(np.log(values)) if log else 0.0))
    weight = np.exp(np.clip(np.array(evidence) - max(evidence), -5, 0))
    return [Member(m.location, m.scale, m.df, m.log, float(w)) for m, w in zip(members, weight, strict=True)]


def _smoothed(z: Floats, horizon: int, period: int, log: bool) -> tuple[Member, float]:
    season = seasonal_pattern(z, period) if len(z) >= 2 * period + 1 else np.zeros(1)
    trend = fill_gaps(z - np.resize(season, len(z)))[: max(2 * period, 6)]
    grid = np.array(
        list(product([0.05, 0.15, 0.3, 0.5, 0.7, 0.95], [0.0, 0.02, 0.08], [0.9, 0.98], [0.0, 0.05, 0.15, 0.4]))
    ).T
    gains = Gains(grid[0], grid[1] * grid[0], grid[2], grid[3] * (1 - grid[0]))
    start = np.array([np.mean(trend[: max(period, 3)]), 0.0])
    state = run_filter(z, gains, start=start, season=season)
    burn = period
    errors = state.errors[burn:]
    count = int(np.sum(~np.isnan(errors[:, 0])))
    variance = np.nansum(errors**2, axis=0) / count
    score = -0.5 * count * np.log(variance)
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    mean, multiplier = extrapolate(state, gains, horizon)
    centre = mean @ weight
    spread = (multiplier * variance + (mean - centre[:, None]) ** 2) @ weight
    return Member(centre, np.sqrt(spread), TAIL_DF + 3, log), float(score.max())


def _checked(history: Sequence[float] | Floats | pd.Series, horizon: int, period: int) -> Floats:
    if period not in PERIODS:
        message = f"`period` is {period!r}; it must be 1 (yearly), 4 (quarterly) or 12 (monthly)."
        raise InputError(message)
    if not isinstance(horizon, int | np.integer) or horizon < 1:
        message = f"`horizon` is {horizon!r}; it must be a whole number of steps, at least 1."
        raise InputError(message)
    try:
        values = np.asarray(history, dtype=np.float64)
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
    return values[-LONGEST:]


def _checked_levels(quantiles: Sequence[float]) -> list[float]:
    levels = [float(q) for q in quantiles]
    if not levels or not all(0.0 < q < 1.0 for q in levels):
        message = f"`quantiles` is {levels}; give levels strictly between 0 and 1, e.g. 0.1, 0.5, 0.9."
        raise InputError(message)
    return levels
