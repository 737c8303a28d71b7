"""Conditional forecasts: draws moved so that chosen quantities take stated values.

The draws carry their own covariance, so no model is needed again: every draw is moved
by the regression of all quantities on the pinned ones. For Gaussian draws this is the
exact conditional distribution; for others it is its best linear approximation.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.special import gammaincc

from eastbound.errors import InputError
from eastbound.typing import Bools, Floats

DRAWS_PER_PIN: Final = 10  # fewer draws do not tell the covariance of the pins from chance
_RELATIVE: Final = 1e-10  # a direction of smaller variance, against the largest, is none


class Plausibility(NamedTuple):
    """Distance of conditioning values from the forecast.

    Parameters
    ----------
    distance : float
        Mahalanobis distance, in standard deviations.
    tail : float
        Probability of a larger one if the draws were Gaussian: chi-square tail with one degree of freedom per pin.
    farther : float
        Share of the draws that themselves lie farther out, whatever their distribution.
    kl : float
        Price in nats of moving the mean of the pinned quantities: half the squared shift in standard deviations.
    """

    distance: float
    tail: float
    farther: float
    kl: float


class Conditioned(NamedTuple):
    """Conditioned quantities before and after.

    Parameters
    ----------
    draws : array, shape (pin, draw)
        The pinned quantities as they should be in each draw.
    mean, sd : array, shape (pin,)
        Conditional mean and standard deviation.
    plausibility : Plausibility
    """

    draws: Floats
    mean: Floats
    sd: Floats
    plausibility: Plausibility


def condition_draws(draws: Floats, values: Floats, *, sd: Floats, noise: Floats) -> Conditioned:
    """Return the conditioned quantities, draw by draw, and how plausible the conditions are.

    Parameters
    ----------
    draws : array, shape (pin, draw)
        The pinned quantities as forecast, on a scale on which adding is natural (logs, log odds).
    values : array, shape (pin,)
        Conditioned values on that scale.
    sd : array, shape (pin,)
        Standard deviation of each value; 0 pins it exactly.
    noise : array, shape (pin, draw)
        Standard normals, the error of a soft pin in each draw; not used where sd is 0.

    Returns
    -------
    Conditioned

    Raises
    ------
    InputError
        If there are fewer than ten draws a pin, or a pinned quantity does not vary.

    Notes
    -----
    Matheron's rule: y' = y + S (S + R)^-1 (v + e - y) with S the covariance of the draws, R = diag(sd²) and
    e ~ N(0, R) drawn anew for each draw. Where sd is 0 this is y' = v.

    References
    ----------
    METHODS 2.7; Waggoner and Zha, Federal Reserve Bank of Atlanta working paper 98-22, 1998; Antolin-Diaz,
    Petrella and Rubio-Ramirez on the plausibility of a path.

    Examples
    --------
    >>> y = np.array([[-1.0, -1.0, -1.0, 1.0, 1.0, 1.0] * 4])  # mean 0, variance 24 / 23
    >>> result = condition_draws(y, np.array([2.0]), sd=np.array([0.0]), noise=np.zeros((1, 24)))
    >>> bool((result.draws == 2.0).all()), round(result.plausibility.distance, 3)
    (True, 1.958)
    """
    mean, covariance = moments(draws)
    _check(draws, np.diag(covariance))
    total = covariance + np.diag(sd**2)
    inverse = _inverse(total)
    gap = values - mean
    shift = covariance @ inverse @ gap
    missing = values[:, None] + sd[:, None] * noise - draws
    moved = np.where(sd[:, None] > 0, draws + covariance @ inverse @ missing, values[:, None])
    left = np.where(sd > 0, np.maximum(np.diag(covariance - covariance @ inverse @ covariance), 0.0), 0.0)
    squared = float(gap @ inverse @ gap)
    apart = draws - mean[:, None]
    if (sd > 0).any():  # what would be read of the draws carries the error of a soft pin
        apart = apart + sd[:, None] * noise
    farther = float(np.mean(np.einsum("pd,pq,qd->d", apart, inverse, apart) > squared))
    plausibility = Plausibility(
        float(np.sqrt(squared)),
        float(gammaincc(0.5 * len(values), 0.5 * squared)),
        farther,
        float(0.5 * shift @ _inverse(covariance) @ shift),
    )
    return Conditioned(moved, mean + shift, np.sqrt(left), plausibility)


def moments(draws: Floats) -> tuple[Floats, Floats]:
    """Return mean, shape (row,), and covariance, shape (row, row), of draws of shape (row, draw).

    Examples
    --------
    >>> mean, covariance = moments(np.array([[1.0, 3.0]]))
    >>> float(mean[0]), float(covariance[0, 0])
    (2.0, 2.0)
    """
    mean = draws.mean(axis=-1)
    apart = draws - mean[:, None]
    return mean, np.asarray(apart @ apart.T / (draws.shape[-1] - 1), dtype=np.float64)


class Carrier:
    """Carry a change of the conditioned quantities over to others, by regression on the draws.

    Parameters
    ----------
    pinned : array, shape (pin, draw)
        The pinned quantities as forecast.

    Examples
    --------
    >>> y = np.array([[-1.0, 0.0, 1.0]])
    >>> Carrier(y).slopes(np.array([[-2.0, 0.0, 2.0], [5.0, 5.0, 5.0]])).round(12)
    array([[2.],
           [0.]])
    """

    def __init__(self, pinned: Floats) -> None:
        mean, covariance = moments(pinned)
        self._pinned = pinned
        self._apart = pinned - mean[:, None]
        self._inverse = _inverse(covariance) / (pinned.shape[-1] - 1)

    def slopes(self, others: Floats) -> Floats:
        """Return how much each other quantity, shape (row, draw), moves with each pin, shape (row, pin)."""
        return np.asarray(((others - others.mean(axis=-1, keepdims=True)) @ self._apart.T) @ self._inverse)

    def among(self, draws: Bools) -> Carrier:
        """Return the carrier restricted to a mask of draws, shape (draw,)."""
        return Carrier(self._pinned[:, draws])


def _inverse(matrix: Floats) -> Floats:
    """Invert a covariance; directions without variance are left out."""
    scale = np.sqrt(np.maximum(np.diag(matrix), np.finfo(float).tiny))
    inverse: Floats = np.linalg.pinv(matrix / np.outer(scale, scale), rcond=_RELATIVE, hermitian=True)
    return np.asarray(inverse / np.outer(scale, scale))


def _check(draws: Floats, variance: Floats) -> None:
    pins, count = draws.shape
    if count < DRAWS_PER_PIN * pins:
        message = f"{pins} pinned values need at least {DRAWS_PER_PIN * pins} draws, got {count}; use more draws."
        raise InputError(message)
    if (variance <= 0).any():
        message = f"pinned value {int(np.argmax(variance <= 0)) + 1} does not vary over the draws; it is known already."
        raise InputError(message)
