"""Primorye's trade with China and with all others, and China's share as their ratio.

With C the trade with China and R the rest, theta = log C - log R is the logit
of the share. Without shocks theta is a yearly walk whose level, drift and
volatility come from the region's own graded history or from the analogues, and
all trade C + R follows national trade and returns to its place beside it: a
moving share diverts trade and creates none (METHODS 2.2). The identity of every
month and draw is

    theta = theta_base + shock(C) - shock(R) + beta * (log N - log N_base)

where N is national trade with China and N_base the same without shocks: what
moves only the trade with China moves the share, what moves national trade
without a shock moves C and R together. Shares are bounded because both flows
are positive, and level and share always agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.constants import SEED
from eastbound.core.share.censored import KEPT, WalkPosterior, WalkPrior, walk_chains, walk_posterior
from eastbound.core.share.shares import ReferenceClass, damped_sum
from eastbound.core.simulation.capacity import calendar_years
from eastbound.core.simulation.seeds import Stream
from eastbound.core.structural.simulate import normal_tables, tail_rms, tail_scale
from eastbound.models.primorye import composition as parts
from eastbound.models.primorye import readings as evidence
from eastbound.models.trade.model import TOTAL_BASE
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

SUBJECT: Final = "primorye"
VARIANTS: Final = ("", f".{names.OWN_HISTORY}", f".{names.REFERENCE_CLASS}")  # the mixture has no suffix
_FLOWS: Final = (names.CHINA_TURNOVER, names.REST_TURNOVER, names.PRIMORYE_TURNOVER)
_MONTH: Final = np.sqrt(1.0 / 12.0)  # standard deviation of a month's step of a walk of unit variance a year
READS: Final = (*evidence.READS, *parts.READS)
SERIES: Final = (*(base + variant for base in _FLOWS for variant in VARIANTS), *parts.SERIES)


@dataclass(frozen=True)
class Fit:
    """Posterior of share and level at the start of the grid.

    Parameters
    ----------
    share : WalkPosterior
        Log ratio of the flows in `share_year`: level, own drift, own volatility.
    share_year : int
        The running year if a figure of it exists, else the last complete year.
    prior : WalkPrior
        Of the log ratio: how far a shift that is under way goes on.
    china : WalkPosterior
        Log of the trade with China in the last complete year, USD bn; its drift is zero.
    reference : ReferenceClass
        Drift and volatility of the analogues.
    national : float
        National trade with China in the last complete year, USD bn.
    parts : Composition
        How both flows divide into exports and imports, and the rest by partner.
    settings : mapping
        Of ``params/models/primorye.yml``.
    """

    share: WalkPosterior
    share_year: int
    prior: WalkPrior
    china: WalkPosterior
    reference: ReferenceClass
    national: float
    parts: parts.Composition
    settings: Mapping[str, Any]


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> Fit:
    """Fit share and level to all figures before the grid, and the share also to readings of its first year.

    Parameters
    ----------
    book : Evidence
        Graded shares, levels, growth rates, national totals and analogues.
    settings : mapping
        Of ``params/models/primorye.yml``.
    start : int
        First month of the grid, a January, as a month ordinal.
    full : bool
        Find both walks by Markov chains rather than by a particle filter.

    Returns
    -------
    Fit
    """
    running = start // 12
    stream = Stream(SEED, 0, KEPT)
    shares = evidence.share_readings(book, settings, last_year=running)
    share_year = max(int(shares.years.max()), running - 1)
    changes = evidence.share_changes(book, settings, shares, last_year=share_year)
    levels, national = evidence.level_readings(book, settings, last_year=running - 1)
    find = walk_chains if full else partial(walk_posterior, stream=stream)
    prior = evidence.share_prior(book, settings)
    share = find(shares, prior, last_year=share_year, key="primorye/fit/share", changes=changes)
    relative = find(levels, evidence.level_prior(levels, settings), last_year=running - 1, key="primorye/fit/level")
    china = replace(relative, level=relative.level + settings["national_beta_mean"] * np.log(national))
    divided = parts.fit_parts(book, settings, shares, year=share_year)
    reference = evidence.analogues(book, settings, shares)
    return Fit(share, share_year, prior, china, reference, national, divided, settings)


def simulate(fit: Fit, world: World, stream: Stream) -> dict[str, Paths]:
    """Return monthly flows, shape (months, width), USD bn.

    Parameters
    ----------
    fit : Fit
    world : World
        Shocks of both flows; national trade with and without shocks among its
        paths (without them it stays where it was).
    stream : Stream

    Returns
    -------
    dict
        For the mixture and both drift views the trade with China, the rest and
        the turnover, and for the mixture its `parts.SERIES`. One uniform a draw
        picks its view. China's share is the ratio of two of these flows, which
        the ensemble takes.
    """
    months = world.grid.months
    paths = world.unwritten(SERIES, stream.width)
    beta = np.maximum(
        fit.settings["national_beta_mean"] + fit.settings["national_beta_sd"] * _row(stream, "national", normal=True),
        0.0,
    )
    picks_reference = _row(stream, "view") < fit.settings["reference_class_weight"]
    china_shock, rest_shock = (
        world.shocks.get(name, np.zeros((months, 1))) for name in (names.CHINA_TURNOVER, names.REST_TURNOVER)
    )
    draws = _draws(fit, stream)
    divisions = parts.divisions(fit.parts, fit.settings, stream, begun=_begun(fit, world))
    # Year by year: few calls on long rows, yet what one year needs stays near the processor.
    years = calendar_years(months)
    rows = zip(
        years, _national(fit, world, beta), _total(fit, draws, stream), _thetas(fit, draws, world, stream), strict=False
    )
    shocked_rest = np.empty((12, stream.width))
    for (year, (national, national_shock), log_total, thetas), division in zip(rows, divisions, strict=False):
        out = {name: path[year] for name, path in paths.items()}
        log_total += national
        np.exp(np.add(log_total, rest_shock[year], out=shocked_rest), out=shocked_rest)
        log_total += national_shock
        log_total += china_shock[year]
        shocked_china = np.exp(log_total, out=log_total)
        for variant, theta in zip(VARIANTS[1:], thetas, strict=True):
            _divide(out, variant, minus_theta=theta, china=shocked_china, rest=shocked_rest)
        for flow in _FLOWS[:2]:
            mixed, own, reference = (out[flow + variant] for variant in VARIANTS)
            mixed[:] = np.where(picks_reference, reference, own)  # three times as fast as to copy what is picked
        np.add(out[names.CHINA_TURNOVER], out[names.REST_TURNOVER], out=out[names.PRIMORYE_TURNOVER])
        parts.write_parts(out, division)
    return paths


def _begun(fit: Fit, world: World) -> bool:
    """Return whether the year of the share's level is the first of the grid."""
    return fit.share_year == world.grid.start // 12


