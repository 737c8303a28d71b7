"""The workbook of a page: its tables, what Excel may not touch, and the same bytes for the same page."""

from __future__ import annotations

from xml.etree import ElementTree
from zipfile import ZipFile

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook, new_output

from eastbound.plots.export import csv_link
from eastbound.reports.render import Frame, render_page
from eastbound.reports.workbook import PageTable, read_tables, write_workbook

ROWS = (("year", "share", "note"), ("2030", "71.5", "=1+1"), ("2035", "–", "007"))
SHARE = PageTable("Share [of trade]: history/plans?", ROWS)


def sheets(path):
    """Read a workbook by its XML: by sheet the rows of cells, numbers as numbers, everything else as text."""
    with ZipFile(path) as archive:
        pages = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    texts = ["".join(item.itertext()) for item in pages["xl/sharedStrings.xml"].findall("{*}si")]
    names = [sheet.get("name") for sheet in pages["xl/workbook.xml"].iterfind(".//{*}sheet")]
    result = {}
    for number, name in enumerate(names, start=1):
        page = pages[f"xl/worksheets/sheet{number}.xml"]
        assert page.find(".//{*}f") is None  # no formula
        rows = [row.findall("{*}c") for row in page.iterfind(".//{*}row")]
        result[name] = [[_value(cell, texts) for cell in row] for row in rows]
    return result


def _value(cell, texts):
    text = cell.findtext("{*}v")
    return texts[int(text)] if cell.get("t") == "s" else float(text)


def test_numbers_are_numbers_and_texts_stay_texts(tmp_path):
    path = write_workbook(tmp_path / "page.xlsx", [SHARE], about=[("Scenario", "Baseline")])
    found = sheets(path)
    assert list(found) == ["Contents", "01 Share  of trade   history pl"]
    assert found["Contents"][0] == ["Scenario", "Baseline"]
    assert found["Contents"][-1][-1] == SHARE.title
    cells = [["year", "share", "note"], [2030, 71.5, "=1+1"], [2035, "–", "007"]]
    assert found["01 Share  of trade   history pl"] == cells


def test_two_tables_of_one_title_get_two_sheets(tmp_path):
    long = PageTable("A title that is longer than Excel allows for a sheet", (("a",), ("1",)))
    path = write_workbook(tmp_path / "page.xlsx", [long, long, PageTable("History", (("a",),))], about=[])
    assert len(sheets(path)) == 4


def test_the_same_tables_give_the_same_bytes(tmp_path):
    first, second = (write_workbook(tmp_path / name, [SHARE], about=[("a", "b")]) for name in ("1.xlsx", "2.xlsx"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("text", ["plain", 'a "quoted", text', "two\nlines", "50 % & <more>"])
def test_a_csv_link_gives_back_its_table(text):
    frame = pd.DataFrame({"name": [text], "value": [1.25]})
    tables = read_tables(BeautifulSoup(csv_link(frame, "A & B"), "html.parser"))
    assert tables == [PageTable("A & B", (("name", "value"), (text, "1.25")))]


def test_a_page_with_tables_links_its_workbook_and_one_without_does_not():
    link = csv_link(pd.DataFrame({"a": ["1"]}), "Numbers")
    output = new_output("display_data", {"text/html": f"<p>{link}</p>"})
    for cells, expected in (([new_code_cell("x", outputs=[output])], 1), ([], 0)):
        rendered = render_page(new_notebook(cells=cells), Frame("Trade", file="10_trade"))
        soup = BeautifulSoup(rendered.html, "html.parser")
        assert len(rendered.tables) == expected
        assert [a["href"] for a in soup.select(".xlsx a")] == ["10_trade.xlsx"] * expected
