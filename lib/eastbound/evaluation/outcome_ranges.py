"""Outcomes that are known as ranges: judged ranges of a year, bounded words and rounded shares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np

from eastbound.ensemble.summary import history
from eastbound.typing import Floats

if TYPE_CHECKING:
    import pandas as pd

    from eastbound.evidence.book import Evidence

POINTS: Final = 25  # equally likely values that stand for a range
_JUDGED: Final = "_recon"  # ending of the series with one judged range a year
_INTERPOLATED: Final = "grade D"  # a year without a figure
_MONTHS: Final = 12


def outcome_points(book: Evidence, series_id: str, years: Iterable[int]) -> dict[int, Floats]:
    """Return equally likely values of the years whose figure is known as a range.

    Parameters
    ----------
    book : Evidence
        What was known on its day.
    series_id : str
        A series of the book. Where it has a reconstruction with judged ranges, these count; else the ends of the figure
        that the choice rule prefers.
    years : iterable of int

    Returns
    -------
    dict of int to array, shape (point,)
        In the unit of the series; a year whose figure has no ends is left out.

    Notes
    -----
    Scores are averaged over the points, so a forecast is compared with what is known of the outcome and not with the
    middle of its range; the error that judged years share is drawn anew in each comparison, so that a walk cannot gain
    from starting at a figure that is wrong in the same direction as the outcome. METHODS 3.1.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> book = load_evidence("2026-10-30")
    >>> points = outcome_points(book, "trade.primorye.china_share_turnover", [2023])
    >>> points[2023].shape, round(float(points[2023].min()), 1), round(float(points[2023].max()), 1)
    ((25,), 62.1, 67.9)
    """
    ends = _ends(book, series_id)
    judged = series_id + _JUDGED
    if judged in book.series.index:
        ends |= _ends(book, judged)
    steps = (np.arange(POINTS) + 0.5) / POINTS
    return {year: ends[year][0] + steps * (ends[year][1] - ends[year][0]) for year in years if year in ends}


def _ends(book: Evidence, series_id: str) -> dict[int, tuple[float, float]]:
    """Return the ends of the figures of whole years that have both."""
    rows = history(book, series_id)
    whole = (rows["months"] == _MONTHS) & (rows["start"].dt.month == 1)
    rows = rows[whole & rows["low"].notna() & rows["high"].notna()]
    rows = rows[~rows["note"].fillna("").str.contains(_INTERPOLATED, case=False)]
    return {_year(row): (float(row["low"]), float(row["high"])) for _, row in rows.iterrows()}


def _year(row: pd.Series) -> int:
    return int(row["start"].year)
