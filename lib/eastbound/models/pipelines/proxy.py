"""Customs values as noisy observations of unpublished monthly flows.

The value of the next month over the price of the quarter tells a month's flow, but the price is
known no better than the flow. So both are conditioned on the value at once: price, level of
over-delivery and its months are jointly normal in logs, and each draw is moved by its surprise.
Method: METHODS 2.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.core.inference.gaussian import gain
from eastbound.core.simulation.capacity import calendar_years, month_days, persistent, stop_days, year_part
from eastbound.core.structural.simulate import normal_tables
from eastbound.models.pipelines.flow import FittedPipeline, Shift, schedule
from eastbound.models.pipelines.price import QUARTER, PriceFit, draw_price, lagged
from eastbound.models.pipelines.steps import step_factor
from eastbound.typing import Floats, Ints

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream

_YEAR: Final = 12


@dataclass(frozen=True)
class Proxy:
    """Months with a customs value and without a published flow.

    Parameters
    ----------
    months : array of int, shape (n,)
        Positions of the flow in the grid; the value is that of the next month.
    seen : array, shape (n,)
        Log of the value over the expected flow, a price in USD per 1000 m3.
    design : array, shape (n, 2 + quarters)
        What level, power and deviations of the price add to it.
    price, level, month : array
        Gains, shapes (2 + quarters, n), (n,) and (rows, n): what the surprises of the
        months move in the price, in the level of over-delivery and in its first months.
    """

    months: Ints
    seen: Floats
    design: Floats
    price: Floats
    level: Floats
    month: Floats


def fit_proxy(line: FittedPipeline, price: PriceFit, settings: Mapping[str, Any]) -> Proxy | None:
    """Return the noisy observations of a pipeline's months.

    Parameters
    ----------
    line : FittedPipeline
        With its published months, which need no proxy.
    price : PriceFit
    settings : mapping
        Of ``params/models/pipelines.yml``.

    Returns
    -------
    Proxy or None
        None when each customs value belongs to a published flow.
    """
    months = _soft_months(line, price, settings)
    if not months.size:
        return None
    rows = _YEAR * (int(months[-1]) // _YEAR + 2)  # what the months tell fades within a year
    mean, sd = line.over_delivery
    values = np.array([price.published[month + 1] for month in months.tolist()])
    expected = _agreed(line, price.start, rows)[months] * (1.0 + mean)
    design = _design(price, settings, months)
    per_unit = 1.0 / (1.0 + mean)  # of over-delivery in the log of the flow
    persistence, month_sd = settings["month_persistence"], settings["over_delivery_month_sd"]
    apart = np.abs(np.arange(rows)[:, None] - np.arange(rows))
    quarters = design.shape[1]
    covariance = np.zeros((quarters + 1 + rows, quarters + 1 + rows))
    covariance[:quarters, :quarters] = price.covariance
    covariance[quarters, quarters] = sd**2
    covariance[quarters + 1 :, quarters + 1 :] = month_sd**2 * persistence**apart
    picked = np.eye(rows)[months]
    full = np.hstack([design, np.full((len(months), 1), per_unit), per_unit * picked])
    moved = gain(covariance, design=full, noise=np.full(len(months), settings["customs_month_error"] ** 2))
    seen = np.log(1000.0 * values / expected)
    return Proxy(months, seen, design, moved[:quarters], moved[quarters], moved[quarters + 1 :])


def draw_shift(
    line: FittedPipeline, proxy: Proxy, price: PriceFit, *, settings: Mapping[str, Any], stream: Stream
) -> tuple[Floats, Shift]:
    """Draw the price given the customs values, and the correction that they imply for over-delivery.

    Parameters
    ----------
    line : FittedPipeline
    proxy : Proxy
    price : PriceFit
    settings : mapping
    stream : Stream

    Returns
    -------
    drawn : array, shape (2 + quarters, width)
        As `draw_price` gives it.
    shift : Shift
        To be added to the same draws of over-delivery.
    """
    drawn = draw_price(price, stream)
    flow = line.system.flow
    level = line.over_delivery[1] * stream.normals(flow, "over/level", rows=1)[0]
    tables = persistent(
        normal_tables(stream, flow, "over", rows=len(proxy.month)),
        persistence=settings["month_persistence"],
        sd=settings["over_delivery_month_sd"],
    )
    over = (level + next(tables)[proxy.months]) / (1.0 + line.over_delivery[0])
    error = settings["customs_month_error"] * stream.normals(flow, "customs", rows=len(proxy.months))
    surprise = proxy.seen[:, None] - proxy.design @ drawn - over - error
    drawn += proxy.price @ surprise
    return drawn, Shift(proxy.level @ surprise, proxy.month @ surprise)


def centred(line: FittedPipeline, proxy: Proxy, price: PriceFit) -> tuple[FittedPipeline, PriceFit]:
    """Return pipeline and price with over-delivery, level and power at their posterior means.

    Parameters
    ----------
    line : FittedPipeline
    proxy : Proxy
    price : PriceFit
    """
    surprise = proxy.seen - proxy.design @ price.mean
    moved = price.mean.copy()
    moved[:2] += proxy.price[:2] @ surprise
    mean, sd = line.over_delivery
    over = (mean + float(proxy.level @ surprise), sd)
    return replace(line, over_delivery=over), replace(price, mean=moved)


def _soft_months(line: FittedPipeline, price: PriceFit, settings: Mapping[str, Any]) -> Ints:
    published = {month for known in line.known for month in range(known.first, known.last + 1)}
    months = np.array(sorted({month - 1 for month in price.published if month > 0} - published), dtype=np.int64)
    return months[np.isfinite(lagged(price, settings, price.start + months))]


def _design(price: PriceFit, settings: Mapping[str, Any], months: Ints) -> Floats:
    design = np.zeros((len(months), len(price.mean)))
    design[:, 0], design[:, 1] = 1.0, lagged(price, settings, price.start + months)
    design[np.arange(len(months)), 2 + months // QUARTER] = 1.0
    return design


def _agreed(line: FittedPipeline, start: int, months: int) -> Floats:
    """Return the expected order by month at the contract; a milestone that adds to it lies after the data."""
    closed = stop_days(start, months, [stop.days for stop in line.system.stops])
    agreed = schedule(line.system.contract, start, months + 1)
    amount = agreed[:-1] * year_part(start, months, month_days(start, months) - closed)
    for year in calendar_years(months):
        if agreed[year.stop - 1]:
            factor = step_factor(agreed[year.stop - 1], agreed[year.stop], weights=amount[year])
            amount[year] *= factor[:, 0]
    return amount
