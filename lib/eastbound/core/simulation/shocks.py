"""Impulse responses of events, and their sum over many events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.sparse import csc_array, csr_array

from eastbound.core.simulation.memory import PRECISION, rounded
from eastbound.typing import Bools, Floats, Ints, Paths

# Far enough for the peak of any response a scenario file may describe.
_SEARCH_MONTHS: Final = 1200
# An event falls on the first day of its month; a month's figure is read at its middle.
_MIDDLE: Final = 0.5
# Diversion may draw off at most this part of the other flow.
_MOST_DRAWN: Final = 0.95
# Draws of a piece of a table that is turned around in the processor's cache.
_TURNED: Final = 512


@lru_cache(maxsize=1024)
def response(months: int, *, lag: float, rise: float, half_life: float, transitory: float) -> Floats:
    """Return the monthly response to an event of size 1, scaled to a peak of 1.

    Parameters
    ----------
    months : int
        Length of the response.
    lag : float
        Months from the event to the first effect.
    rise : float
        Time constant of the rise, months; 0 is at once.
    half_life : float
        Half-life of the transitory part, months.
    transitory : float
        Share of the effect that fades, 0 to 1; the rest stays.

    Returns
    -------
    array, shape (months,)
        Zero before the lag, 1 at the peak; a lasting effect that still rises
        approaches 1. The first months do not depend on `months`. Not writable: equal calls share it.

    Notes
    -----
    METHODS 2.4: ``(1 - exp(-v / rise)) * (1 - transitory + transitory * 2 ** (-v / half_life))``
    at ``v`` months after the lag, divided by its largest monthly value.

    Examples
    --------
    >>> response(5, lag=1, rise=0, half_life=1, transitory=1).tolist()
    [0.0, 1.0, 0.5, 0.25, 0.125]
    """
    return _response(months, lag, rise, half_life, transitory).copy()


# Every block of draws asks for the same hundred responses.
@lru_cache(maxsize=1024)
def _response(months: int, lag: float, rise: float, half_life: float, transitory: float) -> Floats:
    length = max(months, int(np.ceil(lag)) + _SEARCH_MONTHS)
    since = np.arange(length) + _MIDDLE - lag
    begun = since >= 0
    since = np.maximum(since, 0.0)
    risen = 1.0 if rise == 0 else -np.expm1(-since / rise)
    raw = np.where(begun, risen * (1.0 - transitory + transitory * np.exp2(-since / half_life)), 0.0)
    # What stays for ever is the limit of the response, even if no month reaches it.
    peak = max(float(raw.max()), 1.0 - transitory)
    scaled: Floats = raw[:months] / peak
    scaled.flags.writeable = False
    return scaled


@dataclass(frozen=True)
class Impulses:
    """Occurrences of an event in sparse form.

    Parameters
    ----------
    month : array of int, shape (n,)
        Ascending, from 0.
    draw : array of int, shape (n,)
    size : array, shape (n,)
    """

    month: Ints
    draw: Ints
    size: Floats

    def scaled(self, factor: Floats) -> Impulses:
        """Return them with sizes multiplied by a factor of each draw, shape (width,)."""
        return replace(self, size=self.size * factor[self.draw])

    def where(self, mask: Bools) -> Impulses:
        """Return those in the draws of a mask, shape (width,)."""
        inside = mask[self.draw]
        return Impulses(self.month[inside], self.draw[inside], self.size[inside])


def convolve(parts: Sequence[tuple[Impulses, Floats]], *, width: int) -> Paths:
    """Return the sum of the responses to all impulses.

    Parameters
    ----------
    parts : sequence of (Impulses, array of shape (months,))
        Impulses and the response to one of size 1, from its own month on.
    width : int
        Number of draws.

    Returns
    -------
    array, shape (width, months)
        ``out[d, t] = sum of kernel[t - month] * size`` over the impulses of draw ``d`` up to ``t``.

    Examples
    --------
    >>> twice = Impulses(np.array([1, 3]), np.array([0, 0]), np.array([2.0, 1.0]))
    >>> convolve([(twice, np.array([1.0, 0.5, 0.25, 0.0]))], width=1).ravel().tolist()
    [0.0, 2.0, 1.0, 1.5]
    """
    events, responses = _sparse(parts, width)
    total: Paths = events @ responses
    return total


def total_response(
    parts: Sequence[tuple[Impulses, Floats]], gains: Sequence[tuple[Ints, Paths]], *, out: Paths
) -> None:
    """Write the sum of the responses to all impulses, plus gains of some draws.

    Parameters
    ----------
    parts : sequence of (Impulses, array of shape (months,))
        As for `convolve`; possibly none.
    gains : sequence of (array of int, shape (n,), and array, shape (n, months))
        Draws, and what to add to them.
    out : array, shape (months, width)
        Overwritten.

    Examples
    --------
    >>> out = np.empty((3, 2))
    >>> once = Impulses(np.array([1]), np.array([0]), np.array([2.0]))
    >>> total_response([(once, np.array([1.0, 0.5, 0.0]))], [(np.array([1]), np.ones((1, 3)))], out=out)
    >>> out.T.tolist()
    [[0.0, 2.0, 1.0], [1.0, 1.0, 1.0]]
    """
    months, width = out.shape
    total = convolve(parts, width=width) if parts else np.zeros((width, months), PRECISION)
    for draws, gain in gains:
        total[draws] += gain
    for first in range(0, width, _TURNED):
        out[:, first : first + _TURNED] = total[first : first + _TURNED].T


def _sparse(parts: Sequence[tuple[Impulses, Floats]], width: int) -> tuple[csr_array, Paths]:
    """Return impulses as a sparse matrix of draws by parts and months, and the responses of its columns.

    Their product touches only months in which something happens and adds all parts in one pass.
    """
    counts = [np.bincount(result.month, minlength=len(kernel)) for result, kernel in parts]
    columns = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    sizes, draws = (np.concatenate([getattr(result, name) for result, _ in parts]) for name in ("size", "draw"))
    events = csc_array((sizes.astype(PRECISION), draws, columns), shape=(width, len(columns) - 1)).tocsr()
    return events, np.concatenate([_shifted(kernel) for _, kernel in parts])


def _shifted(kernel: Floats) -> Paths:
    """Return a response that begins in each of its months, one row each."""
    (padded,) = rounded(np.concatenate([np.zeros(len(kernel) - 1), kernel]))
    return sliding_window_view(padded, len(kernel))[::-1]


def diverted(effect: Paths, factor: Floats | float) -> Paths:
    """Return the log effect on a flow that takes over part of another flow's loss.

    Parameters
    ----------
    effect : array, any shape
        Log effect on the flow that loses.
    factor : array or float
        Diverted share of the loss times the size of the losing flow relative
        to the gaining one.

    Returns
    -------
    array, same shape
        Log effect on the gaining flow, in the precision of `effect`.

    Notes
    -----
    Exact in levels: with flow ``i`` of size ``V``, flow ``j`` of size ``W``
    and ``factor = share * V / W`` the gain ``W * (exp(out) - 1)`` is ``share``
    times the loss ``V * (1 - exp(effect))``. A gain of the first flow draws
    on the other one in the same way, up to 95 % of it.

    Examples
    --------
    A flow of 10 loses a fifth; half of the loss of 2 goes to a flow of 5.

    >>> out = diverted(np.log([[0.8]]), factor=0.5 * 10 / 5)
    >>> float(np.round(5 * np.expm1(out[0, 0]), 12))
    1.0
    """
    # exponential and logarithm are several times as fast as expm1 and log1p, and just as exact for a log effect
    left = np.exp(effect)
    left -= 1.0
    left *= factor
    np.subtract(1.0, left, out=left)
    np.maximum(left, 1.0 - _MOST_DRAWN, out=left)
    return np.log(left, out=left)
