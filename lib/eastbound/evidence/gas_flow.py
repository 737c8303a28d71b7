"""Monthly gas flow through Power of Siberia, estimated from customs values.

No source publishes the monthly flow. Customs publish the value, one month late: the dips of the
planned maintenance of late March and late September appear in April and October. The flow of a
month is therefore the next month's value divided by the price of its year, and the price is the one
at which the flows add up to the published deliveries. Where deliveries are published for a part
of a year, each part has its own price.

The tonnes that customs publish after 2021 are imputed and are not used. The book has no monthly
tonnes from before.
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
from eastbound.language import mark
from eastbound.periods import month_text, parse_period

DELIVERIES: Final = "gas.pos.deliveries"
VALUE: Final = names.GAS_VALUE
COLUMNS: Final = (
    *("series_id", "period", "start", "end", "months", "value", "low", "high", "sd"),
    *("rule", "parents", "available", "kind"),
)
PRICED: Final = mark("customs value of the next month over the price of the period")
CARRIED: Final = mark("customs value of the next month over the last price known")
# Judgement: drift of the price within a year, even between years with equal prices.
_DRIFT: Final = 0.06
_CHANGES: Final = 3  # latest price changes from which the error of a price carried forward is estimated
_COVER: Final = 2.0  # standard deviations on either side: about 95 %


@dataclass(frozen=True)
class GasPrice:
    """The price implied by customs values and a published volume.

    Parameters
    ----------
    first, end : int
        Ordinals of the first month of the flow and of the month after the last.
    level : float
        USD bn per bcm, which is USD per cubic metre.
    error : float
        Relative standard deviation.
    rule : str
        `PRICED` or `CARRIED`.
    values : tuple of float
        Customs values in USD bn, each of the month after the flow.
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
    """Estimate the monthly flow of gas through Power of Siberia.

    Parameters
    ----------
    book : Evidence
        The only input, as known on its as-of date.

    Returns
    -------
    pandas.DataFrame
        One row a month in bcm: `series_id, period, start, end, months, value, low, high, sd,
        rule, parents, available, kind`. `sd` is at least 6 %, because a price that differs
        between two periods drifts within them. After the last published deliveries the last price is
        carried forward with a wider error. `parents` are row keys of observations, `available` is
        the latest date among them and `kind` is "derived".

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> flow = gas_flow_proxy(load_evidence("2026-10-30"))
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
    """Return the price of each interval with a published volume and complete customs values.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    list of GasPrice
        In order of time; `error` is that of the published volume alone.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> [round(1000 * price.level) for price in gas_prices(load_evidence("2026-10-30")) if price.end % 12 == 0]
    [185, 277, 287, 268, 241]
    """
    values = _values(book)
    graph = IntervalGraph(Revision(0.0, 0.0))
    graph.add(printed(records(chosen(book, DELIVERIES, kinds=("observed",)))))
    sums = (graph.best(*ends) for ends in graph.atoms())
    return [
        _price(interval_sum, values)
        for interval_sum in sums
        if interval_sum and values.keys() >= set(range(interval_sum.first, interval_sum.end))
    ]


def _values(book: Evidence) -> dict[int, dict[str, Any]]:
    """Return customs values of single months, keyed by delivery month."""
    rows = chosen(book, VALUE, kinds=("observed",))
    monthly = records(rows[rows["months"] == 1])
    return {parse_period(row["period"]).first_month - 1: row for row in monthly}


def _drifting(measured: list[GasPrice], *, until: int) -> list[GasPrice]:
    """Add the drift between intervals to the error of each price, and carry the last price forward."""
    moves = [abs(log(after.level / before.level)) for before, after in pairwise(measured)]
    nearest = [max(pair) for pair in zip([0.0, *moves], [*moves, 0.0], strict=True)] if measured else []
    # A uniform drift over a range has a standard deviation of the range over the square root of 12.
    prices = [
        replace(price, error=hypot(_DRIFT, price.error, move / sqrt(12.0)))
        for price, move in zip(measured, nearest, strict=True)
    ]
    if moves:
        last, late = prices[-1], moves[-_CHANGES:]
        error = hypot(last.error, sqrt(sum(move**2 for move in late) / len(late)))
        prices.append(replace(last, first=last.end, end=until, error=error, rule=CARRIED))
    return prices


def _price(interval_sum: IntervalSum, values: dict[int, dict[str, Any]]) -> GasPrice:
    parts = [values[month] for month in range(interval_sum.first, interval_sum.end)]
    amounts = tuple(float(part["value"]) for part in parts)
    days = max(interval_sum.available, *(part["available"] for part in parts))
    parents = (*interval_sum.parents, *map(row_key, parts))
    error = interval_sum.rounding / interval_sum.value
    return GasPrice(
        interval_sum.first, interval_sum.end, sum(amounts) / interval_sum.value, error, PRICED, amounts, parents, days
    )


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
