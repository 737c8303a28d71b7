"""What the draws of Primorye say about its share by view of the drift, first passages, levels and composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.core.quantiles import quantiles
from eastbound.ensemble import forecast_rows as records
from eastbound.ensemble.summary import annual, first_passage, history
from eastbound.names import (
    CHINA_SHARE,
    CHINA_SHARE_EXPORTS,
    CHINA_SHARE_IMPORTS,
    CHINA_TURNOVER,
    EXPORT_PART,
    JAPAN_SHARE,
    KOREA_SHARE,
    OTHERS_SHARE,
    OWN_HISTORY,
    PRIMORYE_TURNOVER,
    REFERENCE_CLASS,
    REST_TURNOVER,
)
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.scenarios.reporting import Reporting

IMPLIED: Final = (80.0, 85.0, 90.0)  # percent: shares whose dollars are shown
PASSAGE: Final = "first year whose annual figure is at or above the threshold; single months are not watched"
_VIEWS: Final = {OWN_HISTORY: "own history", REFERENCE_CLASS: "reference class", "joint": "joint posterior"}
_LEVELS: Final = (0.1, 0.5, 0.9)
PARTS: Final = (EXPORT_PART, CHINA_SHARE_EXPORTS, CHINA_SHARE_IMPORTS, KOREA_SHARE, JAPAN_SHARE, OTHERS_SHARE)
_WITH_A_SHARE: Final = (CHINA_TURNOVER, REST_TURNOVER, PRIMORYE_TURNOVER, CHINA_SHARE_EXPORTS, CHINA_SHARE_IMPORTS)
_FEWEST: Final = 30  # draws for a conditional quantile


def drift_variants(ens: xr.Dataset, *, weight: float, reporting: Reporting) -> Record:
    """Return the share under both views of its drift and their joint posterior, on common random numbers.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, one scenario.
    weight : float
        Power of the reference class in the joint posterior.
    reporting : Reporting
        Gives the thresholds of the share and the published band.

    Returns
    -------
    dict
        By view the last year's mean and quantiles, the probabilities of the
        thresholds and of the published band, and first passages.
    """
    thresholds, claim = reporting.thresholds_of(CHINA_SHARE), reporting.claim
    result: Record = {}
    for view in _VIEWS:
        name = CHINA_SHARE if view == "joint" else f"{CHINA_SHARE}.{view}"
        result[view] = {
            **records.rows(ens, name)[-1],
            "probabilities": records.probabilities(ens, name, thresholds),
            "band_80_90": records.between(ens, name, low=claim.low, high=claim.high),
            "first_passage": {"definition": PASSAGE, "rows": _passages(ens, name, thresholds)},
        }
    result["joint"]["weight"] = weight
    return result


def implied_levels(
    ens: xr.Dataset, *, shares: Sequence[float] = IMPLIED, at: int = records.YEARS[-1], within: float = 1.0
) -> pd.DataFrame:
    """Return what goes with a share of a year: quantiles of flows and of China's parts in draws that come close to it.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    shares : sequence of float
        In percent.
    at : int
        The year.
    within : float
        Draws within so many points on either side count.

    Returns
    -------
    DataFrame
        One row a share and series: share, series_id, unit, period, draws (how
        many came close), low, median and high (10, 50 and 90 %), NaN with
        fewer than thirty draws.

    Notes
    -----
    In every draw total = China / share, so the rows of a share agree draw by
    draw; their quantiles need not.
    """
    share, *values = (annual(ens, name).isel(scenario=0).sel(year=at) for name in (CHINA_SHARE, *_WITH_A_SHARE))
    rows = []
    for wanted in shares:
        near = np.abs(share.to_numpy() - wanted) <= within
        for name, value in zip(_WITH_A_SHARE, values, strict=True):
            enough = near.sum() >= _FEWEST
            close = value.to_numpy()[near].astype(np.float64)
            edges = quantiles(close, _LEVELS) if enough else np.full(len(_LEVELS), np.nan)
            rows.append((float(wanted), name, value.attrs["unit"], str(at), int(near.sum()), *edges.tolist()))
    return pd.DataFrame(rows, columns=["share", "series_id", "unit", "period", "draws", "low", "median", "high"])


def parts_table(ens: xr.Dataset, *, at: Sequence[int] = records.YEARS) -> pd.DataFrame:
    """Return how Primorye's trade divides: exports, China's share in exports and imports, shares of partners.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    at : sequence of int
        The years.

    Returns
    -------
    DataFrame
        series_id, label, period, low, median and high (10, 50 and 90 %), in percent.
    """
    rows = []
    for name in PARTS:
        table = annual(ens, name).isel(scenario=0)
        for year in at:
            edges = quantiles(table.sel(year=year).to_numpy().astype(np.float64), _LEVELS)
            rows.append((name, str(table.attrs["label"]), str(year), *edges.tolist()))
    return pd.DataFrame(rows, columns=["series_id", "label", "period", "low", "median", "high"])


def needed_in_imports(book: Evidence, *, shares: Sequence[float] = IMPLIED) -> pd.DataFrame:
    """Return the share China would need in imports for a share in all trade, were exports as last stated.

    Parameters
    ----------
    book : Evidence
        Its last figures of exports' part of turnover and of China's share in exports.
    shares : sequence of float
        In all trade, percent.

    Returns
    -------
    DataFrame
        share, exports_part, china_in_exports, needed (may exceed 100: not
        possible with these exports), in percent; nothing without both figures.

    Notes
    -----
    share = w x + (1 - w) m with w the exports' part, x and m China's shares in exports and imports: METHODS 2.2.
    """
    stated = [history(book, name) for name in (EXPORT_PART, CHINA_SHARE_EXPORTS)]
    columns = ["share", "exports_part", "china_in_exports", "needed"]
    if any(part.empty for part in stated):
        return pd.DataFrame(columns=columns, dtype=float)
    part, china = (float(rows["value"].iloc[-1]) for rows in stated)
    needed = [(share - part / 100.0 * china) / (1.0 - part / 100.0) for share in shares]
    return pd.DataFrame(
        [(share, part, china, value) for share, value in zip(shares, needed, strict=True)], columns=columns
    )


def complete(
    record: Record, ens: xr.Dataset, *, book: Evidence, settings: Mapping[str, Any], reporting: Reporting
) -> Record:
    """Add the drift variants of China's share, the flows that a share implies and the composition of trade.

    Parameters
    ----------
    record : dict
        Schema ``forecast/1``, whose first series is China's share.
    ens : xarray.Dataset
        From `simulate`, one scenario.
    book : Evidence
        The evidence of the forecast.
    settings : mapping
        Of ``params/models/primorye.yml``; gives the weight of the reference class.
    reporting : Reporting
        Gives the thresholds of the share and the published band.

    Returns
    -------
    dict
        The record with ``variants`` in its first series (see `drift_variants`), ``levels_of_shares``
        (`implied_levels`),
        ``parts`` (`parts_table`) and ``needed_in_imports``.
    """
    share, *others = record["series"]
    weight = float(settings["reference_class_weight"])
    share = {**share, "variants": drift_variants(ens, weight=weight, reporting=reporting)}
    last = int(ens["period"].dt.year[-1])
    return {
        **record,
        "series": [share, *others],
        "levels_of_shares": _records(implied_levels(ens)) if last >= records.YEARS[-1] else [],
        "parts": _records(parts_table(ens, at=records.years_of(ens))),
        "needed_in_imports": _records(needed_in_imports(book)),
    }


def _records(table: pd.DataFrame) -> list[Record]:
    """Return the rows of a table, floats with seven digits."""
    rows = (dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False))
    return [{k: records.number(v) if isinstance(v, float) else v for k, v in row.items()} for row in rows]


def as_lines(record: Record) -> list[str]:
    """Return the blocks of a Primorye forecast as text: views side by side, first passages, dollars of a share."""
    result = record["series"][0]["variants"]
    weight = result["joint"]["weight"]
    head = "year    >=" + "".join(f"{title:>20}" for title in _VIEWS.values())
    parts = [result[view] for view in _VIEWS]
    lines = [
        "",
        f"Probability that China's share lies at 80-90 %, by view (weight of the reference class: {weight:g})",
    ]
    lines += [head.replace(">=", "  ")]
    lines += [_side_by_side(row[0]["period"], row) for row in zip(*(p["band_80_90"] for p in parts), strict=True)]
    lines += ["", "Probability that the share of a year lies at or above a threshold, in percent", head]
    rows = zip(*(p["probabilities"] for p in parts), strict=True)
    lines += [_side_by_side(f"{row[0]['period']} {row[0]['threshold']:g}", row) for row in rows]
    lines += ["", "Probability that a threshold has been reached by the end of a year", f"({PASSAGE})", head]
    rows = zip(*(p["first_passage"]["rows"] for p in parts), strict=True)
    shown = (row for row in rows if int(row[0]["period"]) in records.YEARS)
    lines += [_side_by_side(f"{row[0]['period']} {row[0]['threshold']:g}", row) for row in shown]
    return [
        *lines,
        *_level_lines(record["levels_of_shares"]),
        *_part_lines(record["parts"]),
        *_needed_lines(record["needed_in_imports"]),
    ]


def _passages(ens: xr.Dataset, series_id: str, thresholds: Sequence[float]) -> list[Record]:
    table = first_passage(ens, series_id, thresholds).sort_values(["period", "threshold"])
    columns = zip(table["period"], table["threshold"], table["by"], table["mcse"], strict=True)
    return [
        {"period": period, "threshold": threshold, "reached": round(reached, 6), "mcse": round(error, 6)}
        for period, threshold, reached, error in columns
    ]


def _side_by_side(start: str, row: Sequence[Record]) -> str:
    chances = ((entry.get("probability", entry.get("reached")), entry["mcse"]) for entry in row)
    return f"{start:10}" + "".join(f"{f'{chance:.3f} ± {error:.3f}':>20}" for chance, error in chances)


def _level_lines(rows: Sequence[Record]) -> list[str]:
    """Return one line a share: the flows and China's parts with their central 80 %."""
    if not rows:
        return []
    lines = ["", f"What a share means in {rows[0]['period']}: median (10-90 %) of the draws within a point of it"]
    titles = ("with China, USD bn", "with others", "all trade", "China in exports, %", "China in imports, %")
    lines += ["share   " + "".join(f"{title:>20}" for title in titles) + "   draws"]
    for share in sorted({row["share"] for row in rows}):
        mine = [row for row in rows if row["share"] == share]
        lines.append(f"{share:<8g}" + "".join(f"{_range(row):>20}" for row in mine) + f"{mine[0]['draws']:>8}")
    return lines


