"""Arrange the numbers of a run as an IAMC table, which pyam and the scenario databases of IIASA read."""

from __future__ import annotations

from typing import Final

import pandas as pd

from eastbound.reports.exports.columns import forecasts

INDEX: Final = ("Model", "Scenario", "Region", "Variable", "Unit")
MODEL: Final = "Eastbound"
_PRIMORYE: Final = "Primorye"


def iamc_table(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return means and quantiles by year in the wide IAMC layout.

    Parameters
    ----------
    numbers : DataFrame
        Columns of `eastbound.reports.history.numbers.COLUMNS`.

    Returns
    -------
    DataFrame
        Columns `INDEX`, then one column per year. A variable is the id of the series with ``|`` for each dot, then
        ``Mean`` or the percentile; years without a figure are empty.

    References
    ----------
    IAMC time-series format, https://pyam-iamc.readthedocs.io/en/stable/data.html

    Examples
    --------
    >>> row = {"scenario": "baseline", "kind": "quantile", "series_id": "trade.china_russia.total", "period": "2030",
    ...     "level": 0.5, "value": 262.0, "unit": "USD_bn"}
    >>> iamc_table(pd.DataFrame([row])).to_csv(index=False).splitlines()[1]
    'Eastbound,baseline,Russia,trade|china_russia|total|50.0th Percentile,USD_bn,262.0'
    """
    rows = forecasts(numbers)
    statistics = [_statistic(kind, level) for kind, level in zip(rows["kind"], rows["level"], strict=True)]
    named = pd.DataFrame(
        {
            "Model": MODEL,
            "Scenario": rows["scenario"],
            "Region": [_region(name) for name in rows["series_id"]],
            "Variable": rows["series_id"].str.replace(".", "|", regex=False) + "|" + statistics,
            "Unit": rows["unit"],
            "year": rows["period"].astype(int),
            "value": rows["value"],
        }
    )
    wide = named.pivot(index=list(INDEX), columns="year", values="value")
    in_order = wide.loc[list(dict.fromkeys(named[list(INDEX)].itertuples(index=False, name=None)))]
    table = in_order.reset_index()
    table.columns = [str(column) for column in table.columns]
    return table


def _statistic(kind: str, level: float) -> str:
    return "Mean" if kind == "mean" else f"{100 * level:.1f}th Percentile"


def _region(series_id: str) -> str:
    """Return the region of a series: the one region that has series of its own, else the country."""
    return _PRIMORYE if _PRIMORYE.lower() in series_id else "Russia"
