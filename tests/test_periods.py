"""Periods: every written form, and nothing else."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.errors import InputError
from eastbound.periods import (
    YEARS,
    calendar_day,
    last_day,
    month_ordinal,
    month_text,
    newest_begun_day,
    parse_period,
)


@pytest.mark.parametrize(
    ("text", "start", "end", "freq", "months"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "A", 12),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31), "Q", 3),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "M", 1),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28), "M", 1),
        ("2024-03-05", date(2024, 3, 5), date(2024, 3, 5), "D", 1),
        ("2025-01/2025-02", date(2025, 1, 1), date(2025, 2, 28), "span", 2),
        ("2034/2035", date(2034, 1, 1), date(2035, 12, 31), "span", 24),
        ("2014-Q2/2015-Q3", date(2014, 4, 1), date(2015, 9, 30), "span", 18),
        ("2025-01-01/2025-03-10", date(2025, 1, 1), date(2025, 3, 10), "span", 3),
    ],
)
def test_forms(text, start, end, freq, months):
    period = parse_period(text)
    assert (period.start, period.end, period.freq, period.months) == (start, end, freq, months)


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("2024-01/2024-12", "2024"),
        ("2024-Q1/2024-Q4", "2024"),
        ("2024-07/2024-09", "2024-Q3"),
        ("2024-02-01/2024-02-29", "2024-02"),
        ("2024/2024", "2024"),
        ("2024-03-05/2024-03-05", "2024-03-05"),
    ],
)
def test_one_stretch_has_one_name(long, short):
    assert parse_period(long).text == short
    assert parse_period(long) == parse_period(short)


@pytest.mark.parametrize(
    "text",
    [
        *("", "24", "2024-13", "2024-Q5", "2024-02-30", "2023-02-29", "2024/", "/2024", "2024/2025/2026"),
        *("2025/2024", "2024-05/2024-03", "2024/2025-03", " 2024", "2024 ", "2024-1", "2024-03-5", "by 2030"),
        *("0000", "٢٠٢٤", "2024\n", "9999-12-31", "1799", "2201-01"),
    ],
)
def test_other_text_is_refused(text):
    with pytest.raises(InputError, match="period"):
        parse_period(text)


@given(st.text(max_size=24))
def test_any_text_is_a_period_or_an_input_error(text):
    try:
        period = parse_period(text)
    except InputError:
        return
    assert parse_period(period.text) == period


DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(DAYS, st.integers(0, 4000))
def test_any_stretch_of_days_survives_writing(start, length):
    end = start + timedelta(days=length)
    period = parse_period(f"{start}/{end}")
    assert (period.start, period.end) == (start, end)
    assert parse_period(period.text) == period


@given(st.integers(YEARS[0] * 12, YEARS[1] * 12 + 11))
def test_month_ordinals_are_a_count(ordinal):
    assert month_ordinal(month_text(ordinal)) == ordinal
    assert parse_period(month_text(ordinal)).first_month == ordinal


def test_order_is_by_start_then_end():
    texts = ["2024-02", "2024", "2024-01", "2023-12-31"]
    assert sorted(texts, key=parse_period) == ["2023-12-31", "2024-01", "2024", "2024-02"]


def test_a_month_is_asked_for():
    with pytest.raises(InputError, match="not a month"):
        month_ordinal("2024")


def test_a_vague_date_is_taken_at_its_end():
    assert last_day("2024") == date(2024, 12, 31)
    with pytest.raises(InputError, match="not a year, month or day"):
        last_day("2024-Q1")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (pd.Timestamp("2024-05-06 23:30"), date(2024, 5, 6)),
        (pd.Timestamp("2024-05-06 23:30", tz="Asia/Vladivostok"), date(2024, 5, 6)),
        (datetime(2024, 5, 6, 1, 2, 3, 4, tzinfo=UTC), date(2024, 5, 6)),
        (np.datetime64("2024-05-06T12:00"), date(2024, 5, 6)),
        (np.datetime64("2024-05"), date(2024, 5, 31)),
        (date(2024, 5, 6), date(2024, 5, 6)),
        ("2024-05", date(2024, 5, 31)),
        (2024, date(2024, 12, 31)),
    ],
)
def test_dates_of_every_library_are_days(value, day):
    result = calendar_day(value)
    assert (result, type(result)) == (day, date)


@pytest.mark.parametrize(
    "value", ["", " ", True, pd.NaT, None, 2024.5, date(9999, 12, 31), "9999-12-31", "2024-05-06 01:00"]
)
def test_what_is_no_date_is_refused(value):
    with pytest.raises(InputError):
        calendar_day(value)


def test_a_day_has_begun_once_it_has_begun_in_the_earliest_time_zone():
    """A figure published in Vladivostok on the 28th used to be refused for ten hours of UTC."""
    assert newest_begun_day(datetime(2026, 11, 27, 9, 59, tzinfo=UTC)) == date(2026, 11, 27)
    assert newest_begun_day(datetime(2026, 11, 27, 10, tzinfo=UTC)) == date(2026, 11, 28)
    assert newest_begun_day(datetime(2026, 11, 27, 20, tzinfo=timezone(timedelta(hours=10)))) == date(2026, 11, 28)
