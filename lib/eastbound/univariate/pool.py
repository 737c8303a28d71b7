"""Linear opinion pools of Student-t predictive distributions on the level or the log scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, stdtr, stdtrit

from eastbound.typing import Floats

STEPS = 40  # of the search for a quantile; five or six are usual
CLOSE = 1e-9  # relative change that ends the search
LARGEST_LOG = 700.0  # exp of more is no double


@dataclass(frozen=True)
class Member:
    """One predictive distribution: a Student t per horizon.

    Attributes
    ----------
    location, scale : array, shape (horizon,)
        Of the t distribution, on the log scale where `log` is true; the scale is positive.
    df : float
        Degrees of freedom.
    log : bool
        Whether location and scale belong to the logarithm of the quantity.
    positive : bool
        Whether a t on the level scale is cut off at zero, for a quantity that cannot fall below.
    weight : float
        Share in the pool; a pool divides by the sum of its weights.
    """

    location: Floats
    scale: Floats
    df: float
    log: bool = False
    positive: bool = False
    weight: float = 1.0


def tail_scale(sd: Floats, df: float) -> Floats:
    """Return the scale of a t distribution that has the given sd.

    Parameters
    ----------
    sd : array
        Standard deviation.
    df : float
        Degrees of freedom, above two.

    Returns
    -------
    array, shape of `sd`
        Smaller than the sd.

    Examples
    --------
    >>> tail_scale(np.array([2.0]), 4.0) ** 2
    array([2.])
    """
    scale: Floats = sd * np.sqrt((df - 2.0) / df)
    return scale


def scale_weight(log_score: float, level_score: float, *, low: float, high: float) -> float:
    """Return the weight of the log scale from two log-likelihoods of the same values.

    The likelihood of one-step errors is too sure of itself about forecasts of many
    steps, and a pool of both scales beats each of them, so the weight stays in bounds.

    Parameters
    ----------
    log_score, level_score : float
        Log-likelihoods on the level scale, i.e. with the Jacobian of the logarithm.
    low, high : float
        Bounds of the weight.

    Returns
    -------
    float
        Between low and high.

    Examples
    --------
    >>> scale_weight(0.0, 0.0, low=0.4, high=0.7), scale_weight(90.0, 0.0, low=0.4, high=0.7)
    (0.5, 0.7)
    """
    odds = np.clip(log_score - level_score, -LARGEST_LOG, LARGEST_LOG)
    return float(np.clip(1.0 / (1.0 + np.exp(-odds)), low, high))


def pool_quantiles(members: Sequence[Member], levels: Sequence[float]) -> Floats:
    """Return the quantiles of a linear pool, i.e. of the mixture of its members.

    A mixture is wider than an average of quantiles wherever the members disagree,
    which repairs the coverage of members that are each too sure of themselves.

    Parameters
    ----------
    members : sequence of Member
        Student-t forecasts of the same series with the same horizon, pooled by their weights.
    levels : sequence of float
        Probability levels strictly between 0 and 1, in any order.

    Returns
    -------
    array, shape (horizon, level)
        One row per step ahead, in the unit of the members; columns in the order of `levels`. A higher level never
        has a lower quantile.

    References
    ----------
    METHODS section 3.4.

    Examples
    --------
    >>> one = Member(np.array([1.0]), np.array([2.0]), df=5.0)
    >>> bool(np.isclose(pool_quantiles([one], [0.5])[0, 0], 1.0))
    True
    >>> far = Member(np.array([9.0]), np.array([2.0]), df=5.0)
    >>> bool(np.isclose(pool_quantiles([one, far], [0.5])[0, 0], 5.0))
    True
    """
    order = np.argsort(levels, kind="stable")
    p = np.asarray(levels, dtype=np.float64)[order]
    each: Floats = np.array([_quantiles(m, p) for m in members])
    # A mixture's quantile lies between the lowest and the highest of its members' quantiles.
    low, high = each.min(axis=0), each.max(axis=0)
    values = _inverted(members, p, low, high) if len(members) > 1 else low
    out: Floats = np.empty_like(low)
    out[:, order] = np.maximum.accumulate(values, axis=-1)
    return out


def _inverted(members: Sequence[Member], p: Floats, low: Floats, high: Floats) -> Floats:
    """Return the pool's quantiles inside a bracket, by Newton's steps, or by halving where a step leaves it."""
    guess = 0.5 * (low + high)
    for _ in range(STEPS):
        excess = pool_cdf(members, guess) - p
        low, high = np.where(excess < 0.0, guess, low), np.where(excess < 0.0, high, guess)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = guess - excess / _pool_density(members, guess)
        before, middle = guess, 0.5 * (low + high)
        guess = np.where((step >= low) & (step <= high), step, middle)
        if np.all(np.abs(guess - before) <= CLOSE * np.abs(guess)):
            break
    return guess


def _pool_density(members: Sequence[Member], values: Floats) -> Floats:
    """Return the density of a linear pool on the level scale, shape of `values`."""
    total = sum(m.weight for m in members)
    out = np.zeros_like(values)
    for m in members:
        above = np.maximum(values, 0.0) if m.log else values
        z = ((np.log(above) if m.log else above) - m.location[:, None]) / m.scale[:, None]
        constant = np.exp(gammaln(0.5 * (m.df + 1.0)) - gammaln(0.5 * m.df)) / np.sqrt(m.df * np.pi)
        slope = m.scale[:, None] * (above if m.log else 1.0) * (1.0 - _cut(m))
        out += m.weight / total * constant * (1.0 + z * z / m.df) ** (-0.5 * (m.df + 1.0)) / slope
    return out


def pool_cdf(members: Sequence[Member], values: Floats) -> Floats:
    """Return the distribution function of a linear pool.

    Parameters
    ----------
    members : sequence of Member
        The pool.
    values : array, shape (horizon, k)
        Points on the level scale, k per horizon.

    Returns
    -------
    array, shape (horizon, k)
        Probability of a value at or below each point.

    Examples
    --------
    >>> pool_cdf([Member(np.zeros(1), np.ones(1), df=3.0, log=True)], np.array([[1.0, -1.0]]))
    array([[0.5, 0. ]])
    >>> pool_cdf([Member(np.zeros(1), np.ones(1), df=3.0, positive=True)], np.array([[0.0, -1.0]]))
    array([[0., 0.]])
    """
    total = sum(m.weight for m in members)
    out = np.zeros_like(values)
    with np.errstate(divide="ignore"):
        logs = np.log(np.maximum(values, 0.0))
    for m in members:
        below = stdtr(m.df, ((logs if m.log else values) - m.location[:, None]) / m.scale[:, None])
        cut = _cut(m)
        out += m.weight / total * np.maximum(below - cut, 0.0) / (1.0 - cut)
    return out


def _cut(member: Member) -> Floats:
    """Return the mass of a member's t below zero that is cut off, shape (horizon, 1)."""
    if member.log or not member.positive:
        return np.zeros((len(member.location), 1))
    # A forecast far below zero keeps one part in a thousand, so that quantiles stay defined.
    below: Floats = np.minimum(stdtr(member.df, -member.location / member.scale), 0.999)[:, None]
    return below


def _quantiles(member: Member, p: Floats) -> Floats:
    cut = _cut(member)
    values: Floats = member.location[:, None] + member.scale[:, None] * stdtrit(member.df, cut + p * (1.0 - cut))
    if member.log:
        values = np.exp(np.clip(values, -LARGEST_LOG, LARGEST_LOG))
    elif member.positive:
        values = np.maximum(values, np.finfo(np.float64).tiny)
    return values
