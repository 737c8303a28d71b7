"""Value and share of each part of China's imports from Russia."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound import names
from eastbound.ensemble import summary
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, mark
from eastbound.plots.bands import only, scenario_of, years_in
from eastbound.plots.charts.changes import OTHERS, PRICED, UNKNOWN, known_apart
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with

_SHARES: Final = {"crude oil": "oil", "coal": "coal", "pipeline gas": "gas", "other goods": "rest"}
_CAPTION: Final = mark("Parts of imports and their shares: median and central 80 %")


def import_parts(ens: xr.Dataset, *, at: Iterable[int], scenario: str | None = None) -> Table:
    """Tabulate value and share of each part of China's imports in some years.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    at : iterable of int
        Years; those beyond the ensemble become its last.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    Table
        One row a part; medians with the central 80 %.
    """
    single = only(ens, scenario_of(ens, scenario))
    if not known_apart(single):
        return Table(pd.DataFrame({"part": [_("all imports")], "note": [_(UNKNOWN)]}), caption=_(_CAPTION))
    values = {part: value for part, (value, _key) in PRICED.items()} | OTHERS
    rows = []
    for part, series in values.items():
        row = {"part": _(part)}
        for year in years_in(ens, list(at)):
            row[_("USD bn in {year}", year=year)] = _central(single, series, year)
            row[_("share in {year}", year=year)] = _central(
                single, f"{names.CHINA_IMPORTS}.{_SHARES[part]}_share", year
            )
        rows.append(row)
    return Table(pd.DataFrame(rows), caption=caption_with(_(_CAPTION), held_text(ens)))


def _central(ens: xr.Dataset, series: str, year: int) -> str:
    low, middle, high = np.quantile(summary.annual(ens, series).sel(year=year).to_numpy(), [0.1, 0.5, 0.9])
    unit = str(ens[series].attrs["unit"])
    return f"{numbers.plain(middle, unit)} ({numbers.interval(low, high, unit)})"
