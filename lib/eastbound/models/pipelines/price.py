"""The price of pipeline gas, tied to oil with a lag, and the customs value that follows from it.

A quarter's price is a level times a power of the mean oil price of months before it, times a
deviation that fades slowly. Level, power and deviation are conditioned on the prices that customs
values and printed volumes imply. Customs book a month's flow in the next month. METHODS 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.core.inference.gaussian import condition
from eastbound.core.simulation.memory import PRECISION, rounded
from eastbound.core.structural.simulate import normal_rows
from eastbound.evidence.choice import chosen
from eastbound.evidence.gas_flow import VALUE, GasPrice, gas_prices
from eastbound.models.drivers import LOG_BRENT
from eastbound.models.observations import ordinals
from eastbound.typing import Floats, Ints, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

QUARTER: Final = 3
_KEY: Final = "gas.price"
_TO_BN: Final = 1e-3  # bcm times USD per 1000 m3 is USD mn


@dataclass(frozen=True)
class PriceFit:
    """Posterior of the price at the start of the grid.

    Parameters
    ----------
    start : int
        Ordinal of the first month of the grid, a January.
    first : int
        Ordinal of the first month of `brent`.
    brent : array, shape (months,)
        Log of the oil price up to its last published month, in USD per barrel.
    mean : array, shape (2 + quarters,)
        Posterior of the log price at the base oil price, of the power, and of the log
        deviation in each quarter from the first of the grid to the last with a customs value.
    covariance : array, shape (2 + quarters, 2 + quarters)
        Of the same.
    published : mapping of int to float
        Customs values by position in the grid, in USD bn.
    """

    start: int
    first: int
    brent: Floats
    mean: Floats
    covariance: Floats
    published: Mapping[int, float]


def fit_price(book: Evidence, settings: Mapping[str, Any], *, start: int) -> PriceFit:
    """Condition the price on customs values over printed volumes.

    Parameters
    ----------
    book : Evidence
    settings : mapping
        Of ``params/models/pipelines.yml``.
    start : int
        First month of the grid, as an ordinal.

    Returns
    -------
    PriceFit
        The prior of the settings where no customs values are known.
    """
    first, brent = _log_brent(book)
    values = _values(book)
    known = [price for price in gas_prices(book) if price.first - start_of_average(settings) >= first]
    last = max([start, *(month - 1 for month in values)])
    quarters = np.arange(start // QUARTER, last // QUARTER + 1)
    fit = PriceFit(start, first, brent, *_prior(settings, quarters), published=_ahead(values, start))
    return given_prices(fit, known, settings) if known else fit


def given_prices(fit: PriceFit, known: Sequence[GasPrice], settings: Mapping[str, Any]) -> PriceFit:
    """Condition the price on its mean over spans of months.

    Parameters
    ----------
    fit : PriceFit
        Whose mean and covariance are the prior's.
    known : sequence of GasPrice
        At least one.
    settings : mapping

    Returns
    -------
    PriceFit

    Notes
    -----
    The log of a mean price is taken as the mean of the months' logs, weighted by their values.
    """
    quarters = fit.start // QUARTER + np.arange(len(fit.mean) - 2)
    past = np.unique(np.concatenate([np.arange(price.first, price.end) // QUARTER for price in known]))
    every = np.union1d(past, quarters)
    mean, covariance = _prior(settings, every)
    design = np.zeros((len(known), len(mean)))
    for row, price in zip(design, known, strict=True):
        months = np.arange(price.first, price.end)
        weights = np.array(price.values) / sum(price.values)
        row[:2] = 1.0, weights @ lagged(fit, settings, months)
        np.add.at(row, 2 + np.searchsorted(every, months // QUARTER), weights)
    seen = np.log([1000.0 * price.level for price in known])
    noise = np.array([settings["gas_price_period_error"] ** 2 + price.error**2 for price in known])
    mean, covariance = condition(mean, covariance, design=design, seen=seen, noise=noise)
    rows = np.concatenate([[0, 1], 2 + np.searchsorted(every, quarters)])
    return replace(fit, mean=mean[rows], covariance=covariance[np.ix_(rows, rows)])


def start_of_average(settings: Mapping[str, Any]) -> int:
    """Return how many months before a quarter the averaging of the oil price begins."""
    return int(settings["gas_price_lag_months"] + settings["gas_price_average_months"])


def lagged(fit: PriceFit, settings: Mapping[str, Any], months: Ints) -> Floats:
    """Return the mean log oil price that sets the price of each month's quarter, less the log base.

    Parameters
    ----------
    fit : PriceFit
    settings : mapping
    months : array of int, shape (n,)
        Ordinals of months of flow.

    Returns
    -------
    array, shape (n,)
        NaN where the oil price is not published far enough.
    """
    count = int(settings["gas_price_average_months"])
    begin = months // QUARTER * QUARTER - start_of_average(settings) - fit.first
    sums = np.concatenate([[0.0], np.cumsum(fit.brent)])
    known = (begin >= 0) & (begin + count < len(sums))
    begin = np.where(known, begin, 0)
    mean = (sums[begin + count] - sums[begin]) / count
    return np.where(known, mean, np.nan) - np.log(settings["gas_price_base_oil"])


def draw_price(fit: PriceFit, stream: Stream) -> Floats:
    """Draw level, power and the deviations of the first quarters.

    Parameters
    ----------
    fit : PriceFit
    stream : Stream

    Returns
    -------
    array, shape (2 + quarters, width)
        In the order of `PriceFit.mean`.
    """
    root = np.linalg.cholesky(fit.covariance)
    normals = stream.normals(_KEY, "state", rows=len(fit.mean))
    drawn: Floats = fit.mean[:, None] + root @ normals
    return drawn


def prices(
    fit: PriceFit, settings: Mapping[str, Any], drawn: Floats, *, world: World, stream: Stream
) -> Iterator[Floats]:
    """Yield the price of each quarter of the grid.

    Parameters
    ----------
    fit : PriceFit
    settings : mapping
    drawn : array, shape (2 + quarters, width)
        From `draw_price`.
    world : World
        With the path of the oil price.
    stream : Stream

    Yields
    ------
    array, shape (width,)
        USD per 1000 cubic metres; good until the next one is asked for.
    """
    level, power, *early = rounded(*drawn)
    keep = _keep(settings)
    fresh = settings["gas_price_deviation_sd"] * float(np.sqrt(1.0 - keep**2))
    steps = normal_rows(stream, _KEY, "deviation")
    base = np.log(settings["gas_price_base_oil"])
    price, deviation = np.empty_like(level), np.copy(early[-1])
    for quarter, oil in enumerate(_averages(fit, settings, world=world, width=stream.width)):
        np.subtract(oil, base, out=price)
        price *= power
        price += level
        if quarter < len(early):
            price += early[quarter]
        else:
            step = next(steps)
            step *= fresh
            deviation *= keep
            deviation += step
            price += deviation
        yield np.exp(price, out=price)


def write_value(fit: PriceFit, quarterly: Iterator[Floats], flow: Paths, *, out: Paths, error: Paths) -> None:
    """Write the customs value: each month's flow at its quarter's price, booked a month later.

    Parameters
    ----------
    fit : PriceFit
        Its published months stand as they are.
    quarterly : iterator of array, shape (width,)
        From `prices`.
    flow : array, shape (months, width)
        In bcm. The month before the grid is taken to be like the first.
    out : array, shape (months, width)
        In USD bn.
    error : array, shape (n, width)
        Log error of the first months, by which customs cut months otherwise; later ones are lost in the price's own.
    """
    for first, price in zip(range(0, len(flow), QUARTER), quarterly, strict=True):
        price *= _TO_BN
        if first == 0:
            np.multiply(flow[0], price, out=out[0])
        for month in range(first, min(first + QUARTER, len(flow) - 1)):
            np.multiply(flow[month], price, out=out[month + 1])
    out[: len(error)] *= np.exp(error[: len(out)])
    for month, value in fit.published.items():
        if month < len(out):
            out[month] = value


def _averages(fit: PriceFit, settings: Mapping[str, Any], *, world: World, width: int) -> Iterator[Floats]:
    """Yield, by quarter, the mean log oil price that sets its price, reusing one buffer."""
    path, count, back = world.paths[LOG_BRENT], int(settings["gas_price_average_months"]), start_of_average(settings)

    def oil(month: int) -> Any:
        # where the last published price lies before the grid, it stands for the months between
        return path[month] if month >= 0 else fit.brent[min(fit.start - fit.first + month, len(fit.brent) - 1)]

    total, mean = np.zeros(width), np.empty(width, PRECISION)  # a running sum: rounding errors would accumulate
    for month in range(-back, count - back):
        total += oil(month)
    for quarter in range(0, world.grid.months, QUARTER):
        yield np.divide(total, count, out=mean, casting="same_kind")
        for month in range(quarter - back, quarter - back + QUARTER):
            total += oil(month + count)
            total -= oil(month)


def _log_brent(book: Evidence) -> tuple[int, Floats]:
    rows = chosen(book, names.BRENT, kinds=("observed",))
    rows = rows[rows["months"] == 1]
    months = ordinals(rows["start"])
    path = np.interp(np.arange(months[0], months[-1] + 1), months, np.log(rows["value"].to_numpy(float)))
    return int(months[0]), path


def _values(book: Evidence) -> dict[int, float]:
    rows = chosen(book, VALUE, kinds=("observed",))
    rows = rows[rows["months"] == 1]
    return dict(zip(ordinals(rows["start"]).tolist(), rows["value"].tolist(), strict=True))


def _ahead(values: Mapping[int, float], start: int) -> dict[int, float]:
    return {month - start: value for month, value in values.items() if month >= start}


def _keep(settings: Mapping[str, Any]) -> float:
    """Return the share of a deviation that is left after a quarter."""
    return float(0.5 ** (QUARTER / settings["gas_price_half_life_months"]))


def _deviations(settings: Mapping[str, Any], rows: Ints, columns: Ints) -> Floats:
    """Return the prior covariance of the deviations of two sets of quarters."""
    apart = np.abs(rows[:, None] - columns)
    covariance: Floats = settings["gas_price_deviation_sd"] ** 2 * _keep(settings) ** apart
    return covariance


def _prior(settings: Mapping[str, Any], quarters: Ints) -> tuple[Floats, Floats]:
    level, spread = settings["gas_price_level"]
    power, power_sd = settings["gas_price_power"]
    covariance = np.zeros((2 + len(quarters), 2 + len(quarters)))
    covariance[:2, :2] = np.diag([spread**2, power_sd**2])
    covariance[2:, 2:] = _deviations(settings, quarters, quarters)
    return np.concatenate([[np.log(level), power], np.zeros(len(quarters))]), covariance
