"""The forecast of one subject as a record with a schema, for people and machines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from eastbound.constants import DRAWS, QUANTILES, SEED, THRESHOLDS, UNTIL
from eastbound.ensemble.checks import check_utilization
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import annual, exceedance, quantiles
from eastbound.errors import UnknownName
from eastbound.names import CHINA_SHARE, HEADLINES, OWN_HISTORY, REFERENCE_CLASS, TRADE_TOTAL
from eastbound.scenarios.inputs import load_inputs
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_YEARS = (2030, 2035)
# 300 bn USD by 2030 is the officials' target of 2023 (First Deputy Prime Minister Belousov, November 2023).
_LEVELS: dict[str, Sequence[float]] = {
    CHINA_SHARE: THRESHOLDS,
    TRADE_TOTAL: (200.0, 300.0),
    "gas.pos.utilization_nameplate": (95.0, 100.0),
    "gas.pos2.deliveries": (1e-9,),  # any flow at all
}


def forecast(  # noqa: PLR0913 - the names that notebooks and the command line share
    subject: str,
    *,
    scenario: str = "baseline",
    book: Evidence | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    full: bool = False,
    home: Path | None = None,
) -> Record:
    """Return the forecast of a subject: quantiles by year, probabilities, drift variants.

    Parameters
    ----------
    subject : {"trade", "primorye", "pipelines"}
        What to forecast.
    scenario : str
        A scenario name or path.
    book, draws, seed, until, full, home
        As in `simulate`.

    Returns
    -------
    dict
        Schema ``forecast/1``: for each series its unit and rows of mean and
        quantiles per year, and probabilities with Monte-Carlo errors; warnings
        of what is not plausible.

    Raises
    ------
    UnknownName
        If the subject is not one of those above.
    """
    if subject not in HEADLINES:
        raise UnknownName("subject", subject, HEADLINES)
    ens = simulate(scenario, book=book, draws=draws, seed=seed, until=until, full=full, home=home)
    series = [_series(ens, name) for name in HEADLINES[subject]]
    if subject == "primorye":
        weight = float(load_inputs("primorye", home=home)["reference_class_weight"])
        series[0]["variants"] = _variants(ens, weight)
    return {
        "schema": "forecast/1",
        "subject": subject,
        "scenario": str(ens["scenario"].to_numpy()[0]),
        "as_of": ens.attrs["as_of"],
        "seed": seed,
        "draws": ens.attrs["draws"],
        "fit": "full" if full else "fast",
        "inputs": f"sha256:{ens.attrs['digest']}",
        "warnings": check_utilization(ens, home=home) if subject == "pipelines" else [],
        "series": series,
    }


def _series(ens: xr.Dataset, series_id: str) -> Record:
    levels = _LEVELS.get(series_id, ())
    probabilities = _probabilities(ens, series_id, levels) if levels else []
    return {
        "id": series_id,
        "unit": ens[series_id].attrs["unit"],
        "freq": "Y",
        "rows": _rows(ens, series_id),
        "probabilities": probabilities,
    }


def _rows(ens: xr.Dataset, series_id: str) -> list[Record]:
    means = annual(ens, series_id).isel(scenario=0).mean("draw").to_series()
    table = quantiles(ens, series_id, levels=QUANTILES)
    rows = []
    for period in sorted(table["period"].unique()):
        part = table[table["period"] == period]
        values = {f"{level:g}": _number(value) for level, value in zip(part["level"], part["value"], strict=True)}
        row: Record = {"period": period, "mean": _number(means.loc[int(period)]), "quantiles": values}
        if part["defined"].iloc[0] < 1:
            row["defined"] = round(float(part["defined"].iloc[0]), 6)
        rows.append(row)
    return rows


def _probabilities(ens: xr.Dataset, series_id: str, levels: Sequence[float]) -> list[Record]:
    last = int(ens["period"].dt.year[-1])
    years = [year for year in _YEARS if year <= last]
    table = exceedance(ens, series_id, levels, at=years)
    return [_probability(row) for _, row in table.iterrows()]


def _probability(row: pd.Series) -> Record:
    return {
        "op": row["op"],
        "threshold": float(row["threshold"]),
        "period": row["period"],
        "probability": round(float(row["probability"]), 6),
        "mcse": round(float(row["mcse"]), 6),
    }


def _variants(ens: xr.Dataset, weight: float) -> Record:
    """Own-history drift, reference-class drift and their mixture, on common random numbers."""
    names = {
        OWN_HISTORY: f"{CHINA_SHARE}.{OWN_HISTORY}",
        REFERENCE_CLASS: f"{CHINA_SHARE}.{REFERENCE_CLASS}",
        "mixture": CHINA_SHARE,
    }
    variants: Record = {}
    for variant, name in names.items():
        last = _rows(ens, name)[-1]
        variants[variant] = {
            "period": last["period"],
            "mean": last["mean"],
            "quantiles": last["quantiles"],
            "probabilities": _probabilities(ens, name, THRESHOLDS),
            "band_80_90": _between(ens, name, 80.0, 90.0),
        }
    variants["mixture"]["weight"] = weight
    return variants


def _between(ens: xr.Dataset, series_id: str, low: float, high: float) -> list[Record]:
    """Return the probability that a series lies in [low, high], the band of the published projection."""
    draws = annual(ens, series_id).isel(scenario=0)
    rows = []
    for year in (y for y in _YEARS if y in draws["year"].to_numpy()):
        values = draws.sel(year=year).to_numpy()
        share = float(((values >= low) & (values <= high)).mean())
        error = math.sqrt(max(share * (1 - share), 1 / len(values)) / len(values))
        rows.append({"low": low, "high": high, "period": str(year), "probability": share, "mcse": round(error, 6)})
    return rows


def _number(value: float) -> float | None:
    """Return seven significant digits, more than any error allows, or None where undefined."""
    return None if math.isnan(value) else float(f"{value:.7g}")


def as_text(record: Record) -> str:
    """Return a forecast record as a table for the terminal: median and 50, 80, 95 % intervals by year."""
    run = f"as of {record['as_of']}, {record['draws']} draws, {record['fit']} fit"
    lines = [f"{record['subject']} under `{record['scenario']}`, {run}"]
    for series in record["series"]:
        lines += [
            "",
            f"{series['id']} [{series['unit']}]",
            "year    median       50 %               80 %               95 %",
        ]
        lines += [_line(row) for row in series["rows"]]
        lines += [
            f"P({p['op']} {p['threshold']:g} in {p['period']}) = {p['probability']:.3f} ± {p['mcse']:.3f}"
            for p in series["probabilities"]
        ]
        for name, variant in series.get("variants", {}).items():
            chances = ", ".join(f"{p['threshold']:g}: {p['probability']:.2f}" for p in variant["probabilities"][-4:])
            band = variant["band_80_90"][-1]["probability"] if variant["band_80_90"] else float("nan")
            lines.append(f"{name:16} P(>= threshold in {variant['period']}) {chances}; P(80-90) {band:.2f}")
    lines += [f"warning: {text}" for text in record["warnings"]]
    return "\n".join(lines)


def _line(row: Record) -> str:
    q = row["quantiles"]
    if q["0.5"] is None:
        return f"{row['period']}    not defined"
    pairs = (("0.25", "0.75"), ("0.1", "0.9"), ("0.025", "0.975"))
    bands = "".join(f"{q[low]:>9.4g} –{q[high]:>8.4g}" for low, high in pairs)
    return f"{row['period']}  {q['0.5']:>8.4g} {bands}"
