"""Turn names of notebooks in the prose of a page into links to their pages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bs4 import BeautifulSoup, NavigableString, Tag

_VERBATIM = ("a", "code", "pre", "script", "style", "title")


def link_pages(soup: BeautifulSoup, pages: Mapping[str, tuple[str, str]]) -> None:
    """Replace the name of a notebook, such as ``60_track_record``, by a link that shows its title.

    The prose of a notebook names its neighbours by their files, as an analyst sees them beside it; a reader of pages
    sees titles.

    Parameters
    ----------
    soup : BeautifulSoup
        Changed in place. Code and existing links are left alone.
    pages : mapping of str to (title, address)
        Pages of the run by the name of their notebook.

    Examples
    --------
    >>> soup = BeautifulSoup("<p>See 60_track_record.</p><code>60_track_record</code>", "html.parser")
    >>> link_pages(soup, {"60_track_record": ("The track record", "../60_track_record.html")})
    >>> print(soup)
    <p>See <a href="../60_track_record.html">The track record</a>.</p><code>60_track_record</code>
    """
    if not pages:
        return
    names = re.compile(rf"\b({'|'.join(map(re.escape, pages))})\b")
    for text in soup.find_all(string=names):
        if text.find_parent(_VERBATIM):
            continue
        for index, part in enumerate(names.split(text)):  # every second part is a name
            text.insert_before(_link(soup, *pages[part]) if index % 2 else NavigableString(part))
        text.extract()


def _link(soup: BeautifulSoup, title: str, address: str) -> Tag:
    link = soup.new_tag("a", href=address)
    link.string = title
    return link
