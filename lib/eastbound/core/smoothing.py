"""Exponential smoothing with slope, cycle and seasons, run for a whole grid of parameters at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from eastbound.core.seasonal import fill_gaps, seasonal_pattern
from eastbound.typing import Floats, Ints

FAMILIES = ("damped", "drift", "cycle")
GRID = 120  # points per family; twice as many change no benchmark figure by one per cent


@dataclass(frozen=True)
class Gains:
    """Parameters of the innovations form, one entry per grid point.

    y(t) = level + slope + cycle + season + e. A one-step error e moves the level by
    level e, the slope by slope e, the cycle by cycle e and the season by season e;
    before each step the slope shrinks by damping and the cycle by persistence.
    """

    level: Floats
    slope: Floats
    damping: Floats
    season: Floats
    cycle: Floats
    persistence: Floats


@dataclass(frozen=True)
class Trace:
    """States after each observation, shape (n, grid), and `seasons` after the last, shape (period, grid).

    `season` holds, at each time, the effect of that time's own month.
    """

    level: Floats
    slope: Floats
    cycle: Floats
    season: Floats
    errors: Floats
    seasons: Floats


def low_discrepancy(count: int, dimensions: int) -> Floats:
    """Return the first points of Halton's sequence, the same on every call.

    Parameters
    ----------
    count, dimensions : int
        At most five dimensions.

    Returns
    -------
    array, shape (dimensions, count)
        In the open unit interval.

    Examples
    --------
    >>> low_discrepancy(3, 2)
    array([[0.5       , 0.25      , 0.75      ],
           [0.33333333, 0.66666667, 0.11111111]])
    """
    out = np.zeros((dimensions, count))
    for row, base in zip(out, (2, 3, 5, 7, 11), strict=False):
        rest, unit = np.arange(1, count + 1), 1.0
        while rest.any():
            unit /= base
            row += unit * (rest % base)
            rest = rest // base
    return out


def family(name: str, count: int = GRID) -> Gains:
    """Return points spread over the prior of one family of models.

    `damped` has a slope that fades, `drift` a lasting slope that changes little,
    `cycle` a slow level with a returning deviation. The shapes favour small slope
    and season gains, which short series cannot tell from zero.

    Parameters
    ----------
    name : {"damped", "drift", "cycle"}
        Family.
    count : int
        Number of points.

    Returns
    -------
    Gains
        Arrays of shape (count,).

    References
    ----------
    METHODS section 3.3 for damping near .9; the other shapes are judgement, set before scoring.

    Examples
    --------
    >>> bool(np.all(family("drift").damping == 1.0))
    True
    """
    u, none = low_discrepancy(count, 4), np.zeros(count)
    level = u[0] ** 1.3
    season = 0.6 * (1.0 - level) * u[3] ** 2.5
    if name == "damped":
        return Gains(level, 0.5 * level * u[1] ** 3, betaincinv(17, 2, u[2]), season, none, none)
    if name == "drift":
        return Gains(level, 0.2 * level * u[1] ** 4, none + 1.0, season, none, none)
    slow = 0.6 * u[0] ** 2.5
    season = 0.6 * (1.0 - slow) * u[3] ** 2.5
    return Gains(slow, none, none + 1.0, season, u[1] * (1.0 - slow), 0.3 + 0.69 * u[2])


def run_filter(values: Floats, gains: Gains, *, start: tuple[Floats, Floats], seasons: Floats) -> Trace:
    """Run the one-step recursions over a series for every grid point.

    Parameters
    ----------
    values : array, shape (n,)
        NaN marks a gap: the state is carried forward and nothing is learned.
    gains : Gains
        Arrays of shape (grid,).
    start : pair of arrays, shape (grid,)
        Level and slope before the first observation.
    seasons : array, shape (period, grid)
        Seasonal effects of the first `period` observations.

    Returns
    -------
    Trace
        Errors are NaN in gaps.

    References
    ----------
    Hyndman, Koehler, Ord, Snyder (2008), Forecasting with exponential smoothing, chapter 3.

    Examples
    --------
    >>> one, none = np.ones(1), np.zeros(1)
    >>> walk = Gains(level=one, slope=none, damping=one, season=none, cycle=none, persistence=none)
    >>> trace = run_filter(np.array([1.0, 3.0, np.nan]), walk, start=(none, none), seasons=np.zeros((1, 1)))
    >>> trace.level[-1], trace.errors[:, 0]
    (array([3.]), array([ 1.,  2., nan]))
    """
    shape = (len(values), len(gains.level))
    levels, slopes, cycles, own = (np.empty(shape) for _ in range(4))
    errors = np.full(shape, np.nan)
    level, slope = start
    cycle, seasons = np.zeros_like(gains.level), seasons.copy()
    for t, value in enumerate(values):
        k = t % len(seasons)
        slope = gains.damping * slope
        level = level + slope
        cycle = gains.persistence * cycle
        if not np.isnan(value):
            error = errors[t] = value - level - cycle - seasons[k]
            level = level + gains.level * error
            slope = slope + gains.slope * error
            cycle = cycle + gains.cycle * error
            seasons[k] += gains.season * error
        levels[t], slopes[t], cycles[t], own[t] = level, slope, cycle, seasons[k]
    return Trace(levels, slopes, cycles, own, errors, seasons)


def smooth(values: Floats, gains: Gains, period: int) -> Trace:
    """Filter a series from a start that is found by filtering it backwards.

    Parameters
    ----------
    values : array, shape (n,)
        At least two periods and one observation; NaN in gaps.
    gains : Gains
        Arrays of shape (grid,).
    period : int
        Observations per year.

    Returns
    -------
    Trace
        Of the forward run.

    References
    ----------
    Box, Jenkins (1976), Time series analysis, chapter 7 (back-forecasting).

    Examples
    --------
    >>> saw = np.tile([0.0, 1.0, 2.0, 1.0], 5)
    >>> bool(np.nanmax(np.abs(smooth(saw, family("drift"), 4).errors)) < 1e-9)
    True
    """
    n, width = len(values), len(gains.level)
    pattern = seasonal_pattern(values, period)
    plain = fill_gaps(values - np.resize(pattern, n))
    drift = (plain[-period:].mean() - plain[:period].mean()) / (n - period)
    mirror = (n - 1 - np.arange(period)) % period  # month of the k-th value of the reversed series, and back
    last = plain[-period:].mean() + drift * (period + 1) / 2  # level after the end, seen from the last year
    lasting = np.where(gains.damping == 1.0, drift, 0.0)
    spread = np.repeat(pattern[mirror][:, None], width, axis=1)
    back = run_filter(values[::-1], gains, start=(np.full(width, last), -lasting), seasons=spread)
    slope = -back.slope[-1]
    return run_filter(
        values, gains, start=(back.level[-1] - gains.damping * slope, slope), seasons=back.seasons[mirror]
    )


def ahead(trace: Trace, gains: Gains, horizon: int, *, keep: slice | Ints | list[int] = slice(None)) -> Floats:
    """Return the forecasts made at every origin from the second year on.

    Parameters
    ----------
    trace : Trace
        Of n observations.
    gains : Gains
        Those the trace was made with.
    horizon : int
        Number of steps.
    keep : index
        Grid points wanted.

    Returns
    -------
    array, shape (horizon, n, kept)
        Row t of a step is the forecast made after observation t; NaN where the months of
        a year before are not all known.

    Examples
    --------
    >>> saw = np.tile([0.0, 1.0, 2.0, 1.0], 5)
    >>> gains = family("drift")
    >>> np.round(ahead(smooth(saw, gains, 4), gains, 5)[:, -1, 0] + 0.0, 6)
    array([0., 1., 2., 1., 0.])
    """
    n, period = len(trace.errors), len(trace.seasons)
    level, slope, cycle, own = (x[:, keep] for x in (trace.level, trace.slope, trace.cycle, trace.season))
    damping, persistence = gains.damping[keep], gains.persistence[keep]
    out = np.full((horizon, n, level.shape[1]), np.nan)
    reach = np.zeros_like(damping)
    for h in range(1, horizon + 1):
        reach = reach + damping**h
        back = h - -(-h // period) * period  # the same month, at most a year before the origin
        first = max(period, -back)
        out[h - 1, first:] = (
            level[first:] + reach * slope[first:] + persistence**h * cycle[first:] + own[first + back : n + back]
        )
    return out


def spread_multiplier(gains: Gains, horizon: int, period: int) -> Floats:
    """Return the variance of each step as a multiple of the one-step variance.

    Parameters
    ----------
    gains : Gains
        Arrays of shape (grid,).
    horizon, period : int
        Number of steps; observations per year.

    Returns
    -------
    array, shape (horizon, grid)
        One in the first row.

    References
    ----------
    Hyndman, Koehler, Ord, Snyder (2008), chapter 6.

    Examples
    --------
    >>> one, none = np.ones(1), np.zeros(1)
    >>> walk = Gains(level=one, slope=none, damping=one, season=none, cycle=none, persistence=none)
    >>> spread_multiplier(walk, 3, 12)[:, 0]
    array([1., 2., 3.])
    """
    steps = np.arange(1, horizon + 1)[:, None]
    reach = np.cumsum(gains.damping**steps, axis=0)
    impact = gains.level + reach * gains.slope + gains.cycle * gains.persistence**steps
    impact = impact + gains.season * (steps % period == 0)
    return np.vstack([np.ones_like(gains.level), 1.0 + np.cumsum(impact[:-1] ** 2, axis=0)])
