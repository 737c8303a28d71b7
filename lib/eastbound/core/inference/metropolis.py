"""Sample the posterior of a few parameters by Markov chains: METHODS 1.1, full mode and fallback of the fast mode.

Random-walk Metropolis with the covariance of the chains themselves (Haario,
Saksman and Tamminen 2001, doi 10.2307/3318737), alternating with independent proposals from a t
distribution of the same mean and covariance (Tierney 1994, doi
10.1214/aos/1176325750). The proposals adapt during the warm-up only and stay fixed while
draws are recorded. Chains start far apart and must agree at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from eastbound.constants import SEED
from eastbound.core.inference.convergence import Convergence, convergence
from eastbound.core.inference.particles import DEGREES, GOOD, LogDensity, Particles, explore
from eastbound.core.simulation.seeds import Stream
from eastbound.errors import ModelError
from eastbound.typing import Floats

CHAINS: Final = 4
STEPS: Final = 1500  # recorded per chain; four chains are worth about 1500 independent draws of a 6-dimensional normal
# Warm-up windows of steps / 30, steps / 15, ...: each uses the covariance estimated in the one before.
WINDOWS: Final = (30, 15, 8, 4, 2)
ACCEPTED: Final = 0.234  # acceptance rate of the random walk that is best in several dimensions (Roberts et al. 1997)
LARGEST: Final = 1.01  # largest R-hat and smallest effective sample that Vehtari et al. (2021) recommend
SMALLEST: Final = 400.0
LONGER: Final = 3  # factor on the steps of the single extension


@dataclass
class _Walkers:
    """Positions of the chains and their adaptive proposal."""

    position: Floats  # (chain, parameter)
    height: Floats  # (chain,) log density
    mean: Floats
    root: Floats  # of the covariance
    stride: float  # scale of the random walk, in multiples of root


def posterior(log_density: LogDensity, centre: Floats, scale: Floats, *, count: int, full: bool = False) -> Particles:
    """Approximate a posterior by weighted points, or sample it by Markov chains where the points fit badly.

    Parameters
    ----------
    log_density : callable
        Log posterior density up to a constant: points (n, parameters) to (n,).
    centre, scale : array, shape (parameters,)
        Prior mean and standard deviation of each parameter.
    count : int
        Number of weighted points; chains return four times as many, because their draws are correlated.
    full : bool
        Run the chains in any case.

    Returns
    -------
    Particles
        `method` is "importance" for weighted points and "metropolis" for chains.

    Raises
    ------
    ModelError
        If the chains do not converge.

    Examples
    --------
    >>> normal = lambda x: -0.5 * np.sum((x - 1.0) ** 2 / 4.0, axis=1)
    >>> posterior(normal, np.zeros(2), np.full(2, 3.0), count=256).method
    'importance'
    """
    if not full:
        result = explore(log_density, centre, scale, count=count)
        if result.effective >= GOOD:
            return result
    return sample(log_density, centre, scale, count=4 * count)


def sample(
    log_density: LogDensity,
    centre: Floats,
    scale: Floats,
    *,
    count: int,
    chains: int = CHAINS,
    steps: int = STEPS,
    key: str = "",
) -> Particles:
    """Sample a posterior: evenly thinned draws of several Markov chains.

    Parameters
    ----------
    log_density : callable
        Log posterior density up to a constant: points (n, parameters) to (n,).
    centre, scale : array, shape (parameters,)
        Prior mean and standard deviation of each parameter; chains start in mirrored pairs on both sides of the mean.
    count : int
        Number of points wanted, at most `chains` times `steps`.
    chains, steps : int
        Number of chains, and of draws recorded per chain.
    key : str
        Name of the random stream, so that two posteriors do not share random numbers.

    Returns
    -------
    Particles
        Points of equal weight; `mode` is the highest point visited and
        `effective` the smallest effective sample as a share of `count`, at most one.

    Raises
    ------
    ModelError
        If R-hat is above 1.01 or an effective sample under 400 draws, after
        one extension to three times the steps, with a new warm-up.

    Examples
    --------
    >>> normal = lambda x: -0.5 * np.sum((x - 1.0) ** 2 / 4.0, axis=1)
    >>> result = sample(normal, np.zeros(2), np.full(2, 3.0), count=1000)
    >>> bool(np.all(np.abs(result.weights @ result.points - 1.0) < 0.2)), result.method
    (True, 'metropolis')
    """
    rng = Stream(SEED, 0, chains).generator("metropolis", key)
    walkers = _begin(log_density, centre, scale, chains=chains, rng=rng)
    for length in (steps, LONGER * steps):
        for window in WINDOWS:
            draws, _ = _run(log_density, walkers, rng, steps=length // window, tune=True)
            settled = draws[:, draws.shape[1] // 4 :]
            # Centred per chain: chains on separate modes must not pull each other to one of them before the test.
            _learn(walkers, settled - settled.mean(axis=1, keepdims=True), scale)
        _learn(walkers, settled, scale)
        draws, heights = _run(log_density, walkers, rng, steps=length, tune=False)
        result = convergence(draws)
        if result.r_hat <= LARGEST and min(result.bulk, result.tail) >= SMALLEST:
            return _thin(draws, heights, result, count)
    message = (
        f"the chains of this posterior have not converged: R-hat {result.r_hat:.3f} (at most {LARGEST}), effective "
        f"sample {min(result.bulk, result.tail):.0f} draws (at least {SMALLEST:.0f}). The data probably allow separate "
        "explanations, or contradict the priors: check the figures that went in, then tighten this model's settings."
    )
    raise ModelError(message)


def _begin(
    log_density: LogDensity, centre: Floats, scale: Floats, *, chains: int, rng: np.random.Generator
) -> _Walkers:
    """Start in mirrored pairs, overdispersed to twice the prior, so that some chain begins near every mode."""
    half = rng.standard_normal(((chains + 1) // 2, len(centre)))
    position = centre + 2.0 * scale * np.concatenate([half, -half])[:chains]
    return _Walkers(position, log_density(position), centre, np.diag(scale), 2.38 / np.sqrt(len(centre)))


def _run(
    log_density: LogDensity, walkers: _Walkers, rng: np.random.Generator, *, steps: int, tune: bool
) -> tuple[Floats, Floats]:
    """Advance all chains and return draws (chain, step, parameter) and their log densities (chain, step)."""
    chains, size = walkers.position.shape
    draws, heights = np.empty((chains, steps, size)), np.empty((chains, steps))
    inverse = np.asarray(np.linalg.inv(walkers.root), dtype=np.float64)
    for step in range(steps):
        normals, chances = rng.standard_normal((chains, size)), rng.random((2, chains))
        # Independent proposals need a settled mean, so they start after the warm-up.
        if step % 2 == 1 and not tune:
            wide: Floats = np.sqrt(DEGREES / rng.chisquare(DEGREES, chains))
            proposal: Floats = walkers.mean + (normals * wide[:, None]) @ walkers.root.T
            correction = _log_t(walkers.position, walkers, inverse) - _log_t(proposal, walkers, inverse)  # Hastings
        else:
            proposal, correction = walkers.position + walkers.stride * normals @ walkers.root.T, np.zeros(chains)
        height = log_density(proposal)
        with np.errstate(invalid="ignore"):  # -inf less -inf, between two impossible points
            accepted = np.log(chances[0]) < height - walkers.height + correction
        walkers.position = np.where(accepted[:, None], proposal, walkers.position)
        walkers.height = np.where(accepted, height, walkers.height)
        if tune:
            walkers.stride *= np.exp((accepted.mean() - ACCEPTED) / np.sqrt(0.1 * step + 1.0))
        draws[:, step], heights[:, step] = walkers.position, walkers.height
    return draws, heights


def _log_t(points: Floats, walkers: _Walkers, inverse: Floats) -> Floats:
    squares = np.sum(((points - walkers.mean) @ inverse.T) ** 2, axis=1)
    density: Floats = -0.5 * (DEGREES + points.shape[1]) * np.log1p(squares / DEGREES)
    return density


def _learn(walkers: _Walkers, draws: Floats, scale: Floats) -> None:
    """Estimate mean and covariance from all chains; a little of the prior covariance keeps them non-singular."""
    points: Floats = draws.reshape(-1, draws.shape[2])
    walkers.mean = np.asarray(points.mean(axis=0), dtype=np.float64)
    away = points - walkers.mean
    covariance = away.T @ away / len(points) + np.diag((1e-3 * scale) ** 2)
    walkers.root = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    walkers.stride = 2.38 / np.sqrt(len(scale))


def _thin(draws: Floats, heights: Floats, result: Convergence, count: int) -> Particles:
    points = draws.reshape(-1, draws.shape[2])
    mode = points[np.argmax(heights.ravel())]
    positions = (np.arange(count) + 0.5) * len(points) / count
    share = min(1.0, min(result.bulk, result.tail) / count)
    return Particles(points[positions.astype(np.int64)], np.full(count, 1.0 / count), mode, share, "metropolis")
