"""Exchange formats of an ensemble, for an analyst who made no report."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import xarray as xr

from eastbound.catalogue import headlines
from eastbound.reports.exports.hub import hub_table
from eastbound.reports.exports.iamc import iamc_table
from eastbound.reports.history.numbers import forecast_numbers
from eastbound.values import listed


def to_iamc(ens: xr.Dataset, series: str | Iterable[str] = ()) -> pd.DataFrame:
    """Return means and quantiles in the wide IAMC layout, which pyam reads.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series : str or iterable of str
        Ids or short names; by default the headline series of the ensemble.

    Returns
    -------
    DataFrame
        Columns Model, Scenario, Region, Variable and Unit, then one per year.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=64, until=2030)
    >>> eb.to_iamc(ens, "trade").columns.tolist()[:6]
    ['Model', 'Scenario', 'Region', 'Variable', 'Unit', '2026']
    """
    return iamc_table(_numbers(ens, series))


def to_hubverse(ens: xr.Dataset, series: str | Iterable[str] = ()) -> pd.DataFrame:
    """Return means and 23 quantiles as model output of hubverse.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series : str or iterable of str
        Ids or short names; by default the headline series of the ensemble.

    Returns
    -------
    DataFrame
        One row per scenario, series, year and output.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=64, until=2030)
    >>> sorted(set(eb.to_hubverse(ens, "trade")["output_type"]))
    ['mean', 'quantile']
    """
    return hub_table(_numbers(ens, series), as_of=str(ens.attrs["as_of"]))


def _numbers(ens: xr.Dataset, series: str | Iterable[str]) -> pd.DataFrame:
    return forecast_numbers(ens, listed(series) or [name for name in headlines() if name in ens])
