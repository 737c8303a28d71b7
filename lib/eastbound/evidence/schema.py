"""The format of the tables: columns, allowed values, and the check of each cell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from eastbound.errors import InputError, nearest
from eastbound.periods import last_day, parse_period
from eastbound.units import UNITS

SCHEMA: Final = 1  # number of this table format

KINDS: Final = ("observed", "estimate", "derived", "projection", "plan", "capacity", "contract", "claim")
KEY: Final = ("series_id", "period", "kind", "source_id", "locator")
OBSERVATION: Final = (
    *("series_id", "period", "value", "low", "high", "unit", "kind", "source_id", "published"),
    *("available", "available_basis", "locator", "note"),
)
FREQUENCIES: Final = ("A", "Q", "M", "D", "span")
AGGREGATES: Final = ("sum", "mean", "last")
DIRECT: Final = ("customs", "quoting", "restated", "converted")

# Text that a spreadsheet would execute when it opens the file.
_FORMULA: Final = re.compile(r"^\s*[=+@\t\r]|^\s*-\D")
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*", re.ASCII)
_ELSEWHERE: Final = "`eastbound data list` shows the ids; a new one needs its own row in series.csv or sources.csv"
LONGEST_LAG: Final = 1100  # days from the end of a period to its release; yearbooks take up to three years
_LARGEST: Final = 1e12  # far above every figure of the book; larger ones are typing errors


class BadCell(Exception):
    """A cell that breaks the rule of its column."""

    def __init__(self, expected: str, advice: str) -> None:
        super().__init__(expected, advice)
        self.expected = expected
        self.advice = advice


Check = Callable[[str], object]


@dataclass(frozen=True)
class Column:
    """A column of a table: check of its cells, and whether it may be missing or empty."""

    name: str
    check: Check
    required: bool = True
    empty: bool = False


def observation_columns(series: Collection[str], sources: Collection[str]) -> tuple[Column, ...]:
    """Return the columns of an observation table, given the known ids.

    Examples
    --------
    >>> [column.name for column in observation_columns([], [])][:3]
    ['series_id', 'period', 'value']
    """
    return (
        Column("series_id", known("series", series)),
        Column("period", period),
        Column("value", number, empty=True),
        Column("low", number, required=False, empty=True),
        Column("high", number, required=False, empty=True),
        Column("unit", known("unit", UNITS)),
        Column("kind", known("kind", KINDS)),
        Column("source_id", known("source", sources)),
        Column("published", day),
        Column("available", day, required=False, empty=True),
        Column("locator", text, required=False, empty=True),
        Column("note", text, required=False, empty=True),
    )


def source_columns() -> tuple[Column, ...]:
    """Return the columns of a table of source cards.

    Examples
    --------
    >>> source_columns()[0].name
    'source_id'
    """
    return (
        Column("source_id", identifier),
        Column("publisher", text),
        Column("title", text),
        Column("url", address, empty=True),
        Column("published", day),
        Column("language", text, required=False, empty=True),
        Column("licence", text, required=False, empty=True),
        Column("cadence", text, required=False, empty=True),
        Column("next_review", day, required=False, empty=True),
        Column("group", identifier, required=False, empty=True),
        Column("directness", known("directness", DIRECT), required=False, empty=True),
    )


def series_columns() -> tuple[Column, ...]:
    """Return the columns of a table of series.

    Examples
    --------
    >>> series_columns()[0].name
    'series_id'
    """
    return (
        Column("series_id", identifier),
        Column("subject", identifier),
        Column("unit", known("unit", UNITS)),
        Column("lower", number, required=False, empty=True),
        Column("upper", number, required=False, empty=True),
        Column("frequency", known("frequency", FREQUENCIES)),
        Column("aggregate", known("aggregate", AGGREGATES)),
        Column("release_lag_days", lag, required=False, empty=True),
        Column("label", text),
        Column("definition", text, required=False, empty=True),
    )


def number(cell: str) -> float:
    """Read a number with a decimal point.

    Raises
    ------
    BadCell
        When the cell is not a finite number of ordinary size.

    Examples
    --------
    >>> number("228.105")
    228.105
    """
    if not _NUMBER.fullmatch(cell):
        swapped = cell.replace(",", ".", 1)
        comma = "," in cell and bool(_NUMBER.fullmatch(swapped))
        advice = f"write `{swapped}` with a decimal point" if comma else "write digits only, or leave the row out"
        raise BadCell("a number", advice)
    value = float(cell)
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise BadCell("a number of ordinary size", "check the zeros and the unit")
    return value


def lag(cell: str) -> float:
    """Read a release lag: a whole number of days.

    Raises
    ------
    BadCell
        When the cell is not a whole number from 0 to 1100.

    Examples
    --------
    >>> lag("14")
    14.0
    """
    days = number(cell)
    if days != int(days) or not 0 <= days <= LONGEST_LAG:
        expected = f"a whole number of days from 0 to {LONGEST_LAG}"
        raise BadCell(expected, "count the days from the end of a period to its release")
    return days


def period(cell: str) -> str:
    """Read a period and return its shortest form.

    Examples
    --------
    >>> period("2025-01/2025-03")
    '2025-Q1'
    """
    try:
        return parse_period(cell).text
    except InputError as error:
        expected = "a period such as `2024`, `2024-Q1`, `2024-03` or `2025-01/2025-02`"
        raise BadCell(expected, str(error)) from None


def day(cell: str) -> str:
    """Read a date: a day, or a month or year when the day is unknown.

    Examples
    --------
    >>> day("2025-03")
    '2025-03'
    """
    try:
        last_day(cell)
    except InputError as error:
        raise BadCell("a date such as `2025-03-10`", str(error)) from None
    return cell


def text(cell: str) -> str:
    """Read text; refuse what a spreadsheet would execute.

    Examples
    --------
    >>> text("table 2")
    'table 2'
    """
    if _FORMULA.match(cell):
        raise BadCell("words", "remove the sign in front: a spreadsheet would run this as a formula")
    if not cell.isprintable():
        raise BadCell("words on one line", "remove line breaks and control characters")
    return cell


def identifier(cell: str) -> str:
    """Read an id of lower-case letters, digits, dots, dashes and underscores.

    Examples
    --------
    >>> identifier("my-page-2026")
    'my-page-2026'
    """
    if not _ID.fullmatch(cell):
        raise BadCell("an id of lower-case letters, digits, `.`, `_` and `-`", "choose another id")
    return cell


def address(cell: str) -> str:
    """Read a web address.

    Examples
    --------
    >>> address("https://example.org/a")
    'https://example.org/a'
    """
    if not cell.startswith(("http://", "https://")) or not cell.isprintable() or " " in cell:
        raise BadCell("an address that begins with http:// or https://", "leave it empty when the page has none")
    return cell


def known(what: str, allowed: Collection[str]) -> Check:
    """Return a check that a cell is one of the allowed names.

    Examples
    --------
    >>> known("kind", KINDS)("plan")
    'plan'
    """
    names = frozenset(allowed)
    expected = f"a known {what}"

    def check(cell: str) -> str:
        if cell in names:
            return cell
        listed = "use one of " + ", ".join(sorted(names)) if len(names) <= len(UNITS) else _ELSEWHERE
        raise BadCell(expected, nearest(cell, names).strip() or listed)

    return check
