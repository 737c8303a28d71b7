"""China-Russia trade: China's exports and imports apart, monthly, in USD bn.

Each flow is a structural series (METHODS 2.1) seen through its published
months, years to date and years. Imports follow the oil price of the month
before. The shocks of 2020, 2022 and 2024 are dated regressors, so the events
of a scenario, which start after the data, are not counted twice.

Figures that exist only for the sum of both flows (2008, 2013-14, some months
of 2015-23) are not used: they say nothing about either flow alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import digamma, polygamma

from eastbound import names
from eastbound.core.conditioning import Prior, Spec, Sums
from eastbound.core.onward import Noise, carry_on, draw_states, normal_rows, tail_scale, tied_rows
from eastbound.core.pinning import pin
from eastbound.core.shocks import response
from eastbound.core.structural import Posterior
from eastbound.core.structural import fit as fit_structural
from eastbound.errors import EvidenceError
from eastbound.evidence.choice import chosen
from eastbound.models.drivers import LOG_BRENT
from eastbound.models.figures import check_future, month_of, months_of, ordinals
from eastbound.models.protocol import World
from eastbound.typing import Bools, Floats, Ints, Paths

if TYPE_CHECKING:
    from eastbound.core.seeds import Stream
    from eastbound.evidence.book import Evidence

SUBJECT: Final = "trade"
SERIES: Final = (names.CHINA_EXPORTS, names.CHINA_IMPORTS, names.TRADE_TOTAL)
# Helper path for later models: the total as it would be without the scenario's shocks on trade.
TOTAL_BASE: Final = f"{names.TRADE_TOTAL}.base"
_FLOWS: Final = (names.CHINA_EXPORTS, names.CHINA_IMPORTS)
_LEAST_FIGURES: Final = 12
_YEAR: Final = 12.0


@dataclass(frozen=True)
class FlowFit:
    """Posterior of one flow.

    Parameters
    ----------
    first, end : int
        Ordinals of the first month of the path and of the month after its last.
    posterior : Posterior
        From the structural engine; keeps the months of the grid before `end`.
    begun : array of bool, shape (shocks,)
        Dated shocks that had begun within the path; later ones are not history.
    spans : tuple of (int, int, float)
        Published sums inside the grid: positions of first and last month, USD bn.
    """

    first: int
    end: int
    posterior: Posterior
    begun: Bools
    spans: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True)
class TradeFit:
    """Posterior of both flows with what their simulation needs.

    Parameters
    ----------
    flows : mapping of str to FlowFit
        By series id.
    settings : mapping
        Of ``params/models/trade.yml``.
    brent_before : float
        Oil price of the month before the grid, USD per barrel.
    """

    flows: Mapping[str, FlowFit]
    settings: Mapping[str, Any]
    brent_before: float


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> TradeFit:
    """Return the posterior of both flows.

    Parameters
    ----------
    book : Evidence
        The evidence.
    settings : mapping
        Of ``params/models/trade.yml``.
    start : int
        Ordinal of the first month of the grid.
    full : bool
        Find the posteriors by Markov chains.

    Returns
    -------
    TradeFit

    Raises
    ------
    EvidenceError
        If a flow or the oil price has too few or too old figures.
    ModelError
        If the posterior cannot be represented.
    """
    first = month_of(settings["first_month"])
    prices = _prices(book, first - 1, start)
    figures = {series: _figures(book, series, first) for series in _FLOWS}
    end = max(start, *(int(last.max()) + 1 for _, last, _, _ in figures.values()))
    flows = {
        series: _fit_flow(series, rows, settings, months=(first, end, start), prices=prices, full=full)
        for series, rows in figures.items()
    }
    return TradeFit(flows, settings, float(prices[start - first]))


def _prices(book: Evidence, first: int, start: int) -> Floats:
    """Return the oil price by month from `first` to the end of the grid's known months, gaps filled."""
    rows = chosen(book, names.BRENT, kinds=("observed",))
    rows = rows[rows["months"] == 1]
    months = ordinals(rows["start"])
    check_future(names.BRENT, months, need=24, start=start)
    wanted = np.arange(first, max(start + 12, int(months[-1])))
    return np.asarray(np.interp(wanted, months, rows["value"].to_numpy(float)))


