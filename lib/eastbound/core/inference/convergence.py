"""Convergence of Markov chains: R-hat and effective sample sizes.

METHODS 1.1: rank-normalised split R-hat and the effective sample sizes of bulk and tails of Vehtari, Gelman, Simpson,
Carpenter and Buerkner (2021), Bayesian Analysis 16(2), doi 10.1214/20-BA1221, as `arviz_stats` computes them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from eastbound.typing import Floats

TAILS: Final = (0.05, 0.95)  # the effective size of the tails is the smaller one of these two quantiles


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
        An infinite R-hat and no effective draws where the chains are stuck.

    Examples
    --------
    >>> result = convergence(np.random.default_rng(1).standard_normal((4, 1000, 2)))
    >>> result.r_hat < 1.01, result.bulk > 3000.0, result.tail > 3000.0
    (True, True, True)
    """
    each = [_of_parameter(draws[:, :, index]) for index in range(draws.shape[2])]
    r_hat, bulk, tail = zip(*each, strict=True)
    return Convergence(max(r_hat), min(bulk), min(tail))


def _of_parameter(draws: Floats) -> Convergence:
    from arviz_stats.base import array_stats  # slow to import, and only the full mode of fitting needs it

    if np.ptp(draws) == 0.0:
        # arviz_stats counts draws that never moved as independent ones.
        return Convergence(np.inf, 0.0, 0.0)
    axes = {"chain_axis": 0, "draw_axis": 1}
    statistics: Any = array_stats  # the library has no type hints
    return Convergence(
        r_hat=float(statistics.rhat(draws, **axes)),
        bulk=float(statistics.ess(draws, method="bulk", **axes)),
        tail=float(statistics.ess(draws, method="tail", prob=TAILS, **axes)),
    )
