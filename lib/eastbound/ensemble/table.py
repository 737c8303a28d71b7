"""The forecasts of several series as one tidy table, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd
import xarray as xr

from eastbound.catalogue import headlines
from eastbound.ensemble.aggregate import annual, variable
from eastbound.ensemble.summary import quantiles
from eastbound.errors import InputError
from eastbound.values import listed

LEVELS: Final = (0.1, 0.5, 0.9)


def table(
    ens: xr.Dataset,
    series: str | Iterable[str] = (),
    *,
    at: int | str | Iterable[int | str] = (),
    levels: Sequence[float] = LEVELS,
) -> pd.DataFrame:
    """Tabulate mean and quantiles by year, one row per scenario, series and year.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series : str or iterable of str
        Ids or short names; by default the headline series of the ensemble.
    at : int, str or iterable of them
        Years; all by default.
    levels : sequence of float
        Quantile levels in [0, 1].

    Returns
    -------
    DataFrame
        Columns ``scenario``, ``series_id``, ``label``, ``unit``, ``year``, ``mean`` and one such as ``p10`` for each
        level. NaN where a series does not exist in any draw. ``.to_excel("forecast.xlsx", index=False)`` writes it.

    Raises
    ------
    UnknownName
        If the ensemble has no such series.
    InputError
        If it does not cover a year.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=64, until=2030)
    >>> eb.table(ens, ["trade", "share"], at=[2028, 2030]).columns.tolist()
    ['scenario', 'series_id', 'label', 'unit', 'year', 'mean', 'p10', 'p50', 'p90']
    """
    names = listed(series) or [name for name in headlines() if name in ens]
    wanted = [str(year) for year in listed(at)]
    return pd.concat([_rows(ens, name, wanted, levels) for name in names], ignore_index=True)


def _rows(ens: xr.Dataset, series_id: str, years: Sequence[str], levels: Sequence[float]) -> pd.DataFrame:
    about, means = variable(ens, series_id).attrs, annual(ens, series_id).mean("draw")
    known = [str(year) for year in means["year"].to_numpy()]
    if missing := [year for year in years if year not in known]:
        message = f"the ensemble covers the years {known[0]} to {known[-1]}; `at` names {', '.join(missing)}."
        raise InputError(message)
    wide = quantiles(ens, series_id, levels=levels).pivot(index=["scenario", "period"], columns="level", values="value")
    wide.columns = [f"p{100 * level:g}" for level in wide.columns]
    rows = wide.loc[[str(name) for name in ens["scenario"].to_numpy()]].reset_index()
    rows.insert(2, "mean", means.to_numpy().ravel())
    rows = rows[rows["period"].isin(years or known)].rename(columns={"period": "year"})
    for k, (name, value) in enumerate((("series_id", series_id), ("label", about["label"]), ("unit", about["unit"]))):
        rows.insert(k + 1, name, value)
    return rows.assign(year=rows["year"].astype(int))
