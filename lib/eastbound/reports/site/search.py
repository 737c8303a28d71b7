"""List the sections of the pages of a run for the search of its index, which needs no server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Final

from eastbound.language import _
from eastbound.reports.pages import Page, Plan

_HEADING: Final = re.compile(r'<h([1-3]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
_SENTENCES: Final = re.compile(r"<(p|figcaption|caption|dt|li)(?: [^>]*)?>(.*?)</\1>", re.DOTALL)
_MAIN: Final = re.compile(r"<main.*?</main>", re.DOTALL)
_CODE: Final = re.compile(r"<details class=\"code\">.*?</details>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")
_LONGEST: Final = 600  # characters of a section that are searched


def search_entries(folder: Path, plan: Plan) -> list[dict[str, str]]:
    """Return one entry per section of every notebook's first page, and one per scenario.

    The pages of a notebook differ between scenarios in their numbers, not in what they are about.

    Parameters
    ----------
    folder : Path
        The run's folder with its pages.
    plan : Plan

    Returns
    -------
    list of dict
        ``heading``, ``page`` (title), ``href`` and ``text``.
    """
    first = {page.notebook.name: page for page in reversed(plan.pages)}
    entries = [entry for page in plan.pages if first[page.notebook.name] is page for entry in _sections(folder, page)]
    leading = {page.scenario.name: page for page in reversed(plan.pages) if page.scenario}
    for scenario in plan.scenarios:
        if scenario.name in leading:
            href = f"{leading[scenario.name].name}.html"
            entries.append({"heading": _(scenario.title), "page": _("Scenario"), "href": href, "text": scenario.name})
    return entries


def page_sections(html: str) -> Iterator[Mapping[str, str]]:
    """Yield the id, the heading and the text of each section of a page.

    Examples
    --------
    >>> page = '<main><h1 id="t">Trade</h1><p>How <b>much</b>?</p><h2 id="a">Outlook</h2><p>More.</p></main>'
    >>> [(section["id"], section["heading"], section["text"]) for section in page_sections(page)]
    [('t', 'Trade', 'How much?'), ('a', 'Outlook', 'More.')]
    """
    main = _MAIN.search(html)
    content = _CODE.sub("", main[0]) if main else ""
    headings = list(_HEADING.finditer(content))
    for number, match in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(content)
        texts = [_plain(sentence[2]) for sentence in _SENTENCES.finditer(content, match.end(), end)]
        text = " ".join(text for text in texts if text not in ("", "CSV"))
        yield {"id": match[2], "heading": _plain(match[3]), "text": text[:_LONGEST]}


def _sections(folder: Path, page: Page) -> Iterator[dict[str, str]]:
    html = (folder / f"{page.name}.html").read_text(encoding="utf-8")
    for section in page_sections(html):
        href = f"{page.name}.html#{section['id']}"
        yield {"heading": section["heading"], "page": _(page.notebook.title), "href": href, "text": section["text"]}


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())
