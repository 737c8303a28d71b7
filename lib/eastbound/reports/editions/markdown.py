"""Translate the prose of notebooks, block by block.

A message is one block of a Markdown cell: a heading without its hashes, a paragraph, a list, a table or a quotation.
Blocks are separated by blank lines; the lines of a paragraph are joined by spaces, so that wrapping them anew keeps
their translation. Code blocks are no prose and stay. A whole cell as the message would lose its translation with every
word that changes; a sentence would tie the translation to the sentences of the English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from eastbound.language import _

_HEADING: Final = re.compile(r"(#{1,6})\s+(.*)")
_FENCE: Final = re.compile(r"\s*(```|~~~)")
_LINES_MATTER: Final = re.compile(r"\s*([-*+>|]\s|\||\d+[.)]\s)|.*(  |\\)$")  # lists, tables, quotations, hard breaks
_MARKUP: Final = re.compile(r"[`*]")
_LETTERS: Final = re.compile(r"[A-Za-z]{2}")


def prose_messages(source: str) -> list[str]:
    """Return the messages of a Markdown cell in order.

    Examples
    --------
    >>> prose_messages("# Trade\\nHow much is\\ntraded?\\n\\n- a list\\n- of two")
    ['Trade', 'How much is traded?', '- a list\\n- of two']
    """
    return [text for hashes, text in _blocks(source) if hashes is not None]


def translated_prose(source: str, translate: Callable[[str], str] = _) -> str:
    """Return a Markdown cell in another language; headings keep the anchors of the English ones.

    Parameters
    ----------
    source : str
    translate : callable
        Takes a message, returns its translation.

    Examples
    --------
    >>> translated_prose("## By 2030\\nTrade grows.", str.upper)
    '## <a id="by-2030"></a>BY 2030\\n\\nTRADE GROWS.'
    """
    parts = []
    for hashes, text in _blocks(source):
        if not hashes:
            parts.append(text if hashes is None else translate(text))
        else:
            parts.append(f'{hashes} <a id="{anchor_of(_MARKUP.sub("", text))}"></a>{translate(text)}')
    return "\n\n".join(parts)


def translate_notebook(nb: Any) -> None:
    """Translate the Markdown cells of a notebook in place into the language in use."""
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = translated_prose(cell.source)


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading.

    Examples
    --------
    >>> anchor_of("When is the record broken?")
    'when-is-the-record-broken'
    """
    return re.sub(r"[^\w]+", "-", heading.lower()).strip("-") or "section"


def _blocks(source: str) -> Iterator[tuple[str | None, str]]:
    """Yield the blocks of a cell: the hashes of a heading, empty for other prose, None for what stays; and the text."""
    lines: list[str] = []
    fence = ""
    for line in [*source.splitlines(), ""]:
        mark = _FENCE.match(line)
        if fence:
            lines.append(line)
            if mark and mark[1] == fence:
                yield None, "\n".join(lines)
                lines, fence = [], ""
            continue
        heading = _HEADING.fullmatch(line.strip())
        if lines and (mark or heading or not line.strip()):
            yield _block(lines)
            lines = []
        if mark:
            lines, fence = [line], mark[1]
        elif heading:
            yield heading[1], heading[2].strip()
        elif line.strip():
            lines.append(line)
    if lines:  # a code block without an end
        yield None, "\n".join(lines)


def _block(lines: list[str]) -> tuple[str | None, str]:
    if any(_LINES_MATTER.match(line) for line in lines):
        text = "\n".join(line.rstrip("\n") for line in lines)
    else:
        text = " ".join(line.strip() for line in lines)
    return ("", text) if _LETTERS.search(text) else (None, text)
