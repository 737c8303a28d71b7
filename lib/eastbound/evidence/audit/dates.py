"""Audit rules on dates: one figure for two periods, plans against outcomes, effects before causes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import pandas as pd

from eastbound.evidence.audit.findings import Finding, Row, finding, records
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import chosen
from eastbound.periods import last_day, parse_period

MEASURED: Final = ("observed",)
NEAR_DAYS: Final = 60  # pages published closer than this may report the same release
ADJACENT_DAYS: Final = 400


def one_figure_two_periods(book: Evidence) -> Iterator[Finding]:
    """Find a figure that pages of the same days attribute to two different years."""
    seen = book.observations
    rows = seen[(seen["kind"] == "observed") & seen["published"].ne("") & seen["value"].notna()]
    rows = rows[rows["unit"].isin(["percent", "percent_yoy"]) & rows["value"].ne(0)]
    rows = rows[rows.duplicated(["series_id", "value"], keep=False)]
    for _, group in rows.groupby(["series_id", "value"]):
        if group["period"].nunique() > 1:
            for first, second in combinations(records(group.sort_values("start")), 2):
                yield from _two_readings(first, second)


def part_for_whole(book: Evidence) -> Iterator[Finding]:
    """Find a figure for part of a year that another page attributes to the whole year."""
    seen = book.observations
    rows = seen[seen["kind"].isin(["observed", "estimate"]) & seen["value"].notna()]
    rows = rows[rows.duplicated(["series_id", "value"], keep=False)]
    for _, group in rows.groupby(["series_id", "value"]):
        whole = [row for row in records(group) if len(row["period"]) == 4]
        parts = [row for row in records(group) if 1 < row["months"] < 12]
        for year in whole:
            for part in parts:
                if part["period"][:4] == year["period"] and part["source_id"] != year["source_id"]:
                    line = f"{part['value']:g} is printed for {part['period']} and again for {year['period']}"
                    yield finding(
                        "part_for_whole", [year, part], line, gap=0.0, unit=str(year["unit"]), severity="warning"
                    )


def straight_lines(book: Evidence) -> Iterator[Finding]:
    """Find projections that extrapolate two figures linearly, and their sensitivity to the dates of these figures."""
    seen = book.observations
    for row in records(seen[seen["kind"].eq("projection") & seen["period"].str.len().eq(4)]):
        past = chosen(book, row["series_id"], kinds=MEASURED)
        past = past[past["period"].str.len().eq(4) & past["start"].lt(row["start"]) & past["value"].notna()]
        ends = [x for x in (row["low"], row["value"], row["high"]) if x == x]
        if len(past) >= 2 and row["unit"] == "percent":
            yield from _line(row, records(past.tail(2)), ends)


def plans_against_outcomes(book: Evidence) -> Iterator[Finding]:
    """Compare plans and projections with their outcomes."""
    seen = book.observations
    plans = seen[seen["kind"].isin(["plan", "projection", "contract"]) & seen["value"].gt(0)]
    for series, group in plans.groupby("series_id"):
        outcomes = {row["period"]: row for row in records(chosen(book, str(series), kinds=MEASURED))}
        for plan in records(group):
            outcome = outcomes.get(plan["period"])
            if outcome is not None and outcome["value"] > 0:
                yield from _outcome(plan, outcome)


def effects_before_causes(book: Evidence) -> Iterator[Finding]:
    """Find measured effects whose window begins before their event."""
    dates = dict(zip(book.events["event_id"], book.events["date"], strict=True))
    for row in records(book.effects):
        window, date = parse_period(row["window"]), dates[row["event_id"]]
        begun = parse_period(date)
        days = (begun.start - window.start).days
        # A window in the month of the event may begin some days before it.
        if days > 31 and window.end >= begun.start and row["basis"] == "change":
            line = f"window {row['window']} opens {days} days before {row['event_id']} ({date})"
            known = {**row, "period": row["window"], "published": row["available"].date().isoformat()}
            yield finding(
                "early_effect", [known], line, gap=float(days), unit="days", severity="warning", part=row["event_id"]
            )


def cited_before_known(book: Evidence) -> Iterator[Finding]:
    """Find sums and changes printed as measured before their period was over; prices may be known earlier."""
    seen = book.observations
    sums = book.series.index[book.series["aggregate"].eq("sum") | book.series["unit"].eq("ratio")]
    rows = seen[
        seen["series_id"].isin(sums)
        & seen["kind"].eq("observed")
        & seen["published"].str.len().eq(10)
        & seen["months"].gt(1)
    ]
    early = (rows["end"] - pd.to_datetime(rows["published"])).dt.days
    for row, days in zip(records(rows), early, strict=True):
        if days > 15:
            line = f"{row['value']:g} for {row['period']} was printed {days} days before the period ended"
            yield finding("early_print", [row], line, gap=float(days), unit="days", severity="warning")


def _two_readings(first: Row, second: Row) -> Iterator[Finding]:
    if len(first["period"]) != 4 or len(second["period"]) != 4 or first["period"] == second["period"]:
        return
    days = abs((last_day(first["published"]) - last_day(second["published"])).days)
    apart = (second["start"] - first["start"]).days
    if days > NEAR_DAYS or apart > ADJACENT_DAYS:
        return
    value, years = first["value"], f"{first['period']} and for {second['period']}"
    line = f"{value:g} is printed for {years} by pages {days} days apart"
    yield finding("two_readings", [first, second], line, gap=apart / 365.25, unit="years", severity="error")


def _line(row: Row, past: list[Row], ends: list[float]) -> Iterator[Finding]:
    before, last = past
    years = int(row["period"]) - int(last["period"])
    gap = int(last["period"]) - int(before["period"])
    rise = last["value"] - before["value"]
    # The same extrapolation with the first figure dated one year earlier.
    near, far = (last["value"] + years * rise / (gap + more) for more in (0, 1))
    if min(abs(near - end) for end in ends) < 0.5:
        line = (
            f"{last['value']:g} + {years} x {rise / gap:g} = {near:.1f}; "
            f"{last['value']:g} + {years} x {rise / (gap + 1):g} = {far:.1f} if {before['value']:g} is a year older"
        )
        yield finding("straight_line", [row, before, last], line, gap=near - far, unit="pp", severity="warning")


def _outcome(plan: Row, outcome: Row) -> Iterator[Finding]:
    miss = 100 * (outcome["value"] / plan["value"] - 1)
    if abs(miss) > 10:
        line = f"{outcome['value']:g} / {plan['value']:g} - 1 = {miss:.0f} % of the {plan['kind']}"
        yield finding("plan", [plan, outcome], line, gap=miss, unit="percent", severity="note")
