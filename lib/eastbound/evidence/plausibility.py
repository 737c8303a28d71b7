"""Comparison of a new figure with those of the nearest periods: slips of the decimal point and of the unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from eastbound.errors import EvidenceError
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import USED
from eastbound.periods import Period, parse_period

_NEIGHBOURS: Final = 6  # nearest periods that a new figure is compared with
_NARROW: Final = 0.1  # share of the median that counts as the range when the neighbours hardly differ
# A slip of the decimal point changes a figure tenfold; half of that leaves room for ordinary change.
_SLIP: Final = 5.0


def require_plausible(book: Evidence, cells: Mapping[str, str]) -> None:
    """Refuse a figure that looks like a slip of the decimal point.

    Parameters
    ----------
    book : Evidence
    cells : mapping
        A checked row: `series_id, period, value, kind`.

    Raises
    ------
    EvidenceError
        When the figure is at least five times the median of its neighbours, or at most a fifth of it.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> row = {"series_id": "driver.brent_price", "period": "2026-01", "value": "655", "kind": "observed"}
    >>> require_plausible(load_evidence("2026-10-30"), row)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    eastbound.errors.EvidenceError: 655 is 9.67 times the median of the 6 nearest periods (67.715); ...
    """
    near = _neighbours(book, cells)
    if near.empty or not (near > 0).all():
        return
    value, middle = float(cells["value"]), float(near.median())
    if 1.0 / _SLIP < value / middle < _SLIP:
        return
    message = (
        f"{value:.10g} is {value / middle:.3g} times the median of the {_periods(near)} ({middle:.6g}); "
        "nothing was kept. Check the decimal point and the unit; if the figure is right, repeat with --confirm"
    )
    raise EvidenceError(message)


def warnings(book: Evidence, cells: Mapping[str, str]) -> list[str]:
    """Return a line when a figure is far outside the range of its neighbours, else none.

    Parameters
    ----------
    book : Evidence
    cells : mapping
        A checked row: `series_id, period, value, kind`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> row = {"series_id": "driver.brent_price", "period": "2026-01", "value": "66", "kind": "observed"}
    >>> warnings(load_evidence("2026-10-30"), row)
    []
    """
    near = _neighbours(book, cells)
    if len(near) < 2:
        return []
    low, high = float(near.min()), float(near.max())
    width = max(high - low, _NARROW * abs(float(near.median())))
    value = float(cells["value"])
    if low - width <= value <= high + width:
        return []
    return [
        f"warning: {value:.10g} is far from the {_periods(near)} of the same length "
        f"({low:.6g} to {high:.6g}); check the decimal point and the unit"
    ]


def _periods(near: pd.Series) -> str:
    return f"{len(near)} nearest periods" if len(near) > 1 else "nearest period"


def _neighbours(book: Evidence, cells: Mapping[str, str]) -> pd.Series:
    """Return the figures of the nearest periods of the same length, the first print of each."""
    rows = book.observations
    if cells["kind"] not in USED or not cells["value"]:
        return rows["value"].iloc[:0]
    period: Period = parse_period(cells["period"])
    rows = rows[(rows["series_id"] == cells["series_id"]) & rows["kind"].isin(USED) & rows["value"].notna()]
    rows = rows.drop_duplicates("period")
    days = (rows["end"] - rows["start"]).dt.days
    length = (period.end - period.start).days
    rows = rows[(rows["months"] == period.months) & ((days - length).abs() <= 3) & (rows["period"] != period.text)]
    gap = (rows["start"] - pd.Timestamp(period.start)).abs()
    return rows.loc[gap.sort_values(kind="stable").index[:_NEIGHBOURS], "value"]
