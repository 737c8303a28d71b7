"""Medians and bands of an ensemble as tables, and the facts that charts of them repeat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.constants import BANDS
from eastbound.ensemble import summary
from eastbound.ensemble.aggregate import scenario_part
from eastbound.ensemble.with_views import held_text
from eastbound.errors import InputError, UnknownName, shortened
from eastbound.language import _
from eastbound.names import OWN_HISTORY, REFERENCE_CLASS
from eastbound.plots.chart import Facts
from eastbound.plots.observed import footer_text

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

Frequency = Literal["Y", "M"]
EDGES = {mass: ((100 - mass) / 200, (100 + mass) / 200) for mass in BANDS}
LEVELS = sorted({0.5, *(edge for edges in EDGES.values() for edge in edges)})
MONTHS_SHOWN = 24  # before and after the last observed month; further out a month says less than its year
MIN_DEFINED = 0.05  # below this share of draws a quantile rests on too few of them to be drawn


def scenario_of(ens: xr.Dataset, scenario: str | None = None) -> str:
    """Return the name of the chosen scenario, by default the first of the ensemble.

    Raises
    ------
    InputError
        If `ens` is not an ensemble.
    UnknownName
        If the ensemble has no such scenario.
    """
    if not isinstance(ens, xr.Dataset):
        message = f"a chart needs an ensemble, not {shortened(repr(ens))}; give the result of `eb.simulate`."
        raise InputError(message)
    names = [str(name) for name in ens["scenario"].to_numpy()]
    if scenario is None:
        return names[0]
    if scenario not in names:
        raise UnknownName("scenario", scenario, names, where="this ensemble")
    return scenario


def only(ens: xr.Dataset, scenario: str) -> xr.Dataset:
    """Return the ensemble of one scenario as a view; selecting by a list of names would copy every series."""
    index = [str(name) for name in ens["scenario"].to_numpy()].index(scenario)
    return scenario_part(ens, index)


def titles(ens: xr.Dataset) -> dict[str, str]:
    """Return the title of each scenario by name; the name itself where none is given."""
    names = [str(name) for name in ens["scenario"].to_numpy()]
    known = [str(title) for title in ens["title"].to_numpy()] if "title" in ens.coords else names
    return dict(zip(names, map(_, known), strict=True))


def years_in(ens: xr.Dataset, wanted: Iterable[int]) -> list[int]:
    """Return the wanted years that the ensemble covers, or its last year when it covers none."""
    years = np.unique(ens["period"].dt.year.to_numpy())
    return [int(year) for year in wanted if year in years] or [int(years[-1])]


def bands(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn tidy quantiles into one row per scenario and period: value, low_50, high_50, …, defined.

    Parameters
    ----------
    frame : DataFrame
        From `eastbound.quantiles` at `LEVELS`.
    """
    frame = frame[frame["defined"] >= MIN_DEFINED]
    levels = {round(float(str(level)), 4): part for level, part in frame.groupby("level")}
    empty = frame.iloc[:0]
    middle = levels.get(0.5, empty)
    table = middle[["scenario", "period", "value", "defined"]].reset_index(drop=True)
    for mass, edges in EDGES.items():
        for side, edge in zip(("low", "high"), edges, strict=True):
            table[f"{side}_{mass}"] = levels.get(round(edge, 4), empty)["value"].to_numpy()
    return table.assign(x=[axis_position(str(period)) for period in table["period"]])


def axis_position(period: str) -> float:
    """Return the position of a period on a time axis: a year at its number, a month at its middle.

    Examples
    --------
    >>> axis_position("2035"), axis_position("2030-07")
    (2035.0, 2030.5416666666667)
    """
    year, _key, month = period.partition("-")
    return float(year) if not month else int(year) + (int(month) - 0.5) / 12


def label_of(ens: xr.Dataset, series_id: str) -> str:
    """Return the name of a series of an ensemble, in the language of the page."""
    label = str(summary.variable(ens, series_id).attrs["label"])
    return _(label)


def facts_of(
    ens: xr.Dataset,
    series_id: str,
    *,
    title: str = "",
    scenario: str | None = None,
    freq: Frequency = "Y",
    book: Evidence | None = None,
) -> Facts:
    """Return what axes, footer and sentences of a chart repeat about a series.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    title : str
        Of the chart, in English; ``{label}`` stands for the name of the series, which is the title by default.
    scenario : str, optional
        Name of the scenario that the chart shows; None when it shows several.
    freq : {"Y", "M"}
    book : Evidence, optional
        Gives the last data date and the source.
    """
    card = summary.variable(ens, series_id).attrs
    label = label_of(ens, series_id)
    observed_id = series_id.removesuffix(f".{OWN_HISTORY}").removesuffix(f".{REFERENCE_CLASS}")
    return Facts(
        title=_(title, label=label) if title else label,
        label=label,
        unit=str(card["unit"]),
        footer=footer_text(ens, book, (observed_id,)),
        scenario=titles(ens)[scenario] if scenario else "",
        aggregate=str(card["aggregate"]),
        freq=freq,
        draws=ens.sizes["draw"],
        held=held_text(ens),
    )
