"""China-Russia trade: China's exports and imports apart, monthly, in USD bn.

Each flow is a structural series (METHODS 2.1) seen through its published
months, years to date and years. Imports are oil and coal as price times
volume, pipeline gas as the pipelines give it, and the rest, whose figures are
those of all imports less energy; where too few months of energy were known at
the as-of date, imports are one series. The shocks of 2020, 2022 and 2024 are dated regressors, so the events of a
scenario, which start after the data, are not counted twice.

Months without a printed figure are derived from growth rates and from the total less the other flow. A total that
is newer than the figures of a flow is an observation of the sum of both (`totals`); older ones, such as those of 2020,
lie between known months and are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.core.simulation.memory import rounded
from eastbound.core.simulation.reconcile import reconcile
from eastbound.core.structural.observations import Sums
from eastbound.core.structural.simulate import normal_rows, tail_rms, tail_scale, tied_rows
from eastbound.evidence.choice import chosen
from eastbound.models.observations import check_future, month_of, ordinals
from eastbound.models.protocol import Errors, World
from eastbound.models.trade.contradictions import refuse_overdrawn
from eastbound.models.trade.energy import COMMODITIES, EnergyFit, fill_energy, fit_energy, gas_history
from eastbound.models.trade.flow import FlowFit, derived_sums, joined, known_regressors, published_sums
from eastbound.models.trade.flows import fit_flows
from eastbound.models.trade.future import SUBJECT, Future, fill_flow
from eastbound.models.trade.growth import members
from eastbound.models.trade.tie import Balance, fit_balance, tie_exports
from eastbound.models.trade.totals import open_totals, settle_totals
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream
    from eastbound.evidence.book import Evidence

__all__ = ["SERIES", "SUBJECT", "TOTAL_BASE", "TradeFit", "errors", "fit", "known_regressors", "simulate"]

SERIES: Final = (
    names.CHINA_EXPORTS,
    names.CHINA_IMPORTS,
    names.TRADE_TOTAL,
    names.IMPORTS_REST,
    *(series for part in COMMODITIES for series in (part.value, part.volume)),
)
# Growth in dollars counts where no level is printed (`evidence.derivation`).
READS: Final = (
    names.CHINA_EXPORTS,
    names.CHINA_IMPORTS,
    names.TRADE_TOTAL,
    *(f"{series}.yoy_usd" for series in (names.CHINA_EXPORTS, names.CHINA_IMPORTS, names.TRADE_TOTAL)),
    *(series for part in COMMODITIES for series in (part.value, part.volume)),
    names.GAS_VALUE,
    f"{names.GAS_VALUE}_imputed",
    names.BRENT,
)
# Helper path for later models: the total as it would be without the scenario's shocks on trade.
TOTAL_BASE: Final = f"{names.TRADE_TOTAL}.base"
_FLOWS: Final = (names.CHINA_EXPORTS, names.CHINA_IMPORTS)
_YEAR: Final = 12
_Spans = tuple[tuple[int, int, float], ...]


@dataclass(frozen=True)
class TradeFit:
    """Posterior of all series with what their simulation needs.

    Parameters
    ----------
    flows : mapping of str to FlowFit
        Exports, and all imports or the rest of them, by series id.
    energy : tuple of EnergyFit
        Empty where imports are one series.
    spans : mapping of str to tuple of (int, int, float)
        Published sums of exports and imports inside the grid: positions of first and last month, USD bn.
    settings : mapping
        Of ``params/models/trade.yml``.
    brent_before : float
        Log oil price of the month before the grid, relative to the reference.
    totals : tuple of (int, int, float)
        Published sums of both flows together inside the grid, as in `spans`.
    balance : Balance or None
        Usual ratio of exports to imports, where enough years are known.
    """

    flows: Mapping[str, FlowFit]
    energy: tuple[EnergyFit, ...]
    spans: Mapping[str, _Spans]
    settings: Mapping[str, Any]
    brent_before: float
    totals: _Spans = ()
    balance: Balance | None = None


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
        If a flow or the oil price has too few or too old figures, or figures of trade contradict each other.
    ModelError
        If the posterior cannot be represented.
    """
    first = month_of(settings["first_month"])
    refuse_overdrawn(book, first=first)
    prices = _prices(book, first - 1, start)
    oil = np.log(prices / settings["brent_reference"])
    sums = {series: published_sums(book, series, settings) for series in _FLOWS}
    printed = {series: _spans(flow, start - first) for series, flow in sums.items()}
    sums = {
        series: joined(flow, derived_sums(book, series, flow, settings=settings, first=first))
        for series, flow in sums.items()
    }
    totals = open_totals(book, sums, settings, first=first)
    end = max(start, *(first + int(flow.last.max(initial=-1)) + 1 for flow in (*sums.values(), totals)))
    since = month_of(settings["energy_from"])
    energy = fit_energy(book, settings, start=start, prices=oil[since - first :], full=full)
    gas = gas_history(book, first=since, stop=max(end + _YEAR, since))
    known = _energy_history(energy, gas, (first, since, end)) if energy else None
    flows = fit_flows(sums, totals, settings, months=(first, end, start), prices=oil, energy=known, full=full)
    before = float(oil[start - first])
    balance = fit_balance(book, start=start)
    return TradeFit(flows, energy, printed, settings, before, _spans(totals, start - first), balance)


