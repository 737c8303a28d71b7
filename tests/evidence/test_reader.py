"""Bad tables: each is refused with one clear message."""

import os
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eastbound.errors import EvidenceError
from eastbound.evidence.book import load_evidence
from eastbound.evidence.problems import SHOWN
from eastbound.evidence.user_tables import read_user_tables

COLUMNS = ["series_id", "period", "value", "low", "high", "unit", "kind", "source_id", "published", "locator", "note"]
GOOD = [
    ["trade.china_russia.total", "2026-05", "21.5", "", "", "USD_bn", "observed", "tass-2026-01-14", "2026-06-09"],
    ["trade.china_russia.total", "2026-01/2026-05", "106.7", "106.65", "106.75", "USD_bn", "observed"],
    [
        "trade.primorye.china_share_turnover",
        "2026",
        "",
        "70",
        "75",
        "percent",
        "estimate",
        "tass-2026-01-14",
        "2026-10",
    ],
    ["driver.brent_price", "2026-08", "81.2", "", "", "USD_per_bbl", "observed", "tass-2026-01-14", "2026-09-05"],
]
GOOD[1] += ["tass-2026-01-14", "2026-06-09"]
GOOD = [[*row, "text", "rounded"] for row in GOOD]


def written(rows, header=COLUMNS):
    return "\n".join(",".join(row) for row in [header, *rows]) + "\n"


def read(folder, content):
    raw = content if isinstance(content, bytes) else content.encode("utf-8")
    (folder / "mine.csv").write_bytes(raw)
    book = load_evidence()
    return read_user_tables(folder, sources=book.sources, series=book.series)


def attempt(folder, content):
    """Return the number of rows read, or 0 and the message."""
    try:
        return len(read(folder, content).observations), ""
    except EvidenceError as error:
        return 0, str(error)


def changed(column, cell, row=0):
    rows = [list(line) for line in GOOD]
    rows[row][COLUMNS.index(column)] = cell
    return written(rows)


