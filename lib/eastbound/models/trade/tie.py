"""Tie China's exports to its imports: exports return to their usual ratio to imports, imports do not react.

What Russia earns from China limits what it can buy there. Without the tie both flows drift apart for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from eastbound import names
from eastbound.evidence.choice import chosen
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LEAST_YEARS: Final = 2
_YEAR: Final = 12


@dataclass(frozen=True)
class Balance:
    """Log ratio of exports to imports in the published years.

    Parameters
    ----------
    mean : float
        Mean of all years, to which exports return.
    last : float
        Of the newest year.
    """

    mean: float
    last: float


def fit_balance(book: Evidence, *, start: int) -> Balance | None:
    """Return the usual and the newest ratio of exports to imports, or None with fewer than two years of both.

    Parameters
    ----------
    book : Evidence
        The evidence.
    start : int
        Ordinal of the first month of the grid; only years before it count.

    Returns
    -------
    Balance or None

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> balance = fit_balance(load_evidence("2026-10-30"), start=2026 * 12)
    >>> np.exp([balance.mean, balance.last]).round(2).tolist()
    [0.87, 0.83]
    """
    pairs = _paired_years(book, names.CHINA_EXPORTS, names.CHINA_IMPORTS, start=start)
    if len(pairs) < _LEAST_YEARS:
        return None
    ratios = [float(np.log(exports / imports)) for exports, imports in pairs.values()]
    return Balance(float(np.mean(ratios)), ratios[-1])


def _paired_years(book: Evidence, first: str, second: str, *, start: int) -> dict[int, tuple[float, float]]:
    """Return the figures of two series in each calendar year before a month in which both are known, oldest first."""
    left, right = (_calendar_years(book, series, start) for series in (first, second))
    return {year: (left[year], right[year]) for year in sorted(left.keys() & right.keys())}


def _calendar_years(book: Evidence, series: str, start: int) -> dict[int, float]:
    """Return the chosen figure of each calendar year before the month with the ordinal `start`."""
    rows = chosen(book, series, kinds=("observed",))
    rows = rows[(rows["months"] == _YEAR) & (rows["start"].dt.month == 1) & (rows["start"].dt.year * _YEAR < start)]
    return dict(zip(rows["start"].dt.year.tolist(), rows["value"].tolist(), strict=True))


def tie_exports(exports: Paths, imports: Paths, balance: Balance | None, *, first: int, share: float) -> None:
    """Correct the growth of exports, in place, by a share of the gap that the year before left.

    Parameters
    ----------
    exports, imports : array, shape (months, width)
        USD bn per month from a January on, without shocks of a scenario.
    balance : Balance or None
        From `fit_balance`; without it nothing changes.
    first : int
        Position of the first month without data; earlier ones stay.
    share : float
        Part of the gap that is closed in a year, on the log scale.

    Notes
    -----
    METHODS 2.1: an error correction in which one side adjusts. Gaps are those of calendar years, so seasons do not
    count; each month of the next year grows by a twelfth of the correction.

    Examples
    --------
    >>> exports, imports = np.full((24, 1), 2.0), np.ones((24, 1))
    >>> tie_exports(exports, imports, Balance(0.0, 0.0), first=0, share=0.5)
    >>> exports[[0, 11, 17, 23], 0].round(3).tolist()
    [2.0, 2.0, 1.682, 1.414]
    """
    if balance is None:
        return
    gap = np.full(exports.shape[1], balance.last - balance.mean, exports.dtype)
    factor = np.ones_like(gap)
    for january in range(0, len(exports), _YEAR):
        step = np.exp(gap * (-share / _YEAR))
        for month in range(max(january, first), january + _YEAR):
            factor *= step
            exports[month] *= factor
        year = slice(january, january + _YEAR)
        gap = np.log(exports[year].sum(axis=0) / imports[year].sum(axis=0)) - balance.mean
