"""Measure how far a point lies from the centre of an ensemble, whatever the shape of its margins."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.special import ndtri

from eastbound.core.ranks import average_ranks
from eastbound.typing import Floats

_LEAST: Final = 1e-6  # of the largest eigenvalue: directions that sums and copies leave without any spread


class Plausibility(NamedTuple):
    """How far a point lies from the centre of an ensemble.

    Parameters
    ----------
    distance : float
        Mahalanobis distance in normal scores: standard deviations, taken together.
    share : float
        Share of the draws that lie at least as far from the centre.
    levels : array, shape (series,)
        Level of the point in the distribution of each series, 0.5 at its median.
    """

    distance: float
    share: float
    levels: Floats


def plausibility(draws: Floats, point: Floats) -> Plausibility:
    """Return how far a point lies from the centre of an ensemble, among its own draws.

    Parameters
    ----------
    draws : array, shape (draws, series)
        Finite values of the ensemble.
    point : array, shape (series,)
        For example the medians of a scenario.

    Returns
    -------
    Plausibility

    Notes
    -----
    Values are replaced by their normal scores (van der Waerden, 1952), so that neither heavy tails nor units matter;
    the distance is that of Mahalanobis (1936) in the rank correlation of the scores. The share of draws as far away
    is the tail rank by which Leeper and Zha (Modest policy interventions, Journal of Monetary Economics 50, 2003)
    judge whether an intervention is modest. Beyond all draws, a level is half a draw from the end.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> normal = rng.standard_normal((20_000, 2))
    >>> far = plausibility(np.exp(normal), np.exp([1.0, 0.0]))
    >>> round(far.distance, 1), round(far.share, 1), [round(float(level), 1) for level in far.levels]
    (1.0, 0.6, [0.8, 0.5])
    """
    count = len(draws)
    scores = ndtri(average_ranks(draws) / (count + 1))
    below, equal = (draws < point).sum(axis=0), (draws == point).sum(axis=0)
    levels = (below + 0.5 * equal + 0.5) / (count + 1)
    moving = draws.std(axis=0) > 0.0  # a series that is the same in all draws says nothing
    if not moving.any():
        return Plausibility(0.0, 1.0, np.full(len(levels), 0.5))
    scores, own = scores[:, moving], ndtri(levels[moving])
    inverse = np.linalg.pinv(np.cov(scores, rowvar=False).reshape(len(own), -1), rcond=_LEAST, hermitian=True)
    squares = np.einsum("ij,jk,ik->i", scores, inverse, scores)
    square = float(own @ inverse @ own)
    # as many draws as not lie inside: those as far as the point count whole
    share = float((squares >= square).mean())
    return Plausibility(max(square, 0.0) ** 0.5, share, np.where(moving, levels, 0.5))
