"""Sentences that code has filled in English, such as reasons in tables of results, in the language of the page."""

from __future__ import annotations

import re
from typing import Final

from eastbound.language import ENGLISH, _, current, has_translation

_LETTER: Final = re.compile("[A-Za-z]")


def retold(text: str, *messages: str, otherwise: str = "") -> str:
    """Return a sentence that code has filled in English, in the language of the page.

    Parameters
    ----------
    text : str
        Such as a reason that stands in a table of results.
    *messages : str
        The marked messages that it may come from; values with letters are translated too.
    otherwise : str
        Marked message shown in other languages where none of them fits; the text itself by default.

    Examples
    --------
    >>> retold("too few: 3 of 8", "too few: {count} of {needed}")
    'too few: 3 of 8'
    """
    if current() == ENGLISH:
        return text
    if has_translation(text, current()):
        return _(text)
    for message in messages:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(message))
        if match := re.fullmatch(pattern, text):
            values = match.groupdict()
            return _(message, **{name: _(value) if _LETTER.search(value) else value for name, value in values.items()})
    return _(otherwise or text)
