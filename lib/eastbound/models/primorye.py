"""Primorye's trade with China and with everybody else, and China's share as their ratio.

With C the trade with China and R the rest, theta = log C - log R is the logit
of the share. Without shocks theta is a yearly walk whose level, drift and
volatility come from the region's own graded history or from the analogues
(METHODS 2.2). The identity of every month and draw is

    theta = theta_base + shock(C) - shock(R) + beta * (log N - log N_base)

where N is national trade with China and N_base the same without shocks: what
moves only the trade with China moves the share, what moves national trade
without a shock moves C and R together. Shares are bounded because both flows
are positive, and level and share always agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.constants import SEED
from eastbound.core.censored import KEPT, WalkPosterior, walk_chains, walk_posterior
from eastbound.core.onward import normal_rows
from eastbound.core.seeds import Stream
from eastbound.core.shares import ReferenceClass, damped_sum, heavy_scale
from eastbound.models import primorye_share as evidence
from eastbound.models.trade import TOTAL_BASE
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.models.protocol import World

SUBJECT: Final = "primorye"
VARIANTS: Final = ("", f".{names.OWN_HISTORY}", f".{names.REFERENCE_CLASS}")  # the mixture has no suffix
SERIES: Final = (
    names.CHINA_TURNOVER,
    *(base + variant for base in (names.REST_TURNOVER, names.PRIMORYE_TURNOVER) for variant in VARIANTS),
)


@dataclass(frozen=True)
class Fit:
    """The posterior of both flows at the last complete year.

    Parameters
    ----------
    share : WalkPosterior
        Log ratio of the flows: level, own drift, own volatility.
    china : WalkPosterior
        Log of the yearly trade with China, USD bn; its drift is zero.
    reference : ReferenceClass
        Drift and volatility of the analogues.
    national : float
        National trade with China in the last complete year, USD bn.
    settings : mapping
        Of ``params/models/primorye.yml``.
    """

    share: WalkPosterior
    china: WalkPosterior
    reference: ReferenceClass
    national: float
    settings: Mapping[str, Any]


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int, full: bool = False) -> Fit:
    """Fit share and level to everything known before the grid.

    Parameters
    ----------
    book : Evidence
        Graded shares, levels, national totals and analogues.
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
    last_year = start // 12 - 1
    stream = Stream(SEED, 0, KEPT)
    shares = evidence.share_readings(book, settings, last_year=last_year)
    levels, national = evidence.level_readings(book, settings, last_year=last_year)
    find = walk_chains if full else partial(walk_posterior, stream=stream)
    share = find(shares, evidence.share_prior(settings), last_year=last_year, key="primorye/fit/share")
    relative = find(levels, evidence.level_prior(levels, settings), last_year=last_year, key="primorye/fit/level")
    log_china = relative.level + settings["national_beta_mean"] * np.log(national)
    china = WalkPosterior(log_china, relative.drift, relative.volatility, relative.effective, relative.method)
    return Fit(share, china, evidence.analogues(book, settings), national, settings)


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
        The trade with China, and for the mixture and both drift views the
        rest and the turnover. One uniform a draw picks its view. China's share
        is the ratio of two of these flows, which the ensemble takes.
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
    # Month by month, so that what one month needs stays in the processor's cache.
    rows = zip(_national(fit, world), _china_base(fit, stream), _thetas(fit, stream, months), strict=False)
    for month, (national, base, (own, reference)) in enumerate(rows):
        out = {name: path[month] for name, path in paths.items()}
        log_base = base + beta * national.log_base
        np.exp(log_base + beta * national.log_shock + china_shock[month], out=out[names.CHINA_TURNOVER])
        log_rest = log_base + rest_shock[month]
        mixed_rest, own_rest, reference_rest = (out[names.REST_TURNOVER + variant] for variant in VARIANTS)
        np.exp(log_rest - own, out=own_rest)
        np.exp(log_rest - reference, out=reference_rest)
        mixed_rest[:] = np.where(picks_reference, reference_rest, own_rest)
        for variant in VARIANTS:
            total = out[names.PRIMORYE_TURNOVER + variant]
            np.add(out[names.CHINA_TURNOVER], out[names.REST_TURNOVER + variant], out=total)
    return paths


