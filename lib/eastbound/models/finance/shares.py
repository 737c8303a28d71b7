"""Shares between 0 and 100 percent on the log-odds scale: currencies of payment, money spent of projects, agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import expit

from eastbound.core.share.shares import log_ratio
from eastbound.core.simulation.memory import rounded
from eastbound.core.structural.simulate import normal_rows
from eastbound.models.finance.figures import Figures, figures, known
from eastbound.models.finance.stocks import SUBJECT
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

_EDGE: Final = 0.05  # percent; officials round, so a stated 0 or 100 is no certainty


@dataclass(frozen=True)
class Share:
    """A share whose log odds walk at random from their last figure.

    Parameters
    ----------
    series : str
        Id of the share, for its random numbers and shocks.
    month : float
        Ordinal of the month of the last figure.
    level, level_sd : float
        Log odds then and their error.
    walk_sd : float
        Standard deviation of their change in a year.
    """

    series: str
    month: float
    level: float
    level_sd: float
    walk_sd: float


def log_odds(dated: Figures, *, error: float) -> tuple[Floats, Floats]:
    """Return the log odds of shares in percent and their standard deviations.

    Parameters
    ----------
    dated : Figures
    error : float
        Standard deviation, in log odds, of a statement that is exact to its last digit.

    Examples
    --------
    >>> level, sd = log_odds(Figures(np.zeros(1), np.array([50.0]), np.array([2.5])), error=0.0)
    >>> level.tolist(), sd.tolist()
    ([0.0], [0.1])
    """
    percent = np.clip(dated.value, _EDGE, 100.0 - _EDGE)
    slope = 100.0 / (percent * (100.0 - percent))
    level: Floats = log_ratio(percent / 100.0)
    return level, np.hypot(dated.sd * slope, error)


def fit_share(book: Evidence, series: str, settings: Mapping[str, Any]) -> Share | None:
    """Return the level and the walk of a share from all its figures, or None where none is known.

    Notes
    -----
    The steps between figures, less their mean pace and the errors of both figures, have the variance of a walk; the
    prior ``settlement_walk_sd`` counts for ``settlement_walk_weight`` years. The mean pace itself ends at the ceiling,
    so forecasts have none.
    """
    dated = figures(book, series)
    if not known(dated):
        return None
    level, sd = log_odds(dated, error=float(settings["statement_error"]))
    prior, weight = float(settings["settlement_walk_sd"]), float(settings["settlement_walk_weight"])
    years = np.diff(dated.month) / 12.0
    pace = (level[-1] - level[0]) / max(years.sum(), 1.0)
    squares = np.maximum((np.diff(level) - pace * years) ** 2 - sd[1:] ** 2 - sd[:-1] ** 2, 0.0)
    walk = np.sqrt((weight * prior**2 + squares.sum()) / (weight + years.sum()))
    return Share(series, float(dated.month[-1]), float(level[-1]), float(sd[-1]), float(walk))


def simulate_share(share: Share, world: World, stream: Stream, *, out: Paths) -> None:
    """Write a share in percent; shocks on the series add to its log odds.

    Parameters
    ----------
    share : Share
    world : World
    stream : Stream
    out : array, shape (months, width)
        Overwritten; months up to the last figure hold it.
    """
    grid, key = world.grid, (SUBJECT, share.series)
    level, step = rounded(
        share.level + share.level_sd * stream.normals(*key, "level", rows=1)[0], share.walk_sd / np.sqrt(12.0)
    )
    rows, shock = normal_rows(stream, *key, "walk"), world.shocks.get(share.series)
    for month in range(min(int(share.month) + 1, grid.start), grid.stop):
        if month > share.month:
            level += next(rows) * step
        if month >= grid.start:
            odds = level if shock is None else level + shock[month - grid.start]
            out[month - grid.start] = 100.0 * expit(odds)


def predictive(levels: Sequence[Floats], *, prior_sd: float, weight: float = 1.0) -> tuple[float, float]:
    """Return mean and standard deviation of a further case of a class, in log odds.

    Parameters
    ----------
    levels : sequence of array
        Log odds of the cases seen, one or more arrays.
    prior_sd : float
        Standard deviation between cases before any was seen.
    weight : float
        How many cases that prior counts for.

    Returns
    -------
    (float, float)

    Notes
    -----
    Normal cases around an unknown mean: the variance of a further one is that between cases times 1 + 1/n.

    Examples
    --------
    >>> predictive([np.array([0.0, 2.0])], prior_sd=1.0)[0]
    1.0
    """
    cases = np.concatenate(levels)
    mean, n = float(cases.mean()), len(cases)
    between = (weight * prior_sd**2 + np.sum((cases - mean) ** 2)) / (weight + n - 1)
    return mean, float(np.sqrt(between * (1.0 + 1.0 / n)))
