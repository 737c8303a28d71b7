"""The plainest benchmark: a random walk without drift, the last figure and t intervals around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from eastbound.evaluation.random_walk import FEWEST_CHANGES, POINTS
from eastbound.typing import Floats


def plain_walk(known: Mapping[int, float], years: Sequence[int]) -> Floats | None:
    """Forecast years by a random walk without drift from the last known one.

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
    A change over g years has variance g sigma²; the tails are Student's t with one degree of freedom a change.

    Examples
    --------
    >>> points = plain_walk({2019: 1.0, 2020: 3.0, 2021: 4.0, 2022: 7.0}, [2023, 2025])
    >>> points.shape, np.median(points, axis=1).tolist()
    ((2, 999), [7.0, 7.0])
    """
    from scipy.stats import t as student  # here, because it takes longer to import than to use

    time = np.array(sorted(known), dtype=float)
    values = np.array([known[year] for year in sorted(known)])
    gaps, changes = np.diff(time), np.diff(values)
    if len(changes) < FEWEST_CHANGES:
        return None
    sigma = float(np.sqrt(np.mean(changes**2 / gaps)))
    scale = sigma * np.sqrt(np.asarray(years, dtype=float) - time[-1])
    tail = student.ppf((np.arange(POINTS) + 0.5) / POINTS, len(changes))
    return np.asarray(values[-1] + scale[:, None] * tail, dtype=np.float64)
