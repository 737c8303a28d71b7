"""Which scored forecasts count in a summary: of nearly equal origins only one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import pandas as pd

CLOSE: Final = 45  # days; a month's figures apart, two forecasts are nearly the same one


def near_duplicates(origins: Iterable[str]) -> set[str]:
    """Return the origins that follow another one within `CLOSE` days.

    Examples
    --------
    >>> sorted(near_duplicates(["2023-11-30", "2023-12-31", "2024-12-31"]))
    ['2023-12-31']
    """
    duplicates: set[str] = set()
    last: date | None = None
    for text in sorted(set(origins)):
        day = date.fromisoformat(text)
        if last is not None and (day - last).days <= CLOSE:
            duplicates.add(text)
        else:
            last = day
    return duplicates


def counted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the scored rows of a backtest that a summary counts.

    Parameters
    ----------
    table : pandas.DataFrame
        From `backtest`.

    Returns
    -------
    pandas.DataFrame
        Scored rows without those of near-duplicate origins, by series.
    """
    scored = table[table["status"] == "scored"]
    if scored.empty:
        return scored
    twins = {name: near_duplicates(days) for name, days in scored.groupby("series_id")["origin"]}
    again = [origin in twins[name] for name, origin in zip(scored["series_id"], scored["origin"], strict=True)]
    return scored[~pd.Series(again, index=scored.index)]
