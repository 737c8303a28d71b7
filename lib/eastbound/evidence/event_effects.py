"""Measured effects of dated events: which of them count, their size and their recovery.

Every effect is a published change from before to after an event, not a causal estimate. A row counts
as an effect only if it is a change, its window does not open before its event, and its figure has
not been credited to an earlier event already; the other rows stay visible with the reason.
"""

from __future__ import annotations

from difflib import get_close_matches
from itertools import takewhile
from typing import Any, Final

import numpy as np
import pandas as pd

from eastbound.errors import UnknownName
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import chosen
from eastbound.evidence.derivation import monthly_panel
from eastbound.periods import parse_period

_KEY: Final = ["event_id", "series_id", "unit"]
_CARD: Final = ("label", "type")
_COLUMNS: Final = ("value", "low", "high", "unit", "window", "basis", "role", "onset_months", "overlaps", "shared_with")
_YEARLY: Final = "percent_yoy"
# A year-on-year rate loses a lasting fall after twelve months, when the fall is in its base.
_MEMORY: Final = 11


def event_effects(book: Evidence, target: str | None = None) -> pd.DataFrame:
    """Return every published effect of every event, and whether it counts.

    Parameters
    ----------
    book : Evidence
    target : str, optional
        Only effects on this series.

    Returns
    -------
    pandas.DataFrame
        By event and window: `event_id, label, type, date` (of the event, a day), `series_id`,
        `value, low, high, unit, window` (as written) and

        - `basis`: "change", or "context" for levels, plans and exposures;
        - `role`: "effect", or why the row is kept out of statistics: "context", "early" (the
          window opens in a month before the event) or "repeated" (the same figure was credited
          to an earlier event);
        - `onset_months`: from the month of the event to the first month of the window;
        - `overlaps`: other events measured on the same series in the same months, spaced;
        - `shared_with`: those of them that claim the very same figure;

        then `source_id` and `note`.

    Raises
    ------
    UnknownName
        When no event has an effect on `target`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = event_effects(load_evidence("2026-10-30"), "oil.china_imports_from_russia")
    >>> table[["event_id", "role", "shared_with"]].values.tolist()
    [['E034', 'effect', 'E035'], ['E035', 'repeated', 'E034']]
    """
    rows = book.effects.rename(columns={"overlaps": "stated"})
    events = book.events.set_index("event_id")
    rows = rows[rows["event_id"].isin(events.index)].reset_index(drop=True)
    windows = [parse_period(text) for text in rows["window"]]
    rows = rows.assign(
        first=[window.first_month for window in windows],
        last=[window.last_month for window in windows],
        date=events["start"].reindex(rows["event_id"]).to_numpy(),
        **{name: events[name].reindex(rows["event_id"]).to_numpy() for name in _CARD},
    )
    # Months are counted from the month of the event, because many events are dated by month only.
    began = rows["date"].dt.year * 12 + rows["date"].dt.month - 1
    rows = rows.assign(onset_months=rows["first"] - began, **_overlaps(rows))
    rows = rows.assign(role=_roles(rows)).sort_values(["date", "event_id", "first"], kind="stable", ignore_index=True)
    if target is not None:
        _require(rows, target)
        rows = rows[rows["series_id"] == target].reset_index(drop=True)
    return rows[["event_id", *_CARD, "date", "series_id", *_COLUMNS, "source_id", "note"]]


def effect_sizes(book: Evidence, target: str | None = None) -> pd.DataFrame:
    """Summarize size, onset and recovery of each event's effect on each series.

    Parameters
    ----------
    book : Evidence
    target : str, optional
        Only effects on this series.

    Returns
    -------
    pandas.DataFrame
        By event, series and unit: `event_id, label, type, date, series_id, unit`, `size` (the
        largest measured change), `window` in which it was measured, `onset_months` from the
        event to that window, `recovery_months` from the end of the window until at most half of
        it was left or it had turned, `recovery_from`: "effects" (a later figure of the same
        event) or "months" (year-on-year rates of an unbroken run of monthly levels, for at most eleven
        months, because after a year a lasting fall is its own base), empty with NaN when no figure shows
        a recovery; `n` figures and `overlaps`.

    Raises
    ------
    UnknownName
        When no event has an effect on `target`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = effect_sizes(load_evidence("2026-10-30"), "trade.china_russia.china_exports").set_index("event_id")
    >>> table.loc["E027", ["size", "onset_months", "recovery_months"]].tolist()
    [-16.0, 0.0, 2.0]
    """
    table = event_effects(book, target)
    table = table[table["role"] == "effect"]
    sizes = [_size(book, part) for _, part in table.groupby(_KEY, sort=False)]
    columns = ["event_id", *_CARD, "date", "series_id", "unit", "size", "window", "onset_months"]
    return pd.DataFrame(sizes, columns=[*columns, "recovery_months", "recovery_from", "n", "overlaps"])


