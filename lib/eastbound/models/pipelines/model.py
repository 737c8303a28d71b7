"""Flows of gas and oil from Russia to China, with the denominators of three utilizations that are never mixed.

Nameplate and contract ratios may pass 100 %: contracts are over-delivered, and
nothing is clipped. The technical ratio compares with what could flow on the
days that were open. Before first gas a ratio is undefined and the flow zero.
Only amounts are simulated; the ensemble takes their ratios (`core.ratio`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound import names
from eastbound.core.simulation.capacity import shrunk_mean
from eastbound.evidence.choice import chosen
from eastbound.evidence.gas_flow import DELIVERIES, VALUE
from eastbound.models.pipelines.flow import (
    GAS_TOTAL,
    Amounts,
    FittedPipeline,
    Known,
    Shift,
    contract_of_year,
    simulate_pipeline,
)
from eastbound.models.pipelines.price import PriceFit, draw_price, fit_price, prices, write_value
from eastbound.models.pipelines.proxy import Proxy, draw_shift, fit_proxy
from eastbound.models.pipelines.sums import SUMS, add_sums
from eastbound.scenarios.systems import Pipeline
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

SUBJECT: Final = "pipelines"
_YEAR: Final = 12
READS: Final = (names.BRENT, VALUE)  # besides the flows of the pipelines
SERIES: Final = (*SUMS, VALUE)  # simulated whichever pipelines there are; see `series` for theirs


@dataclass(frozen=True)
class Fit:
    """Posterior of every pipeline and of the gas price.

    Parameters
    ----------
    lines : tuple of FittedPipeline
    settings : mapping
        Of ``params/models/pipelines.yml``.
    price : PriceFit
        Of gas.
    proxy : Proxy or None
        Months of Power of Siberia inferred from customs values.
    """

    lines: tuple[FittedPipeline, ...]
    settings: Mapping[str, Any]
    price: PriceFit
    proxy: Proxy | None

    @property
    def metered(self) -> FittedPipeline:
        """The pipeline whose missing months are inferred from customs values."""
        return next(line for line in self.lines if line.system.flow == DELIVERIES)


def series(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the model simulates: the series of every pipeline of ``params/systems.yml``, then the sums.

    Parameters
    ----------
    settings : mapping
        With ``systems`` and ``derived``.

    Examples
    --------
    >>> from eastbound.scenarios.inputs import load_inputs
    >>> series(load_inputs("pipelines"))[:2]
    ('gas.pos.deliveries', 'gas.pos.capacity_nameplate')
    """
    lines = (*settings["systems"], *settings["derived"])
    return (*(name for line in lines for name in line.simulated), *SERIES)


