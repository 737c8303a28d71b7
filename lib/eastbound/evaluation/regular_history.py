"""Bring the observed history of a series onto an even grid of months or years, as time-series models need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from eastbound.catalogue import unknown_series
from eastbound.ensemble.summary import history
from eastbound.errors import EvidenceError
from eastbound.evaluation.outcomes import outcomes
from eastbound.evidence.derivation import monthly_panel
from eastbound.periods import month_text, parse_period

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

FEWEST_YEARS: Final = 8  # METHODS, Rulings: fewer usable points are no basis for a forecast
FEWEST_MONTHS: Final = 48  # a seasonal difference and a seasonal error need some years of each calendar month
_KNOWN: Final = 0.75  # share of known months from the first one used; judgement: fewer are a yearly series
_LONGEST_SPLIT: Final = 3  # months; a longer sum says little about the months in it


@dataclass(frozen=True, eq=False)
class RegularHistory:
    """Hold a series on an even grid.

    Parameters
    ----------
    values : Series with a PeriodIndex (months or years)
        In the unit of the series; NaN in gaps inside, never at either end.
    seasons : int
        12 for months, 1 for years.
    split : int
        How many of the months were split from the sum of two or three, by the shares of other years.
    """

    values: pd.Series
    seasons: int
    split: int


def regular_history(series_id: str, *, book: Evidence) -> RegularHistory:
    """Return the months of a series where enough are known, otherwise its years.

    Sums of two or three months, such as January and February, are split by the mean shares of the years in which each
    month is known. Longer sums and unknown months stay gaps.

    Parameters
    ----------
    series_id : str
        A series of the book.
    book : Evidence

    Returns
    -------
    RegularHistory

    Raises
    ------
    UnknownName
        If the book has no such series.
    EvidenceError
        If fewer than eight years and four years of months are known.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> book = load_evidence("2025-12-31")
    >>> regular_history("trade.china_russia.total", book=book).seasons
    12
    >>> regular_history("trade.primorye.china_share_turnover", book=book).seasons
    1
    """
    if series_id not in book.series.index:
        raise unknown_series(series_id, book.series.index)
    months, split = _months(series_id, book)
    if (
        int(months.notna().sum()) >= FEWEST_MONTHS
        and months.groupby(pd.PeriodIndex(months.index).month).count().min() >= 2
    ):
        return RegularHistory(months, 12, split)
    return yearly_history(series_id, book=book, months=int(months.notna().sum()))


def yearly_history(series_id: str, *, book: Evidence, months: int = 0) -> RegularHistory:
    """Return the known years of a series.

    Parameters
    ----------
    series_id : str
    book : Evidence
    months : int
        How many months are known, for the message.

    Raises
    ------
    EvidenceError
        If fewer than eight years are known.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> yearly_history("trade.china_russia.total", book=load_evidence("2025-12-31")).values.index[-1]
    Period('2024', 'Y-DEC')
    """
    years = outcomes(book, series_id)
    if len(years) < FEWEST_YEARS:
        message = (
            f"`{series_id}` has {len(years)} known years and {months} known months as of {book.as_of}; at least "
            f"{FEWEST_YEARS} years or {FEWEST_MONTHS} months are needed."
        )
        raise EvidenceError(message)
    return RegularHistory(_on_grid({str(year): value for year, value in years.items()}, "Y"), 1, 0)


def _months(series_id: str, book: Evidence) -> tuple[pd.Series, int]:
    """Return the months from the first one after which most are known, and how many were split from sums."""
    panel = monthly_panel(book)
    rows = panel[panel["series_id"] == series_id]
    derived = len(rows) > 0
    if not derived:
        rows = history(book, series_id)
        rows = rows[rows["value"].notna()]
    single = rows[(rows["months"] == 1) & rows["period"].str.fullmatch(r"\d{4}-\d{2}")]
    known = dict(zip(single["period"], single["value"].astype(float), strict=True))
    split: dict[str, float] = {}
    if derived:
        sums = rows[rows["months"].between(2, _LONGEST_SPLIT)]
        for period, value in zip(sums["period"], sums["value"].astype(float), strict=True):
            split |= _split(period, value, known)
    values = _on_grid({**split, **known}, "M")
    if values.empty:
        return values, 0
    shares = values.notna()[::-1].expanding().mean()[::-1]
    start = shares.index[(shares >= _KNOWN) & values.notna()]
    values = values.loc[start[0] :]
    return values, sum(pd.Period(month, "M") >= start[0] for month in split if month not in known)


def _split(period: str, value: float, known: dict[str, float]) -> dict[str, float]:
    """Split a sum into months by their mean shares in the years that know each of them; without any, by days.

    Examples
    --------
    >>> _split("2025-01/2025-02", 10.0, {"2024-01": 3.0, "2024-02": 1.0})
    {'2025-01': 7.5, '2025-02': 2.5}
    """
    stretch = parse_period(period)
    months = range(stretch.first_month, stretch.last_month + 1)
    years = {int(text[:4]) for text in known}
    other = [[known.get(month_text(month + 12 * (year - stretch.start.year))) for month in months] for year in years]
    whole = [np.asarray(row, dtype=float) for row in other if None not in row]
    shares = np.mean([row / row.sum() for row in whole], axis=0) if whole else _days(months)
    return {month_text(month): float(value * share) for month, share in zip(months, shares, strict=True)}


def _days(months: range) -> np.ndarray:
    days = np.array([parse_period(month_text(month)).end.day for month in months], dtype=float)
    return days / days.sum()


def _on_grid(known: dict[str, float], freq: str) -> pd.Series:
    """Return values by period without a hole in the index; statsmodels takes whole numbers for row numbers."""
    values = pd.Series(list(known.values()), index=pd.PeriodIndex(list(known), freq=freq), dtype=np.float64)
    return values.sort_index().resample(freq).mean() if len(values) else values
