"""Passenger cars among China's exports to Russia, as a log ratio to all other goods (METHODS 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.core.simulation.memory import rounded
from eastbound.core.structural.simulate import normal_rows
from eastbound.evidence.choice import chosen
from eastbound.models.trade.future import SUBJECT, Future
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LEAST_YEARS: Final = 3
_YEAR: Final = 12


@dataclass(frozen=True)
class CarsFit:
    """Fitted log ratio of cars to other exports.

    Parameters
    ----------
    end : int
        Ordinal of the month after the last year with a figure.
    last, mean : float
        Log-ratio of that year, and the mean of all years, to which it returns.
    """

    end: int
    last: float
    mean: float


def fit_cars(book: Evidence, *, start: int) -> CarsFit | None:
    """Return the fitted log ratio, or None with fewer than three years of figures.

    Parameters
    ----------
    book : Evidence
        The evidence.
    start : int
        Ordinal of the first month of the grid; only years before it count.

    Returns
    -------
    CarsFit or None
    """
    pairs = paired_years(book, names.CARS_VALUE, names.CHINA_EXPORTS, start=start)
    if len(pairs) < _LEAST_YEARS:
        return None
    ratios = [float(np.log(cars / (exports - cars))) for cars, exports in pairs.values()]
    return CarsFit((max(pairs) + 1) * _YEAR, ratios[-1], float(np.mean(ratios)))


def paired_years(book: Evidence, first: str, second: str, *, start: int) -> dict[int, tuple[float, float]]:
    """Return the figures of two series in each calendar year before a month in which both are known, oldest first."""
    left, right = (_calendar_years(book, series, start) for series in (first, second))
    return {year: (left[year], right[year]) for year in sorted(left.keys() & right.keys())}


def _calendar_years(book: Evidence, series: str, start: int) -> dict[int, float]:
    """Return the chosen figure of each calendar year before the month with the ordinal `start`."""
    rows = chosen(book, series, kinds=("observed",))
    rows = rows[(rows["months"] == _YEAR) & (rows["start"].dt.month == 1) & (rows["start"].dt.year * _YEAR < start)]
    return dict(zip(rows["start"].dt.year.tolist(), rows["value"].tolist(), strict=True))


def fill_cars(out: Paths, exports: Paths, fit: CarsFit | None, *, future: Future) -> None:
    """Write the value of cars, a share of exports after all shocks; NaN without a fit.

    Parameters
    ----------
    out, exports : array, shape (months, width)
        USD bn per month; `out` is overwritten.
    fit : CarsFit or None
        From `fit_cars`.
    future : Future
        Settings, random numbers and the scale of a draw.
    """
    if fit is None:
        out.fill(np.nan)
        return
    grid, stream = future.world.grid, future.stream
    keep, sd = _monthly(future.settings)
    # The year's figure is that of its middle: half a year of steps lies between it and the year's end.
    away = (
        fit.last - fit.mean + sd * np.sqrt(_YEAR / 2.0) * stream.normals(SUBJECT, names.CARS_VALUE, "start", rows=1)[0]
    )
    step_sd = sd * future.scale
    steps = normal_rows(stream, SUBJECT, names.CARS_VALUE, "step")
    away, step_sd = rounded(away, step_sd)
    share = np.empty_like(away)
    for month, step in zip(range(fit.end, grid.stop), steps, strict=False):
        away *= keep
        step *= step_sd
        away += step
        if month >= grid.start:
            np.subtract(-fit.mean, away, out=share)
            np.exp(share, out=share)
            share += 1.0
            index = month - grid.start
            np.divide(exports[index], share, out=out[index])


def _monthly(settings: Mapping[str, Any]) -> tuple[float, float]:
    """Return the monthly persistence of a deviation from the mean, and the standard deviation of a monthly step."""
    return float(2.0 ** (-1.0 / settings["cars_half_life"])), float(settings["cars_sd"] / np.sqrt(_YEAR))
