"""Forecasts as they would have been made at past origins, with starting states and weights learned before them.

The errors of forecasts whose parameters have seen what came after are too small, the more so the shorter a series.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eastbound.typing import Bools, Floats, Ints
from eastbound.univariate.diffuse import FLAT, Design, make_design

MOST_ORIGINS = 24  # more lie so close together that their errors are nearly the same
FIRST_YEARS = 2.5  # before that a model with seasons has little more than its starting states


@dataclass(frozen=True)
class PastDesign:
    """The regression on starting states, for all data and for the data up to each of k past origins.

    Attributes
    ----------
    present : Design
        With all data.
    origins : array of int, shape (k,)
        Positions of the last observation that a past forecast knows.
    inverse : array, shape (k, grid, states, states)
        Covariance of the states as a multiple of the one-step variance.
    logdet : array, shape (k, grid)
        Log-determinant of the information matrix.
    ahead : array, shape (k, grid, horizon, states)
        Response of the forecasts made at the origin to the states.
    doubt : array, shape (k, grid, horizon)
        Variance of each step due to the states, as a multiple of the one-step variance.
    """

    present: Design
    origins: Ints
    inverse: Floats
    logdet: Floats
    ahead: Floats
    doubt: Floats


@dataclass(frozen=True)
class PastForecasts:
    """Forecasts made at past origins: mean and variance, shape (k, horizon), and the origins (k,)."""

    origins: Ints
    mean: Floats
    variance: Floats


def past_origins(count: int, period: int) -> Ints:
    """Return evenly spaced past origins of a series of `count` observations, the last one next to its end.

    Examples
    --------
    >>> past_origins(80, 12)[[0, -1]]
    array([30, 78])
    >>> past_origins(20, 12)
    array([], dtype=int64)
    """
    first = max(int(FIRST_YEARS * period), count // 3)
    step = max(1, -(-(count - 1 - first) // MOST_ORIGINS))
    return np.arange(count - 2, first - 1, -step, dtype=np.int64)[::-1]


def make_past_design(predicted: Floats, known: Bools, precision: Floats, *, origins: Ints, ahead: Floats) -> PastDesign:
    """Prepare the regression for all data and for those up to each origin.

    Parameters
    ----------
    predicted : array, shape (n + horizon, states, grid)
        One-step forecasts of a filter that is fed zeros and starts with one state at one and the others at zero.
    known : array of bool, shape (n,)
        False in gaps.
    precision : array, shape (grid, states)
        Of the prior of the states around zero, as a multiple of the one-step precision.
    origins : array of int, shape (k,)
        From `past_origins`.
    ahead : array, shape (horizon, k, states x grid)
        Forecasts of the same filter made at the origins.

    Returns
    -------
    PastDesign
        For `solve_start` and `past_forecasts`.

    References
    ----------
    de Jong (1991), The diffuse Kalman filter, doi 10.1214/aos/1176348139.

    Examples
    --------
    >>> level, known = np.ones((5, 1, 1)), np.ones(4, dtype=bool)
    >>> design = make_past_design(level, known, np.zeros((1, 1)), origins=np.array([1]), ahead=np.ones((1, 1, 1)))
    >>> float(design.inverse[0, 0, 0, 0].round(6)), float(design.present.inverse[0, 0, 0].round(6))
    (0.5, 0.25)
    """
    present = make_design(np.ascontiguousarray(predicted.transpose(2, 0, 1)), known, precision)
    states, grid = predicted.shape[1:]
    prior: Floats = (precision + FLAT)[:, :, None] * np.eye(states)
    information = (
        prior + np.cumsum([past.transpose(0, 2, 1) @ past for past in _blocks(present.response, origins)], axis=0)
        if len(origins)
        else np.empty((0, *prior.shape))
    )
    inverse = np.asarray(np.linalg.inv(information), dtype=np.float64)
    logdet = np.asarray(np.linalg.slogdet(information)[1], dtype=np.float64)
    ahead = np.ascontiguousarray(ahead.reshape(len(ahead), len(origins), states, grid).transpose(1, 3, 0, 2))
    doubt: Floats = np.sum((ahead @ inverse) * ahead, axis=3)
    return PastDesign(present, origins, inverse, logdet, ahead, doubt)


def past_forecasts(
    design: PastDesign, errors: Floats, *, base: Floats, multiplier: Floats, families: int = 1
) -> list[PastForecasts]:
    """Return what each family, averaged over its grid, would have forecast at past origins.

    Parameters
    ----------
    design : PastDesign
        Of the same filter and gaps.
    errors : array, shape (n, grid)
        One-step errors of the filter started with all states at zero; NaN in gaps.
    base : array, shape (horizon, k, grid)
        Forecasts of that filter made at the origins.
    multiplier : array, shape (horizon, grid)
        Variance of each step as a multiple of the one-step variance.
    families : int
        Number of equal parts of the grid, each averaged apart.

    Returns
    -------
    list of PastForecasts
        Mean and variance per origin and step, one entry per family.

    Examples
    --------
    >>> level, known = np.ones((5, 1, 1)), np.ones(4, dtype=bool)
    >>> design = make_past_design(level, known, np.zeros((1, 1)), origins=np.array([1]), ahead=np.ones((1, 1, 1)))
    >>> errors = np.array([[1.0], [3.0], [9.0], [9.0]])
    >>> [past] = past_forecasts(design, errors, base=np.zeros((1, 1, 1)), multiplier=np.ones((1, 1)))
    >>> past.mean.round(6), past.variance.round(6)  # mean of 1 and 3; variance 2, half as much again for the mean
    (array([[2.]]), array([[3.]]))
    """
    k = len(design.origins)
    if not k:
        none = np.empty((0, len(multiplier)))
        return [PastForecasts(design.origins, none, none)] * families
    plain = np.nan_to_num(errors).T
    parts = zip(_blocks(design.present.response, design.origins), _split(plain, design.origins), strict=True)
    moment = np.cumsum([(past.transpose(0, 2, 1) @ part[:, :, None])[:, :, 0] for past, part in parts], axis=0)
    square = np.cumsum([np.sum(part**2, axis=1) for part in _split(plain, design.origins)], axis=0)
    states = (design.inverse @ moment[..., None])[..., 0]
    free = np.sum(design.present.precision[0] == 0)
    count = np.maximum(np.cumsum(~np.isnan(errors[:, 0]))[design.origins] - free, 1)[:, None]
    one_step = np.maximum(square - np.sum(moment * states, axis=2), 0.0) / count + 1e-18
    score = -0.5 * count * np.log(one_step) - 0.5 * design.logdet
    paths = base.transpose(1, 2, 0) + (design.ahead @ states[..., None])[..., 0]  # (k, grid, horizon)
    noise = one_step[..., None] * (multiplier.T + design.doubt)
    members = zip(*(np.split(part, families, axis=1) for part in (score, paths, noise)), strict=True)
    return [PastForecasts(design.origins, *_averaged(*member)) for member in members]


def _averaged(score: Floats, paths: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of the mixture of a grid's forecasts, shape (k, horizon) each."""
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = (weight[:, None] @ paths)[:, 0]
    spread = noise + (paths - mean[:, None]) ** 2
    return mean, (weight[:, None] @ spread)[:, 0]


def _blocks(response: Floats, origins: Ints) -> list[Floats]:
    """Return the rows of each stretch that ends with an origin."""
    return np.split(response, origins + 1, axis=1)[:-1]


def _split(plain: Floats, origins: Ints) -> list[Floats]:
    return np.split(plain, origins + 1, axis=1)[:-1]
