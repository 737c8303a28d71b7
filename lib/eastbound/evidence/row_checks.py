"""Rules for one row of figures that a single cell cannot show: unit, bounds, period and dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from eastbound.evidence.problems import Problems
from eastbound.evidence.reader import Row
from eastbound.periods import last_day, parse_period

_NUMBERS: Final = ("value", "low", "high")
_MEASURED: Final = ("observed", "estimate")
_CALENDAR: Final = {"M": "a month or several", "Q": "whole months", "A": "a year or whole months of it"}


def check_row(row: Row, card: Mapping[str, object], problems: Problems, *, today: date) -> None:
    """Check a row as a whole: unit, bounds, period and dates.

    The rules are the same for a figure that is entered and for every table of a folder.

    Parameters
    ----------
    row : Row
        Its cells have passed the checks of their columns.
    card : mapping
        The card of the row's series.
    problems : Problems
        Collects what is wrong.
    today : datetime.date
        Nothing can have been published later.

    Examples
    --------
    >>> names = ("value", "low", "high", "unit", "kind", "period", "published")
    >>> cells = dict(zip(names, ("-3", "", "", "Mt", "observed", "2025", "2026-01-20")))
    >>> card = {"unit": "Mt", "lower": 0.0, "upper": float("nan"), "frequency": "A", "aggregate": "sum"}
    >>> problems = Problems("june.csv")
    >>> check_row(Row(2, cells), card, problems, today=date(2026, 11, 28))
    >>> problems.lines[0][:27]
    'line 2, column `value`: fou'
    """
    cells = row.cells
    if cells["unit"] != card["unit"]:
        advice = "convert the figure; money needs the rate of its own period"
        problems.add(
            row.line, "unit", cells["unit"], expected=f"`{card['unit']}`, the unit of the series", advice=advice
        )
    value, low, high = (float(cells[name]) if cells[name] else None for name in _NUMBERS)
    if (low is None) != (high is None):
        problems.add(row.line, "low", cells["low"], expected="low and high together", advice="give both or neither")
    elif value is None and low is None:
        problems.add(
            row.line, "value", "", expected="a value, or low and high", advice="leave the row out when unknown"
        )
    elif low is not None and high is not None and not low <= (low if value is None else value) <= high:
        expected = f"low, value and high in this order, not {low:g} and {high:g} around it"
        problems.add(row.line, "value", cells["value"], expected=expected, advice="check the three cells")
    _check_bounds(row, card, problems)
    _check_period(row, card, problems)
    _check_dates(row, problems, today=today)


def _check_period(row: Row, card: Mapping[str, object], problems: Problems) -> None:
    """Refuse a measured part of a month in a series of months, quarters or years, which models would read as the month.

    Capacities, contracts and plans are dated by the day from which they apply, and so are yearly levels
    at a point in time, such as fees.
    """
    period = parse_period(row.cells["period"])
    whole = period.start.day == 1 and (period.end + timedelta(days=1)).day == 1
    if whole or row.cells["kind"] not in _MEASURED or card["frequency"] not in _CALENDAR:
        return
    if card["frequency"] == "A" and (card["aggregate"] == "last" or period.freq != "D"):
        return
    month = f"{period.end:%Y-%m}"
    advice = f"if this is the figure of the whole month, write `{month}`; a part of a month is not kept in this series"
    problems.add(row.line, "period", period.text, expected=_CALENDAR[str(card["frequency"])], advice=advice)


def _check_dates(row: Row, problems: Problems, *, today: date) -> None:
    published, period = row.cells["published"], parse_period(row.cells["period"])
    day = last_day(published)
    if day > today:
        partial = parse_period(published).freq != "D" and parse_period(published).start <= today
        advice = "give the day" if partial else "check the date"
        problems.add(row.line, "published", published, expected=f"a day not after today ({today})", advice=advice)
    elif row.cells["kind"] == "observed" and day < period.end:
        expected = f"a day when the period was over ({period.end})"
        advice = "name the part that is over, or use kind `estimate` or `projection`"
        problems.add(row.line, "published", published, expected=expected, advice=advice)


def _check_bounds(row: Row, card: Mapping[str, object], problems: Problems) -> None:
    lower, upper = float(card["lower"]), float(card["upper"])  # type: ignore[arg-type]
    for name in _NUMBERS:
        cell = row.cells[name]
        if cell and (float(cell) < lower or float(cell) > upper):  # a missing bound is NaN and never broken
            expected = f"a figure within the bounds of the series ({lower:g} to {upper:g})"
            problems.add(row.line, name, cell, expected=expected, advice="check the unit and the sign")
