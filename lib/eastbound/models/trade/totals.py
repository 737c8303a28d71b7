"""Published totals of trade whose flows are not published apart: observations of the sum of both flows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound import names
from eastbound.core.structural.observations import SEASON, Sums
from eastbound.evidence.derivation import monthly_panel
from eastbound.models.observations import ordinals
from eastbound.models.trade.flow import grown, indicators
from eastbound.typing import Bools, Floats, Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.models.trade.flow import FlowFit
    from eastbound.models.trade.model import TradeFit

_FLOWS: Final = (names.CHINA_EXPORTS, names.CHINA_IMPORTS)
_CLOSE: Final = 1e-12
_ITERATIONS: Final = 30


def open_totals(book: Evidence, sums: Mapping[str, Sums], settings: Mapping[str, Any], *, first: int) -> Sums:
    """Return the totals of months that end after the newest figure of one of the flows.

    Parameters
    ----------
    book : Evidence
    sums : mapping of str to Sums
        Figures of both flows, by series.
    settings : mapping
        Of ``params/models/trade.yml``.
    first : int
        Ordinal of the month at position zero.

    Returns
    -------
    Sums
        Disjoint, in order of time: printed, differences of printed totals, or from growth rates.

    Notes
    -----
    An older total adds next to nothing: the flows on both sides of it are known.
    """
    panel = monthly_panel(book)
    reach = min(int(flow.last.max()) for flow in sums.values())
    rows = panel[(panel["series_id"] == names.TRADE_TOTAL) & (panel["value"] > 0.0)]
    begin, last = ordinals(rows["start"]) - first, ordinals(rows["end"]) - first
    value, sd = rows["value"].to_numpy(float), rows["sd"].to_numpy(float)
    use = (begin >= 0) & (last > reach)
    error = sd / value + settings["error_growth"] * grown(rows)
    return Sums(begin[use], last[use], value[use], error[use], np.zeros(int(use.sum()), bool))


def observed_parts(sums: Sums, parts: Sequence[tuple[Floats, Floats]], *, outlier: float) -> list[Sums]:
    """Return what observed sums of several parts say about each part, given what is known of the others.

    Parameters
    ----------
    sums : Sums
        Figures for the sum of all parts.
    parts : sequence of (array, array), each of shape (n,)
        Mean and variance of each part over the months of each sum, without these sums.
    outlier : float
        Largest surprise, in standard deviations, that counts in full.

    Returns
    -------
    list of Sums
        Observations of each part.

    Notes
    -----
    METHODS 1.2. For independent Gaussian parts, observing their sum updates a part as observing the sum less the
    expected others does, with their variance as noise: the surprise is divided in proportion to the variances. The
    sum of logs is linearised around the most likely division, so that no part turns negative.
    """
    mean, variance = (np.array(column) for column in zip(*parts, strict=True))
    mean = np.maximum(mean, _CLOSE)
    printing = (sums.error * sums.value) ** 2
    log_sd, shift = np.sqrt(variance) / mean, np.zeros_like(mean)
    for _ in range(_ITERATIONS):
        part = mean * np.exp(shift)
        surprise = sums.value - part.sum(axis=0) + (part * shift).sum(axis=0)
        own = (part * log_sd) ** 2
        shift = part * log_sd**2 * surprise / (own.sum(axis=0) + printing)
    spread = own.sum(axis=0) + printing
    # A figure far out of reach moves the level no further than a surprise of `outlier` standard deviations would.
    spread = np.maximum(spread, np.abs(surprise) * np.sqrt(spread) / outlier)
    seen, noise = mean * np.exp(surprise / part), np.sqrt(spread - own) / part
    late = np.zeros(len(sums.value), bool)
    return [Sums(sums.first, sums.last, *row, late) for row in zip(seen, noise, strict=True)]


def flow_moments(fit: FlowFit, sums: Sums, *, first: int) -> tuple[Floats, Floats]:
    """Return mean and variance of a flow over the months of some sums.

    Parameters
    ----------
    fit : FlowFit
        Its posterior keeps every month of the sums.
    sums : Sums
    first : int
        Ordinal of the month at position zero.

    Returns
    -------
    mean, variance : array, shape (n,)
        By the moments of the lognormal distribution, over all points of the posterior.
    """
    posterior = fit.posterior
    months = posterior.rows["kept"]
    positions = np.arange(fit.end - (months.stop - months.start), fit.end) - first
    inside = indicators(sums.first, sums.last, positions)
    root = posterior.root[:, months]
    covariance = root @ root.transpose(0, 2, 1)
    level = np.exp(posterior.mean[:, months] + 0.5 * np.diagonal(covariance, axis1=1, axis2=2))
    products = level[:, :, None] * level[:, None, :] * np.expm1(covariance)
    within = np.einsum("sk,nkl,sl->ns", inside, products, inside)
    means = level @ inside.T
    mean = posterior.weights @ means
    return mean, posterior.weights @ (within + (means - mean) ** 2)


def energy_moments(sums: Sums, energy: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of imported energy over the months of some sums.

    Parameters
    ----------
    sums : Sums
    energy : array, shape (months,)
        Known value by position, NaN where it is not known.

    Returns
    -------
    mean, variance : array, shape (n,)
        A month without a figure has the mean of the last twelve known months; their standard deviation is an error
        common to all such months of a sum.

    Examples
    --------
    >>> span = Sums(np.array([1]), np.array([3]), np.array([40.0]), np.array([0.0]), np.zeros(1, bool))
    >>> energy_moments(span, np.array([5.0, 7.0, np.nan, np.nan]))
    (array([19.]), array([4.]))
    """
    recent = energy[np.flatnonzero(np.isfinite(energy))[-SEASON:]]
    missing = np.isnan(energy)
    inside = indicators(sums.first, sums.last, np.arange(len(energy)))
    return inside @ np.where(missing, recent.mean(), energy), (recent.std() * (inside @ missing)) ** 2


