"""The benchmark to beat: a random walk with drift, drift uncertainty and t intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from scipy.stats import t as student

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
    time, values = np.array(sorted(known), dtype=float), np.array([known[year] for year in sorted(known)])
    gaps, changes = np.diff(time), np.diff(values)
    if len(changes) < FEWEST_CHANGES:
        return None
    span, freedom = time[-1] - time[0], len(changes) - 1
    drift = (values[-1] - values[0]) / span
    sigma = np.sqrt(np.sum((changes - drift * gaps) ** 2 / gaps) / freedom)
    ahead = np.asarray(years, dtype=float) - time[-1]
    scale = sigma * np.sqrt(ahead * (1.0 + ahead / span))
    tail = student.ppf((np.arange(POINTS) + 0.5) / POINTS, freedom)
    return np.asarray(values[-1] + drift * ahead[:, None] + scale[:, None] * tail, dtype=np.float64)
