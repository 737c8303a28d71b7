"""Convergence of Markov chains: R-hat and effective sample sizes.

METHODS 1.1: rank-normalised split R-hat and the effective sample sizes of
bulk and tails of Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021),
Bayesian Analysis 16(2), doi 10.1214/20-BA1221. Draws have shape (chain, draw).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from eastbound.typing import Floats

TAILS: Final = (0.05, 0.95)  # quantiles whose effective sample the paper takes for that of the tails


class Convergence(NamedTuple):
    """Worst R-hat and effective sample sizes over all parameters.

    Parameters
    ----------
    r_hat : float
        Largest rank-normalised split R-hat, of location or scale.
    bulk, tail : float
        Smallest effective sample size, in draws.
    """

    r_hat: float
    bulk: float
    tail: float


def convergence(draws: Floats) -> Convergence:
    """Return the worst R-hat and effective sample sizes of all parameters.

    Parameters
    ----------
    draws : array, shape (chain, draw, parameter)
        At least four draws of each chain.

    Returns
    -------
    Convergence

    Examples
    --------
    >>> found = convergence(np.random.default_rng(1).standard_normal((4, 1000, 2)))
    >>> found.r_hat < 1.01, found.bulk > 3000.0, found.tail > 3000.0
    (True, True, True)
    """
    each = [_one(draws[:, :, index]) for index in range(draws.shape[2])]
    r_hat, bulk, tail = zip(*each, strict=True)
    return Convergence(max(r_hat), min(bulk), min(tail))


def _one(draws: Floats) -> tuple[float, float, float]:
    halves = split(draws)
    ranked, folded = normal_scores(halves), normal_scores(np.abs(halves - np.median(halves)))
    tails = [effective_size((halves <= edge).astype(float)) for edge in np.quantile(halves, TAILS)]
    return max(r_hat(ranked), r_hat(folded)), effective_size(ranked), min(tails)


def split(draws: Floats) -> Floats:
    """Split each chain into its two halves.

    Parameters
    ----------
    draws : array, shape (chain, draw)
        Of an odd number, the middle one is left out.

    Returns
    -------
    array, shape (2 chain, draw // 2)

    Examples
    --------
    >>> split(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]])).tolist()
    [[1.0, 2.0], [4.0, 5.0]]
    """
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]])


def normal_scores(draws: Floats) -> Floats:
    """Return the normal quantiles of the ranks over all chains, ties at their mean rank.

    Parameters
    ----------
    draws : array, shape (chain, draw)

    Returns
    -------
    array, shape (chain, draw)
        Equation 14 of the paper, so that heavy tails have a variance to compare.

    Examples
    --------
    >>> normal_scores(np.array([[10.0, 30.0], [20.0, 1e9]])).round(2).tolist()
    [[-1.05, 0.3], [-0.3, 1.05]]
    """
    ranks = rankdata(draws).reshape(draws.shape)
    scores: Floats = ndtri((ranks - 0.375) / (draws.size + 0.25))
    return scores


def r_hat(draws: Floats) -> float:
    """Return the potential scale reduction factor (R-hat) of the chains.

    Parameters
    ----------
    draws : array, shape (chain, draw)
        Already split and ranked where that is wanted.

    Returns
    -------
    float
        One where the chains agree; infinite where none of them moves but they differ.

    Examples
    --------
    >>> round(r_hat(np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]])), 4)  # W = 1, B / n = 2: sqrt(2 / 3 + 2)
    1.633
    """
    n = draws.shape[1]
    within, between = float(draws.var(axis=1, ddof=1).mean()), float(draws.mean(axis=1).var(ddof=1))
    if within == 0.0:
        return 1.0 if between == 0.0 else np.inf
    return float(np.sqrt((n - 1) / n + between / within))


def effective_size(draws: Floats) -> float:
    """Return the effective sample size: how many independent draws would estimate the mean as well.

    Parameters
    ----------
    draws : array, shape (chain, draw)
        Already split and ranked where that is wanted.

    Returns
    -------
    float
        Autocorrelations combined over chains and cut by Geyer's initial
        monotone sequence, equations 10 to 13 of the paper; at most
        ``size * log10(size)``, as antithetic chains are not trusted further.
        One for chains that do not move.

    Examples
    --------
    >>> steps = np.random.default_rng(2).standard_normal((4, 20_000))
    >>> chain = np.zeros_like(steps)
    >>> for t in range(1, 20_000):
    ...     chain[:, t] = 0.5 * chain[:, t - 1] + steps[:, t]
    >>> bool(abs(effective_size(chain) / 80_000 - 1 / 3) < 0.02)  # (1 - 0.5) / (1 + 0.5)
    True
    """
    n, size = draws.shape[1], draws.size
    covariance = _autocovariance(draws).mean(axis=0)
    within = covariance[0] * n / (n - 1)
    total = covariance[0] + float(draws.mean(axis=1).var(ddof=1))
    if within <= 0.0:
        return 1.0
    correlation = 1.0 - (within - covariance) / total
    correlation[0] = 1.0
    pairs = correlation[: n // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs <= 0.0)
    pairs = np.minimum.accumulate(pairs[: negative[0] if negative.size else len(pairs)])
    time = -1.0 + 2.0 * float(pairs.sum())
    return float(size / max(time, 1.0 / np.log10(size)))


def _autocovariance(draws: Floats) -> Floats:
    """Return the autocovariance of each chain at all lags, divided by the full length."""
    n = draws.shape[1]
    away = draws - draws.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(away, 2 * n, axis=1)
    result: Floats = np.fft.irfft(np.abs(spectrum) ** 2, 2 * n, axis=1)[:, :n] / n
    return result
