"""The airline model, ARIMA (0,1,1)(0,1,1), run for a whole grid of parameters at once.

In error-correction form the model is a level that follows the errors and one mean
growth per calendar month that follows them slowly, so gaps need no special care.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from eastbound.typing import Bools, Floats, Ints
from eastbound.univariate.past import PastDesign, make_past_design, past_origins

# One minus the two moving-average parameters. The published fits lie inside; the ends are near-degenerate models.
LEVEL_GAINS = (1.2, 1.0, 0.85, 0.7, 0.55, 0.45, 0.35, 0.25, 0.15, 0.05)
GROWTH_GAINS = (0.9, 0.7, 0.55, 0.45, 0.35, 0.25, 0.15, 0.08, 0.03, 0.005)

# Level and growth gain, shape (grid,) each.
Pair = tuple[Floats, Floats]


@dataclass(frozen=True)
class Track:
    """State after each observation: level (n, grid), growth by month (n, period, grid); forecasts (n, grid)."""

    level: Floats
    growth: Floats
    predicted: Floats


def airline_grid() -> Pair:
    """Return the level and growth gains of every grid point.

    Returns
    -------
    level, growth : array, shape (grid,)
        One minus the ordinary and the seasonal moving-average parameter.

    Examples
    --------
    >>> level, growth = airline_grid()
    >>> len(level), float(growth.min())
    (100, 0.005)
    """
    level, growth = np.array(list(product(LEVEL_GAINS, GROWTH_GAINS))).T
    return level, growth


def run_airline(values: Floats, gains: Pair, states: Floats) -> Track:
    """Run the one-step recursions over a series for every grid point.

    Parameters
    ----------
    values : array, shape (n,)
        NaN marks a gap: its error counts as zero.
    gains : pair of arrays, shape (grid,)
        Level and growth gains.
    states : array, shape (grid, period + 1)
        Level before the first observation, then the growth into each of the first `period` ones.

    Returns
    -------
    Track
        Forecasts are made one step before, in gaps as elsewhere.

    References
    ----------
    Box, Jenkins (1976), Time series analysis, chapter 9.

    Examples
    --------
    >>> track = run_airline(np.array([1.0, 3.0]), (np.ones(1), np.zeros(1)), np.array([[0.0, 1.0, 1.0]]))
    >>> track.predicted[:, 0]
    array([1., 2.])
    """
    follow, learn = gains
    level, growth = states[:, 0], states[:, 1:].T.copy()
    before = np.zeros_like(follow)
    levels, predicted = np.empty((2, len(values), len(follow)))
    growths = np.empty((len(values), *growth.shape))
    for t, value in enumerate(values):
        k = t % len(growth)
        predicted[t] = level + growth[k]
        error = np.zeros_like(follow) if np.isnan(value) else value - predicted[t]
        growth[k] += learn * (error - (1.0 - follow) * before)
        level = predicted[t] + follow * error
        levels[t], growths[t], before = level, growth, error
    return Track(levels, growths, predicted)


def airline_design(known: Bools, horizon: int, period: int) -> PastDesign:
    """Return the design of the model's starting states, now and at past origins.

    Parameters
    ----------
    known : array of bool, shape (n,)
        False in gaps.
    horizon, period : int
        Number of steps; observations per year.

    Returns
    -------
    PastDesign
        With `period` + 1 states.

    Examples
    --------
    >>> airline_design(np.ones(12, dtype=bool), 2, 4).present.response.shape
    (100, 12, 5)
    """
    follow, learn = airline_grid()
    width, count = len(follow), period + 1
    values = np.concatenate([np.where(known, 0.0, np.nan), np.full(horizon, np.nan)])
    unit = np.repeat(np.eye(count), width, axis=0)
    gains = np.tile(follow, count), np.tile(learn, count)
    track = run_airline(values, gains, unit)
    origins = past_origins(len(known), period)
    ahead = airline_ahead(track, gains, values=values, origins=origins, horizon=horizon)
    return make_past_design(
        track.predicted.reshape(-1, count, width), known, np.zeros((width, count)), origins=origins, ahead=ahead
    )


def airline_ahead(track: Track, gains: Pair, *, values: Floats, origins: Ints, horizon: int) -> Floats:
    """Return the forecasts made at some origins.

    Parameters
    ----------
    track : Track
        Of the n values.
    gains : pair of arrays, shape (grid,)
        Those the track was made with.
    values : array, shape (n,)
        NaN in gaps.
    origins : array of int, shape (k,)
        Positions of the observations after which the forecasts are made.
    horizon : int
        Number of steps.

    Returns
    -------
    array, shape (horizon, k, grid)
        In the unit of the values.

    Examples
    --------
    >>> saw, gains = np.tile([-1.0, 0.0, 1.0, 0.0], 3), (np.array([0.5]), np.array([0.1]))
    >>> track = run_airline(saw, gains, np.array([[0.0, -1.0, 1.0, 1.0, -1.0]]))
    >>> airline_ahead(track, gains, values=saw, origins=np.array([11]), horizon=5)[:, 0, 0]
    array([-1.,  0.,  1.,  0., -1.])
    """
    period = track.growth.shape[1]
    # An error still reaches the next month's growth, by way of its moving average.
    pending = gains[1] * (1.0 - gains[0]) * np.nan_to_num(values[origins, None] - track.predicted[origins])
    level = track.level[origins]
    out = np.empty((horizon, *level.shape))
    for h in range(1, horizon + 1):
        level = level + track.growth[origins, (origins + h) % period]
        if h > 1 and h % period == 1:
            level = level - pending
        out[h - 1] = level
    return out


def airline_multiplier(gains: Pair, horizon: int, period: int) -> Floats:
    """Return the variance of each step as a multiple of the one-step variance.

    Parameters
    ----------
    gains : pair of arrays, shape (grid,)
        Level and growth gains.
    horizon, period : int
        Number of steps; observations per year.

    Returns
    -------
    array, shape (horizon, grid)
        The first row is 1.

    Examples
    --------
    >>> airline_multiplier((np.array([0.5]), np.array([0.0])), 3, 12)[:, 0]
    array([1.  , 1.25, 1.5 ])
    """
    follow, learn = gains
    steps = np.arange(1, horizon + 1)[:, None]
    years, after = steps // period, (steps - 1) // period
    impact = follow + learn * years - learn * (1.0 - follow) * after
    return np.vstack([np.ones_like(follow), 1.0 + np.cumsum(impact[:-1] ** 2, axis=0)])