def _figures(book: Evidence, series: str, first: int) -> tuple[Ints, Ints, Floats, Floats]:
    """Return first and last month, value and error of each chosen figure, from its rounding and its rivals."""
    rows = chosen(book, series, kinds=("observed",))
    # a year and its January-December are one figure
    rows = rows[ordinals(rows["start"]) >= first].drop_duplicates(["start", "end"])
    if len(rows) < _LEAST_FIGURES:
        message = (
            f"`{series}` has {len(rows)} published figures as of {book.as_of}; at least {_LEAST_FIGURES} are needed. "
            "Choose a later as-of date."
        )
        raise EvidenceError(message)
    rounding, rivals = (rows["high"] - rows["low"]).fillna(0.0), rows["spread"].fillna(0.0)
    width = np.maximum(rounding.to_numpy(float), rivals.to_numpy(float))  # uniform, hence the square root of 12
    value = rows["value"].to_numpy(float)
    return ordinals(rows["start"]), ordinals(rows["end"]), value, width / np.sqrt(12.0)


def _fit_flow(
    series: str,
    rows: tuple[Ints, Ints, Floats, Floats],
    settings: Mapping[str, Any],
    *,
    months: tuple[int, int, int],
    prices: Floats,
    full: bool,
) -> FlowFit:
    begin, last, value, doubt = rows
    first, end, start = months
    imports = series == names.CHINA_IMPORTS
    printed = settings["error_printed_imports" if imports else "error_printed_exports"]
    single = begin == last
    error = np.hypot(np.where(single, printed, settings["error_sum"]), doubt / value)
    sums = Sums(begin - first, last - first, value, error, single & imports)
    path = np.arange(first, end)
    columns = known_regressors(series, settings, path)
    begun = np.any(columns != 0.0, axis=0)
    columns, effects = columns[:, begun], _effects(series, settings)[: len(begun)][begun]
    if imports:
        price = np.log(prices[: len(path)] / settings["brent_reference"])
        columns = np.column_stack([columns, price])
        effects = np.vstack([effects, settings["brent_effect"]])
    spec = _spec(settings, columns, effects, late=path >= month_of(settings["late_from"]), imports=imports)
    posterior = fit_structural(sums, spec, keep=np.arange(start - first, end - first), full=full)
    inside = begin >= start
    spans = zip((begin - start)[inside].tolist(), (last - start)[inside].tolist(), value[inside].tolist(), strict=True)
    return FlowFit(first, end, posterior, begun, tuple(spans))


def known_regressors(series: str, settings: Mapping[str, Any], months: Ints) -> Floats:
    """Return the dated shocks of a flow that are part of its history.

    Parameters
    ----------
    series : str
        Exports or imports.
    settings : mapping
        Of ``params/models/trade.yml``.
    months : array of int, shape (n,)
        Ordinals, of the past or the future.

    Returns
    -------
    array, shape (n, shocks)
        Exports: lockdown of 2020, trough of 2022, lasting shift of 2022,
        payment halt of 2024. Imports: lasting shift of 2022.
    """
    name = "exports" if series == names.CHINA_EXPORTS else "imports"
    turned = np.maximum(months - month_of(settings[f"redirection_{name}_from"]) + 0.5, 0.0)
    shift = -np.expm1(-turned / settings["redirection_rise"])
    if name == "imports":
        return shift[:, None]
    pulses = [(months >= a) & (months <= b) for a, b in map(months_of, _pulse_months(settings))]
    shape = {key: settings[f"payment_halt_{key}"] for key in ("lag", "rise", "half_life", "transitory")}
    since = months - month_of(settings["payment_halt_from"])
    halt = response(int(max(since.max(), 0)) + 1, **shape)[np.maximum(since, 0)] * (since >= 0)
    return np.column_stack([*pulses, shift, halt]).astype(float)


def _pulse_months(settings: Mapping[str, Any]) -> tuple[str, str]:
    return settings["covid_months"], settings["trough_months"]


def _effects(series: str, settings: Mapping[str, Any]) -> Floats:
    """Return mean and standard deviation of the effect of each dated shock, as `known_regressors` orders them."""
    exports = ("covid", "trough", "redirection", "payment_halt")
    return np.array([settings[name] for name in (exports if series == names.CHINA_EXPORTS else ("redirection",))])


def _spec(settings: Mapping[str, Any], columns: Floats, effects: Floats, *, late: Bools, imports: bool) -> Spec:
    def positive(name: str, per: float = 1.0) -> Prior:
        median, spread = settings[name]
        return float(np.log(median / per)), float(spread)

    a, b = settings["damping"]
    parameters = {
        "level": positive("level_sd"),
        "season": positive("season_change"),
        "irregular": positive("irregular_sd"),
        "drift": positive("drift_sd", _YEAR),
        # log-odds of a beta variate have these moments
        "damping": (float(digamma(a) - digamma(b)), float(np.sqrt(polygamma(1, a) + polygamma(1, b)))),
        "regime": positive("late_ratio"),
    }
    mean, sd = settings["reference_drift"]
    bias = settings["early_bias_imports"]
    return Spec(
        months=len(columns),
        parameters=parameters,
        drift=(mean / _YEAR, sd / _YEAR),
        season=settings["season_sd"],
        early=(bias[0], bias[1]) if imports else (0.0, bias[1]),
        late=late,
        regressors=columns,
        coefficients=effects,
    )


