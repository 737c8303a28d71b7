"""Three growth models of a trade series, one picked per draw (METHODS 2.1).

A linear opinion pool: each draw follows one view, so the ensemble is their
mixture, and it is wider where they disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.observations import SEASON
from eastbound.core.structural.simulate import Growth
from eastbound.typing import Floats, Ints

STRUCTURAL, WALK, THETA = range(3)
YEAR_OF_STEPS: Final = (2 * SEASON**2 + 1) / (3 * SEASON)


@dataclass(frozen=True)
class YearlyWalk:
    """A yearly random walk with drift, in logs per month: the basis of the two simple growth models.

    Parameters
    ----------
    drift, spread : float
        Mean and standard deviation of the shrunk drift.
    level : float
        Standard deviation of a monthly step whose yearly sums change as the history's do.
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
) -> YearlyWalk:
    """Return drift and volatility of the yearly changes of a path, each shrunk.

    Parameters
    ----------
    posterior : Posterior
        From `structural.fit`; at least two years of path.
    columns : array, shape (months, k)
        Its regressors. They are taken out for the drift: a dated shift is not growth. They stay in for the
        volatility: years like 2022 belong to what a year can bring.
    reference : (mean, sd)
        Lasting drift of the reference class, log per month.
    settings : mapping
        ``drift_sd``: spread of the drift that fades, log per year; ``walk_prior_years``: how many years the prior
        of the volatility counts for.
    yearly_sd : float
        Prior of the standard deviation of yearly changes, log.

    Returns
    -------
    YearlyWalk

    Notes
    -----
    METHODS 2.1 and 3.3. The years end with the path and each is averaged, so seasons cancel. A step of a monthly
    walk moves averages of twelve months by `YEAR_OF_STEPS` times its variance. Over n changes the mean change has
    the variance of one over n; prior and likelihood of the drift are normal.
    """
    shocks = columns @ (posterior.weights @ posterior.mean[:, posterior.rows["coefficients"]])
    changes, plain = _yearly_changes(posterior.path), _yearly_changes(posterior.path - shocks)
    weight = settings["walk_prior_years"]
    squares = np.sum((changes - changes.mean()) ** 2) + weight * yearly_sd**2
    yearly = squares / (len(changes) - 1 + weight)
    spread = np.hypot(reference[1] * SEASON, settings["drift_sd"][0])
    variance = 1.0 / (1.0 / spread**2 + len(plain) / yearly)
    mean = variance * (reference[0] * SEASON / spread**2 + plain.sum() / yearly)
    return YearlyWalk(float(mean / SEASON), float(np.sqrt(variance) / SEASON), float(np.sqrt(yearly / YEAR_OF_STEPS)))


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
        ``pool``: weights of the three views.

    Returns
    -------
    array of int, shape (width,)

    Examples
    --------
    >>> members(np.array([0.1, 0.3, 0.9]), {"pool": [1, 1, 2]}).tolist()
    [0, 1, 2]
    >>> members(np.array([0.0, 0.999]), {"pool": [0, 1, 0]}).tolist()
    [1, 1]
    """
    edges = np.cumsum(np.asarray(settings["pool"], float))
    picked: Ints = np.searchsorted(edges / edges[-1], uniform, side="right")
    return picked


def mix(growth: Growth, member: Ints, normal: Floats, *, simple: YearlyWalk, settings: Mapping[str, Any]) -> None:
    """Change, in place, the growth of the draws that follow a simple growth model.

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
        ``damping`` of the walk's drift; ``theta_width``, by which theta's steps are widened.

    Notes
    -----
    METHODS 3.3. The walk's drift fades to nothing. Theta (Assimakopoulos and
    Nikolopoulos 2000) has half of the drift for ever; its intervals are known to be too narrow.
    """
    drift = simple.drift + simple.spread * normal
    walk, theta = member == WALK, member == THETA
    a, b = settings["damping"]
    growth.trend[walk], growth.reference[walk] = drift[walk], 0.0
    growth.damping[walk] = (a / (a + b)) ** (1.0 / SEASON)
    growth.trend[theta] = growth.reference[theta] = 0.5 * drift[theta]
    growth.damping[theta] = 1.0
    growth.drift[walk | theta] = 0.0
    growth.level[walk] = simple.level
    growth.level[theta] = simple.level * settings["theta_width"]
