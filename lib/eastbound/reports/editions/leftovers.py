"""Find English text in a finished page of another language: a string that nobody marked for translation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from eastbound.english import english_words, publishers
from eastbound.errors import shortened
from eastbound.language import ENGLISH, LANGUAGES, current, original

# Code, what is marked as English, and what a reader is told about a failure.
_ENGLISH: Final = "script, style, code, pre, details.code, .failure, [lang=en]"
_SPOKEN: Final = ("alt", "aria-label", "title", "data-title", "placeholder")
_SHOWN: Final = 3  # texts that an error quotes
_LONG: Final = 80  # characters of each


def english_left(html: str) -> list[str]:
    """Return the texts of a page with English words outside elements marked ``lang="en"``, each once, in order.

    Texts that only readers of screens hear count too, and the values that a script shows beside a picture.

    Parameters
    ----------
    html : str
        A page in another language than English.

    Examples
    --------
    >>> english_left('<main><p>Торговля</p><p>Trade total</p><p lang="en">A source</p><img alt="A fan"></main>')
    ['Trade total', 'A fan']
    """
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select(_ENGLISH):
        if tag.name != "html":
            tag.decompose()
    return list(dict.fromkeys(text for text in _texts(soup) if english_words(text)))


def mark_publishers(soup: BeautifulSoup) -> None:
    """Mark publishers and titles of sources in captions and tables of another language as English, in place.

    Examples
    --------
    >>> from eastbound.language import use_language
    >>> soup = BeautifulSoup("<figcaption>Источник: TASS (customs).</figcaption>", "html.parser")
    >>> with use_language("ru"):
    ...     mark_publishers(soup)
    >>> str(soup)
    '<figcaption>Источник: <span lang="en">TASS (customs)</span>.</figcaption>'
    """
    if current() == ENGLISH:
        return
    for caption in soup.find_all(["figcaption", "caption", "td", "th"]):
        for node in caption.find_all(string=publishers()):
            if node.find_parent(lang=True) is None:
                node.replace_with(BeautifulSoup(_marked(str(node)), "html.parser"))


def _marked(text: str) -> str:
    """Return text as HTML with its publishers marked; names are looked for before their ampersands are escaped."""
    parts, end = [], 0
    for match in publishers().finditer(text):
        parts += [escape(text[end : match.start()], quote=False), original(match[0])]
        end = match.end()
    return "".join([*parts, escape(text[end:], quote=False)])


def untranslated_text(texts: Sequence[str], language: str) -> str:
    """Return why a page is no edition, with the first of the texts; empty if there are none.

    Examples
    --------
    >>> untranslated_text(["Trade total"], "ru")
    '1 text is not translated into Русский (ru): “Trade total”; mark and translate it, see `eastbound.language`'
    """
    if not texts:
        return ""
    quoted = ", ".join(f"“{shortened(text, _LONG)}”" for text in texts[:_SHOWN])
    many = len(texts) != 1
    subject = f"{len(texts)} text{'s are' if many else ' is'}"
    rest = " and others" if len(texts) > _SHOWN else ""
    return (
        f"{subject} not translated into {LANGUAGES[language]} ({language}): {quoted}{rest}; mark and translate "
        f"{'them' if many else 'it'}, see `eastbound.language`"
    )


def _texts(soup: BeautifulSoup) -> Iterator[str]:
    for node in soup.find_all(string=True):
        if not isinstance(node, PreformattedString) and node.strip():  # such as the document type
            yield " ".join(node.split())
    for tag in soup.find_all(True):
        yield from (str(tag[name]) for name in _SPOKEN if tag.get(name))
        if tag.get("data-layer"):
            yield from _layer_texts(tag)


def _layer_texts(tag: Tag) -> Iterator[str]:
    layer = json.loads(str(tag["data-layer"]))
    yield from (str(point[2]) for point in layer.get("points", ()))
    yield from (str(line["name"]) for line in layer.get("lines") or ())
