"""Types and strict readers shared by the connectors: requests, figures and answers."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from eastbound.errors import ServiceError
from eastbound.evidence.connectors.http import LIMITS, Limits, without_query
from eastbound.evidence.schema import BadCell, number
from eastbound.periods import month_ordinal


@dataclass(frozen=True)
class Ask:
    """The months requested from a service.

    Parameters
    ----------
    address : str
        Base address of the service or of a mirror.
    first, last : str
        Months, both included.
    key : str
        Access key; empty when there is none.
    limits : Limits
    """

    address: str
    first: str
    last: str
    key: str = ""
    limits: Limits = LIMITS


@dataclass(frozen=True)
class Figure:
    """One figure of an answer, in the unit of its series.

    Parameters
    ----------
    series_id, period : str
    value : float
    locator : str
        Position in the service's data.
    kind : str
        ``"observed"``, or ``"estimate"`` when the service marks it so.
    """

    series_id: str
    period: str
    value: float
    locator: str
    kind: str = "observed"


@dataclass(frozen=True)
class Answer:
    """The figures of an answer, and the number of months listed without a figure."""

    figures: tuple[Figure, ...]
    missing: int = 0


@dataclass(frozen=True)
class Connector:
    """A public service.

    Parameters
    ----------
    name : str
        Argument of `eastbound data refresh`; also the name of its table.
    address : str
        Base address.
    series : tuple of str
        Ids of the series that it provides.
    card : mapping
        Its source card, without the date.
    figures : callable
        Requests and reads the figures.
    key : str
        Environment variable with the access key; empty when none is used.
    key_needed : bool
    """

    name: str
    address: str
    series: tuple[str, ...]
    card: Mapping[str, str]
    figures: Callable[[Ask], Answer]
    key: str = ""
    key_needed: bool = False


def csv_rows(raw: bytes, where: str, *, needed: Collection[str]) -> list[dict[str, str]]:
    """Read a CSV answer that has each needed column once and rows of equal length.

    Raises
    ------
    ServiceError
        When the answer has another form.

    Examples
    --------
    >>> csv_rows(b"a,b\\r\\n1,2\\r\\n", "here", needed=["b"])
    [{'a': '1', 'b': '2'}]
    """
    try:
        grid = list(csv.reader(StringIO(raw.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ServiceError(_broken(where, str(error), "a CSV table in UTF-8")) from None
    header = grid[0] if grid else []
    check_columns(header, where, needed=needed)
    for line, cells in enumerate(grid[1:], start=2):
        if len(cells) != len(header):
            problem = f"{len(cells)} cells in row {line}"
            raise ServiceError(_broken(where, problem, f"{len(header)} cells; the answer may have broken off"))
    return [dict(zip(header, cells, strict=True)) for cells in grid[1:]]


def check_columns(header: Collection[str], where: str, *, needed: Collection[str]) -> None:
    """Refuse an answer that lacks a needed column or repeats one.

    Raises
    ------
    ServiceError
        With the column and how often it is there.

    Examples
    --------
    >>> check_columns(["a"], "here", needed=["a"])
    """
    names = list(header)
    for name in needed:
        if names.count(name) != 1:
            problem = f"{names.count(name)} columns `{name}` among {', '.join(names[:12])}"
            raise ServiceError(_broken(where, problem, "it once; the service may have changed its table"))


def json_object(raw: bytes, where: str) -> dict[str, Any]:
    """Read a JSON answer that is an object.

    Raises
    ------
    ServiceError
        When the answer has another form.

    Examples
    --------
    >>> json_object(b'{"count": 0}', "here")
    {'count': 0}
    """
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise ServiceError(_broken(where, str(error), "whole JSON")) from None
    if not isinstance(content, dict):
        raise ServiceError(_broken(where, type(content).__name__, "a JSON object"))
    return content


def figure_of(cell: object, where: str) -> float:
    """Return the figure of a cell.

    Raises
    ------
    ServiceError
        When the cell is not a number.

    Examples
    --------
    >>> figure_of("7.1", "here")
    7.1
    """
    try:
        return number(f"{cell:.12g}" if isinstance(cell, float) else str(cell))
    except BadCell as problem:
        raise ServiceError(_broken(where, repr(cell), problem.expected)) from None


def expect(row: Mapping[str, object], where: str, *, wanted: Mapping[str, str]) -> None:
    """Refuse a row of another unit, currency or frequency than expected.

    Raises
    ------
    ServiceError
        With the value received and the value expected.

    Examples
    --------
    >>> expect({"FREQ": "M"}, "here", wanted={"FREQ": "M"})
    """
    for name, value in wanted.items():
        if str(row[name]) != value:
            raise ServiceError(_broken(where, f"`{name}` {row[name]!r}", f"`{value}`"))


def in_order(months: Iterable[str], where: str, *, ask: Ask) -> None:
    """Refuse months that are not in ascending order, or were not requested.

    Raises
    ------
    ServiceError
        At the first month that is out of order, repeated or outside the request.

    Examples
    --------
    >>> in_order(["2026-01", "2026-02"], "here", ask=Ask("", "2026-01", "2026-03"))
    """
    before = ""
    for month in months:  # months as text sort by time
        if not ask.first <= month <= ask.last:
            raise ServiceError(_broken(where, month, f"months from {ask.first} to {ask.last}"))
        if month <= before:
            raise ServiceError(_broken(where, f"{month} after {before}", "months in order, each once"))
        before = month


def month_of(text: object, where: str) -> str:
    """Return a month in the written form of the tables.

    Raises
    ------
    ServiceError
        When the text is not a month.

    Examples
    --------
    >>> month_of("2026-03", "here")
    '2026-03'
    """
    try:
        month_ordinal(str(text))
    except ValueError:
        raise ServiceError(_broken(where, repr(text), "a month such as `2026-03`")) from None
    return str(text)


def at(ask: Ask, path: str) -> str:
    """Return the address of a path below the base address.

    Examples
    --------
    >>> at(Ask("https://example.org/v2/", "2026-01", "2026-02"), "data")
    'https://example.org/v2/data'
    """
    return f"{ask.address.rstrip('/')}/{path}"


def _broken(where: str, received: str, expected: str) -> str:
    return f"{without_query(where)}: found {received}, expected {expected}; nothing was changed"
