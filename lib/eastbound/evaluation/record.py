"""The summary of a backtest: coverage with its range, mean scores, skill, and what the stress origins said."""

from __future__ import annotations

from typing import Any

import pandas as pd

from eastbound.constants import BANDS
from eastbound.core.calibration import coverage
from eastbound.core.comparison import diebold_mariano, skill
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
        range, and the verdict of the comparison, "no test" under 20 origins.

    Examples
    --------
    >>> summary(pd.DataFrame({"status": ["no origin: 2 usable points"]}))
    []
    """
    scored = table[table["status"] == "scored"]
    if scored.empty:
        return []
    return [_group(part) for _, part in scored.groupby(["series_id", "horizon"], sort=True)]


def backtest_record(table: pd.DataFrame, *, subject: str) -> Record:
    """Return a backtest as a record with a schema.

    Parameters
    ----------
    table : DataFrame
        From `backtest`.
    subject : str
        What was forecast.

    Returns
    -------
    dict
        Schema ``backtest/1``: `note`, `summary`, `stress` (rows of the stress origins) and all `rows`.

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
        "stress": [row for row in rows if row["stress"]],
        "rows": rows,
    }


def as_text(record: Record) -> str:
    """Render a record for people: the summary, then what each stress origin said.

    Parameters
    ----------
    record : dict
        From `backtest_record`.

    Returns
    -------
    str

    Examples
    --------
    >>> print(as_text({"subject": "trade", "note": "data vintage only", "summary": [], "stress": []}))
    trade: data vintage only
    """
    lines = [f"{record['subject']}: {record['note']}"]
    for row in record["summary"]:
        bands = ", ".join(f"{c['band']} % {c['share']:.0f} [{c['low']:.0f}-{c['high']:.0f}]" for c in row["coverage"])
        gain = "" if row["skill"] is None else f", skill {row['skill']:+.2f}"
        lines.append(f"{row['series_id']} +{row['horizon']}: {row['origins']} origins, CRPS {row['crps']:.3f}{gain}")
        lines.append(f"  coverage {bands}; {row['verdict']}")
    for row in record["stress"]:
        where = f"{row['origin']} {row['series_id']} {row['period']}".rstrip()
        said = f"{row['median']:.1f} [{row['low80']:.1f}, {row['high80']:.1f}]" if row["status"] == "scored" else ""
        came = f"said {said}, came {row['outcome']:.1f} {row['unit']}" if said else row["status"]
        lines.append(f"{where}: {came}")
    return "\n".join(lines)


def _group(part: pd.DataFrame) -> Record:
    series_id, horizon = str(part["series_id"].iloc[0]), int(part["horizon"].iloc[0])
    paired = part[part["crps_reference"].notna()]
    gain, verdict = None, "no reference"
    if len(paired):
        gain = float(skill(paired["crps"].mean(), paired["crps_reference"].mean()))
        losses = (paired[name].to_numpy(dtype=float) for name in ("crps", "crps_reference"))
        verdict = diebold_mariano(*losses, horizon=max(horizon, 1)).verdict
    return {
        "series_id": series_id,
        "horizon": horizon,
        "origins": len(part),
        "scale": str(part["scale"].iloc[0]),
        "crps": float(part["crps"].mean()),
        "wis": float(part["wis"].mean()),
        "skill": gain,
        "coverage": [_band(band, part[f"inside{band}"]) for band in BANDS],
        "verdict": verdict,
    }


def _band(band: int, inside: pd.Series) -> Record:
    found = coverage(inside.to_numpy(dtype=bool))
    return {"band": band, "share": 100 * found.share, "low": 100 * found.low, "high": 100 * found.high}


def _rows(table: pd.DataFrame) -> list[Record]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    """Return a value that JSON knows: empty cells as None, numpy scalars as Python ones."""
    if not isinstance(value, str) and pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