def reads(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the evidence that the model reads: the flow of every pipeline of ``params/systems.yml``, then `READS`.

    Parameters
    ----------
    settings : mapping
        With ``systems``.

    Examples
    --------
    >>> from eastbound.scenarios.inputs import load_inputs
    >>> reads(load_inputs("pipelines"))[0]
    'gas.pos.deliveries'
    """
    return (*(line.flow for line in settings["systems"]), *READS)


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> Fit:
    """Fit over-delivery to the years before the grid and collect the known flows inside it.

    Parameters
    ----------
    book : Evidence
    settings : mapping
        Of ``params/models/pipelines.yml``, and the lines of ``params/systems.yml`` under ``systems``.
    start : int
        First month of the grid, as an ordinal.
    full : bool
        Changes nothing: the posterior of over-delivery has a closed form.

    Returns
    -------
    Fit
    """
    lines = tuple(_line(system, book, settings, start=start) for system in settings["systems"])
    price = fit_price(book, settings, start=start)
    proxies = [fit_proxy(line, price, settings) for line in lines if line.system.flow == DELIVERIES]
    return Fit(lines, settings, price, *(proxies or [None]))


def simulate(fit: Fit, world: World, stream: Stream) -> dict[str, Paths]:
    """Return monthly flows, the denominators of their utilizations, and the customs value of gas.

    Parameters
    ----------
    fit : Fit
    world : World
        Milestones start or widen a line; a shock with a line's flow as target multiplies it. The
        price of gas follows the path of the oil price.
    stream : Stream

    Returns
    -------
    dict of arrays, shape (month, draw)
        Volumes in the unit of the line per month, values in USD bn. Denominators are read-only.
    """
    paths: dict[str, Paths] = {}
    price, shifts = _conditioned(fit, stream)
    for line in fit.lines:
        shift = shifts.get(line.system.flow)
        amounts = simulate_pipeline(line, fit.settings, world=world, stream=stream, shift=shift)
        paths.update(_series(line.system, amounts))
    systems = tuple(line.system for line in fit.lines)
    add_sums(paths, systems, fit.settings, world=world, width=stream.width)
    paths |= world.unwritten((VALUE,), stream.width)
    quarterly = prices(fit.price, fit.settings, price, world=world, stream=stream)
    error = fit.settings["customs_month_error"] * stream.normals(VALUE, "customs", rows=_YEAR)
    write_value(fit.price, quarterly, paths[GAS_TOTAL], out=paths[VALUE], error=error)
    return paths


def _conditioned(fit: Fit, stream: Stream) -> tuple[Floats, dict[str, Shift]]:
    """Draw the price of gas, and the shift of flows that customs values imply."""
    if fit.proxy is None:
        return draw_price(fit.price, stream), {}
    price, shift = draw_shift(fit.metered, fit.proxy, fit.price, settings=fit.settings, stream=stream)
    return price, {DELIVERIES: shift}


def _series(system: Pipeline, amounts: Amounts) -> dict[str, Paths]:
    prefix = system.series
    named = {
        f"{prefix}.deliveries": amounts.flow,
        f"{prefix}.capacity_nameplate": amounts.nameplate,
        f"{prefix}.capacity_technical": amounts.technical,
    }
    if system.contracted:
        named[f"{prefix}.contract"] = amounts.contract
    return named


def _line(system: Pipeline, book: Evidence, settings: Mapping[str, Any], *, start: int) -> FittedPipeline:
    rows = chosen(book, system.flow)
    whole = (rows["start"].dt.day == 1) & rows["end"].dt.is_month_end
    rows = rows[whole & (rows["unit"] == system.unit)]
    ahead = rows["start"] >= pd.Timestamp(year=start // 12, month=1, day=1)
    known = tuple(_known(row, start) for row in rows[ahead].itertuples())
    years = rows[~ahead & (rows["months"] == 12)]
    by_year = dict(zip(years["start"].dt.year.tolist(), years["value"].astype(float).tolist(), strict=True))
    return FittedPipeline(
        system,
        over_delivery=_over_delivery(system, by_year, settings, start=start),
        demand=_demand(system, by_year, settings),
        known=known,
    )


def _over_delivery(
    system: Pipeline, by_year: Mapping[int, float], settings: Mapping[str, Any], *, start: int
) -> tuple[float, float]:
    prior = system.over_delivery
    if prior is None:
        return 0.0, 0.0
    since = start // 12 if prior.fitted_since is None else prior.fitted_since
    ratios = [value / contract_of_year(system, year) - 1.0 for year, value in by_year.items() if year >= since]
    return shrunk_mean(np.array(ratios), mean=prior.mean, sd=prior.sd, weight=settings["over_delivery_prior_years"])


def _demand(system: Pipeline, by_year: Mapping[int, float], settings: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the posterior of log demand: a normal prior, and years that miss it by the noise of their months.

    METHODS 2.3. A year that the capacity bound would understate demand; yearly demand has stayed below it.
    """
    prior = system.demand
    if prior is None or prior.fitted_since is None:
        return None
    years = [value for year, value in by_year.items() if year >= prior.fitted_since and value > 0.0]
    if not years:
        return None
    lags = np.arange(1, 12)
    # variance of the mean of twelve months of a first-order autoregression
    inflation = 1.0 + 2.0 * float(np.sum((1.0 - lags / 12.0) * settings["month_persistence"] ** lags))
    noise = settings["demand_month_sd"] ** 2 * inflation / 12.0
    precision = 1.0 / prior.log_sd**2 + len(years) / noise
    centre = np.log(prior.median) / prior.log_sd**2 + float(np.sum(np.log(years))) / noise
    return float(centre / precision), float(np.sqrt(1.0 / precision))


def _known(row: Any, start: int) -> Known:
    first = row.start.year * 12 + row.start.month - 1 - start
    return Known(first, first + int(row.months) - 1, float(row.value))
