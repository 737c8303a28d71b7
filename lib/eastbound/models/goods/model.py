"""Goods as parts of China's exports and imports, of the same draws: what is left of a flow is a series of its own.

METHODS 2.10. Shares of few figures return to their mean with spreads that are stated, not learnt. Crude divides into
what comes by pipe and by sea, LNG and LPG into volume and unit price. An event on a good changes its flow, and total
trade, by the same dollars.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.core.simulation.memory import PRECISION, rounded
from eastbound.evidence.choice import chosen
from eastbound.models.drivers import LOG_BRENT
from eastbound.models.goods import policy
from eastbound.models.goods.groups import GROUPS, PIPED_CRUDE, REMAINDERS, SEABORNE_CRUDE, Group
from eastbound.models.goods.shares import SUBJECT, ShareFit, draw_share, fit_share, reverting_path, within_whole
from eastbound.models.goods.sums import known_sum
from eastbound.models.observations import month_of, ordinals
from eastbound.models.protocol import last_month
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

_PIPES: Final = ("oil.mohe.deliveries", "oil.kazakhstan.deliveries")
_VALUES: Final = tuple(group.value for group in GROUPS)
_VOLUMES: Final = tuple(group.volume for group in GROUPS if group.volume)
SERIES: Final = (*_VALUES, *_VOLUMES, *REMAINDERS.values(), PIPED_CRUDE, SEABORNE_CRUDE, policy.FEE)
_FIGURES: Final = tuple(group.share or (group.volume if group.word == "lpg" else group.value) for group in GROUPS)
READS: Final = (
    *_FIGURES,
    "lng.china_imports_from_russia",
    policy.FEE,
    policy.CAR_PRICE,
    names.KEY_RATE,
    names.CHINA_EXPORTS,
    names.CHINA_IMPORTS,
    names.OIL_VALUE,
    names.COAL_VALUE,
    names.GAS_VALUE,
    f"{names.GAS_VALUE}_imputed",
    names.BRENT,
)
_FLOWS: Final = (names.CHINA_EXPORTS, names.CHINA_IMPORTS, names.IMPORTS_REST, names.TRADE_TOTAL)
_FOLLOWING: Final = {
    names.CHINA_EXPORTS: (names.CHINA_EXPORTS, names.TRADE_TOTAL),
    names.IMPORTS_REST: (names.IMPORTS_REST, names.CHINA_IMPORTS, names.TRADE_TOTAL),
}


@dataclass(frozen=True)
class Fit:
    """What the simulation of goods needs.

    Parameters
    ----------
    shares : mapping of str to ShareFit
        By the word of a group; groups without a figure are missing.
    car_price : array, shape (months,)
        Log real price of a car with its fee, by month of the grid; zero where it is not known.
    fee : array, shape (months,), or None
        Recycling fee, roubles.
    prices : mapping of str to (float, float)
        Log unit price (USD bn per Mt) of LNG and LPG, and the log oil price over the same months.
    first_open : int
        Ordinal of the first month without published trade.
    settings : mapping
        Of ``params/models/goods.yml``.
    """

    shares: Mapping[str, ShareFit]
    car_price: Floats
    fee: Floats | None
    prices: Mapping[str, tuple[float, float]]
    first_open: int
    settings: Mapping[str, Any]


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> Fit:
    """Fit the shares of all groups.

    Parameters
    ----------
    book : Evidence
        The evidence.
    settings : mapping
        Of ``params/models/goods.yml``.
    start : int
        Ordinal of the first month of the grid.
    full : bool
        Changes nothing: figures are too few for a posterior.

    Returns
    -------
    Fit
    """
    first, stop = month_of(settings["first_month"]), start + settings["longest_years"] * 12
    inflation = settings["rouble_inflation"]
    oil = _log_brent(book, first, stop)
    fee = policy.fee_path(book, first=first, stop=stop, inflation=inflation)
    price = policy.price_path(book, fee, first=first, inflation=inflation)
    known = policy.key_rates(book, first=first)
    rates = np.interp(np.arange(stop - first), np.arange(len(known)), known) if len(known) else np.zeros(stop - first)
    price = np.zeros(stop - first) if price is None else price
    drivers = {"cars": [price, rates], "lng": [oil], "lpg": [oil]}
    prices = {group.word: _unit_price(book, group, settings, oil=oil, first=first, start=start) for group in GROUPS
              if group.volume}  # fmt: skip
    shares = {}
    for group in GROUPS:
        unit = None
        if group.volume and group.value not in READS:
            level, then = prices[group.word]
            unit = np.exp(level + settings[f"{group.word}_price_elasticity"][0] * (oil - then)) / group.units_per_mt
        share = fit_share(book, group, drivers.get(group.word, []), first=first, price=unit)
        if share is not None:
            shares[group.word] = share
    fees = None if fee is None else fee[start - first :]
    return Fit(shares, price[start - first :], fees, prices, last_month(book) + 1, settings)


def _log_brent(book: Evidence, first: int, stop: int) -> Floats:
    """Return the log oil price by month from `first` to before `stop`; gaps are filled and the newest is kept."""
    rows = chosen(book, names.BRENT, kinds=("observed",))
    rows = rows[rows["months"] == 1]
    wanted = np.arange(first, stop)
    return np.asarray(np.interp(wanted, ordinals(rows["start"]), np.log(rows["value"].to_numpy(float))))


def _unit_price(
    book: Evidence, group: Group, settings: Mapping[str, Any], *, oil: Floats, first: int, start: int
) -> tuple[float, float]:
    """Return the log unit price of the newest year with value and volume, or the stated one, and its log oil price."""
    for year in range(start // 12 - 1, first // 12 - 1, -1):
        span = {"first": year * 12, "last": year * 12 + 11}
        value, volume = (known_sum(book, series, **span) for series in (group.value, group.volume))
        if value and volume:
            return float(np.log(value / volume * group.units_per_mt)), float(oil[year * 12 - first :][:12].mean())
    return float(np.log(settings[f"{group.word}_price"])), float(np.log(settings["price_reference"]))


def simulate(fit: Fit, world: World, stream: Stream) -> dict[str, Paths]:
    """Return one block of goods by month, and the flows that events on goods have changed.

    Parameters
    ----------
    fit : Fit
        From `fit`.
    world : World
        Needs the paths of trade and of the pipelines.
    stream : Stream
        Random numbers.

    Returns
    -------
    dict of str to array, shape (months, width)
        `SERIES`: USD bn, Mt or kt per month, and the fee in roubles. A group without a figure is NaN, and so is what is
        left of a flow that is not known apart. China's exports, imports, their rest and the total where an event acts
        on a good.
    """
    paths = world.unwritten(SERIES, stream.width)
    flows = dict(zip(_FLOWS, (world.paths[name] for name in _FLOWS), strict=True))
    if any(group.target in world.shocks for group in GROUPS):
        copies = world.unwritten(_FLOWS, stream.width)
        for name, path in copies.items():
            np.copyto(path, flows[name])
        flows = copies
    drivers = _drivers(fit, world, stream)
    for whole, remainder in REMAINDERS.items():
        groups = [group for group in GROUPS if group.whole == whole and group.word in fit.shares]
        shares = [
            draw_share(fit.shares[g.word], drivers.get(g.word, []), fit.settings, grid=world.grid, stream=stream)
            for g in groups
        ]
        if shares:
            within_whole(shares)
        left = paths[remainder]
        np.copyto(left, world.paths[whole])
        for group, share in zip(groups, shares, strict=True):
            np.multiply(world.paths[whole], share, out=paths[group.value])
            left -= paths[group.value]
            _act(paths[group.value], group, flows, world=world, first=world.grid.position(fit.first_open))
    for group in GROUPS:
        if group.word not in fit.shares:
            paths[group.value].fill(np.nan)
        if group.volume:
            _divide(paths, group, fit, world=world, stream=stream)
    _crude(paths, world)
    paths[policy.FEE][:] = np.nan if fit.fee is None else fit.fee[: world.grid.months, None]
    changed = {name: path for name, path in flows.items() if path is not world.paths[name]}
    return {**paths, **changed}


def _drivers(fit: Fit, world: World, stream: Stream) -> dict[str, list[tuple[Floats, Paths]]]:
    """Return what moves the shares of cars, LNG and LPG: effects by draw, and paths by month."""
    settings = fit.settings
    result = {
        word: [(_normal(settings[f"{word}_oil_effect"], stream, word, "oil"), world.paths[LOG_BRENT])]
        for word in ("lng", "lpg")
    }
    price = fit.car_price[: world.grid.months, None].astype(PRECISION)
    elasticity = -_normal(settings["car_price_elasticity"], stream, "cars", "price")
    sensitivity = -_normal(settings["car_rate_effect"], stream, "cars", "rate")
    # the log-normal tail of the key rate: beyond a limit hardly anybody borrows, so more makes no difference
    rate = np.minimum(world.paths[names.KEY_RATE], settings["car_rate_limit"])
    result["cars"] = [(elasticity, price), (sensitivity, rate)]
    return result


def _normal(pair: tuple[float, float], stream: Stream, *key: str) -> Floats:
    """Return draws of a normal quantity that keeps its sign."""
    centre, spread = pair
    draws = centre + spread * stream.normals(SUBJECT, *key, rows=1)[0]
    return np.asarray(np.maximum(draws, 0.0) if centre >= 0.0 else np.minimum(draws, 0.0))


def _act(value: Paths, group: Group, flows: Mapping[str, Paths], *, world: World, first: int) -> None:
    """Apply the events on a good from the first month without published trade, and change its flows by as much."""
    shock = world.shocks.get(group.target)
    if shock is None:
        return
    gain = np.expm1(shock[first:])
    gain *= value[first:]
    value[first:] += gain
    for name in _FOLLOWING[group.whole]:
        flows[name][first:] += gain


def _divide(paths: Mapping[str, Paths], group: Group, fit: Fit, *, world: World, stream: Stream) -> None:
    """Write the volume of a good: its value over a unit price that follows the oil price."""
    settings = fit.settings
    level, oil = fit.prices[group.word]
    elasticity = _normal(settings[f"{group.word}_price_elasticity"], stream, group.word, "elasticity")
    price = reverting_path(
        np.zeros(stream.width), float(world.grid.start), sd=settings["price_sd"], half_life=settings["price_half_life"],
        grid=world.grid, stream=stream, word=f"{group.word}_price",
    )  # fmt: skip
    effect, base = rounded(elasticity, level - elasticity * oil - np.log(group.units_per_mt))
    work = np.empty_like(effect)
    months = zip(price, world.paths[LOG_BRENT], paths[group.value], paths[group.volume], strict=True)
    for log_price, log_oil, value, volume in months:
        log_price += np.multiply(effect, log_oil, out=work)
        log_price += base
        np.divide(value, np.exp(log_price, out=log_price), out=volume)


def _crude(paths: Mapping[str, Paths], world: World) -> None:
    """Divide crude into what comes by pipe, at most all of it, and by sea."""
    total, (mohe, kazakhstan) = world.paths[names.OIL_VOLUME], (world.paths[name] for name in _PIPES)
    np.add(mohe, kazakhstan, out=paths[PIPED_CRUDE])
    np.minimum(paths[PIPED_CRUDE], total, out=paths[PIPED_CRUDE])
    np.subtract(total, paths[PIPED_CRUDE], out=paths[SEABORNE_CRUDE])
