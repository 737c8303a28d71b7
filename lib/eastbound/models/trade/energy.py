"""Energy that China imports from Russia as price times volume (METHODS 2.1).

Customs print values up to the newest months but volumes only to 2024. The unit
price follows the oil price with a discount that persists; a month without a
volume has its value over the expected price. In months with a value, price is
value over volume in every draw, so both always multiply to what was printed,
and the discount of the future starts from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.core.inference.metropolis import posterior
from eastbound.core.inference.particles import Particles
from eastbound.core.inference.resampling import picked
from eastbound.core.simulation.memory import rounded
from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.fit import fit as fit_structural
from eastbound.core.structural.observations import Sums
from eastbound.core.structural.simulate import normal_rows
from eastbound.evidence.choice import chosen
from eastbound.models.drivers import LOG_BRENT, kept_share
from eastbound.models.observations import month_of, ordinals
from eastbound.models.trade.flow import redirection, structural_prior
from eastbound.models.trade.future import SUBJECT, Future, continue_flow
from eastbound.models.trade.growth import YearlyWalk, yearly_walk
from eastbound.typing import Bools, Floats, Ints, Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LEAST_MONTHS: Final = 24
_POINTS: Final = 128


@dataclass(frozen=True)
class Commodity:
    """Ids of value and volume, the word its settings begin with, and paths whose capacity bounds the volume."""

    value: str
    volume: str
    word: str
    lines: tuple[str, ...] = ()


COMMODITIES: Final = (
    Commodity(
        names.OIL_VALUE,
        names.OIL_VOLUME,
        "oil",
        tuple(f"oil.{line}.capacity_nameplate" for line in ("mohe", "kazakhstan", "espo2")),
    ),
    Commodity(names.COAL_VALUE, names.COAL_VOLUME, "coal"),
)


@dataclass(frozen=True)
class EnergyFit:
    """Posterior of one commodity.

    Parameters
    ----------
    part : Commodity
        Its ids and settings.
    first, end : int
        Ordinals of the first month of the path and of the month after its last.
    posterior : Posterior
        Of the volume; keeps the months from the last with a value before the grid to that before `end`.
    price : Particles
        Log price at the reference oil price, elasticity, log half-life of the discount (months),
        log standard deviation of its monthly change.
    history : array, shape (months,)
        Customs values of the path, NaN where none is known.
    ago : int
        Months from the first kept month to the first of the grid: one, or more where values come late.
    oil : tuple of (float, float)
        Log oil price that counts for the first kept month and for the first of the grid, relative to the reference.
    begun : array of bool, shape (1,)
        Whether the redirection had begun within the path; a later one is not history.
    simple : YearlyWalk
        Yearly changes of the volume, for the simple growth models.
    """

    part: Commodity
    first: int
    end: int
    posterior: Posterior
    price: Particles
    history: Floats
    ago: int
    oil: tuple[float, float]
    begun: Bools
    simple: YearlyWalk

    @property
    def known(self) -> Floats:
        """Customs values of the months that the posterior keeps."""
        rows = self.posterior.rows["kept"]
        return self.history[len(self.history) - (rows.stop - rows.start) :]

    def inside(self, months: int) -> Floats:
        """Return the customs values of the first months of the grid, NaN where none is known."""
        known = self.known[self.ago : self.ago + months]
        return np.concatenate([known, np.full(months - len(known), np.nan)])


def monthly(book: Evidence, series: str, *, first: int, stop: int, kinds: tuple[str, ...] = ("observed",)) -> Floats:
    """Return the chosen figures of single months from `first` to before `stop`, NaN where there is none."""
    rows = chosen(book, series, kinds=kinds)
    rows = rows[rows["months"] == 1]
    index = ordinals(rows["start"]) - first
    inside = (index >= 0) & (index < stop - first)
    out = np.full(max(stop - first, 0), np.nan)
    out[index[inside]] = rows["value"].to_numpy(float)[inside]
    return out


def gas_history(book: Evidence, *, first: int, stop: int) -> Floats:
    """Return the customs value of pipeline gas by month, NaN where it is not known.

    Parameters
    ----------
    book : Evidence
        The evidence.
    first, stop : int
        Ordinals of the first month and of the month after the last.

    Returns
    -------
    array, shape (months,)
        USD bn. The months of 2020 are a twelfth of the year's sum, which alone is known: a few hundredths.
    """
    values = monthly(book, names.GAS_VALUE, first=first, stop=stop)
    guessed = monthly(book, f"{names.GAS_VALUE}_imputed", first=first, stop=stop, kinds=("estimate",))
    return np.where(np.isnan(values), guessed, values)


def fit_energy(
    book: Evidence, settings: Mapping[str, Any], *, start: int, prices: Floats, full: bool
) -> tuple[EnergyFit, ...]:
    """Return the posterior of each commodity, or nothing where too few months are known as of the vintage.

    Parameters
    ----------
    book : Evidence
        The evidence.
    settings : mapping
        Of ``params/models/trade.yml``.
    start : int
        Ordinal of the first month of the grid.
    prices : array
        Log oil price of the month before each month from the setting ``energy_from`` on, relative to the reference.
    full : bool
        Find the posteriors by Markov chains.

    Returns
    -------
    tuple of EnergyFit
        One for each of `COMMODITIES`, or empty.
    """
    first = month_of(settings["energy_from"])
    stop = first + len(prices)
    tables = [
        (monthly(book, part.value, first=first, stop=stop), monthly(book, part.volume, first=first, stop=stop))
        for part in COMMODITIES
    ]
    priced = [np.isfinite(value * volume) for value, volume in tables]
    recent = all(np.isfinite(value[max(start - 12 - first, 0) :]).any() for value, _ in tables)
    if not recent or min(both.sum() for both in priced) < _LEAST_MONTHS:
        return ()
    return tuple(
        _fit_part(book, part, settings, table=table, start=start, prices=prices, full=full)
        for part, table in zip(COMMODITIES, tables, strict=True)
    )


def _fit_part(
    book: Evidence,
    part: Commodity,
    settings: Mapping[str, Any],
    *,
    table: tuple[Floats, Floats],
    start: int,
    prices: Floats,
    full: bool,
) -> EnergyFit:
    value, volume = table
    first = month_of(settings["energy_from"])
    valued = np.flatnonzero(np.isfinite(value))
    end, seen = max(start, first + int(valued[-1]) + 1), int(valued[valued < start - first][-1])
    both = np.flatnonzero(np.isfinite(value * volume))
    log_price = np.log(value[both] / volume[both])
    price = price_posterior(both, log_price, prices[both], prior=_price_prior(settings, part.word), full=full)
    sums = _volumes(table, _spans(book, part.volume, first), settings, price=price, prices=prices)
    path = np.arange(first, end)
    columns = redirection(path, settings, "imports")[:, None]
    begun = np.any(columns != 0.0, axis=0)
    columns, effects = columns[:, begun], np.array([settings["redirection_volume"]])[begun]
    late = path >= month_of(settings["late_from"])
    spec = structural_prior(settings, columns, effects, late=late, prefix="volume_")
    result = fit_structural(sums, spec, keep=np.arange(seen, end - first), full=full)
    simple = yearly_walk(result, columns, spec.drift, settings=settings, yearly_sd=settings["volume_walk_sd"])
    ago, oil = start - first - seen, (float(prices[seen]), float(prices[start - first]))
    return EnergyFit(part, first, end, result, price, value[: end - first], ago, oil, begun, simple)


def _price_prior(settings: Mapping[str, Any], word: str) -> Floats:
    level, elasticity, half_life, sd = (
        settings[f"{word}_price{part}"] for part in ("", "_elasticity", "_half_life", "_sd")
    )
    logs = [(np.log(median), spread) for median, spread in (level, half_life, sd)]
    return np.array([logs[0], elasticity, logs[1], logs[2]])


def price_posterior(months: Ints, log_price: Floats, oil: Floats, *, prior: Floats, full: bool = False) -> Particles:
    """Return the posterior of a unit price that follows the oil price with a persistent discount.

    Parameters
    ----------
    months : array of int, shape (n,)
        Positions of the months with a price, ascending; gaps are allowed.
    log_price, oil : array, shape (n,)
        Log unit price, and log oil price of the month before relative to the reference.
    prior : array, shape (4, 2)
        Mean and standard deviation of the parameters as in `EnergyFit.price`.
    full : bool
        Find the posterior by Markov chains.

    Returns
    -------
    Particles

    Notes
    -----
    The discount is a stationary first-order autoregression around zero. Levels
    alone would read its long swings as elasticity, as in any regression of one
    trend on another; the likelihood of its changes does not.

    Examples
    --------
    >>> oil, noise = 0.1 * np.random.default_rng(1).standard_normal((2, 60)).cumsum(axis=1)
    >>> price = 0.1 + 0.8 * oil + 0.1 * np.diff(noise, prepend=0.0)
    >>> prior = np.array([[0.0, 1.0], [0.5, 0.5], [0.0, 0.5], [-4.0, 0.5]])
    >>> result = price_posterior(np.arange(60), price, oil, prior=prior)
    >>> (result.weights @ result.points[:, :2]).round(1).tolist()
    [0.1, 0.8]
    """
    gaps = np.diff(months)

    def log_density(points: Floats) -> Floats:
        level, elasticity, half_life, log_sd = points.T[:, :, None]
        keep = kept_share(half_life)
        away = log_price - level - elasticity * oil
        still = np.exp(2.0 * log_sd) / (1.0 - keep**2)  # variance of the discount in the long run
        carried = keep**gaps
        variance = np.concatenate([still, still * (1.0 - carried**2)], axis=1)
        error = np.concatenate([away[:, :1], away[:, 1:] - carried * away[:, :-1]], axis=1)
        fit = -0.5 * np.sum(error**2 / variance + np.log(variance), axis=1)
        density: Floats = fit - 0.5 * np.sum(((points - prior[:, 0]) / prior[:, 1]) ** 2, axis=1)
        return density

    return posterior(log_density, prior[:, 0], prior[:, 1], count=_POINTS, full=full)


def _spans(book: Evidence, series: str, first: int) -> tuple[Ints, Ints, Floats, Floats]:
    """Return first and last position, value and rounding width of the printed sums of a volume."""
    rows = chosen(book, series, kinds=("observed",))
    rows = rows[(rows["months"] > 1) & (ordinals(rows["start"]) >= first)].drop_duplicates(["start", "end"])
    width = (rows["high"] - rows["low"]).fillna(0.0).to_numpy(float)
    return ordinals(rows["start"]) - first, ordinals(rows["end"]) - first, rows["value"].to_numpy(float), width


def _volumes(
    table: tuple[Floats, Floats],
    spans: tuple[Ints, Ints, Floats, Floats],
    settings: Mapping[str, Any],
    *,
    price: Particles,
    prices: Floats,
) -> Sums:
    """Return published volumes, volumes estimated from values, and published sums not given by months."""
    value, volume = table
    printed = np.flatnonzero(np.isfinite(volume))
    guessed = np.flatnonzero(np.isfinite(value) & ~np.isfinite(volume))
    expected, doubt = _expected_price(table, price, prices)
    begin, last, total, width = spans
    new = np.array([not np.isfinite(volume[a : b + 1]).all() for a, b in zip(begin, last, strict=True)], bool)
    exact = settings["error_volume"]
    months = np.concatenate([printed, guessed])
    error = np.hypot(exact, width[new] / np.sqrt(12.0) / total[new])
    return Sums(
        np.concatenate([months, begin[new]]),
        np.concatenate([months, last[new]]),
        np.concatenate([volume[printed], value[guessed] / expected[guessed], total[new]]),
        np.concatenate([np.full(len(printed), exact), doubt[guessed], error]),
        np.zeros(len(months) + int(new.sum()), bool),
    )


def _expected_price(table: tuple[Floats, Floats], price: Particles, prices: Floats) -> tuple[Floats, Floats]:
    """Return the price expected from the last known discount, and its log error.

    The errors of neighbouring months are nearly the same, while the structural
    engine takes them for independent; they are widened such that the mean of
    many has the right variance.
    """
    value, volume = table
    level, elasticity, half_life, log_sd = price.weights @ price.points
    keep = float(kept_share(half_life))
    away = np.log(value / volume) - level - elasticity * prices
    seen = np.isfinite(away)
    month = np.arange(len(away))
    last = np.maximum.accumulate(np.where(seen, month, -1))
    ago = month - last
    carried = np.where(last >= 0, keep**ago * away[np.maximum(last, 0)], 0.0)
    still = np.exp(log_sd) / np.sqrt(1.0 - keep**2)
    error = still * np.sqrt(1.0 - keep ** (2.0 * ago)) * np.sqrt((1.0 + keep) / (1.0 - keep))
    return np.exp(level + elasticity * prices + carried), error


def fill_energy(paths: Mapping[str, Paths], fit: EnergyFit, future: Future) -> None:
    """Write value and volume of one commodity, without shocks.

    Parameters
    ----------
    paths : mapping of str to array, shape (months, width)
        Has both ids; overwritten.
    fit : EnergyFit
        From `fit_energy`.
    future : Future
        Its world needs the log oil price, and for oil the capacities of the lines.
    """
    stream, grid = future.stream, future.world.grid
    known = grid.position(fit.end)
    columns = redirection(np.arange(fit.end, grid.stop), future.settings, "imports")[:, None][:, fit.begun]
    level = normal_rows(stream, SUBJECT, fit.part.volume, "level")
    volume = paths[fit.part.volume]
    drawn = continue_flow(volume[known:], fit, future, series=fit.part.volume, level=level, known=columns)
    volume[:known] = drawn[fit.ago : fit.ago + known]
    _price(paths[fit.part.value], volume, fit, future=future, before=drawn[0])


def _price(out: Paths, volume: Paths, fit: EnergyFit, *, future: Future, before: Floats) -> None:
    """Write the value of each month; bound the volumes of months without one."""
    stream, log_brent = future.stream, future.world.paths[LOG_BRENT]
    uniform = stream.uniforms(SUBJECT, fit.part.value, "point", rows=1)[0]
    point = picked(fit.price.weights, uniform)
    level, elasticity, half_life, log_sd = fit.price.points[point].T
    known = fit.known
    away = np.log(known[0] / before) - level - elasticity * fit.oil[0]
    keep, sd = kept_share(half_life), np.exp(log_sd) * future.scale
    keep, sd, away, level, elasticity = rounded(keep, sd, away, level, elasticity)
    steps = normal_rows(stream, SUBJECT, fit.part.value, "price")
    reference = float(np.log(future.settings["brent_reference"]))
    centre = np.empty_like(away)
    for _ in range(fit.ago - 1):  # months before the grid whose values are not known yet
        away = keep * away + sd * next(steps)
    for month, row in enumerate(out):
        np.multiply(elasticity, log_brent[month - 1] - reference if month else fit.oil[1], out=centre)
        centre += level
        value = known[month + fit.ago] if month + fit.ago < len(known) else np.nan
        if np.isfinite(value):
            row[:] = value
            away = np.log(float(value) / volume[month]) - centre
            continue
        np.minimum(volume[month], _ceiling(fit.part, future, month), out=volume[month])
        away *= keep
        step = next(steps)
        step *= sd
        away += step
        centre += away
        np.multiply(volume[month], np.exp(centre, out=centre), out=row)


def _ceiling(part: Commodity, future: Future, month: int) -> Floats:
    bound = future.settings[f"{part.word}_other_routes"] / 12.0
    for line in part.lines:
        bound = bound + future.world.paths[line][month]
    return np.asarray(bound)
