"""Primorye's trade with China and with all others, and China's share as their ratio.

With C the trade with China and R the rest, theta = log C - log R is the logit
of the share. Without shocks theta is a yearly walk that returns to a normal
level of its own; its level, normal level and volatility come from the region's
graded history under priors learnt from the analogues. All trade C + R follows
national trade and returns to its place beside it: a moving share diverts trade
and creates none (METHODS 2.2). The identity of every month and draw is

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
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from eastbound import names
from eastbound.constants import SEED
from eastbound.core.share.censored import KEPT, WalkPosterior, WalkPrior, walk_chains, walk_posterior
from eastbound.core.simulation.capacity import calendar_years
from eastbound.core.simulation.memory import PRECISION, rounded
from eastbound.core.simulation.seeds import Stream
from eastbound.core.structural.simulate import normal_tables, tail_rms, tail_scale
from eastbound.models.primorye import composition as parts
from eastbound.models.primorye import readings as evidence
from eastbound.models.trade.model import TOTAL_BASE
from eastbound.typing import Floats, Ints, Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

SUBJECT: Final = "primorye"
VARIANTS: Final = ("", f".{names.OWN_HISTORY}", f".{names.REFERENCE_CLASS}")  # the posterior has no suffix
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
        Log ratio of the flows in `share_year`: posterior under the priors learnt from the reference class.
    own : WalkPosterior
        The same from the region's own history alone.
    share_year : int
        The running year if a figure of it exists, else the last complete year.
    reference : WalkPrior
        Priors learnt from the reference class.
    china : WalkPosterior
        Log of the trade with China in the last complete year, USD bn.
    national : float
        National trade with China in the last complete year, USD bn.
    parts : Composition
        How both flows divide into exports and imports, and the rest by partner.
    settings : mapping
        Of ``params/models/primorye.yml``.
    """

    share: WalkPosterior
    own: WalkPosterior
    share_year: int
    reference: WalkPrior
    china: WalkPosterior
    national: float
    parts: parts.Composition
    settings: Mapping[str, Any]


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> Fit:
    """Fit share and level to all figures before the grid, and the share also to readings of its first year.

    Parameters
    ----------
    book : Evidence
        Graded shares, levels, growth rates and national totals.
    settings : mapping
        Of ``params/models/primorye.yml``.
    start : int
        First month of the grid, a January, as a month ordinal.
    full : bool
        Find the walks by Markov chains rather than by a particle filter.

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
    # Equal keys give both posteriors the same random numbers.
    share, own = (
        find(shares, prior, last_year=share_year, key="primorye/fit/share", changes=changes)
        for prior in (
            evidence.share_prior(book, settings, weight=weight) for weight in (settings["reference_class_weight"], 0.0)
        )
    )
    relative = find(levels, evidence.level_prior(levels, settings), last_year=running - 1, key="primorye/fit/level")
    china = replace(relative, level=relative.level + settings["national_beta_mean"] * np.log(national))
    divided = parts.fit_parts(book, settings, shares, year=share_year)
    reference = evidence.share_prior(book, settings, weight=1.0)
    return Fit(share, own, share_year, reference, china, national, divided, settings)


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
        For the posterior and for the two views that it joins the trade with
        China, the rest and the turnover, and for the posterior its
        `parts.SERIES`. China's share is the ratio of two of these flows, which
        the ensemble takes.
    """
    months = world.grid.months
    paths = world.unwritten(SERIES, stream.width)
    spread = fit.settings["national_beta_sd"] * _row(stream, "national", normal=True)
    (beta,) = rounded(np.maximum(fit.settings["national_beta_mean"] + spread, 0.0))
    china_shock, rest_shock = (
        world.shocks.get(name, np.zeros((months, 1), PRECISION)) for name in (names.CHINA_TURNOVER, names.REST_TURNOVER)
    )
    index = (_row(stream, "share/posterior") * fit.share.level.size).astype(np.int64)
    divisions = parts.divisions(fit.parts, fit.settings, stream, begun=_begun(fit, world))
    # Year by year: few calls on long rows, yet what one year needs stays near the processor.
    years = calendar_years(months)
    rows = zip(
        years,
        _national(fit, world, beta),
        _total(fit, index, stream, begun=_begun(fit, world)),
        _thetas(fit, index, world, stream),
        strict=False,
    )
    shocked_rest = np.empty((12, stream.width), PRECISION)
    for (year, (national, national_shock), log_total, thetas), division in zip(rows, divisions, strict=False):
        out = {name: path[year] for name, path in paths.items()}
        log_total += national
        np.exp(np.add(log_total, rest_shock[year], out=shocked_rest), out=shocked_rest)
        log_total += national_shock
        log_total += china_shock[year]
        shocked_china = np.exp(log_total, out=log_total)
        for variant, theta in zip(VARIANTS, thetas, strict=True):
            _divide(out, variant, minus_theta=theta, china=shocked_china, rest=shocked_rest)
        parts.write_parts(out, division)
    return paths


