"""The tie of exports to imports partner by partner, and what it says about the one left out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eastbound.evaluation.partner_core import tie_terms
from eastbound.typing import Floats


class Tie(NamedTuple):
    """A tie and its uncertainty.

    Parameters
    ----------
    mean, error : float
        Part of the gap that is closed in a year, and its standard error.
    spread : float
        Standard deviation between partners.
    """

    mean: float
    error: float
    spread: float


def ties_by_partner(logs: Floats) -> tuple[Floats, Floats]:
    """Return the slope of each partner and its standard error, shape (partner,).

    Notes
    -----
    Without an intercept per partner: with one, slopes of 16 years are too large by about 2 / 16
    (Nickell, Econometrica 49(6), 1981).
    """
    gaps, steps = tie_terms(logs)
    total = np.sum(gaps**2, axis=1)
    slopes = np.sum(gaps * steps, axis=1) / total
    noise = np.sum((steps - slopes[:, None] * gaps) ** 2, axis=1) / (gaps.shape[1] - 1)
    return slopes, np.sqrt(noise / total)


def between_partners(slopes: Floats, errors: Floats) -> Tie:
    """Return the mean tie of partners that differ.

    Parameters
    ----------
    slopes, errors : array, shape (partner,)

    References
    ----------
    DerSimonian and Laird, Controlled Clinical Trials 7(3), 1986.

    Examples
    --------
    >>> tie = between_partners(np.array([0.0, 0.2]), np.array([0.1, 0.1]))
    >>> round(tie.mean, 3), round(tie.spread, 3)
    (0.1, 0.1)
    """
    weights = errors**-2.0
    mean = np.sum(weights * slopes) / weights.sum()
    excess = np.sum(weights * (slopes - mean) ** 2) - (slopes.size - 1)
    spread2 = max(excess / (weights.sum() - np.sum(weights**2) / weights.sum()), 0.0)
    weights = 1.0 / (errors**2 + spread2)
    return Tie(float(np.sum(weights * slopes) / weights.sum()), float(weights.sum() ** -0.5), float(spread2**0.5))


def shrunk_tie(slope: float, error: float, others: Tie) -> tuple[float, float]:
    """Return the tie of a partner given its own figures and what the others say, and its standard deviation.

    Examples
    --------
    >>> mean, sd = shrunk_tie(0.2, 0.1, Tie(0.1, 0.0, 0.1))
    >>> round(mean, 3), round(sd, 3)
    (0.15, 0.071)
    """
    prior, own = 1.0 / (others.error**2 + others.spread**2), error**-2.0
    total = prior + own
    return float((prior * others.mean + own * slope) / total), float(total**-0.5)
