"""Draws of a structural model's states and their continuation beyond the data.

The cost is meant to be that of the normals: every operation works in place on
one row of draws, which stays in the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import chdtri

from eastbound.core.conditioning import SEASON
from eastbound.core.seeds import Stream
from eastbound.core.structural import Posterior
from eastbound.typing import Floats, Ints, Paths


@dataclass(frozen=True)
class Noise:
    """Standard normals of the future, each of shape (months, width), and the common scale of a draw.

    Parameters
    ----------
    level, drift, irregular : array, shape (months, width)
        `carry_on` returns its result in the memory of the irregular part.
    scale : array, shape (width,)
        One factor per draw for all of them: heavy tails that come together.
    """

    level: Paths
    drift: Paths
    irregular: Paths
    scale: Floats


def tail_scale(stream: Stream, *key: str, degrees: float) -> Floats:
    """Draw the scale that all future innovations of a draw share.

    Parameters
    ----------
    stream : Stream
        Random numbers.
    key : str
        Name of the block.
    degrees : float
        Degrees of freedom of the resulting t distribution.

    Returns
    -------
    array, shape (width,)
        With a median of one: half of the futures are wilder than the past.

    Notes
    -----
    METHODS 3.3 and the ruling of one scale per draw and block.

    Examples
    --------
    >>> scale = tail_scale(Stream(seed=1, block=0, width=20_000), "trade", degrees=5.0)
    >>> round(float(np.median(scale)), 1), round(float((scale > 1.95).mean()), 2)
    (1.0, 0.05)
    """
    scale: Floats = stream.generator(*key, "scale").chisquare(degrees, stream.width)
    np.divide(chdtri(degrees, 0.5), scale, out=scale)
    return np.sqrt(scale, out=scale)


def draw_states(posterior: Posterior, uniform: Floats, normals: Floats) -> tuple[Ints, Floats]:
    """Draw a parameter point and the states that belong to it.

    Parameters
    ----------
    posterior : Posterior
        From `structural.fit`.
    uniform : array, shape (width,)
        Chooses the point of each draw.
    normals : array, shape (states, width)
        Standard normals.

    Returns
    -------
    points : array of int, shape (width,)
        Index of the parameter point of each draw.
    states : array, shape (states, width)
        In the order of `Posterior.rows`.

    Examples
    --------
    >>> one = Posterior(np.ones(1), {}, {}, np.array([[2.0]]), np.array([[[3.0]]]), np.empty(0), np.empty(0), 1.0)
    >>> draw_states(one, np.array([0.5, 0.9]), np.array([[0.0, 1.0]]))[1].tolist()
    [[2.0, 5.0]]
    """
    points = np.minimum(np.searchsorted(np.cumsum(posterior.weights), uniform), len(posterior.weights) - 1)
    order = np.argsort(points, kind="stable")
    bounds = np.searchsorted(points[order], np.arange(len(posterior.weights) + 1))
    states = np.empty_like(normals)
    for k, (start, stop) in enumerate(pairwise(bounds)):
        if start < stop:
            mine = order[start:stop]
            states[:, mine] = posterior.mean[k][:, None] + posterior.root[k] @ normals[:, mine]
    return points, states


def carry_on(
    posterior: Posterior,
    drawn: tuple[Ints, Floats],
    noise: Noise,
    *,
    known: Floats | None = None,
    driven: tuple[int, Paths] | None = None,
) -> Paths:
    """Continue the log flow from the month after the path.

    Parameters
    ----------
    posterior : Posterior
        From `structural.fit`.
    drawn : tuple of arrays
        Points and states from `draw_states`.
    noise : Noise
        Its irregular part is overwritten.
    known : array, shape (months, coefficients), optional
        Future of the regressors that are known in advance.
    driven : (int, array of shape (months, width)), optional
        Which coefficient has a simulated regressor, and its paths.

    Returns
    -------
    array, shape (months, width)
        Log flow; the memory of ``noise.irregular``.

    Notes
    -----
    METHODS 2.1. The future change of the seasonal pattern joins the irregular
    part: each month has its exact variance, and only the tie between the same
    months of different years is left out.
    """
    points, states = drawn
    coefficients = states[posterior.rows["coefficients"]]
    value = {name: values[points] for name, values in posterior.values.items()}
    level = states[posterior.rows["level"]][0].copy()
    trend = states[posterior.rows["trend"]][0].copy()
    season = states[posterior.rows["season"]]
    return_to = (1.0 - value["damping"]) * states[posterior.rows["reference"]][0]
    level_sd = value["level"] * noise.scale
    drift_sd = value["drift"] * np.sqrt(1.0 - value["damping"] ** 2) * noise.scale
    work = np.empty_like(level)
    for h, out in enumerate(noise.irregular):
        if h % SEASON == 0:
            change = (h // SEASON + 1) * value["season"] ** 2
            irregular_sd = np.sqrt(value["irregular"] ** 2 + change) * noise.scale
        level += trend
        level += np.multiply(noise.level[h], level_sd, out=work)
        out *= irregular_sd
        out += level
        out += season[h % SEASON]
        trend *= value["damping"]
        trend += return_to
        trend += np.multiply(noise.drift[h], drift_sd, out=work)
        if known is not None:
            out += np.dot(known[h], coefficients, out=work)
        if driven is not None:
            out += np.multiply(coefficients[driven[0]], driven[1][h], out=work)
    return noise.irregular
