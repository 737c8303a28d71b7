"""Split a statement into tokens, and report where it cannot be read."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, NoReturn

from eastbound.errors import InputError, nearest

# Order matters: `2030-06` is a period, not the number 2030 followed by -06.
_TOKEN: Final = re.compile(
    r"(?P<period>\d{4}-\d{2}(?!\d))"
    r"|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[A-Za-z][\w.]*)"
    r"|(?P<sign>>=|<=|≥|≤|±|\+/?-|[<>=(),])",
    re.ASCII,
)
_CANONICAL: Final = {"≥": ">=", "≤": "<=", "+-": "±", "+/-": "±"}
_LONGEST: Final = 2000


class Token(NamedTuple):
    """A word, number, period or sign: its kind, text and first character in the statement."""

    kind: str
    text: str
    at: int


def tokenize(text: str) -> list[Token]:
    """Split a statement into tokens; the last one has the kind ``end``.

    Raises
    ------
    InputError
        If the statement is too long or has a character that starts no token.

    Examples
    --------
    >>> [token.text for token in tokenize("mean(a, 2030) = 3 +- 1")]
    ['mean', '(', 'a', ',', '2030', ')', '=', '3', '±', '1', '']
    """
    if len(text) > _LONGEST:
        message = f"a statement has at most {_LONGEST} characters, got {len(text)}."
        raise InputError(message)
    tokens, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            refuse(text, expected="a name, a number or a sign", actual=text[at], at=at)
        tokens.append(Token(str(match.lastgroup), _CANONICAL.get(match[0], match[0]), at))
        at = match.end()
    return [*tokens, Token("end", "", len(text))]


def refuse(text: str, *, expected: str, actual: str, at: int, words: tuple[str, ...] = ()) -> NoReturn:
    """Raise the error of a statement that cannot be read at a character.

    Parameters
    ----------
    text : str
        The whole statement.
    expected : str
        What may stand there.
    actual : str
        The text at that character; empty for the end of the statement.
    at : int
        Index of the character.
    words : tuple of str
        Allowed words, of which the nearest to `actual` is suggested.

    Raises
    ------
    InputError
        Always.

    Examples
    --------
    >>> refuse("meen(a)", expected="`mean(`", actual="meen", at=0, words=("mean",))
    Traceback (most recent call last):
    eastbound.errors.InputError: statement `meen(a)`, character 1: expected `mean(`, found `meen`; did you mean `mean`?
    """
    what = f"found `{actual}`" if actual else "found the end"
    hint = nearest(actual, words).strip()
    message = f"statement `{text}`, character {at + 1}: expected {expected}, {what}" + (f"; {hint}" if hint else ".")
    raise InputError(message)
