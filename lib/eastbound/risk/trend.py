"""Futures of a yearly series that no model simulates: a random walk with a drift shrunk to the reference class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from eastbound.constants import DRAWS, SEED
from eastbound.core.simulation.seeds import Stream
from eastbound.typing import Floats
from eastbound.univariate.forecast import DAMPING, DRIFT

FEWEST: Final = 4  # years; three changes are the least that give a spread (judgement)


def trend_paths(known: Mapping[int, float], *, last: int, name: str) -> dict[int, Floats]:
    """Return draws of a series for each year after the newest known one.

    Parameters
    ----------
    known : mapping of int to float
        Year to value, positive, with or without gaps.
    last : int
        Last year wanted.
    name : str
        Key of the random numbers.

    Returns
    -------
    dict of int to array, shape (draw,)
        In the unit of the series; empty with fewer than four known years.

    Notes
    -----
    METHODS 2.1 and 3.3: yearly drift in logs has the prior of the reference class, its effect fades by a tenth a year.

    Examples
    --------
    >>> known = {2016: 6.5, 2017: 10.7, 2020: 33.0, 2021: 34.9, 2024: 37.9, 2025: 37.0}
    >>> paths = trend_paths(known, last=2030, name="cargo")
    >>> list(paths), bool(np.median(paths[2030]) > 37)
    ([2026, 2027, 2028, 2029, 2030], True)
    """
    years = sorted(year for year, value in known.items() if value > 0)
    if len(years) < FEWEST:
        return {}
    spans = np.diff(years).astype(np.float64)
    steps = np.diff(np.log([known[year] for year in years]))
    total = spans.sum()
    own = steps.sum() / total
    variance = float(np.sum((steps - own * spans) ** 2 / spans) / (spans.size - 1))
    prior, sd = DRIFT
    weight = total / variance if variance > 0 else np.inf
    precision = weight + sd**-2
    mean = own if np.isinf(weight) else (weight * own + prior * sd**-2) / precision
    stream, horizon = Stream(SEED, 0, DRAWS), last - years[-1]
    drift = mean + stream.normals("trend", name, "drift", rows=1)[0] / np.sqrt(precision)
    noise = np.cumsum(stream.normals("trend", name, "noise", rows=max(horizon, 1)) * np.sqrt(variance), axis=0)
    fading = np.cumsum(DAMPING ** np.arange(1, max(horizon, 1) + 1))
    level = np.log(known[years[-1]])
    return {years[-1] + k + 1: np.exp(level + fading[k] * drift + noise[k]) for k in range(horizon)}
