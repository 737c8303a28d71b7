"""Thousands of corrupted tables, the same in every run: each is read completely or refused with one clear message."""

import random
import re

import pytest
from spoilt_tables import HEADER, NUMBERS, READ, REFUSED, ROWS, SOURCE, SPOILT_BYTES, spoilt, table_copy, text_of

from eastbound.errors import EvidenceError
from eastbound.evidence.book import load_evidence
from eastbound.evidence.choice import ranked
from eastbound.evidence.problems import SHOWN
from eastbound.evidence.reader import MOST, read_table
from eastbound.evidence.schema import KEY, observation_columns
from eastbound.evidence.user_tables import read_user_tables

COUNT = 2500
MESSAGE = re.compile(r"line \d+(?:, column `[^`]*`)?: found .+, expected .+; .+", re.DOTALL)


def check_message(text, how):
    """Hold a message against its form: what, where, what was expected, what to do; no more than a few lines."""
    head, *lines = re.split(r"\n  (?=line |and )", text)
    count = re.fullmatch(r"mine\.csv: (\d+) problems?; nothing was read\.", head)
    assert count, (how, text)
    more = re.fullmatch(r"and (\d+) more of the kind", lines[-1])
    shown = lines[:-1] if more else lines
    assert int(count[1]) == len(shown) + (int(more[1]) if more else 0), (how, text)
    assert 1 <= len(shown) <= SHOWN, (how, text)
    for line in shown:
        assert MESSAGE.fullmatch(line), (how, line)
    assert len(text) < 3000, how


def attempt(path, columns):
    """Return the rows of a table, or none and the message."""
    try:
        return read_table(path, columns, key=KEY), ""
    except EvidenceError as error:
        return [], str(error)


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def test_spoilt_tables_are_read_whole_or_refused_clearly(tmp_path, book):
    rng = random.Random(20261122)
    path = tmp_path / "mine.csv"
    columns = observation_columns(book.series.index, book.sources.index)
    fates = {"read": 0, "refused": 0}
    seen = set()
    for _ in range(COUNT):
        raw, must_fail, how = spoilt(rng)
        seen.update(how)
        path.write_bytes(raw)
        rows, message = attempt(path, columns)
        assert must_fail == bool(message), (how, message or raw)
        if message:
            check_message(message, how)
        else:
            assert len(rows) == len(ROWS), how
            for name in NUMBERS:  # in whatever order, no figure is lost
                assert sorted(row.cells[name] for row in rows) == sorted(row[HEADER.index(name)] for row in ROWS), how
        fates["refused" if message else "read"] += 1
    assert min(fates.values()) > COUNT / 10, fates
    assert seen == {change.__name__ for change in (*REFUSED, *READ, *SPOILT_BYTES)}
    assert load_evidence("2026-10-30").digest == book.digest


def test_every_fault_of_the_second_check_is_told_in_the_same_form(tmp_path, book):
    faults = [
        ("value", "-3"), ("value", "1e11"), ("value", "500"), ("unit", "Mt"), ("low", "5"), ("high", "5"),
        ("published", "2020-01-01"), ("published", "2150-01-01"),
    ]  # fmt: skip
    refused = 0
    for column, text in faults:
        for row in range(1, len(ROWS) + 1):
            table = table_copy()
            table[row][HEADER.index(column)] = text
            (tmp_path / "mine.csv").write_text(text_of(table), encoding="utf-8")
            try:
                own = read_user_tables(tmp_path, sources=book.sources, series=book.series)
            except EvidenceError as error:
                refused += 1
                check_message(str(error), (column, text, row))
            else:
                assert len(own.observations) == len(ROWS)
    assert refused >= 20


def test_overlapping_spans_stay_apart(tmp_path):
    """Years to date overlap by nature: all are kept, none is merged, and each is chosen for its own period."""
    spans = {"2026-01/2026-03": "60", "2026-02/2026-05": "85", "2026-01/2026-05": "106"}
    rows = [[ROWS[0][0], span, value, *ROWS[0][3:]] for span, value in spans.items()]
    (tmp_path / "mine.csv").write_text(text_of([HEADER, *rows]), encoding="utf-8")
    mine = ranked(load_evidence(data=tmp_path), ROWS[0][0])
    mine = mine[mine["source_id"].eq(SOURCE) & mine["locator"].eq("text")]
    found = dict(zip(mine["period"], mine["value"], strict=True))
    assert {found[span] for span in ("2026-Q1", "2026-02/2026-05", "2026-01/2026-05")} == {60.0, 85.0, 106.0}


def test_a_million_rows_are_refused_before_they_are_parsed(tmp_path, book):
    raw = text_of([HEADER]).encode() + b"x,2026-05,1,,,USD_bn,observed,s,2026-06-09,,\n" * 1_000_000
    (tmp_path / "mine.csv").write_bytes(raw)
    with pytest.raises(EvidenceError) as caught:
        read_user_tables(tmp_path, sources=book.sources, series=book.series)
    check_message(str(caught.value), "a million rows")
    assert f"found '1000001 lines', expected at most {MOST} lines" in str(caught.value)


def test_many_rows_are_read_and_one_fault_among_them_is_found(tmp_path, book):
    columns = observation_columns(book.series.index, book.sources.index)
    rows = [[*ROWS[0][:9], f"row {number}", ""] for number in range(20_000)]
    path = tmp_path / "mine.csv"
    path.write_text(text_of([HEADER, *rows]), encoding="utf-8")
    assert len(read_table(path, columns, key=KEY)) == len(rows)
    rows[12_344][2] = "21,5"
    path.write_text(text_of([HEADER, *rows]), encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"line 12346, column `value`: found '21,5'.*write `21.5`"):
        read_table(path, columns, key=KEY)