def _prices(book: Evidence, first: int, start: int) -> Floats:
    """Return the oil price by month from `first` to the end of the grid's known months, gaps filled."""
    rows = chosen(book, names.BRENT, kinds=("observed",))
    rows = rows[rows["months"] == 1]
    months = ordinals(rows["start"])
    check_future(names.BRENT, months, need=24, start=start)
    wanted = np.arange(first, max(start + 12, int(months[-1])))
    return np.asarray(np.interp(wanted, months, rows["value"].to_numpy(float)))


def _energy_history(energy: tuple[EnergyFit, ...], gas: Floats, months: tuple[int, int, int]) -> Floats:
    """Return the known value of all energy by month, NaN where a part is missing.

    `months` are the ordinals of the month at position zero, of the first month of the parts, and of the
    month after the last.
    """
    first, since, end = months
    total = gas[: end - since].copy()
    for part in energy:
        values = np.full(end - since, np.nan)
        values[: len(part.history)] = part.history[: end - since]
        total += values
    return np.concatenate([np.full(since - first, np.nan), total])


def _spans(sums: Sums, start: int) -> _Spans:
    inside = sums.first >= start
    table = ((sums.first - start)[inside], (sums.last - start)[inside], sums.value[inside])
    return tuple(zip(*(column.tolist() for column in table), strict=True))


def errors(fit: TradeFit) -> Iterator[Errors]:
    """Yield the standardized one-step errors of each flow's published figures."""
    for series_id, flow in fit.flows.items():
        what = "standardized one-step errors of the published figures"
        yield Errors("structural model", series_id, what, flow.posterior.errors)


def simulate(fit: TradeFit, world: World, stream: Stream) -> dict[str, Paths]:
    """Return one block of monthly trade, known months fixed, sums of months kept.

    Parameters
    ----------
    fit : TradeFit
        From `fit`.
    world : World
        Needs the log oil price, the capacities of the oil lines and the value of pipeline gas among its paths;
        shocks on a flow act on its months without data, those on imports on every part but gas.
    stream : Stream
        Random numbers.

    Returns
    -------
    dict of str to array, shape (months, width)
        `SERIES` and the helper path `TOTAL_BASE`, USD bn (volumes: Mt) per month. Parts of imports are NaN
        where energy is not known apart.

    Notes
    -----
    Months known only as part of a sum are drawn from their joint posterior and
    scaled, so that the published sum holds in every draw.
    """
    degrees = fit.settings["tail"]
    scale = tail_scale(stream, SUBJECT, degrees=degrees)
    scale /= tail_rms(degrees)  # a mean square of one: the steps keep their estimated variance
    views = members(stream.uniforms(SUBJECT, "view", rows=1)[0], fit.settings)
    future = Future(world, stream, fit.settings, scale, views)
    paths = world.unwritten((*SERIES, TOTAL_BASE), stream.width)
    for series, level in _levels(fit, world, stream).items():
        fill_flow(paths[series], fit.flows[series], future, series=series, level=level, before=fit.brent_before)
    for part in fit.energy:
        fill_energy(paths, part, future)
    gas = _gas(fit, world)
    _settle(paths, fit, gas)
    settle_totals(paths, fit, gas)
    _tie(paths, fit, world, gas)
    _add_up(paths, fit, world, gas)
    shocked = any(target in world.shocks for target in (*_FLOWS, *(part.volume for part in COMMODITIES)))
    return paths if shocked else {**paths, TOTAL_BASE: paths[names.TRADE_TOTAL]}


def _gas(fit: TradeFit, world: World) -> dict[str, Paths]:
    """Return the value of pipeline gas where it is a part of imports."""
    return {names.GAS_VALUE: world.paths[names.GAS_VALUE]} if fit.energy else {}


def _levels(fit: TradeFit, world: World, stream: Stream) -> dict[str, Iterable[Paths]]:
    """Return the normals of the level of each flow; that of imports leans on that of exports, which are kept."""
    months = world.grid.stop - min(flow.end for flow in fit.flows.values())
    (exports,) = rounded(stream.normals(SUBJECT, names.CHINA_EXPORTS, "level", rows=months))
    tie = float(fit.settings["flow_correlation"])
    levels: dict[str, Iterable[Paths]] = {
        series: tied_rows(normal_rows(stream, SUBJECT, series, "level"), exports, correlation=tie)
        for series in fit.flows
        if series != names.CHINA_EXPORTS
    }
    return {**levels, names.CHINA_EXPORTS: exports}  # last, for it is overwritten


