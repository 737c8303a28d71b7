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

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.constants import SEED
from eastbound.core.censored import KEPT, WalkPosterior, walk_posterior
from eastbound.core.seeds import Stream
from eastbound.core.shares import ReferenceClass, damped_sum, heavy_scale
from eastbound.models import primorye_share as evidence
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


def fit(book: Evidence, settings: Mapping[str, Any], *, start: int) -> Fit:
    """Fit share and level to everything known before the grid.

    Parameters
    ----------
    book : Evidence
        Graded shares, levels, national totals and analogues.
    settings : mapping
        Of ``params/models/primorye.yml``.
    start : int
        First month of the grid, a January, as a month ordinal.

    Returns
    -------
    Fit
    """
    last_year = start // 12 - 1
    stream = Stream(SEED, 0, KEPT)
    shares = evidence.share_readings(book, settings, last_year=last_year)
    levels, national = evidence.level_readings(book, settings, last_year=last_year)
    share = walk_posterior(
        shares, evidence.share_prior(settings), last_year=last_year, stream=stream, key="primorye/fit/share"
    )
    relative = walk_posterior(
        levels, evidence.level_prior(levels, settings), last_year=last_year, stream=stream, key="primorye/fit/level"
    )
    log_china = relative.level + settings["national_beta_mean"] * np.log(national)
    china = WalkPosterior(log_china, relative.drift, relative.volatility, relative.effective)
    return Fit(share, china, evidence.analogues(book, settings), national, settings)


def simulate(fit: Fit, world: World, stream: Stream) -> dict[str, Paths]:
    """Return monthly flows, shape (months, width), USD bn.

    Parameters
    ----------
    fit : Fit
    world : World
        Shocks of both flows; national exports and imports among its paths
        (without them national trade stays where it was).
    stream : Stream

    Returns
    -------
    dict
        The trade with China, and for the mixture and both drift views the
        rest and the turnover. One uniform a draw picks its view. China's share
        is the ratio of two of these flows, which the ensemble takes.
    """
    months = world.grid.months
    log_national, log_national_shock = _national(fit, world)
    beta = np.maximum(
        fit.settings["national_beta_mean"] + fit.settings["national_beta_sd"] * _row(stream, "national", normal=True),
        0.0,
    )
    log_base = _china_base(fit, stream, months) + beta * log_national
    china = np.exp(log_base + beta * log_national_shock + _shock(world, names.CHINA_TURNOVER))
    log_rest = log_base + _shock(world, names.REST_TURNOVER)
    own, reference = _thetas(fit, stream, months)
    own_rest, reference_rest = np.exp(log_rest - own), np.exp(log_rest - reference)
    picks_reference = _row(stream, "view") < fit.settings["reference_class_weight"]
    rests = (np.where(picks_reference, reference_rest, own_rest), own_rest, reference_rest)
    paths = {names.CHINA_TURNOVER: china}
    for variant, rest in zip(VARIANTS, rests, strict=True):
        paths[names.REST_TURNOVER + variant] = rest
        paths[names.PRIMORYE_TURNOVER + variant] = china + rest
    return paths


def _thetas(fit: Fit, stream: Stream, months: int) -> tuple[Paths, Paths]:
    """Return the log ratio without shocks under own drift and under the reference class, on the same noise."""
    settings, posterior = fit.settings, fit.share
    kept = (_row(stream, "share/posterior") * posterior.level.size).astype(np.int64)
    heavy = heavy_scale(_row(stream, "share/tails"), settings["tail_df"])
    noise = heavy * _unit_walk(stream, "share", months)
    years = _years(months)[:, None]
    own = posterior.level[kept] + posterior.drift[kept] * damped_sum(years, settings["damping"])
    own += posterior.volatility[kept] * noise
    # No analogue window is longer, so beyond it the reference class claims no further drift.
    reach = np.minimum(years, settings["analogue_longest"])
    # The scale of the drift is a standard deviation, which the t scale alone would widen.
    drift_scale = fit.reference.drift_sd * np.sqrt(1.0 - 2.0 / settings["tail_df"])
    drift = fit.reference.drift + drift_scale * heavy * _row(stream, "share/reference", normal=True)
    reference = posterior.level[kept] + drift * reach
    reference += fit.reference.volatility * noise
    return own, reference


def _china_base(fit: Fit, stream: Stream, months: int) -> Paths:
    """Return the log of monthly trade with China at constant national trade and without shocks."""
    posterior = fit.china
    kept = (_row(stream, "china/posterior") * posterior.level.size).astype(np.int64)
    scale = posterior.volatility[kept] * heavy_scale(_row(stream, "china/tails"), fit.settings["tail_df"])
    path = scale * _unit_walk(stream, "china", months)
    path += posterior.level[kept] - np.log(12.0)
    return path


def _national(fit: Fit, world: World) -> tuple[Paths | float, Paths | float]:
    """Return the log of national trade without shocks against its last yearly mean, and the shocks' log effect."""
    if names.CHINA_EXPORTS not in world.paths:
        return 0.0, 0.0
    exports, imports = world.paths[names.CHINA_EXPORTS], world.paths[names.CHINA_IMPORTS]
    effects = [world.shocks.get(target) for target in (names.CHINA_EXPORTS, names.CHINA_IMPORTS)]
    total = np.log((exports + imports) * (12.0 / fit.national))
    if all(effect is None for effect in effects):
        return total, 0.0
    calm = [
        flow if effect is None else flow * np.exp(-effect)
        for flow, effect in zip((exports, imports), effects, strict=True)
    ]
    base = np.log((calm[0] + calm[1]) * (12.0 / fit.national))
    return base, total - base


def _shock(world: World, target: str) -> Paths | float:
    return world.shocks.get(target, 0.0)


def _row(stream: Stream, key: str, *, normal: bool = False) -> Floats:
    draw = stream.normals if normal else stream.uniforms
    return draw(SUBJECT, key, rows=1)[0]


def _years(months: int) -> Floats:
    """Return the time from the middle of the last complete year to the middle of each month, in years."""
    return np.asarray((np.arange(months) + 6.5) / 12.0, dtype=np.float64)


def _unit_walk(stream: Stream, key: str, months: int) -> Paths:
    """Return a walk of yearly unit variance, counted from the mean of the last complete year.

    The distance between a year's mean and its end has variance 1/3.
    """
    steps = np.full((months, 1), np.sqrt(1.0 / 12.0))
    steps[0] = np.sqrt(1.0 / 3.0 + 0.5 / 12.0)
    walk = stream.normals(SUBJECT, key, "walk", rows=months)
    walk *= steps
    return np.cumsum(walk, axis=0, out=walk)
