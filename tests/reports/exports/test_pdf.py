"""The PDF of a page: tagged, with bookmarks and every script, loading nothing, and the same bytes for the same page."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from eastbound.plots.style import numbers
from eastbound.reports.exports import glyphs
from eastbound.reports.exports.formats import format_problems
from eastbound.reports.exports.glyphs import missing_glyphs
from eastbound.reports.exports.pdf import make_pdf
from eastbound.reports.render import Frame, render_page

LINEAR_A = "\U00010600"  # a letter of a script that neither DejaVu nor Noto CJK has
DAY = "2026-10-30"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def html() -> str:
    """A page with text in three scripts, a figure, a table, code and a picture of the machine that is not shown."""
    import pandas as pd

    table = numbers.html(pd.DataFrame({"year": ["2030"], "share": ["71 %"]}), caption="Share by year")
    notes = {"alt": "A dot", "caption": "One dot."}
    outputs = [
        new_output("display_data", {"image/png": DOT}, metadata={"eastbound": notes}),
        new_output("display_data", {"text/html": table}),
        new_output(
            "display_data", {"text/html": '<img src="file:///etc/hostname"><img src="https://example.org/a.png">'}
        ),
    ]
    cells = [
        new_markdown_cell("# Торговля\n\nПриморье и 满洲里 in one line."),
        new_markdown_cell("## Outlook"),
        new_code_cell("secret_code = 1", outputs=outputs),
        new_markdown_cell("### Detail"),
    ]
    return render_page(new_notebook(cells=cells), Frame("Торговля", file="10_trade", pdf=True)).html


@pytest.fixture(scope="module")
def reader(html) -> PdfReader:
    """The PDF of the page."""
    return PdfReader(io.BytesIO(make_pdf(html, as_of=DAY)))


def test_pdf_is_tagged_and_says_its_language_title_and_day(reader):
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en"
    assert "/StructTreeRoot" in catalogue
    assert reader.metadata.title == "Торговля – Eastbound"
    assert reader.metadata["/CreationDate"].startswith("D:20261030")
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()


def test_bookmarks_follow_the_headings(reader):
    def titles(items):
        return [titles(item) if isinstance(item, list) else item.title for item in items]

    assert titles(reader.outline) == ["Торговля", ["Outlook", ["Detail"]]]


def test_text_is_that_of_the_page_without_its_code(reader):
    text = " ".join(page.extract_text() for page in reader.pages)
    parts = ("Приморье", "满洲里", "71 %", "One dot.")
    assert [part for part in parts if part not in text] == []
    assert "secret_code" not in text


def test_figure_is_drawn_and_nothing_is_loaded(reader):
    assert sum(len(page.images) for page in reader.pages) == 1


def test_the_same_page_gives_the_same_bytes_elsewhere(html, tmp_path):
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from eastbound.reports.exports.pdf import make_pdf; "
        f"Path('out.pdf').write_bytes(make_pdf(Path('page.html').read_text(encoding='utf-8'), as_of='{DAY}'))"
    )
    environment = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "out.pdf").read_bytes() == make_pdf(html, as_of=DAY)


def test_characters_without_a_font_are_named():
    assert missing_glyphs("Trade – 300 ≥ 200, Торговля, 满洲里") == ""
    assert missing_glyphs(f"a{LINEAR_A}b{LINEAR_A}") == LINEAR_A


def test_a_machine_without_chinese_fonts_is_told_before_anything_runs(monkeypatch):
    monkeypatch.setitem(glyphs.PROBES, "Linear A", LINEAR_A)
    (problem,) = format_problems(["pdf"], [])
    assert "no font for PDF has Linear A letters" in str(problem)
    assert "fonts-noto-cjk" in str(problem)
