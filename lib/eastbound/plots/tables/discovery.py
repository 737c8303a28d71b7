"""Table of the box of factors in which a limit is broken most often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.ensemble.summary import variable
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, digits, mark
from eastbound.plots.bands import label_of
from eastbound.plots.risk_parts import limit_or_tenth, target_and_factors
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.risk.discovery import Limit, discover

_BELOW = mark(
    "Where {label} is at or below {limit} in {year}: {inside} of the futures that meet all conditions, against "
    "{overall} of all; the conditions cover {covered} of the cases"
)
_ABOVE = mark(
    "Where {label} is at or above {limit} in {year}: {inside} of the futures that meet all conditions, against "
    "{overall} of all; the conditions cover {covered} of the cases"
)


def discovery(
    ens: xr.Dataset,
    series_id: str,
    *,
    limit: float | None = None,
    at: int = 2030,
    below: bool = True,
    factors: Sequence[str] = (),
    scenario: str | None = None,
) -> Table:
    """Tabulate the conditions under which a series breaks a limit most often.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    limit : float, optional
        In the unit of the series; by default the level that a tenth of the futures break.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    below : bool
        Whether the limit is broken by less (default) or by more.
    factors : sequence of str
        Ids of other series; without any, those of `eastbound.risk.factors.DEFAULTS`.
    scenario : str, optional
        Its name; default is the first of the ensemble.

    Returns
    -------
    Table
        One row a condition, the most selective first, with the median of the factor; the caption states how many of the
        futures that break the limit meet all of them, and how often the limit is broken where they are met.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=1024, until=2030)
    >>> discovery(ens, "trade.china_russia.total", limit=250).frame.columns.tolist()
    ['condition', 'median of the forecast', 'p-value']
    """
    target, read, _key, year = target_and_factors(ens, series_id, at=at, factors=factors, scenario=scenario)
    limit = limit_or_tenth(target, limit, below=below)
    box = discover(read.values, target <= limit if below else target >= limit)
    labels = read.labels
    medians = np.median(read.values, axis=0)
    rows = [
        {
            "condition": f"{_(labels[item.factor])}: {_range(item, read.units[item.factor])}",
            "median of the forecast": numbers.number(float(medians[item.factor]), read.units[item.factor]),
            "p-value": digits("<0.001" if item.p_value < 0.001 else f"{item.p_value:.3f}"),
        }
        for item in box.limits
    ]
    card = variable(ens, series_id).attrs
    error = (box.density * (1.0 - box.density) / (box.mass * len(target))) ** 0.5
    caption = _(
        _BELOW if below else _ABOVE,
        label=label_of(ens, series_id),
        limit=numbers.level(limit, str(card["unit"])),
        year=year,
        inside=numbers.probability(box.density, error),
        overall=numbers.probability(box.base),
        covered=numbers.probability(box.coverage),
    )
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def _range(limit: Limit, unit: str) -> str:
    if np.isinf(limit.low):
        return _("at most {value}", value=numbers.number(limit.high, unit))
    if np.isinf(limit.high):
        return _("at least {value}", value=numbers.number(limit.low, unit))
    return numbers.interval(limit.low, limit.high, unit)
