"""Approximate the posterior of a few parameters by weighted points: a Laplace proposal with importance weights.

The fast mode of METHODS 1.1. Points are quasi-random and fixed, so the same input gives the same posterior to the
last bit. The effective sample size measures how well the proposal fits; the proposal is re-centred on the weighted
points until it fits well enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.optimize import minimize
from scipy.special import chdtri, ndtri

from eastbound.typing import Floats

LogDensity: TypeAlias = Callable[[Floats], Floats]  # (n, parameters) -> (n,)

ROUNDS = 4  # refinements of the proposal before the caller falls back to chains
GOOD = 0.3  # effective share of the points that METHODS 1.1 requires
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
DEGREES = 7.0  # degrees of freedom of the proposal: tails wider than the posterior's


@dataclass(frozen=True)
class Particles:
    """Weighted points of a posterior.

    Parameters
    ----------
    points : array, shape (n, parameters)
        On the unconstrained scale.
    weights : array, shape (n,)
        Sum to one.
    mode : array, shape (parameters,)
        The point of highest density.
    effective : float
        Effective sample size as a share of n: 1 / (n Σ w²) for weights, reduced by autocorrelation for chains.
    method : str
        "importance" for `explore`, "metropolis" for `metropolis.sample`.
    """

    points: Floats
    weights: Floats
    mode: Floats
    effective: float
    method: str = "importance"


def spread_points(count: int, dimensions: int) -> Floats:
    """Return quasi-random points of the open unit cube.

    Parameters
    ----------
    count : int
        Number of points.
    dimensions : int
        Number of coordinates, at most twelve.

    Returns
    -------
    array, shape (count, dimensions)
        Multiples of square roots of primes, modulo one (Richtmyer's sequence).

    Examples
    --------
    >>> spread_points(3, 2).round(3).tolist()
    [[0.914, 0.232], [0.328, 0.964], [0.743, 0.696]]
    """
    steps = np.sqrt(PRIMES[:dimensions])
    points: Floats = (0.5 + np.outer(np.arange(1, count + 1), steps)) % 1.0
    return points


def explore(log_density: LogDensity, centre: Floats, scale: Floats, *, count: int) -> Particles:
    """Approximate a posterior by weighted points.

    Parameters
    ----------
    log_density : callable
        Log posterior density up to a constant: points (n, parameters) to (n,).
    centre, scale : array, shape (parameters,)
        Prior mean and standard deviation of each parameter.
    count : int
        Number of points.

    Returns
    -------
    Particles
        From the refinement with the largest effective sample; compare `effective` with `GOOD`.

    Notes
    -----
    METHODS 1.1: Laplace approximation at the mode, corrected by importance weights. The search starts from the best of
    the prior mean and two dozen quasi-random points, because a single start may end on a lower maximum.

    Examples
    --------
    >>> normal = lambda x: -0.5 * np.sum((x - 1.0) ** 2 / 4.0, axis=1)
    >>> result = explore(normal, np.zeros(2), np.full(2, 3.0), count=256)
    >>> (result.weights @ result.points).round(2).tolist(), result.effective > 0.8
    ([1.0, 1.0], True)
    """
    mode = _mode(log_density, centre, scale)
    root = _laplace_root(log_density, mode, scale)
    middle, best = mode, Particles(centre[None], np.ones(1), mode, 0.0)
    for _ in range(ROUNDS):
        points, log_proposal = _proposal(middle, root, count)
        log_weights = log_density(points) - log_proposal
        weights = np.exp(log_weights - log_weights.max())
        weights /= weights.sum()
        effective = float(1.0 / (count * np.sum(weights**2)))
        if effective > best.effective:
            best = Particles(points, weights, mode, effective)
        if effective >= GOOD:
            break
        # The prior's part keeps the proposal from collapsing onto a few heavy points.
        middle = weights @ points
        spread = (points - middle) * np.sqrt(weights)[:, None]
        root = np.linalg.cholesky(spread.T @ spread + np.diag((0.1 * scale) ** 2))
    return best


def _mode(log_density: LogDensity, centre: Floats, scale: Floats) -> Floats:
    starts = centre + scale * np.vstack([np.zeros_like(centre), ndtri(spread_points(24, len(centre)))])
    start = starts[np.argmax(log_density(starts))]
    moves = 1e-4 * np.vstack([np.eye(len(centre)), -np.eye(len(centre))])

    # Central differences, all points in one call: the density is vectorised, so this beats a call per coordinate.
    def value_and_slope(unit: Floats) -> tuple[float, Floats]:
        values = log_density(start + scale * np.vstack([unit, unit + moves]))
        up, down = np.split(values[1:], 2)
        return -float(values[0]), (down - up) / 2e-4

    result = minimize(value_and_slope, np.zeros_like(start), method="BFGS", jac=True, options={"gtol": 1e-3})
    mode: Floats = start + scale * result.x
    return mode


def _laplace_root(log_density: LogDensity, mode: Floats, scale: Floats) -> Floats:
    """Return a root of the inverse curvature; no direction is wider than the prior."""
    size, step = len(mode), 0.1
    moves = step * scale * np.eye(size)
    first, second = np.triu_indices(size, 1)
    values = log_density(mode + np.vstack([np.zeros(size), moves, -moves, moves[first] + moves[second]]))
    top, up, down, both = np.split(values, [1, size + 1, 2 * size + 1])
    curvature = np.diag(2.0 * top - up - down)
    curvature[first, second] = curvature[second, first] = up[first] + up[second] - both - top
    values, vectors = np.linalg.eigh(curvature / step**2)
    widths = 1.0 / np.sqrt(np.clip(values, 1.0, 1e8))
    root: Floats = scale[:, None] * vectors * widths
    return root


def _proposal(middle: Floats, root: Floats, count: int) -> tuple[Floats, Floats]:
    """Return points of a multivariate t in mirrored pairs, and their log density up to a constant."""
    size = len(middle)
    cube = spread_points((count + 1) // 2, size + 1)
    half = ndtri(cube[:, :size]) * np.sqrt(DEGREES / chdtri(DEGREES, cube[:, size]))[:, None]
    standard = np.concatenate([half, -half])[:count]
    log_density = -0.5 * (DEGREES + size) * np.log1p(np.sum(standard**2, axis=1) / DEGREES)
    return middle + standard @ root.T, log_density
