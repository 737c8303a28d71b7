"""Write the workbook of a page: the numbers of every figure and table, one sheet each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup
from xlsxwriter import Workbook

from eastbound.language import _

_CSV = "data:text/csv;charset=utf-8,"
_LABEL = "CSV: "
# a number as CSV writes it; a leading zero or a sign in front of words makes a text
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")  # characters that Excel refuses in the name of a sheet
_LONGEST = 31  # characters of a sheet's name
_WIDEST = 60  # characters of a column
# Excel stamps the time of writing; a fixed one gives the same bytes for the same page
_CREATED = datetime(2000, 1, 1)


@dataclass(frozen=True)
class PageTable:
    """Hold the numbers of one figure or table.

    Parameters
    ----------
    title : str
        Its caption.
    rows : tuple of tuple of str
        Heads, then cells.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]


def read_tables(soup: BeautifulSoup) -> list[PageTable]:
    """Return the tables that the CSV links of a page hold, in order.

    Parameters
    ----------
    soup : BeautifulSoup
        The page, or a part of it.

    Examples
    --------
    >>> href = "data:text/csv;charset=utf-8,year,share%0A2030,71%20%25"
    >>> read_tables(BeautifulSoup(f'<a class="csv" href="{href}" aria-label="CSV: Share">CSV</a>', "html.parser"))
    [PageTable(title='Share', rows=(('year', 'share'), ('2030', '71 %')))]
    """
    tables = []
    for link in soup.find_all("a"):
        address = str(link.get("href", ""))
        if address.startswith(_CSV) and "csv" in link.get_attribute_list("class"):
            reader = csv.reader(io.StringIO(unquote(address.removeprefix(_CSV))))
            title = str(link.get("aria-label", "")).removeprefix(_LABEL) or _("Table")
            tables.append(PageTable(title, tuple(tuple(row) for row in reader if row)))
    return tables


def write_workbook(path: Path, tables: Sequence[PageTable], *, about: Sequence[tuple[str, str]]) -> Path:
    """Write tables into a workbook, after a sheet that lists them.

    Parameters
    ----------
    path : Path
        Of the file; the same content gives the same bytes.
    tables : sequence of PageTable
    about : sequence of (name, text)
        What the tables rest on, for the first sheet.

    Returns
    -------
    Path
        Of the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _CREATED})
        bold = book.add_format({"bold": True})
        # Excel refuses a second sheet of a name, whatever its capitals
        names = [_sheet_name(number, table.title) for number, table in enumerate(tables, start=1)]
        front = book.add_worksheet(_("Contents"))
        front.set_column(0, 0, _LONGEST + 3)
        front.set_column(1, 1, _WIDEST)
        lines = [*about, ("", ""), *zip(names, [table.title for table in tables], strict=True)]
        for index, (name, text) in enumerate(lines):
            front.write_string(index, 0, name, bold)
            front.write_string(index, 1, text)
        for name, table in zip(names, tables, strict=True):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(_widths(table)):
                sheet.set_column(column, column, width)
            for index, row in enumerate(table.rows):
                for column, text in enumerate(row):
                    if index and _NUMBER.fullmatch(text):
                        sheet.write_number(index, column, float(text))
                    else:
                        sheet.write_string(index, column, text, None if index else bold)
    return path


def _sheet_name(number: int, title: str) -> str:
    """Return a name that Excel accepts; its number makes it unique, and unlike the reserved ones."""
    return f"{number:02d} {_FORBIDDEN.sub(' ', title)}"[:_LONGEST].rstrip()


def _widths(table: PageTable) -> list[int]:
    columns = max(map(len, table.rows), default=0)
    return [
        min(_WIDEST, 2 + max(len(row[column]) for row in table.rows if column < len(row))) for column in range(columns)
    ]
