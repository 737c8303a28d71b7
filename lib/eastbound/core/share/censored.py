"""A yearly random walk seen through intervals: rounded words such as "over 70 percent".

The walk has a drift on a plateau, jumps that slow in named years and another
drift afterwards. Readings are intervals with an error of their own and one that
several years share; some are of the change from the year before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

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
    """Independent normal priors of a walk, each (mean, sd), per year.

    Parameters
    ----------
    level : (float, float)
        In the year of the first reading.
    drift : (float, float)
        After the jump years; without jump years, throughout.
    plateau : (float, float)
        Drift before the jump years.
    jump : (float, float)
        Total change of the first jump year.
    jump_years : (int, int)
        First and last year of the jumps; an empty range (first > last) has none.
    log_volatility : (float, float)
        Log of the sd of a yearly change outside the jump years.
    slowing : float
        Mean and sd of a jump are those of the year before times this.

    Examples
    --------
    >>> prior = WalkPrior((0, 1), (0.02, 0.05), (0, 0.05), (0.4, 0.2), (2022, 2024), (-2.3, 0.4), slowing=0.5)
    >>> prior.jump_of(2021), prior.jump_of(2022), prior.jump_of(2024)
    (None, (0.4, 0.2), (0.1, 0.05))
    """

    level: tuple[float, float]
    drift: tuple[float, float]
    plateau: tuple[float, float]
    jump: tuple[float, float]
    jump_years: tuple[int, int]
    log_volatility: tuple[float, float]
    slowing: float = 1.0

    def jump_of(self, year: int) -> tuple[float, float] | None:
        """Return mean and sd of the jump of a year, or None in a year without one."""
        first, last = self.jump_years
        left = self.slowing ** (year - first)
        return (self.jump[0] * left, self.jump[1] * left) if first <= year <= last else None


@dataclass(frozen=True)
class WalkPosterior:
    """Joint posterior draws at the last year.

    Parameters
    ----------
    level, drift, volatility : array, shape (draw,)
        In the unit of the walk; drift and volatility per year.
    effective : float
        Distinct parameter sets among the draws, or their effective sample, as a share of them.
    method : str
        "particle filter" or "metropolis".
    """

    level: Floats
    drift: Floats
    volatility: Floats
    effective: float
    method: str = "particle filter"


KEPT: Final = 4096  # posterior draws returned
_PER_DRAW: Final = 8  # particles behind each of them
_WIDER: Final = 1.5  # variance of the guess over that of a reading: tails wider than the posterior's
_CHAINS, _PER_UNKNOWN = 16, 600  # chains of the full mode, and their steps for each of some 15 unknowns
_LEAST: Final = 0.1  # below this share of distinct draws, some 400, chains take over


def walk_posterior(
    readings: Readings, prior: WalkPrior, *, last_year: int, stream: Stream, key: str, changes: Readings | None = None
) -> WalkPosterior:
    """Draw level, drift and volatility at the last year given the readings.

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
        `KEPT` draws of equal weight; from `walk_chains` where the filter leaves under 10 % distinct parameter sets.

    Raises
    ------
    ModelError
        If there is no usable reading, or neither way represents the posterior.

    Notes
    -----
    A particle filter over the years with the exact interval likelihood of
    METHODS 2.2; Gordon, Salmond and Smith (1993), doi 10.1049/ip-f-2.1993.0015,
    whose particles move towards each reading first (Pitt and Shephard 1999,
    doi 10.1080/01621459.1999.10474153).
    Laplace's approximation fits badly here, because an interval's likelihood
    is flat inside.

    Examples
    --------
    >>> said = Readings(np.array([2024]), np.array([0.9]), np.array([1.1]), np.array([0.01]), np.array([0.0]))
    >>> prior = WalkPrior((0, 1), (0.02, 0.05), (0, 0.05), (0, 1), (1, 0), (-2.3, 0.4))
    >>> result = walk_posterior(said, prior, last_year=2024, stream=Stream(1, 0, KEPT), key="share")
    >>> bool((np.abs(result.level - 1.0) < 0.2).all()), round(float(result.drift.mean()), 2)
    (True, 0.02)
    """
    first = _first_year(readings, last_year)
    z = _normals(stream, key, "parameters", rows=5)
    drift, plateau = _scaled(z[1], prior.drift), _scaled(z[2], prior.plateau)
    volatility, shared = np.exp(_scaled(z[3], prior.log_volatility)), z[4]
    origin = np.arange(drift.size)  # which parameter set each particle carries
    before: Floats = np.zeros(drift.size)
    for year in range(first, last_year + 1):
        if year == first:
            mean, sd = np.full(drift.size, prior.level[0]), np.full(drift.size, prior.level[1])
        else:
            z = _normals(stream, key, str(year), rows=1)
            jump = prior.jump_of(year)
            mean = before + ((plateau if year < prior.jump_years[0] else drift)[origin] if jump is None else jump[0])
            sd = volatility[origin] if jump is None else np.full(drift.size, jump[1])
        level, weights = _guided(z[0], mean, sd, shared=shared[origin], readings=readings, year=year)
        if changes is not None and year > first:
            weights += _log_weights(level - before, shared[origin], changes, year)
        if weights.any():
            survivors = systematic(np.exp(weights - weights.max()))
            level, origin = level[survivors], origin[survivors]
        before = level
    every = slice(None, None, level.size // KEPT)  # copies of one particle stand side by side
    level, origin = level[every], origin[every]
    distinct = np.unique(origin).size / KEPT
    if distinct < _LEAST:
        return walk_chains(readings, prior, last_year=last_year, key=key, changes=changes)
    return WalkPosterior(level, drift[origin], volatility[origin], distinct)


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
    >>> said = Readings(np.array([2024]), np.array([0.9]), np.array([1.1]), np.array([0.01]), np.array([0.0]))
    >>> prior = WalkPrior((0, 1), (0.02, 0.05), (0, 0.05), (0, 1), (1, 0), (-2.3, 0.4))
    >>> result = walk_chains(said, prior, last_year=2024, key="share")
    >>> bool((np.abs(result.level - 1.0) < 0.2).all()), round(float(result.drift.mean()), 2)
    (True, 0.02)
    """
    first = _first_year(readings, last_year)
    years = np.arange(first, last_year + 1)
    size = 4 + years.size

    moved = None if changes is None else _later(changes, first)

    def log_density(points: Floats) -> Floats:
        steps, shared = _steps(points, prior, years), points[:, [4]]
        density = _log_readings(np.cumsum(steps, axis=1), shared, readings, first=first)
        density -= 0.5 * np.sum(points**2, axis=1)
        return density if moved is None else density + _log_readings(steps, shared, moved, first=first)

    steps = _PER_UNKNOWN * size
    result = sample(log_density, np.zeros(size), np.ones(size), count=KEPT, chains=_CHAINS, steps=steps, key=key)
    level, drift = _steps(result.points, prior, years).sum(axis=1), _scaled(result.points[:, 1], prior.drift)
    volatility = np.exp(_scaled(result.points[:, 3], prior.log_volatility))
    return WalkPosterior(level, drift, volatility, result.effective, result.method)


