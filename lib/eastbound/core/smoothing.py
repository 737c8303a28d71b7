"""Damped exponential smoothing with seasons, run for a whole grid of parameters at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eastbound.typing import Floats


@dataclass(frozen=True)
class Gains:
    """Parameters of the innovations form, one entry per grid point.

    y(t) = level + damping slope + season + e;  level moves by level_gain e,
    slope by slope_gain e, the season of the month by season_gain e.
    """

    level: Floats
    slope: Floats
    damping: Floats
    season: Floats


@dataclass(frozen=True)
class State:
    """What the filter knows after the last observation; `season` starts with the next period."""

    level: Floats
    slope: Floats
    season: Floats
    errors: Floats


def run_filter(values: Floats, gains: Gains, *, start: Floats, season: Floats) -> State:
    """Run the one-step recursions over a series for every grid point.

    Parameters
    ----------
    values : array, shape (n,)
        NaN marks a gap: the state is carried forward and nothing is learned.
    gains : Gains
        Arrays of shape (grid,).
    start : array, shape (2,)
        Level and slope before the first observation.
    season : array, shape (period,)
        Seasonal effects of the first `period` observations; one zero without seasons.

    Returns
    -------
    State
        Last level and slope of shape (grid,), season (period, grid), errors (n, grid).

    References
    ----------
    Hyndman, Koehler, Ord, Snyder (2008), Forecasting with exponential smoothing, ch. 3.

    Examples
    --------
    >>> one = np.ones(1)
    >>> walk = Gains(level=one, slope=0 * one, damping=one, season=0 * one)
    >>> state = run_filter(np.array([1.0, 3.0, np.nan]), walk, start=np.zeros(2), season=np.zeros(1))
    >>> state.level, state.errors[:, 0]
    (array([3.]), array([ 1.,  2., nan]))
    """
    period, width = len(season), len(gains.level)
    level, slope = np.full(width, start[0]), np.full(width, start[1])
    seasons = np.repeat(season[:, None], width, axis=1)
    errors = np.full((len(values), width), np.nan)
    for t, value in enumerate(values):
        slope = gains.damping * slope
        level = level + slope
        if np.isnan(value):
            continue
        k = t % period
        error = errors[t] = value - level - seasons[k]
        level = level + gains.level * error
        slope = slope + gains.slope * error
        seasons[k] += gains.season * error
    return State(level, slope, np.roll(seasons, -(len(values) % period), axis=0), errors)


def extrapolate(state: State, gains: Gains, horizon: int) -> tuple[Floats, Floats]:
    """Return mean and variance multiplier of the next steps for every grid point.

    Parameters
    ----------
    state : State
        After the last observation.
    gains : Gains
        The parameters the state was made with.
    horizon : int
        Number of steps.

    Returns
    -------
    mean, multiplier : array, shape (horizon, grid)
        The variance of a step is the multiplier times that of a one-step error.

    Examples
    --------
    >>> one = np.ones(1)
    >>> walk = Gains(level=one, slope=0 * one, damping=one, season=0 * one)
    >>> state = run_filter(np.array([1.0, 3.0]), walk, start=np.zeros(2), season=np.zeros(1))
    >>> mean, multiplier = extrapolate(state, walk, 3)
    >>> mean[:, 0], multiplier[:, 0]
    (array([3., 3., 3.]), array([1., 2., 3.]))
    """
    steps = np.arange(1, horizon + 1)
    reach = np.cumsum(gains.damping ** steps[:, None], axis=0)
    period = len(state.season)
    mean = state.level + reach * state.slope + state.season[(steps - 1) % period]
    impact = gains.level + reach * gains.slope + gains.season * (steps % period == 0)[:, None]
    return mean, 1.0 + np.vstack([np.zeros_like(gains.level), np.cumsum(impact[:-1] ** 2, axis=0)])
