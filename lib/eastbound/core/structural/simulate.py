"""Simulate a structural model: draw states from the posterior and continue them beyond the data.

The normals should be the main cost: they are generated a few rows at a time and consumed in place while they are in
the processor's cache, and only the resulting path is stored. Months are computed in the precision of the path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import chdtri

from eastbound.constants import BLOCK
from eastbound.core.inference.resampling import picked
from eastbound.core.simulation.memory import PRECISION
from eastbound.core.simulation.seeds import Stream
from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.observations import SEASON
from eastbound.typing import Floats, Ints, Paths

_ROWS: Final = 4  # rows per call of the generator: fewer calls cost less, and four rows still fit the cache


@dataclass(frozen=True)
class Noise:
    """Standard normals of the future by month, and the common scale of a draw.

    Parameters
    ----------
    level, drift, irregular : iterable of array, shape (width,)
        One row per month, in the precision of the path; `carry_on` overwrites each row.
    scale : array, shape (width,)
        One factor per draw on all of them, which gives joint heavy tails.
    """

    level: Iterable[Paths]
    drift: Iterable[Paths]
    irregular: Iterable[Paths]
    scale: Floats


@dataclass(frozen=True)
class Growth:
    """Drift and scales of each draw after the data; each array has shape (width,).

    Parameters
    ----------
    trend : array
        Growth in the first month after the path, log per month.
    reference : array
        Growth to which the trend returns, log per month.
    damping : array
        Share of the distance to the reference that is left after a month.
    drift, level : array
        Standard deviation of the trend around the reference, and of the monthly step of the level.
    """

    trend: Floats
    reference: Floats
    damping: Floats
    drift: Floats
    level: Floats


def growth_of(posterior: Posterior, drawn: tuple[Ints, Floats]) -> Growth:
    """Return the growth implied by drawn points and states.

    Parameters
    ----------
    posterior : Posterior
        From `structural.fit`.
    drawn : tuple of arrays
        Points and states from `draw_states`.

    Returns
    -------
    Growth
        Copies, which the caller may change.

    Examples
    --------
    >>> names = ("damping", "drift", "level")
    >>> rows = {"trend": slice(0, 1), "reference": slice(1, 2)}
    >>> values = {name: np.array([0.5]) for name in names}
    >>> mean, root, path = np.zeros((1, 2)), np.zeros((1, 2, 2)), np.empty(0)
    >>> point = Posterior(np.ones(1), values, rows, mean, root, path, path, 1.0)
    >>> growth_of(point, (np.array([0]), np.array([[0.1], [0.2]]))).reference.tolist()
    [0.2]
    """
    points, states = drawn
    trend, reference = (states[posterior.rows[name]][0].copy() for name in ("trend", "reference"))
    damping, drift, level = (posterior.values[name][points] for name in ("damping", "drift", "level"))
    return Growth(trend, reference, damping, drift, level)


def normal_rows(stream: Stream, *key: str) -> Iterator[Paths]:
    """Yield the rows of ``stream.normals(*key, rows=...)`` in single precision indefinitely, reusing one buffer.

    Parameters
    ----------
    stream : Stream
        Random numbers.
    key : str
        Name of the stream of numbers.

    Yields
    ------
    array, shape (width,)
        Valid until the next one is requested.

    Examples
    --------
    >>> stream = Stream(seed=1, block=0, width=3)
    >>> rows = normal_rows(stream, "x")
    >>> [bool((next(rows) == row.astype(PRECISION)).all()) for row in stream.normals("x", rows=2)]
    [True, True]
    """
    for table in normal_tables(stream, *key, rows=_ROWS):
        yield from table


def normal_tables(stream: Stream, *key: str, rows: int) -> Iterator[Paths]:
    """Yield blocks of rows of `normal_rows` indefinitely, reusing one buffer.

    Parameters
    ----------
    stream : Stream
        Random numbers.
    key : str
        Name of the stream of numbers.
    rows : int
        Rows per block.

    Yields
    ------
    array, shape (rows, width)
        Valid until the next one is requested.

    Examples
    --------
    >>> stream = Stream(seed=1, block=0, width=3)
    >>> tables = normal_tables(stream, "x", rows=2)
    >>> twice = np.concatenate([next(tables).copy(), next(tables)])
    >>> bool((twice == stream.normals("x", rows=4).astype(PRECISION)).all())
    True
    """
    source, drawn = stream.source(*key), np.empty((rows, BLOCK))
    table = np.empty((rows, stream.width), PRECISION)
    while True:
        source.fill_normals(drawn)
        table[:] = drawn[:, : stream.width]
        yield table


def tied_rows(rows: Iterable[Paths], others: Iterable[Paths], *, correlation: float) -> Iterator[Paths]:
    """Yield normals correlated with other normals, written over `rows`.

    Parameters
    ----------
    rows, others : iterable of array, shape (width,)
        Independent standard normals; `others` are not changed.
    correlation : float
        Between the result and `others`, -1 to 1.

    Yields
    ------
    array, shape (width,)

    Examples
    --------
    >>> next(tied_rows([np.array([1.0, 0.0])], [np.array([0.0, 1.0])], correlation=0.6)).tolist()
    [0.8, 0.6]
    """
    own = float(np.sqrt(1.0 - correlation**2))
    for row, other in zip(rows, others, strict=False):
        row *= own
        row += correlation * other
        yield row


def tail_scale(stream: Stream, *key: str, degrees: float) -> Floats:
    """Draw one random factor per draw that multiplies all its future innovations, for heavy tails.

    Parameters
    ----------
    stream : Stream
        Random numbers.
    key : str
        Name of the block.
    degrees : float
        Degrees of freedom of the resulting Student t distribution; fewer give heavier tails.

    Returns
    -------
    array, shape (width,)
        Positive factors with median 1: half of the draws are more volatile than the past.

    Notes
    -----
    METHODS 3.3. A normal times this scale has a t distribution. One scale per draw and block: METHODS, Rulings.

    Examples
    --------
    >>> scale = tail_scale(Stream(seed=1, block=0, width=20_000), "trade", degrees=5.0)
    >>> round(float(np.median(scale)), 1), round(float((scale > 1.95).mean()), 2)
    (1.0, 0.05)
    """
    scale: Floats = stream.generator(*key, "scale").chisquare(degrees, stream.width)
    np.divide(chdtri(degrees, 0.5), scale, out=scale)
    return np.sqrt(scale, out=scale)


def tail_rms(degrees: float) -> float:
    """Return the root mean square of `tail_scale`: the factor by which it widens a standard deviation.

    Examples
    --------
    >>> round(tail_rms(5.0), 3)
    1.204
    """
    return float(np.sqrt(chdtri(degrees, 0.5) / (degrees - 2.0)))


def draw_states(posterior: Posterior, uniform: Floats, normals: Floats) -> tuple[Ints, Floats]:
    """Draw a parameter point per draw, and states from the posterior at that point.

    Parameters
    ----------
    posterior : Posterior
        From `structural.fit`.
    uniform : array, shape (width,)
        Selects the point of each draw.
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
    >>> point = Posterior(np.ones(1), {}, {}, np.array([[2.0]]), np.array([[[3.0]]]), np.empty(0), np.empty(0), 1.0)
    >>> draw_states(point, np.array([0.5, 0.9]), np.array([[0.0, 1.0]]))[1].tolist()
    [[2.0, 5.0]]
    """
    points = picked(posterior.weights, uniform)
    # Draws of one point are gathered, so that each point costs one matrix product.
    order = np.argsort(points, kind="stable")
    bounds = np.searchsorted(points[order], np.arange(len(posterior.weights) + 1))
    shuffled = np.take(normals, order, axis=1)
    for k, (start, stop) in enumerate(pairwise(bounds)):
        if start < stop:
            block = shuffled[:, start:stop]
            block[:] = posterior.root[k] @ block
            block += posterior.mean[k][:, None]
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    states = np.take(shuffled, back, axis=1)
    return points, states


def carry_on(
    posterior: Posterior,
    drawn: tuple[Ints, Floats],
    noise: Noise,
    *,
    out: Paths,
    known: Floats | None = None,
    driven: tuple[int, Paths] | None = None,
    growth: Growth | None = None,
) -> None:
    """Simulate the flow from the month after the path on.

    Parameters
    ----------
    posterior : Posterior
        From `structural.fit`.
    drawn : tuple of arrays
        Points and states from `draw_states`.
    noise : Noise
        At least as many rows as `out` has.
    out : array, shape (months, width)
        Filled with the level of the flow; months are computed in its precision.
    known : array, shape (months, coefficients), optional
        Future values of the regressors, where they are known in advance.
    driven : (int, array of shape (months, width)), optional
        Index of the coefficient whose regressor is simulated, and the paths of that regressor, which are added to
        its column of `known`.
    growth : Growth, optional
        How the level grows; by default as drawn (`growth_of`).

    Notes
    -----
    METHODS 2.1. Future changes of the seasonal pattern are added to the irregular part: the variance of each month is
    exact, and only the correlation between the same months of different years is neglected.
    """
    points, states = drawn
    growth = growth_of(posterior, drawn) if growth is None else growth
    season_sd, own_sd = (posterior.values[name][points] for name in ("season", "irregular"))
    level, trend, season, coefficients, level_sd, drift_sd, *pull = (
        array.astype(out.dtype)
        for array in (
            states[posterior.rows["level"]][0],
            growth.trend,
            states[posterior.rows["season"]],
            states[posterior.rows["coefficients"]],
            growth.level * noise.scale,
            growth.drift * np.sqrt(1.0 - growth.damping**2) * noise.scale,
            growth.damping,
            (1.0 - growth.damping) * growth.reference,
        )
    )
    known = None if known is None else known.astype(out.dtype)
    work = np.empty_like(level)
    rows = zip(out, noise.level, noise.drift, noise.irregular, strict=False)
    for h, (month, level_step, drift_step, irregular) in enumerate(rows):
        if h % SEASON == 0:
            change = (h // SEASON + 1) * season_sd**2
            irregular_sd = (np.sqrt(own_sd**2 + change) * noise.scale).astype(out.dtype)
        steps, now = (level_step, drift_step, irregular), (level_sd, drift_sd, irregular_sd)
        _move(level, trend, steps, now, (pull[0], pull[1]), season[h % SEASON], month)
        if known is not None:
            month += np.dot(known[h], coefficients, out=work)
        if driven is not None:
            month += np.multiply(coefficients[driven[0]], driven[1][h], out=work)
        np.exp(month, out=month)


def _move(
    level: Paths,
    trend: Paths,
    steps: tuple[Paths, Paths, Paths],
    scales: tuple[Paths, Paths, Paths],
    pull: tuple[Paths, Paths],
    season: Paths,
    out: Paths,
) -> None:
    """Advance level and trend by a month and write the log flow without regressors; the steps are overwritten."""
    (level_step, drift_step, irregular), (level_sd, drift_sd, irregular_sd) = steps, scales
    damping, return_to = pull
    level += trend
    level_step *= level_sd
    level += level_step
    np.multiply(irregular, irregular_sd, out=out)
    out += level
    out += season
    trend *= damping
    trend += return_to
    drift_step *= drift_sd
    trend += drift_step
