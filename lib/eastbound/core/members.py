"""The members of the univariate pool: predictive distributions of one series on one scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eastbound.core.airline import airline_ahead, airline_grid, airline_multiplier, fit_airline
from eastbound.core.drift import fit_walk, momentum_forecast
from eastbound.core.pool import Member, tail_scale
from eastbound.core.smoothing import FAMILIES, ahead, family, smooth, spread_multiplier
from eastbound.core.spread import path_factor, recent_factor, season_factor
from eastbound.typing import Floats, Ints

NEGLIGIBLE = 1e-3  # a grid point with less posterior weight is left out
SEASONAL_DF = 8.0  # tails of seasonal members; 5 to 30 score alike on the training parts
WALK_DF = 5.0  # tails of yearly members, METHODS 3.3
SMALLEST_SD = 1e-9  # of a noise-free series, on the scale of the model


@dataclass(frozen=True)
class Candidates:
    """Members with equal weights and their log-likelihood on the scale they were made on."""

    members: tuple[Member, ...]
    score: float


def walk_candidates(
    values: Floats, horizon: int, *, drift: tuple[float, float], damping: float, log: bool, positive: bool
) -> Candidates:
    """Return the damped random walk as the only member.

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
    log, positive : bool
        As in `Member`.

    Returns
    -------
    Candidates
        One member.

    Examples
    --------
    >>> found = walk_candidates(np.array([1.0, 2, 4, 5]), 2, drift=(0, 1), damping=0.9, log=False, positive=True)
    >>> found.members[0].location.shape
    (2,)
    """
    walk = fit_walk(values, mean=drift[0], sd=drift[1])
    mean, sd = momentum_forecast(walk, horizon, damping=damping)
    return Candidates((Member(mean, tail_scale(sd, WALK_DF), WALK_DF, log, positive),), walk.score)


def seasonal_candidates(values: Floats, horizon: int, period: int, *, log: bool, positive: bool) -> Candidates:
    """Return the airline model and the smoothing families, each averaged over its parameters.

    Parameters
    ----------
    values : array, shape (n,)
        On the scale of the model, at least three periods; NaN in gaps.
    horizon, period : int
        Number of steps; observations per year.
    log, positive : bool
        As in `Member`.

    Returns
    -------
    Candidates
        Four members. The weights of the families stay equal: weights by likelihood scored worse on the
        training parts.

    References
    ----------
    METHODS section 2.1 (pool); Hyndman et al. (2008) and Box, Jenkins (1976) for the models.

    Examples
    --------
    >>> wave = np.sin(np.arange(48.0) * np.pi / 6) + 0.1 * np.cos(np.arange(48.0) ** 2)
    >>> found = seasonal_candidates(wave, 12, 12, log=False, positive=False)
    >>> len(found.members), bool(np.abs(found.members[0].location - wave[:12]).max() < 0.5)
    (4, True)
    """
    averages = [_airline(values, horizon, period), *(_smoothing(name, values, horizon, period) for name in FAMILIES)]
    members = []
    for average in averages:
        centre, sd = _calibrated(average, values, period)
        members.append(Member(centre, tail_scale(sd, SEASONAL_DF), SEASONAL_DF, log, positive))
    return Candidates(tuple(members), float(np.mean([average.score for average in averages])))


@dataclass(frozen=True)
class _Average:
    """A family averaged over its posterior: paths (horizon, n), noise and doubt variance (horizon,), errors (n,)."""

    paths: Floats
    noise: Floats
    doubt: Floats
    errors: Floats
    score: float


def _airline(values: Floats, horizon: int, period: int) -> _Average:
    gains = airline_grid()
    track = fit_airline(values, gains, period)
    keep, weight, score = _posterior(track.errors[period:])
    paths = airline_ahead(track, gains, horizon, keep=keep)
    return _average(
        paths, airline_multiplier(gains, horizon, period)[:, keep], track.errors[period:, keep], weight, score
    )


def _smoothing(name: str, values: Floats, horizon: int, period: int) -> _Average:
    gains = family(name)
    trace = smooth(values, gains, period)
    keep, weight, score = _posterior(trace.errors[period:])
    paths = ahead(trace, gains, horizon, keep=keep)
    return _average(
        paths, spread_multiplier(gains, horizon, period)[:, keep], trace.errors[period:, keep], weight, score
    )


def _variances(errors: Floats) -> tuple[Floats, int]:
    """Return the one-step variance of each grid point and the number of errors behind it."""
    count = int(np.sum(~np.isnan(errors[:, 0])))
    # Three parameters at least are learned; a series without noise keeps a variance above zero.
    return np.nansum(errors**2, axis=0) / max(count - 3, 1) + SMALLEST_SD**2, count


def _posterior(errors: Floats) -> tuple[Ints, Floats, float]:
    """Return the grid points that matter, their weights and the family's log-likelihood."""
    variance, count = _variances(errors)
    score = -0.5 * count * np.log(variance)
    weight = np.exp(score - score.max())
    family_score = float(score.max() + np.log(weight.mean()))
    keep = np.flatnonzero(weight > NEGLIGIBLE * weight.sum())
    return keep, weight[keep] / weight[keep].sum(), family_score


def _average(paths: Floats, multiplier: Floats, errors: Floats, weight: Floats, score: float) -> _Average:
    final = paths[:, -1]
    centre = final @ weight
    variance, _ = _variances(errors)
    return _Average(
        paths @ weight,
        multiplier @ (weight * variance),
        (final - centre[:, None]) ** 2 @ weight,
        errors @ weight,
        score,
    )


def _calibrated(average: _Average, values: Floats, period: int) -> tuple[Floats, Floats]:
    """Return mean and sd of the coming steps, the noise scaled by what past errors were."""
    factor = path_factor(average.paths, values, average.noise)
    factor = factor * recent_factor(average.errors, period)
    factor = factor * season_factor(average.errors, len(average.noise), period)
    return average.paths[:, -1], np.sqrt(average.noise * factor + average.doubt)