def _steps(points: Floats, prior: WalkPrior, years: Ints) -> Floats:
    """Return first level and later changes (point, year), of standardised level, drift, plateau, volatility, ..."""
    priors = (prior.level, prior.drift, prior.plateau, prior.log_volatility)
    level, drift, plateau, log_volatility = (_scaled(points[:, [i]], p) for i, p in enumerate(priors))
    jumps = [prior.jump_of(int(year)) for year in years[1:]]
    mean, sd = np.array([(0.0, 0.0) if jump is None else jump for jump in jumps]).reshape(-1, 2).T
    calm = np.where(years[1:] < prior.jump_years[0], plateau, drift) + np.exp(log_volatility) * points[:, 5:]
    return np.hstack([level, np.where([jump is None for jump in jumps], calm, mean + sd * points[:, 5:])])


def _later(readings: Readings, year: int) -> Readings:
    use = readings.years > year
    low, high, sd, shared = (column[use] for column in (readings.low, readings.high, readings.sd, readings.shared_sd))
    return Readings(readings.years[use], low, high, sd, shared)


def _log_readings(values: Floats, shared: Floats, readings: Readings, *, first: int) -> Floats:
    """Return the log likelihood of readings of values (point, year) that begin with a year."""
    seen = values[:, readings.years - first] + readings.shared_sd * shared
    weights: Floats = log_interval(seen, readings.sd, low=readings.low, high=readings.high).sum(axis=1)
    return weights


def _first_year(readings: Readings, last_year: int) -> int:
    if readings.years.size == 0 or int(readings.years.max()) > last_year:
        message = f"a walk that ends in {last_year} needs at least one reading, and none after that year."
        raise ModelError(message)
    return int(readings.years.min())


def _normals(stream: Stream, *key: str, rows: int) -> Floats:
    return stream.normals(*key, rows=rows * _PER_DRAW).reshape(rows, -1)


def _scaled(z: Floats, prior: tuple[float, float]) -> Floats:
    return np.asarray(prior[0] + prior[1] * z, dtype=np.float64)


def _guided(
    z: Floats, mean: Floats, sd: Floats, *, shared: Floats, readings: Readings, year: int
) -> tuple[Floats, Floats]:
    """Propose the level of a year near its readings, with the log weights that correct for the proposal."""
    precision, pull = np.zeros_like(mean), np.zeros_like(mean)
    for row in np.flatnonzero((readings.years == year) & np.isfinite(readings.high - readings.low)):
        width, middle = readings.high[row] - readings.low[row], (readings.high[row] + readings.low[row]) / 2.0
        weight = 1.0 / (_WIDER * (width**2 / 12.0 + readings.sd[row] ** 2))
        precision, pull = precision + weight, pull + weight * (middle - readings.shared_sd[row] * shared - mean)
    left = 1.0 / (1.0 + sd**2 * precision)  # of the variance
    standard = sd * left * pull + np.sqrt(left) * z  # the same draw, in units of the prior
    level = mean + sd * standard
    weights = 0.5 * (z**2 - standard**2 + np.log(left))
    return level, weights + _log_weights(level, shared, readings, year)


def _log_weights(value: Floats, shared: Floats, readings: Readings, year: int) -> Floats:
    """Return the log likelihood of a year's readings, by particle."""
    total = np.zeros_like(value)
    for row in np.flatnonzero(readings.years == year):
        seen = value + readings.shared_sd[row] * shared
        total += log_interval(seen, readings.sd[row], low=readings.low[row], high=readings.high[row])
    return total
