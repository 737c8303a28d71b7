"""The tables behind the figures of the track record: vintages, PIT histogram, scores by horizon, the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound.core.verification.calibration import rank_histogram
from eastbound.core.verification.comparison import skill
from eastbound.plots.observed import observed, publishers

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

BINS: Final = 5  # with some dozens of outcomes, ten bins would hold a handful each
LEAST_OUTCOMES: Final = 10  # two a bin; fewer are no histogram


def track_table(table: pd.DataFrame, series_id: str, *, book: Evidence) -> pd.DataFrame:
    """Return what was observed and what each past origin said of the years after it.

    Parameters
    ----------
    table : DataFrame
        From `backtest`.
    series_id : str
        One of its series.
    book : Evidence
        Gives the observed values.

    Returns
    -------
    DataFrame
        Columns part (observed or said), origin, stress, period, x, value, low_80, high_80, outcome, inside, in the
        unit of the series; the observed part has also low, high and grade.
    """
    rows = table[(table["series_id"] == series_id) & (table["status"] == "scored")]
    said = pd.DataFrame(
        {
            "part": "said",
            "origin": rows["origin"],
            "stress": rows["stress"].astype(bool),
            "period": rows["period"],
            "x": rows["period"].astype(float),
            "value": rows["median"].astype(float),
            "low_80": rows["low80"].astype(float),
            "high_80": rows["high80"].astype(float),
            "outcome": rows["outcome"].astype(float),
            "inside": rows["inside80"].astype(bool),
        }
    )
    seen = observed(book, series_id, freq="Y").assign(part="observed")
    columns = list(dict.fromkeys([*seen.columns, *said.columns]))
    both = pd.concat([part for part in (seen, said) if len(part)], ignore_index=True).reindex(columns=columns)
    card = book.series.loc[series_id]
    both.attrs.update(_facts(book, "track", [series_id], table, label=str(card["label"]), unit=str(card["unit"])))
    both.attrs["aggregate"] = str(card["aggregate"])
    return both


def pit_table(tables: Sequence[pd.DataFrame], *, book: Evidence) -> pd.DataFrame:
    """Count where the outcomes fell among the draws, over all series, origins and years.

    Parameters
    ----------
    tables : sequence of DataFrame
        From `backtest`, one a subject.
    book : Evidence
        For the note under the figure.

    Returns
    -------
    DataFrame
        Columns left, right (in [0, 1]), count, low, high: the 95 % band in which a bin of a calibrated forecast of as
        many independent outcomes lies. Empty with under `LEAST_OUTCOMES` outcomes; ``attrs["outcomes"]`` counts them.
    """
    rows = _scored(tables)
    values = rows["pit"].to_numpy(dtype=float)
    columns = ["left", "right", "count", "low", "high"]
    found = pd.DataFrame(columns=columns, dtype=float)
    if len(values) >= LEAST_OUTCOMES:
        histogram = rank_histogram(values, bins=BINS)
        left = np.arange(BINS) / BINS
        bounds = {"low": histogram.low, "high": histogram.high}
        found = pd.DataFrame({"left": left, "right": left + 1 / BINS, "count": histogram.counts, **bounds})
    found.attrs.update(
        _facts(book, "pit", sorted(rows["series_id"].unique()), *tables, label="outcomes among the draws")
    )
    found.attrs["outcomes"] = len(values)
    return found


def score_table(table: pd.DataFrame, series_id: str, *, book: Evidence) -> pd.DataFrame:
    """Return the mean CRPS by years ahead of our forecast and of a random walk with drift, over the same origins.

    Parameters
    ----------
    table, series_id, book
        As in `track_table`.

    Returns
    -------
    DataFrame
        Columns ahead, origins, crps, crps_reference, skill; only horizons that a random walk forecast too. The unit
        is the scale of the scores: 0.1 in logs is about 10 %.
    """
    rows = table[(table["series_id"] == series_id) & (table["status"] == "scored")]
    rows = rows[rows["crps_reference"].notna()]
    parts = [
        (int(float(str(ahead))), len(part), float(part["crps"].mean()), float(part["crps_reference"].mean()))
        for ahead, part in rows.groupby("horizon", sort=True)
    ]
    found = pd.DataFrame(parts, columns=["ahead", "origins", "crps", "crps_reference"])
    found["skill"] = np.asarray(skill(found["crps"].to_numpy(float), found["crps_reference"].to_numpy(float)))
    card = book.series.loc[series_id]
    unit = "log points" if card["unit"] != "percent" else "percentage points"
    found.attrs.update(_facts(book, "score", [series_id], table, label=str(card["label"]), unit=unit))
    return found


def rung_table(ladder: pd.DataFrame, series_id: str, *, book: Evidence) -> pd.DataFrame:
    """Return the rungs of one series.

    Parameters
    ----------
    ladder : DataFrame
        From `eastbound.uncertainty_decomposition`.
    series_id : str
        One of its series.
    book : Evidence
        For the note under the figure.

    Returns
    -------
    DataFrame
        The rows of the ladder, the lowest rung first.
    """
    rows = ladder[ladder["series_id"] == series_id].reset_index(drop=True)
    card = book.series.loc[series_id]
    rows = rows.assign(period=rows["year"].astype(str))
    rows.attrs.update(_facts(book, "rungs", [series_id], label=str(card["label"]), unit=str(card["unit"])))
    rows.attrs.update(ladder.attrs)
    rows.attrs["footer"] += f" Own simulation, {ladder.attrs['draws']} draws."
    return rows


def _scored(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([table[table["status"] == "scored"] for table in tables], ignore_index=True)


def _facts(
    book: Evidence, figure: str, series: Sequence[str], *tables: pd.DataFrame, label: str, unit: str = ""
) -> dict[str, Any]:
    """Return what drawing and sentences need, as the tables of forecasts carry it."""
    rows = book.observations
    names = publishers(book, rows[rows["series_id"].isin(series) & (rows["kind"] == "observed")])
    last = rows[rows["series_id"].isin(series) & (rows["kind"] == "observed")].sort_values("end")["period"]
    parts = [f"Last observation {last.iloc[-1]}."] if len(last) else []
    parts.append(f"Evidence as of {book.as_of}.")
    parts += [f"Source of the outcomes: {names}."] if names else []
    parts += ["Forecasts: own simulation on data vintages; parameters and priors are today's."] if tables else []
    return {"figure": figure, "label": label, "unit": unit, "scenario": "", "freq": "Y", "footer": " ".join(parts)}
