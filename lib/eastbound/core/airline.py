"""The airline model, ARIMA (0,1,1)(0,1,1), run for a whole grid of parameters at once.

In error-correction form the model is a level that follows the errors and one mean
growth per calendar month that follows them slowly, so gaps need no special care.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from eastbound.core.seasonal import fill_gaps
from eastbound.typing import Floats, Ints

# One minus the two moving-average parameters. The published fits lie inside; the ends are near-degenerate models.
LEVEL_GAINS = (1.2, 1.0, 0.85, 0.7, 0.55, 0.45, 0.35, 0.25, 0.15, 0.05)
GROWTH_GAINS = (0.9, 0.7, 0.55, 0.45, 0.35, 0.25, 0.15, 0.08, 0.03)


@dataclass(frozen=True)
class Track:
    """States after each observation: level (n, grid), growth by month (n, period, grid), errors (n, grid)."""

    level: Floats
    growth: Floats
    errors: Floats


def airline_grid() -> tuple[Floats, Floats]:
    """Return the level and growth gains of every grid point.

    Returns
    -------
    level, growth : array, shape (grid,)
        One minus the ordinary and the seasonal moving-average parameter.

    Examples
    --------
    >>> level, growth = airline_grid()
    >>> len(level), float(growth.min())
    (90, 0.03)
    """
    level, growth = np.array(list(product(LEVEL_GAINS, GROWTH_GAINS))).T
    return level, growth


def run_airline(values: Floats, gains: tuple[Floats, Floats], *, level: Floats, growth: Floats) -> Track:
    """Run the one-step recursions over a series for every grid point.

    Parameters
    ----------
    values : array, shape (n,)
        NaN marks a gap: its error counts as zero.
    gains : pair of arrays, shape (grid,)
        Level and growth gains.
    level : array, shape (grid,)
        Before the first observation.
    growth : array, shape (period, grid)
        Growth into each of the first `period` observations.

    Returns
    -------
    Track
        Errors are NaN in gaps.

    References
    ----------
    Box, Jenkins (1976), Time series analysis, chapter 9.

    Examples
    --------
    >>> gains = (np.ones(1), np.zeros(1))
    >>> track = run_airline(np.array([1.0, 3.0]), gains, level=np.zeros(1), growth=np.ones((2, 1)))
    >>> track.errors[:, 0]
    array([0., 1.])
    """
    follow, learn = gains
    growth, before = growth.copy(), np.zeros_like(follow)
    levels = np.empty((len(values), len(follow)))
    growths = np.empty((len(values), *growth.shape))
    errors = np.full_like(levels, np.nan)
    for t, value in enumerate(values):
        k = t % len(growth)
        level = level + growth[k]
        error = np.zeros_like(follow) if np.isnan(value) else value - level
        if not np.isnan(value):
            errors[t] = error
        growth[k] += learn * (error - (1.0 - follow) * before)
        level = level + follow * error
        levels[t], growths[t], before = level, growth, error
    return Track(levels, growths, errors)


def fit_airline(values: Floats, gains: tuple[Floats, Floats], period: int) -> Track:
    """Filter a series from a start that is found by filtering it backwards.

    Parameters
    ----------
    values : array, shape (n,)
        At least two periods; NaN in gaps.
    gains : pair of arrays, shape (grid,)
        Level and growth gains.
    period : int
        Observations per year.

    Returns
    -------
    Track
        Of the forward run.

    Examples
    --------
    >>> saw = np.tile([0.0, 1.0, 2.0, 1.0], 6)
    >>> bool(np.nanmax(np.abs(fit_airline(saw, airline_grid(), 4).errors)) < 1e-9)
    True
    """
    n, width = len(values), len(gains[0])
    full = fill_gaps(values)
    change = np.diff(full)
    month = np.arange(1, n) % period
    typical = np.array([np.median(change[month == k]) for k in range(period)])
    typical += (full[-period:].mean() - full[:period].mean()) / (n - period) - typical.mean()
    mirror = (n - np.arange(period)) % period  # growth into a month is minus the reversed growth out of it
    reverse = -np.repeat(typical[mirror][:, None], width, axis=1)
    back = run_airline(full[::-1], gains, level=full[-1] - reverse[0], growth=reverse)
    growth = -back.growth[-1][mirror]
    return run_airline(values, gains, level=full[0] - growth[0], growth=growth)


def airline_ahead(track: Track, gains: tuple[Floats, Floats], horizon: int, *, keep: Ints | list[int]) -> Floats:
    """Return the forecasts made at every origin.

    Parameters
    ----------
    track : Track
        Of n observations.
    gains : pair of arrays, shape (grid,)
        Those the track was made with.
    horizon : int
        Number of steps.
    keep : index
        Grid points wanted.

    Returns
    -------
    array, shape (horizon, n, kept)
        Row t of a step is the forecast made after observation t.

    Examples
    --------
    >>> saw, gains = np.tile([0.0, 1.0, 2.0, 1.0], 6), airline_grid()
    >>> np.round(airline_ahead(fit_airline(saw, gains, 4), gains, 5, keep=[0])[:, -1, 0] + 0.0, 6)
    array([0., 1., 2., 1., 0.])
    """
    n, period = track.growth.shape[:2]
    level, growth = track.level[:, keep], track.growth[:, :, keep]
    # An error still reaches the next month's growth, by way of its moving average.
    pending = (gains[1] * (1.0 - gains[0]))[keep] * np.nan_to_num(track.errors[:, keep])
    origin = np.arange(n)
    out = np.empty((horizon, *level.shape))
    for h in range(1, horizon + 1):
        level = level + growth[origin, (origin + h) % period]
        if h > 1 and h % period == 1:
            level = level - pending
        out[h - 1] = level
    return out


def airline_multiplier(gains: tuple[Floats, Floats], horizon: int, period: int) -> Floats:
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
        One in the first row.

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
