"""Select and widen the numbers of a run for its exports."""

from __future__ import annotations

from typing import Final

import pandas as pd

from eastbound.catalogue import cards

FORECAST_KINDS: Final = ("quantile", "mean")


def forecasts(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the quantiles and means by year that have a value.

    A year in which a series does not exist in any future, such as the utilization of a pipeline before its first gas,
    has none.
    """
    return numbers[numbers["kind"].isin(FORECAST_KINDS) & numbers["value"].notna()].reset_index(drop=True)


def wide_forecasts(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per scenario, series and year, with the mean and a column per quantile.

    Examples
    --------
    >>> known = {"scenario": "baseline", "series_id": "trade.china_russia.total", "period": "2030", "unit": "USD_bn"}
    >>> rows = [{**known, "kind": "mean", "value": 264.0}, {**known, "kind": "quantile", "level": 0.5, "value": 262.0}]
    >>> wide_forecasts(pd.DataFrame(rows)).columns.tolist()
    ['scenario', 'series_id', 'label', 'unit', 'year', 'mean', '0.5']
    """
    rows = forecasts(numbers)
    columns = [
        "mean" if kind == "mean" else f"{level:g}" for kind, level in zip(rows["kind"], rows["level"], strict=True)
    ]
    named = rows.assign(
        column=columns,
        year=rows["period"].astype(int),
        label=[cards()[name].label for name in rows["series_id"]],
    )
    index = ["scenario", "series_id", "label", "unit", "year"]
    wide = named.pivot(index=index, columns="column", values="value")
    in_order = wide.loc[list(dict.fromkeys(named[index].itertuples(index=False, name=None)))]
    levels = sorted((name for name in wide.columns if name != "mean"), key=float)
    return in_order[["mean", *levels]].reset_index().rename_axis(columns=None)


def probabilities(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the probabilities and headline numbers of a run, without the columns that they leave empty."""
    rows = numbers[~numbers["kind"].isin(FORECAST_KINDS)]
    return rows[["scenario", "kind", "name", "period", "value", "mcse", "unit"]].reset_index(drop=True)