def simulate(fit: TradeFit, world: World, stream: Stream) -> dict[str, Paths]:
    """Return one block of monthly trade, known months fixed, sums of months kept.

    Parameters
    ----------
    fit : TradeFit
        From `fit`.
    world : World
        Needs the log oil price among its paths; shocks on a flow act on its months without data.
    stream : Stream
        Random numbers.

    Returns
    -------
    dict of str to array, shape (months, width)
        `SERIES` and the helper path `TOTAL_BASE`, USD bn per month.

    Notes
    -----
    Months known only as part of a sum are drawn from their joint posterior and
    scaled, so that the published sum holds in every draw.
    """
    scale = tail_scale(stream, SUBJECT, degrees=fit.settings["tail"])
    # The level of imports leans on that of exports, so the latter's normals are kept.
    months = world.grid.stop - min(flow.end for flow in fit.flows.values())
    exports_level = stream.normals(SUBJECT, names.CHINA_EXPORTS, "level", rows=months)
    tie = float(fit.settings["flow_correlation"])
    levels: dict[str, Iterable[Floats]] = {
        names.CHINA_IMPORTS: tied_rows(
            normal_rows(stream, SUBJECT, names.CHINA_IMPORTS, "level"), exports_level, correlation=tie
        ),
        names.CHINA_EXPORTS: exports_level,
    }
    shocked = [series for series in _FLOWS if series in world.shocks]
    paths = world.unwritten((*SERIES, TOTAL_BASE), stream.width)
    for series, level in levels.items():
        noise = _noise(stream, series, level, scale)
        _fill_flow(paths[series], fit, series, world=world, stream=stream, noise=noise)
    _add_up(paths, {series: (world.shocks[series], world.grid.position(fit.flows[series].end)) for series in shocked})
    return paths if shocked else {**paths, TOTAL_BASE: paths[names.TRADE_TOTAL]}


def _add_up(paths: Mapping[str, Paths], shocks: Mapping[str, tuple[Paths, int]]) -> None:
    """Write both totals; in between, apply to each flow its shock from a position in the grid on."""
    exports, imports = (paths[series] for series in _FLOWS)
    for month, total in enumerate(paths[names.TRADE_TOTAL]):
        if shocks:
            np.add(exports[month], imports[month], out=paths[TOTAL_BASE][month])
        for series, (shock, first) in shocks.items():
            if month >= first:
                paths[series][month] *= np.exp(shock[month])
        np.add(exports[month], imports[month], out=total)


def _noise(stream: Stream, series: str, level: Iterable[Floats], scale: Floats) -> Noise:
    drift, irregular = (normal_rows(stream, SUBJECT, series, part) for part in ("drift", "irregular"))
    return Noise(level, drift, irregular, scale)


def _fill_flow(paths: Paths, fit: TradeFit, series: str, *, world: World, stream: Stream, noise: Noise) -> None:
    """Write the paths of a flow without shocks."""
    flow, grid = fit.flows[series], world.grid
    known = grid.position(flow.end)
    posterior = flow.posterior
    states = stream.normals(SUBJECT, series, "states", rows=posterior.mean.shape[1])
    drawn = draw_states(posterior, stream.uniforms(SUBJECT, series, "point", rows=1)[0], states)
    columns = known_regressors(series, fit.settings, np.arange(flow.end, grid.stop))[:, flow.begun]
    driven = None
    if series == names.CHINA_IMPORTS:
        centre = np.full(len(columns), -np.log(fit.settings["brent_reference"]))
        columns = np.column_stack([columns, centre])
        driven = (columns.shape[1] - 1, _lagged_price(fit, world, known))
    carry_on(posterior, drawn, noise, out=paths[known:], known=columns, driven=driven)
    np.exp(drawn[1][posterior.rows["kept"]], out=paths[:known])
    pin(paths[:known], flow.spans)


def _lagged_price(fit: TradeFit, world: World, known: int) -> Paths:
    """Return the log oil price of the month before each month without data."""
    price = world.paths[LOG_BRENT]
    if known:
        return price[known - 1 : -1]
    return np.concatenate([np.full((1, price.shape[1]), np.log(fit.brent_before)), price[:-1]])
