"""Levels of demand at each crossing: stated priors, moved by the counts and tonnages of the book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound.catalogue import card
from eastbound.evidence.choice import chosen
from eastbound.models.observations import month_of
from eastbound.scenarios.crossings import Crossing
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

TRUCKS: Final = "logistics.checkpoint.primorye_china.trucks"
PRIMORYE: Final = "primorye"  # group of the crossings that `TRUCKS` counts together
_YEAR_DAYS: Final = 365.25


@dataclass(frozen=True)
class Levels:
    """Normal posterior of the log demand of each crossing, at the trade of the last whole year.

    Parameters
    ----------
    mean : array, shape (crossing,)
    root : array, shape (crossing, crossing)
        Times its transpose the covariance: a count of all trucks ties the crossings of Primorye.
    """

    mean: Floats
    root: Floats


@dataclass(frozen=True)
class _Figure:
    """A count in the unit of the level: `row` of the crossing, or None for all trucks of Primorye.

    That of a crossing which was `full` says only that demand was no less.
    """

    row: int | None
    log_rate: float
    error: float
    full: bool


def season(settings: Mapping[str, Any]) -> Floats:
    """Return truck traffic of each calendar month relative to the mean of the year.

    Parameters
    ----------
    settings : mapping
        Of ``params/models/logistics.yml``.

    Returns
    -------
    array, shape (12,)
        With mean one.

    Examples
    --------
    >>> season({"truck_season_amplitude": 0.4, "truck_season_quietest": 0.5}).round(2)[[0, 6]].tolist()
    [0.64, 1.43]
    """
    middle = np.arange(12) + 0.5
    angle = 2.0 * np.pi * (middle - settings["truck_season_quietest"]) / 12.0
    factor = np.exp(-settings["truck_season_amplitude"] * np.cos(angle))
    return np.asarray(factor / factor.mean())


def fit_levels(book: Evidence, crossings: Sequence[Crossing], settings: Mapping[str, Any], *, start: int) -> Levels:
    """Return the posterior of the levels given the figures since `figures_from`.

    Parameters
    ----------
    book : Evidence
    crossings : sequence of Crossing
    settings : mapping
        Of ``params/models/logistics.yml``.
    start : int
        First month of the grid; older figures count less.

    Returns
    -------
    Levels

    Notes
    -----
    METHODS 2.8. A figure is lognormal about level times season. One for a part of a year may be off by more than one
    for a whole year, and one of an earlier year by the walk since then. The sum of all trucks is linearized about the
    levels. What passed a full crossing is a lower bound of its demand and only raises it.
    """
    mean = np.log([crossing.demand.median for crossing in crossings])
    covariance = np.diag([crossing.demand.log_sd**2 for crossing in crossings])
    counted = np.array([crossing.group == PRIMORYE for crossing in crossings], dtype=bool)
    for figure in _figures(book, crossings, settings, start=start) if counted.any() else ():
        weights = np.zeros(len(mean))
        if figure.row is None:
            weights[counted] = np.exp(mean[counted]) / np.exp(mean[counted]).sum()
            expected = np.log(np.exp(mean[counted]).sum())
        else:
            weights[figure.row] = 1.0
            expected = mean[figure.row]
            if figure.full and figure.log_rate < expected:
                continue
        gain = covariance @ weights / (weights @ covariance @ weights + figure.error**2)
        mean = mean + gain * (figure.log_rate - expected)
        covariance = covariance - np.outer(gain, weights @ covariance)
    return Levels(mean, np.linalg.cholesky(covariance) if len(mean) else covariance)


def _figures(
    book: Evidence, crossings: Sequence[Crossing], settings: Mapping[str, Any], *, start: int
) -> Iterator[_Figure]:
    by_month = season(settings)
    sources: list[tuple[int | None, str, str]] = [(i, item.series, item.mode) for i, item in enumerate(crossings)]
    for row, series, mode in (*sources, (None, TRUCKS, "road")):
        walk = settings[f"{mode}_walk_sd"]
        # an article restates the count of September 2025 as that of the year, which is an estimate at most
        rows = _longest(chosen(book, series, kinds=("observed",)), since=month_of(settings["figures_from"]))
        spans: Any = rows.itertuples()
        for span in spans:
            days = (span.end - span.start).days + 1
            rate = span.value / days * _YEAR_DAYS if card(series).aggregate == "sum" else span.value
            months = pd.date_range(span.start, span.end).month.to_numpy() - 1
            usual = float(by_month[months].mean()) if mode == "road" else 1.0
            age = max(start - (span.end.year * 12 + span.end.month), 0) / 12.0
            part = max(1.0 - days / _YEAR_DAYS, 0.0)
            variance = settings["figure_error"] ** 2 + settings["part_year_error"] ** 2 * part + walk**2 * age
            full = row is not None and _full(crossings[row], rate, span.end, settings)
            yield _Figure(row, float(np.log(rate / usual)), float(np.sqrt(variance)), full)


def _full(crossing: Crossing, rate: float, day: pd.Timestamp, settings: Mapping[str, Any]) -> bool:
    """Return whether what passed came close to the capacity stated for the day, openings without a date apart."""
    if not crossing.bounded:
        return False
    month = day.year * 12 + day.month - 1
    capacity = sum([step.amount for step in crossing.capacity if step.ordinal <= month][-1:])
    pace = (settings["ramp_low"] + settings["ramp_high"]) / 2.0
    for opening in crossing.openings:
        if opening.since is not None:
            capacity += opening.amount * min(max(month - month_of(opening.since), 0) / 12.0 * pace, 1.0)
    usable = crossing.availability.mean if crossing.availability else 1.0
    return bool(rate >= settings["full_from"] * usable * capacity)


def _longest(rows: pd.DataFrame, *, since: int) -> pd.DataFrame:
    """Return the figure with the longest span of each year: spans of one year contain each other."""
    begins = rows["start"].dt.year * 12 + rows["start"].dt.month - 1
    recent = rows[(begins >= since) & (rows["value"] > 0.0)]
    lengths = (recent["end"] - recent["start"]).rename("length")
    ordered = recent.assign(length=lengths).sort_values(["length", "start"])
    return ordered.groupby(ordered["end"].dt.year).tail(1)
