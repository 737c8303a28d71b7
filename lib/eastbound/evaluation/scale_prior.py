"""How much a step varies, learnt on a group of series and used for one of them.

Variances of single series are drawn from one scaled inverse chi-squared distribution. What a group
says about them becomes the prior of the next series, whose predictive distribution is Student's t.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

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


def contrasts(steps: Floats) -> Floats:
    """Return n - 1 independent contrasts of n steps, which hold their scatter about the mean but not the mean.

    Parameters
    ----------
    steps : array, shape (..., n)

    Returns
    -------
    array, shape (..., n - 1)
        Each has the variance of a step and mean zero (Helmert's contrasts).

    Examples
    --------
    >>> contrasts(np.array([1.0, 3.0, 8.0])).round(3).tolist()  # squares add up to 26, as about the mean 4
    [1.414, 4.899]
    """
    count = np.arange(1, steps.shape[-1])
    means = np.cumsum(steps, axis=-1)[..., :-1] / count
    return np.asarray((steps[..., 1:] - means) * np.sqrt(count / (count + 1)), dtype=np.float64)


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

    def cost(point: Floats) -> tuple[float, Floats]:
        degrees, variance = np.exp(point)
        total, after = degrees * variance, (degrees + counts) / 2
        gain = gammaln(after) - gammaln(degrees / 2) + degrees / 2 * np.log(total) - after * np.log(total + squares)
        share = after / (total + squares)
        by_degrees = digamma(after) - digamma(degrees / 2) + np.log(total / (total + squares)) + 1
        slope = [
            degrees * np.sum(by_degrees / 2 - variance * share),
            variance * np.sum(degrees / (2 * variance) - degrees * share),
        ]
        return -float(np.sum(gain)), -np.array(slope)

    start = np.array([np.log(_START), np.log(np.median(squares / counts) + 1e-12)])
    best = minimize(cost, start, jac=True, method="BFGS").x
    return ScalePrior(float(min(np.exp(best[0]), _MOST)), float(np.exp(best[1])))
