"""How much a step varies, learnt on a group of series and used for one of them.

Variances of single series are drawn from one scaled inverse chi-squared distribution. What a group
says about them becomes the prior of the next series, whose predictive distribution is Student's t.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from eastbound.typing import Floats

_START: Final = 4.0  # degrees of freedom at which the search begins
_MOST: Final = 200.0  # beyond it the distribution is normal for every purpose


class ScalePrior(NamedTuple):
    """Prior of the variance of a step: scaled inverse chi-squared.

    Parameters
    ----------
    degrees : float
        How many steps the prior counts for.
    variance : float
        Its scale, the square of a typical step.
    """

    degrees: float
    variance: float

    def update(self, steps: Floats) -> ScalePrior:
        """Return the posterior after steps with mean zero.

        Examples
        --------
        >>> ScalePrior(4.0, 1.0).update(np.array([2.0, 2.0]))
        ScalePrior(degrees=6.0, variance=2.0)
        """
        degrees = self.degrees + steps.size
        total = self.degrees * self.variance + float(np.sum(steps**2))
        return ScalePrior(degrees, total / degrees)

    def draw(self, rng: np.random.Generator, draws: int) -> Floats:
        """Return standard deviations drawn from the distribution, shape (draw,)."""
        return np.sqrt(self.variance * self.degrees / rng.chisquare(self.degrees, draws))


def learn_scale(groups: Iterable[Floats]) -> ScalePrior:
    """Fit the prior of variances to the steps of several series by maximum marginal likelihood.

    Parameters
    ----------
    groups : iterable of array, shape (step,)
        Steps with mean zero of one series each.

    Returns
    -------
    ScalePrior

    References
    ----------
    Gelman and others, Bayesian Data Analysis, third edition, section 2.6 (the conjugate model).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> prior = learn_scale([rng.normal(0, 0.1 * np.sqrt(6 / rng.chisquare(6)), 20) for _ in range(400)])
    >>> round(prior.degrees), round(prior.variance**0.5, 2)
    (6, 0.1)
    """
    steps = [np.asarray(group, dtype=np.float64) for group in groups if len(group)]
    counts = np.array([group.size for group in steps], dtype=np.float64)
    squares = np.array([float(np.sum(group**2)) for group in steps])

    def cost(point: Floats) -> float:
        degrees, total = np.exp(point[0]), np.exp(point[0] + point[1])
        gain = gammaln((degrees + counts) / 2) - gammaln(degrees / 2) + degrees / 2 * np.log(total)
        return float(np.sum((degrees + counts) / 2 * np.log(total + squares) - gain))

    start = np.array([np.log(_START), np.log(np.median(squares / counts) + 1e-12)])
    best = minimize(cost, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6}).x
    return ScalePrior(float(min(np.exp(best[0]), _MOST)), float(np.exp(best[1])))
