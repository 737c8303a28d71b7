"""The share of a group in its flow: log odds that return to the mean of their figures, moved by drivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.core.simulation.memory import rounded
from eastbound.models.goods.groups import Group
from eastbound.models.goods.sums import figures, whole_sum
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import Grid

SUBJECT: Final = "goods"
_LEAST_ODDS: Final = -80.0  # log odds; less would overflow single precision, and no share is so small
_YEAR: Final = 12
_MOST: Final = 0.95  # of a flow, where figures of two definitions give more


@dataclass(frozen=True)
class ShareFit:
    """Log odds of a group's share in its newest figure and on average.

    Parameters
    ----------
    group : Group
    when : float
        Middle of the newest figure, in months.
    last, mean : float
        Log odds.
    last_drivers, mean_drivers : array, shape (driver,)
        The drivers of the group over the same spans.
    count : int
        Number of years with a figure.
    """

    group: Group
    when: float
    last: float
    mean: float
    last_drivers: Floats
    mean_drivers: Floats
    count: int


def fit_share(
    book: Evidence, group: Group, drivers: Sequence[Floats], *, first: int, price: Floats | None = None
) -> ShareFit | None:
    """Fit the share of a group, or return None without a figure of it and of its flow over the same span.

    Parameters
    ----------
    book : Evidence
        The evidence.
    group : Group
        The group.
    drivers : sequence of array
        What moves its share, by month from `first` on.
    first : int
        Ordinal of the first month of the drivers.
    price : array, optional
        USD bn per unit of the volume by month from `first` on, for a group of which tonnes alone are known.

    Returns
    -------
    ShareFit or None
    """
    odds, means, middles = [], [], []
    for figure in figures(book, group):
        whole = whole_sum(book, group.whole, first=figure.first, last=figure.last)
        if figure.first < first:
            continue
        inside = slice(figure.first - first, figure.last + 1 - first)
        if group.share:
            share = figure.amount / 100.0
        else:
            share = figure.amount * (1.0 if price is None else float(price[inside].mean())) / float(whole or np.nan)
        if 0.0 < share < 1.0:
            odds.append(np.log(share / (1.0 - share)))
            means.append([float(path[inside].mean()) for path in drivers])
            middles.append(figure.middle)
    if not odds:
        return None
    table = np.array(means).reshape(len(odds), len(drivers))
    return ShareFit(group, middles[-1], float(odds[-1]), float(np.mean(odds)), table[-1], table.mean(axis=0), len(odds))


def draw_share(
    fit: ShareFit,
    drivers: Sequence[tuple[Floats, Paths]],
    settings: Mapping[str, Any],
    *,
    grid: Grid,
    stream: Stream,
) -> Paths:
    """Draw the share of a group in every month of the grid.

    Parameters
    ----------
    fit : ShareFit
        From `fit_share`.
    drivers : sequence of (array of shape (draw,), array of shape (months, draw) or (months, 1))
        Effect of a unit of each driver on the log odds, and the driver's path.
    settings : mapping
        Of ``params/models/goods.yml``; gives the spread of a year, the half-life and the spread of the mean.
    grid : Grid
    stream : Stream

    Returns
    -------
    array, shape (months, draw)
        Between 0 and 1.

    Notes
    -----
    METHODS 2.10. Deviations from the mean are drawn at the middle of each year and joined by straight lines. Figures
    are first freed of what the drivers of their years explain, so that a high fee or rate is not taken for taste.
    """
    word = fit.group.word
    spread = settings[f"{word}_mean_sd"] / np.sqrt(fit.count)
    mean = fit.mean + spread * stream.normals(SUBJECT, word, "mean", rows=1)[0]
    last = np.full(stream.width, fit.last)
    for (effect, _), now, usual in zip(drivers, fit.last_drivers, fit.mean_drivers, strict=True):
        last -= effect * now
        mean -= effect * usual
    path = reverting_path(
        last - mean, fit.when, sd=settings[f"{word}_sd"], half_life=settings[f"{word}_half_life"],
        grid=grid, stream=stream, word=word,
    )  # fmt: skip
    (mean, *effects) = rounded(mean, *(effect for effect, _ in drivers))
    (*paths,) = rounded(*(driver for _, driver in drivers))
    for first in range(0, len(path), _YEAR):  # a year at a time stays in the processor's cache
        odds = path[first : first + _YEAR]
        odds += mean
        for effect, driver in zip(effects, paths, strict=True):
            odds += effect * driver[first : first + _YEAR]
        np.maximum(odds, _LEAST_ODDS, out=odds)
        np.exp(np.negative(odds, out=odds), out=odds)
        odds += 1.0
        np.reciprocal(odds, out=odds)
    return path


def reverting_path(
    away: Floats, when: float, *, sd: float, half_life: float, grid: Grid, stream: Stream, word: str
) -> Paths:
    """Return deviations that fade and are renewed each year, by month of the grid.

    Parameters
    ----------
    away : array, shape (draw,)
        Deviation at `when`.
    when : float
        In months.
    sd : float
        Standard deviation of a yearly step.
    half_life : float
        In years.
    grid : Grid
    stream : Stream
    word : str
        Key of the random numbers.

    Returns
    -------
    array, shape (months, draw)
    """
    position = (np.arange(grid.start, grid.stop) + 0.5 - when) / _YEAR
    count = max(int(np.ceil(position[-1])), 1) + 1
    steps = sd * stream.normals(SUBJECT, word, "step", rows=count - 1)
    keep = 0.5 ** (1.0 / half_life)
    knots = np.empty((count, len(away)))
    knots[0] = away
    for year in range(1, count):
        knots[year] = keep * knots[year - 1] + steps[year - 1]
    (heights,) = rounded(knots)
    left = np.clip(np.floor(position).astype(int), 0, count - 2)
    (part,) = rounded(np.clip(position - left, 0.0, 1.0)[:, None])
    (rest,) = rounded(1.0 - np.clip(position - left, 0.0, 1.0)[:, None])
    result = np.empty((len(position), len(away)), heights.dtype)
    for year in range(count - 1):
        months = slice(*np.searchsorted(left, (year, year + 1)).tolist())
        np.multiply(heights[year], rest[months], out=result[months])
        result[months] += heights[year + 1] * part[months]
    return result


def within_whole(shares: Sequence[Paths]) -> None:
    """Scale the shares of a flow down, in place, in months in which they would leave less than a twentieth of it.

    Examples
    --------
    >>> first, second = np.full((1, 1), 0.8), np.full((1, 1), 0.3)
    >>> within_whole([first, second])
    >>> round(float(first[0, 0] + second[0, 0]), 3)
    0.95
    """
    total = np.empty_like(shares[0][0])
    for month in zip(*shares, strict=True):  # a month at a time stays in the processor's cache
        np.copyto(total, month[0])
        for share in month[1:]:
            total += share
        if float(total.max(initial=0.0)) <= _MOST:
            continue
        np.maximum(total, _MOST, out=total)
        np.divide(_MOST, total, out=total)
        for share in month:
            share *= total
