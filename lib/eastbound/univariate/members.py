"""The members of the univariate pool: predictive distributions of one series on one scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from eastbound.typing import Bools, Floats
from eastbound.univariate.airline import airline_ahead, airline_design, airline_grid, airline_multiplier, run_airline
from eastbound.univariate.diffuse import Start, solve_start
from eastbound.univariate.drift import fit_walk, momentum_forecast
from eastbound.univariate.outliers import soften
from eastbound.univariate.past import PastDesign, PastForecasts, past_forecasts
from eastbound.univariate.pool import Member, tail_scale
from eastbound.univariate.smoothing import FAMILIES, ahead, families, run_filter, smoothing_design, spread_multiplier
from eastbound.univariate.spread import path_factor, recent_factor, season_factor

# Of every member's t. METHODS 3.3 for yearly series; for monthly ones 8 covers trade better by 2 points and tourism, on
# which the intervals are wide already, worse (odd series).
TAIL_DF = 5.0
# Of the lasting trend; the walk has one. On odd yearly series and inner origins 1 and 1/2 gain alike, 1 and 3 to 4 %.
TREND_WEIGHT = 0.5


@dataclass(frozen=True)
class Candidates:
    """Members with relative weights and their log-likelihood on the scale they were made on."""

    members: tuple[Member, ...]
    score: float


def walk_candidates(
    values: Floats, horizon: int, *, drift: tuple[float, float], damping: float, log: bool, positive: bool
) -> Candidates:
    """Return the damped random walk and, with half its weight, a level with a lasting trend.

    Parameters
    ----------
    values : array, shape (n,)
        On the scale of the model; NaN in gaps, the last one known.
    horizon : int
        Number of steps.
    drift : pair of float
        Mean and sd of the drift's reference class, per step.
    damping : float
        Of the drift per step.
    log : bool
        Whether the values are logarithms of the quantity.
    positive : bool
        Whether the quantity cannot fall below zero.

    Returns
    -------
    Candidates
        Two members, and the walk's likelihood.

    References
    ----------
    METHODS sections 3.3 and 3.4; Hyndman, Billah (2003), Unmasking the Theta method,
    doi 10.1016/S0169-2070(01)00143-1, for the level with half the trend.

    Examples
    --------
    >>> result = walk_candidates(np.array([1.0, 2, 4, 5]), 2, drift=(0, 1), damping=0.9, log=False, positive=True)
    >>> [member.location.shape for member in result.members]
    [(2,), (2,)]
    """
    walk = fit_walk(values, mean=drift[0], sd=drift[1])
    mean, sd = momentum_forecast(walk, horizon, damping=damping)
    level = _smoothing(("level",), values, horizon, 1)[0]
    trend = level.mean + 0.5 * _slope(values) * np.arange(1, horizon + 1)
    spread = np.sqrt(level.noise + level.doubt)
    members = (
        Member(mean, tail_scale(sd, TAIL_DF), TAIL_DF, log, positive),
        Member(trend, tail_scale(spread, TAIL_DF), TAIL_DF, log, positive, TREND_WEIGHT),
    )
    return Candidates(members, walk.score)


def level_member(logs: Floats, horizon: int) -> Member:
    """Return a smoothed level of logarithms as the only member.

    Parameters
    ----------
    logs : array, shape (n,)
        NaN in gaps, the first one known.
    horizon : int
        Number of steps.

    Returns
    -------
    Member
        On the log scale.

    Examples
    --------
    >>> member = level_member(np.array([0.0, np.nan, 0.2, 0.1, np.nan]), 2)
    >>> member.log, bool(abs(member.location[0] - 0.1) < 0.1)
    (True, True)
    """
    level = _smoothing(("level",), logs, horizon, 1)[0]
    return Member(level.mean, tail_scale(np.sqrt(level.noise + level.doubt), TAIL_DF), TAIL_DF, log=True)


def _slope(values: Floats) -> float:
    """Return the slope of a line through all known values."""
    known = np.flatnonzero(~np.isnan(values))
    time = known - known.mean()
    return float(time @ values[known] / (time @ time))


def seasonal_candidates(values: Floats, horizon: int, period: int, *, log: bool, positive: bool) -> Candidates:
    """Return the airline model and the smoothing families, each averaged over its parameters.

    Parameters
    ----------
    values : array, shape (n,)
        On the scale of the model, at least three periods; NaN in gaps.
    horizon, period : int
        Number of steps; observations per year.
    log : bool
        Whether the values are logarithms of the quantity.
    positive : bool
        Whether the quantity cannot fall below zero.

    Returns
    -------
    Candidates
        Five members of equal weight, and the airline model's likelihood.

    References
    ----------
    METHODS section 3.4; Hyndman et al. (2008) and Box, Jenkins (1976) for the models.

    Examples
    --------
    >>> wave = np.sin(np.arange(48.0) * np.pi / 6) + 0.1 * np.cos(np.arange(48.0) ** 2)
    >>> result = seasonal_candidates(wave, 12, 12, log=False, positive=False)
    >>> len(result.members), bool(np.abs(result.members[0].location - wave[:12]).max() < 0.5)
    (5, True)
    """
    errors, score = _first_pass(values, horizon, period)
    soft = soften(values, errors, period)
    averages = [_airline(soft, horizon, period), *_smoothing(tuple(FAMILIES), soft, horizon, period)]
    members = []
    for average in averages:
        mean, sd = _calibrated(average, values, period, cut=values - soft)
        members.append(Member(mean, tail_scale(sd, TAIL_DF), TAIL_DF, log, positive))
    return Candidates(tuple(members), score)


@dataclass(frozen=True)
class _Average:
    """A family, averaged: mean, noise and parameter variance (horizon,), errors (n,) and past forecasts."""

    mean: Floats
    noise: Floats
    doubt: Floats
    errors: Floats
    past: PastForecasts


def _first_pass(values: Floats, horizon: int, period: int) -> tuple[Floats, float]:
    """Return the airline model's one-step errors, averaged over its grid, and its log-likelihood."""
    run = _airline_run(values, horizon, period)
    start = solve_start(run.design.present, run.errors)
    weight = np.exp(start.score - start.score.max())
    return start.errors @ weight / weight.sum(), float(start.score.max() + np.log(weight.mean()))


