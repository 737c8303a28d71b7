"""What moves demand for cars: the real price with its recycling fee, and the key rate of the Bank of Russia.

The steps of the fee are dated figures of the book, the newest of them a plan. Between the newest step and the plan the
fee rises each January by the same percentage; before the first step and beyond the plan it keeps its real value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from eastbound import names
from eastbound.evidence.choice import chosen
from eastbound.models.observations import ordinals
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

FEE: Final = "driver.recycling_fee.new_1to2l"
CAR_PRICE: Final = "vehicles.new_car_price_russia"
_YEAR: Final = 12


def fee_path(book: Evidence, *, first: int, stop: int, inflation: float) -> Floats | None:
    """Return the recycling fee of a new car of one to two litres by month, or None where no step is known.

    Parameters
    ----------
    book : Evidence
        Has the dated steps and the plan.
    first, stop : int
        Ordinals of the first month and of the month after the last.
    inflation : float
        Log a year, by which the fee rises beyond the plan.

    Returns
    -------
    array, shape (months,), or None
        Roubles.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> fee = fee_path(load_evidence("2026-10-30"), first=2024 * 12, stop=2031 * 12, inflation=0.05)
    >>> fee[[0, 9, 12, 72]].round(-2).tolist()
    [300600.0, 556200.0, 667400.0, 1170000.0]
    """
    steps = chosen(book, FEE, kinds=("observed",))
    steps = steps[steps["value"].notna()]
    if steps.empty:
        return None
    plans = chosen(book, FEE, kinds=("plan",))
    months, levels = ordinals(steps["start"]), np.log(steps["value"].to_numpy(float))
    grid = np.arange(first, stop)
    index = np.clip(np.searchsorted(months, grid, side="right") - 1, 0, None)
    path: Floats = levels[index]
    knots, heights = [int(months[-1])], [float(levels[-1])]
    for month, value in zip(ordinals(plans["start"]), plans["value"], strict=True):
        if month > knots[-1]:
            knots.append(int(month))
            heights.append(float(np.log(value)))
    later = grid > months[-1]
    januaries = grid[later] // _YEAR * _YEAR
    beyond = np.maximum(januaries - knots[-1], 0) / _YEAR
    path[later] = np.interp(januaries, knots, heights) + inflation * beyond
    return np.asarray(np.exp(path))


def price_path(book: Evidence, fee: Floats | None, *, first: int, inflation: float) -> Floats | None:
    """Return the log real price of a car with its fee by month, in roubles of the month of the newest printed price.

    Parameters
    ----------
    book : Evidence
        Has the average price of a new car.
    fee : array, shape (months,), or None
        From `fee_path`.
    first : int
        Ordinal of its first month.
    inflation : float
        Log a year.

    Returns
    -------
    array, shape (months,), or None
        None where the fee or the price is not known.
    """
    price, when = car_price(book)
    if fee is None or price is None:
        return None
    months = first + np.arange(len(fee))
    then = float(np.interp(when, months, fee))
    return np.asarray(np.log(price - then + fee * np.exp(-inflation * (months - when) / _YEAR)))


def car_price(book: Evidence) -> tuple[float | None, int]:
    """Return the newest average price of a new car, roubles, and its month."""
    rows = chosen(book, CAR_PRICE, kinds=("observed",))
    if rows.empty:
        return None, 0
    return float(rows["value"].iloc[-1]), int(ordinals(rows["start"])[-1])


def key_rates(book: Evidence, *, first: int) -> Floats:
    """Return the key rate at the end of each month from `first` to the newest known, percent; empty if none is."""
    rows = chosen(book, names.KEY_RATE, kinds=("observed", "derived"))
    rows = rows[rows["value"].notna() & (rows["months"] == 1)]
    months = ordinals(rows["start"])
    if not len(months) or months[-1] < first:
        return np.empty(0)
    return np.asarray(np.interp(np.arange(first, months[-1] + 1), months, rows["value"].to_numpy(float)))
