"""Intermittent series: how often a value is not zero, and how large it then is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eastbound.typing import Floats
from eastbound.univariate.pool import Member, pool_quantiles

# Judgement, all four: a few zeros are outages of a steady series; and occurrence changes slowly, if at all.
ZEROS = 0.2  # share of zeros from which a series is intermittent
FEWEST = 5  # values above zero that are needed to learn their size
HALF_LIFE_YEARS = 4.0  # after which an observation counts half for the present occurrence
DOUBT = 0.5  # weight of the prior on either side: Jeffreys


def intermittent(values: Floats) -> bool:
    """Tell whether a series has no negative values and enough zeros and others to be forecast as intermittent.

    Examples
    --------
    >>> intermittent(np.array([0.0, 3, 0, 2, 0, 4, 0, 3, 5])), intermittent(np.array([4.0, 3, 0, 2, 5, 4, 2, 3, 5]))
    (True, False)
    """
    known = values[~np.isnan(values)]
    zeros = int(np.sum(known == 0.0))
    return bool(known.min() >= 0.0 and zeros >= ZEROS * len(known) and len(known) - zeros >= FEWEST)


def occurrence(values: Floats, period: int) -> float:
    """Return the present probability of a value above zero.

    Parameters
    ----------
    values : array, shape (n,)
        Oldest first, NaN in gaps.
    period : int
        Observations per year.

    Returns
    -------
    float
        A mean of past occurrences, recent ones weighing more, with Jeffreys' prior.

    References
    ----------
    Teunter, Syntetos, Babai (2011), Intermittent demand, doi 10.1016/j.ejor.2011.05.018, for a probability that is
    updated in every period.

    Examples
    --------
    >>> occurrence(np.array([0.0, 1.0, 0.0, 1.0]), 12) > 0.5, occurrence(np.array([1.0, 1.0, 0.0, 0.0]), 1) < 0.5
    (True, True)
    """
    known = ~np.isnan(values)
    age = np.arange(len(values))[::-1][known]
    weight = 0.5 ** (age / (HALF_LIFE_YEARS * period))
    return float((weight @ (values[known] > 0.0) + DOUBT) / (weight.sum() + 2.0 * DOUBT))


def intermittent_quantiles(sizes: Sequence[Member], probability: float, levels: Sequence[float]) -> Floats:
    """Return quantiles of a value that is zero, or of a given size with some probability.

    Parameters
    ----------
    sizes : sequence of Member
        Pool of the values above zero.
    probability : float
        Of a value above zero.
    levels : sequence of float
        Strictly between 0 and 1.

    Returns
    -------
    array, shape (horizon, level)
        Zero up to the level 1 - `probability`.

    Examples
    --------
    >>> size = Member(np.array([2.0]), np.array([1.0]), df=5.0)
    >>> intermittent_quantiles([size], 0.6, [0.3, 0.7]).round(6)
    array([[0., 2.]])
    """
    above = (np.asarray(levels, dtype=np.float64) - (1.0 - probability)) / probability
    table = np.zeros((len(sizes[0].location), len(above)))
    if np.any(above > 0.0):
        table[:, above > 0.0] = pool_quantiles(sizes, list(above[above > 0.0]))
    return table
