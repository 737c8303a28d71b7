"""The summary of a backtest: coverage with its range, mean scores, skill, and the forecasts of the stress origins."""

from __future__ import annotations

from typing import Any

import pandas as pd

from eastbound.constants import BANDS
from eastbound.core.verification.calibration import coverage
from eastbound.core.verification.comparison import diebold_mariano, skill
from eastbound.evaluation.counted import counted
from eastbound.evaluation.targets import target_summary
from eastbound.typing import Record


def summary(table: pd.DataFrame) -> list[Record]:
    """Summarise scored rows by series and horizon.

    Parameters
    ----------
    table : DataFrame
        From `backtest`.

    Returns
    -------
    list of dict
        Per series and horizon: number of origins, mean CRPS and WIS, skill (one minus the ratio of mean CRPS to that
        of the random walk, over origins with both), coverage of each band in percent with its 95 % Clopper-Pearson
        range, and the verdict of the comparison, "no test" under 20 origins. Near-duplicate origins count once.

    Examples
    --------
    >>> summary(pd.DataFrame({"status": ["no origin: 2 usable points"]}))
    []
    """
    scored = counted(table)
    if scored.empty:
        return []
    return [_group(part) for _, part in scored.groupby(["series_id", "horizon"], sort=True)]


def by_origin(table: pd.DataFrame) -> list[Record]:
    """Summarise scored rows by origin and series, over all later years.

    Parameters
    ----------
    table : DataFrame
        From `backtest`.

    Returns
    -------
    list of dict
        Per origin and series: number of `years`, mean CRPS and WIS, skill, and coverage as in `summary`. Years after
        one origin share what happened in between, so the range of the coverage is narrower than it should be.
    """
    scored = table[table["status"] == "scored"]
    if scored.empty:
        return []
    parts = scored.groupby(["origin", "series_id"], sort=False)
    return [{"origin": str(part["origin"].iloc[0]), **_scores(part), "years": len(part)} for _, part in parts]


def backtest_record(table: pd.DataFrame, *, subject: str, targets: pd.DataFrame | None = None) -> Record:
    """Return a backtest as a record with a schema.

    Parameters
    ----------
    table : DataFrame
        From `backtest`.
    subject : str
        What was forecast.
    targets : DataFrame, optional
        From `target_scores`.

    Returns
    -------
    dict
        Schema ``backtest/1``: `note`, `summary` by series and horizon, `origins` by origin and series,
        `stress` (rows of the stress origins), `targets` with `summary` and `rows`, and all `rows`.

    Examples
    --------
    >>> frame = pd.DataFrame({"status": ["no origin: 2 usable points"], "stress": [True]})
    >>> backtest_record(frame, subject="trade")["stress"]
    [{'status': 'no origin: 2 usable points', 'stress': True}]
    """
    rows = _rows(table)
    return {
        "schema": "backtest/1",
        "subject": subject,
        "note": table.attrs.get("note", ""),
        "summary": summary(table),
        "origins": by_origin(table),
        "stress": [row for row in rows if row["stress"]],
        "targets": None if targets is None else {"summary": target_summary(targets), "rows": _rows(targets)},
        "rows": rows,
    }


def _group(part: pd.DataFrame) -> Record:
    horizon = int(part["horizon"].iloc[0])
    paired = part[part["crps_reference"].notna()]
    verdict = "no reference"
    if len(paired):
        losses = (paired[name].to_numpy(dtype=float) for name in ("crps", "crps_reference"))
        verdict = diebold_mariano(*losses, horizon=max(horizon, 1)).verdict
    return {"horizon": horizon, "origins": len(part), **_scores(part), "verdict": verdict}


def _scores(part: pd.DataFrame) -> Record:
    """Return mean scores, skill over the rows with a reference, and coverage."""
    paired = part[part["crps_reference"].notna()]
    gain = float(skill(paired["crps"].mean(), paired["crps_reference"].mean())) if len(paired) else None
    return {
        "series_id": str(part["series_id"].iloc[0]),
        "scale": str(part["scale"].iloc[0]),
        "crps": float(part["crps"].mean()),
        "wis": float(part["wis"].mean()),
        "skill": gain,
        "coverage": [_band(band, part[f"inside{band}"]) for band in BANDS],
    }


def _band(band: int, inside: pd.Series) -> Record:
    result = coverage(inside.to_numpy(dtype=bool))
    return {"band": band, "share": 100 * result.share, "low": 100 * result.low, "high": 100 * result.high}


def _rows(table: pd.DataFrame) -> list[Record]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    """Return a value that JSON knows: empty cells as None, numpy scalars as Python ones."""
    if not isinstance(value, str) and pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
