"""Embed local pictures in a page, and list what the page would still load from elsewhere."""

from __future__ import annotations

import base64
import mimetypes
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from bs4 import BeautifulSoup, Tag

_LOADING = ("src", "srcset", "poster", "data", "action", "background")
_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?([^"'\s)]+)""")
_LARGEST = 2**25  # bytes; a browser opens a page with a larger picture only slowly


def embed_images(soup: BeautifulSoup, folder: Path) -> None:
    """Replace addresses of local pictures by the pictures.

    Parameters
    ----------
    soup : BeautifulSoup
        Changed in place.
    folder : Path
        Folder that relative addresses start from: the notebook's.
    """
    for image in soup.find_all("img", src=True):
        content = _content(str(image["src"]), folder)
        if content:
            image["src"] = content


def with_attachments(cell: Any) -> str:
    """Return the source of a Markdown cell with its attachments in place of their names."""
    source: str = cell.source
    for name, contents in cell.get("attachments", {}).items():
        for kind, content in contents.items():
            for written in {name, quote(name)}:
                source = source.replace(f"attachment:{written}", f"data:{kind};base64,{content}")
    return source


def _content(address: str, folder: Path) -> str:
    """Return a local picture as a `data:` address, or an empty string."""
    parts = urlsplit(address)
    kind, _ = mimetypes.guess_type(parts.path)
    if parts.scheme not in ("", "file") or parts.netloc or not (kind or "").startswith("image/"):
        return ""
    path = folder / unquote(parts.path)
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return ""
        return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    except (OSError, ValueError):
        return ""


def unframe(soup: BeautifulSoup) -> list[str]:
    """Replace frames, which a page that loads nothing cannot show, by links; return their addresses."""
    addresses = []
    for frame in soup.find_all(["iframe", "embed", "object"]):
        address = str(frame.get("src") or frame.get("data") or "")
        if not address or address.startswith("data:"):
            continue
        note = soup.new_tag("p", attrs={"class": "outside"})
        note.append("Not in this page: ")
        if address.startswith(("http://", "https://")):
            note.append(soup.new_tag("a", attrs={"href": address}, string=address))
        else:
            note.append(address)
        frame.replace_with(note)
        addresses.append(address)
    return addresses


def outside_addresses(soup: BeautifulSoup) -> list[str]:
    """Return every address that a browser would load for this page and that is not in it, each once.

    Links a reader may follow do not count.

    Examples
    --------
    >>> outside_addresses(BeautifulSoup('<img src="data:image/png;base64,AA"><img src="a.png">', "html.parser"))
    ['a.png']
    """
    addresses: list[str] = []
    for tag in soup.find_all(True):
        addresses += [str(tag[name]) for name in _LOADING if tag.has_attr(name)]
        addresses += [str(tag["href"])] if tag.name == "link" and tag.has_attr("href") else []
        addresses += _STYLE.findall(_style(tag))
    return list(dict.fromkeys(address for address in addresses if not address.startswith(("data:", "#"))))


def _style(tag: Tag) -> str:
    return f"{tag.get('style', '')} {tag.get_text() if tag.name == 'style' else ''}"
