"""Steps of a contract that are taken before their date.

Power of Siberia moved to the amount of the next year in November or December of each year of its ramp
(customs values of December 2021 to January 2025; METHODS 2.3). A contract binds years, so what flows early is missing
in the other months of its year.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from eastbound.typing import Floats, Paths

_NOVEMBER: Final = 10
_MEAN: Final = np.array([0.25, 0.75])  # share of November and December after a day that is uniform over both


def early_share(level: Floats) -> Paths:
    """Return the share of November and of December in which the next year's amount flows.

    Parameters
    ----------
    level : array, shape (n,)
        Place of the day of the step between the first of November and the end of December, in [0, 1).

    Returns
    -------
    array, shape (2, n)

    Examples
    --------
    >>> early_share(np.array([0.0, 0.25, 0.75])).tolist()
    [[1.0, 0.5, 0.0], [1.0, 1.0, 0.5]]
    """
    return np.stack([np.maximum(1.0 - 2.0 * level, 0.0), np.minimum(2.0 - 2.0 * level, 1.0)])


def step_factor(now: float, following: float, *, weights: Paths, share: Paths | None = None) -> Paths:
    """Return the factor on the flow of each month of a year before a step of the contract.

    Parameters
    ----------
    now, following : float
        Contract amounts of the year and of the next one.
    weights : array, shape (12,)
        Part of the year's amount in each month without the step.
    share : array, shape (2, n), optional
        From `early_share`; default is its mean.

    Returns
    -------
    array, shape (12, n)
        With a weighted mean of one, so that the amount of the year stays.

    Examples
    --------
    >>> step_factor(10.0, 15.0, weights=np.ones(12))[:, 0].round(2).tolist()[8:]
    [0.96, 0.96, 1.08, 1.32]
    """
    share = _MEAN[:, None] if share is None else share
    factor = np.ones((12, share.shape[1]))
    if following > now > 0.0:
        factor[_NOVEMBER:] += share * (following / now - 1.0)
    return factor / ((weights / weights.sum()) @ factor)
