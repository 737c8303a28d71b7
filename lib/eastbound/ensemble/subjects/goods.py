"""What the draws say about goods: the table of goods, the composition of both flows, and what a fee or rate does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import ndtri

from eastbound import catalogue, names
from eastbound.core.quantiles import quantiles
from eastbound.ensemble import forecast_rows as records
from eastbound.ensemble.summary import annual, history
from eastbound.models.goods.groups import GROUPS
from eastbound.models.goods.policy import car_price, fee_path
from eastbound.models.goods.sums import figures
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.scenarios.reporting import Reporting

_LEVELS: Final = (0.1, 0.5, 0.9)
_FEE_RISE: Final = 0.1
# How a good is forecast; pages put it into words with the number of its figures.
MODELLED: Final = "own model"
REMAINDER: Final = "what is left of its flow"
SHARED: Final = "share of its flow"
FOLLOWED: Final = "tracked"
# Goods with a model of their own, beside the shares.
ENERGY: Final = (names.OIL_VALUE, names.OIL_VOLUME, names.COAL_VALUE, names.COAL_VOLUME, names.GAS_VALUE)
# Parts of a share that are watched without a forecast.
TRACKED: Final = (
    *(
        f"composition.china_imports_from_russia.{good}_value"
        for good in ("aluminium", "copper", "nickel", "steel", "seafood")
    ),
    "composition.china_imports_from_russia.sawnwood_volume",
    "products.china_imports_from_russia.yoy",
    "composition.china_exports_to_russia.smartphones_value",
    "trade.china_russia.ecommerce_value",
)


def goods(ens: xr.Dataset, *, book: Evidence, at: Sequence[int] = records.YEARS) -> pd.DataFrame:
    """Return every good with its newest figure and its forecast.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    book : Evidence
        Has the figures.
    at : sequence of int
        The years.

    Returns
    -------
    DataFrame
        One row a good and year: series_id, label, unit, newest (figure, NaN where none is published), newest_period,
        age_months, source, basis (how it is forecast: `MODELLED`, `REMAINDER`, `SHARED` or `FOLLOWED`), figures (the
        number that a share or a tracked good has, else 0), period, median, low and high (central 80 %). Goods that
        are only tracked have one row without a period.
    """
    rows: list[dict[str, Any]] = []
    modelled = [name for name in (*ENERGY, *_shared()) if name in ens]
    for name in modelled:
        basis, count = _basis(book, name)
        start = {**_newest(book, name), "basis": basis, "figures": count}
        years = annual(ens, name).isel(scenario=0)
        for year in at:
            low, middle, high = quantiles(years.sel(year=year).to_numpy().astype(float), _LEVELS)
            rows.append({**start, "period": str(year), "median": middle, "low": low, "high": high})
    for name in TRACKED:
        count = len(history(book, name))
        row = {**_newest(book, name), "basis": FOLLOWED, "figures": count, "period": ""}
        rows.append(row | dict.fromkeys(("median", "low", "high"), np.nan))
    return pd.DataFrame(rows)


def _shared() -> tuple[str, ...]:
    """Return the headline goods in their order."""
    return catalogue.headlines("goods")


def _newest(book: Evidence, series: str) -> dict[str, Any]:
    card, known = catalogue.card(series), history(book, series)
    row: dict[str, Any] = {"series_id": series, "label": card.label, "unit": card.unit, "newest": np.nan}
    row |= {"newest_period": "", "age_months": np.nan, "source": ""}
    if len(known):
        newest = known.sort_values("end").iloc[-1]
        age = max(0, (pd.Timestamp(book.as_of) - pd.Timestamp(newest["end"])).days // 30)
        value = newest["value"] if not np.isnan(newest["value"]) else 0.5 * (newest["low"] + newest["high"])
        row |= {"newest": float(value), "newest_period": str(newest["period"]), "age_months": float(age)}
        row["source"] = str(book.sources.loc[newest["source_id"], "publisher"])
    return row


def _basis(book: Evidence, series: str) -> tuple[str, int]:
    for group in GROUPS:
        if series in (group.value, group.volume):
            return SHARED, len(figures(book, group))
    return (REMAINDER if series.endswith(".other_value") else MODELLED), 0


def composition(ens: xr.Dataset, *, at: Sequence[int] = records.YEARS) -> pd.DataFrame:
    """Return what China's exports to and imports from Russia consist of.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    at : sequence of int
        The years.

    Returns
    -------
    DataFrame
        One row a flow, part and year: flow, series_id, label, period, value (median percent of the flow), low, high
        (central 80 %). Parts that this vintage does not know apart are missing.
    """
    rows = []
    for flow in (names.CHINA_EXPORTS, names.CHINA_IMPORTS):
        whole = annual(ens, flow).isel(scenario=0)
        for part in _parts(flow):
            share = 100.0 * annual(ens, part).isel(scenario=0) / whole
            if bool(np.isnan(share).any()):
                continue
            for year in at:
                low, middle, high = quantiles(share.sel(year=year).to_numpy().astype(float), _LEVELS)
                rows.append((flow, part, catalogue.card(part).label, str(year), middle, low, high))
    return pd.DataFrame(rows, columns=["flow", "series_id", "label", "period", "value", "low", "high"])


def _parts(flow: str) -> list[str]:
    """Return the goods below a flow."""
    parts = catalogue.sums().get(flow, ())
    return [leaf for part in parts for leaf in _parts(part)] if parts else [flow]


def car_responses(book: Evidence, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return by how much cars from China fall for a higher recycling fee and a higher key rate.

    Parameters
    ----------
    book : Evidence
        Has the fee and the price of a new car.
    settings : mapping
        Of ``params/models/goods.yml``.

    Returns
    -------
    DataFrame
        Columns change, median, low and high (central 80 %), in percent of the value of cars; the fee is missing where
        it is not known.
    """
    rows = []
    price, month = car_price(book)
    fee = fee_path(book, first=month, stop=month + 1, inflation=settings["rouble_inflation"])
    if price is not None and fee is not None:
        rise = np.log1p(_FEE_RISE * float(fee[0]) / price)
        rows.append((f"recycling fee {100 * _FEE_RISE:g} % higher", rise, settings["car_price_elasticity"]))
    rows.append(("key rate one percentage point higher", 1.0, settings["car_rate_effect"]))
    table = []
    for change, size, (centre, spread) in rows:
        effects = np.maximum(centre + spread * ndtri((0.9, 0.5, 0.1)), 0.0)
        low, middle, high = (float(100.0 * np.expm1(-size * effect)) for effect in effects)
        table.append((change, middle, low, high))
    return pd.DataFrame(table, columns=["change", "median", "low", "high"])