def _begun(fit: Fit, world: World) -> bool:
    """Return whether the year of the share's level is the first of the grid."""
    return fit.share_year == world.grid.start // 12


def _divide(out: Mapping[str, Paths], variant: str, *, minus_theta: Paths, china: Paths, rest: Paths) -> None:
    """Write the flows of a drift model, with shocks to either partner."""
    china_flow, rest_flow, total = (out[flow + variant] for flow in _FLOWS)
    others = np.exp(minus_theta, out=minus_theta)
    whole = np.add(others, 1.0, out=total)
    np.divide(china, whole, out=china_flow)
    np.divide(others, whole, out=rest_flow)
    rest_flow *= rest
    np.add(china_flow, rest_flow, out=total)


class _View(NamedTuple):
    """A view of the log ratio in the year of the level, one value a draw; all values have the opposite sign.

    With the signs turned, exp gives the trade with others over that with China without another pass.
    """

    away: Paths  # from the normal level
    normal: Paths
    scale: Paths  # of a yearly step
    jump: Paths  # of the coming year
    slowing: Paths


def _views(fit: Fit, index: Ints, stream: Stream) -> list[_View]:
    """Return the posterior, the own history and the reference class, in the order of `VARIANTS`."""
    views = []
    for walk in (fit.share, fit.own):
        level, normal, scale = walk.level[index], walk.normal[index], walk.volatility[index]
        views.append(_View(*rounded(normal - level, -normal, -scale, -walk.next_jump[index], walk.slowing[index])))
    level = fit.share.level[index]
    normal, scale = _of_a_stranger(fit.reference, level, stream)
    nothing = np.zeros_like(level)
    return [*views, _View(*rounded(normal - level, -normal, -scale, nothing, nothing))]


def _of_a_stranger(prior: WalkPrior, level: Floats, stream: Stream) -> tuple[Floats, Floats]:
    """Draw normal level and volatility of a partner of the reference class of which only today's level is known."""
    scale = np.exp(prior.log_volatility[0] + prior.log_volatility[1] * _row(stream, "share/volatility", normal=True))
    mean, sd = prior.normal
    spread = (scale * prior.long_run) ** 2
    known = sd**2 / (sd**2 + spread)
    normal = mean + known * (level - mean) + np.sqrt(known * spread) * _row(stream, "share/normal", normal=True)
    return normal, scale