def _part_lines(rows: Sequence[Record]) -> list[str]:
    """Return one line a part: its median and central 80 % by year."""
    years = sorted({row["period"] for row in rows})
    lines = ["", "How the trade divides, percent: median (10-90 %); few figures, by partner none after 2018"]
    lines += [f"{'':64}" + "".join(f"{year:>20}" for year in years)] if years else []
    for name in dict.fromkeys(row["series_id"] for row in rows):
        mine = [row for row in rows if row["series_id"] == name]
        lines.append(f"{mine[0]['label']:64}" + "".join(f"{_range(row):>20}" for row in mine))
    return lines if years else []


def _needed_lines(rows: Sequence[Record]) -> list[str]:
    if not rows:
        return []
    stated = f"exports {rows[0]['exports_part']:g} % of trade and China {rows[0]['china_in_exports']:g} % of them"
    needs = (f"{row['share']:g} % needs {row['needed']:.1f} %{_impossible(row['needed'])}" for row in rows)
    return ["", f"China's share in imports that a share in all trade needs, with {stated}:", "; ".join(needs)]


def _impossible(needed: float) -> str:
    return " (not possible)" if needed > 100 else ""


def _range(row: Record) -> str:
    if row["median"] is None:
        return "too few"
    return f"{row['median']:.3g} ({row['low']:.3g}-{row['high']:.3g})"