def complete(
    record: Record, ens: xr.Dataset, *, book: Evidence, settings: Mapping[str, Any], reporting: Reporting
) -> Record:
    """Add the table of goods, the composition of both flows and the responses of cars.

    Parameters
    ----------
    record : dict
        Schema ``forecast/1``.
    ens : xarray.Dataset
        From `simulate`, one scenario.
    book : Evidence
        The evidence of the forecast.
    settings : mapping
        Of ``params/models/goods.yml``.
    reporting
        Not needed here.

    Returns
    -------
    dict
        The record with ``goods`` (`goods`), ``composition`` (`composition`) and ``car_responses`` (`car_responses`).
    """
    first = int(ens["period"].dt.year[0])
    years = sorted({first, *records.years_of(ens)})
    parts = {
        "goods": goods(ens, book=book, at=years),
        "composition": composition(ens, at=years),
        "car_responses": car_responses(book, settings),
    }
    return {**record, **{name: _records(table) for name, table in parts.items()}}


def _records(table: pd.DataFrame) -> list[Record]:
    rows = (dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False))
    return [{k: records.number(v) if isinstance(v, float) else v for k, v in row.items()} for row in rows]


def as_lines(record: Record) -> list[str]:
    """Return the responses of cars, the composition of the flows and the tracked goods as text."""
    lines = ["", "Value of cars from China, percent: median (10-90 %)"]
    for row in record["car_responses"]:
        lines.append(f"{row['change']:<38} {row['median']:.1f} ({row['low']:.1f} to {row['high']:.1f})")
    lines += ["", "What the flows consist of, percent: median (10-90 %)"]
    for row in record["composition"]:
        share = f"{row['value']:.1f} ({row['low']:.1f}-{row['high']:.1f})"
        lines.append(f"{row['label']:<42} {row['period']}  {share}")
    lines += ["", "Tracked without a forecast"]
    for row in record["goods"]:
        if not row["period"]:
            newest = (
                "no figure" if row["newest"] is None else f"{row['newest']:g} {row['unit']} in {row['newest_period']}"
            )
            lines.append(f"{row['label']}: {newest}")
    return lines
