"""Condition jointly normal unknowns on linear observations, as a distribution or draw by draw."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from eastbound.typing import Floats


def gain(covariance: Floats, *, design: Floats, noise: Floats) -> Floats:
    """Return the Kalman gain: how far each unknown moves per unit of surprise in each observation.

    Parameters
    ----------
    covariance : array, shape (unknowns, unknowns)
        Before the observations.
    design : array, shape (observations, unknowns)
        Each observation is its row times the unknowns, plus noise.
    noise : array, shape (observations,)
        Variance of the independent noise.

    Returns
    -------
    array, shape (unknowns, observations)

    Notes
    -----
    Draws of the unknowns become draws given the observations when the gain
    times (observation less the drawn observation, noise included) is added
    to them (Matheron's rule; Chiles and Delfiner, Geostatistics, 2nd ed. 2012).

    Examples
    --------
    >>> gain(np.array([[4.0]]), design=np.array([[1.0]]), noise=np.array([1.0])).round(9).tolist()
    [[0.8]]
    """
    cross = covariance @ design.T
    inner = design @ cross + np.diag(noise)
    factors: Floats = cho_solve(cho_factor(inner, lower=True), cross.T).T
    return factors


def condition(
    mean: Floats, covariance: Floats, *, design: Floats, seen: Floats, noise: Floats
) -> tuple[Floats, Floats]:
    """Return mean and covariance of the unknowns given the observations.

    Parameters
    ----------
    mean : array, shape (unknowns,)
        Before the observations.
    covariance : array, shape (unknowns, unknowns)
        Before the observations.
    design : array, shape (observations, unknowns)
        Each observation is its row times the unknowns, plus noise.
    seen : array, shape (observations,)
        Observed values.
    noise : array, shape (observations,)
        Variance of the independent noise.

    Returns
    -------
    mean : array, shape (unknowns,)
    covariance : array, shape (unknowns, unknowns)

    Raises
    ------
    numpy.linalg.LinAlgError
        If the covariance of the observations is singular.

    Notes
    -----
    The Kalman update (Durbin and Koopman, Time Series Analysis by State Space Methods, 2nd ed. 2012, section 4.3).

    Examples
    --------
    >>> mean, covariance = condition(
    ...     np.zeros(1), np.eye(1), design=np.eye(1), seen=np.array([2.0]), noise=np.array([1.0])
    ... )
    >>> mean.round(9).tolist(), covariance.round(9).tolist()
    ([1.0], [[0.5]])
    """
    factors = gain(covariance, design=design, noise=noise)
    left = covariance - factors @ design @ covariance
    # Rounding leaves the difference slightly asymmetric, and later factorisations need symmetry.
    return mean + factors @ (seen - design @ mean), 0.5 * (left + left.T)
