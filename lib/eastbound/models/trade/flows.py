"""Fit both flows of trade together with the figures that exist only for a sum of several parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from eastbound import names
from eastbound.core.structural.observations import Sums
from eastbound.models.observations import month_of
from eastbound.models.trade.flow import FlowFit, fit_flow, joined, without
from eastbound.models.trade.totals import energy_moments, flow_moments, observed_parts
from eastbound.typing import Bools, Floats


@dataclass(frozen=True)
class _Part:
    """A part of trade that has a posterior of its own.

    Positions of its figures count from the first month of all flows, `begin` is the position of its own first month,
    and `bias` the factor on the bias of first releases.
    """

    series: str
    figures: Sums
    begin: int = 0
    bias: float = 1.0

    def seeing(self, more: Sums) -> _Part:
        return replace(self, figures=joined(self.figures, more))


def fit_flows(
    sums: Mapping[str, Sums],
    totals: Sums,
    settings: Mapping[str, Any],
    *,
    months: tuple[int, int, int],
    prices: Floats,
    energy: Floats | None,
    full: bool = False,
) -> dict[str, FlowFit]:
    """Return the posteriors of exports, and of all imports or the rest of them without energy.

    Parameters
    ----------
    sums : mapping of str to Sums
        Figures of exports and imports, positions from the first month.
    totals : Sums
        Figures for both flows together, from `open_totals`.
    settings : mapping
        Of ``params/models/trade.yml``.
    months : (first, end, start)
        Ordinals of the first month, of the month after the last with a figure, and of the first month of the grid.
    prices : array
        Log oil price of the month before each month, relative to the reference.
    energy : array, shape (months,), or None
        Value of imported energy, NaN where it is not known; None where imports are one part.
    full : bool
        Find the posteriors by Markov chains.

    Returns
    -------
    dict of str to FlowFit

    Notes
    -----
    A figure of imports in months without energy, and a total, are observations of a sum of parts. What they say about
    one part depends on what is known of the others, so the parts are first fitted without them.
    """
    first, end, start = months

    def fitted(part: _Part, *, since: int = start, full: bool = False) -> FlowFit:
        figures, span = _later(part.figures, part.begin), (first + part.begin, end, since)
        known = prices[part.begin :]
        return fit_flow(part.series, figures, settings, months=span, prices=known, bias=part.bias, full=full)

    def divided(seen: Sums, parts: list[_Part]) -> list[_Part]:
        since = min(start, first + int(seen.first.min()))
        moments = [flow_moments(fitted(part, since=since), seen, first=first) for part in parts]
        if energy is not None:
            moments.append(energy_moments(seen, energy))
        views = observed_parts(seen, moments, outlier=settings["sum_outlier"])
        return [part.seeing(view) for part, view in zip(parts, views, strict=False)]  # nothing is fitted to energy here

    exports, imports = _Part(names.CHINA_EXPORTS, sums[names.CHINA_EXPORTS]), sums[names.CHINA_IMPORTS]
    if energy is None:
        rest = _Part(names.CHINA_IMPORTS, imports)
    else:
        begin = month_of(settings["energy_from"]) - first
        closed, unclosed = _split(imports, energy, begin)
        left, bias = without(closed, energy)
        rest = _Part(names.IMPORTS_REST, left, begin, bias)
        if len(unclosed.value):
            (rest,) = divided(unclosed, [rest])
    if len(totals.value):
        exports, rest = divided(totals, [exports, rest])
    return {part.series: fitted(part, full=full) for part in (exports, rest)}


def _split(imports: Sums, energy: Floats, begin: int) -> tuple[Sums, Sums]:
    """Return the figures from a position on whose energy is known, and those with months after the last known."""
    known = np.array([np.isfinite(energy[a : b + 1]).all() for a, b in zip(imports.first, imports.last, strict=True)])
    newest = int(np.flatnonzero(np.isfinite(energy)).max())
    later = imports.first >= begin
    return _where(imports, later & known), _where(imports, later & ~known & (imports.last > newest))


def _where(sums: Sums, use: Bools) -> Sums:
    return Sums(sums.first[use], sums.last[use], sums.value[use], sums.error[use], sums.early[use])


def _later(sums: Sums, shift: int) -> Sums:
    """Return the figures that begin at a position or later, counted from there."""
    later = _where(sums, sums.first >= shift)
    return replace(later, first=later.first - shift, last=later.last - shift)