def effects_text(book: Evidence, target: str | None = None) -> str:
    """Return `effect_sizes` as lines for a terminal, and how many published effects do not count.

    Parameters
    ----------
    book : Evidence
    target : str, optional
        Only effects on this series.

    Raises
    ------
    UnknownName
        When no event has an effect on `target`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> print(effects_text(load_evidence("2026-10-30"), "oil.china_imports_from_russia").splitlines()[-1])
    not counted: 1 (1 repeated)
    """
    lines = []
    for row in effect_sizes(book, target).to_dict("records"):
        recovery = (
            f"half gone after {row['recovery_months']:.0f} months" if row["recovery_from"] else "recovery not seen"
        )
        overlaps = f"; overlaps {row['overlaps']}" if row["overlaps"] else ""
        lines.append(
            f"{row['event_id']}  {row['date']:%Y-%m}  {row['label']}\n"
            f"      {row['series_id']} {row['size']:+.6g} {row['unit']} in {row['window']}; {recovery}{overlaps}"
        )
    others = event_effects(book, target)["role"]
    counts = others[others != "effect"].value_counts()
    reasons = ", ".join(f"{count} {role}" for role, count in counts.items())
    return "\n".join([*lines, f"not counted: {counts.sum()}" + (f" ({reasons})" if reasons else "")])


def _overlaps(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Return, for each row, the events that overlap in time and those that claim the same figure."""
    records: list[dict[Any, Any]] = rows.to_dict("records")
    overlaps, shared = [], []
    for row in records:
        same = [r for r in records if r["series_id"] == row["series_id"] and r["event_id"] != row["event_id"]]
        same = [r for r in same if r["first"] <= row["last"] and r["last"] >= row["first"]]
        # Equal window, value and unit mean that one printed change is credited to both events.
        twins = {r["event_id"] for r in same if all(r[name] == row[name] for name in ("window", "value", "unit"))}
        overlaps.append(" ".join(sorted({*(r["event_id"] for r in same), *row["stated"].split()})))
        shared.append(" ".join(sorted(twins)))
    return {"overlaps": overlaps, "shared_with": shared}


def _roles(rows: pd.DataFrame) -> list[str]:
    order = {event: (date, event) for event, date in zip(rows["event_id"], rows["date"], strict=True)}
    columns = zip(rows["event_id"], rows["basis"], rows["onset_months"], rows["shared_with"], strict=True)
    roles = []
    for event, basis, onset, shared in columns:
        repeated = any(order[other] < order[event] for other in shared.split())
        role = "repeated" if repeated else "effect"
        role = "early" if onset < 0 else role
        roles.append(role if basis == "change" else "context")
    return roles


def _size(book: Evidence, part: pd.DataFrame) -> tuple[Any, ...]:
    records: list[dict[Any, Any]] = part.to_dict("records")
    # The largest change is the size of the effect; the others date its onset and its recovery.
    top = max(records, key=lambda row: abs(row["value"]))
    end, value = parse_period(top["window"]).last_month, float(top["value"])
    later = {parse_period(row["window"]).first_month: float(row["value"]) for row in records}
    wait, basis = _wait(later, value, after=end), "effects"
    if np.isnan(wait) and top["unit"] == _YEARLY and top["series_id"] in book.series.index:
        wait, basis = _wait(_unbroken(_yearly_rates(book, top["series_id"]), end), value, after=end), "months"
    card = [top[name] for name in ("event_id", *_CARD, "date", "series_id", "unit", "value", "window", "onset_months")]
    return (*card, wait, "" if np.isnan(wait) else basis, len(records), top["overlaps"])


def _wait(rates: dict[int, float], size: float, *, after: int) -> float:
    """Return the months until at most half of the effect was left, NaN when no rate shows it."""
    recovered = [month for month, rate in rates.items() if month > after and rate / size <= 0.5]
    return float(min(recovered) - after) if recovered else np.nan


def _unbroken(rates: dict[int, float], end: int) -> dict[int, float]:
    """Keep the rates after a month up to the first gap, because recoveries inside gaps cannot be dated."""
    months = range(end + 1, end + 1 + _MEMORY)
    return {month: rates[month] for month in takewhile(rates.__contains__, months)}


def _yearly_rates(book: Evidence, series_id: str) -> dict[int, float]:
    """Return year-on-year rates by month, percent, from printed months, gaps filled by derived ones."""
    panel = monthly_panel(book)
    parts = [panel[panel["series_id"] == series_id], chosen(book, series_id, kinds=("observed",))]
    levels: dict[int, float] = {}
    for rows in parts:
        periods = [parse_period(text) for text in rows["period"]]
        levels |= {p.first_month: v for p, v in zip(periods, rows["value"].astype(float), strict=True) if p.freq == "M"}
    before = {month: levels.get(month - 12, 0.0) for month in levels}
    return {month: 100.0 * (level / before[month] - 1.0) for month, level in levels.items() if before[month] > 0}


def _require(rows: pd.DataFrame, target: str) -> None:
    known = sorted(set(rows["series_id"]))
    if target not in known:
        raise UnknownName("target of an event", target, get_close_matches(target, known, n=8, cutoff=0.3) or known[:8])
