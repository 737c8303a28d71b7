"""Thousands of corrupted tables, the same in every run: each is read completely or refused with one clear message."""

import csv
import io
import random
import re

import pytest

from eastbound.errors import EvidenceError
from eastbound.evidence.book import load_evidence
from eastbound.evidence.choice import ranked
from eastbound.evidence.problems import SHOWN
from eastbound.evidence.reader import MOST, read_table
from eastbound.evidence.schema import KEY, observation_columns
from eastbound.evidence.user_tables import read_user_tables

COUNT = 2500
HEADER = ["series_id", "period", "value", "low", "high", "unit", "kind", "source_id", "published", "locator", "note"]
SOURCE = "tass-2026-01-14"
ROWS = [
    ["trade.china_russia.total", "2026-05", "21.5", "", "", "USD_bn", "observed", SOURCE, "2026-06-09", "text", "a"],
    [
        "trade.china_russia.total",
        "2026-01/2026-05",
        "106.7",
        "106.65",
        "106.75",
        "USD_bn",
        "observed",
        SOURCE,
        "2026-06-09",
        "",
        "b",
    ],
    ["trade.primorye.china_share_turnover", "2026", "", "70", "75", "percent", "estimate", SOURCE, "2026-10", "", ""],
    ["driver.brent_price", "2026-08", "81.2", "", "", "USD_per_bbl", "observed", SOURCE, "2026-09-05", "table 1", ""],
]
NUMBERS = ("value", "low", "high")
STRANGE = [
    "inf",
    "-inf",
    "nan",
    "1e999",
    "1e13",
    "21,5",
    "1 000",
    "٣",
    "２１",
    "0x10",
    "1_000",
    "−3",
    "--1",
    "$5",
    "5%",
]
FORMULAS = ["=1+1", "+A1", "@SUM(A1)", "-cmd|' /C calc'!A0", "\t=1", " =HYPERLINK(1)", "=DDE(1)"]
DATES = ["2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "31.12.2025", "12/31/2025", "2026-1-5"]
PERIODS = ["2026-13", "2026-Q5", "2026-05/2026-03", "2026/2025", "2026-05-31/2026-05-01", "2026-W10", "May 2026", "/"]
MESSAGE = re.compile(r"line \d+(?:, column `[^`]*`)?: found .+, expected .+; .+", re.DOTALL)


def cell(rng, table, names, values):
    """Put one of the values into a cell of one of the columns."""
    table[rng.randrange(1, len(table))][HEADER.index(rng.choice(names))] = rng.choice(values)


def bad_number(rng, table):
    cell(rng, table, NUMBERS, STRANGE)


def bad_date(rng, table):
    cell(rng, table, ["published"], DATES)


def bad_period(rng, table):
    cell(rng, table, ["period"], PERIODS)


def formula(rng, table):
    cell(rng, table, ["locator", "note"], FORMULAS)


def unknown_word(rng, table):
    cell(rng, table, ["series_id", "unit", "kind", "source_id"], ["", "x", "USD bn", "trade.china_russia.totl"])


def control_character(rng, table):
    cell(rng, table, ["locator", "note"], ["a\x00b", "a\x07", "a\u2028b", "\ufeff", "a\nb"])


def missing_column(rng, table):
    place = HEADER.index(rng.choice(["series_id", "period", "value", "unit", "kind", "source_id", "published"]))
    for row in table:
        del row[place]


def doubled_column(rng, table):
    place = rng.randrange(len(HEADER))
    for row in table:
        row.append(row[place])


def renamed_column(rng, table):
    table[0][rng.randrange(len(HEADER))] = rng.choice(["", "Value", "remark", "periode", " unit"])


def torn_row(rng, table):
    row = table[rng.randrange(1, len(table))]
    place = rng.randrange(len(row))
    row[place : place + 1] = [] if rng.random() < 0.5 else [row[place], row[place]]


def doubled_row(rng, table):
    table.insert(rng.randrange(1, len(table) + 1), list(table[rng.randrange(1, len(table))]))


def empty_row(rng, table):
    table.insert(rng.randrange(1, len(table) + 1), [])


def reordered_columns(rng, table):
    order = rng.sample(range(len(HEADER)), len(HEADER))
    table[:] = [[row[place] for place in order] for row in table]


def reordered_rows(rng, table):
    table[1:] = rng.sample(table[1:], len(table) - 1)


def other_words(rng, table):
    cell(rng, table, ["locator", "note"], ["Владивосток", "符拉迪沃斯托克", "a,b", 'say "x"', "x" * 400, "💥"])


REFUSED = (
    *(bad_number, bad_date, bad_period, formula, unknown_word, control_character, missing_column, doubled_column),
    *(renamed_column, torn_row, doubled_row, empty_row),
)
READ = (reordered_columns, reordered_rows, other_words)


def text_of(table, **form):
    file = io.StringIO()
    csv.writer(file, **{"lineterminator": "\n", **form}).writerows(table)
    return file.getvalue()


def byte_order_mark(rng, raw):
    return rng.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]) + raw


def broken_encoding(rng, raw):
    place = rng.randrange(len(raw))
    return (
        raw[:place] + rng.choice([b"\xff", b"\xc3\x28", "Владивосток".encode("cp1251"), b"\xed\xa0\x80"]) + raw[place:]
    )


def semicolons(rng, raw):
    return raw.replace(b",", rng.choice([b";", b"\t", b"|"]))


def wide_text(rng, raw):
    return raw.decode().encode(rng.choice(["utf-16", "utf-16-le", "utf-32"]))


def open_quote(rng, raw):
    return raw.replace(b",", b',"', 1) if rng.random() < 0.5 else raw.rstrip(b"\n") + b',"'


def nothing_left(rng, raw):
    return rng.choice([b"", b"\n", b"\n\n", b"\x00", b" "])


SPOILT_BYTES = (byte_order_mark, broken_encoding, semicolons, wide_text, open_quote, nothing_left)


def table_copy():
    return [list(row) for row in [HEADER, *ROWS]]


def spoilt(rng):
    """Return bytes, whether they must be refused, and how they came about."""
    table = table_copy()
    harmless = [change for change in READ if rng.random() < 0.3]
    harmful = rng.sample(REFUSED, rng.choice([0, 1, 1, 1, 2]))
    for change in (*(c for c in harmless if c is other_words), *sorted(harmful, key=REFUSED.index)):
        if len(table[0]) == len(HEADER) and all(len(row) == len(HEADER) for row in table):
            change(rng, table)
    if not harmful:
        for change in harmless:
            if change is not other_words:
                change(rng, table)
    raw = text_of(table, lineterminator=rng.choice(["\n", "\r\n"]), quoting=rng.choice([0, 0, 1])).encode()
    broken = [rng.choice(SPOILT_BYTES)] if rng.random() < 0.25 else []
    for change in broken:
        raw = change(rng, raw)
    return raw, bool(harmful or broken), [change.__name__ for change in (*harmless, *harmful, *broken)]


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
    mine = ranked(load_evidence(data=tmp_path), ROWS[0][0]).query("source_id == @SOURCE and locator == 'text'")
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
