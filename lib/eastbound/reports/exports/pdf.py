"""Turn a finished page into a tagged PDF with bookmarks: the same text, figures, tables and notes as the HTML."""

from __future__ import annotations

import logging
import re
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from bs4 import BeautifulSoup

from eastbound.errors import InputError

_VARIANT: Final = "pdf/ua-1"
# What a reader of paper cannot use.
_SCREEN: Final = "script, .skip, nav, details.code, a.csv, p.xlsx, a.xlsx, button#code, .sources .id"
_QUOTED: Final = re.compile(r'["\\]')


def make_pdf(html: str, *, as_of: str, page_style: bool = True) -> bytes:
    """Return a page as PDF/UA; the same page gives the same bytes with the same fonts.

    Parameters
    ----------
    html : str
        A page of a report.
    as_of : str
        Day of the evidence, which the document bears as its date.
    page_style : bool
        Whether to add what the style of report pages lacks for paper.

    Raises
    ------
    InputError
        If WeasyPrint or the system libraries that it needs are missing.
    """
    style = files("eastbound.reports").joinpath("templates/pdf.css").read_text(encoding="utf-8")
    styles = [load_weasyprint().CSS(string=style)] if page_style else []
    document = _document(paper_html(html, as_of=as_of))
    identifier = sha256(html.encode()).digest()[:16]
    content: bytes = document.write_pdf(
        stylesheets=styles, pdf_variant=_VARIANT, pdf_tags=True, pdf_identifier=identifier, presentational_hints=True
    )
    return content


def count_sheets(html: str) -> int:
    """Return the number of sheets that a document with its own style fills."""
    return len(_document(html).render().pages)


def _document(html: str) -> Any:
    weasyprint = load_weasyprint()
    from weasyprint.urls import URLFetcher

    # a page may load nothing, from anywhere: neither a file of this machine nor an address
    fetcher = URLFetcher(allowed_protocols={"data"})
    return weasyprint.HTML(string=html, url_fetcher=fetcher, media_type="print")


def load_weasyprint() -> Any:
    """Import WeasyPrint, or say what it lacks.

    Raises
    ------
    InputError
        If it cannot be imported.
    """
    # it reports each rule of the style sheet for screens that it passes over
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: a system library is missing
        message = (
            "PDF needs WeasyPrint and Pango: pip install weasyprint, and on Debian apt-get install libpango-1.0-0 "
            f"libpangoft2-1.0-0 libharfbuzz-subset0 ({str(error).splitlines()[0]})."
        )
        raise InputError(message) from error
    return weasyprint


def paper_html(html: str, *, as_of: str) -> str:
    """Return a page without what only a screen has: scripts, navigation, code, downloads; marks become links.

    Examples
    --------
    >>> page = '<main>70 %<button popovertarget="source:1" data-n="1" aria-label="Source 1"></button></main>'
    >>> paper_html(page, as_of="2026-10-30").partition("<main>")[2]
    '70 %<a aria-label="Source 1" class="mark-link" href="#source:1">1</a></main>'
    """
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select(_SCREEN):
        tag.decompose()
    for button in soup.select("button[popovertarget]"):
        target, number = str(button["popovertarget"]), str(button.get("data-n", ""))
        link = soup.new_tag("a", attrs={"class": "mark-link", "href": f"#{target}"}, string=number)
        link.attrs = {"aria-label": str(button.get("aria-label", "")), **link.attrs}
        button.replace_with(link)
    for link in soup.select("a[href]"):  # to other pages of the run, which a PDF does not have beside it
        if not str(link["href"]).startswith(("#", "http://", "https://")):
            link.unwrap()
    if soup.head is not None:
        soup.head.append(soup.new_tag("meta", attrs={"name": "dcterms.created", "content": as_of}))
        soup.head.append(soup.new_tag("meta", attrs={"name": "dcterms.modified", "content": as_of}))
    return str(soup)