def _thetas(fit: Fit, index: Ints, world: World, stream: Stream) -> Iterator[list[Paths]]:
    """Yield minus the log ratio without shocks under each view on the same noise, by year."""
    begun = _begun(fit, world)
    # Years from the middle of the year of the level, whose own months lie around it.
    since = (np.arange(world.grid.months)[:, None] + 6.5) / 12.0 - begun
    since[: 12 * begun] = 0.0
    (left,) = rounded((1.0 - fit.reference.pull) ** since)
    persistence = float((1.0 - fit.reference.pull) ** (1.0 / 12.0))
    views = _views(fit, index, stream)
    shifts: list[Paths] = [np.zeros(stream.width, PRECISION) for _ in views]
    jumps = [view.jump for view in views]
    outs = [np.empty((12, stream.width), PRECISION) for _ in views]
    scratch = np.empty((12, stream.width), PRECISION)
    walk = _walk(stream, "share", persistence=persistence, begun=begun)
    noise = normal_tables(stream, SUBJECT, "share", "noise", rows=1)
    for count, (year, steps, own) in enumerate(zip(calendar_years(world.grid.months), walk, noise, strict=False)):
        steps *= float(_MONTH)
        if count or not begun:
            steps += float(fit.reference.noise) * own[0]
            shifts = [shift + jump for shift, jump in zip(shifts, jumps, strict=True)]
            jumps = [jump * view.slowing for jump, view in zip(jumps, views, strict=True)]
        for out, view, shift in zip(outs, views, shifts, strict=True):
            np.multiply(view.away, left[year], out=out)
            out += np.multiply(steps, view.scale, out=scratch)
            out += view.normal + shift
        yield outs


def _total(fit: Fit, index: Ints, stream: Stream, *, begun: bool) -> Iterator[Paths]:
    """Yield the log of all monthly trade at constant national trade and without shocks, by year."""
    china = fit.china
    picked = (_row(stream, "china/posterior") * china.level.size).astype(np.int64)
    degrees = fit.settings["tail_df"]
    # A mean square of one, so that the steps keep their estimated variance.
    heavy = tail_scale(stream, SUBJECT, "china", degrees=degrees) / tail_rms(degrees)
    scale = china.volatility[picked] * heavy * _MONTH
    # The trade with China is that of the last complete year, so the share that divides it is of that year too.
    share = (fit.share.before if begun else fit.share.level)[index]
    scale, level = rounded(scale, china.level[picked] + np.log1p(np.exp(-share)) - np.log(12.0))
    for walk in _walk(stream, "china", persistence=float(np.exp(-fit.settings["level_reversion"] / 12.0))):
        walk *= scale
        walk += level
        yield walk


def _national(fit: Fit, world: World, beta: Paths) -> Iterator[tuple[Paths | float, Paths | float]]:
    """Yield, by year, the contribution of national trade to the logs of the flows: without shocks, and of shocks.

    Without paths of it, it stays where it was, at its last yearly mean.
    """
    years = calendar_years(world.grid.months)
    if TOTAL_BASE not in world.paths:
        yield from repeat((0.0, 0.0), len(years))
        return
    total, base = (world.paths[series] for series in (names.TRADE_TOTAL, TOTAL_BASE))
    log_base, log_shock = np.empty((2, 12, len(beta)), PRECISION)
    for year in years:
        np.log(base[year], out=log_base)
        if total is not base:
            np.log(total[year], out=log_shock)
            log_shock -= log_base
            log_shock *= beta
        log_base -= float(np.log(fit.national / 12.0))
        log_base *= beta
        yield log_base, log_shock if total is not base else 0.0


def _row(stream: Stream, key: str, *, normal: bool = False) -> Floats:
    draw = stream.normals if normal else stream.uniforms
    return draw(SUBJECT, key, rows=1)[0]


def _walk(stream: Stream, key: str, *, persistence: float = 1.0, begun: bool = False) -> Iterator[Paths]:
    """Yield an autoregressive walk by year, shape (12, width), with unit variance a month.

    It counts from the mean of the last complete year, whose end is away from it with variance 12 / 3, or, if the year
    of the level has `begun` with the grid, from the mean of its first twelve months.
    """
    last: Paths | float = 0.0
    for year, table in enumerate(normal_tables(stream, SUBJECT, key, "walk", rows=12)):
        if year == 0 and not begun:
            table[0] *= float(np.sqrt(12.0 / 3.0 + 0.5))
        for row in table:
            row += last if persistence == 1.0 else persistence * last
            last = row
        if year == 0 and begun:
            table -= table.mean(axis=0)
        last = np.copy(last)  # whoever gets the table may write into it
        yield table
