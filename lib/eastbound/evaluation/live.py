"""Forecasts kept month by month before their outcomes exist: the only test without hindsight of any kind.

The first forecast of a month is kept and never overwritten; later ones of that month are not. Ours come with the
package; a workspace adds its own, in its ledger of published runs, which replace ours of the same month.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound.constants import QUANTILES
from eastbound.core.verification.scoring import weighted_interval_score
from eastbound.ensemble.cache import code_digest
from eastbound.errors import InputError
from eastbound.evaluation.ledger.rows import published_forecasts
from eastbound.evaluation.outcomes import outcomes
from eastbound.files import create_text
from eastbound.scenarios.home import find_home
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

FOLDER: Final = "forecasts"
PUBLISHED: Final = Path(__file__).with_name("forecasts")  # ours
COLUMNS: Final = ("month", "subject", "series_id", "period", "median", "low80", "high80", "outcome", "inside80", "wis")


def keep_forecast(record: Record, *, home: Path | None = None) -> Path:
    """Keep a forecast of the baseline as that of its month.

    Parameters
    ----------
    record : dict
        From `forecast`; its month is that of ``as_of``.
    home : Path, optional
        Workspace; found by itself when not given.

    Returns
    -------
    Path
        The new file, ``forecasts/SUBJECT/YYYY-MM.json``.

    Raises
    ------
    InputError
        If the forecast holds views or another scenario than the baseline, or the month has one already.
    """
    if record["scenario"] != "baseline" or "views" in record:
        message = "only a forecast of the baseline without views is kept; leave out --scenario, --views and --view."
        raise InputError(message)
    month = str(record["as_of"])[:7]
    subject = record["subject"]
    path = find_home(home) / FOLDER / subject / f"{month}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {**record, "schema": "live/1", "code": code_digest()}
    if not create_text(path, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"):
        message = f"the forecast of {subject} for {month} is kept already, in {path}; it is never overwritten."
        raise InputError(message)
    return path


def last_kept(subject: str, *, before: str, home: Path | None = None) -> Record | None:
    """Return the newest kept forecast of a subject from a month before another, None without one.

    Parameters
    ----------
    subject : str
    before : str
        The month, such as ``"2026-10"``.
    home : Path, optional
        Workspace; found by itself when not given.

    Examples
    --------
    >>> last_kept("trade", before="2020-01") is None
    True
    """
    records = _records(home)
    months = [month for name, month in records if name == subject and month < before]
    return _read(records[subject, max(months)]) if months else None


def live_scores(book: Evidence, *, home: Path | None = None) -> pd.DataFrame:
    """Return every kept forecast of a year beside its outcome, if it has come.

    Parameters
    ----------
    book : Evidence
        Gives the outcomes; forecasts of later months than its day are left out.
    home : Path, optional
        Workspace; found by itself when not given.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`; `outcome`, `inside80` and `wis` (in logs for flows) are empty until the year's
        figure is known.
    """
    rows: list[Record] = []
    for (subject, month), item in sorted(_records(home).items(), key=lambda pair: pair[0]):
        if month > str(book.as_of)[:7]:
            continue
        record = _read(item)
        for series in record["series"]:
            known = outcomes(book, series["id"]) if series["id"] in book.series.index else {}
            start = {"month": month, "subject": subject, "series_id": series["id"]}
            rows += [{**start, **row} for row in _rows(series, known)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _records(home: Path | None) -> dict[tuple[str, str], Path | Record]:
    """Return each forecast by subject and month: its file, or itself when it comes from the ledger.

    Of a month that was published more than once the first forecast counts.
    """
    folders = (PUBLISHED, find_home(home) / FOLDER)
    files = {(path.parent.name, path.stem): path for folder in folders for path in folder.glob("*/*.json")}
    return {**files, **published_forecasts(home)}


def _read(item: Path | Record) -> Record:
    if isinstance(item, Path):
        record: Record = json.loads(item.read_text(encoding="utf-8"))
        return record
    return item


def _rows(series: Record, known: dict[int, float]) -> Iterator[dict[str, Any]]:
    for row in series["rows"]:
        values = [row["quantiles"].get(f"{level:g}") for level in QUANTILES]
        if any(value is None for value in values):
            continue
        table = dict(zip(QUANTILES, values, strict=True))
        line = {"period": row["period"], "median": table[0.5], "low80": table[0.1], "high80": table[0.9]}
        outcome = known.get(int(row["period"]))
        if outcome is not None:
            log = series["unit"] != "percent"
            levels = np.log(values) if log else np.array(values)
            score = weighted_interval_score(levels, math.log(outcome) if log else outcome, levels=QUANTILES)
            line |= {"outcome": outcome, "inside80": table[0.1] <= outcome <= table[0.9], "wis": float(score.total)}
        yield line
