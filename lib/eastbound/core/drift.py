"""Random walk with a damped drift that is shrunk to a reference class."""

from __future__ import annotations

import numpy as np

from eastbound.typing import Floats


def drift_posterior(changes: Floats, *, mean: float, sd: float, volatility: float) -> tuple[float, float]:
    """Return mean and sd of the drift after seeing a series' changes.

    Parameters
    ----------
    changes : array, shape (n,)
        First differences; NaN where one of the two values is missing.
    mean, sd : float
        Normal prior of the drift, in units of a change. An infinite sd means no prior.
    volatility : float
        Sd of a change, taken as known.

    Returns
    -------
    mean, sd : float
        Of the normal posterior.

    References
    ----------
    METHODS section 3.3.

    Examples
    --------
    >>> mean, sd = drift_posterior(np.array([0.0, 2.0]), mean=5.0, sd=np.inf, volatility=1.0)
    >>> mean, round(sd**2, 6)
    (1.0, 0.5)
    >>> drift_posterior(np.array([0.0, 2.0]), mean=5.0, sd=0.0001, volatility=1.0)[0] > 4.99
    True
    """
    seen = changes[~np.isnan(changes)]
    data, prior = len(seen) / volatility**2, 1.0 / sd**2
    precision = data + prior
    return float((seen.sum() / volatility**2 + mean * prior) / precision), float(precision**-0.5)


def walk_forecast(
    last: float, horizon: int, *, drift: float, drift_sd: float, volatility: float, damping: float = 1.0
) -> tuple[Floats, Floats]:
    """Return location and scale of a random walk with an uncertain damped drift.

    The drift fades by `damping` per step, so its sum after h steps is
    k(h) = damping + ... + damping^h, and the variance is volatility² h + drift_sd² k(h)².
    Without damping and prior that is the textbook volatility² h (1 + h / n).

    Parameters
    ----------
    last : float
        The last observed value.
    horizon : int
        Number of steps.
    drift, drift_sd, volatility : float
        Per step, in the unit of `last`.
    damping : float
        In (0, 1].

    Returns
    -------
    location, scale : array, shape (horizon,)
        In the unit of `last`.

    References
    ----------
    METHODS section 3.3.

    Examples
    --------
    >>> location, scale = walk_forecast(1.0, 2, drift=1.0, drift_sd=0.5, volatility=2.0)
    >>> location, scale**2
    (array([2., 3.]), array([4.25, 9.  ]))
    """
    steps = np.arange(1, horizon + 1)
    reach = np.cumsum(damping**steps)
    return last + drift * reach, np.sqrt(volatility**2 * steps + (drift_sd * reach) ** 2)
