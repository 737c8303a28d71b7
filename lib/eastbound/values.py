"""Read settings by type: one rule for the command line, notebooks and calls from Python.

Plain papermill passes ``-p quick false`` as a text, and any text is true to Python. A text is therefore read as its
type, or refused.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterable
from typing import Any, Final

from eastbound.constants import LIMITS
from eastbound.errors import InputError

WORDS: Final = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
    "list": "a list such as [1, 2]",
    "dict": "a mapping such as {'a': 1}",
}
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_SHOWN: Final = 80  # characters of a refused value that a message repeats


def read_settings(**values: Any) -> dict[str, Any]:
    """Return settings as whole numbers within `constants.LIMITS`, all others as booleans.

    Parameters
    ----------
    **values
        By name; a text such as ``"256"`` or ``"false"`` is read.

    Raises
    ------
    InputError
        If a value is of another type or outside its limits; all such values are named at once.

    Examples
    --------
    >>> read_settings(draws="256", quick="false")
    {'draws': 256, 'quick': False}
    >>> read_settings(draws="1e4")
    Traceback (most recent call last):
    ...
    eastbound.errors.InputError: parameter `draws` is `1e4`; it must be a whole number from 64 to 1048576.
    """
    result, problems = {}, []
    for name, value in values.items():
        limits = LIMITS.get(name)
        kind = "int" if limits else "bool"
        try:
            result[name] = convert(value, kind)
            if limits and not limits[0] <= result[name] <= limits[1]:
                raise ValueError(name)
        except (ValueError, TypeError):
            span = f" from {limits[0]} to {limits[1]}" if limits else ""
            problems.append(refusal(name, value, WORDS[kind] + span))
    if problems:
        raise InputError(" ".join(problems))
    return result


def refusal(name: str, value: Any, expected: str) -> str:
    """Return the message for a parameter that is not what was expected.

    Examples
    --------
    >>> refusal("quick", "maybe", WORDS["bool"])
    'parameter `quick` is `maybe`; it must be true or false.'
    """
    text = str(value)
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"parameter `{name}` is `{shown}`; it must be {expected}."


def listed(value: Any) -> list[Any]:
    """Return one value or several as a list; a text is one value.

    Examples
    --------
    >>> listed("baseline"), listed(("baseline", "pos2_agreed")), listed(2030)
    (['baseline'], ['baseline', 'pos2_agreed'], [2030])
    """
    several = isinstance(value, Iterable) and not isinstance(value, (str, bytes))
    return list(value) if several else [value]


def convert(value: Any, kind: str) -> Any:
    """Return a value as a type of `WORDS`; a text is read.

    Raises
    ------
    ValueError, SyntaxError, TypeError, MemoryError, RecursionError
        If it is not of that type.

    Examples
    --------
    >>> convert("yes", "bool"), convert(3, "float"), convert("[1, 2]", "list")
    (True, 3.0, [1, 2])
    """
    if isinstance(value, str) and kind != "str":
        return _parse(value.strip(), kind)
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind == "int" and hasattr(value, "__index__") and type(value).__name__.startswith(("int", "uint")):
        return operator.index(value)  # a NumPy whole number too
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
    return convert(ast.literal_eval(text), kind)


def refuse_percent(levels: Iterable[float]) -> None:
    """Refuse quantile levels outside 0 to 1, such as those written in percent.

    Raises
    ------
    InputError

    Examples
    --------
    >>> refuse_percent([0.1, 0.9])
    >>> refuse_percent([90])
    Traceback (most recent call last):
    ...
    eastbound.errors.InputError: `levels` must lie between 0 and 1, got 90; the 90 % quantile is 0.9.
    """
    for level in levels:
        if not 0.0 <= level <= 1.0:
            message = f"`levels` must lie between 0 and 1, got {level:g}; the 90 % quantile is 0.9."
            raise InputError(message)
