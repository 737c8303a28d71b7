"""Stocks that grow at an uncertain pace: projects announced, projects implemented, money spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.core.simulation.memory import rounded
from eastbound.core.structural.simulate import normal_rows
from eastbound.models.finance.figures import figures, known
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

SUBJECT: Final = "finance"
_YEAR: Final = 12


@dataclass(frozen=True)
class Stock:
    """Posterior of one stock.

    Parameters
    ----------
    series : str
    month : float
        Ordinal of the month of the last figure.
    level, level_sd : float
        That figure and its error, in the unit of the series.
    log_pace, log_pace_sd : float
        Growth a year, in logs of the unit a year.
    walk_sd : float
        Standard deviation of the change of the log pace in a year.
    """

    series: str
    month: float
    level: float
    level_sd: float
    log_pace: float
    log_pace_sd: float
    walk_sd: float


def fit_stock(book: Evidence, series: str, settings: Mapping[str, Any], *, prefix: str) -> Stock | None:
    """Return the posterior of a stock, or None where no figure is known.

    Parameters
    ----------
    book : Evidence
    series : str
    settings : mapping
        Of ``params/models/finance.yml``; the prior of the pace is ``<prefix>_pace``, a median and a log spread.
    prefix : str

    Returns
    -------
    Stock or None

    Notes
    -----
    The pace between the first and the last figure is one lognormal observation: its error is that of the two figures
    over their difference, and `pace_error` for the years being few and unequal.
    """
    dated = figures(book, series)
    if not known(dated):
        return None
    centre, spread = settings[f"{prefix}_pace"]
    log_pace, precision = np.log(centre), spread**-2.0
    grown, years = dated.value[-1] - dated.value[0], (dated.month[-1] - dated.month[0]) / _YEAR
    if years > 0.0 and grown > 0.0:
        error = np.hypot(np.hypot(dated.sd[0], dated.sd[-1]) / grown, settings["pace_error"] / np.sqrt(years))
        log_pace = (log_pace * precision + np.log(grown / years) * error**-2.0) / (precision + error**-2.0)
        precision += error**-2.0
    return Stock(
        series,
        float(dated.month[-1]),
        float(dated.value[-1]),
        float(dated.sd[-1]),
        float(log_pace),
        float(precision**-0.5),
        float(settings["pace_walk_sd"]),
    )


def simulate_stock(stock: Stock, world: World, stream: Stream, *, out: Paths, portfolio: Paths | None = None) -> None:
    """Write the level of a stock at the end of each month.

    Parameters
    ----------
    stock : Stock
    world : World
        Shocks on the series multiply its pace, or draw on the portfolio.
    stream : Stream
    out : array, shape (months, width)
        Overwritten. Months before the last figure lie on a line with the mean pace through it.
    portfolio : array, shape (months, width), optional
        What has been announced. The stock never exceeds it, and a shock of log x adds the part exp(x) - 1 of it to the
        yearly growth.
    """
    grid, key = world.grid, (SUBJECT, stock.series)
    draws = stream.normals(*key, "figures", rows=2)
    pace, level = rounded(
        stock.log_pace + stock.log_pace_sd * draws[0] - np.log(_YEAR),
        np.maximum(stock.level + stock.level_sd * draws[1], 0.0),
    )
    (walk_sd,) = rounded(stock.walk_sd)
    shock, growth = world.shocks.get(stock.series), np.exp(pace)
    last = int(stock.month)
    for month in range(grid.start, min(last + 1, grid.stop)):
        out[month - grid.start] = np.maximum(stock.level - (last - month) * np.exp(stock.log_pace) / _YEAR, 0.0)
    steps = normal_rows(stream, *key, "walk")
    for month in range(last + 1, grid.stop):
        if (month - last) % _YEAR == 0:  # paces change with the budgets of a year
            pace += next(steps) * walk_sd
            np.exp(pace, out=growth)
        if month < grid.start or shock is None:
            level += growth
        elif portfolio is None:
            level += growth * np.exp(shock[month - grid.start])
        else:
            drawn = np.expm1(shock[month - grid.start]) * (portfolio[month - grid.start] / _YEAR)
            level += np.maximum(growth + drawn, 0.0)
        if month < grid.start:
            continue
        if portfolio is not None:
            np.minimum(level, portfolio[month - grid.start], out=level)
        out[month - grid.start] = level
