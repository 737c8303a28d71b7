"""The brief: one page in both formats, with what the overview says, and the same bytes each time."""

from __future__ import annotations

import base64
import io

import pytest
from docx import Document
from matplotlib.figure import Figure
from pypdf import PdfReader

from eastbound.errors import ModelError
from eastbound.reports.exports.brief.content import read_brief
from eastbound.reports.exports.brief.paper import SIZES, brief_pdf
from eastbound.reports.exports.brief.word import brief_docx

DAY = "2026-10-30"
SENTENCES = "Trade between China and Russia is forecast at $367 billion in 2030, up from $228.1 billion in 2025. " * 8


def overview(summary: str = SENTENCES, *, table: bool = True) -> str:
    """An overview page with five numbers, a summary, a fan and a table of thresholds."""
    buffer = io.BytesIO()
    figure = Figure(figsize=(8, 4.5))
    figure.add_subplot().plot([1, 2])
    figure.savefig(buffer, format="png")
    picture = base64.b64encode(buffer.getvalue()).decode()
    name = "with a name of several words that wraps"
    numbers = "".join(
        f"<div><dt>Number {k} {name}</dt><dd>{k}0 %</dd><dd>80 % of futures: 1–2 %</dd></div>" for k in range(1, 6)
    )
    cells = "".join(f"<tr><th>Level {k}</th><td>99 %</td><td>&gt;99 %</td></tr>" for k in range(1, 7))
    heads = "<caption>Probability of a level</caption><tr><th>level</th><th>in 2030</th><th>by 2030</th></tr>"
    return f"""<dl class="facts"><div><dt>Scenario</dt><dd>Baseline</dd></div>
    <div><dt>Evidence as of</dt><dd>30 October 2026</dd></div></dl>
    <main><p class="warning">Trial run with few draws.</p><h1>At a glance</h1>
    <dl class="figures">{numbers}</dl>
    <p class="summary">{summary}</p><figure><div class="chart"><img alt="A fan from 2008 to 2035"
    src="data:image/png;base64,{picture}"></div><figcaption>The last value is 228.1<sup>1</sup>.</figcaption></figure>
    {f"<table>{heads}{cells}</table>" if table else ""}<p class="summary">A comment of a later section.</p></main>
    <dl class="provenance"><div><dt>Evidence</dt><dd>5061 rows</dd></div></dl>"""


@pytest.fixture(scope="module")
def made():
    """Content, PDF, size of letters and DOCX."""
    brief = read_brief(overview())
    content, size = brief_pdf(brief, as_of=DAY)
    return brief, content, size, brief_docx(brief, as_of=DAY, size=size)


def test_pdf_is_one_tagged_page_with_summary_numbers_fan_and_table(made):
    reader = PdfReader(io.BytesIO(made[1]))
    (sheet,) = reader.pages
    text = " ".join(sheet.extract_text().split())
    for part in ("At a glance", "Trial run", "$228.1 billion in 2025", "Number 5", "Level 6", ">99 %", "5061 rows"):
        assert part in text, part
    assert "later section" not in text
    assert len(sheet.images) == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata["/CreationDate"].startswith("D:20261030")


def test_docx_holds_the_same_and_describes_its_picture(made):
    document = Document(io.BytesIO(made[3]))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert SENTENCES.strip() in texts
    numbers, thresholds = document.tables
    assert [cell.text.split("\n")[1] for cell in numbers.rows[0].cells] == [f"{k}0\xa0%" for k in range(1, 6)]
    assert [cell.text for cell in thresholds.rows[6].cells] == ["Level 6", "99\xa0%", ">99\xa0%"]
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == "A fan from 2008 to 2035"
    known = document.core_properties
    assert (known.title, known.language, known.created.date().isoformat()) == ("At a glance", "en", DAY)


def test_the_same_brief_gives_the_same_bytes(made):
    brief, content, size, docx = made
    assert brief_pdf(read_brief(overview()), as_of=DAY) == (content, size)
    assert brief_docx(brief, as_of=DAY, size=size) == docx


def test_long_summary_gets_smaller_letters_and_one_that_is_too_long_is_refused():
    _, size = brief_pdf(read_brief(overview(SENTENCES * 2)), as_of=DAY)
    assert min(SIZES) <= size < max(SIZES)
    with pytest.raises(ModelError, match="does not fit on one page"):
        brief_pdf(read_brief(overview(SENTENCES * 9)), as_of=DAY)


def test_page_without_its_table_has_no_brief():
    assert read_brief(overview(table=False)) is None
    assert read_brief("<main></main>") is None
