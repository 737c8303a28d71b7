"""Lay out a brief as a Word document of one page."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from eastbound.language import current
from eastbound.reports.exports.brief.content import Brief, KeyFigure

if TYPE_CHECKING:
    from docx.document import Document

_ACCENT: Final = "14406B"
_SOFT: Final = "59626B"
_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip file can hold
_FONT: Final = "Calibri"  # on every machine with Word; LibreOffice replaces it by Carlito
_PICTURE_MM: Final = 125


def brief_docx(brief: Brief, *, as_of: str, size: float) -> bytes:
    """Return a brief as DOCX; the same brief gives the same bytes.

    Parameters
    ----------
    brief : Brief
    as_of : str
        Day of the evidence, which the document bears as its date.
    size : float
        Of the letters, in points, from `brief_pdf`.
    """
    from docx import Document
    from docx.shared import Mm

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin = page.bottom_margin = Mm(13)
    _set_style(document, size)
    _set_properties(document, brief, as_of)
    _paragraph(document, f"Eastbound · {' · '.join(f'{name}: {text}' for name, text in brief.facts)}", size - 2, _SOFT)
    document.add_heading(brief.title, level=1)
    for notice in brief.notices:
        _paragraph(document, notice, size - 1, "8F1D1D", bold=True)
    _key_figures(document, brief.figures, size)
    for sentence in brief.sentences:
        _paragraph(document, sentence, size)
    document.add_picture(io.BytesIO(brief.picture), width=Mm(_PICTURE_MM))
    _describe(document, brief.alt)
    _paragraph(document, brief.caption, size - 2, _SOFT)
    _paragraph(document, brief.table_title, size - 1, bold=True)
    _table(document, brief, size)
    _paragraph(document, brief.source, size - 3, _SOFT)
    buffer = io.BytesIO()
    document.save(buffer)
    return _without_times(buffer.getvalue())


def _set_style(document: Document, size: float) -> None:
    from docx.shared import Pt, RGBColor

    for name, points in (("Normal", size), ("Heading 1", size + 7)):
        style: Any = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(points)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(0), Pt(3)
    heading: Any = document.styles["Heading 1"]
    heading.font.color.rgb = RGBColor.from_string(_ACCENT)
    # the theme's font would prevail over the name
    fonts = heading.element.rPr.rFonts
    for key in [key for key in fonts.attrib if "Theme" in key]:
        del fonts.attrib[key]


def _set_properties(document: Document, brief: Brief, as_of: str) -> None:
    known = document.core_properties
    day = datetime.fromisoformat(as_of)
    known.title, known.author, known.language, known.comments = brief.title, "Eastbound", current(), ""
    known.created = known.modified = day
    known.last_modified_by = "Eastbound"


def _paragraph(document: Document, text: str, size: float, colour: str = "", *, bold: bool = False) -> None:
    _write(document.add_paragraph(), text, size, colour, bold=bold)


def _write(paragraph: Any, text: str, size: float, colour: str = "", *, bold: bool = False) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    paragraph.paragraph_format.space_after = Pt(3)


def _key_figures(document: Document, figures: tuple[KeyFigure, ...], size: float) -> None:
    if not figures:
        return
    row = document.add_table(rows=1, cols=len(figures)).rows[0]
    for cell, figure in zip(row.cells, figures, strict=True):
        _write(cell.paragraphs[0], figure.name, size - 3, _SOFT)
        _write(cell.add_paragraph(), figure.value, size + 3, _ACCENT, bold=True)
        _write(cell.add_paragraph(), figure.range, size - 3, _SOFT)


def _table(document: Document, brief: Brief, size: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Pt

    widths = [Mm(94), *([Mm(20)] * (len(brief.table[0]) - 1))]
    table = document.add_table(rows=0, cols=len(brief.table[0]), style="Light Shading Accent 1")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for index, texts in enumerate(brief.table):
        row = table.add_row()
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=False)):
            cell.width = widths[column]
            _write(cell.paragraphs[0], text, size - 1.5, bold=index == 0)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            if column:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    # screen readers announce the heads of a row that is marked as one
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _describe(document: Document, alt: str) -> None:
    document.inline_shapes[-1]._inline.docPr.set("descr", alt)


def _without_times(content: bytes) -> bytes:
    """Return a zip file with one time for all its members."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _STAMP), source.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
