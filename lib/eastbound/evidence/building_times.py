"""The reference class of pipelines: months from contract to first flow, of gas lines across borders.

The class holds the lines of at least 6 bcm a year, half of the smallest planned one, whose two dates were found in
print. It is small and not a random sample: lines that were never built are less often written about with dates.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from scipy.special import stdtrit

from eastbound.errors import EvidenceError
from eastbound.evidence.book import TABLES
from eastbound.periods import last_day, month_ordinal

_FILE: Final = TABLES / "building_times.csv"
_FEWEST: Final = 3  # lines for a spread


@dataclass(frozen=True)
class BuildingTime:
    """A line from contract to first flow.

    Attributes
    ----------
    pipeline : str
    contract : str
        Month of the agreement to build or to deliver.
    first_flow : str
        Month, empty if none is known.
    years : float
        From contract to first flow, or to the last report that there was none.
    sources : str
        Publishers of both dates.
    """

    pipeline: str
    contract: str
    first_flow: str
    years: float
    sources: str


def building_times(as_of: date) -> tuple[BuildingTime, ...]:
    """Return the reference class as it was known on a day.

    Parameters
    ----------
    as_of : datetime.date
        Lines that opened later are left out.

    Returns
    -------
    tuple of BuildingTime

    Examples
    --------
    >>> lines = building_times(date(2026, 10, 30))
    >>> len(lines), sum(bool(line.first_flow) for line in lines)
    (13, 11)
    """
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = [row for row in rows if last_day(row["first_flow"] or row["closed_until"]) <= as_of]
    return tuple(
        BuildingTime(
            row["pipeline"],
            row["contract"],
            row["first_flow"],
            (month_ordinal(row["first_flow"] or row["closed_until"]) - month_ordinal(row["contract"])) / 12,
            row["sources"],
        )
        for row in known
    )


def expected_years(lines: tuple[BuildingTime, ...]) -> tuple[float, float, float]:
    """Return the 10, 50 and 90 % quantiles of the building time of one more line of the class.

    Parameters
    ----------
    lines : tuple of BuildingTime
        Those without a first flow do not count here: they tell of contracts that lead nowhere.

    Returns
    -------
    tuple of float
        Years.

    Raises
    ------
    EvidenceError
        If fewer than three lines have opened.

    Notes
    -----
    Logs are normal with unknown mean and spread under Jeffreys' prior, so the next one has a t distribution
    (Gelman et al., Bayesian Data Analysis, 2013, section 3.2). The spread is that between projects.

    Examples
    --------
    >>> [round(years, 1) for years in expected_years(building_times(date(2026, 10, 30)))]
    [3.6, 4.9, 6.7]
    """
    logs = np.log([line.years for line in lines if line.first_flow])
    if len(logs) < _FEWEST:
        message = f"{len(logs)} pipelines of the reference class had opened by this day; {_FEWEST} are needed."
        raise EvidenceError(message)
    scale = logs.std(ddof=1) * np.sqrt(1.0 + 1.0 / len(logs))
    low, middle, high = np.exp(logs.mean() + scale * stdtrit(len(logs) - 1, [0.1, 0.5, 0.9]))
    return float(low), float(middle), float(high)