def _settle(paths: Mapping[str, Paths], fit: TradeFit, gas: Mapping[str, Paths]) -> None:
    """Make the published sums hold: the rest of imports and months of energy without a value take what is left."""
    reconcile(paths[names.CHINA_EXPORTS], fit.spans[names.CHINA_EXPORTS])
    spans = fit.spans[names.CHINA_IMPORTS]
    months = max((last for _, last, _ in spans), default=-1) + 1
    if not fit.energy:
        reconcile(paths[names.CHINA_IMPORTS], spans)
        return
    known = gas[names.GAS_VALUE][:months].copy()
    loose = paths[names.IMPORTS_REST][:months].copy()
    for part in fit.energy:
        values = part.inside(months)[:, None]
        known += np.nan_to_num(values)
        loose += np.where(np.isnan(values), paths[part.part.value][:months], 0.0)
    factor = loose.copy()
    reconcile(factor, [(first, last, value - known[first : last + 1].sum(axis=0)) for first, last, value in spans])
    factor /= loose
    paths[names.IMPORTS_REST][:months] *= factor
    for part in fit.energy:
        free = np.isnan(part.inside(months))
        for series in (part.part.value, part.part.volume):
            paths[series][:months][free] *= factor[free]


def _tie(paths: Mapping[str, Paths], fit: TradeFit, world: World, gas: Mapping[str, Paths]) -> None:
    """Let exports beyond the published figures follow imports; the effects of a scenario's events come later."""
    parts = _parts(paths, fit, gas)
    imports = paths[names.CHINA_IMPORTS]
    if fit.energy:
        for month in range(world.grid.months):
            _sum_rows(parts, month, imports[month])
    first = world.grid.position(fit.flows[names.CHINA_EXPORTS].end)
    tie_exports(paths[names.CHINA_EXPORTS], imports, fit.balance, first=first, share=fit.settings["tie"])


def _parts(paths: Mapping[str, Paths], fit: TradeFit, gas: Mapping[str, Paths]) -> list[Paths]:
    return [paths[names.IMPORTS_REST], *(paths[part.part.value] for part in fit.energy), *gas.values()]


def _add_up(paths: Mapping[str, Paths], fit: TradeFit, world: World, gas: Mapping[str, Paths]) -> None:
    """Write imports and both totals; in between, apply to each series its shock in months without data."""
    exports, imports, total = (paths[series] for series in (*_FLOWS, names.TRADE_TOTAL))
    parts = _parts(paths, fit, gas)
    shocks = _shocks(paths, fit, world)
    if not fit.energy:
        for series in (names.IMPORTS_REST, *(series for part in COMMODITIES for series in (part.value, part.volume))):
            paths[series].fill(np.nan)
    for month in range(world.grid.months):
        if shocks:
            np.add(exports[month], imports[month], out=paths[TOTAL_BASE][month])
            for shock, hit in shocks:
                factor = np.exp(shock[month])
                for path, first in hit:
                    if month >= first:
                        path[month] *= factor
            if fit.energy:
                _sum_rows(parts, month, imports[month])
        np.add(exports[month], imports[month], out=total[month])


def _sum_rows(parts: list[Paths], month: int, out: Floats) -> None:
    np.add(parts[0][month], parts[1][month], out=out)
    for part in parts[2:]:
        out += part[month]


def _shocks(paths: Mapping[str, Paths], fit: TradeFit, world: World) -> list[tuple[Paths, list[tuple[Paths, int]]]]:
    """Return each shock with what it multiplies, and from which position of the grid on.

    A shock on imports spares pipeline gas, whose value changes with its flow alone. A shock on the tonnes of a
    commodity acts on its volume and value; where imports are one series, it acts on them through the commodity's share.
    """
    hit: dict[str, list[tuple[Paths, int]]] = {}
    for series, flow in fit.flows.items():
        target = names.CHINA_EXPORTS if series == names.CHINA_EXPORTS else names.CHINA_IMPORTS
        hit.setdefault(target, []).append((paths[series], world.grid.position(flow.end)))
    for part in fit.energy:
        both = [(paths[series], world.grid.position(part.end)) for series in (part.part.value, part.part.volume)]
        hit[names.CHINA_IMPORTS] += both
        hit[part.part.volume] = both
    result = [(world.shocks[target], paths_hit) for target, paths_hit in hit.items() if target in world.shocks]
    if names.OIL_VOLUME in world.shocks and not fit.energy:
        share = fit.settings["oil_share"]
        result.append((np.log1p(share * np.expm1(world.shocks[names.OIL_VOLUME])), hit[names.CHINA_IMPORTS]))
    return result
