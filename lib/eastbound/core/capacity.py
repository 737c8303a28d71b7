"""Capacity, stops, outages, ramps and over-delivery of a line, month by month.

A line carries what its capacity on open days, its contract and its customers
allow, whichever is least (METHODS 2.3). Months are counted as ordinals,
year * 12 + month - 1; a path has shape (month, draw).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from eastbound.typing import Floats, Ints, Paths

DayOfYear = tuple[int, int]  # month 1-12, day 1-31


def month_days(start: int, months: int) -> Ints:
    """Return the number of days of each month.

    Parameters
    ----------
    start : int
        First month, as an ordinal.
    months : int

    Examples
    --------
    >>> month_days(2028 * 12, 3)
    array([31, 29, 31])
    """
    edges = np.arange(start, start + months + 1) - 1970 * 12
    return np.diff(edges.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)


def year_part(start: int, months: int, open_days: Floats | None = None) -> Floats:
    """Return the part of a year's amount that falls on each month.

    Parameters
    ----------
    start : int
        A January, as an ordinal.
    months : int
        A multiple of twelve.
    open_days : array, shape (month,), optional
        Days on which something is delivered; all days when not given.

    Returns
    -------
    array, shape (month,)
        Sums to one over each calendar year.

    Examples
    --------
    >>> round(float(year_part(2027 * 12, 12)[0] * 365), 6)
    31.0
    """
    days = month_days(start, months) if open_days is None else open_days
    by_year = np.asarray(days, dtype=np.float64).reshape(-1, 12)
    return np.asarray((by_year / by_year.sum(axis=1, keepdims=True)).ravel())


def stop_days(start: int, months: int, stops: Sequence[tuple[DayOfYear, DayOfYear]]) -> Floats:
    """Return the planned days without flow in each month.

    Parameters
    ----------
    start, months : int
        As in `month_days`.
    stops : sequence of ((month, day), (month, day))
        First and last closed day of each yearly stop, both within one year.

    Returns
    -------
    array, shape (month,)

    Examples
    --------
    >>> stop_days(2027 * 12 + 2, 2, [((3, 28), (4, 3))])
    array([4., 3.])
    """
    edges = (np.arange(start, start + months + 1) - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    closed = np.zeros(months)
    for year in range(start // 12, (start + months - 1) // 12 + 1):
        for first, last in stops:
            begin = np.datetime64(f"{year}-{first[0]:02d}-{first[1]:02d}")
            end = np.datetime64(f"{year}-{last[0]:02d}-{last[1]:02d}") + 1
            overlap = np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin)
            closed += np.maximum(overlap.astype(np.int64), 0)
    return closed


def steps(start: int, months: int, *, since: Sequence[int], amounts: Sequence[float]) -> Floats:
    """Return the amount in force in each month of a dated schedule.

    Parameters
    ----------
    start, months : int
        As in `month_days`.
    since : sequence of int
        Month from which each amount holds, ascending.
    amounts : sequence of float
        One for each date.

    Returns
    -------
    array, shape (month,)
        Zero before the first date.

    Examples
    --------
    >>> steps(2024 * 12 + 10, 3, since=[2024 * 12, 2025 * 12], amounts=[30.0, 38.0])
    array([30., 30., 38.])
    """
    place = np.searchsorted(np.asarray(since), np.arange(start, start + months), side="right")
    return np.concatenate([[0.0], np.asarray(amounts, dtype=np.float64)])[place]


def open_part(months: int, first_flow: Floats) -> Paths:
    """Return the part of each month after the first flow.

    Parameters
    ----------
    months : int
    first_flow : array, shape (draw,)
        Months from the start of the grid; infinite for never.

    Returns
    -------
    array, shape (month, draw)

    Examples
    --------
    >>> open_part(3, np.array([1.25, np.inf])).T
    array([[0.  , 0.75, 1.  ],
           [0.  , 0.  , 0.  ]])
    """
    return np.clip(np.arange(1, months + 1)[:, None] - first_flow, 0.0, 1.0)


def ramp(months: int, first_flow: Floats, *, first_year: float, years: Floats) -> Paths:
    """Return the part of the full amount that a new line delivers, in yearly steps.

    Parameters
    ----------
    months : int
    first_flow : array, shape (draw,)
        Months from the start of the grid; infinite for never.
    first_year : float
        Part of the full amount in the first twelve months.
    years : array, shape (draw,)
        Years from first flow to the full amount.

    Returns
    -------
    array, shape (month, draw)
        Zero before the first flow; a month in which it falls counts in part.

    Examples
    --------
    >>> ramp(30, np.array([6.0]), first_year=0.2, years=np.array([2.0]))[[5, 6, 18, 29], 0].round(3).tolist()
    [0.0, 0.2, 0.6, 0.6]
    """
    whole_years = np.floor((np.arange(months)[:, None] + 0.5 - first_flow) / 12.0)
    share = np.clip(whole_years / years, 0.0, 1.0)
    share *= 1.0 - first_year
    share += first_year
    share *= open_part(months, first_flow)
    return share


def outage_days(uniforms: Paths, days: Ints, *, per_year: float, median: float, log_sd: float) -> Paths:
    """Return the days lost to unplanned outages in each month.

    Parameters
    ----------
    uniforms : array, shape (month, draw)
        One uniform a month says whether an outage begins and how long it is.
    days : array, shape (month,)
        Length of the months.
    per_year : float
        Outages a year; at most one begins in a month.
    median, log_sd : float
        Of the lognormal duration, in days.

    Returns
    -------
    array, shape (month, draw)
        An outage begins in the middle of its month and runs on into later ones.

    Notes
    -----
    METHODS 2.3. Given that a uniform lies under the monthly probability, its
    ratio to that probability is uniform again, so it serves as duration.

    Examples
    --------
    >>> chances, days = np.array([[0.9], [0.5e-3], [0.9]]), np.array([31, 30, 31])
    >>> lost = outage_days(chances, days, per_year=0.012, median=20, log_sd=1)
    >>> lost.round(1).ravel().tolist()
    [0.0, 15.0, 5.0]
    """
    chance = -np.expm1(-per_year / 12.0)
    lost = np.zeros_like(uniforms)
    month, draw = np.nonzero(uniforms < chance)
    left = median * np.exp(log_sd * ndtri(np.maximum(uniforms[month, draw] / chance, 1e-12)))
    room = 0.5 * days[month]
    while month.size:
        taken = np.minimum(left, room)
        np.add.at(lost, (month, draw), taken)
        left, month = left - taken, month + 1
        on = (left > 0.0) & (month < days.size)
        month, draw, left = month[on], draw[on], left[on]
        room = days[month].astype(np.float64)
    return np.minimum(lost, days[:, None], out=lost)


def persistent(normals: Paths, *, persistence: float, sd: float) -> Paths:
    """Return a stationary first-order autoregression.

    Parameters
    ----------
    normals : array, shape (month, draw)
        Standard normals; they are overwritten.
    persistence : float
        Correlation from month to month, in [0, 1).
    sd : float
        Standard deviation of every month.

    Returns
    -------
    array, shape (month, draw)

    Examples
    --------
    >>> persistent(np.array([[1.0], [0.0], [0.0]]), persistence=0.5, sd=0.02).ravel().tolist()
    [0.02, 0.01, 0.005]
    """
    normals[0] *= sd
    normals[1:] *= sd * np.sqrt(1.0 - persistence**2)
    for month in range(1, normals.shape[0]):
        normals[month] += persistence * normals[month - 1]
    return normals


def shrunk_mean(values: Floats, *, mean: float, sd: float, weight: float) -> tuple[float, float]:
    """Return location and scale of the next value, history shrunk to a prior.

    Parameters
    ----------
    values : array, shape (year,)
        Past yearly values, possibly none.
    mean, sd : float
        Of the prior, in the unit of the values.
    weight : float
        Years that the prior counts for.

    Returns
    -------
    mean, sd : float
        The sd holds both the spread of single years and what is unknown of
        their mean (normal-inverse-gamma, METHODS 1: parameter uncertainty
        inside the interval).

    Examples
    --------
    >>> shrunk_mean(np.array([]), mean=0.0, sd=0.02, weight=2.0)[0]
    0.0
    >>> mean, sd = shrunk_mean(np.full(8, 0.03), mean=0.0, sd=0.02, weight=2.0)
    >>> round(mean, 3), sd < 0.02
    (0.024, True)
    """
    total = weight + values.size
    centre = (weight * mean + float(values.sum())) / total
    # The prior mean is one more value as far as spread goes, weighted like the prior.
    spread = weight * (sd**2 + (mean - centre) ** 2) + float(np.sum((values - centre) ** 2))
    return centre, float(np.sqrt(spread / total * (1.0 + 1.0 / total)))
