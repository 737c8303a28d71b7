"""Translate validation errors of pydantic into messages with file, line, key and the nearest allowed name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from eastbound.errors import nearest
from eastbound.scenarios.located_yaml import LocatedList, LocatedMap, Location, Problem

_TEXTS: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "float_type": "expected a number, got {given}",
    "int_type": "expected a whole number, got {given}",
    "string_type": "expected a text, got {given}",
    "tuple_type": "expected a list, got {given}",
    "model_type": "expected a mapping, got {given}",
    "model_attributes_type": "expected a mapping, got {given}",
    "finite_number": "expected a finite number, got {given}",
    "greater_than": "must be above {gt}, got {given}",
    "greater_than_equal": "must be at least {ge}, got {given}",
    "less_than_equal": "must be at most {le}, got {given}",
    "literal_error": "expected {expected}, got {given}",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long; at most {max_length} characters",
    "too_short": "needs at least {min_length} entry",
    "string_pattern_mismatch": "use small letters, digits and _ with a letter first, got {given}",
    "union_tag_not_found": "needs the key `dist`, the name of a distribution",
}


def located_problems(error: ValidationError, model: type[BaseModel], data: LocatedMap) -> list[Problem]:
    """Return one problem per validation error.

    Parameters
    ----------
    error : ValidationError
        Raised when `data` was validated.
    model : type
        The pydantic model that `data` was validated against.
    data : LocatedMap
        Content of the file.

    Returns
    -------
    list of Problem
        In the order of pydantic.

    Examples
    --------
    >>> from pydantic import ValidationError
    >>> from eastbound.scenarios.quantities import Normal
    >>> data = LocatedMap(Location("x.yml", 4))
    >>> data.put("dist", "normal", Location("x.yml", 4))
    >>> try:
    ...     Normal.model_validate(data)
    ... except ValidationError as error:
    ...     [str(problem) for problem in located_problems(error, Normal, data)]
    ['x.yml:4:1: `mean`: is missing', 'x.yml:4:1: `sd`: is missing']
    """
    details = error.errors(include_url=False)
    # what else a newer format brings cannot be judged by this version
    details = [finding for finding in details if _is_newer(finding)] or details
    return [_problem(finding, model, data) for finding in details if not _is_consequence(finding)]


def _is_newer(finding: Any) -> bool:
    """Return whether the number of the file's format is higher than this version knows."""
    given, known = finding["input"], finding.get("ctx", {}).get("expected", "")
    whole = isinstance(given, int) and not isinstance(given, bool)
    return finding["loc"] == ("format",) and whole and str(known).isdecimal() and given > int(known)


def _is_consequence(finding: Any) -> bool:
    """Return whether a list counts as too short only because its entries are invalid."""
    return finding["type"] == "too_short" and bool(finding["input"])


def _problem(finding: Any, model: type[BaseModel], data: LocatedMap) -> Problem:
    location, keys = locate(data, finding["loc"])
    path = "`" + "".join(keys).lstrip(".") + "`: " if keys else ""
    return Problem(location, path + _text(finding, model))


def _text(finding: Any, model: type[BaseModel]) -> str:
    kind, context = finding["type"], finding.get("ctx", {})
    if _is_newer(finding):
        return f"the file has format {finding['input']}, this version reads {context['expected']}; update Eastbound"
    if kind == "extra_forbidden":
        allowed = _allowed(model, finding["loc"][:-1])
        # YAML takes what follows a comma inside { } for the next key.
        comma = finding["input"] is None and " " in str(finding["loc"][-1])
        hint = "put a text with a comma in quotes; " if comma else nearest(str(finding["loc"][-1]), allowed)
        return f"unknown key; {hint}allowed: {', '.join(allowed)}"
    if kind == "union_tag_invalid":
        allowed = [tag.strip("' ") for tag in context["expected_tags"].split(",")]
        hint = nearest(context["tag"], allowed)
        return f"unknown distribution `{context['tag']}`; {hint}allowed: {', '.join(allowed)}"
    if kind == "value_error":
        return str(context["error"])
    if kind in _TEXTS:
        limits = {key: f"{value:g}" if isinstance(value, float) else value for key, value in context.items()}
        return _TEXTS[kind].format(given=f"`{_short(finding['input'])}`", **limits)
    return str(finding["msg"])


def _short(value: object) -> str:
    # A number of thousands of digits cannot even be printed.
    text = "a huge number" if isinstance(value, int) and abs(value) > 10**30 else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def locate(data: LocatedMap, loc: Sequence[int | str]) -> tuple[Location, list[str]]:
    """Return where a value stands in its file, and its path of keys.

    Parameters
    ----------
    data : LocatedMap
        Content of the file.
    loc : sequence of int or str
        Path of the value as pydantic gives it; names of union members are skipped.

    Returns
    -------
    location : Location
        Of the value, or of the nearest enclosing entry if it is missing.
    keys : list of str
        For example ``[".events", "[bank_payment_halt]", ".onset"]``.

    Examples
    --------
    >>> data = LocatedMap(Location("x.yml", 1))
    >>> data.put("title", "a", Location("x.yml", 3))
    >>> location, keys = locate(data, ("title",))
    >>> str(location), keys
    ('x.yml:3:1', ['.title'])
    """
    node: Any = data
    location, keys = data.location, []
    for depth, part in enumerate(loc):
        if isinstance(node, LocatedList) and isinstance(part, int) and part < len(node):
            location, node = node.locations[part], node[part]
            name = node.get("id") if isinstance(node, LocatedMap) else None
            keys.append(f"[{name if isinstance(name, str) else part}]")
        elif isinstance(node, LocatedMap) and part in node:
            location, node = node.locations[str(part)], node[str(part)]
            keys.append(f".{part}")
        elif depth == len(loc) - 1 and not _is_tag(node, part):
            keys.append(f".{part}")
    return location, keys


def _is_tag(node: Any, part: int | str) -> bool:
    return not isinstance(node, LocatedMap) or node.get("dist") == part


def _allowed(model: type[BaseModel], loc: Sequence[int | str]) -> list[str]:
    """Return the keys allowed at a location."""
    here = [model]
    for part in loc:
        deeper = [
            inner
            for model in here
            if part in model.model_fields
            for inner in _models(model.model_fields[str(part)].annotation)
        ]
        tagged = [
            model
            for model in here
            if "dist" in model.model_fields and part in get_args(model.model_fields["dist"].annotation)
        ]
        here = deeper or tagged or here
    return sorted({field for model in here for field in model.model_fields})


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]
