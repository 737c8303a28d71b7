"""Two growth models of a trade series, one picked per draw (METHODS 2.1).

A linear opinion pool: each draw follows one view, so the ensemble is their
mixture, and it is wider where they disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.observations import SEASON
from eastbound.core.structural.simulate import Growth
from eastbound.typing import Floats, Ints

STRUCTURAL, WALK = range(2)


@dataclass(frozen=True)
class YearlyWalk:
    """A yearly random walk with drift, in logs per month: the simple growth model.

    Parameters
    ----------
    drift, spread : float
        Mean and standard deviation of the shrunk drift.
    level : float
        Standard deviation of a monthly step, twelve of which have the variance of a yearly change.
    """

    drift: float
    spread: float
    level: float


def yearly_walk(
    posterior: Posterior,
    columns: Floats,
    reference: tuple[float, float],
    *,
    settings: Mapping[str, Any],
    yearly_sd: float,
    simulated: int = 0,
) -> YearlyWalk:
    """Return drift and volatility of the yearly changes of a path, each shrunk.

    Parameters
    ----------
    posterior : Posterior
        From `structural.fit`; at least two years of path.
    columns : array, shape (months, k)
        Its regressors. They are taken out for the drift: a dated shift is not growth. Those with dates stay in for
        the volatility: years like 2022 belong to what a year can bring.
    reference : (mean, sd)
        Lasting drift of the reference class, log per month.
    settings : mapping
        ``drift_sd``: spread of the drift that fades, log per year; ``walk_prior_years``: how many years the prior
        of the volatility counts for.
    yearly_sd : float
        Prior of the standard deviation of yearly changes, log.
    simulated : int
        Number of last columns whose future is simulated apart; they are taken out for the volatility too.

    Returns
    -------
    YearlyWalk

    Notes
    -----
    METHODS 2.1 and 3.3. The years end with the path and each is averaged, so seasons cancel. A year of monthly
    steps has the variance of a yearly change, as in the walk that was tested on yearly series. Over n changes the mean
    change has the variance of one over n; prior and likelihood of the drift are normal.
    """
    effects = columns * (posterior.weights @ posterior.mean[:, posterior.rows["coefficients"]])
    apart = effects[:, effects.shape[1] - simulated :].sum(axis=1)
    changes = _yearly_changes(posterior.path - apart)
    plain = _yearly_changes(posterior.path - effects.sum(axis=1))
    weight = settings["walk_prior_years"]
    squares = np.sum((changes - changes.mean()) ** 2) + weight * yearly_sd**2
    yearly = squares / (len(changes) - 1 + weight)
    spread = np.hypot(reference[1] * SEASON, settings["drift_sd"][0])
    variance = 1.0 / (1.0 / spread**2 + len(plain) / yearly)
    mean = variance * (reference[0] * SEASON / spread**2 + plain.sum() / yearly)
    return YearlyWalk(float(mean / SEASON), float(np.sqrt(variance) / SEASON), float(np.sqrt(yearly / SEASON)))


def _yearly_changes(path: Floats) -> Floats:
    """Return the changes of yearly means, the years counted back from the end of a monthly path."""
    return np.diff(path[len(path) % SEASON :].reshape(-1, SEASON).mean(axis=1))


def members(uniform: Floats, settings: Mapping[str, Any]) -> Ints:
    """Return the growth model of each draw.

    Parameters
    ----------
    uniform : array, shape (width,)
        One number a draw.
    settings : mapping
        ``pool``: weights of the views.

    Returns
    -------
    array of int, shape (width,)

    Examples
    --------
    >>> members(np.array([0.1, 0.3, 0.9]), {"pool": [1, 3]}).tolist()
    [0, 1, 1]
    >>> members(np.array([0.0, 0.999]), {"pool": [0, 1]}).tolist()
    [1, 1]
    """
    edges = np.cumsum(np.asarray(settings["pool"], float))
    picked: Ints = np.searchsorted(edges / edges[-1], uniform, side="right")
    return picked


def mix(growth: Growth, member: Ints, normal: Floats, *, simple: YearlyWalk, settings: Mapping[str, Any]) -> None:
    """Change, in place, the growth of the draws that follow the simple growth model.

    Parameters
    ----------
    growth : Growth
        What the structural posterior says.
    member : array of int, shape (width,)
        From `members`.
    normal : array, shape (width,)
        Standard normals for the drift.
    simple : YearlyWalk
        From `yearly_walk`.
    settings : mapping
        ``damping`` of the walk's drift, which fades to nothing (METHODS 3.3).
    """
    drift = simple.drift + simple.spread * normal
    walk = member == WALK
    a, b = settings["damping"]
    growth.trend[walk], growth.reference[walk] = drift[walk], 0.0
    growth.damping[walk] = (a / (a + b)) ** (1.0 / SEASON)
    growth.drift[walk] = 0.0
    growth.level[walk] = simple.level
