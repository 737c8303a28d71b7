"""Published targets and projections scored as forecasts, beside ours of the same day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound import catalogue
from eastbound.core.verification.comparison import FEWEST_ORIGINS, skill
from eastbound.core.verification.scoring import crps
from eastbound.evaluation.outcomes import outcomes
from eastbound.language import mark
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

KINDS: Final = ("plan", "projection")
RULE: Final = (
    "a target is compared with our forecast from the last origin on or before its publication, else from the first one "
    "within a year after it; a statement repeated later counts once, on its first day"
)
TOO_FEW: Final = mark("no test: too few targets ({count}, at least {needed} are needed)")
ONE_OUTCOME: Final = mark("no test: targets of one year share its outcome")
COLUMNS: Final = (
    *("series_id", "period", "value", "low", "high", "unit", "kind", "published", "statements", "note"),
    *("source_id", "publisher", "title", "url", "status", "outcome", "met", "crps"),
    *("origin", "days", "median", "crps_ours", "crps_reference", "skill"),
)
_RANGE_POINTS: Final = 201  # equally likely points that stand for a printed range
_WAIT: Final = 366  # days after a statement within which a forecast of ours still stands beside it
_SAME: Final = ["series_id", "period", "value", "low", "high"]


def target_scores(table: pd.DataFrame, book: Evidence, *, subject: str) -> pd.DataFrame:
    """Score every published target of a subject's headline series whose year has come, beside our own forecast.

    Parameters
    ----------
    table : DataFrame
        From `backtest` of the same subject.
    book : Evidence
        Holds the statements, as rows of kind plan or projection of a calendar year, and the outcomes.
    subject : str
        One of `eastbound.catalogue.subjects`, such as ``trade``.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, by series and day of the first statement. A point is scored by its absolute error on the
        scale of the backtest, a range as evenly likely between its ends: both are the CRPS. `met` says whether the
        outcome reached the value, or lay in the range. `days` is the day of our forecast less that of the statement:
        a positive one says that we knew more. `skill` is ours against the target, on the scale of both.

    Notes
    -----
    METHODS 3.1. A target is a wish as much as a forecast; the comparison asks what it would have been worth as the
    latter. Statements made after the end of their year are no forecasts and left out.
    """
    truth = {name: outcomes(book, name) for name in catalogue.headlines(subject)}
    rows = [
        {**_said(part, book), **_scored(part.iloc[0], truth, table)}
        for part in _statements(book, catalogue.headlines(subject))
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def target_summary(targets: pd.DataFrame) -> Record:
    """Summarise the scores of targets.

    Parameters
    ----------
    targets : DataFrame
        From `target_scores`.

    Returns
    -------
    dict
        `rule`; how many were `stated`, `scored` and `met`; for those of flows with a forecast of ours (`paired`), and
        for those of them that it preceded (`earlier`), their number, the mean CRPS of both in logs and the skill;
        `verdict`, which states no p-value.

    Examples
    --------
    >>> target_summary(pd.DataFrame(columns=list(COLUMNS)))["verdict"]
    'no test: too few targets (0, at least 20 are needed)'
    """
    scored = targets[targets["status"] == "scored"]
    paired = scored[scored["crps_ours"].notna() & (scored["unit"] != "percent")]
    count = len(paired)
    few = TOO_FEW.format(count=count, needed=FEWEST_ORIGINS)
    return {
        "rule": RULE,
        "stated": len(targets),
        "scored": len(scored),
        "met": int(scored["met"].astype(bool).sum()),
        "paired": _means(paired),
        "earlier": _means(paired[paired["days"].astype(float) <= 0]),
        "verdict": few if count < FEWEST_ORIGINS else ONE_OUTCOME,
    }


def _means(part: pd.DataFrame) -> Record:
    if part.empty:
        return {"targets": 0, "crps": None, "crps_ours": None, "skill": None}
    theirs, ours = float(part["crps"].mean()), float(part["crps_ours"].mean())
    return {"targets": len(part), "crps": theirs, "crps_ours": ours, "skill": float(skill(ours, theirs))}


def _statements(book: Evidence, series: tuple[str, ...]) -> list[pd.DataFrame]:
    """Return the statements of each target, the first of them first."""
    rows = book.observations
    rows = rows[rows["kind"].isin(KINDS) & rows["series_id"].isin(series) & rows["period"].str.fullmatch(r"\d{4}")]
    rows = rows[rows["available"] <= rows["end"]].sort_values(["series_id", "available", "period", "value"])
    return [part for _, part in rows.groupby(_SAME, sort=False, dropna=False)]


def _said(part: pd.DataFrame, book: Evidence) -> dict[str, Any]:
    first = part.iloc[0]
    card = book.sources.loc[first["source_id"]]
    row = {name: first[name] for name in ("series_id", "period", "value", "low", "high", "unit", "kind", "note")}
    row |= {"published": f"{first['available']:%Y-%m-%d}", "statements": len(part), "source_id": first["source_id"]}
    return row | {name: card[name] for name in ("publisher", "title", "url")}


def _scored(target: pd.Series, truth: dict[str, dict[int, float]], table: pd.DataFrame) -> dict[str, Any]:
    known = truth[target["series_id"]]
    if int(target["period"]) not in known:
        return {"status": "no outcome yet"}
    outcome = known[int(target["period"])]
    points, low, high = _points(target)
    log = target["unit"] != "percent"
    error = float(crps(np.log(points), float(np.log(outcome))) if log else crps(points, outcome))
    met = low <= outcome <= high if low < high else outcome >= low
    row = {"status": "scored", "outcome": outcome, "met": met, "crps": error}
    return row | _ours(target, table, error)


def _points(target: pd.Series) -> tuple[np.ndarray, float, float]:
    """Return equally likely points and the ends of what was stated."""
    if pd.isna(target["value"]):
        low, high = float(target["low"]), float(target["high"])
        return low + (high - low) * (np.arange(_RANGE_POINTS) + 0.5) / _RANGE_POINTS, low, high
    value = float(target["value"])
    return np.array([value]), value, value


def _ours(target: pd.Series, table: pd.DataFrame, error: float) -> dict[str, Any]:
    rows = table[(table["series_id"] == target["series_id"]) & (table["period"] == target["period"])]
    rows = rows[rows["status"] == "scored"].sort_values("origin")
    if rows.empty:
        return {}
    day = f"{target['available']:%Y-%m-%d}"
    before = rows[rows["origin"] <= day]
    mine = before.iloc[-1] if len(before) else rows.iloc[0]
    days = (date.fromisoformat(mine["origin"]) - date.fromisoformat(day)).days
    if days > _WAIT:
        return {}
    row = {"origin": mine["origin"], "days": days, "median": mine["median"], "crps_ours": mine["crps"]}
    return {
        **row,
        "crps_reference": mine["crps_reference"],
        "skill": float(skill(mine["crps"], error)) if error else None,
    }
