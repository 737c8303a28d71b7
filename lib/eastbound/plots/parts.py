"""What China imports from Russia by part, and how much of a change is price and how much is volume."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound import names
from eastbound.ensemble import summary
from eastbound.plots.bands import EDGES, only, scenario_of, with_attrs, years_in
from eastbound.plots.style import canvas, marks
from eastbound.plots.style import numbers as fmt
from eastbound.plots.style.axes import finish_axes
from eastbound.plots.style.canvas import styled

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

PRICED: Final = {"crude oil": (names.OIL_VALUE, names.OIL_VOLUME), "coal": (names.COAL_VALUE, names.COAL_VOLUME)}
OTHERS: Final = {"pipeline gas": names.GAS_VALUE, "other goods": names.IMPORTS_REST}
_SHARES: Final = {"crude oil": "oil", "coal": "coal", "pipeline gas": "gas", "other goods": "rest"}
SIDES: Final = ("low", "high")
UNKNOWN: Final = "At this date too few months of energy were known, so imports are one series without parts."


def change_table(
    ens: xr.Dataset, *, end: int | None = None, scenario: str | None = None, book: Evidence | None = None
) -> pd.DataFrame:
    """Return what a change of China's imports consists of: prices, volumes, and parts without a price.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    end : int, optional
        The year compared with the first of the ensemble; default is the second.
    scenario : str, optional
        Default is the first of the ensemble.
    book : Evidence, optional
        For the date of the last observation in the footer.

    Returns
    -------
    DataFrame
        Columns part, period, value (mean), low_50 … high_95, USD bn; the last row is all imports. Means add up,
        quantiles do not. Empty where the parts were not known apart.

    Notes
    -----
    METHODS 2.1. In each draw, with V = P Q the change of V is the change of P at the mean Q plus that of Q at the mean
    P: exact, and the same backwards.
    """
    one = only(ens, scenario_of(ens, scenario))
    years = [int(year) for year in summary.annual(one, names.CHINA_IMPORTS)["year"].to_numpy()]
    first, last = years[0], years_in(ens, [end or years[min(1, len(years) - 1)]])[0]
    rows = [
        {"part": part, "period": f"{first}–{last}", "value": change.mean(), **_bands(change)}
        for part, change in _changes(one, first, last).items()
    ]
    table = with_attrs(
        pd.DataFrame(rows, columns=["part", "period", "value", *_bands(np.zeros(1))]),
        ens,
        names.CHINA_IMPORTS,
        figure="change",
        scenario=scenario_of(ens, scenario),
        book=book,
    )
    table.attrs["span"] = f"{first} to {last}"
    return table


@styled
def changes(
    ens: xr.Dataset,
    *,
    end: int | None = None,
    ax: Axes | None = None,
    scenario: str | None = None,
    book: Evidence | None = None,
) -> Axes:
    """Draw what a change of China's imports consists of.

    Parameters
    ----------
    ens, end, scenario, book
        As in `change_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        Without anything in it where the parts were not known apart.
    """
    table = change_table(ens, end=end, scenario=scenario, book=book)
    ax = canvas.new_axes(ax)
    colors = canvas.palette(max(len(table), 1))
    for place, (color, (_, row)) in enumerate(zip(colors, table.iterrows(), strict=False)):
        marks.interval(ax, place, row, color=color)
    if len(table):
        ax.axhline(0.0, color="0.4", linewidth=0.8, zorder=0)
        ax.set_xticks(range(len(table)), [part.replace(", ", ",\n") for part in table["part"]])
        ax.set_xlim(-0.5, len(table) - 0.3)
    finish_axes(ax, table, title=f"{table.attrs['label']}, change {table.attrs['span']}", time=False)
    ax.set_xlabel("dot: mean; bars: central 95, 80 and 50 % of futures")
    return ax


def parts_table(ens: xr.Dataset, *, at: Iterable[int], scenario: str | None = None) -> pd.DataFrame:
    """Return value and share of each part of China's imports in some years.

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
    DataFrame of str
        One row a part; medians with the central 80 %.
    """
    one = only(ens, scenario_of(ens, scenario))
    if not _known(one):
        return pd.DataFrame({"part": ["all imports"], "note": [UNKNOWN]})
    values = {part: value for part, (value, _) in PRICED.items()} | OTHERS
    rows = []
    for part, series in values.items():
        row = {"part": part}
        for year in years_in(ens, list(at)):
            row[f"USD bn in {year}"] = _central(one, series, year)
            row[f"share in {year}"] = _central(one, f"{names.CHINA_IMPORTS}.{_SHARES[part]}_share", year)
        rows.append(row)
    return pd.DataFrame(rows)


def finding_of_changes(table: pd.DataFrame) -> str:
    """Return the sentence of a change table: the whole change, then its largest parts."""
    if table.empty:
        return UNKNOWN
    unit, whole = table.attrs["unit"], table.iloc[-1]
    order = table.iloc[:-1].sort_values("value", key=np.abs, ascending=False)
    largest = [f"{row['part']} {fmt.signed(row['value'], unit)}" for _, row in order.head(3).iterrows()]
    mean, low, high = (fmt.signed(whole[name], unit) for name in ("value", "low_80", "high_80"))
    return (
        f"From {table.attrs['span']} imports change by {mean} {fmt.UNITS.get(unit, unit)} on average "
        f"(80 % of futures: {low} to {high}); largest: {', '.join(largest)}."
    )


def readable_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Return a change table as strings."""
    unit = table.attrs["unit"]
    bands = zip(table["low_80"], table["high_80"], strict=True)
    return pd.DataFrame(
        {
            "part": table["part"],
            "mean change": [fmt.signed(value, unit) for value in table["value"]],
            "80 % interval": [f"{fmt.signed(low, unit)} to {fmt.signed(high, unit)}" for low, high in bands],
        }
    )


def _changes(ens: xr.Dataset, first: int, last: int) -> dict[str, np.ndarray]:
    """Return the change of each part by draw, and that of all imports; nothing where parts are not known."""
    if not _known(ens):
        return {}
    out = {}
    for part, (value, volume) in PRICED.items():
        (v0, q0), (v1, q1) = ((_year(ens, value, year), _year(ens, volume, year)) for year in (first, last))
        out[f"{part}, price"] = (v1 / q1 - v0 / q0) * (q0 + q1) / 2.0
        out[f"{part}, volume"] = (q1 - q0) * (v0 / q0 + v1 / q1) / 2.0
    for part, series in (*OTHERS.items(), ("all imports", names.CHINA_IMPORTS)):
        out[part] = _year(ens, series, last) - _year(ens, series, first)
    return out


def _known(ens: xr.Dataset) -> bool:
    return bool(np.isfinite(ens[names.IMPORTS_REST][0, 0, 0]))


def _year(ens: xr.Dataset, series: str, year: int) -> np.ndarray:
    return summary.annual(ens, series).sel(year=year).to_numpy().ravel().astype(np.float64)


def _central(ens: xr.Dataset, series: str, year: int) -> str:
    low, middle, high = np.quantile(_year(ens, series, year), [0.1, 0.5, 0.9])
    unit = str(ens[series].attrs["unit"])
    return f"{fmt.plain(middle, unit)} ({fmt.interval(low, high, unit)})"


def _bands(change: np.ndarray) -> dict[str, float]:
    """Return the edges of the bands, named as in every table."""
    edges = [(f"{side}_{mass}", edge) for mass, pair in EDGES.items() for side, edge in zip(SIDES, pair, strict=True)]
    found = np.quantile(change, [edge for _, edge in edges])
    return {name: float(value) for (name, _), value in zip(edges, found, strict=True)}