def _thetas(fit: Fit, stream: Stream, months: int) -> Iterator[tuple[Floats, Floats]]:
    """Yield the log ratio without shocks under own drift and under the reference class, on the same noise, by month."""
    settings, posterior = fit.settings, fit.share
    kept = (_row(stream, "share/posterior") * posterior.level.size).astype(np.int64)
    level, own_drift, own_volatility = (getattr(posterior, name)[kept] for name in ("level", "drift", "volatility"))
    heavy = heavy_scale(_row(stream, "share/tails"), settings["tail_df"])
    # The scale of the drift is a standard deviation, which the t scale alone would widen.
    drift_scale = fit.reference.drift_sd * np.sqrt(1.0 - 2.0 / settings["tail_df"])
    drift = fit.reference.drift + drift_scale * heavy * _row(stream, "share/reference", normal=True)
    years = _years(months)
    damped = damped_sum(years, settings["damping"])
    # No analogue window is longer, so beyond it the reference class claims no further drift.
    reach = np.minimum(years, settings["analogue_longest"])
    for month, noise in zip(range(months), _walk(stream, "share", scale=heavy), strict=False):
        own = level + own_drift * damped[month] + own_volatility * noise
        yield own, level + drift * reach[month] + fit.reference.volatility * noise


def _china_base(fit: Fit, stream: Stream) -> Iterator[Floats]:
    """Yield the log of monthly trade with China at constant national trade and without shocks, by month."""
    posterior = fit.china
    kept = (_row(stream, "china/posterior") * posterior.level.size).astype(np.int64)
    scale = posterior.volatility[kept] * heavy_scale(_row(stream, "china/tails"), fit.settings["tail_df"])
    level = posterior.level[kept] - np.log(12.0)
    for walk in _walk(stream, "china", scale=scale):
        yield level + walk


@dataclass(frozen=True)
class _National:
    """One month of national trade: log without shocks against its last yearly mean, and the log effect of shocks."""

    log_base: Floats | float
    log_shock: Floats | float


def _national(fit: Fit, world: World) -> Iterator[_National]:
    """Yield national trade by month; without paths of it, it stays where it was."""
    if TOTAL_BASE not in world.paths:
        yield from repeat(_National(0.0, 0.0), world.grid.months)
        return
    shocked = world.paths[names.TRADE_TOTAL] is not world.paths[TOTAL_BASE]
    yearly_mean = np.log(fit.national / 12.0)
    for total, base in zip(world.paths[names.TRADE_TOTAL], world.paths[TOTAL_BASE], strict=True):
        log_base = np.log(base)
        log_shock = np.log(total) - log_base if shocked else 0.0
        yield _National(log_base - yearly_mean, log_shock)


def _row(stream: Stream, key: str, *, normal: bool = False) -> Floats:
    draw = stream.normals if normal else stream.uniforms
    return draw(SUBJECT, key, rows=1)[0]


def _years(months: int) -> Floats:
    """Return the time from the middle of the last complete year to the middle of each month, in years."""
    return np.asarray((np.arange(months) + 6.5) / 12.0, dtype=np.float64)


def _walk(stream: Stream, key: str, *, scale: Floats) -> Iterator[Floats]:
    """Yield a walk by month, of unit variance a year times a scale, counted from the mean of the last complete year.

    The distance between a year's mean and its end has variance 1/3.
    """
    first, later = scale * np.sqrt(1.0 / 3.0 + 0.5 / 12.0), scale * np.sqrt(1.0 / 12.0)
    walk = np.zeros_like(scale)
    for month, step in enumerate(normal_rows(stream, SUBJECT, key, "walk")):
        walk += step * (later if month else first)
        yield walk
