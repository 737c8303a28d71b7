"""Exponential smoothing with slope, cycle and seasons, run for a whole grid of parameters at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv

from eastbound.typing import Bools, Floats, Ints
from eastbound.univariate.past import PastDesign, make_past_design, past_origins

GRID = 64  # points per family; 120 change no score by half a per cent

# Precision of the first slope around zero, as a multiple of the inverse one-step variance. The slope of a month is a
# small part of a month's noise: sd a half where it fades, a fifth where it lasts. Judgement, set on training parts.
FAMILIES = {"damped": 4.0, "drift": 25.0, "cycle": 25.0, "level": 1.0}


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

    def at(self, keep: Ints) -> Gains:
        """Return the parameters of some grid points, repeated where an index is."""
        return Gains(*(getattr(self, field.name)[keep] for field in fields(self)))


@dataclass(frozen=True)
class Trace:
    """States after each observation and one-step forecasts, shape (n, grid).

    `season` holds, at each time, the effect of that time's own month.
    """

    level: Floats
    slope: Floats
    cycle: Floats
    season: Floats
    predicted: Floats


def family(name: str, count: int = GRID) -> Gains:
    """Return points spread over the prior of one family of models.

    `damped` has a slope that fades, `drift` a lasting slope that changes little, `cycle` a
    slow level with a returning deviation, `level` no slope. The shapes favour small slope
    and season gains, which short series cannot tell from zero.

    Parameters
    ----------
    name : {"damped", "drift", "cycle", "level"}
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
    from scipy.stats.qmc import Halton  # here, because it takes longer to import than to use

    # Halton's points fill the prior evenly and are the same on every call; the first, all zeros, is left out.
    u, none = Halton(4, scramble=False).fast_forward(1).random(count).T, np.zeros(count)
    level = 0.6 * u[0] ** 2.5 if name == "cycle" else u[0] ** 1.3
    season = 0.6 * (1.0 - level) * u[3] ** 2.5
    if name == "damped":
        return Gains(level, 0.5 * level * u[1] ** 3, betaincinv(17, 2, u[2]), season, none, none)
    if name == "drift":
        return Gains(level, 0.2 * level * u[1] ** 4, none + 1.0, season, none, none)
    if name == "level":
        return Gains(level, none, none, season, none, none)
    return Gains(level, none, none + 1.0, season, u[1] * (1.0 - level), 0.3 + 0.69 * u[2])


@lru_cache(maxsize=2)
def families(names: tuple[str, ...]) -> Gains:
    """Return the points of several families in one grid, so that a single run serves all of them.

    Parameters
    ----------
    names : tuple of str
        Keys of `FAMILIES`.

    Returns
    -------
    Gains
        Arrays of shape (number of names x GRID,), one family after the other.

    Examples
    --------
    >>> families(("damped", "level")).level.shape
    (128,)
    """
    parts = [family(name) for name in names]
    return Gains(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Gains)))


def run_filter(values: Floats, gains: Gains, *, states: Floats, period: int) -> Trace:
    """Run the one-step recursions over a series for every grid point.

    Parameters
    ----------
    values : array, shape (n,)
        NaN marks a gap: the state is carried forward and nothing is learned.
    gains : Gains
        Arrays of shape (grid,).
    states : array, shape (grid, period + 1)
        Level and slope before the first observation, then the effects of the first
        `period` - 1 months; all effects sum to zero.
    period : int
        Observations per year.

    Returns
    -------
    Trace
        Forecasts are made one step before, in gaps as elsewhere.

    References
    ----------
    Hyndman, Koehler, Ord, Snyder (2008), Forecasting with exponential smoothing, chapter 3.

    Examples
    --------
    >>> one, none = np.ones(1), np.zeros(1)
    >>> walk = Gains(level=one, slope=none, damping=one, season=none, cycle=none, persistence=none)
    >>> trace = run_filter(np.array([1.0, 3.0, np.nan]), walk, states=np.zeros((1, 3)), period=2)
    >>> trace.level[:, 0], trace.predicted[:, 0]
    (array([1., 3., 3.]), array([0., 1., 3.]))
    """
    shape = (len(values), len(gains.level))
    levels, slopes, cycles, own, predicted = (np.empty(shape) for _ in range(5))
    level, slope = states[:, 0], states[:, 1]
    cycle = np.zeros_like(level)
    seasons = np.vstack([states[:, 2:].T, -states[:, 2:].sum(axis=1)])
    for t, value in enumerate(values):
        k = t % period
        slope = gains.damping * slope
        level = level + slope
        cycle = gains.persistence * cycle
        predicted[t] = level + cycle + seasons[k]
        if value == value:  # not a gap
            error = value - predicted[t]
            level = level + gains.level * error
            slope = slope + gains.slope * error
            cycle = cycle + gains.cycle * error
            seasons[k] += gains.season * error
        levels[t], slopes[t], cycles[t], own[t] = level, slope, cycle, seasons[k]
    return Trace(levels, slopes, cycles, own, predicted)


def smoothing_design(names: tuple[str, ...], known: Bools, *, horizon: int, period: int) -> PastDesign:
    """Return the design of the starting states of some families, now and at past origins.

    Parameters
    ----------
    names : tuple of str
        Families.
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
    >>> smoothing_design(("drift",), np.ones(12, dtype=bool), horizon=2, period=4).present.response.shape
    (64, 12, 5)
    """
    gains = families(names)
    width, count = len(gains.level), period + 1
    zeros = np.where(known, 0.0, np.nan)
    unit = np.repeat(np.eye(count), width, axis=0)
    tiled = gains.at(np.tile(np.arange(width), count))
    values = np.concatenate([zeros, np.full(horizon, np.nan)])
    trace = run_filter(values, tiled, states=unit, period=period)
    precision = np.zeros((width, count))
    precision[:, 1] = np.repeat([FAMILIES[name] for name in names], GRID)
    origins = past_origins(len(known), period)
    return make_past_design(
        trace.predicted.reshape(-1, count, width),
        known,
        precision,
        origins=origins,
        ahead=ahead(trace, tiled, origins=origins, horizon=horizon, period=period),
    )


def ahead(trace: Trace, gains: Gains, *, origins: Ints, horizon: int, period: int) -> Floats:
    """Return the forecasts made at some origins.

    Parameters
    ----------
    trace : Trace
        Of n observations.
    gains : Gains
        Those the trace was made with.
    origins : array of int, shape (k,)
        Positions of the observations after which the forecasts are made, none in the first year.
    horizon, period : int
        Number of steps; observations per year.

    Returns
    -------
    array, shape (horizon, k, grid)
        In the unit of the values.

    Examples
    --------
    >>> saw, gains = np.tile([-1.0, 0.0, 1.0, 0.0], 3), family("drift", 1)
    >>> trace = run_filter(saw, gains, states=np.array([[0.0, 0.0, -1.0, 0.0, 1.0]]), period=4)
    >>> ahead(trace, gains, origins=np.array([11]), horizon=5, period=4)[:, 0, 0]
    array([-1.,  0.,  1.,  0., -1.])
    """
    out = np.empty((horizon, len(origins), trace.level.shape[1]))
    level, slope, cycle = trace.level[origins], trace.slope[origins], trace.cycle[origins]
    reach = np.zeros_like(gains.damping)
    for h in range(1, horizon + 1):
        reach = reach + gains.damping**h
        back = h - -(-h // period) * period  # the same month, at most a year before the origin
        out[h - 1] = level + reach * slope + gains.persistence**h * cycle + trace.season[origins + back]
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
