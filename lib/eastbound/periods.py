"""Periods: the interval of time that an observation covers.

A period is written as a year `2024`, a quarter `2024-Q1`, a month `2024-03`, a day
`2024-03-05`, or a span of two of the same kind, `2025-01/2025-02`. Months are counted
by *ordinals* (year x 12 + month - 1), so that a difference is a number of months.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, NoReturn, TypeAlias

from eastbound.errors import InputError, shortened

Freq: TypeAlias = Literal["A", "Q", "M", "D", "span"]

_POINT = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?", re.ASCII)
YEARS: Final = (1800, 2200)  # pandas counts nanoseconds in 64 bits, which end in 2262
_FIRST_TO_BEGIN: Final = timedelta(hours=14)  # Kiritimati, UTC+14, begins each day before everyone else
_FORMS = "`2024`, `2024-Q1`, `2024-03`, `2024-03-05` or a span such as `2025-01/2025-02`"


@dataclass(frozen=True, order=True)
class Period:
    """An interval of days with its written form; two periods over the same days are equal.

    Parameters
    ----------
    start, end : datetime.date
        First and last day, both inside the period.
    text : str
        The shortest written form.
    freq : {"A", "Q", "M", "D", "span"}
        A calendar year, quarter, month, a day, or anything else.

    Examples
    --------
    >>> period = parse_period("2025-01/2025-02")
    >>> period.months, period.freq, str(period.end)
    (2, 'span', '2025-02-28')
    """

    start: date
    end: date
    text: str = field(compare=False)
    freq: Freq = field(compare=False)

    @property
    def first_month(self) -> int:
        """Ordinal of the first month touched."""
        return self.start.year * 12 + self.start.month - 1

    @property
    def last_month(self) -> int:
        """Ordinal of the last month touched."""
        return self.end.year * 12 + self.end.month - 1

    @property
    def months(self) -> int:
        """Number of calendar months touched."""
        return self.last_month - self.first_month + 1

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=8192)
def parse_period(text: str | int) -> Period:
    """Read a written period.

    Parameters
    ----------
    text : str or int
        A year, quarter, month, day, or a span of two of the same kind.

    Returns
    -------
    Period
        In its shortest form: the span of a whole year is that year.

    Raises
    ------
    InputError
        For any other text, an impossible date or a span that runs backwards.

    Examples
    --------
    >>> parse_period("2024-Q1").end
    datetime.date(2024, 3, 31)
    >>> parse_period("2024-01/2024-12").text
    '2024'
    """
    text = str(text)  # a year may come as a whole number
    parts = text.split("/")
    if len(parts) > 2:
        _refuse(text, "has more than one slash")
    points = [_point(part, text) for part in parts]
    if points[0][2] != points[-1][2]:
        _refuse(text, "joins two different kinds of period")
    start, end = points[0][0], points[-1][1]
    if start > points[-1][0]:
        _refuse(text, "runs backwards")
    return _named(start, end)


def month_ordinal(text: str) -> int:
    """Return the ordinal of a written month.

    Raises
    ------
    InputError
        When the text is not a month.

    Examples
    --------
    >>> month_ordinal("2024-03") - month_ordinal("2023-12")
    3
    """
    period = parse_period(text)
    if period.freq != "M":
        _refuse(text, "is not a month such as `2024-03`")
    return period.first_month


def month_text(ordinal: int) -> str:
    """Return the written month of an ordinal.

    Examples
    --------
    >>> month_text(month_ordinal("2024-12") + 1)
    '2025-01'
    """
    return f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}"


def last_day(text: str) -> date:
    """Return the last day a written date can mean: a year or month alone is taken at its end.

    Raises
    ------
    InputError
        When the text is not a year, month or day.

    Examples
    --------
    >>> str(last_day("2024-02")), str(last_day("2024-02-05"))
    ('2024-02-29', '2024-02-05')
    """
    period = parse_period(text)
    if period.freq not in ("A", "M", "D"):
        _refuse(text, "is not a year, month or day")
    return period.end


def newest_begun_day(now: datetime | None = None) -> date:
    """Return the newest calendar day that has begun anywhere on Earth.

    A later day is in the future for everyone, whatever the time zone of this process.

    Parameters
    ----------
    now : datetime.datetime, optional
        A moment with its time zone; default the clock's.

    Examples
    --------
    >>> newest_begun_day(datetime(2026, 11, 27, 15, tzinfo=UTC))  # already the 28th in Vladivostok
    datetime.date(2026, 11, 28)
    """
    return ((now or datetime.now(UTC)).astimezone(UTC) + _FIRST_TO_BEGIN).date()


def calendar_day(value: object) -> date:
    """Return the day of a date, a timestamp, or a written year, month or day.

    Parameters
    ----------
    value : datetime.date, datetime.datetime, pandas.Timestamp, numpy.datetime64, str or int
        A timestamp stands for its day in its own time zone; a year or month for its last day.

    Raises
    ------
    InputError
        When the value is no date, or outside the years 1800 to 2200.

    Examples
    --------
    >>> calendar_day(datetime(2024, 5, 6, 23, 59)), calendar_day(2024)
    (datetime.date(2024, 5, 6), datetime.date(2024, 12, 31))
    """
    if isinstance(value, bool) or not str(value).strip():
        message = f"`{shortened(str(value))}` is not a date; expected a day such as `2024-03-05`, a month or a year"
        raise InputError(message)
    # A date with a time of day, in the form of the standard library, pandas or numpy.
    text = re.sub(r"[T ]\d\d:\d\d.*", "", str(value), flags=re.DOTALL)
    return last_day(str(value) if isinstance(value, str) else text)


def _point(part: str, text: str) -> tuple[date, date, Freq]:
    match = _POINT.fullmatch(part)
    if not match:
        _refuse(text, f"is not a period; expected {_FORMS}")
    year, quarter, month, day = match.groups()
    if not YEARS[0] <= int(year) <= YEARS[1]:
        _refuse(text, f"is out of range; expected a year from {YEARS[0]} to {YEARS[1]}")
    try:
        if day:
            moment = date(int(year), int(month), int(day))
            return moment, moment, "D"
        if month:
            return date(int(year), int(month), 1), _month_end(int(year), int(month)), "M"
        if quarter:
            last = 3 * int(quarter)
            return date(int(year), last - 2, 1), _month_end(int(year), last), "Q"
        return date(int(year), 1, 1), date(int(year), 12, 31), "A"
    except ValueError:
        _refuse(text, "is an impossible date")


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _named(start: date, end: date) -> Period:
    """Name the interval from `start` to `end` by its shortest form."""
    if start == end:
        return Period(start, end, start.isoformat(), "D")
    whole = start.day == 1 and end == _month_end(end.year, end.month)
    if not whole:
        return Period(start, end, f"{start.isoformat()}/{end.isoformat()}", "span")
    if (start.month, end.month) == (1, 12):
        text = f"{start.year:04d}" if start.year == end.year else f"{start.year:04d}/{end.year:04d}"
        return Period(start, end, text, "A" if start.year == end.year else "span")
    if start.year == end.year and start.month == end.month:
        return Period(start, end, f"{start.year:04d}-{start.month:02d}", "M")
    if start.year == end.year and start.month % 3 == 1 and end.month == start.month + 2:
        return Period(start, end, f"{start.year:04d}-Q{end.month // 3}", "Q")
    text = f"{start.year:04d}-{start.month:02d}/{end.year:04d}-{end.month:02d}"
    return Period(start, end, text, "span")


def _refuse(text: str, why: str) -> NoReturn:
    message = f"period `{shortened(text)}` {why}"
    raise InputError(message)
