"""A position in the tokens of a text, and the steps that every reader of the language takes."""

from __future__ import annotations

import re
from typing import Final, Literal, NoReturn, cast

from eastbound.scenarios.expressions import When
from eastbound.scenarios.tokens import Token, refuse, tokenize

LARGEST: Final = 1e12  # far above any figure of the suite; a larger number is a typing error


class Cursor:
    """Read one text from its first token to its last.

    Parameters
    ----------
    text : str
    what : str
        What the text should be, for messages: ``question`` or ``statement``.
    """

    def __init__(self, text: str, *, what: str) -> None:
        self.text, self.what, self.index, self.form = text, what, 0, ""
        self.tokens = tokenize(text, what=what)

    def when(self, words: tuple[str, ...]) -> When:
        """Read a period after one of the words or signs that introduce it."""
        start = self.now
        if start.text not in words:
            listed = " or ".join(f"`{word}`" for word in words)
            self.refuse(listed if len(words) == 1 else f"{listed} and a period", start, words=words)
        self.index += 1
        token = self.now
        self.index += 1
        fits = {
            "period": token.kind == "period" and 1 <= int(token.text[5:] or 0) <= 12,
            "number": re.fullmatch(r"\d{4}|\+\d{1,3}", token.text) is not None,
        }
        if not fits.get(token.kind, False) or (token.text[0] == "+" and start.text not in ("in", "by")):
            self.refuse("a year such as 2035 or a month such as 2035-06", token)
        word = start.text if start.text in ("in", "by") else "in"
        return When(cast("Literal['in', 'by']", word), token.text, start.at)

    def number(self, expected: str) -> float:
        """Read a number."""
        token = self.take("number", expected)
        if abs(float(token.text)) > LARGEST:
            self.refuse(f"{expected}, at most {LARGEST:g}", token)
        return float(token.text)

    def sign(self, sign: str) -> None:
        """Read one sign."""
        self.one_of((sign,))

    def one_of(self, signs: tuple[str, ...]) -> str:
        """Read one of several signs."""
        token = self.now
        if token.text not in signs:
            self.refuse(" or ".join(f"`{sign}`" for sign in signs), token)
        self.index += 1
        return token.text

    def take(self, kind: str, expected: str, *, words: tuple[str, ...] = ()) -> Token:
        """Read a token of one kind."""
        token = self.now
        if token.kind != kind:
            self.refuse(expected, token, words=words)
        self.index += 1
        return token

    @property
    def now(self) -> Token:
        """The next token."""
        return self.tokens[min(self.index, len(self.tokens) - 1)]

    def token_at(self, at: int) -> Token:
        """Return the token that begins at a character."""
        return next(token for token in self.tokens if token.at >= at)

    def refuse(self, expected: str, token: Token, *, words: tuple[str, ...] = ()) -> NoReturn:
        """Raise the error of a text that cannot be read at a token."""
        refuse(self.text, expected=expected, token=token, words=words, what=self.what, form=self.form)
