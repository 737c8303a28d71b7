"""Unknown starting states of a linear filter, integrated out exactly.

The one-step errors of a linear filter are linear in its starting states. So the states are
regression coefficients: they are estimated by least squares, the likelihood is penalised for
them, and their uncertainty reaches the forecasts. Without that, a model whose seasons never move
looks far better on a short series than it forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eastbound.typing import Bools, Floats

FLAT = 1e-9  # precision that keeps an unidentified state finite


@dataclass(frozen=True)
class Design:
    """The regression of one-step errors on starting states.

    Attributes
    ----------
    response : array, shape (grid, n, states)
        Of the one-step forecasts; zero in gaps.
    inverse : array, shape (grid, states, states)
        Covariance of the estimated states as a multiple of the one-step variance.
    logdet : array, shape (grid,)
        Log-determinant of the information matrix.
    coming : array, shape (grid, horizon, states)
        Response of the forecasts made with all data to the states.
    doubt : array, shape (horizon, grid)
        Variance of each coming step due to the states, same multiple.
    precision : array, shape (grid, states)
        Of the prior of the states around zero, same multiple; zero means no prior.
    """

    response: Floats
    inverse: Floats
    logdet: Floats
    coming: Floats
    doubt: Floats
    precision: Floats


@dataclass(frozen=True)
class Start:
    """Estimated states (grid, states), errors (n, grid), one-step variance and log-likelihood (grid,)."""

    states: Floats
    errors: Floats
    variance: Floats
    score: Floats


def make_design(response: Floats, known: Bools, precision: Floats) -> Design:
    """Prepare the regression for every grid point.

    Parameters
    ----------
    response : array, shape (grid, n + horizon, states)
        One-step forecasts, then forecasts of the coming steps, of a filter that is fed zeros
        and starts with one state at one and the others at zero.
    known : array of bool, shape (n,)
        False in gaps.
    precision : array, shape (grid, states)
        Precision of the prior of the states around zero, as a multiple of the one-step precision; zero for no prior.

    Returns
    -------
    Design
        For `solve_start`.

    References
    ----------
    de Jong (1991), The diffuse Kalman filter, doi 10.1214/aos/1176348139.

    Examples
    --------
    >>> mean = make_design(np.ones((1, 5, 1)), np.ones(4, dtype=bool), np.zeros((1, 1)))
    >>> float(np.round(mean.inverse[0, 0, 0], 6)), np.round(mean.doubt, 6)
    (0.25, array([[0.25]]))
    """
    n = len(known)
    past = response[:, :n] * known[:, None]
    coming = response[:, n:]
    information: Floats = past.transpose(0, 2, 1) @ past + (precision + FLAT)[:, :, None] * np.eye(response.shape[2])
    inverse = np.asarray(np.linalg.inv(information), dtype=np.float64)
    doubt: Floats = np.sum(coming @ inverse * coming, axis=2).T
    logdet = np.asarray(np.linalg.slogdet(information)[1], dtype=np.float64)
    return Design(past, inverse, logdet, coming, doubt, precision)


def solve_start(design: Design, errors: Floats) -> Start:
    """Estimate the starting states and the errors that remain.

    Parameters
    ----------
    design : Design
        Of the same filter and gaps.
    errors : array, shape (n, grid)
        One-step errors of the filter started with all states at zero; NaN in gaps.

    Returns
    -------
    Start
        The variance divides by the observations less the states without a prior.

    References
    ----------
    de Jong (1991), doi 10.1214/aos/1176348139.

    Examples
    --------
    >>> mean = make_design(np.ones((1, 5, 1)), np.ones(4, dtype=bool), np.zeros((1, 1)))
    >>> start = solve_start(mean, np.array([[1.0], [3.0], [1.0], [3.0]]))
    >>> float(np.round(start.states[0, 0], 6)), float(np.round(start.variance[0], 6))
    (2.0, 1.333333)
    """
    plain = np.nan_to_num(errors).T[:, :, None]
    states = design.inverse @ (design.response.transpose(0, 2, 1) @ plain)
    left = errors - (design.response @ states)[:, :, 0].T
    states = states[:, :, 0]
    free = np.sum(design.precision[0] == 0)
    count = max(int(np.sum(~np.isnan(errors[:, 0])) - free), 1)
    # A series without noise keeps a variance above zero.
    variance = (np.nansum(left**2, axis=0) + np.sum(design.precision * states**2, axis=1)) / count + 1e-18
    score = -0.5 * count * np.log(variance) - 0.5 * design.logdet
    return Start(states, left, variance, score)
