"""Quantiles and probabilities from draws, with Monte-Carlo errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.special import ndtri

from eastbound.typing import Bools, Floats

_SORTED: Final = 2**22  # draws that are copied and sorted at a time: 16 to 32 MB


def quantiles(draws: Floats, levels: Sequence[float]) -> Floats:
    """Return quantiles over the last axis, ignoring undefined draws.

    One sort serves all levels, which is several times faster than repeated
    selection. Linear interpolation as in `numpy.quantile`.

    Parameters
    ----------
    draws : array, shape (..., draw)
        NaN marks a draw in which the quantity is undefined.
    levels : sequence of float
        Levels in [0, 1].

    Returns
    -------
    array, shape (..., level)
        NaN where no draw is defined.

    Examples
    --------
    >>> quantiles(np.array([[3.0, 1.0, 2.0, np.nan]]), [0.0, 0.5, 1.0])
    array([[1., 2., 3.]])
    """
    *outer, count = draws.shape
    rows = draws.reshape(-1, count)
    step = max(1, _SORTED // max(count, 1))
    parts = [
        quantiles_of_sorted(np.sort(rows[first : first + step], axis=-1), levels)
        for first in range(0, max(len(rows), 1), step)
    ]
    return np.concatenate(parts).reshape(*outer, len(levels))


def quantiles_of_sorted(draws: Floats, levels: Sequence[float]) -> Floats:
    """Return quantiles of draws that are sorted already, so that one sort serves every caller.

    Parameters
    ----------
    draws : array, shape (..., draw)
        Ascending, with undefined draws (NaN) last, as `numpy.sort` leaves them.
    levels : sequence of float
        Levels in [0, 1].

    Returns
    -------
    array, shape (..., level)
        NaN where no draw is defined.

    Examples
    --------
    >>> quantiles_of_sorted(np.array([1.0, 2.0, 3.0, np.nan]), [0.0, 0.5, 1.0])
    array([1., 2., 3.])
    """
    ordered = draws.reshape(-1, draws.shape[-1])
    last = np.maximum(ordered.shape[-1] - np.isnan(ordered).sum(axis=-1) - 1, 0)[:, None]
    position = np.asarray(levels, dtype=np.float64) * last
    low = np.floor(position).astype(np.int64)
    rows = np.arange(len(ordered))[:, None]
    below = ordered[rows, low].astype(np.float64)
    above = ordered[rows, np.minimum(low + 1, last)].astype(np.float64)
    values: Floats = below + (position - low) * (above - below)
    return values.reshape(*draws.shape[:-1], position.shape[-1])  # -1 fails where an axis is empty


def wilson(share: Floats, count: Floats | float, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the Wilson score interval of a probability that was counted in draws.

    Parameters
    ----------
    share : array
        Counted probabilities, in [0, 1].
    count : array or float
        Number of draws, or effective draws; broadcasts with `share`.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    low, high : array
        In [0, 1]; neither collapses where no draw, or every draw, has the event.

    References
    ----------
    Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> [round(float(end), 4) for end in wilson(np.array(0.0), 100)]
    [0.0, 0.037]
    """
    z = float(ndtri(0.5 + level / 2.0))
    size = np.asarray(count, dtype=np.float64)
    middle = (share + z**2 / (2.0 * size)) / (1.0 + z**2 / size)
    half = z / (1.0 + z**2 / size) * np.sqrt(share * (1.0 - share) / size + z**2 / (4.0 * size**2))
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def probability(hits: Bools) -> tuple[Floats, Floats]:
    """Return the share of draws that are true and its Monte-Carlo standard error.

    Parameters
    ----------
    hits : bool array, shape (..., draw)

    Returns
    -------
    probability, error : array, shape (...)
        The error is that of the Agresti-Coull estimate, so it is never zero.

    Examples
    --------
    >>> p, se = probability(np.array([False, False, True, True]))
    >>> float(p), round(float(se), 3)
    (0.5, 0.177)
    """
    count = hits.shape[-1]
    total = np.sum(hits, axis=-1)
    smoothed = (total + 2.0) / (count + 4.0)
    return total / count, np.sqrt(smoothed * (1.0 - smoothed) / (count + 4.0))
