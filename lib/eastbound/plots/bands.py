"""The table behind each figure: one function per figure, numbers only, nothing drawn.

Every table carries in ``attrs`` what its drawing and its sentences need:
``figure`` (its kind), ``label``, ``unit``, ``scenario`` (title), ``freq`` and
``footer`` (last data date and source).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.constants import BANDS
from eastbound.ensemble import summary
from eastbound.errors import UnknownName
from eastbound.names import OWN_HISTORY, REFERENCE_CLASS
from eastbound.plots.chart import Facts
from eastbound.plots.observed import footer_text, last_observed, observed

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
    UnknownName
        If the ensemble has no such scenario.
    """
    names = [str(name) for name in ens["scenario"].to_numpy()]
    if scenario is None:
        return names[0]
    if scenario not in names:
        raise UnknownName("scenario", scenario, names, where="this ensemble")
    return scenario


def only(ens: xr.Dataset, scenario: str) -> xr.Dataset:
    """Return the ensemble of one scenario as a view; selecting by a list of names would copy every series."""
    place = [str(name) for name in ens["scenario"].to_numpy()].index(scenario)
    return ens.isel(scenario=slice(place, place + 1))


def titles(ens: xr.Dataset) -> dict[str, str]:
    """Return the title of each scenario by name; the name itself where none is given."""
    names = [str(name) for name in ens["scenario"].to_numpy()]
    known = [str(title) for title in ens["title"].to_numpy()] if "title" in ens.coords else names
    return dict(zip(names, known, strict=True))


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
    return table.assign(x=[place(str(period)) for period in table["period"]])


def place(period: str) -> float:
    """Return where a period stands on a time axis: a year at its number, a month at its middle.

    Examples
    --------
    >>> place("2035"), place("2030-07")
    (2035.0, 2030.5416666666667)
    """
    year, _, month = period.partition("-")
    return float(year) if not month else int(year) + (int(month) - 0.5) / 12


def fan_table(
    ens: xr.Dataset,
    series_id: str,
    *,
    scenario: str | None = None,
    freq: Frequency = "Y",
    book: Evidence | None = None,
) -> pd.DataFrame:
    """Return observed and simulated values of a series for a fan.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    scenario : str, optional
        Default is the first of the ensemble.
    freq : {"Y", "M"}
        Years, or months within two years of the last observed one.
    book : Evidence, optional
        Gives the observed values and the source line.

    Returns
    -------
    DataFrame
        Columns part (observed, simulated), period, x, value (observed value or
        median), low, high (of an observation), grade, low_50 … high_95, defined.
    """
    name = scenario_of(ens, scenario)
    simulated = bands(summary.quantiles(only(ens, name), series_id, freq=freq, levels=LEVELS))
    table = simulated.drop(columns="scenario").assign(part="simulated", grade="")
    seen = observed(book, series_id, freq=freq)
    if freq == "M":
        end = last_observed(book, series_id) or float(table["x"].iloc[0])
        table, seen = (part[(part["x"] - end).abs() <= MONTHS_SHOWN / 12 + 0.04] for part in (table, seen))
        # months known only as part of a sum stay simulated, given the sum
        table = table[table["x"] > seen["x"].max() + 0.01] if len(seen) else table
    both = pd.concat([seen.assign(part="observed", defined=1.0), table], ignore_index=True) if len(seen) else table
    return with_attrs(both, ens, series_id, figure="fan", scenario=name, freq=freq, book=book)


def comparison_table(ens: xr.Dataset, series_id: str, *, book: Evidence | None = None) -> pd.DataFrame:
    """Return medians and bands of a series under every scenario of the ensemble.

    Parameters
    ----------
    ens, series_id, book
        As in `fan_table`.

    Returns
    -------
    DataFrame
        Columns scenario, title, period, x, value, low_50 … high_95, defined.
    """
    table = bands(summary.quantiles(ens, series_id, levels=LEVELS))
    table = table.assign(title=table["scenario"].map(titles(ens)))
    return with_attrs(table, ens, series_id, figure="comparison", scenario=None, book=book)


def effect_table(
    ens: xr.Dataset, series_id: str, *, baseline: str = "baseline", book: Evidence | None = None
) -> pd.DataFrame:
    """Return what each scenario adds to the baseline, draw by draw.

    Parameters
    ----------
    ens, series_id, book
        As in `fan_table`.
    baseline : str
        The scenario to subtract.

    Returns
    -------
    DataFrame
        The columns of `comparison_table`; empty when the ensemble holds nothing but the baseline.
    """
    table = bands(summary.difference(ens, series_id, baseline=baseline, levels=LEVELS))
    table = table.assign(title=table["scenario"].map(titles(ens)))
    with_attrs(table, ens, series_id, figure="effect", scenario=None, book=book)
    if table["scenario"].nunique() == 1:
        table.attrs["scenario"] = str(table["title"].iloc[0])
    return table


