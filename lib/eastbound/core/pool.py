"""Linear opinion pools of Student-t predictive distributions on the level or the log scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from eastbound.typing import Floats

BISECTIONS = 60  # halves the bracket to the last bit of a double


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
    weight : float
        Share in the pool; a pool divides by the sum of its weights.
    """

    location: Floats
    scale: Floats
    df: float
    log: bool = False
    weight: float = 1.0


def pool_quantiles(members: Sequence[Member], levels: Sequence[float]) -> Floats:
    """Return the quantiles of a linear pool, i.e. of the mixture of its members.

    A mixture is wider than an average of quantiles wherever the members disagree,
    which repairs the coverage of members that are each too sure of themselves.

    Parameters
    ----------
    members : sequence of Member
        All with the same horizon.
    levels : sequence of float
        Levels strictly between 0 and 1.

    Returns
    -------
    array, shape (horizon, level)
        Not decreasing along the level where the levels are ordered.

    References
    ----------
    METHODS section 2.1 (pool) and 3.3.

    Examples
    --------
    >>> one = Member(np.array([1.0]), np.array([2.0]), df=5.0)
    >>> bool(np.isclose(pool_quantiles([one], [0.5])[0, 0], 1.0))
    True
    >>> far = Member(np.array([9.0]), np.array([2.0]), df=5.0)
    >>> bool(np.isclose(pool_quantiles([one, far], [0.5])[0, 0], 5.0))
    True
    """
    p = np.asarray(levels, dtype=np.float64)
    each: Floats = np.array([_level(m, m.location[:, None] + m.scale[:, None] * stdtrit(m.df, p)) for m in members])
    # A mixture's quantile lies between the lowest and the highest of its members' quantiles.
    if len(members) == 1:
        return each[0]
    low, high = each.min(axis=0), each.max(axis=0)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        below = pool_cdf(members, middle) < p
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)


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
    """
    total = sum(m.weight for m in members)
    out = np.zeros_like(values)
    with np.errstate(divide="ignore"):
        logs = np.log(np.maximum(values, 0.0))
    for m in members:
        out += m.weight / total * stdtr(m.df, ((logs if m.log else values) - m.location[:, None]) / m.scale[:, None])
    return out


def _level(member: Member, values: Floats) -> Floats:
    # exp(700) is the largest power of ten magnitude a double holds; farther out nothing is representable.
    return np.exp(np.clip(values, -700.0, 700.0)) if member.log else values