def test_a_good_table_is_read_whole(tmp_path):
    own = read(tmp_path, written(GOOD))
    assert len(own.observations) == len(GOOD)
    assert own.observations["available"].astype(str).tolist() == [
        "2026-06-09",
        "2026-06-09",
        "2026-10-31",
        "2026-09-05",
    ]


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (changed("value", "21;5"), ["mine.csv", "line 2", "`value`", "'21;5'", "a number"]),
        (changed("value", "inf"), ["line 2", "`value`", "'inf'", "a number"]),
        (changed("value", "1e300"), ["ordinary size", "check the zeros"]),
        (changed("value", ""), ["a value, or low and high"]),
        (changed("value", "-3"), ["bounds of the series (0 to"]),
        (changed("high", "5"), ["low and high together"]),
        (changed("value", "90", row=1), ["low, value and high in this order"]),
        (changed("unit", "CNY_bn"), ["`USD_bn`, the unit of the series"]),
        (changed("unit", "USD_bln"), ["a known unit", "did you mean `USD_bn`?"]),
        (changed("kind", "seen"), ["a known kind", "observed"]),
        (changed("series_id", "trade.china_russia.totl"), ["did you mean `trade.china_russia.total`?"]),
        (changed("source_id", "nobody-2026"), ["a known source", "sources.csv"]),
        (changed("period", "2026-13"), ["`period`", "impossible date"]),
        (changed("period", "2026-05/2026-03"), ["runs backwards"]),
        (changed("published", "yesterday"), ["`published`", "a date such as"]),
        (changed("published", "2020-01-01"), ["a day when the period was over (2026-05-31)"]),
        (changed("published", "2062-06-09"), ["line 2", "`published`", "a day not after today"]),
        (changed("published", "9999-12-31"), ["out of range"]),
        (changed("period", "2026-09-30", row=3), ["line 5", "`period`", "a month or several", "write `2026-09`"]),
        (changed("period", "2026-09-01/2026-09-15", row=3), ["line 5", "a part of a month is not kept"]),
        (changed("note", "=HYPERLINK(1)"), ["a spreadsheet would run this"]),
        (changed("note", "+1"), ["a spreadsheet would run this"]),
        (written([*GOOD, GOOD[0]]), ["line 6", "each row once", "line 2 has the same"]),
        (written([row[:-1] for row in GOOD], [*COLUMNS[:-1], "remark"]), ["a known column"]),
        (written([row[1:] for row in GOOD], COLUMNS[1:]), ["this column", "add `series_id` to the header"]),
        (written([[*row, "x"] for row in GOOD], [*COLUMNS, "unit"]), ["each column once"]),
        (written([GOOD[0][:5]]), ["5 cells", "11 cells"]),
        (written(GOOD) + "\n", ["1 problem", "line 6 empty", "remove the empty line"]),
        (written(GOOD) + 3 * (",,,,,,,,,,\n"), ["1 problem", "lines 6-8 empty", "remove the empty lines"]),
        (
            written([[*row, "", ""] for row in GOOD], [*COLUMNS, "", ""]),
            ["1 problem", "2 columns without a name"],
        ),
        (written(GOOD).replace("text", '"text', 1), ["check the quotes"]),
        ("", ["a header line"]),
        (written(GOOD).replace(",", ";"), ["1 problem", "semicolons", "CSV (comma delimited), with decimal points"]),
        (written(GOOD).replace(",", "\t"), ["1 problem", "tabs", "CSV (comma delimited)"]),
        (b"\xef\xbb\xbf" + written(GOOD).replace(",", ";").encode(), ["1 problem", "semicolons"]),
        (written(GOOD).encode("utf-16"), ["UTF-16 text", "CSV UTF-8"]),
        (written(GOOD).replace("text", "Владивосток").encode("cp1251"), ["line 2", "the byte 0xc2", "CSV UTF-8"]),
        (written(GOOD).replace("text", "te\0xt"), ["line 2"]),
    ],
)
def test_bad_tables(tmp_path, content, parts):
    with pytest.raises(EvidenceError) as caught:
        read(tmp_path, content)
    for part in parts:
        assert part in str(caught.value)
    assert str(caught.value).startswith("mine.csv: ")


def test_a_byte_order_mark_of_a_spreadsheet_is_read_over(tmp_path):
    assert attempt(tmp_path, b"\xef\xbb\xbf" + written(GOOD).encode()) == (len(GOOD), "")


def test_pandas_rewrites_a_table_with_semicolons_as_the_message_says(tmp_path, monkeypatch):
    _, message = attempt(tmp_path, re.sub(r"(\d)\.(\d)", r"\1,\2", written(GOOD).replace(",", ";")))
    monkeypatch.chdir(tmp_path)
    exec(message.partition("rewrite it: ")[2], {"pd": pd})
    assert attempt(tmp_path, Path("mine.csv").read_bytes()) == (len(GOOD), "")


def test_a_decimal_comma_gets_the_right_spelling(tmp_path):
    with pytest.raises(EvidenceError, match=r"write `21.5` with a decimal point"):
        read(tmp_path, changed("value", '"21,5"'))


def test_all_problems_come_at_once_and_five_are_shown(tmp_path):
    rows = [["x", "y", "z", "", "", "u", "k", "s", "p", "", ""]] * 3
    with pytest.raises(EvidenceError) as caught:
        read(tmp_path, written(rows))
    text = str(caught.value)
    assert text.startswith("mine.csv: 23 problems; nothing was read.")
    assert text.count("\n  line ") == SHOWN
    assert "and 18 more" in text


ONE = "series_id,period,value,unit,kind,source_id,published\n%s\n"
MAY = "trade.china_russia.total,2026-05,{},USD_bn,observed,tass-2026-01-14,2026-06-09"


