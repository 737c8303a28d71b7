"""Chinese New Year as a regressor: in which months its quiet days fall (METHODS 1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from eastbound.errors import InputError
from eastbound.typing import Floats, Ints


def new_year_shares(months: Ints, days: Sequence[date], *, before: int, after: int) -> Floats:
    """Return the share of the days around New Year that falls into each month, less what is usual for that month.

    Parameters
    ----------
    months : array of int, shape (n,)
        Ordinals (year * 12 + month - 1).
    days : sequence of date
        New Year's days, one a year.
    before, after : int
        Days of the window before and after New Year's day, which belongs to it.

    Returns
    -------
    array, shape (n,)
        Zero outside January to March; sums to zero over each year.

    Raises
    ------
    InputError
        If a year of `months` has no New Year's day.

    Notes
    -----
    METHODS 1.2. What is usual is the mean over `days`, so that the seasonal
    pattern keeps the usual New Year and the regressor only its moves.

    Examples
    --------
    >>> days = [date(2024, 2, 10), date(2025, 1, 29)]
    >>> new_year_shares(np.arange(24288, 24303), days, before=0, after=1).tolist()[::12]
    [-0.5, 0.5]
    """
    dates = np.array(days, "datetime64[D]")
    window = dates[:, None] + np.arange(-before, after + 1)
    month = window.astype("datetime64[M]").astype(np.int64) % 12
    table = np.mean(month[:, :, None] == np.arange(12), axis=1)  # year by month of the year
    index = {int(year) + 1970: row for row, year in enumerate(dates.astype("datetime64[Y]").astype(np.int64))}
    missing = sorted({*(months // 12).tolist()} - index.keys())
    if missing:
        message = (
            f"`new_year` has no date for {missing[0]}; add New Year's day of {missing[0]} to params/models/trade.yml."
        )
        raise InputError(message)
    table -= table.mean(axis=0)
    rows = [index[year] for year in (months // 12).tolist()]
    shares: Floats = table[rows, months % 12]
    return shares