def panels_table(
    ens: xr.Dataset, series_ids: Sequence[str], *, scenario: str | None = None, book: Evidence | None = None
) -> pd.DataFrame:
    """Return the fans of several series below one another.

    Parameters
    ----------
    ens, scenario, book
        As in `fan_table`.
    series_ids : sequence of str

    Returns
    -------
    DataFrame
        The columns of `fan_table`, with series (its label) and unit.
    """
    fans = [fan_table(ens, name, scenario=scenario, book=book) for name in series_ids]
    parts = [part.assign(series=part.attrs["label"], unit=part.attrs["unit"]) for part in fans]
    attrs = {**fans[0].attrs, "figure": "panels", "label": ", ".join(part.attrs["label"] for part in fans)}
    for part in parts:
        part.attrs = {}  # pandas compares attrs when it joins, and these differ on purpose
    table = pd.concat(parts, ignore_index=True)
    table.attrs = attrs
    return table


def utilization_table(
    ens: xr.Dataset, system: str, *, scenario: str | None = None, book: Evidence | None = None
) -> pd.DataFrame:
    """Return the utilizations of a system against nameplate, contract and technical capacity.

    Parameters
    ----------
    ens, scenario, book
        As in `fan_table`.
    system : str
        The stem of its series, such as ``"gas.pos"``.

    Returns
    -------
    DataFrame
        Columns measure (nameplate, contract, technical), part, period, x, value, low_50 … high_95, defined.

    Raises
    ------
    UnknownName
        If the ensemble has no utilization of that system.
    """
    stem = f"{system}.utilization_"
    known = [str(name) for name in ens.data_vars]
    found = [name for name in known if name.startswith(stem)]
    if not found:
        systems = sorted({name.partition(".utilization_")[0] for name in known if ".utilization_" in name})
        raise UnknownName("system", system, systems, where="this ensemble")
    parts = [
        fan_table(ens, name, scenario=scenario, book=book).assign(measure=name.removeprefix(stem)) for name in found
    ]
    table = pd.concat(parts, ignore_index=True)
    headline = f"{stem}nameplate" if f"{stem}nameplate" in found else found[0]
    return with_attrs(table, ens, headline, figure="utilization", scenario=scenario_of(ens, scenario), book=book)


def facts_of(
    ens: xr.Dataset,
    series_id: str,
    *,
    title: str = "{label}",
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
        Of the chart; ``{label}`` stands for the name of the series.
    scenario : str, optional
        Name of the scenario that the chart shows; None when it shows several.
    freq : {"Y", "M"}
    book : Evidence, optional
        Gives the last data date and the source.
    """
    card = summary.variable(ens, series_id).attrs
    label = str(card["label"])
    observed_id = series_id.removesuffix(f".{OWN_HISTORY}").removesuffix(f".{REFERENCE_CLASS}")
    return Facts(
        title=title.format(label=label),
        label=label,
        unit=str(card["unit"]),
        footer=footer_text(ens, book, (observed_id,)),
        scenario=titles(ens)[scenario] if scenario else "",
        aggregate=str(card["aggregate"]),
        freq=freq,
        draws=ens.sizes["draw"],
    )


def with_attrs(
    table: pd.DataFrame,
    ens: xr.Dataset,
    series_id: str,
    *,
    figure: str,
    scenario: str | None,
    freq: Frequency = "Y",
    book: Evidence | None = None,
) -> pd.DataFrame:
    """Attach what drawing and sentences need to a table: kind, label, unit, scenario title, footer."""
    card = summary.variable(ens, series_id).attrs
    base = series_id.removesuffix(f".{OWN_HISTORY}").removesuffix(f".{REFERENCE_CLASS}")
    facts: dict[str, Any] = {"figure": figure, "label": str(card["label"]), "unit": str(card["unit"])}
    facts |= {"aggregate": str(card["aggregate"]), "freq": freq, "series_id": series_id, "draws": ens.sizes["draw"]}
    facts |= {"scenario": titles(ens)[scenario] if scenario else "", "footer": footer_text(ens, book, (base,))}
    table.attrs.update(facts)
    return table
