"""Tables of a user, spoilt at random in the ways that people, spreadsheets and transfers spoil them."""

from __future__ import annotations

import csv
import io

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
    return rng.choice([b"\xff\xfe", b"\xfe\xff"]) + raw  # that of UTF-8 is read over


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
