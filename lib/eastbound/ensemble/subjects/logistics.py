"""What the draws of logistics say about published claims and about how full each crossing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.core.quantiles import quantiles
from eastbound.ensemble import forecast_rows as records
from eastbound.ensemble.summary import annual, exceedance, first_passage, probability
from eastbound.evidence.choice import chosen
from eastbound.language import _, digits
from eastbound.models.logistics.levels import TRUCKS
from eastbound.models.logistics.model import BOTH_CORRIDORS
from eastbound.scenarios.systems import read_systems
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.scenarios.crossings import Crossing
    from eastbound.scenarios.reporting import Reporting

_MULTIPLE: Final = "logistics.checkpoint.primorye_china.traffic_multiple"
_LEVELS: Final = (0.1, 0.5, 0.9)
FULL: Final = 95.0  # percent of usable capacity over a year: the alarm level of utilization


def crossings(ens: xr.Dataset) -> tuple[Crossing, ...]:
    """Return the crossings of ``params/systems.yml`` that an ensemble holds."""
    return tuple(crossing for crossing in read_systems().crossings if crossing.series in ens.data_vars)


def crossing_use(ens: xr.Dataset, *, at: Sequence[int] = records.YEARS) -> pd.DataFrame:
    """Return what passes each crossing in a year and how full it is.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    at : sequence of int
        The years.

    Returns
    -------
    DataFrame
        One row a crossing and year: id, label, mode, series_id, unit, period, flow (median), flow_low, flow_high
        (10 and 90 %), use, low, high (percent of usable capacity; NaN where no capacity is published), full
        (probability that it is used to `FULL` percent or more) and mcse.
    """
    rows = []
    for crossing in crossings(ens):
        flow = annual(ens, crossing.series).isel(scenario=0)
        known = crossing.bounded and crossing.capacity_series in ens.data_vars
        capacity = annual(ens, crossing.capacity_series).isel(scenario=0) if known else None
        for year in at:
            passed = flow.sel(year=year)
            use, full, error = [np.nan] * 3, np.nan, np.nan
            if capacity is not None:
                room = capacity.sel(year=year)
                part = (100.0 * passed / room).where(room > 0.0)
                ready = part.dropna("draw")
                use = quantiles(ready.to_numpy().astype(float), _LEVELS).tolist() if ready.size else use
                full, error = (float(number) for number in probability(part >= FULL))
            edges = quantiles(passed.to_numpy().astype(float), _LEVELS).tolist()
            name = (crossing.id, crossing.label, crossing.mode, crossing.series, str(flow.attrs["unit"]), str(year))
            rows.append((*name, edges[1], edges[0], edges[2], use[1], use[0], use[2], full, error))
    columns = ["id", "label", "mode", "series_id", "unit", "period", "flow", "flow_low", "flow_high"]
    return pd.DataFrame(rows, columns=[*columns, "use", "low", "high", "full", "mcse"])


def claims(ens: xr.Dataset, *, book: Evidence, at: Sequence[int] = records.YEARS) -> pd.DataFrame:
    """Return the probability of the published claims on trucks and corridors, in a year and by it.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    book : Evidence
        Holds the claims: a multiple of the trucks that were counted last, and the cargo projected for the corridors.
    at : sequence of int
        The years.

    Returns
    -------
    DataFrame
        One row a claim and year: claim, series_id, threshold, unit, period, in_year (probability that the figure of
        the year reaches it), in_year_mcse, by_year (that one of any year up to it does) and by_year_mcse.
    """
    parts: list[tuple[Any, ...]] = []
    for text, series, threshold in _stated(book):
        inside = exceedance(ens, series, threshold, at=list(at))
        reached = first_passage(ens, series, threshold)
        first = str(ens["scenario"].to_numpy()[0])
        now, ever = (table[table["scenario"] == first].set_index("period") for table in (inside, reached))
        both = now[["probability", "mcse"]].join(ever[["by", "mcse"]].add_suffix("_year"))
        numbers = both.to_numpy(float).tolist()
        unit = str(ens[series].attrs["unit"])
        parts += [(text, series, threshold, unit, str(year), *row) for year, row in zip(at, numbers, strict=True)]
    columns = ["claim", "series_id", "threshold", "unit", "period", "in_year", "in_year_mcse", "by_year"]
    return pd.DataFrame(parts, columns=[*columns, "by_year_mcse"])


def _stated(book: Evidence) -> list[tuple[str, str, float]]:
    """Return the claims that the book holds: words in the language in use, series and threshold."""
    result = []
    multiple = chosen(book, _MULTIPLE, kinds=("plan", "projection"))
    counted = chosen(book, TRUCKS, kinds=("observed",))
    if len(multiple) and len(counted):
        factor, base = float(multiple["value"].iloc[-1]), float(counted["value"].iloc[-1])
        text = _("trucks at {factor} times {base} a day", factor=digits(f"{factor:g}"), base=digits(f"{base:g}"))
        result.append((text, TRUCKS, factor * base))
    cargo = chosen(book, BOTH_CORRIDORS, kinds=("plan", "projection"))
    if len(cargo):
        value = float(cargo["value"].iloc[-1])
        result.append((_("{value} Mt on the corridors", value=digits(f"{value:g}")), BOTH_CORRIDORS, value))
    return result


def complete(
    record: Record, ens: xr.Dataset, *, book: Evidence, settings: Mapping[str, Any], reporting: Reporting
) -> Record:
    """Add the published claims, the use of each crossing and what is tracked without a forecast.

    Parameters
    ----------
    record : dict
        Schema ``forecast/1``.
    ens : xarray.Dataset
        From `simulate`, one scenario.
    book : Evidence
        The evidence of the forecast.
    settings, reporting
        Not needed here.

    Returns
    -------
    dict
        The record with ``claims`` (`claims`), ``crossings`` (`crossing_use`) and ``tracked``.
    """
    years = records.years_of(ens)
    tracked = [{"id": item.id, "label": item.label, "missing": item.missing} for item in read_systems().tracked]
    parts = {"claims": claims(ens, book=book, at=years), "crossings": crossing_use(ens, at=years)}
    return {**record, **{name: _records(table) for name, table in parts.items()}, "tracked": tracked}


def _records(table: pd.DataFrame) -> list[Record]:
    rows = (dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False))
    return [{k: records.number(v) if isinstance(v, float) else v for k, v in row.items()} for row in rows]


def as_lines(record: Record) -> list[str]:
    """Return the claims, the use of the crossings and the tracked places as text."""
    lines = ["", "Published claims: probability in the year, and by it"]
    for row in record["claims"]:
        inside, reached = (f"{row[name]:.4f} ± {row[f'{name}_mcse']:.4f}" for name in ("in_year", "by_year"))
        lines.append(f"{row['claim']:<34}  in {row['period']}: {inside}   by {row['period']}: {reached}")
    lines += ["", f"Use of capacity, percent: median (10-90 %), probability of {FULL:g} % or more"]
    for row in record["crossings"]:
        use = "no capacity published"
        if row["use"] is not None:
            use = f"{row['use']:.0f} ({row['low']:.0f}-{row['high']:.0f}), {row['full']:.2f} ± {row['mcse']:.2f}"
        lines.append(f"{row['label']:<42} {row['period']}  {use}")
    lines += ["", "Tracked without a forecast; it would need:"]
    return [*lines, *(f"{row['label']}: {row['missing']}" for row in record["tracked"])]
