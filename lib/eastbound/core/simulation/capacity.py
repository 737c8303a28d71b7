"""Capacity, stops, outages, ramps and over-delivery of a pipeline, month by month.

A line carries what its capacity on open days, its contract and its customers
allow, whichever is least (METHODS 2.3). Months are counted as ordinals,
year * 12 + month - 1; a path has shape (month, draw).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from scipy.special import ndtri

from eastbound.core.simulation.memory import PRECISION, rounded
from eastbound.typing import Floats, Ints, Paths

DayOfYear = tuple[int, int]  # month 1-12, day 1-31


def month_days(start: int, months: int) -> Ints:
    """Return the number of days of each month.

    Parameters
    ----------
    start : int
        First month, as an ordinal.
    months : int
        Number of months.

    Examples
    --------
    >>> month_days(2028 * 12, 3)
    array([31, 29, 31])
    """
    edges = np.arange(start, start + months + 1) - 1970 * 12
    return np.diff(edges.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)


def year_part(start: int, months: int, open_days: Floats | None = None) -> Floats:
    """Return the share of a year's amount that falls on each month.

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
    start : int
        First month, as an ordinal.
    months : int
        Number of months.
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
    years = np.arange(start // 12, (start + months - 1) // 12 + 1)[:, None] - 1970
    closed = np.zeros(months)
    for first, last in stops:
        begin, end = (
            (years * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]") + day - 1
            for month, day in (first, last)
        )
        overlap = np.minimum(edges[1:], end + 1) - np.maximum(edges[:-1], begin)
        closed += np.maximum(overlap.astype(np.int64), 0).sum(axis=0)
    return closed


def steps(start: int, months: int, *, since: Sequence[int], amounts: Sequence[float]) -> Floats:
    """Return the amount in force in each month of a dated schedule.

    Parameters
    ----------
    start : int
        First month, as an ordinal.
    months : int
        Number of months.
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
    index = np.searchsorted(np.asarray(since), np.arange(start, start + months), side="right")
    return np.concatenate([[0.0], np.asarray(amounts, dtype=np.float64)])[index]


def calendar_years(months: int) -> list[slice]:
    """Return the slice of each calendar year of a grid.

    A line is simulated a year at a time, so that what one step needs stays in the processor's cache.

    Parameters
    ----------
    months : int
        Length of the grid, a multiple of twelve.

    Examples
    --------
    >>> calendar_years(24)
    [slice(0, 12, None), slice(12, 24, None)]
    """
    return [slice(first, first + 12) for first in range(0, months, 12)]


def ramp(
    months: int, first_flow: Floats, *, full: float, first_year: float, years: Floats
) -> Iterator[tuple[Paths | float, Paths | float]]:
    """Yield, by year, capacity and deliveries of a new pipeline whose deliveries rise in yearly steps.

    Parameters
    ----------
    months : int
        Length of the grid, a multiple of twelve.
    first_flow : array, shape (draw,)
        Months from the start of the grid; infinite for never.
    full : float
        Amount per year once deliveries have risen.
    first_year : float
        Part of the full amount in the first twelve months.
    years : array, shape (draw,)
        Years from first flow to the full amount.

    Yields
    ------
    built, delivered : array, shape (12, draw)
        By month, as an amount per year; zero before the first flow (the number
        0 in a year before that of any draw). A month in which it falls counts
        in part.

    Examples
    --------
    >>> years = ramp(36, np.array([6.0]), full=10.0, first_year=0.2, years=np.array([2.0]))
    >>> [(built[6].item(), delivered[6].item()) for built, delivered in years]
    [(10.0, 2.0), (10.0, 6.0), (10.0, 10.0)]
    """
    earliest, left = float(first_flow.min()), full * (1.0 - first_year)
    first_flow, begins, step = rounded(first_flow, first_flow / 12.0, full * (1.0 - first_year) / years)
    for year in calendar_years(months):
        if year.stop <= earliest:
            yield 0.0, 0.0
            continue
        month = np.arange(year.start, year.stop, dtype=PRECISION)[:, None]
        open_part = month + 1.0 - first_flow
        np.maximum(open_part, 0.0, out=open_part)
        np.minimum(open_part, 1.0, out=open_part)
        delivered = (month + 0.5) / 12.0 - begins
        np.floor(delivered, out=delivered)  # whole years since the first flow
        delivered *= step
        np.maximum(delivered, 0.0, out=delivered)
        np.minimum(delivered, left, out=delivered)
        delivered += full * first_year
        delivered *= open_part
        open_part *= full
        yield open_part, delivered


def monthly_chance(per_year: float) -> float:
    """Return the probability that something begins in a month.

    Parameters
    ----------
    per_year : float
        Its rate, a year.

    Examples
    --------
    >>> round(monthly_chance(1.2), 4)
    0.0952
    """
    return float(-np.expm1(-per_year / 12.0))


def outages(begun: tuple[Ints, Floats], days: Ints, *, width: int, median: float, log_sd: float) -> tuple[Ints, Floats]:
    """Return the months and draws with unplanned outages, and the days lost.

    Parameters
    ----------
    begun : tuple of arrays, shape (outages,)
        Positions in the flattened table of months and draws where an outage begins, ascending, and a uniform number
        that gives its duration.
    days : array, shape (month,)
        Length of the months.
    width : int
        Number of draws.
    median, log_sd : float
        Of the lognormal duration, in days.

    Returns
    -------
    cells : array of int, shape (n,)
        Positions in the flattened table of months and draws, ascending: few months have an outage.
    lost : array, shape (n,)
        Days lost. An outage begins in the middle of its month and may run on into later months.

    Notes
    -----
    METHODS 2.3. At most one begins in a month. Given that a uniform lies under
    the monthly probability, its ratio to that probability is uniform again, so
    it serves as duration.

    Examples
    --------
    >>> days = np.array([31, 30, 31])
    >>> cells, lost = outages((np.array([1]), np.array([0.5])), days, width=1, median=20, log_sd=1)
    >>> cells.tolist(), lost.round(1).tolist()
    ([1, 2], [15.0, 5.0])
    """
    cell, length = begun
    left = median * np.exp(log_sd * ndtri(np.maximum(length, 1e-12)))
    room = 0.5 * days[cell // width]
    cells, taken = [], []
    while cell.size:
        cells.append(cell)
        taken.append(np.minimum(left, room))
        left, cell = left - taken[-1], cell + width  # the same draw a month later
        on = (left > 0.0) & (cell < days.size * width)
        cell, left = cell[on], left[on]
        room = days[cell // width].astype(np.float64)
    if not cells:
        return cell, left
    result, index = np.unique(np.concatenate(cells), return_inverse=True)
    lost = np.bincount(index, weights=np.concatenate(taken))
    return result, np.minimum(lost, days[result // width])


def persistent(normals: Iterable[Paths], *, persistence: float, sd: float) -> Iterator[Paths]:
    """Yield a stationary first-order autoregression, written over its innovations.

    Parameters
    ----------
    normals : iterable of array, shape (month, draw)
        Standard normals, some months at a time; they are overwritten.
    persistence : float
        Correlation from month to month, in [0, 1).
    sd : float
        Standard deviation of every month.

    Yields
    ------
    array, shape (month, draw)

    Examples
    --------
    >>> tables = np.array([[[1.0], [0.0]], [[0.0], [0.0]]])
    >>> [table.ravel().tolist() for table in persistent(tables, persistence=0.5, sd=0.02)]
    [[0.02, 0.01], [0.005, 0.0025]]
    """
    fresh = float(np.sqrt(1.0 - persistence**2))
    last: Paths | float = 0.0
    for count, table in enumerate(normals):
        table *= sd * fresh
        if count == 0:
            table[0] /= fresh  # the first month has the variance of every month
        for row in table:
            row += persistence * last
            last = row
        last = np.copy(last)  # the consumer may write into the table
        yield table


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
        their mean (METHODS 1: parameter uncertainty inside the interval). It
        is the exact one under a normal-inverse-gamma prior with two degrees
        of freedom more than `weight`, so that `sd` squared is its mean variance.

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
