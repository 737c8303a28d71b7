"""What the draws of Primorye say about its share by view of the drift, about first passages and about levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.constants import THRESHOLDS
from eastbound.core.quantiles import quantiles
from eastbound.ensemble import records
from eastbound.ensemble.summary import annual, first_passage
from eastbound.names import CHINA_SHARE, CHINA_TURNOVER, OWN_HISTORY, PRIMORYE_TURNOVER, REFERENCE_CLASS, REST_TURNOVER
from eastbound.typing import Record

BAND: Final = (80.0, 90.0)  # percent: the published projection for 2035
IMPLIED: Final = (80.0, 85.0, 90.0)  # percent: shares whose dollars are shown
PASSAGE: Final = "first year whose annual figure is at or above the threshold; single months are not watched"
_VIEWS: Final = {OWN_HISTORY: "own history", REFERENCE_CLASS: "reference class", "mixture": "mixture"}
_LEVELS: Final = (0.1, 0.5, 0.9)
_FEWEST: Final = 30  # draws for a conditional quantile


def views(ens: xr.Dataset, *, weight: float) -> Record:
    """Return the share under both views of its drift and their mixture, on common random numbers.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`, one scenario.
    weight : float
        Probability of the reference class in the mixture.

    Returns
    -------
    dict
        By view the last year's mean and quantiles, the probabilities of the
        thresholds and of the published band, and first passages.
    """
    found: Record = {}
    for view in _VIEWS:
        name = CHINA_SHARE if view == "mixture" else f"{CHINA_SHARE}.{view}"
        found[view] = {
            **records.rows(ens, name)[-1],
            "probabilities": records.probabilities(ens, name, THRESHOLDS),
            "band_80_90": records.between(ens, name, low=BAND[0], high=BAND[1]),
            "first_passage": {"definition": PASSAGE, "rows": _passages(ens, name)},
        }
    found["mixture"]["weight"] = weight
    return found


def implied_levels(
    ens: xr.Dataset, *, shares: Sequence[float] = IMPLIED, at: int = records.YEARS[-1], within: float = 1.0
) -> pd.DataFrame:
    """Return the dollars that a share of a year goes with: quantiles of the flows in draws that come close to it.

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
        One row a share and flow: share, series_id, period, draws (how many
        came close), low, median and high (10, 50 and 90 %) in USD bn, NaN
        with fewer than thirty draws.

    Notes
    -----
    In every draw total = China / share, so the rows of a share agree draw by
    draw; their quantiles need not.
    """
    flows = (CHINA_TURNOVER, REST_TURNOVER, PRIMORYE_TURNOVER)
    share, *values = (annual(ens, name).isel(scenario=0).sel(year=at).to_numpy() for name in (CHINA_SHARE, *flows))
    rows = []
    for wanted in shares:
        near = np.abs(share - wanted) <= within
        for name, flow in zip(flows, values, strict=True):
            enough = near.sum() >= _FEWEST
            edges = quantiles(flow[near].astype(np.float64), _LEVELS) if enough else np.full(len(_LEVELS), np.nan)
            rows.append((float(wanted), name, str(at), int(near.sum()), *edges.tolist()))
    return pd.DataFrame(rows, columns=["share", "series_id", "period", "draws", "low", "median", "high"])


def level_records(table: pd.DataFrame) -> list[Record]:
    """Return `implied_levels` as records with seven digits."""
    ends = ["low", "median", "high"]
    rows = [dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False)]
    return [row | {end: records.number(row[end]) for end in ends} | {"unit": "USD_bn"} for row in rows]


def as_lines(record: Record) -> list[str]:
    """Return the blocks of a Primorye forecast as text: views side by side, first passages, dollars of a share."""
    found = record["series"][0]["variants"]
    weight = found["mixture"]["weight"]
    head = "year    >=" + "".join(f"{title:>20}" for title in _VIEWS.values())
    parts = [found[view] for view in _VIEWS]
    lines = [
        "",
        f"Probability that China's share lies at 80-90 %, by view of its drift (mixture: {weight:g} reference class)",
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
    return lines + _level_lines(record["levels_of_shares"])


def _passages(ens: xr.Dataset, series_id: str) -> list[Record]:
    table = first_passage(ens, series_id, THRESHOLDS).sort_values(["period", "threshold"])
    columns = zip(table["period"], table["threshold"], table["by"], table["mcse"], strict=True)
    return [
        {"period": period, "threshold": threshold, "reached": round(reached, 6), "mcse": round(error, 6)}
        for period, threshold, reached, error in columns
    ]


def _side_by_side(start: str, row: Sequence[Record]) -> str:
    chances = ((entry.get("probability", entry.get("reached")), entry["mcse"]) for entry in row)
    return f"{start:10}" + "".join(f"{f'{chance:.3f} ± {error:.3f}':>20}" for chance, error in chances)


def _level_lines(rows: Sequence[Record]) -> list[str]:
    """Return one line a share: the three flows with their central 80 %."""
    if not rows:
        return []
    lines = [
        "",
        f"What a share means in {rows[0]['period']}: USD bn, median (10-90 %) of the draws within a point of it",
    ]
    lines += [f"share     {'with China':>20}{'with others':>20}{'all trade':>20}   draws"]
    for share in sorted({row["share"] for row in rows}):
        flows = [row for row in rows if row["share"] == share]
        cells = (
            f"{row['median']:.3g} ({row['low']:.3g}-{row['high']:.3g})" if row["median"] is not None else "too few"
            for row in flows
        )
        lines.append(f"{share:<10g}" + "".join(f"{cell:>20}" for cell in cells) + f"{flows[0]['draws']:>8}")
    return lines
