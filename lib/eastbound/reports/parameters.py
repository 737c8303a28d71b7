"""Define a declared notebook parameter: its type, its limits, and the conversion of a given value."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eastbound.constants import LIMITS
from eastbound.errors import InputError
from eastbound.reports.unattended.secrets import check_secret, secret_name
from eastbound.values import WORDS, convert, refusal

_NONE = {"none", "null"}
_RANGE = re.compile(r"\[\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\]")
_FRACTION = re.compile(r"(^|_)(probability|weight|fraction)(_|$)")


@dataclass(frozen=True)
class Parameter:
    """Describe a parameter that a notebook declares in its tagged cell.

    Parameters
    ----------
    name : str
        As in the notebook.
    default : object
        The literal it is set to.
    declared : str
        Type from the annotation or the ``# type:`` comment; ``"None"`` when there is none.
    help : str
        The comment after it. A range such as ``[0, 1]`` in it is enforced.
    """

    name: str
    default: Any
    declared: str = "None"
    help: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the accepted types: as declared, else that of the default, else a text."""
        declared = read_type(self.declared).kinds
        return declared or (("str",) if self.default is None else (type(self.default).__name__,))

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
            A text from the command line, or a value of the type already; ``env:NAME`` refers to a secret.

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
        if secret_name(value) and "str" in self.kinds:
            check_secret(self.name, value)
            return value
        kind = read_type(self.declared)
        optional = self.default is None or (kind.optional and self.declared != "None")
        if optional and (value is None or (isinstance(value, str) and value.lower() in _NONE)):
            return None
        result = self._converted(value)
        if self.limits and isinstance(result, int | float) and not self.limits[0] <= result <= self.limits[1]:
            raise self._refusal(value)
        if (kind.choices and result not in kind.choices) or injection_fault(result):
            raise self._refusal(value)
        return result

    def _converted(self, value: Any) -> Any:
        for kind in self.kinds:
            try:
                return convert(value, kind)
            except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                continue
        raise self._refusal(value)

    def _refusal(self, value: Any) -> InputError:
        span = " from {} to {}".format(*self.limits) if self.limits else ""
        expected = " or ".join(WORDS[kind] for kind in self.kinds)
        choices = ", ".join(f"`{choice}`" for choice in read_type(self.declared).choices)
        return InputError(refusal(self.name, value, f"one of {choices}" if choices else expected + span))


@dataclass(frozen=True)
class Type:
    """Describe a declared type: accepted kinds, whether None is accepted, and the accepted values if listed."""

    kinds: tuple[str, ...] = ()
    optional: bool = False
    choices: tuple[Any, ...] = ()


@cache
def read_type(declared: str) -> Type:
    """Read an annotation.

    Raises
    ------
    ValueError
        If values of the type cannot be injected into a notebook.

    Examples
    --------
    >>> read_type("list[int] | None")
    Type(kinds=('list',), optional=True, choices=())
    >>> read_type("datetime.date")
    Traceback (most recent call last):
    ...
    ValueError: its type is `datetime.date`, but only bool, dict, float, int, list and str can be injected
    """
    try:
        node = ast.parse(declared.strip("'\""), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ValueError(_untyped(declared)) from error
    return _type(node)


def _type(node: ast.expr) -> Type:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return read_type(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union([node.left, node.right])
    inner = node.slice if isinstance(node, ast.Subscript) else None
    name = ast.unparse(node.value if isinstance(node, ast.Subscript) else node).rpartition(".")[2]
    members = inner.elts if isinstance(inner, ast.Tuple) else [inner] if inner is not None else []
    if name == "Literal" and members and all(_listable(member) for member in members):
        values = tuple(member.value for member in members if isinstance(member, ast.Constant))
        present = tuple(value for value in values if value is not None)
        return Type(tuple(dict.fromkeys(type(value).__name__ for value in present)), None in values, present)
    if name in ("Optional", "Union"):
        return _union(members, optional=name == "Optional")
    if name in ("None", "Any"):
        return Type((), optional=True)
    if name.lower() in WORDS:
        return Type((name.lower(),))
    raise ValueError(_untyped(ast.unparse(node)))


def _listable(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or type(node.value).__name__ in WORDS)


def _union(members: Sequence[ast.expr], *, optional: bool = False) -> Type:
    types = [_type(member) for member in members]
    kinds = tuple(dict.fromkeys(kind for item in types for kind in item.kinds))
    choices = tuple(choice for item in types for choice in item.choices)
    return Type(kinds, optional or any(item.optional for item in types), choices)


def _untyped(declared: str) -> str:
    known = sorted(WORDS)
    return f"its type is `{declared}`, but only {', '.join(known[:-1])} and {known[-1]} can be injected"


def injection_fault(value: Any) -> str:
    """Return why papermill would not inject a value unchanged, or an empty string.

    Papermill writes tuples and other objects as texts, and keys of mappings too.

    Examples
    --------
    >>> injection_fault([1, {"a": None}]), injection_fault({1: "a"})
    ('', 'the key `1` of a mapping would arrive as a text; use text keys')
    """
    if isinstance(value, dict):
        wrong = [key for key in value if not isinstance(key, str)]
        if wrong:
            return f"the key `{wrong[0]!r}` of a mapping would arrive as a text; use text keys"
        return next(filter(None, map(injection_fault, value.values())), "")
    if isinstance(value, list):
        return next(filter(None, map(injection_fault, value)), "")
    if value is None or isinstance(value, bool | int | float | str):
        return ""
    return f"a {type(value).__name__} would arrive as a text; use a list, a number or a text"


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)
