"""Scenario discovery: the box of factors in which the futures of interest gather (PRIM)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betainc

from eastbound.errors import InputError
from eastbound.typing import Bools, Floats

PEEL: Final = 0.05  # share of the draws in the box that a step removes (Friedman and Fisher: patient)
LEAST_COVERAGE: Final = 0.5  # a box with fewer of the futures of interest describes an accident
_LEAST_MASS: Final = 0.02  # of all draws
_SIGNIFICANT: Final = 0.05
_FREE: Final = (-np.inf, np.inf)


@dataclass(frozen=True)
class Limit:
    """A restriction of one factor.

    Parameters
    ----------
    factor : int
        Column of the factor.
    low, high : float
        Inclusive; infinite where there is no restriction.
    p_value : float
        Probability that as many futures of interest would be in the box if this restriction did nothing.
    """

    factor: int
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class Box:
    """A box of factors.

    Parameters
    ----------
    limits : tuple of Limit
        The most selective first.
    coverage : float
        Share of the futures of interest that lie in the box.
    density : float
        Share of the box that is of interest.
    mass : float
        Share of all draws that lie in the box.
    base : float
        Share of all draws that is of interest.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    base: float


def discover(values: Floats, interesting: Bools, *, least_coverage: float = LEAST_COVERAGE) -> Box:
    """Find the box with the highest density of futures of interest that still covers enough of them.

    Parameters
    ----------
    values : array, shape (draw, factor)
    interesting : array of bool, shape (draw,)
    least_coverage : float
        Share of the futures of interest that the box must hold, between 0 and 1.

    Returns
    -------
    Box
        Ends of restrictions that may be chance (quasi-p-value above 5 %) are dropped.

    Raises
    ------
    InputError
        If fewer than 30 draws are of interest, or fewer than 30 are not.

    References
    ----------
    Friedman and Fisher (1999), https://doi.org/10.1023/A:1008894516817, for peeling; Bryant and Lempert
    (2010), https://doi.org/10.1016/j.techfore.2009.08.002, for coverage, density and quasi-p-values. METHODS 5, row
    "scenario discovery".

    Examples
    --------
    >>> x = np.random.default_rng(2).uniform(size=(4000, 3))
    >>> box = discover(x, (x[:, 0] > 0.7) & (x[:, 1] < 0.4))
    >>> [(limit.factor, round(limit.low, 1), round(limit.high, 1)) for limit in box.limits]
    [(0, 0.7, inf), (1, -inf, 0.4)]
    """
    total = int(interesting.sum())
    if not 30 <= total <= len(interesting) - 30:
        message = f"too few draws: {min(total, len(interesting) - total)} of 30 needed on each side of the condition."
        raise InputError(message)
    least = max(int(_LEAST_MASS * len(values)), 20)
    bounds = np.array([[-np.inf, np.inf]] * values.shape[1])
    best, best_density = bounds.copy(), total / len(values)
    while True:
        inside = _inside(values, bounds)
        step = _best_peel(values, interesting, inside, bounds)
        if step is None:
            break
        smaller = _inside(values, step)
        held = interesting[smaller].sum()
        if smaller.sum() < least or held < least_coverage * total:
            break
        bounds = step
        density = held / smaller.sum()
        # A box that is barely denser is not worth its restriction.
        if density > best_density:
            best, best_density = bounds.copy(), density
    return _described(values, interesting, _relaxed(values, interesting, best))


def _inside(values: Floats, bounds: Floats) -> Bools:
    return np.asarray(((values >= bounds[:, 0]) & (values <= bounds[:, 1])).all(axis=1))


def _best_peel(values: Floats, interesting: Bools, inside: Bools, bounds: Floats) -> Floats | None:
    """Return the bounds after the peel that leaves the densest box; the smaller peel where two are as dense."""
    best: tuple[float, int] | None = None
    result = None
    for factor in range(values.shape[1]):
        column = values[inside, factor]
        for side, level in ((0, PEEL), (1, 1.0 - PEEL)):
            edge = float(np.quantile(column, level, method="higher" if side == 0 else "lower"))
            remains = column >= edge if side == 0 else column <= edge
            if remains.all():  # ties at the edge: peel all of them
                remains = column > edge if side == 0 else column < edge
                if not remains.any():
                    continue
                edge = float(column[remains].min() if side == 0 else column[remains].max())
            score = (float(interesting[inside][remains].mean()), int(remains.sum()))
            if best is None or score > best:
                best, result = score, bounds.copy()
                result[factor, side] = edge
    return result


def _relaxed(values: Floats, interesting: Bools, bounds: Floats) -> Floats:
    """Drop the ends of restrictions that may be chance, the weakest first."""
    bounds = bounds.copy()
    while True:
        ends = {end: _p_value(values, interesting, bounds, *end) for end in _restricted(bounds)}
        weakest = max(ends, key=lambda end: ends[end], default=None)
        if weakest is None or ends[weakest] <= _SIGNIFICANT:
            return bounds
        bounds[weakest] = _FREE[weakest[1]]


def _restricted(bounds: Floats) -> list[tuple[int, int]]:
    return [(factor, side) for factor in range(len(bounds)) for side in (0, 1) if np.isfinite(bounds[factor, side])]


def _p_value(values: Floats, interesting: Bools, bounds: Floats, factor: int, side: int) -> float:
    """Return the probability of as many futures of interest if one end of a restriction did nothing."""
    free = bounds.copy()
    free[factor, side] = _FREE[side]
    wider, box = _inside(values, free), _inside(values, bounds)
    hits = interesting[box].sum()
    # the upper tail of a binomial, as `scipy.stats`, slow to import, computes it
    return float(betainc(hits, box.sum() - hits + 1, interesting[wider].mean())) if hits else 1.0


def _described(values: Floats, interesting: Bools, bounds: Floats) -> Box:
    box = _inside(values, bounds)
    limits = []
    for factor in sorted({factor for factor, _ in _restricted(bounds)}):
        ends = [_p_value(values, interesting, bounds, *end) for end in _restricted(bounds) if end[0] == factor]
        limits.append(Limit(factor, float(bounds[factor, 0]), float(bounds[factor, 1]), min(ends)))
    held = interesting[box].sum()
    return Box(
        tuple(sorted(limits, key=lambda limit: limit.p_value)),
        coverage=float(held / interesting.sum()),
        density=float(held / box.sum()),
        mass=float(box.mean()),
        base=float(interesting.mean()),
    )
