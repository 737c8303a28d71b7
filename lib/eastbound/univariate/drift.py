"""Random walk with a damped drift that is shrunk to a reference class, and with momentum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eastbound.typing import Floats

# Correlation of successive changes: normal prior and the points of the grid. Judgement, set on odd yearly series.
MOMENTUM = np.array([-0.4, -0.2, 0.0, 0.2, 0.4, 0.6])
MOMENTUM_PRIOR = (0.05, 0.3)


@dataclass(frozen=True)
class Walk:
    """Drift and its sd, volatility (sd of a change), last change and grid, learned from a series' changes.

    `momentum`, `weight` and `volatilities` have one entry per point of the momentum grid.
    """

    last: float
    change: float
    drift: float
    drift_sd: float
    count: int
    momentum: Floats
    weight: Floats
    volatilities: Floats
    score: float


def changes(values: Floats) -> tuple[Floats, Floats]:
    """Return the changes between known values and the number of steps each spans.

    Parameters
    ----------
    values : array, shape (n,)
        NaN in gaps.

    Returns
    -------
    change, steps : array, shape (known - 1,)
        A change across a gap spans more than one step.

    Examples
    --------
    >>> changes(np.array([1.0, np.nan, 3.0, 4.0]))
    (array([2., 1.]), array([2., 1.]))
    """
    index = np.flatnonzero(~np.isnan(values))
    return np.diff(values[index]), np.diff(index).astype(np.float64)


def drift_posterior(change: Floats, steps: Floats, *, mean: float, sd: float, volatility: float) -> tuple[float, float]:
    """Return mean and sd of the drift after seeing a series' changes.

    Parameters
    ----------
    change, steps : array, shape (n,)
        Changes and the number of steps each spans.
    mean, sd : float
        Normal prior of the drift, per step. An infinite sd means no prior.
    volatility : float
        Sd of a change of one step, taken as known.

    Returns
    -------
    mean, sd : float
        Of the normal posterior.

    References
    ----------
    METHODS section 3.3.

    Examples
    --------
    >>> one = np.ones(2)
    >>> mean, sd = drift_posterior(np.array([0.0, 2.0]), one, mean=5.0, sd=np.inf, volatility=1.0)
    >>> mean, round(sd**2, 6)
    (1.0, 0.5)
    >>> drift_posterior(np.array([0.0, 2.0]), one, mean=5.0, sd=0.0001, volatility=1.0)[0] > 4.99
    True
    """
    data, prior = steps.sum() / volatility**2, 1.0 / sd**2
    precision = data + prior
    return float((change.sum() / volatility**2 + mean * prior) / precision), float(precision**-0.5)


def fit_walk(values: Floats, *, mean: float, sd: float) -> Walk:
    """Learn drift, volatility and momentum of a series.

    Parameters
    ----------
    values : array, shape (n,)
        At least three known values, NaN in gaps, the last one known.
    mean, sd : float
        Normal prior of the drift, per step.

    Returns
    -------
    Walk
        With a log-likelihood `score` of the changes.

    References
    ----------
    METHODS section 3.3; momentum is an addition.

    Examples
    --------
    >>> walk = fit_walk(np.array([0.0, 1.0, 3.0, 4.0, 6.0]), mean=0.0, sd=np.inf)
    >>> round(walk.drift, 6), walk.count
    (1.5, 4)
    """
    change, steps = changes(values)
    count = len(change)
    plain = change.sum() / steps.sum()
    # A series without noise keeps a volatility above zero.
    volatility = float(np.sqrt(np.sum((change - plain * steps) ** 2 / steps) / (count - 1))) + 1e-9
    drift, drift_sd = drift_posterior(change, steps, mean=mean, sd=sd, volatility=volatility)
    deviation = np.where(steps == 1.0, change - drift, np.nan)
    after, before = deviation[1:], deviation[:-1]
    error = (after[:, None] - MOMENTUM * before[:, None])[~np.isnan(after * before)]
    pairs = len(error)
    prior = -0.5 * ((MOMENTUM - MOMENTUM_PRIOR[0]) / MOMENTUM_PRIOR[1]) ** 2
    if pairs < 5:  # nothing to learn momentum from
        score, volatilities = prior, np.full_like(MOMENTUM, volatility)
    else:
        volatilities = np.sqrt(np.sum(error**2, axis=0) / (pairs - 1)) + 1e-9
        score = prior - pairs * np.log(volatilities)
    weight = np.exp(score - score.max())
    recent = float(deviation[-1]) if steps[-1] == 1.0 else 0.0
    return Walk(
        last=float(values[-1]),
        change=recent,
        drift=drift,
        drift_sd=drift_sd,
        count=count,
        momentum=MOMENTUM,
        weight=weight / weight.sum(),
        volatilities=volatilities,
        score=float(score.max()),
    )


def walk_forecast(
    last: float, horizon: int, *, drift: float, drift_sd: float, volatility: float, damping: float = 1.0
) -> tuple[Floats, Floats]:
    """Return mean and sd of a random walk with an uncertain damped drift.

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
    mean, sd : array, shape (horizon,)
        In the unit of `last`.

    References
    ----------
    METHODS section 3.3.

    Examples
    --------
    >>> mean, sd = walk_forecast(1.0, 2, drift=1.0, drift_sd=0.5, volatility=2.0)
    >>> mean, sd**2
    (array([2., 3.]), array([4.25, 9.  ]))
    """
    steps = np.arange(1, horizon + 1)
    reach = np.cumsum(damping**steps)
    return last + drift * reach, np.sqrt(volatility**2 * steps + (drift_sd * reach) ** 2)


def momentum_forecast(walk: Walk, horizon: int, *, damping: float) -> tuple[Floats, Floats]:
    """Return mean and sd of the coming values, averaged over the momentum grid.

    Parameters
    ----------
    walk : Walk
        From `fit_walk`.
    horizon : int
        Number of steps.
    damping : float
        Of the drift per step, in (0, 1].

    Returns
    -------
    mean, sd : array, shape (horizon,)
        The variance adds noise, drift uncertainty and disagreement over momentum; the noise variance is
        inflated by n / (n - 2) with n degrees of freedom, as it is estimated.

    Examples
    --------
    >>> walk = fit_walk(np.array([0.0, 1.0, 3.0, 4.0, 6.0]), mean=0.0, sd=np.inf)
    >>> mean, sd = momentum_forecast(walk, 2, damping=0.9)
    >>> bool(6 < mean[0] < mean[1]), bool(sd[0] < sd[1])
    (True, True)
    """
    steps = np.arange(1, horizon + 1)[:, None]
    lean = np.cumsum(walk.momentum**steps, axis=0)
    centre, _ = walk_forecast(walk.last, horizon, drift=walk.drift, drift_sd=0.0, volatility=0.0, damping=damping)
    means = centre[:, None] + lean * walk.change
    impact = np.vstack([np.ones_like(walk.momentum), 1.0 + lean[:-1]])
    free = max(walk.count - 1, 3)
    noise = free / (free - 2) * walk.volatilities**2 * np.cumsum(impact**2, axis=0)
    reach = np.cumsum(damping ** steps[:, 0])
    mean = means @ walk.weight
    variance = (noise + (means - mean[:, None]) ** 2) @ walk.weight + (walk.drift_sd * reach) ** 2
    return mean, np.sqrt(variance)
