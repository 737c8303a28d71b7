"""Tables of ready strings: the numbers behind a figure by year, scenario or view."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from eastbound.constants import BANDS
from eastbound.plots import parts
from eastbound.plots.style import numbers as fmt


def readable(table: pd.DataFrame, *, at: Iterable[int] = ()) -> pd.DataFrame:
    """Return the table behind a figure as strings for people.

    Parameters
    ----------
    table : DataFrame
        From one of the table functions of this package.
    at : iterable of int
        Years to keep where the table has them; without any, or when it has none of them, all years.

    Returns
    -------
    DataFrame
        One row per year, scenario or variant. Probabilities are rounded to their Monte-Carlo error.
    """
    attrs = table.attrs
    wanted = {str(year) for year in at} & set(table["period"].astype(str))
    kept = table[table["period"].isin(wanted)] if wanted else table
    kept.attrs = attrs
    return _READERS[attrs["figure"]](kept)


def _fan(table: pd.DataFrame) -> pd.DataFrame:
    ahead = table[table["part"] == "simulated"]
    return pd.DataFrame({"period": ahead["period"], **_band_columns(ahead, table.attrs["unit"])})


def _band_columns(table: pd.DataFrame, unit: str) -> dict[str, list[str]]:
    columns = {"median": [fmt.number(value, unit) for value in table["value"]]}
    for mass in BANDS:
        pairs = zip(table[f"low_{mass}"], table[f"high_{mass}"], strict=True)
        columns[f"{mass} % interval"] = [fmt.interval(low, high, unit) for low, high in pairs]
    return columns


def _by_threshold(table: pd.DataFrame) -> pd.DataFrame:
    unit = table.attrs["unit"]
    at_least = "≥ " if table.attrs["figure"] in ("probability", "passage") else ""
    rows = []
    for period, part in table.groupby("period", sort=True):
        row: dict[str, str] = {"year": str(period)}
        for _, one in part.iterrows():
            level = one["threshold"]
            head = level if isinstance(level, str) else at_least + fmt.level(level, unit)
            row[head] = fmt.probability(one["probability"], one["mcse"])
        row["Monte-Carlo error"] = f"at most {100 * part['mcse'].max():.1f} points"
        rows.append(row)
    return pd.DataFrame(rows).fillna(fmt.NONE)


def _by_scenario(table: pd.DataFrame) -> pd.DataFrame:
    unit, change = table.attrs["unit"], table.attrs["figure"] == "effect"
    rows = []
    for _, part in table.groupby("scenario", sort=False):
        row = {"scenario": str(part["title"].iloc[0])}
        for _, one in part.iterrows():
            row[str(one["period"])] = _change(one, unit) if change else _level(one, unit)
        rows.append(row)
    return pd.DataFrame(rows).fillna(fmt.NONE)


def _level(row: pd.Series, unit: str) -> str:
    return f"{fmt.plain(row['value'], unit)} ({fmt.interval(row['low_80'], row['high_80'], unit)})"


def _change(row: pd.Series, unit: str) -> str:
    low, high = fmt.signed(row["low_80"], unit), fmt.signed(row["high_80"], unit)
    return f"{fmt.signed(row['value'], unit)} ({low} to {high})"


def _utilization(table: pd.DataFrame) -> pd.DataFrame:
    ahead, unit = table[table["part"] == "simulated"], table.attrs["unit"]
    rows = []
    for period, part in ahead.groupby("period", sort=True):
        row = {"year": str(period)}
        row |= {str(one["measure"]): _level(one, unit) for _, one in part.iterrows()}
        row["flowing in"] = fmt.share_of_futures(float(part["defined"].min()), table.attrs["draws"])
        rows.append(row)
    return pd.DataFrame(rows).fillna(fmt.NONE)


def _variant(table: pd.DataFrame) -> pd.DataFrame:
    unit = table.attrs["unit"]
    columns: dict[str, Any] = {"view of the drift": list(table["variant"]), **_band_columns(table, unit)}
    del columns["50 % interval"]
    for name in [c for c in table.columns if c.startswith("p_") and c != "p_80_90"]:
        columns[f"≥ {name.removeprefix('p_')} %"] = _chances(table, name)
    columns["80 to 90 %"] = _chances(table, "p_80_90")
    columns["Monte-Carlo error"] = [f"at most {100 * error:.1f} points" for error in table["mcse"]]
    return pd.DataFrame(columns)


def _belief(table: pd.DataFrame) -> pd.DataFrame:
    unit, (low, high) = table.attrs["unit"], table.attrs["between"]
    columns: dict[str, Any] = {"belief in the band": list(table["belief"])}
    columns[f"chance of {fmt.interval(low, high, unit)}"] = _chances(table, "chance")
    columns["price, nats"] = [fmt.NONE if pd.isna(kl) else f"{kl:.2f}" for kl in table["kl"]]
    columns["effective draws"] = [fmt.NONE if pd.isna(ess) else f"{100 * ess:.0f} %" for ess in table["ess"]]
    columns["largest weight"] = [fmt.NONE if pd.isna(one) else f"{one:.1f} times equal" for one in table["largest"]]
    columns |= _band_columns(table, unit)
    del columns["50 % interval"]
    columns["note"] = ["outside the model" if refused else "" for refused in table["refused"]]
    return pd.DataFrame(columns if table["refused"].any() else {k: v for k, v in columns.items() if k != "note"})


def _chances(table: pd.DataFrame, column: str) -> list[str]:
    return [fmt.probability(p, error) for p, error in zip(table[column], table["mcse"], strict=True)]


def _panels(table: pd.DataFrame) -> pd.DataFrame:
    ahead = table[table["part"] == "simulated"]
    rows = []
    for name, part in ahead.groupby("series", sort=False):
        row = {"series": str(name)}
        row |= {str(one["period"]): _level(one, str(one["unit"])) for _, one in part.iterrows()}
        rows.append(row)
    return pd.DataFrame(rows).fillna(fmt.NONE)


_READERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "fan": _fan,
    "probability": _by_threshold,
    "passage": _by_threshold,
    "fall": _by_threshold,
    "milestone": _by_threshold,
    "comparison": _by_scenario,
    "effect": _by_scenario,
    "utilization": _utilization,
    "variant": _variant,
    "belief": _belief,
    "change": parts.readable_changes,
    "panels": _panels,
}
