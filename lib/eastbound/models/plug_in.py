"""Plug-in fits: every posterior collapsed to its centre, as if parameters were known.

Such a model simulates future noise alone: the first step of the uncertainty decomposition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from functools import singledispatch
from typing import Any, Final

import numpy as np

from eastbound.core.inference.particles import Particles
from eastbound.core.share.censored import WalkPosterior, WalkPrior
from eastbound.core.structural.fit import Posterior
from eastbound.errors import ModelError
from eastbound.models.drivers import DriverFit
from eastbound.models.finance.fees import Fees
from eastbound.models.finance.model import Fit as FinanceFit
from eastbound.models.finance.shares import Share
from eastbound.models.finance.stocks import Stock
from eastbound.models.goods.groups import Group
from eastbound.models.goods.model import Fit as GoodsFit
from eastbound.models.goods.shares import ShareFit
from eastbound.models.logistics.levels import Levels
from eastbound.models.logistics.model import Fit as LogisticsFit
from eastbound.models.oil_curve import Curve
from eastbound.models.pipelines.flow import FittedPipeline
from eastbound.models.pipelines.model import Fit as Pipelines
from eastbound.models.pipelines.price import PriceFit
from eastbound.models.pipelines.proxy import Proxy, centred, fit_proxy
from eastbound.models.primorye.composition import Composition
from eastbound.models.primorye.model import Fit as PrimoryeFit
from eastbound.models.trade.energy import Commodity, EnergyFit
from eastbound.models.trade.flow import FlowFit
from eastbound.models.trade.growth import YearlyWalk
from eastbound.models.trade.model import TradeFit
from eastbound.models.trade.tie import Balance
from eastbound.scenarios.crossings import Crossing
from eastbound.scenarios.systems import Pipeline

_NOTHING: Final = 1e-6  # share of a standard deviation that is left where a root of the covariance is needed


@singledispatch
def plug_in(fit: Any) -> Any:
    """Return a fit in which every parameter and present state is known.

    Parameters
    ----------
    fit : object
        What a model's `fit` returned: dataclasses, mappings and tuples are searched for posteriors.

    Returns
    -------
    object
        Of the same type. Weighted points become their weighted mean on the scale that they are kept on, posterior
        draws their mean, positive ones their geometric mean; spreads between cases and of yearly levels become zero.
        Numbers, text, arrays, settings and the types given to `known` stay as they are.

    Raises
    ------
    ModelError
        For any other type: it might hold a posterior, which would silently stay uncertain.

    Examples
    --------
    >>> points = Particles(np.array([[0.0], [4.0]]), np.array([0.75, 0.25]), np.zeros(1), 1.0)
    >>> plug_in({"driver": points})["driver"].points.tolist()
    [[1.0]]
    """
    if isinstance(fit, Mapping):
        return {name: plug_in(part) for name, part in fit.items()}
    if isinstance(fit, tuple) and not hasattr(fit, "_fields"):
        return tuple(plug_in(part) for part in fit)
    kind = f"{type(fit).__module__}.{type(fit).__qualname__}"
    message = (
        f"`{kind}` is unknown to plug_in, so a posterior in it would stay uncertain; register the type in "
        "eastbound.models.plug_in, or call `searched` or `known` with it."
    )
    raise ModelError(message)


def searched(*kinds: type) -> None:
    """Register dataclasses whose fields, other than `settings`, may hold posteriors."""
    for kind in kinds:
        plug_in.register(kind, _search)


def known(*kinds: type) -> None:
    """Register types that hold no posterior and stay as they are."""
    for kind in kinds:
        plug_in.register(kind, lambda fit: fit)


def _search(fit: Any) -> Any:
    # settings hold what the analyst has chosen, not what was learnt
    parts = {field.name: getattr(fit, field.name) for field in fields(fit) if field.name != "settings"}
    return replace(fit, **{name: plug_in(part) for name, part in parts.items()})


searched(DriverFit, TradeFit, FlowFit, EnergyFit, GoodsFit, LogisticsFit, PrimoryeFit)
known(type(None), bool, int, float, str, slice, date, np.ndarray, np.generic)
known(Balance, Commodity, Crossing, Curve, YearlyWalk, Group, Pipeline, Proxy, ShareFit)


@plug_in.register
def _(fit: Particles) -> Particles:
    return replace(fit, points=(fit.weights @ fit.points)[None], weights=np.ones(1))


@plug_in.register
def _(fit: Posterior) -> Posterior:
    return replace(
        fit,
        weights=np.ones(1),
        values={name: np.exp(fit.weights @ np.log(values))[None] for name, values in fit.values.items()},
        mean=(fit.weights @ fit.mean)[None],
        root=np.zeros_like(fit.root[:1]),
    )


@plug_in.register
def _(fit: WalkPosterior) -> WalkPosterior:
    means = {
        name: np.full_like(draws, draws.mean())
        for name in ("level", "before", "normal", "next_jump", "slowing")
        for draws in (getattr(fit, name),)
    }
    return replace(fit, **means, volatility=np.full_like(fit.volatility, np.exp(np.log(fit.volatility).mean())))


@plug_in.register
def _(fit: Levels) -> Levels:
    return replace(fit, root=np.zeros_like(fit.root))


@plug_in.register
def _(fit: FinanceFit) -> FinanceFit:
    return replace(
        fit,
        stocks=plug_in(fit.stocks),
        spent=(fit.spent[0], 0.0),
        national=plug_in(fit.national),
        yuan=(fit.yuan[0], 0.0),
        fees=plug_in(fit.fees),
    )


@plug_in.register
def _(fit: Stock) -> Stock:
    return replace(fit, level_sd=0.0, log_pace_sd=0.0)


@plug_in.register
def _(fit: Share) -> Share:
    return replace(fit, level_sd=0.0)


@plug_in.register
def _(fit: Fees) -> Fees:
    return replace(fit, floor_sd=0.0, root=np.zeros_like(fit.root), agents_sd=0.0)


@plug_in.register
def _(fit: WalkPrior) -> WalkPrior:
    return replace(fit, normal=(fit.normal[0], 0.0), log_volatility=(fit.log_volatility[0], 0.0))


@plug_in.register
def _(fit: Composition) -> Composition:
    centre = fit.exports.mean(axis=-1, keepdims=True)
    return replace(fit, exports=np.broadcast_to(centre, fit.exports.shape), partners_sd=np.zeros_like(fit.partners_sd))


@plug_in.register
def _(fit: FittedPipeline) -> FittedPipeline:
    return replace(fit, over_delivery=(fit.over_delivery[0], 0.0))


@plug_in.register
def _(fit: PriceFit) -> PriceFit:
    """Level and power of the price are parameters; its deviations by quarter are noise."""
    left = np.ones(len(fit.mean))
    left[:2] = _NOTHING
    return replace(fit, covariance=fit.covariance * np.outer(left, left))


@plug_in.register
def _(fit: Pipelines) -> Pipelines:
    """Customs values tell of months only what is left when level, power and over-delivery are known."""
    lines, price, known = fit.lines, fit.price, fit.proxy
    if known is not None:
        metered = fit.metered
        line, price = centred(metered, known, price)
        lines = tuple(line if other is metered else other for other in lines)
    result = replace(fit, lines=plug_in(lines), price=plug_in(price))
    return replace(result, proxy=fit_proxy(result.metered, result.price, fit.settings)) if known is not None else result
