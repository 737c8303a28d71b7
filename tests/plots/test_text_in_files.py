"""Text stays text in files that a spreadsheet opens: nothing is computed, run or linked."""

import csv
import io
import zipfile

import pandas as pd
import pytest

from eastbound.plots.export import csv_text, save_frame

FORMULAS = ["=1+1", '=HYPERLINK("x")', "@SUM(A1)", "+A1", "-cmd|' /C calc'!A0", "\t=1", "+(1)"]
WORDS = ["-5 %", "+10 USD", "-0.3", "Brent = 60", "", "$40"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_in_a_csv_file_begins_with_an_apostrophe(text):
    rows = list(csv.reader(io.StringIO(csv_text(pd.DataFrame({text: [text], "value": [1.5]})))))
    assert rows == [[f"'{text}", "value"], [f"'{text}", "1.5"]]


@pytest.mark.parametrize("text", WORDS)
def test_other_text_and_numbers_keep_their_form(text):
    frame = pd.DataFrame({"text": [text], "day": pd.to_datetime(["2030-01-31"]), "n": [-1], "mixed": [None]})
    assert csv_text(frame) == frame.to_csv(index=False, lineterminator="\n")


def test_a_table_without_rows_keeps_its_header():
    assert csv_text(pd.DataFrame({"a": [], "b": []})) == "a,b\n"


def test_a_workbook_holds_no_formula_and_no_link(tmp_path):
    frame = pd.DataFrame({"text": [*FORMULAS, "https://example.org"]})
    path = save_frame(frame, tmp_path / "table.xlsx", formats=[".xlsx"])
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
