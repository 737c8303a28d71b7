"""The yearly core of the trade model, learnt on China's other partners.

Each flow walks with its own volatility and a drift that is shrunk to a reference class; exports also
return to their usual ratio to imports. Everything that several partners share is learnt from the
others, with figures up to the origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from eastbound.evaluation.partner_data import EXPORTS, IMPORTS
from eastbound.evaluation.scale_prior import ScalePrior, contrasts, learn_scale
from eastbound.typing import Floats

LASTING, FADING, HALF = "lasting", "fading", "half"  # what becomes of the drift: the three growth models
VIEWS: Final = (LASTING, FADING, HALF)
DAMPING: Final = 0.85  # of a drift that fades, a year: METHODS 3.3
OUTSIDE_DRIFT: Final = 0.032  # yearly M3 series, log a year: METHODS 3.3
OUTSIDE_WEIGHT: Final = 0.5  # of them against the other partners (judgement: equal)
_CLIP_GAP, _CLIP_STEP = 0.7, 0.5  # log; a few partners with tiny flows must not decide the tie
_FEWEST = 4  # years before a gap is measured


@dataclass(frozen=True)
class Core:
    """What the core takes from other partners.

    Parameters
    ----------
    drift : array, shape (flow, 2)
        Mean and standard deviation of a partner's drift, log a year.
    scale : tuple of ScalePrior
        Of yearly steps, by flow.
    correlation : float
        Of the steps of exports and imports in one year.
    tie : float
        Part of the gap to the usual ratio that exports close in a year.
    """

    drift: Floats
    scale: tuple[ScalePrior, ScalePrior]
    correlation: float
    tie: float


def learn_core(logs: Floats) -> Core:
    """Learn what partners share.

    Parameters
    ----------
    logs : array, shape (2, partner, year)
        Of the partners to learn from, up to the origin.

    Returns
    -------
    Core

    Notes
    -----
    The mean drift is the middle between the yearly M3 series and the median of the partners; its
    spread is that of their growth with the noise of a mean of n steps taken out.
    """
    steps = np.diff(logs, axis=2)
    count = steps.shape[2]
    centred = steps - steps.mean(axis=2, keepdims=True)
    variances = centred.var(axis=2) * count / (count - 1)
    growth = steps.mean(axis=2)
    between = np.maximum(growth.var(axis=1) - variances.mean(axis=1) / count, 0.01**2)
    mean = OUTSIDE_WEIGHT * OUTSIDE_DRIFT + (1 - OUTSIDE_WEIGHT) * np.median(growth, axis=1)
    scales = [learn_scale(list(flow)) for flow in contrasts(steps)]
    standard = centred / np.sqrt(variances)[..., None]
    correlation = float(np.median((standard[EXPORTS] * standard[IMPORTS]).mean(axis=1)))
    drift = np.column_stack([mean, np.sqrt(between)])
    return Core(drift, (scales[0], scales[1]), correlation, learn_tie(logs)[0])


def learn_tie(logs: Floats) -> tuple[float, float]:
    """Return which part of a gap between the usual and the present ratio exports close in a year.

    Parameters
    ----------
    logs : array, shape (2, partner, year)

    Returns
    -------
    (float, float)
        Least-squares slope over all partners and years and its standard error, clustered by partner.

    Notes
    -----
    The usual ratio is the mean of all years up to the present one. A year's common growth, the median
    over partners, is taken out of the steps; gaps and steps are clipped at 0.7 and 0.5.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> imports = rng.normal(0, 0.1, (50, 40)).cumsum(axis=1)
    >>> exports = np.zeros((50, 40))
    >>> for year in range(39):
    ...     gap = imports[:, year] - exports[:, year]
    ...     exports[:, year + 1] = exports[:, year] + 0.2 * gap + rng.normal(0, 0.1, 50)
    >>> bool(0.12 < learn_tie(np.stack([exports, imports]))[0] < 0.25)
    True
    """
    gaps, steps = tie_terms(logs)
    total = float(np.sum(gaps**2))
    slope = float(np.sum(gaps * steps)) / total
    by_partner = np.sum(gaps * (steps - slope * gaps), axis=1)
    return slope, float(np.sqrt(np.sum(by_partner**2))) / total


def tie_terms(logs: Floats) -> tuple[Floats, Floats]:
    """Return the gaps to the usual ratio and the next steps of exports, both centred, for `learn_tie`.

    Parameters
    ----------
    logs : array, shape (2, partner, year)

    Returns
    -------
    array, array, shape (partner, year - 5)
    """
    ratio = logs[EXPORTS] - logs[IMPORTS]
    usual = np.cumsum(ratio, axis=1) / np.arange(1, ratio.shape[1] + 1)
    gaps = np.clip(usual - ratio, -_CLIP_GAP, _CLIP_GAP)[:, _FEWEST:-1]
    steps = np.diff(logs[EXPORTS], axis=1)
    steps = np.clip(steps - np.median(steps, axis=0), -_CLIP_STEP, _CLIP_STEP)[:, _FEWEST:]
    return gaps - gaps.mean(), steps - steps.mean()


def simulate_core(
    logs: Floats, core: Core, rng: np.random.Generator, *, ahead: int, draws: int, view: str = FADING
) -> Floats:
    """Simulate both flows of one partner after an origin.

    Parameters
    ----------
    logs : array, shape (2, year)
        The partner's figures up to the origin.
    core : Core
        From the other partners.
    rng : numpy.random.Generator
    ahead, draws : int
    view : str
        One of `VIEWS`: the drift lasts, fades by `DAMPING` a year, or half of it lasts.

    Returns
    -------
    array, shape (2, ahead, draw)
        Logs. One volatility and one drift hold along a path.
    """
    steps = np.diff(logs, axis=1)
    count = steps.shape[1]
    pattern = {LASTING: np.ones(ahead), FADING: DAMPING ** np.arange(ahead), HALF: np.full(ahead, 0.5)}[view]
    trend, noise = np.empty((2, draws)), np.empty((2, draws))
    for flow in (EXPORTS, IMPORTS):
        growth = steps[flow].mean()
        scale = core.scale[flow].update(contrasts(steps[flow]))
        mean, sd = core.drift[flow]
        weight = 1.0 / (1.0 / sd**2 + count / scale.variance)
        centre = weight * (mean / sd**2 + count * growth / scale.variance)
        trend[flow] = centre + np.sqrt(weight) * rng.standard_normal(draws)
        noise[flow] = scale.draw(rng, draws)
    shocks = rng.standard_normal((2, ahead, draws))
    shocks[IMPORTS] *= np.sqrt(1 - core.correlation**2)
    shocks[IMPORTS] += core.correlation * shocks[EXPORTS]
    return _run(logs, trend[:, None] * pattern[:, None] + noise[:, None] * shocks, tie=core.tie)


def _run(logs: Floats, steps: Floats, *, tie: float) -> Floats:
    """Add steps of both flows to their last figures; exports also close part of the gap to the usual ratio."""
    _, ahead, draws = steps.shape
    usual = float(np.mean(logs[EXPORTS] - logs[IMPORTS]))
    state = np.repeat(logs[:, -1:], draws, axis=1)
    paths = np.empty((2, ahead, draws))
    for year in range(ahead):
        gap = usual - (state[EXPORTS] - state[IMPORTS])
        state = state + steps[:, year]
        state[EXPORTS] += tie * gap
        paths[:, year] = state
    return paths