def _divide(out: Mapping[str, Floats], variant: str, *, minus_theta: Floats, china: Floats, rest: Floats) -> None:
    """Write the flows of a drift model, with shocks to either partner."""
    china_flow, rest_flow, total = (out[flow + variant] for flow in _FLOWS)
    others = np.exp(minus_theta, out=minus_theta)
    whole = np.add(others, 1.0, out=total)
    np.divide(china, whole, out=china_flow)
    np.divide(others, whole, out=rest_flow)
    rest_flow *= rest
    np.add(china_flow, rest_flow, out=total)


@dataclass(frozen=True)
class _Draws:
    """Initial state of each draw: log ratio under own drift, tail scale, log of all trade."""

    level: Floats
    drift: Floats
    volatility: Floats
    heavy: Floats
    log_total: Floats
    total_volatility: Floats


def _draws(fit: Fit, stream: Stream) -> _Draws:
    share, china = fit.share, fit.china
    index = (_row(stream, "share/posterior") * share.level.size).astype(np.int64)
    level = share.level[index]
    degrees = fit.settings["tail_df"]
    heavy = tail_scale(stream, SUBJECT, "share", degrees=degrees)
    china_index = (_row(stream, "china/posterior") * china.level.size).astype(np.int64)
    total_volatility = china.volatility[china_index] * tail_scale(stream, SUBJECT, "china", degrees=degrees)
    log_total = china.level[china_index] + np.log1p(np.exp(-level))
    return _Draws(level, share.drift[index], share.volatility[index], heavy, log_total, total_volatility)


