"""Checked reading of tables: everything that is wrong comes back in one message.

A table is read whole or not at all; no row is dropped and nothing is guessed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Final

from pydantic_core import PydanticCustomError, SchemaValidator, ValidationError, core_schema

from eastbound.errors import EvidenceError, nearest
from eastbound.evidence.schema import BadCell, Column

SHOWN: Final = 5  # offending rows printed in a message; the rest are counted
MOST: Final = 200_000  # lines of a table; the largest of the book has some thousands
LARGEST: Final = 100_000_000  # bytes of a table
_SHORT: Final = 60  # characters of a cell that a message repeats
_MARKS: Final = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass
class Findings:
    """What is wrong with one file, in the order of its lines."""

    file: str
    lines: list[str] = field(default_factory=list)
    outcome: str = "nothing was read"

    def add(self, line: int, column: str, value: str, *, expected: str, advice: str) -> None:
        """Note one cell that breaks the format; line 0 stands for a cell that is in no file."""
        shown = value if len(value) <= _SHORT else value[:_SHORT] + "…"
        places = ([f"line {line}"] if line else []) + (
            [f"column `{column}`" if line else f"`{column}`"] if column else []
        )
        place = ", ".join(places)
        tail = f"; {advice}" if advice else ""
        self.lines.append(f"{place}: found {shown!r}, expected {expected}{tail}")

    def check(self) -> None:
        """Raise one error with everything that was noted.

        Raises
        ------
        EvidenceError
            When anything was noted.
        """
        if not self.lines:
            return
        more = len(self.lines) - SHOWN
        count = f"{len(self.lines)} problem" + ("s" if len(self.lines) > 1 else "")
        rest = [f"  and {more} more of the kind"] if more > 0 else []
        message = "\n".join([f"{self.file}: {count}; {self.outcome}.", *(f"  {x}" for x in self.lines[:SHOWN]), *rest])
        raise EvidenceError(message)


@dataclass(frozen=True)
class Row:
    """One row of a table: its line in the file and its cells by column."""

    line: int
    cells: dict[str, str]


def read_table(path: Path, columns: Sequence[Column], *, key: Sequence[str]) -> list[Row]:
    """Read a table whose every cell passes its check.

    Parameters
    ----------
    path : pathlib.Path
        A CSV file, UTF-8, comma-separated, with a header.
    columns : sequence of Column
        What the table may hold.
    key : sequence of str
        Columns that together name a row; a missing one counts as empty.

    Returns
    -------
    list of Row
        Cells that are absent from the file are empty text.

    Raises
    ------
    EvidenceError
        With file, line, column, value, expectation and advice of up to five problems.

    Examples
    --------
    >>> import tempfile
    >>> from eastbound.evidence.schema import Column, number, text
    >>> path = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_text("name,value\\nx,1.5\\n")
    >>> read_table(path, [Column("name", text), Column("value", number)], key=["name"])[0].line
    2
    """
    found = Findings(path.name)
    grid = list(_lines(_decoded(path, found), found))
    found.check()
    _refuse_spreadsheet_remains(grid, found)
    if not grid:
        found.add(1, "", "", expected="a header line", advice="copy the header of a packaged table")
        found.check()
    header = _header(grid[0][1], columns, found)
    found.check()
    rows = [row for line, cells in grid[1:] if (row := _row(line, cells, header, found)) is not None]
    rows = _check_cells(rows, [column for column in columns if column.name in header], found)
    _check_keys(rows, key, found)
    found.check()
    names = [column.name for column in columns]
    return [Row(row.line, {name: row.cells.get(name, "") for name in names}) for row in rows]


def row_validator(columns: Sequence[Column]) -> SchemaValidator:
    """Return the pydantic validator of a list of rows, each a mapping of column to cell.

    It is built from the core schema because the columns, and the ids that are known, are data.

    Parameters
    ----------
    columns : sequence of Column
        Every column of the rows.

    Returns
    -------
    pydantic_core.SchemaValidator
        Gives the canonical cells. Its errors have the location (row, column), and as context the
        expectation and the advice of the column's check.

    Examples
    --------
    >>> from eastbound.evidence.schema import Column, period
    >>> row_validator([Column("period", period)]).validate_python([{"period": "2025-01/2025-03"}])
    [{'period': '2025-Q1'}]
    """
    cell = core_schema.str_schema()
    fields = {
        column.name: core_schema.typed_dict_field(
            core_schema.no_info_after_validator_function(partial(_checked, column), cell)
        )
        for column in columns
    }
    return SchemaValidator(core_schema.list_schema(core_schema.typed_dict_schema(fields)))


def _checked(column: Column, cell: str) -> str:
    try:
        if cell == "" and not column.empty:
            raise BadCell("a value", "fill in the cell")
        result = column.check(cell) if cell else cell
    except BadCell as problem:
        context = {"expected": problem.expected, "advice": problem.advice}
        raise PydanticCustomError("bad_cell", "expected {expected}", context) from None
    return result if isinstance(result, str) else cell


def _decoded(path: Path, found: Findings) -> str:
    if path.exists() and not path.is_file():  # a pipe or a device would be read without end
        message = f"{path.name}: is not a regular file; remove it or give it another name"
        raise EvidenceError(message)
    try:
        if path.stat().st_size > LARGEST:
            message = f"{path.name}: has over {LARGEST // 10**6} MB; keep only the figures that you use"
            raise EvidenceError(message)
        raw = path.read_bytes()
    except OSError as error:
        message = f"{path.name}: cannot be read ({error.strerror}); check the name and the permissions"
        raise EvidenceError(message) from None
    for mark, name in _MARKS.items():
        if raw.startswith(mark):
            advice = "save the file as plain UTF-8, without a byte-order mark"
            found.add(1, "", f"a {name} byte-order mark", expected="plain UTF-8 text", advice=advice)
            found.check()
    lines = raw.count(b"\n")
    if lines > MOST:  # before anything is parsed: such a file would fill the memory
        found.add(
            MOST + 1,
            "",
            f"{lines} lines",
            expected=f"at most {MOST} lines",
            advice="keep only the figures that you use",
        )
        found.check()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        value = repr(raw[error.start : error.start + 4])
        found.add(line, "", value, expected="plain UTF-8 text", advice="save the file as UTF-8")
        found.check()
        raise AssertionError from None  # check() has raised


def _lines(text: str, found: Findings) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and cells; a quote that never closes is a finding."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        found.add(start, "", str(error), expected="comma-separated cells", advice="check the quotes of this line")


def _refuse_spreadsheet_remains(grid: list[tuple[int, list[str]]], found: Findings) -> None:
    """Report in one line each what spreadsheets leave behind: other separators, empty rows, empty columns."""
    header = grid[0][1] if grid else []
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            advice = "save the table as CSV (comma delimited), with decimal points"
            found.add(1, "", f"cells separated by {name}", expected="cells separated by commas", advice=advice)
            found.check()
    unnamed = len(header) - len(_stripped(header))
    if unnamed and unnamed < len(header):
        advice = "delete these columns in the spreadsheet and save again"
        what = f"{unnamed} column{'s' * (unnamed > 1)} without a name at the end"
        found.add(1, "", what, expected="named columns only", advice=advice)
    empty = [line for line, cells in grid[1:] if not any(cells)]
    if empty and len(header) > 1:
        advice = f"remove the empty line{'s' * (len(empty) > 1)}"
        found.add(empty[0], "", f"{_intervals(empty)} empty", expected="no empty lines", advice=advice)
    found.check()


def _stripped(header: list[str]) -> list[str]:
    """Return the header without empty cells at its end."""
    last = max((index for index, name in enumerate(header) if name), default=-1)
    return header[: last + 1]


def _intervals(lines: list[int]) -> str:
    """Return line numbers as text: "line 3", "lines 3-4", "lines 3-4 and 2 more"."""
    run = 1
    while run < len(lines) and lines[run] == lines[0] + run:
        run += 1
    more = f" and {len(lines) - run} more" if run < len(lines) else ""
    return (f"lines {lines[0]}-{lines[run - 1]}" if run > 1 else f"line {lines[0]}") + more


def _header(cells: list[str], columns: Sequence[Column], found: Findings) -> list[str]:
    names = [column.name for column in columns]
    for name in dict.fromkeys(cells):
        if cells.count(name) > 1:
            found.add(1, name, name, expected="each column once", advice="remove the second one")
        if name not in names:
            advice = nearest(name, names).strip() or "known columns: " + ", ".join(names)
            found.add(1, name, name, expected="a known column", advice=advice)
    for column in columns:
        if column.required and column.name not in cells:
            found.add(1, column.name, "", expected="this column", advice=f"add `{column.name}` to the header")
    return cells


def _row(line: int, cells: list[str], header: list[str], found: Findings) -> Row | None:
    if len(cells) == len(header):
        return Row(line, dict(zip(header, cells, strict=True)))
    advice = "check the commas and quotes of this line"
    found.add(line, "", f"{len(cells)} cells", expected=f"{len(header)} cells", advice=advice)
    return None


def _check_cells(rows: list[Row], columns: Sequence[Column], found: Findings) -> list[Row]:
    """Return the rows with canonical cells, or note every cell that breaks its column."""
    try:
        checked = row_validator(columns).validate_python([row.cells for row in rows])
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            index, name = error["loc"]
            found.add(rows[int(index)].line, str(name), str(error["input"]), **error["ctx"])
        return rows
    return [Row(row.line, cells) for row, cells in zip(rows, checked, strict=True)]


def _check_keys(rows: list[Row], key: Sequence[str], found: Findings) -> None:
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        name = tuple(row.cells.get(part, "") for part in key)
        if name in first:
            advice = f"line {first[name]} has the same {', '.join(key)}; keep one"
            found.add(row.line, key[0], name[0], expected="each row once", advice=advice)
        first.setdefault(name, row.line)
