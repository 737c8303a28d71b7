"""Reverse stress: the most likely combination of factors with which a quantity breaks a limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import NonlinearConstraint, minimize

from eastbound.errors import InputError
from eastbound.risk.factors import Factors, from_scores, normal_scores
from eastbound.typing import Bools, Floats

FEWEST: Final = 20  # failing draws; fewer do not show where the limit runs (judgement)
_STARTS: Final = 8
_BAND: Final = 0.35  # share of the draws, those nearest to the limit, to which the surface is fitted


class Surface(NamedTuple):
    """A quadratic function of normal scores.

    Parameters
    ----------
    constant : float
    linear : array, shape (factor,)
    quadratic : array, shape (factor, factor)
        Symmetric.
    """

    constant: float
    linear: Floats
    quadratic: Floats

    def value(self, scores: Floats) -> Floats:
        """Return the function at points, shape (..., factor)."""
        curved = np.einsum("...i,ij,...j->...", scores, self.quadratic, scores)
        return np.asarray(self.constant + scores @ self.linear + curved)

    def slope(self, scores: Floats) -> Floats:
        """Return the gradient at a point."""
        return np.asarray(self.linear + 2.0 * self.quadratic @ scores)


@dataclass(frozen=True, eq=False)
class Reverse:
    """The most likely way to a limit.

    Parameters
    ----------
    limit : float
        In the unit of the quantity.
    probability : float
        Share of the draws that break it.
    distance : float
        Of the point from the middle of the forecast, in standard deviations of the joint distribution (Mahalanobis).
    scores : array, shape (factor,)
        The point: standard deviations of each factor from its median.
    values : array, shape (factor,)
        The same in the units of the factors.
    nearest_draw : float
        Distance of the nearest draw that breaks the limit.
    fit : float
        Share of the variance of the quantity, near the limit, that the surface explains.
    """

    limit: float
    probability: float
    distance: float
    scores: Floats
    values: Floats
    nearest_draw: float
    fit: float


def reverse_stress(target: Floats, factors: Factors, limit: float, *, below: bool = True) -> Reverse:
    """Find the most likely combination of factors with which a quantity breaks a limit.

    Parameters
    ----------
    target : array, shape (draw,)
    factors : Factors
        In the same draws.
    limit : float
        In the unit of the quantity.
    below : bool
        Whether the limit is broken by less (default) or by more.

    Returns
    -------
    Reverse

    Raises
    ------
    InputError
        If fewer than 20 draws break the limit, or if the middle of the forecast breaks it already.

    Notes
    -----
    Factors are put on a normal scale by rank and are taken as jointly normal there (a Gaussian copula), so the most
    likely point is that of least Mahalanobis distance on which the quantity meets the limit. The quantity near the
    limit is a quadratic surface fitted to the draws. The starting points of the search are the nearest failing draws.

    References
    ----------
    METHODS 5, row "reverse stress"; Hasofer and Lind (1974) for the design point; Breuer and others (2009),
    International Journal of Central Banking 5(3), for the plausibility of a stress by its Mahalanobis distance.

    Examples
    --------
    >>> x = np.random.default_rng(3).normal(size=(4000, 2))
    >>> result = reverse_stress(x.sum(axis=1), Factors(("a", "b"), ("A", "B"), ("bcm", "bcm"), x), -2.0)
    >>> round(result.distance, 1), result.scores.round(1).tolist()
    (1.4, [-1.0, -1.0])
    """
    fails = target <= limit if below else target >= limit
    if fails.sum() < FEWEST:
        message = f"too few draws: {int(fails.sum())} of {FEWEST} needed break the limit of {limit:g}."
        raise InputError(message)
    if fails.mean() > 0.5:
        message = f"the middle of the forecast already breaks the limit of {limit:g}; set it where it is a stress."
        raise InputError(message)
    scores = normal_scores(factors.values)
    inverse = inverse_correlation(scores)
    surface, fit = fitted_surface(scores, target, limit)
    distances = np.sqrt(np.einsum("ni,ij,nj->n", scores, inverse, scores))
    starts = scores[fails][np.argsort(distances[fails])[:_STARTS]]
    sign = 1.0 if below else -1.0
    turned = Surface(sign * surface.constant, sign * surface.linear, sign * surface.quadratic)
    point = nearest_point(turned.value, turned.slope, sign * limit, starts=starts, inverse=inverse)
    distance = float(np.sqrt(point @ inverse @ point))
    values = from_scores(factors.values, point)
    return Reverse(limit, float(fails.mean()), distance, point, values, float(distances[fails].min()), fit)


def inverse_correlation(scores: Floats) -> Floats:
    """Return the inverse correlation of factors, by which a distance is measured; factors may repeat each other.

    Examples
    --------
    >>> inverse_correlation(np.array([[1.0], [2.0], [4.0]])).tolist()
    [[1.0]]
    """
    count = scores.shape[1]
    return np.asarray(np.linalg.pinv(np.corrcoef(scores, rowvar=False).reshape(count, count)), dtype=np.float64)


def fitted_surface(scores: Floats, target: Floats, limit: float) -> tuple[Surface, float]:
    """Fit a quadratic surface to the draws whose quantity is nearest to a limit.

    Parameters
    ----------
    scores : array, shape (draw, factor)
    target : array, shape (draw,)
    limit : float

    Returns
    -------
    surface : Surface
    fit : float
        Share of the variance that it explains among those draws.
    """
    count = scores.shape[1]
    near = np.argsort(np.abs(target - limit))[: max(int(_BAND * len(target)), 10 * (count + 1) * (count + 2))]
    part, values = scores[near], target[near]
    rows, columns = np.triu_indices(count)
    design = np.concatenate([np.ones((len(part), 1)), part, part[:, rows] * part[:, columns]], axis=1)
    weights, *_ = np.linalg.lstsq(design, values, rcond=None)
    quadratic = np.zeros((count, count))
    quadratic[rows, columns] = weights[1 + count :]
    residual = values - design @ weights
    surface = Surface(float(weights[0]), weights[1 : 1 + count], (quadratic + quadratic.T) / 2.0)
    return surface, float(1.0 - residual.var() / values.var()) if values.var() > 0 else 1.0


def nearest_point(
    function: Callable[[Floats], Floats],
    slope: Callable[[Floats], Floats],
    limit: float,
    *,
    starts: Floats,
    inverse: Floats,
) -> Floats:
    """Return the point nearest to the origin at which a function is at or below a limit.

    Parameters
    ----------
    function, slope : callable
        Of a point, shape (factor,).
    limit : float
    starts : array, shape (start, factor)
    inverse : array, shape (factor, factor)
        Inverse correlation, which measures the distance.

    Raises
    ------
    InputError
        If no start leads to such a point.

    Examples
    --------
    >>> starts = np.array([[-3.0, -1.0]])
    >>> point = nearest_point(lambda z: z[0], lambda z: np.array([1.0, 0.0]), -2.0, starts=starts, inverse=np.eye(2))
    >>> point.round(3) + 0.0
    array([-2.,  0.])
    """
    constraint = NonlinearConstraint(lambda z: float(function(z)), -np.inf, limit, jac=slope)
    tolerance = 1e-6 * max(1.0, abs(limit))
    best = None
    for start in starts:
        solution = minimize(
            lambda z: float(z @ inverse @ z),
            start,
            jac=lambda z: 2.0 * inverse @ z,
            method="SLSQP",
            constraints=[constraint],
            options={"ftol": 1e-10, "maxiter": 200},
        )
        if function(solution.x) <= limit + tolerance and (best is None or solution.fun < best.fun):
            best = solution
    if best is None:
        message = f"no combination of these factors reaches the limit of {limit:g}; name others."
        raise InputError(message)
    return np.asarray(best.x)


def nearest_group(scores: Floats, point: Floats, groups: dict[str, Bools]) -> list[tuple[str, float]]:
    """Return groups of draws, such as the branches of a scenario tree, by the distance of their middle from a point.

    Parameters
    ----------
    scores : array, shape (draw, factor)
    point : array, shape (factor,)
    groups : dict of str to bool array, shape (draw,)

    Returns
    -------
    list of (name, distance)
        Nearest first, in standard deviations.

    Examples
    --------
    >>> scores = np.array([[0.0], [1.0], [2.0]])
    >>> nearest_group(scores, np.array([2.0]), {"a": scores[:, 0] < 1.5, "b": scores[:, 0] > 1.5})[0][0]
    'b'
    """
    inverse = inverse_correlation(scores)
    distances = []
    for name, holds in groups.items():
        gap = scores[holds].mean(axis=0) - point
        distances.append((name, float(np.sqrt(gap @ inverse @ gap))))
    return sorted(distances, key=lambda pair: pair[1])
