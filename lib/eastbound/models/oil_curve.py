"""Futures prices of oil: what the market expected of the next months on the as-of day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from eastbound import names
from eastbound.evidence.choice import chosen
from eastbound.models.observations import ordinals
from eastbound.typing import Floats, Ints

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LONGEST: Final = 24  # months: later contracts are traded little


@dataclass(frozen=True)
class Curve:
    """Futures prices of one day.

    Parameters
    ----------
    quoted : int
        Ordinal of the month of the quotation.
    months : array of int, shape (n,)
        Ordinals of the months of delivery, ascending.
    prices : array, shape (n,)
        Log prices in USD per barrel.
    """

    quoted: int
    months: Ints
    prices: Floats

    @property
    def last(self) -> int:
        """Ordinal of the last month of delivery."""
        return int(self.months[-1])

    def centre(self, month: int, *, known: tuple[int, float]) -> float:
        """Return the expected log price of a month, linear between known prices.

        Parameters
        ----------
        month : int
            Ordinal, up to the last delivery.
        known : (int, float)
            Ordinal and log price of the last month with a spot price. In the month of the quotation the spot price is
            taken to be that of the first contract.

        Examples
        --------
        >>> Curve(2, np.array([4, 6]), np.array([1.0, 3.0])).centre(1, known=(0, 0.0))
        0.5
        >>> Curve(2, np.array([4, 6]), np.array([1.0, 3.0])).centre(5, known=(0, 0.0))
        2.0
        """
        quoted = [] if self.quoted <= known[0] else [(self.quoted, float(self.prices[0]))]
        months = [known[0], *(month for month, _ in quoted), *self.months.tolist()]
        prices = [known[1], *(price for _, price in quoted), *self.prices.tolist()]
        return float(np.interp(month, months, prices))


def read_curve(book: Evidence, *, after: int) -> Curve | None:
    """Return the newest futures prices of the book.

    Parameters
    ----------
    book : Evidence
    after : int
        Ordinal of the last month with a spot price.

    Returns
    -------
    Curve or None
        Prices of the last day with a quotation, for deliveries after `after` and at most two years ahead; None if there
        are none, or if the spot price is known beyond the month of the quotation.
    """
    rows = chosen(book, names.BRENT_FUTURES, kinds=("projection", "observed"))
    rows = rows[(rows["months"] == 1) & (ordinals(rows["start"]) > after)]
    if rows.empty:
        return None
    rows = rows[rows["published"] == rows["published"].max()].sort_values("start")
    day = pd.Timestamp(rows["published"].iloc[0])
    quoted, months = day.year * 12 + day.month - 1, ordinals(rows["start"])
    ahead = (months > quoted) & (months <= quoted + _LONGEST)
    if quoted < after or not ahead.any():
        return None
    return Curve(quoted, months[ahead], np.log(rows["value"].to_numpy(float)[ahead]))
