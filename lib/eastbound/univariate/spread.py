"""Width of a forecast, learned from past errors, recent months and the season."""

from __future__ import annotations

import numpy as np

from eastbound.typing import Floats
from eastbound.univariate.past import PastForecasts

# Set on origins inside the training parts and on the odd series of the development set, the two trusts last, by a
# look at the coverage of all of them; half or twice the value moves the pooled score by less than one per cent.
PATH_TRUST = 4.0  # independent past paths that weigh as much as the model's own variance
RECENT_TRUST = 6.0  # effective recent errors that weigh as much as all of them
HALF_LIFE = 36.0  # months after which an error counts half for the present volatility
OUTLYING = 3.0  # an error beyond this many sd counts as one of that size for the present volatility
SEASON_TRUST = 20.0  # errors of one month that weigh as much as those of all months
LARGEST_PATH = 2.5  # a past path beyond this many sd counts as one of that size; 2 covers trade worse, 3 tourism
LONGEST_PATH = 36  # past errors are compared up to this step; farther out the last factor holds


def path_factor(past: PastForecasts, values: Floats) -> Floats:
    """Return, per step, the ratio of past squared errors to the variance that was expected of them.

    Parameters
    ----------
    past : PastForecasts
        Forecasts made at past origins by parameters that knew nothing later.
    values : array, shape (n,)
        The observations, NaN in gaps.

    Returns
    -------
    array, shape (horizon,)
        Factors of the variance, shrunk to one from both sides: overlapping errors of step h count as n / h.

    Examples
    --------
    >>> values, origins = np.array([0.0, 1.0, 0.0, 1.0]), np.arange(3)
    >>> path_factor(PastForecasts(origins, values[:3, None], np.ones((3, 1))), values)
    array([1.])
    """
    horizon = past.mean.shape[1]
    factor = np.ones(horizon)
    for h in range(1, min(horizon, LONGEST_PATH) + 1):
        inside = past.origins + h < len(values)
        ratio = (values[past.origins[inside] + h] - past.mean[inside, h - 1]) ** 2 / past.variance[inside, h - 1]
        ratio = np.minimum(ratio[~np.isnan(ratio)], LARGEST_PATH**2)
        if not len(ratio):
            break
        span = past.origins[inside][-1] - past.origins[inside][0] + 1
        count = min(len(ratio), span / h)
        factor[h - 1 :] = (count * np.mean(ratio) + PATH_TRUST) / (count + PATH_TRUST)
    return factor


def recent_factor(errors: Floats, period: int) -> float:
    """Return the present variance of one-step errors as a multiple of their average.

    Parameters
    ----------
    errors : array, shape (n,)
        One-step errors, oldest first, NaN in gaps.
    period : int
        Observations per year; the half-life of three years is counted in them.

    Returns
    -------
    float
        One for errors of steady size.

    Examples
    --------
    >>> recent_factor(np.array([1.0, -1.0, 1.0, -1.0]), 12)
    1.0
    >>> recent_factor(np.array([1.0, -1.0, 2.0, -2.0]), 1) > 1
    True
    """
    age = np.arange(len(errors))[::-1]
    known = ~np.isnan(errors)
    square = errors[known] ** 2
    average = float(np.mean(square))
    if average == 0.0:  # beside one immense value the others' squares vanish
        return 1.0
    weight = 0.5 ** (age[known] * 12.0 / (period * HALF_LIFE))
    ratio = (weight @ np.minimum(square, OUTLYING**2 * average)) / weight.sum() / average
    return float((ratio * weight.sum() + RECENT_TRUST) / (weight.sum() + RECENT_TRUST))


def season_factor(errors: Floats, horizon: int, period: int) -> Floats:
    """Return the variance of the coming months as a multiple of the average month's.

    Parameters
    ----------
    errors : array, shape (n,)
        One-step errors, the last one of the month before the first step; NaN in gaps.
    horizon, period : int
        Number of steps; observations per year.

    Returns
    -------
    array, shape (horizon,)
        One where all months err alike.

    Examples
    --------
    >>> season_factor(np.array([1.0, -1.0, -1.0, 1.0]), 3, 2)
    array([1., 1., 1.])
    """
    square = errors**2
    average = float(np.nanmean(square))
    if average == 0.0:
        return np.ones(horizon)
    month = (np.arange(len(errors)) - len(errors)) % period  # 0 is the month of the first step
    factor = np.ones(period)
    for k in range(period):
        seen = square[(month == k) & ~np.isnan(square)]
        factor[k] = (seen.sum() / average + SEASON_TRUST) / (len(seen) + SEASON_TRUST)
    return np.resize(factor, horizon)
