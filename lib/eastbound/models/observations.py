"""Month ordinals and published sums from rows of evidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from eastbound.errors import EvidenceError
from eastbound.periods import month_ordinal
from eastbound.typing import Ints


def ordinals(days: pd.Series) -> Ints:
    """Return the month ordinals (year * 12 + month - 1) of dates.

    Examples
    --------
    >>> ordinals(pd.Series(pd.to_datetime(["2024-03-31", "2025-01-01"]))).tolist()
    [24290, 24300]
    """
    return (days.dt.year * 12 + days.dt.month - 1).to_numpy(np.int64)


def month_of(text: Any) -> int:
    """Return the ordinal of a month written in a settings file, such as ``2022-01``.

    Examples
    --------
    >>> month_of("2022-01")
    24264
    """
    return month_ordinal(str(text))


def months_of(text: Any) -> tuple[int, int]:
    """Return the first and last ordinal of a span such as ``2020-01/2020-03``.

    Examples
    --------
    >>> months_of("2020-01/2020-03")
    (24240, 24242)
    """
    first, _, last = str(text).partition("/")
    return month_of(first), month_of(last or first)


def check_future(series: str, months: Ints, *, need: int, start: int) -> None:
    """Refuse a history that is too short or too old to forecast from.

    Parameters
    ----------
    series : str
        Id, for the message.
    months : array of int
        Ordinals of the months with data, ascending.
    need : int
        Fewest months.
    start : int
        Ordinal of the first month of the grid.

    Raises
    ------
    EvidenceError
        If there are fewer months, or none in the year before the grid or later.

    Examples
    --------
    >>> check_future("driver.brent_price", np.arange(24300, 24330), need=24, start=24324)
    """
    if len(months) < need:
        message = f"`{series}` has {len(months)} months of data; at least {need} are needed. Choose a later as-of date."
        raise EvidenceError(message)
    if months[-1] < start - 12:
        message = (
            f"the newest month of `{series}` lies {start - months[-1]} months before the first month to forecast; "
            "it may lie at most 12 months before it. Add newer rows."
        )
        raise EvidenceError(message)