def _airline(values: Floats, horizon: int, period: int) -> _Average:
    return _averages(_airline_run(values, horizon, period), 1)[0]


def _airline_run(values: Floats, horizon: int, period: int) -> _Run:
    gains, centre = airline_grid(), float(np.nanmean(values))
    design, centred = _design((), ~np.isnan(values), horizon, period), values - centre
    track = run_airline(centred, gains, np.zeros((len(gains[0]), period + 1)))
    ends = np.append(design.origins, len(values) - 1)
    base = airline_ahead(track, gains, values=centred, origins=ends, horizon=horizon)
    return _Run(design, centre, centred[:, None] - track.predicted, base, airline_multiplier(gains, horizon, period))


def _smoothing(names: tuple[str, ...], values: Floats, horizon: int, period: int) -> list[_Average]:
    gains, centre = families(names), float(np.nanmean(values))
    design, centred = _design(names, ~np.isnan(values), horizon, period), values - centre
    trace = run_filter(centred, gains, states=np.zeros((len(gains.level), period + 1)), period=period)
    ends = np.append(design.origins, len(values) - 1)
    base = ahead(trace, gains, origins=ends, horizon=horizon, period=period)
    errors = centred[:, None] - trace.predicted
    return _averages(_Run(design, centre, errors, base, spread_multiplier(gains, horizon, period)), len(names))


def _design(names: tuple[str, ...], known: Bools, horizon: int, period: int) -> PastDesign:
    return _cached_design(names, known.tobytes(), horizon, period)


@lru_cache(maxsize=4)  # the airline model's and the families', for this series and one of another length
def _cached_design(names: tuple[str, ...], known: bytes, horizon: int, period: int) -> PastDesign:
    mask = np.frombuffer(known, dtype=np.bool_)
    if not names:
        return airline_design(mask, horizon, period)
    return smoothing_design(names, mask, horizon=horizon, period=period)


@dataclass(frozen=True)
class _Run:
    """A grid of filters of values less their centre, started with all states at zero.

    Errors (n, grid), forecasts (horizon, past origins and the end, grid) and the multiplier of the one-step variance
    (horizon, grid). A filter is linear in its starting states, so the estimated ones need no second run.
    """

    design: PastDesign
    centre: float
    errors: Floats
    base: Floats
    multiplier: Floats


def _averages(run: _Run, count: int) -> list[_Average]:
    """Average each of `count` equal parts of a grid by likelihood."""
    start = solve_start(run.design.present, run.errors)
    paths = run.base[:, -1] + (run.design.present.coming @ start.states[:, :, None])[:, :, 0].T
    pasts = past_forecasts(run.design, run.errors, base=run.base[:, :-1], multiplier=run.multiplier, families=count)
    width = len(start.score) // count
    parts = [slice(k * width, (k + 1) * width) for k in range(count)]
    return [_average(run, start, paths, past=past, part=part) for past, part in zip(pasts, parts, strict=True)]


def _average(run: _Run, start: Start, paths: Floats, *, past: PastForecasts, part: slice) -> _Average:
    weight = np.exp(start.score[part] - start.score[part].max())
    weight /= weight.sum()
    one_step = weight * start.variance[part]
    mean = paths[:, part] @ weight
    disagreement = (paths[:, part] - mean[:, None]) ** 2 @ weight
    doubt = disagreement + run.design.present.doubt[:, part] @ one_step
    noise, errors = run.multiplier[:, part] @ one_step, start.errors[:, part] @ weight
    return _Average(mean + run.centre, noise, doubt, errors, replace(past, mean=past.mean + run.centre))


def _calibrated(average: _Average, values: Floats, period: int, *, cut: Floats) -> tuple[Floats, Floats]:
    """Return mean and sd of the coming steps, scaled by past errors; `cut` is the clipped part."""
    errors = (average.errors + cut)[period:]  # those of the first year are spent on the starting states
    factor = recent_factor(errors, period) * season_factor(errors, len(average.noise), period)
    return average.mean, np.sqrt((average.noise * factor + average.doubt) * path_factor(average.past, values))
