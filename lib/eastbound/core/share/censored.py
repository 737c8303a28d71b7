"""A yearly walk that returns to a normal level of its own, seen through intervals such as "over 70 percent".

A dated shift may move the walk and its normal level in steps that slow from year to year. Readings are intervals with
an error of their own and one that several years share; some are of the change from the year before.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from scipy.special import expit

from eastbound.core.inference.metropolis import sample
from eastbound.core.inference.resampling import systematic
from eastbound.core.share.shares import log_interval
from eastbound.core.simulation.seeds import Stream
from eastbound.errors import ModelError
from eastbound.typing import Floats, Ints


@dataclass(frozen=True)
class Readings:
    """Interval readings of a quantity, one per row.

    Parameters
    ----------
    years : array, shape (reading,)
        The year spoken of.
    low, high : array, shape (reading,)
        Ends of the interval, in the unit of the walk.
    sd : array, shape (reading,)
        Error of the single reading.
    shared_sd : array, shape (reading,)
        Error that all readings with a positive value have in common.
    """

    years: Ints
    low: Floats
    high: Floats
    sd: Floats
    shared_sd: Floats


@dataclass(frozen=True)
class WalkPrior:
    """Priors of a walk, each (mean, sd) of a normal distribution; all are independent.

    Parameters
    ----------
    normal : (float, float)
        Normal level before the shift. The first level lies about it with the spread that the walk has in the long
        run; without `pull` the walk starts there.
    log_volatility : (float, float)
        Log of the sd of a yearly step.
    pull : float
        Part of the distance to the normal level that a year closes, from 0 to below 1.
    noise : float
        Sd of a year's value about the walk, in units of the volatility.
    jump : (float, float)
        Change of walk and normal level in the first year of the shift.
    jump_year : int, optional
        First year of the shift; by default there is none.
    slowing : (float, float)
        Log odds of the part of a year's jump that the next year adds.

    Examples
    --------
    >>> prior = WalkPrior((0.0, 0.5), (-2.0, 0.4), jump=(0.3, 0.3), jump_year=2022)
    >>> prior.jumps_by(2021), prior.jumps_by(2022), prior.jumps_by(2024)
    (0, 1, 3)
    """

    normal: tuple[float, float]
    log_volatility: tuple[float, float]
    pull: float = 0.0
    noise: float = 0.0
    jump: tuple[float, float] = (0.0, 0.0)
    jump_year: int | None = None
    slowing: tuple[float, float] = (0.0, 0.0)

    @property
    def long_run(self) -> float:
        """Spread of the walk about its normal level in the long run, in units of the volatility."""
        return float(1.0 / np.sqrt(1.0 - (1.0 - self.pull) ** 2)) if self.pull else 0.0

    def jumps_by(self, year: int) -> int:
        """Return how many jumps of the shift lie in or before a year."""
        return 0 if self.jump_year is None else max(year - self.jump_year + 1, 0)


@dataclass(frozen=True)
class WalkPosterior:
    """Joint posterior draws in the last year.

    Parameters
    ----------
    level, before : array, shape (draw,)
        The walk in the last year and in the year before it (the same where the walk begins in its last year).
    normal : array, shape (draw,)
        Level to which it returns, the jumps so far included.
    volatility : array, shape (draw,)
        Sd of a yearly step.
    next_jump, slowing : array, shape (draw,)
        Jump of the coming year, and the part of it that each later year adds to the year before.
    effective : float
        Effective sample as a share of the draws, at most one.
    method : str
        "importance" or "metropolis".
    """

    level: Floats
    before: Floats
    normal: Floats
    volatility: Floats
    next_jump: Floats
    slowing: Floats
    effective: float
    method: str


KEPT: Final = 4096  # posterior draws returned
_SCALES, _PATHS = 2, 2  # for each of them: pairs of volatility and slowing tried, and paths drawn
_REACH: Final = 2.0  # spread of the volatilities tried over that of their prior, for figures that contradict it
_CHAINS, _PER_UNKNOWN = 16, 600  # chains of the full mode, and their steps for each of some 15 unknowns
_LEAST: Final = 0.1  # below this effective share of the draws, some 400, chains take over


def walk_posterior(
    readings: Readings, prior: WalkPrior, *, last_year: int, stream: Stream, key: str, changes: Readings | None = None
) -> WalkPosterior:
    """Draw level, normal level, volatility and what is left of a shift, given the readings.

    Parameters
    ----------
    readings : Readings
        At least one, none after `last_year`.
    prior : WalkPrior
        The priors.
    last_year : int
        Year in which the walk ends, with or without a reading.
    stream : Stream
        Random numbers, at least `KEPT` wide.
    key : str
        Name of the quantity, for the random numbers.
    changes : Readings, optional
        Readings of the change of a year from the year before; those up to the year of the first reading of the
        level carry no information and are left out.

    Returns
    -------
    WalkPosterior
        `KEPT` draws of equal weight; from `walk_chains` where the effective sample is under 10 % of them.

    Raises
    ------
    ModelError
        If there is no usable reading, or neither way represents the posterior.

    Notes
    -----
    Given volatility and slowing, all else is normal before the readings. With every interval replaced by a normal
    reading of its mean and variance, whose tails are wider, the marginal likelihood of the pair and the posterior of
    the path have closed forms; pairs and paths are drawn from these and weighted by the exact interval likelihood of
    METHODS 2.2 (importance sampling: Geweke 1989, doi 10.2307/1913710).

    Examples
    --------
    >>> over_70 = Readings(np.array([2024]), np.array([0.9]), np.array([1.1]), np.array([0.01]), np.array([0.0]))
    >>> prior = WalkPrior((0.0, 1.0), (-2.3, 0.4), pull=0.05)
    >>> result = walk_posterior(over_70, prior, last_year=2024, stream=Stream(1, 0, KEPT), key="share")
    >>> bool((np.abs(result.level - 1.0) < 0.2).all()), bool(result.normal.mean() < result.level.mean())
    (True, True)
    """
    problem = _Problem.of(readings, prior, last_year=last_year, changes=changes)
    scales = stream.normals(key, "scales", rows=2 * _SCALES).reshape(2, -1)
    scales[0] *= _REACH
    proposal = _proposal(problem, scales)
    heights = proposal.height - 0.5 * scales[0] ** 2 * (1.0 - _REACH**-2)
    heights = np.exp(heights - heights.max())
    picked = systematic(heights, count=_PATHS * KEPT)
    noise = stream.normals(key, "paths", rows=_PATHS * problem.size).reshape(-1, problem.size)
    z = proposal.mean[picked] + np.einsum("nij,nj->ni", proposal.root[picked], noise)
    points = np.hstack([scales.T[picked], z])
    weights = _log_likelihood(problem, points) - 0.5 * np.sum(z**2 - noise**2, axis=1)
    weights += proposal.log_spread[picked] - proposal.height[picked]
    weights = np.exp(weights - weights.max())
    # The scarcer of the two steps limits what the draws are worth.
    effective = min(_effective(heights), _effective(weights)) / KEPT
    if effective < _LEAST:
        return walk_chains(readings, prior, last_year=last_year, key=key, changes=changes)
    return _posterior(problem, points[systematic(weights, count=KEPT)], min(effective, 1.0), "importance")


def walk_chains(
    readings: Readings, prior: WalkPrior, *, last_year: int, key: str, changes: Readings | None = None
) -> WalkPosterior:
    """Sample the posterior of `walk_posterior` by Markov chains over the parameters and the step of each year.

    Parameters
    ----------
    readings : Readings
        At least one, none after `last_year`.
    prior : WalkPrior
        The priors.
    last_year : int
        Year in which the walk ends, with or without a reading.
    key : str
        Name of the quantity, for the random numbers.
    changes : Readings, optional
        Readings of the change of a year from the year before.

    Returns
    -------
    WalkPosterior
        `KEPT` draws of equal weight.

    Raises
    ------
    ModelError
        If there is no usable reading, or the chains do not converge.

    Notes
    -----
    METHODS 1.1. Everything unknown is a standard normal before the data, and
    the likelihood is exact for intervals, so that nothing is approximated but
    by the number of draws.

    Examples
    --------
    >>> over_70 = Readings(np.array([2024]), np.array([0.9]), np.array([1.1]), np.array([0.01]), np.array([0.0]))
    >>> prior = WalkPrior((0.0, 1.0), (-2.3, 0.4), pull=0.05)
    >>> result = walk_chains(over_70, prior, last_year=2024, key="share")
    >>> bool((np.abs(result.level - 1.0) < 0.2).all()), bool(result.normal.mean() < result.level.mean())
    (True, True)
    """
    problem = _Problem.of(readings, prior, last_year=last_year, changes=changes)
    size = 2 + problem.size

    def log_density(points: Floats) -> Floats:
        return np.asarray(_log_likelihood(problem, points) - 0.5 * np.sum(points**2, axis=1), dtype=np.float64)

    steps = _PER_UNKNOWN * size
    result = sample(log_density, np.zeros(size), np.ones(size), count=KEPT, chains=_CHAINS, steps=steps, key=key)
    return _posterior(problem, result.points, result.effective, result.method)


def _effective(weights: Floats) -> float:
    return float(weights.sum() ** 2 / np.sum(weights**2))


@dataclass(frozen=True)
class _Problem:
    """Readings as linear functions of a walk's levels.

    A point has two coordinates for log volatility and slowing, then `size` for normal level, jump, shared error and
    the steps of the years; all are standard normals before the readings.
    """

    prior: WalkPrior
    years: Ints
    steps: Floats  # (year, year): levels about the normal one, in units of the volatility, of the steps' normals
    rows: Floats  # (reading, year): what a reading sees of the levels
    readings: Readings
    noise: Floats  # (reading,) sd of a year about the walk in the reading, in units of the volatility

    @property
    def size(self) -> int:
        return 3 + int(self.years.size)

    @classmethod
    def of(cls, readings: Readings, prior: WalkPrior, *, last_year: int, changes: Readings | None) -> _Problem:
        if readings.years.size == 0 or int(readings.years.max()) > last_year:
            message = f"a walk that ends in {last_year} needs at least one reading, and none after that year."
            raise ModelError(message)
        years = np.arange(int(readings.years.min()), last_year + 1)
        apart = np.subtract.outer(np.arange(years.size), np.arange(years.size))
        steps = np.where(apart >= 0, (1.0 - prior.pull) ** np.maximum(apart, 0), 0.0)
        steps[:, 0] *= prior.long_run
        levels = np.eye(years.size)
        rows, noise = levels[readings.years - years[0]], np.full(readings.years.size, prior.noise)
        if changes is not None:
            use = np.flatnonzero(changes.years > years[0])
            after = changes.years[use] - years[0]
            rows = np.vstack([rows, levels[after] - levels[after - 1]])
            noise = np.append(noise, np.full(use.size, np.sqrt(2.0) * prior.noise))
            readings = _joined(readings, changes, use)
        return cls(prior, years, steps, rows, readings, noise)


def _joined(first: Readings, second: Readings, use: Ints) -> Readings:
    names = [field.name for field in fields(Readings)]
    return Readings(*(np.append(getattr(first, name), getattr(second, name)[use]) for name in names))


def _scales(problem: _Problem, z: Floats) -> tuple[Floats, Floats]:
    """Return volatility and slowing of standard normals, shape (2, point)."""
    prior = problem.prior
    volatility = np.exp(prior.log_volatility[0] + prior.log_volatility[1] * z[0])
    return volatility, np.asarray(expit(prior.slowing[0] + prior.slowing[1] * z[1]), dtype=np.float64)


def _jumps(problem: _Problem, slowing: Floats, *, until: int | None = None) -> Floats:
    """Return the sum of all jumps to each year in units of the first, shape (point, year), or to one year, (point,)."""
    prior = problem.prior
    counts = np.array([prior.jumps_by(year) for year in (problem.years.tolist() if until is None else [until])])
    powers = np.power.outer(slowing, np.arange(max(int(counts.max()), 1)))
    sums = np.hstack([np.zeros((slowing.size, 1)), np.cumsum(powers, axis=1)])[:, counts]
    return sums if until is None else sums[:, 0]


def _levels(problem: _Problem, points: Floats) -> tuple[Floats, Floats]:
    """Return levels, shape (point, year), and volatility of points."""
    prior = problem.prior
    volatility, slowing = _scales(problem, points[:, :2].T)
    normal, jump = (mean + sd * points[:, [k]] for k, (mean, sd) in ((2, prior.normal), (3, prior.jump)))
    away = volatility[:, None] * (points[:, 5:] @ problem.steps.T)
    return normal + jump * _jumps(problem, slowing) + away, volatility


def _log_likelihood(problem: _Problem, points: Floats) -> Floats:
    """Return the exact log likelihood of all readings, by point."""
    levels, volatility = _levels(problem, points)
    readings = problem.readings
    seen = levels @ problem.rows.T + points[:, [4]] * readings.shared_sd
    sd = np.hypot(readings.sd, np.multiply.outer(volatility, problem.noise))
    return np.asarray(log_interval(seen, sd, low=readings.low, high=readings.high).sum(axis=1), dtype=np.float64)


@dataclass(frozen=True)
class _Proposal:
    """Normal posterior of a path given each pair of volatility and slowing; the first axis is the pair."""

    height: Floats  # log marginal likelihood
    mean: Floats
    root: Floats
    log_spread: Floats  # log determinant of the root


def _proposal(problem: _Problem, scales: Floats) -> _Proposal:
    """Return the closed form for normal readings of the same variance, whose tails are wider than those of intervals.

    Open intervals are left to the weights.
    """
    prior, readings = problem.prior, problem.readings
    volatility, slowing = _scales(problem, scales)
    jumps = _jumps(problem, slowing)
    design = np.empty((volatility.size, len(problem.rows), problem.size))
    design[:, :, 0] = prior.normal[1] * problem.rows.sum(axis=1)
    design[:, :, 1] = prior.jump[1] * (jumps @ problem.rows.T)
    design[:, :, 2] = readings.shared_sd
    design[:, :, 3:] = volatility[:, None, None] * (problem.rows @ problem.steps)
    closed = np.isfinite(readings.high - readings.low)
    low, high = np.where(closed, readings.low, 0.0), np.where(closed, readings.high, 0.0)
    left = (low + high) / 2.0 - prior.normal[0] * problem.rows.sum(axis=1) - prior.jump[0] * (jumps @ problem.rows.T)
    variance = (high - low) ** 2 / 12.0 + readings.sd**2 + np.multiply.outer(volatility, problem.noise) ** 2
    weight = np.where(closed, 1.0 / variance, 0.0)
    weighed = design.transpose(0, 2, 1) * weight[:, None]
    lower = np.linalg.cholesky(weighed @ design + np.eye(problem.size))
    root = np.linalg.inv(lower).transpose(0, 2, 1)
    pulled = np.einsum("nij,nj->ni", weighed, left)
    mean = np.einsum("nij,nkj,nk->ni", root, root, pulled, optimize=True)
    log_spread = -np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
    fit = np.einsum("ni,ni->n", pulled, mean) - np.sum(weight * left**2, axis=1)
    height = 0.5 * (fit + np.log(np.where(closed, weight, 1.0)).sum(axis=1)) + log_spread
    return _Proposal(height, mean, root, log_spread)


def _posterior(problem: _Problem, points: Floats, effective: float, method: str) -> WalkPosterior:
    """Return the posterior in the last year of points of equal weight."""
    prior, last = problem.prior, int(problem.years[-1])
    levels, volatility = _levels(problem, points)
    _, slowing = _scales(problem, points[:, :2].T)
    jump = prior.jump[0] + prior.jump[1] * points[:, 3]
    shift, further = (jump * _jumps(problem, slowing, until=year) for year in (last, last + 1))
    normal = prior.normal[0] + prior.normal[1] * points[:, 2] + shift
    before = levels[:, -2 if problem.years.size > 1 else -1]
    # In order of the level, so that one uniform picks draws of two posteriors that lie close to each other.
    order = np.argsort(levels[:, -1], kind="stable")
    return WalkPosterior(
        level=levels[order, -1],
        before=before[order],
        normal=normal[order],
        volatility=volatility[order],
        next_jump=(further - shift)[order],
        slowing=slowing[order],
        effective=effective,
        method=method,
    )