def test_two_files_that_contradict_each_other_are_refused(tmp_path):
    """The last name in the alphabet used to win without a word."""
    (tmp_path / "june.csv").write_text(ONE % MAY.format("12.5"))
    with pytest.raises(EvidenceError, match=r"`june\.csv` line 2 and `mine\.csv` line 2 .* value 12\.5 and 21\.5"):
        read(tmp_path, ONE % MAY.format("21.5"))


def test_two_files_that_agree_give_one_row(tmp_path):
    (tmp_path / "june.csv").write_text(ONE % MAY.format("21.50"))
    assert read(tmp_path, ONE % MAY.format("21.5")).observations["value"].tolist() == [21.5]


def test_tables_are_found_by_name(tmp_path):
    """What macOS writes beside a file is passed over, and capitals make no difference."""
    (tmp_path / "._mine.csv").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
    (tmp_path / "JULY.CSV").write_text(ONE % MAY.format("20.5").replace("2026-05", "2026-04"))
    assert set(read(tmp_path, ONE % MAY.format("21.5")).observations["period"]) == {"2026-04", "2026-05"}
    (tmp_path / "july.csv").write_text(ONE % MAY.format("20.5"))
    with pytest.raises(EvidenceError, match="differ only in capitals"):
        read(tmp_path, ONE % MAY.format("21.5"))


def test_a_pipe_is_refused_and_not_read_without_end(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(EvidenceError, match=r"pipe\.csv: is not a regular file"):
        read(tmp_path, ONE % MAY.format("21.5"))
    (tmp_path / "pipe.csv").unlink()
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    with pytest.raises(EvidenceError, match=r"zero\.csv: is not a regular file"):
        read(tmp_path, ONE % MAY.format("21.5"))


@pytest.mark.parametrize("path", ["x" * 5000, "folder/" * 2000, "nul\0byte"])
def test_impossible_folders_are_refused(path):
    with pytest.raises(EvidenceError, match="is not a folder") as caught:
        load_evidence(data=Path(path))
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("days", ["-1", "14.5", "1e9", "2000"])
def test_release_lags_have_limits(tmp_path, days):
    card = "series_id,subject,unit,frequency,aggregate,release_lag_days,label\nmy.series,mine,Mt,M,sum,%s,Mine\n"
    (tmp_path / "series.csv").write_text(card % days)
    with pytest.raises(EvidenceError, match="a whole number of days from 0 to 1100"):
        read(tmp_path, ONE % MAY.format("21.5"))


def test_what_was_good_before_stays(tmp_path):
    before = load_evidence()
    with pytest.raises(EvidenceError):
        read(tmp_path, "rubbish")
    assert load_evidence().digest == before.digest


CELLS = st.sampled_from(
    ["", "1,5", "nan", "-inf", "1e999", "=1+1", "2024-02-30", "2026/2025", "\u2212 3", "\t", "💥", "x" * 500]
)


@given(st.integers(0, 3), st.sampled_from(COLUMNS), CELLS)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_strange_cell_is_read_or_refused(tmp_path, row, column, cell):
    quoted = f'"{cell}"' if "," in cell else cell
    rows, message = attempt(tmp_path, changed(column, quoted, row=row))
    assert rows == len(GOOD) or "line" in message


@given(st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_broken_bytes_are_read_or_refused(tmp_path, data):
    raw = bytearray(written(GOOD).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        how = data.draw(st.sampled_from(["set", "cut", "double"]))
        if how == "set":
            raw[place] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del raw[place : place + data.draw(st.integers(1, 80))]
        else:
            raw[place:place] = raw[place : place + data.draw(st.integers(1, 200))]
        if not raw:
            return
    rows, message = attempt(tmp_path, bytes(raw))
    if message:
        assert message.startswith("mine.csv: ")
    else:  # a table that is read is complete: one row per line after the header
        assert rows == len(bytes(raw).decode().strip("\r\n").splitlines()) - 1


@given(st.text(max_size=300))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_at_all(tmp_path, text):
    with pytest.raises(EvidenceError):
        read(tmp_path, text)
