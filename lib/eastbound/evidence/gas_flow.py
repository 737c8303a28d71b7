"""Monthly gas through Power of Siberia, worked out from the value that customs print.

Nobody prints the flow by month since its first. Customs print the value, one month late: the
dips of the planned stops of late March and late September stand in April and October. So a
month's flow is the next month's value over the price of its year, and that price is the one
which makes the flows add up to the printed deliveries. Where deliveries are printed for a part
of a year, each part has its own price.

The tonnes of gas that customs print after 2021 are imputed, so they are not used, and the book
has no months of the true tonnes before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot, log, sqrt
from typing import Any, Final

import pandas as pd

from eastbound import names
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import chosen
from eastbound.evidence.interval_sums import (
    IntervalGraph,
    IntervalSum,
    Key,
    Revision,
    printed,
    records,
    row_key,
    stated,
)
from eastbound.periods import month_text, parse_period

DELIVERIES: Final = "gas.pos.deliveries"
VALUE: Final = names.GAS_VALUE
COLUMNS: Final = (
    *("series_id", "period", "start", "end", "months", "value", "low", "high", "sd"),
    *("rule", "parents", "available", "kind"),
)
PRICED: Final = "customs value of the next month over the price of the period"
CARRIED: Final = "customs value of the next month over the last price known"
# Judgement: what the price drifts within a year even when the years are alike.
_DRIFT: Final = 0.06
_CHANGES: Final = 3  # latest changes of the price that tell how far a carried one may be off
_COVER: Final = 2.0  # standard deviations on either side: about 95 %


@dataclass(frozen=True)
class GasPrice:
    """The price that a customs value and a printed volume imply.

    Parameters
    ----------
    first, end : int
        Ordinals of the first month of the flow and of the month after the last.
    level : float
        USD bn per bcm, which is USD per cubic metre.
    error : float
        Relative standard deviation.
    rule : str
        How it was found.
    values : tuple of float
        Customs values of the months, each that of the month after the flow, in USD bn.
    parents : tuple of Key
        Row keys of the observations used.
    available : pandas.Timestamp
        Day on which the last parent became known.
    """

    first: int
    end: int
    level: float
    error: float
    rule: str
    values: tuple[float, ...]
    parents: tuple[Key, ...]
    available: pd.Timestamp


def gas_flow_proxy(book: Evidence) -> pd.DataFrame:
    """Return a proxy of the monthly flow of gas through Power of Siberia.

    Parameters
    ----------
    book : Evidence
        As known on a day; nothing else is used.

    Returns
    -------
    pandas.DataFrame
        One row a month in bcm: `series_id, period, start, end, months, value, low, high, sd,
        rule, parents, available, kind`. `sd` is 6 % or more: a price that moves between two
        periods drifts within them. After the last printed deliveries the price is carried on,
        with a wider error still. `parents` are row keys of observations, `available` is the
        latest of theirs and `kind` is "derived".

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> flow = gas_flow_proxy(load_evidence())
    >>> year = flow[flow["start"].dt.year == 2024]
    >>> len(year), round(float(year["value"].sum()), 2)
    (12, 31.12)
    """
    values = _values(book)
    prices = _drifting(gas_prices(book), until=max(values, default=0) + 1)
    by_month = {month: price for price in prices for month in range(price.first, price.end)}
    table = [_row(month, row, by_month[month]) for month, row in sorted(values.items()) if month in by_month]
    return pd.DataFrame(table, columns=list(COLUMNS))


def gas_prices(book: Evidence) -> list[GasPrice]:
    """Return the price of each stretch whose volume is printed and whose customs values are complete.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    list of GasPrice
        In the order of time; `error` is that of the printed volume alone.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> [round(1000 * price.level) for price in gas_prices(load_evidence()) if price.end % 12 == 0]
    [185, 277, 287, 268, 241]
    """
    values = _values(book)
    line = IntervalGraph(Revision(0.0, 0.0))
    line.add(printed(records(chosen(book, DELIVERIES, kinds=("observed",)))))
    pieces = (line.best(*ends) for ends in line.atoms())
    return [_price(piece, values) for piece in pieces if piece and values.keys() >= set(range(piece.first, piece.end))]


def _values(book: Evidence) -> dict[int, dict[str, Any]]:
    """Return customs values of single months by the month of the flow that they pay for."""
    rows = chosen(book, VALUE, kinds=("observed",))
    monthly = records(rows[rows["months"] == 1])
    return {parse_period(row["period"]).first_month - 1: row for row in monthly}


def _drifting(found: list[GasPrice], *, until: int) -> list[GasPrice]:
    """Widen each price by what it moves between stretches, and carry the last one on."""
    moves = [abs(log(after.level / before.level)) for before, after in pairwise(found)]
    beside = [max(pair) for pair in zip([0.0, *moves], [*moves, 0.0], strict=True)] if found else []
    # a price that goes evenly from one level to another is off its mean by this much
    prices = [
        replace(price, error=hypot(_DRIFT, price.error, move / sqrt(12.0)))
        for price, move in zip(found, beside, strict=True)
    ]
    if moves:
        last, late = prices[-1], moves[-_CHANGES:]
        error = hypot(last.error, sqrt(sum(move**2 for move in late) / len(late)))
        prices.append(replace(last, first=last.end, end=until, error=error, rule=CARRIED))
    return prices


def _price(piece: IntervalSum, values: dict[int, dict[str, Any]]) -> GasPrice:
    parts = [values[month] for month in range(piece.first, piece.end)]
    amounts = tuple(float(part["value"]) for part in parts)
    days = max(piece.available, *(part["available"] for part in parts))
    parents = (*piece.parents, *map(row_key, parts))
    error = piece.rounding / piece.value
    return GasPrice(piece.first, piece.end, sum(amounts) / piece.value, error, PRICED, amounts, parents, days)


def _row(month: int, value: dict[str, Any], price: GasPrice) -> tuple[Any, ...]:
    period = parse_period(month_text(month))
    amount, half = stated(value, decimals=4)
    flow = amount / price.level
    sd = flow * hypot(price.error, half / amount / sqrt(3.0))
    days = (pd.Timestamp(period.start), pd.Timestamp(period.end))
    low, high = flow - _COVER * sd, flow + _COVER * sd
    parents = tuple(dict.fromkeys((row_key(value), *price.parents)))
    known = max(value["available"], price.available)
    return (DELIVERIES, period.text, *days, 1, flow, low, high, sd, price.rule, parents, known, "derived")
