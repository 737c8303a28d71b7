"""The benchmarks to beat: random walks with drift, of uncertain size, and without; both with t intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from eastbound.typing import Floats

POINTS: Final = 999  # equally likely points that stand for the distribution
FEWEST_CHANGES: Final = 3  # two leave the t distribution one degree of freedom, and no mean


def random_walk(known: Mapping[int, float], years: Sequence[int]) -> Floats | None:
    """Forecast years by a random walk with drift from the last known one.

    Parameters
    ----------
    known : mapping of int to float
        Year to value on the scale that is scored, gaps allowed.
    years : sequence of int
        Later than the last known year.

    Returns
    -------
    array, shape (year, point), or None
        Equally likely points; None with fewer than three changes to learn from.

    Notes
    -----
    A change over g years has mean g times the drift and variance g sigma². The forecast h years on has scale
    sigma sqrt(h (1 + h / span)) and t tails with one degree of freedom less than there are changes: METHODS 3.3.

    Examples
    --------
    >>> points = random_walk({2019: 1.0, 2020: 3.0, 2021: 4.0, 2022: 7.0}, [2023])
    >>> points.shape, float(np.median(points))
    ((1, 999), 9.0)
    """
    walk = _learn(known)
    if walk is None:
        return None
    ahead = np.asarray(years, dtype=float) - walk.year
    return _points(walk, ahead, scale=walk.sigma * np.sqrt(ahead * (1.0 + ahead / walk.span)))


def plain_walk(known: Mapping[int, float], years: Sequence[int]) -> Floats | None:
    """Forecast years by a random walk without drift from the last known one.

    Parameters
    ----------
    known, years
        As for `random_walk`.

    Returns
    -------
    array, shape (year, point), or None
        Equally likely points; None with fewer than three changes to learn from.

    Notes
    -----
    A change over g years has variance g sigma²; the tails are Student's t with one degree of freedom a change.

    Examples
    --------
    >>> points = plain_walk({2019: 1.0, 2020: 3.0, 2021: 4.0, 2022: 7.0}, [2023, 2025])
    >>> points.shape, np.median(points, axis=1).tolist()
    ((2, 999), [7.0, 7.0])
    """
    walk = _learn(known, drifts=False)
    if walk is None:
        return None
    ahead = np.asarray(years, dtype=float) - walk.year
    return _points(walk, ahead, scale=walk.sigma * np.sqrt(ahead))


def random_walk_paths(
    known: Mapping[int, float], years: Sequence[int], *, draws: int, rng: np.random.Generator
) -> Floats | None:
    """Draw joint paths of the random walk whose single years `random_walk` gives.

    Parameters
    ----------
    known : mapping of int to float
        Year to value on the scale that is scored, gaps allowed.
    years : sequence of int
        Rising, later than the last known year.
    draws : int
        Number of paths.
    rng : numpy.random.Generator
        Random numbers: volatility, drift, then steps.

    Returns
    -------
    array, shape (year, draw), or None
        None with fewer than three changes to learn from.

    Notes
    -----
    One volatility and one drift hold along a path, so its years move together as those of a walk do:
    METHODS 3.3.

    Examples
    --------
    >>> known = {2019: 1.0, 2020: 3.0, 2021: 4.0, 2022: 7.0}
    >>> random_walk_paths(known, [2023, 2025], draws=5, rng=np.random.default_rng(0)).shape
    (2, 5)
    """
    walk = _learn(known)
    if walk is None:
        return None
    ahead = np.asarray(years, dtype=float) - walk.year
    sigma = walk.sigma * np.sqrt(walk.freedom / rng.chisquare(walk.freedom, draws))
    drift = walk.drift + sigma / np.sqrt(walk.span) * rng.standard_normal(draws)
    steps = np.sqrt(np.diff(ahead, prepend=0.0))[:, None] * rng.standard_normal((len(ahead), draws))
    return np.asarray(walk.value + ahead[:, None] * drift + sigma * np.cumsum(steps, axis=0), dtype=np.float64)


class _Walk(NamedTuple):
    """What the past says: last year and value, drift and volatility a year, and how well they are known."""

    year: float
    value: float
    drift: float
    sigma: float
    span: float
    freedom: int


def _learn(known: Mapping[int, float], *, drifts: bool = True) -> _Walk | None:
    time, values = np.array(sorted(known), dtype=float), np.array([known[year] for year in sorted(known)])
    gaps, changes = np.diff(time), np.diff(values)
    if len(changes) < FEWEST_CHANGES:
        return None
    span, freedom = float(time[-1] - time[0]), len(changes) - drifts
    drift = float(values[-1] - values[0]) / span if drifts else 0.0
    sigma = float(np.sqrt(np.sum((changes - drift * gaps) ** 2 / gaps) / freedom))
    return _Walk(float(time[-1]), float(values[-1]), drift, sigma, span, freedom)


def _points(walk: _Walk, ahead: Floats, *, scale: Floats) -> Floats:
    """Return equally likely points of the years ahead, shape (year, point)."""
    from scipy.stats import t as student  # here, because it takes longer to import than to use

    tail = student.ppf((np.arange(POINTS) + 0.5) / POINTS, walk.freedom)
    return np.asarray(walk.value + walk.drift * ahead[:, None] + scale[:, None] * tail, dtype=np.float64)
