"""Lay out a brief as a PDF of exactly one page."""

from __future__ import annotations

import base64
from importlib.resources import files
from typing import Final

from eastbound.errors import ModelError
from eastbound.language import TAGS, current
from eastbound.reports.exports.brief.content import Brief
from eastbound.reports.exports.pdf import count_sheets, make_pdf
from eastbound.reports.render import fill_export

SIZES: Final = (10.0, 9.5, 9.0, 8.5, 8.0)  # points; smaller letters cannot be read on paper


def brief_pdf(brief: Brief, *, as_of: str) -> tuple[bytes, float]:
    """Return a brief as PDF, in the largest letters in which it fits on one page, and their size in points.

    Raises
    ------
    ModelError
        If it does not fit even in the smallest letters.
    """
    picture = base64.b64encode(brief.picture).decode()
    style = files("eastbound.reports").joinpath("templates/brief.css").read_text(encoding="utf-8")
    for size in SIZES:
        html = fill_export("brief.html.j2", brief=brief, picture=picture, size=size, style=style, lang=TAGS[current()])
        if count_sheets(html) == 1:
            return make_pdf(html, as_of=as_of, page_style=False), size
    message = f"the brief “{brief.title}” does not fit on one page; shorten the summary or the views that it states."
    raise ModelError(message)
