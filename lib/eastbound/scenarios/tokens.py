"""Split a statement into tokens, and report where it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, NoReturn

from eastbound.errors import InputError, nearest

# Order matters: `2030-06` is a period, not the number 2030 followed by -06.
_TOKEN: Final = re.compile(
    r"(?P<period>\d{4}-\d{2}(?!\d))"
    r"|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[A-Za-z][\w.]*)"
    r"|(?P<sign>>=|<=|≥|≤|±|\+/?-|[<>=(),*/+-])",
    re.ASCII,
)
_CANONICAL: Final = {"≥": ">=", "≤": "<=", "+-": "±", "+/-": "±"}
_LONGEST: Final = 2000
_AROUND: Final = 60  # characters shown on either side of a mistake


class Token(NamedTuple):
    """A word, number, period or sign: its kind, text and first character in the statement."""

    kind: str
    text: str
    at: int


def tokenize(text: str, *, what: str = "statement") -> list[Token]:
    """Split a text into tokens; the last one has the kind ``end``.

    Parameters
    ----------
    text : str
    what : str
        What the text should be, for messages.

    Raises
    ------
    InputError
        If the text is too long or has a character that starts no token.

    Examples
    --------
    >>> [token.text for token in tokenize("mean(a, 2030) = 3 +- 1")]
    ['mean', '(', 'a', ',', '2030', ')', '=', '3', '±', '1', '']
    """
    if len(text) > _LONGEST:
        message = f"a {what} has at most {_LONGEST} characters, got {len(text)}."
        raise InputError(message)
    tokens, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            refuse(text, expected="a name, a number or a sign", token=Token("", text[at], at), what=what)
        tokens.append(Token(str(match.lastgroup), _CANONICAL.get(match[0], match[0]), at))
        at = match.end()
    return [*tokens, Token("end", "", len(text))]


def refuse(
    text: str, *, expected: str, token: Token, words: Iterable[str] = (), what: str = "statement", form: str = ""
) -> NoReturn:
    """Raise the error of a text that cannot be read at a token, with a caret under it.

    Parameters
    ----------
    text : str
        The whole text.
    expected : str
        What may stand there.
    token : Token
        The token that stands there; one without text is the end.
    words : iterable of str
        Allowed words, of which the nearest to the token is suggested.
    what : str
        What the text should be.
    form : str
        A valid form of the same kind.

    Raises
    ------
    InputError
        Always.

    Examples
    --------
    >>> refuse("meen(a)", expected="`mean(`", token=Token("name", "meen", 0), words=("mean",))
    Traceback (most recent call last):
    eastbound.errors.InputError: statement `meen(a)`, character 1: expected `mean(`, found `meen`; did you mean `mean`?
      meen(a)
      ^
    """
    actual = f"found `{token.text}`" if token.text else "found the end"
    hint = nearest(token.text, words).strip()
    message = f"{what} `{text}`, character {token.at + 1}: expected {expected}, {actual}" + (
        f"; {hint}" if hint else "."
    )
    raise InputError(message + (f" Valid: `{form}`." if form else "") + pointed(text, token.at))


def pointed(text: str, at: int) -> str:
    """Return two lines to follow a message: the part of a text around a character, and a caret under it.

    Examples
    --------
    >>> print(pointed("P(trad > 300 in 2030)", 2))
    <BLANKLINE>
      P(trad > 300 in 2030)
        ^
    """
    start = max(0, at - _AROUND)
    line = "".join(c if c.isprintable() else " " for c in text[start : at + _AROUND])
    return f"\n  {line}\n  {' ' * (at - start)}^"