def settle_totals(paths: Mapping[str, Paths], fit: TradeFit, gas: Mapping[str, Paths]) -> None:
    """Scale exports and imports without energy so that every published total holds in every draw.

    Parameters
    ----------
    paths : mapping of str to array, shape (months, width)
        Exports, and imports or their parts; the months of the totals are scaled in place.
    fit : TradeFit
    gas : mapping of str to array, shape (months, width)
        Value of pipeline gas.

    Notes
    -----
    The fits have seen the totals, so the factors are near one. Energy is left alone: its volumes have ceilings and its
    prices follow Brent. A total that leaves nothing for its months in some draw contradicts the published flows and is
    left aside.
    """
    months = len(paths[names.CHINA_EXPORTS])
    closed = {series: _covered(spans, months) for series, spans in fit.spans.items()}
    rest = names.IMPORTS_REST if fit.energy else names.CHINA_IMPORTS
    groups = [(paths[series], ~closed[flow]) for series, flow in zip((names.CHINA_EXPORTS, rest), _FLOWS, strict=True)]
    fixed = [*gas.values(), *(paths[part.part.value] for part in fit.energy)]
    for first, last, value in fit.totals:
        rows = slice(first, last + 1)
        if last >= months or not any(free[rows].any() for _, free in groups):
            continue
        moving = sum(path[rows][free[rows]].sum(axis=0) for path, free in groups)
        still = sum(path[rows][~free[rows]].sum(axis=0) for path, free in groups)
        left = value - still - sum(path[rows].sum(axis=0) for path in fixed)
        if np.all(left > 0.0):
            for path, free in groups:
                path[rows][free[rows]] *= left / moving


def _covered(spans: Iterable[tuple[int, int, float | Floats]], months: int) -> Bools:
    """Return which months published figures of a flow cover."""
    covered = np.zeros(months, dtype=bool)
    for first, last, _ in spans:
        covered[first : last + 1] = True
    return covered
