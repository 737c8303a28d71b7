"""Happenings dated twice, spans of years that contradict their dates, lists announced with another number."""

from dataclasses import replace

import pandas as pd
import pytest

from eastbound.evidence.audit import happenings, lists
from eastbound.evidence.book import load_evidence


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def dated(book, *rows):
    """The book with only the given (date, source, years, told) of one happening."""
    table = pd.DataFrame(list(rows), columns=["date", "source_id", "years", "told"])
    table = table.assign(happening="bridge", stage="opened", locator="text", available=pd.Timestamp("2025-12-31"))
    return replace(book, happenings=table)


NONE = float("nan")
A, B, TWIN = "arctic-institute-003", "thinkchina-000", ("pivot-to-asia-001", "junhua-zhang-002")


@pytest.mark.parametrize(
    ("dates", "count"),
    [(("2022-06", "2022-06-10"), 0), (("2022-06", "2022-07"), 1), (("2022", "2022-11", "2022-12"), 1)],
)
def test_dates_of_one_source_must_be_able_to_be_one_day(book, dates, count):
    table = dated(book, *((date, A, NONE, "") for date in dates))
    assert len(list(happenings.dated_twice(table))) == count


def test_sources_differ_only_when_no_date_fits_and_they_are_independent(book):
    far = dated(book, ("2022-06", A, NONE, ""), ("2022-09", B, NONE, ""))
    assert [item.gap for item in happenings.dated_differently(far)] == [63.0]
    near = dated(book, ("2022-06-30", A, NONE, ""), ("2022-07-01", B, NONE, ""))
    assert not list(happenings.dated_differently(near))
    same_witness = dated(book, ("2022-06", TWIN[0], NONE, ""), ("2022-09", TWIN[1], NONE, ""))
    assert not list(happenings.dated_differently(same_witness))


@pytest.mark.parametrize(("years", "count"), [(20, 1), (12, 0), (3, 1)])
def test_spans_are_held_against_their_dates(book, years, count):
    table = dated(book, ("2010/2019", A, years, "2026"))
    assert len(list(happenings.spans_of_years(table))) == count


def test_lists_are_counted(book):
    table = pd.DataFrame(
        [("areas", 3, "a; b; c", A), ("areas", 4, "a; b; c", B), ("hubs", 2, "d; e", A)],
        columns=["list", "announced", "items", "source_id"],
    ).assign(available=pd.Timestamp("2025-12-31"))
    changed = replace(book, lists=table)
    assert [item.arithmetic for item in lists.announced_lists(changed)] == ["4 announced, 3 given: a; b; c"]
    assert [item.gap for item in lists.lists_of_two_sources(changed)] == [-1.0]


def test_rows_come_from_known_sources(book):
    for table in (book.happenings, book.lists):
        assert set(table["source_id"]) <= set(book.sources.index)
    old = load_evidence("2023-12-31")
    assert len(old.happenings) < len(book.happenings)
    assert set(old.happenings["source_id"]) == {"thinkchina-000", "marketscreener-2022", "bbc-2003-03-15"}
