"""One declared notebook parameter: its type, its limits, and how a given value is read."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from eastbound.constants import LIMITS
from eastbound.errors import InputError

_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
    "list": "a list such as [1, 2]",
    "dict": "a mapping such as {'a': 1}",
}
_TRUE, _FALSE, _NONE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}, {"none", "null", ""}
_RANGE = re.compile(r"\[\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\]")
_FRACTION = re.compile(r"(^|_)(probability|weight|fraction)(_|$)")


@dataclass(frozen=True)
class Parameter:
    """A parameter that a notebook declares in its tagged cell.

    Parameters
    ----------
    name : str
        As in the notebook.
    default : object
        The literal it is set to.
    declared : str
        Type written by annotation or ``# type:`` comment; ``"None"`` when there is none.
    help : str
        The comment behind it. A range such as ``[0, 1]`` in it is enforced.
    """

    name: str
    default: Any
    declared: str = "None"
    help: str = ""

    @property
    def kind(self) -> str:
        """Name of the type: as declared, else that of the default, else a text."""
        for name in _WORDS:
            if re.search(rf"\b{name}\b", self.declared, re.IGNORECASE):
                return name
        return "str" if self.default is None else type(self.default).__name__

    @property
    def limits(self) -> tuple[float, float] | None:
        """Lowest and highest value, from the shared limits, the comment or the name."""
        if self.name in LIMITS:
            return LIMITS[self.name]
        written = _RANGE.search(self.help)
        if written:
            return _number(written[1]), _number(written[2])
        return (0, 1) if _FRACTION.search(self.name) else None

    def read(self, value: Any) -> Any:
        """Return a given value in the declared type.

        Parameters
        ----------
        value : object
            A text from the command line, or a value of the type already.

        Raises
        ------
        InputError
            If it is of another type or out of range.

        Examples
        --------
        >>> Parameter("until", 2035).read("2030")
        2030
        >>> Parameter("until", 2035).read("soon")
        Traceback (most recent call last):
        ...
        eastbound.errors.InputError: parameter `until` is `soon`; it must be a whole number from 2027 to 2050.
        """
        if self.default is None and (value is None or (isinstance(value, str) and value.lower() in _NONE)):
            return None
        try:
            result = _convert(value, self.kind)
        except (ValueError, SyntaxError) as error:
            raise self._refusal(value) from error
        if self.limits and not self.limits[0] <= result <= self.limits[1]:
            raise self._refusal(value)
        return result

    def _refusal(self, value: Any) -> InputError:
        span = " from {} to {}".format(*self.limits) if self.limits else ""
        return InputError(f"parameter `{self.name}` is `{value}`; it must be {_WORDS[self.kind]}{span}.")


def _convert(value: Any, kind: str) -> Any:
    if isinstance(value, str) and kind != "str":
        return _parse(value.strip(), kind)
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    # bool is an int to Python, never to us
    if type(value).__name__ != kind or (kind == "float" and value != value):
        message = f"{value!r} is not {kind}"
        raise ValueError(message)
    return value


def _parse(text: str, kind: str) -> Any:
    if kind == "bool":
        if text.lower() not in _TRUE | _FALSE:
            raise ValueError(text)
        return text.lower() in _TRUE
    if kind in ("int", "float"):
        number = int(text) if kind == "int" else float(text)
        if number != number or number in (float("inf"), float("-inf")):
            raise ValueError(text)
        return number
    return _convert(ast.literal_eval(text), kind)


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)
