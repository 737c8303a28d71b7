"""Standard errors of means whose parts move together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from eastbound.typing import Floats


def clustered_error(values: Floats, clusters: Sequence[Any] | Floats) -> float:
    """Return the standard error of a mean of values that are dependent within clusters.

    Parameters
    ----------
    values : array, shape (n,)
    clusters : sequence, shape (n,)
        Label of each value's cluster; values of different clusters are independent.

    Returns
    -------
    float
        With the factor m / (m - 1) for m clusters; NaN with one cluster.

    References
    ----------
    Cameron, Gelbach and Miller, Journal of Business and Economic Statistics 29(2), 2011.

    Examples
    --------
    >>> values = np.array([1.0, 1.0, -1.0, -1.0])
    >>> clustered_error(values, ["a", "a", "b", "b"]), round(clustered_error(values, range(4)), 3)
    (1.0, 0.577)
    """
    _, index = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(index, weights=values - values.mean())
    count = sums.size
    if count < 2:
        return float("nan")
    return float(np.sqrt(count / (count - 1) * np.sum(sums**2)) / values.size)
