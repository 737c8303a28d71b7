"""Posterior of a few parameters by Markov chains: the full mode of METHODS 1.1 and the fallback of the fast mode.

Random-walk Metropolis with the covariance of the chains themselves (Haario,
Saksman and Tamminen 2001, doi 10.2307/3318737), in turns with leaps from a t
distribution of the same mean and covariance (Tierney 1994, doi
10.1214/aos/1176325750). What is learnt in the warm-up is frozen before the
draws that are kept. Chains begin far apart, and they must agree at the end.
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
STEPS: Final = 1500  # kept of each chain; all four are worth about 1500 independent draws of a six-dimensional normal
WINDOWS: Final = (30, 15, 8, 4, 2)  # the warm-up: a 30th of the steps, a 15th ..., each with the last one's covariance
ACCEPTED: Final = 0.234  # of the random walk's proposals, the optimum in several dimensions (Roberts et al. 1997)
LARGEST: Final = 1.01  # R-hat and effective sample that Vehtari et al. (2021) ask for
SMALLEST: Final = 400.0
LONGER: Final = 3  # times the steps of the one extension


@dataclass
class _Walkers:
    """Chain positions and the adapted proposal."""

    position: Floats  # (chain, parameter)
    height: Floats  # (chain,) log density
    mean: Floats
    root: Floats  # of the covariance
    stride: float  # of the random walk, in roots


def posterior(log_density: LogDensity, centre: Floats, scale: Floats, *, count: int, full: bool = False) -> Particles:
    """Return a posterior in fast mode, or by Markov chains in full mode and where the fast mode fits badly.

    Parameters
    ----------
    log_density, centre, scale, count
        As in `explore`.
    full : bool
        Run the chains in any case; they give four times `count` points, since each of them says less.

    Returns
    -------
    Particles
        `method` says which of the two it is.

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
    """Return a posterior as evenly thinned draws of several Markov chains.

    Parameters
    ----------
    log_density : callable
        Log posterior density up to a constant: points (n, parameters) to (n,).
    centre, scale : array, shape (parameters,)
        Prior mean and standard deviation of each parameter; the chains begin at both ends of it.
    count : int
        Number of points wanted, at most `chains` times `steps`.
    chains, steps : int
        Chains, and what is kept of each.
    key : str
        Name of the random numbers, so that two posteriors do not share them.

    Returns
    -------
    Particles
        Points of equal weight; `mode` is the highest point visited and
        `effective` the smallest effective sample as a share of `count`, at most one.

    Raises
    ------
    ModelError
        If R-hat is above 1.01 or an effective sample under 400 draws, after
        one extension by three times the steps that begins with a new warm-up.

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
            kept = draws[:, draws.shape[1] // 4 :]
            # Each chain about its own mean: chains on separate modes must not be led to one of them by the others.
            _learn(walkers, kept - kept.mean(axis=1, keepdims=True), scale)
        _learn(walkers, kept, scale)
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
    """Start in mirrored pairs, twice as far apart as the prior, so that not all chains overlook a mode."""
    half = rng.standard_normal(((chains + 1) // 2, len(centre)))
    position = centre + 2.0 * scale * np.concatenate([half, -half])[:chains]
    return _Walkers(position, log_density(position), centre, np.diag(scale), 2.38 / np.sqrt(len(centre)))


def _run(
    log_density: LogDensity, walkers: _Walkers, rng: np.random.Generator, *, steps: int, tune: bool
) -> tuple[Floats, Floats]:
    """Move all chains and return their draws (chain, step, parameter) and log densities (chain, step)."""
    chains, size = walkers.position.shape
    draws, heights = np.empty((chains, steps, size)), np.empty((chains, steps))
    inverse = np.asarray(np.linalg.inv(walkers.root), dtype=np.float64)
    for step in range(steps):
        normals, chances = rng.standard_normal((chains, size)), rng.random((2, chains))
        leap = step % 2 == 1 and not tune
        if leap:
            wide: Floats = np.sqrt(DEGREES / rng.chisquare(DEGREES, chains))
            proposal: Floats = walkers.mean + (normals * wide[:, None]) @ walkers.root.T
            gain = _log_t(walkers.position, walkers, inverse) - _log_t(proposal, walkers, inverse)
        else:
            proposal, gain = walkers.position + walkers.stride * normals @ walkers.root.T, np.zeros(chains)
        height = log_density(proposal)
        with np.errstate(invalid="ignore"):  # from one impossible point to another
            accepted = np.log(chances[0]) < height - walkers.height + gain
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
    """Estimate mean and covariance from all chains, with a little of the prior's covariance to keep every direction."""
    points: Floats = draws.reshape(-1, draws.shape[2])
    walkers.mean = np.asarray(points.mean(axis=0), dtype=np.float64)
    away = points - walkers.mean
    covariance = away.T @ away / len(points) + np.diag((1e-3 * scale) ** 2)
    walkers.root = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    walkers.stride = 2.38 / np.sqrt(len(scale))


def _thin(draws: Floats, heights: Floats, result: Convergence, count: int) -> Particles:
    points = draws.reshape(-1, draws.shape[2])
    mode = points[np.argmax(heights.ravel())]
    places = (np.arange(count) + 0.5) * len(points) / count
    share = min(1.0, min(result.bulk, result.tail) / count)
    return Particles(points[places.astype(np.int64)], np.full(count, 1.0 / count), mode, share, "metropolis")