def _thetas(fit: Fit, draws: _Draws, world: World, stream: Stream) -> Iterator[tuple[Floats, Floats]]:
    """Yield minus the log ratio without shocks, under own drift and the reference class on the same noise, by year."""
    settings = fit.settings
    # The spread of the drift is a standard deviation, which the shared tail scale would widen.
    drift_scale = fit.reference.drift_sd / tail_rms(settings["tail_df"])
    drift = fit.reference.drift + drift_scale * draws.heavy * _row(stream, "share/reference", normal=True)
    begun = _begun(fit, world)
    jumps = _jumps(fit, stream)
    # From the middle of the year of the level.
    middles = np.asarray((np.arange(world.grid.months)[:, None] + 6.5) / 12.0 - begun, dtype=np.float64)
    since = np.maximum(middles - len(jumps), 0.0) if jumps else middles
    damped = damped_sum(since, settings["damping"])
    # No analogue window is longer, so beyond it the reference class claims no further drift.
    reach = np.minimum(since, settings["analogue_longest"])
    level, own_scale = -draws.level, draws.volatility * draws.heavy * _MONTH
    reference_scale = fit.reference.volatility * draws.heavy * _MONTH
    own, reference, scratch = (np.empty((12, stream.width)) for _ in range(3))
    walk = zip(calendar_years(world.grid.months), _walk(stream, "share", begun=begun), strict=False)
    for count, (year, noise) in enumerate(walk):
        if 0 <= count - begun < len(jumps):
            level = level - jumps[count - begun]
        for out, pace, done, scale in (own, draws.drift, damped, own_scale), (reference, drift, reach, reference_scale):
            np.multiply(pace, done[year], out=out)
            np.subtract(level, out, out=out)
            out -= np.multiply(noise, scale, out=scratch)
        yield own, reference


def _jumps(fit: Fit, stream: Stream) -> list[Floats]:
    """Return what is left of a known shift, one a year: none today, some at an origin inside it."""
    result = []
    for year in range(fit.share_year + 1, fit.prior.jump_years[1] + 1):
        mean, sd = fit.prior.jump_of(year) or (0.0, 0.0)
        result.append(mean + sd * _row(stream, f"share/jump/{year}", normal=True))
    return result


def _total(fit: Fit, draws: _Draws, stream: Stream) -> Iterator[Floats]:
    """Yield the log of all monthly trade at constant national trade and without shocks, by year."""
    level = draws.log_total - np.log(12.0)
    scale = draws.total_volatility * _MONTH
    for walk in _walk(stream, "china", persistence=float(np.exp(-fit.settings["level_reversion"] / 12.0))):
        walk *= scale
        walk += level
        yield walk


def _national(fit: Fit, world: World, beta: Floats) -> Iterator[tuple[Floats | float, Floats | float]]:
    """Yield, by year, the contribution of national trade to the logs of the flows: without shocks, and of shocks.

    Without paths of it, it stays where it was, at its last yearly mean.
    """
    years = calendar_years(world.grid.months)
    if TOTAL_BASE not in world.paths:
        yield from repeat((0.0, 0.0), len(years))
        return
    total, base = (world.paths[series] for series in (names.TRADE_TOTAL, TOTAL_BASE))
    log_base, log_shock = np.empty((2, 12, len(beta)))
    for year in years:
        np.log(base[year], out=log_base)
        if total is not base:
            np.log(total[year], out=log_shock)
            log_shock -= log_base
            log_shock *= beta
        log_base -= np.log(fit.national / 12.0)
        log_base *= beta
        yield log_base, log_shock if total is not base else 0.0


def _row(stream: Stream, key: str, *, normal: bool = False) -> Floats:
    draw = stream.normals if normal else stream.uniforms
    return draw(SUBJECT, key, rows=1)[0]


def _walk(stream: Stream, key: str, *, persistence: float = 1.0, begun: bool = False) -> Iterator[Floats]:
    """Yield an autoregressive walk by year, shape (12, width), with unit variance a month.

    It counts from the mean of the last complete year, whose end is away from it with variance 12 / 3, or, if the year
    of the level has `begun` with the grid, from the mean of its first twelve months.
    """
    last: Floats | float = 0.0
    for year, table in enumerate(normal_tables(stream, SUBJECT, key, "walk", rows=12)):
        if year == 0 and not begun:
            table[0] *= np.sqrt(12.0 / 3.0 + 0.5)
        for row in table:
            row += last if persistence == 1.0 else persistence * last
            last = row
        if year == 0 and begun:
            table -= table.mean(axis=0)
        last = np.copy(last)  # whoever gets the table may write into it
        yield table
