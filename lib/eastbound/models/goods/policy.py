"""What moves demand for cars: the real price with its recycling fee, and the key rate of the Bank of Russia.

The steps of the fee are dated figures of the book, the newest of them a plan. Between the newest step and the plan the
fee rises each January by the same percentage; before the first step and beyond the plan it keeps its real value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.evidence.choice import chosen
from eastbound.models.observations import ordinals
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

FEE: Final = "driver.recycling_fee.new_1to2l"
CAR_PRICE: Final = "vehicles.new_car_price_russia"
RATE_MONTHS: Final = "driver.cbr_key_rate_month_end"
RATE_DAYS: Final = "driver.cbr_key_rate"
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


def price_path(book: Evidence, settings: Mapping[str, Any], *, first: int, stop: int) -> Floats:
    """Return the log real price of a car with its fee by month, in roubles of the month of the newest printed price.

    Parameters
    ----------
    book : Evidence
        Has the steps of the fee and the average price of a new car.
    settings : mapping
        Of ``params/models/goods.yml``.
    first, stop : int
        Ordinals of the first month and of the month after the last.

    Returns
    -------
    array, shape (months,)
        Zero throughout where the fee or the price is not known.
    """
    fee = fee_path(book, first=first, stop=stop, inflation=settings["rouble_inflation"])
    price, when = car_price(book)
    if fee is None or price is None:
        return np.zeros(stop - first)
    then = fee_path(book, first=when, stop=when + 1, inflation=settings["rouble_inflation"])
    prices = np.exp(settings["rouble_inflation"] * (np.arange(first, stop) - when) / _YEAR)
    return np.asarray(np.log(price - (0.0 if then is None else float(then[0])) + fee / prices))


def car_price(book: Evidence) -> tuple[float | None, int]:
    """Return the newest average price of a new car, roubles, and its month."""
    rows = chosen(book, CAR_PRICE, kinds=("observed",))
    if rows.empty:
        return None, 0
    return float(rows["value"].iloc[-1]), int(ordinals(rows["start"])[-1])


def key_rates(book: Evidence, *, first: int) -> Floats:
    """Return the key rate by month from `first` to the newest known one, percent; empty where none is known."""
    known: dict[int, float] = {}
    for series in (RATE_DAYS, RATE_MONTHS):  # the end of a month replaces a decision within it
        rows = chosen(book, series, kinds=("observed",)).sort_values("end")
        rows = rows[rows["value"].notna()]
        known.update(zip(ordinals(rows["end"]).tolist(), rows["value"].tolist(), strict=True))
    if not known or max(known) < first:
        return np.empty(0)
    months = np.array(sorted(known))
    index = np.clip(np.searchsorted(months, np.arange(first, months[-1] + 1), side="right") - 1, 0, None)
    return np.array([known[int(month)] for month in months])[index]
