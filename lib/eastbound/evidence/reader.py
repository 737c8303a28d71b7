"""Strict reading of CSV tables: all problems are reported in one message.

A table is read completely or not at all; no row is dropped and nothing is guessed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Final

from pydantic_core import PydanticCustomError, SchemaValidator, ValidationError, core_schema

from eastbound.errors import EvidenceError, nearest
from eastbound.evidence.problems import Problems
from eastbound.evidence.schema import BadCell, Column
from eastbound.evidence.spreadsheets import refuse_remains

MOST: Final = 200_000  # lines of a table; the largest packaged one has some thousands
LARGEST: Final = 100_000_000  # bytes of a table
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")  # the byte-order marks
_SAVE_AS: Final = "save the table as UTF-8, which spreadsheets call CSV UTF-8"


@dataclass(frozen=True)
class Row:
    """One row of a table: its line in the file and its cells by column."""

    line: int
    cells: dict[str, str]


def read_table(path: Path, columns: Sequence[Column], *, key: Sequence[str]) -> list[Row]:
    """Read a table and check every cell.

    Parameters
    ----------
    path : pathlib.Path
        A CSV file, UTF-8, comma-separated, with a header.
    columns : sequence of Column
        The columns that the table may have.
    key : sequence of str
        Columns that identify a row; a missing column counts as empty.

    Returns
    -------
    list of Row
        Cells of columns that the file does not have are empty text.

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
    problems = Problems(path.name)
    grid = list(_lines(_decoded(path, problems), problems))
    problems.check()
    refuse_remains(grid, problems)
    if not grid:
        problems.add(1, "", "", expected="a header line", advice="copy the header of a packaged table")
        problems.check()
    header = _header(grid[0][1], columns, problems)
    problems.check()
    rows = [row for line, cells in grid[1:] if (row := _row(line, cells, header, problems)) is not None]
    rows = _check_cells(rows, [column for column in columns if column.name in header], problems)
    _check_keys(rows, key, problems)
    problems.check()
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


def _decoded(path: Path, problems: Problems) -> str:
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
    if raw.startswith(_UTF_16):
        problems.add(1, "", "UTF-16 text", expected="UTF-8 text", advice=_SAVE_AS)
        problems.check()
    lines = raw.count(b"\n")
    if lines > MOST:  # checked before parsing, which would fill the memory
        problems.add(
            MOST + 1,
            "",
            f"{lines} lines",
            expected=f"at most {MOST} lines",
            advice="keep only the figures that you use",
        )
        problems.check()
    try:
        return raw.decode("utf-8-sig")  # a spreadsheet's "CSV UTF-8" begins with a byte-order mark
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        value = f"the byte {raw[error.start]:#04x}"
        problems.add(line, "", value, expected="UTF-8 text", advice=_SAVE_AS)
        problems.check()
        raise AssertionError from None  # problems.check() has raised


def _lines(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and cells; an unclosed quote is a problem."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        problems.add(start, "", str(error), expected="comma-separated cells", advice="check the quotes of this line")


def _header(cells: list[str], columns: Sequence[Column], problems: Problems) -> list[str]:
    names = [column.name for column in columns]
    for name in dict.fromkeys(cells):
        if cells.count(name) > 1:
            problems.add(1, name, name, expected="each column once", advice="remove the second one")
        if name not in names:
            advice = nearest(name, names).strip() or "known columns: " + ", ".join(names)
            problems.add(1, name, name, expected="a known column", advice=advice)
    for column in columns:
        if column.required and column.name not in cells:
            problems.add(1, column.name, "", expected="this column", advice=f"add `{column.name}` to the header")
    return cells


def _row(line: int, cells: list[str], header: list[str], problems: Problems) -> Row | None:
    if len(cells) == len(header):
        return Row(line, dict(zip(header, cells, strict=True)))
    advice = "check the commas and quotes of this line"
    problems.add(line, "", f"{len(cells)} cells", expected=f"{len(header)} cells", advice=advice)
    return None


def _check_cells(rows: list[Row], columns: Sequence[Column], problems: Problems) -> list[Row]:
    """Return the rows with canonical cells, or note every cell that breaks its column."""
    try:
        checked = row_validator(columns).validate_python([row.cells for row in rows])
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            index, name = error["loc"]
            problems.add(rows[int(index)].line, str(name), str(error["input"]), **error["ctx"])
        return rows
    return [Row(row.line, cells) for row, cells in zip(rows, checked, strict=True)]


def _check_keys(rows: list[Row], key: Sequence[str], problems: Problems) -> None:
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        name = tuple(row.cells.get(part, "") for part in key)
        if name in first:
            advice = f"line {first[name]} has the same {', '.join(key)}; keep one"
            problems.add(row.line, key[0], name[0], expected="each row once", advice=advice)
        first.setdefault(name, row.line)
