"""Make the draws of both flows agree with published totals of trade whose flows are not published apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from eastbound import names
from eastbound.evidence.choice import chosen
from eastbound.models.observations import ordinals
from eastbound.typing import Bools, Floats, Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.models.trade.model import TradeFit

_CLOSE = 1e-12


def total_spans(book: Evidence, start: int) -> tuple[tuple[int, int, float], ...]:
    """Return the published totals of whole months inside the grid.

    Parameters
    ----------
    book : Evidence
    start : int
        Ordinal of the first month of the grid.

    Returns
    -------
    tuple of (int, int, float)
        Positions of the first and the last month, and USD bn; earliest end first.
    """
    rows = chosen(book, names.TRADE_TOTAL, kinds=("observed",))
    whole = (rows["start"].dt.day == 1) & rows["end"].dt.is_month_end
    rows = rows[whole & (ordinals(rows["start"]) >= start)]
    first, last = ordinals(rows["start"]) - start, ordinals(rows["end"]) - start
    spans = zip(first.tolist(), last.tolist(), rows["value"].astype(float).tolist(), strict=True)
    return tuple(sorted(set(spans), key=lambda span: (span[1], -span[0])))


def settle_totals(paths: Mapping[str, Paths], fit: TradeFit, gas: Mapping[str, Paths]) -> None:
    """Scale months without published flows so that every published total holds in every draw.

    Parameters
    ----------
    paths : mapping of str to array, shape (months, width)
        Exports, and imports or their parts; months that a total covers and all later ones are scaled in place.
    fit : TradeFit
    gas : mapping of str to array, shape (months, width)
        Value of pipeline gas, which the pipelines decide and which is not scaled.

    Notes
    -----
    METHODS 1.2. A total is an observation of a sum of two flows: one factor per draw scales both in the open months
    of the total, and the later months with them, since the level of a flow persists. A total that leaves nothing for
    its open months in some draw contradicts the published flows and is left aside.
    """
    if not fit.totals:
        return
    months = len(paths[names.CHINA_EXPORTS])
    closed = {series: _covered(spans, months) for series, spans in fit.spans.items()}
    groups = _groups(paths, fit, months=months, closed=closed)
    # A volume moves with its value, so that the price of the draw holds.
    volumes = [(paths[part.part.volume], free.copy()) for part, (_, free) in zip(fit.energy, groups[2:], strict=True)]
    fixed = sum(gas.values(), np.zeros(1))
    for first, last, value in fit.totals:
        rows = slice(first, last + 1)
        if last >= months:
            continue
        moving = sum(path[rows][free[rows]].sum(axis=0) for path, free in groups)
        still = sum(path[rows][~free[rows]].sum(axis=0) for path, free in groups)
        still = still + (fixed[rows].sum(axis=0) if gas else 0.0)
        left = value - still
        if np.ndim(moving) == 0 or not (np.all(left > 0.0) and np.all(moving > _CLOSE)):
            continue
        factor = left / moving
        for path, free in (*groups, *volumes):
            hit = free.copy()
            hit[:first] = False
            path[hit] *= factor
            free[rows] = False


def _groups(
    paths: Mapping[str, Paths], fit: TradeFit, *, months: int, closed: Mapping[str, Bools]
) -> list[tuple[Paths, Bools]]:
    """Return each series that adds to the total, and the months in which no figure decides it."""
    exports, imports = (~closed[series] for series in (names.CHINA_EXPORTS, names.CHINA_IMPORTS))
    groups = [(paths[names.CHINA_EXPORTS], exports.copy())]
    if not fit.energy:
        return [*groups, (paths[names.CHINA_IMPORTS], imports.copy())]
    groups.append((paths[names.IMPORTS_REST], imports.copy()))
    for part in fit.energy:
        groups.append((paths[part.part.value], imports & np.isnan(part.inside(months))))
    return groups


def _covered(spans: Iterable[tuple[int, int, float | Floats]], months: int) -> Bools:
    """Return which months published figures of a flow cover."""
    covered = np.zeros(months, dtype=bool)
    for first, last, _ in spans:
        covered[first : last + 1] = True
    return covered
