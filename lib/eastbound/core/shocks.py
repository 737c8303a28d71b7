"""How the effect of an event rises and fades, and how effects of many events add up."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.linalg import toeplitz
from scipy.sparse import csr_array

from eastbound.typing import Floats, Paths

# Far enough for the peak of any response a scenario file may describe.
_SEARCH_MONTHS: Final = 1200
# An event falls on the first day of its month; a month's figure is read at its middle.
_MIDDLE: Final = 0.5
# Diversion may draw off at most this part of the other flow.
_MOST_DRAWN: Final = 0.95


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
        approaches 1. The first months do not depend on `months`.

    Notes
    -----
    METHODS 2.4: ``(1 - exp(-v / rise)) * (1 - transitory + transitory * 2 ** (-v / half_life))``
    at ``v`` months after the lag, divided by its largest monthly value.

    Examples
    --------
    >>> response(5, lag=1, rise=0, half_life=1, transitory=1).tolist()
    [0.0, 1.0, 0.5, 0.25, 0.125]
    """
    length = max(months, int(np.ceil(lag)) + _SEARCH_MONTHS)
    since = np.arange(length) + _MIDDLE - lag
    begun = since >= 0
    since = np.maximum(since, 0.0)
    risen = 1.0 if rise == 0 else -np.expm1(-since / rise)
    raw = np.where(begun, risen * (1.0 - transitory + transitory * np.exp2(-since / half_life)), 0.0)
    # What stays for ever is the limit of the response, even if no month reaches it.
    peak = max(float(raw.max()), 1.0 - transitory)
    scaled: Floats = raw[:months] / peak
    return scaled


def convolve(impulses: Paths, kernel: Floats) -> Paths:
    """Return the sum of the responses to all impulses.

    Parameters
    ----------
    impulses : array, shape (months, width)
        Sizes of the events by the month in which they happen.
    kernel : array, shape (months,)
        Response to an event of size 1, from its own month on.

    Returns
    -------
    array, shape (months, width)
        ``out[t] = sum over s <= t of kernel[t - s] * impulses[s]``.

    Examples
    --------
    >>> convolve(np.array([[0.0], [2.0], [0.0], [1.0]]), np.array([1.0, 0.5, 0.25, 0.0])).ravel().tolist()
    [0.0, 2.0, 1.0, 1.5]
    """
    # Events are rare: a sparse product touches only the months in which one happens.
    month, draw = np.divmod(np.flatnonzero(impulses != 0), impulses.shape[1])
    events = csr_array((impulses[month, draw], (draw, month)), shape=impulses.shape[::-1])
    total: Paths = np.ascontiguousarray((events @ toeplitz(kernel, np.zeros_like(kernel)).T).T)
    return total


def diverted(effect: Paths, factor: Paths | float) -> Paths:
    """Return the log effect on a flow that takes over what another flow loses.

    Parameters
    ----------
    effect : array, shape (months, width)
        Log effect on the flow that loses.
    factor : array or float
        Diverted share of the loss times the size of the losing flow relative
        to the gaining one.

    Returns
    -------
    array, shape (months, width)
        Log effect on the gaining flow.

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
    gain: Paths = np.log1p(np.maximum(-np.expm1(effect) * factor, -_MOST_DRAWN))
    return gain
