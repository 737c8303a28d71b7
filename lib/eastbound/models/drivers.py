"""Drivers that several subjects share: the oil price, the exchange rates of the dollar and the key rate of Russia.

The log of each returns to an uncertain mean at an uncertain speed; level,
speed and volatility are estimated from the history under the priors of
``params/models/drivers.yml``. The oil price does so in dollars of one year, and
inflation is added back; where futures prices are known on the as-of day, it
follows them up to the last delivery. Roubles per dollar do so in prices of one
year, and the difference of inflation is added back. Roubles per yuan are the
ratio of the two rates in every draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.core.inference.metropolis import posterior
from eastbound.core.inference.particles import Particles
from eastbound.core.inference.resampling import picked
from eastbound.core.simulation.memory import PRECISION, rounded
from eastbound.core.structural.simulate import normal_rows, tail_scale
from eastbound.evidence import rate_table
from eastbound.evidence.choice import chosen
from eastbound.models.observations import check_future, month_of, ordinals
from eastbound.models.oil_curve import Curve, read_curve
from eastbound.models.price_level import log_price_level
from eastbound.models.protocol import Errors, World
from eastbound.typing import Floats, Ints, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence

SUBJECT: Final = "drivers"
_PREFIX: Final = {
    names.BRENT: "brent",
    names.USD_CNY: "usd_cny",
    names.USD_RUB: "usd_rub",
    names.KEY_RATE: "key_rate",
}
SERIES: Final = (*_PREFIX, names.CNY_RUB)
READS: Final = (names.BRENT, names.KEY_RATE, *rate_table.READS, names.BRENT_FUTURES)
USES: Final[tuple[str, ...]] = ()
SCORED: Final[tuple[str, ...]] = ()
SINGLE: Final[dict[str, Any]] = {}
LEARNT: Final = (names.BRENT,)
# Helper path for later models: the log of the oil price, which is simulated first.
LOG_BRENT: Final = f"{names.BRENT}.log"
_POINTS: Final = 256


@dataclass(frozen=True)
class DriverFit:
    """Posterior of one driver.

    Parameters
    ----------
    first : int
        Ordinal of the first month of `history`.
    history : array, shape (months,)
        Log levels without gaps.
    posterior : Particles
        Log half-life in months, log mean, log monthly standard deviation.
    tail : float
        Degrees of freedom of the scale that all months of a draw share.
    prices : array, shape (months,)
        Log price level of the dollar for oil, of Russia relative to the dollar for roubles per dollar, else zero.
    inflation : (float, float)
        Mean and standard deviation of the yearly change of `prices` after the history.
    curve : Curve or None
        Futures prices.
    basis : float
        Log standard deviation of the spot price about the first contract.
    """

    first: int
    history: Floats
    posterior: Particles
    tail: float
    prices: Floats
    inflation: tuple[float, float] = (0.0, 0.0)
    curve: Curve | None = None
    basis: float = 0.0

    @property
    def real(self) -> Floats:
        """The log level less the price level."""
        return self.history - self.prices


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> dict[str, DriverFit]:
    """Return the posterior of each driver.

    Parameters
    ----------
    book : Evidence
        The evidence.
    settings : mapping
        Of ``params/models/drivers.yml``.
    start : int
        Ordinal of the first month of the grid; history must reach into the year before it.
    full : bool
        Find the posteriors by Markov chains.

    Returns
    -------
    dict of str to DriverFit
        By series id.

    Raises
    ------
    EvidenceError
        If a driver has fewer than two years of history.
    """
    return {series: _fit_one(book, settings, series=series, start=start, full=full) for series in _PREFIX}


def _fit_one(book: Evidence, settings: Mapping[str, Any], *, series: str, start: int, full: bool) -> DriverFit:
    prefix = _PREFIX[series]
    months, values = _history(book, series)
    use = months >= month_of(settings[f"{prefix}_first_month"])
    months, values = months[use], np.log(values[use])
    check_future(series, months, need=24, start=start)
    history = np.interp(np.arange(months[0], months[-1] + 1), months, values)
    priors = np.array([settings[f"{prefix}_{name}"] for name in ("half_life", "mean", "sd")])
    prices = _price_level(settings, series, int(months[0]) + np.arange(len(history)), start=start)
    result = reverting(history - prices, np.log(priors[:, 0]), priors[:, 1], full=full)
    fitted = DriverFit(int(months[0]), history, result, float(settings["tail"]), prices)
    if series == names.USD_RUB:
        return replace(fitted, inflation=tuple(settings["inflation_difference"]))
    if series != names.BRENT:
        return fitted
    mean, sd = settings["inflation"]
    curve = read_curve(book, after=int(months[-1]))
    return replace(fitted, inflation=(mean, sd), curve=curve, basis=settings["brent_futures_basis"])


def _history(book: Evidence, series: str) -> tuple[Ints, Floats]:
    """Return the months with a figure, as ordinals, and the figures."""
    if series == names.USD_RUB:
        known = rate_table.monthly_rates(book)[series].dropna()
        return ordinals(known.index.to_series()), known.to_numpy(float)
    # the newest key rate of a month's end is derived from the day of the last decision
    kinds = ("observed", "derived") if series == names.KEY_RATE else ("observed",)
    rows = chosen(book, series, kinds=kinds)
    rows = rows[rows["months"] == 1]
    return ordinals(rows["start"]), rows["value"].to_numpy(float)


def _price_level(settings: Mapping[str, Any], series: str, months: Ints, *, start: int) -> Floats:
    """Return the log price level that a driver is divided by, from the years before the grid.

    That of the dollar for oil; that of Russia over that of the dollar for roubles per dollar; none for the others.
    """
    if series not in (names.BRENT, names.USD_RUB):
        return np.zeros(len(months))
    growth = float(settings["inflation"][0])
    dollar = _index_level(settings, "us_cpi", months, start=start, inflation=growth)
    if series == names.BRENT:
        return dollar
    growth += float(settings["inflation_difference"][0])
    # the Russian index is that of Decembers, half a year after the mean of a year
    return _index_level(settings, "ru_cpi", months - 6, start=start, inflation=growth) - dollar


def _index_level(settings: Mapping[str, Any], name: str, months: Ints, *, start: int, inflation: float) -> Floats:
    """Return the log level of a price index in months, zero in the last year of the index."""
    index, first = np.array(settings[name], dtype=float), int(settings[f"{name}_first_year"])
    known = index[: max(start // 12 - first, 1)]
    return log_price_level(known, first, months, inflation=inflation, base=index[-1])


def reverting(history: Floats, centre: Floats, spread: Floats, *, full: bool = False) -> Particles:
    """Return the posterior of a mean-reverting log level.

    Parameters
    ----------
    history : array, shape (months,)
        Log levels.
    centre, spread : array, shape (3,)
        Normal priors of log half-life (months), log mean, log monthly standard deviation.
    full : bool
        Find the posterior by Markov chains.

    Returns
    -------
    Particles

    Examples
    --------
    >>> steps = np.random.default_rng(1).normal(0, 0.1, 600)
    >>> x = np.zeros(600)
    >>> for t in range(1, 600):
    ...     x[t] = 0.9 * x[t - 1] + steps[t]
    >>> result = reverting(x, np.log([12.0, 1.0, 0.1]), np.array([1.0, 0.5, 0.5]))
    >>> half_life, mean, sd = np.exp(result.weights @ result.points)
    >>> bool(4.0 < half_life < 11.0), round(float(sd), 2)
    (True, 0.1)
    """

    def log_density(points: Floats) -> Floats:
        half_life, mean, log_sd = points.T[:, :, None]
        keep = kept_share(half_life)
        error = history[1:] - mean - keep * (history[:-1] - mean)
        fit = -0.5 * np.sum(error**2, axis=1) * np.exp(-2.0 * log_sd[:, 0]) - len(history[1:]) * log_sd[:, 0]
        prior: Floats = -0.5 * np.sum(((points - centre) / spread) ** 2, axis=1)
        return prior + fit

    return posterior(log_density, centre, spread, count=_POINTS, full=full)


def one_step_errors(fit: DriverFit) -> Floats:
    """Return the errors of forecasts one month ahead, at the posterior mean of the parameters.

    Returns
    -------
    array, shape (months - 1,)
        In units of the monthly standard deviation.
    """
    half_life, mean, log_sd = fit.posterior.weights @ fit.posterior.points
    keep = float(kept_share(half_life))
    errors: Floats = (fit.real[1:] - mean - keep * (fit.real[:-1] - mean)) * np.exp(-log_sd)
    return errors


def errors(fit: Mapping[str, DriverFit]) -> Iterator[Errors]:
    """Yield the one-step errors of each driver."""
    for series_id, driver in fit.items():
        what = "standardized one-step errors of the monthly log price"
        yield Errors("mean-reverting driver", series_id, what, one_step_errors(driver))


def simulate(fit: Mapping[str, DriverFit], world: World, stream: Stream) -> dict[str, Paths]:
    """Return one block of driver paths, observed months fixed.

    Parameters
    ----------
    fit : mapping of str to DriverFit
        From `fit`.
    world : World
        Shocks on a driver act on its months without data.
    stream : Stream
        Random numbers.

    Returns
    -------
    dict of str to array, shape (months, width)
        USD per barrel; CNY per USD; RUB per USD and per CNY; percent; and the helper path `LOG_BRENT`.
    """
    paths = world.unwritten((*SERIES, LOG_BRENT), stream.width)
    for series, driver in fit.items():
        rows = _log_rows(driver, series=series, world=world, stream=stream)
        for month, row in zip(range(world.grid.months), rows, strict=True):
            if series == names.BRENT:
                paths[LOG_BRENT][month] = row
            np.exp(row, out=paths[series][month])
    np.divide(paths[names.USD_RUB], paths[names.USD_CNY], out=paths[names.CNY_RUB])
    return paths


def _log_rows(fit: DriverFit, *, series: str, world: World, stream: Stream) -> Iterator[Paths]:
    """Yield the log of a driver by month, reusing one buffer."""
    grid = world.grid
    end = fit.first + len(fit.history)  # the first month without data
    uniform = stream.uniforms(SUBJECT, series, "point", rows=1)[0]
    half_life, mean, log_sd = fit.posterior.points[picked(fit.posterior.weights, uniform)].T
    mean_growth, growth_sd = fit.inflation
    growth = mean_growth + growth_sd * stream.normals(SUBJECT, series, "inflation", rows=1)[0]
    basis = fit.basis * stream.normals(SUBJECT, series, "basis", rows=1)[0]
    keep, calm_sd, mean, monthly_growth, basis, scale, level = rounded(
        kept_share(half_life),
        np.exp(log_sd),
        mean,
        growth / 12.0,
        basis,
        tail_scale(stream, SUBJECT, series, degrees=fit.tail),
        np.full(stream.width, fit.prices[-1]),
    )
    sd, away, path = calm_sd * scale, float(fit.real[-1]) - mean, np.empty_like(mean)
    shock = world.shocks.get(series)
    for month in range(grid.start, min(end, grid.stop)):
        yield np.full(stream.width, fit.history[month - fit.first], PRECISION)
    steps = (step * sd for step in normal_rows(stream, SUBJECT, series, "step"))
    on_curve = _on_curve(fit, steps, keep=keep, sd=calm_sd, basis=basis)
    for month in range(end, grid.stop):
        level += monthly_growth
        expected = next(on_curve, None)
        if expected is None:
            away *= keep
            away += next(steps)
        else:
            (away,) = rounded(expected - level - mean)
        if month < grid.start:  # between the data and the grid
            continue
        np.add(away, mean, out=path)
        path += level
        if shock is not None:
            path += shock[month - grid.start]
        yield path


def _on_curve(fit: DriverFit, steps: Iterator[Paths], *, keep: Paths, sd: Paths, basis: Paths) -> Iterator[Paths]:
    """Yield the log price of each month from the first without data to the last delivery of the curve.

    Up to the month of the quotation the price moves from its last value to that of the first contract, by a bridge;
    after it, deviations from the curve accumulate and fade as those from the mean do.
    """
    if fit.curve is None:
        return
    end = fit.first + len(fit.history)
    known = (end - 1, float(fit.history[-1]))
    count = fit.curve.quoted - end + 1
    walk = np.cumsum([next(steps) for _ in range(count)], axis=0) if count > 0 else np.zeros((0, len(basis)))
    for month in range(count):
        passed = (month + 1) / count
        yield fit.curve.centre(end + month, known=known) + walk[month] + passed * (basis - walk[-1])
    deviation, variance = basis.copy(), np.full_like(basis, fit.basis**2)
    for month in range(end + max(count, 0), fit.curve.last + 1):
        deviation = keep * deviation + next(steps)
        variance = keep**2 * variance + sd**2
        # a futures price is the mean of the price, not its median
        yield fit.curve.centre(month, known=known) - 0.5 * variance + deviation


def kept_share(log_half_life: Floats) -> Floats:
    """Return the share of a deviation that is left after a month.

    Parameters
    ----------
    log_half_life : array
        Log of the half-life in months.

    Examples
    --------
    >>> float(kept_share(np.log(1.0)))
    0.5
    """
    share: Floats = np.exp2(-np.exp(-log_half_life))
    return share
