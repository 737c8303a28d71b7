"""Read the settings of the models: flat YAML files in ``params/models``, each value with its unit and basis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from eastbound.errors import InputError, ScenarioError, UnknownName, nearest
from eastbound.extensions import available
from eastbound.scenarios.home import find_home
from eastbound.scenarios.located_yaml import LocatedMap, Problem, read
from eastbound.scenarios.statements import Change

Scalar: TypeAlias = float | int | str
Setting: TypeAlias = Scalar | list[Scalar]
Settings: TypeAlias = Mapping[str, Setting]

_KEYS: Final = {
    "value": "The number, a word, or a list: a value with its spread.",
    "unit": "Unit of a number; `none` for a pure number.",
    "source": "Where the value is published.",
    "judgement": "Why the value is assumed, where no source gives it.",
    "note": "What else a reader should know.",
}
_TEXT: Final[dict[str, Any]] = {"type": "string", "pattern": r"\S"}
_FOLDER: Final = Path("params", "models")
_FORMAT: Final = "format"  # the one key of a file that is no setting
_NEWEST: Final = 1
_LARGEST: Final = 1e12
_SHARES: Final = ("probability", "share")


def load_settings(subject: str, *, home: str | Path | None = None, changes: Iterable[Change] = ()) -> Settings:
    """Read the settings of a model.

    Parameters
    ----------
    subject : str
        Stem of a file in ``params/models``.
    home : path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.
    changes : iterable of Change, optional
        Values that override those of the file; changes of other subjects are ignored.

    Returns
    -------
    mapping of str to number, text or list of them
        In the order of the file, in the units of the file.

    Raises
    ------
    UnknownName
        If there is no such file, or a change names no setting of it.
    ScenarioError
        If the file breaks the format; one line per mistake.
    InputError
        If a change has another type than the value it overrides, or two changes set the same setting.

    Notes
    -----
    An entry is ``name: {value: 0.5, unit: share, judgement: why}``. A number
    needs a ``unit`` (``none`` for a pure number), and every entry a ``source``
    (where the figure is published) or a ``judgement`` (why it is assumed).
    The file's ``format`` is 1; files from before it had a number have the same
    entries and are read as they are.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home:
    ...     for folder in ("scenarios", "models"):
    ...         Path(home, "params", folder).mkdir(parents=True)
    ...     file = Path(home, "params", "models", "trade.yml")
    ...     _ = file.write_text("damping: {value: 0.85, unit: per year, judgement: best of a grid}\\n")
    ...     load_settings("trade", home=home)["damping"]
    0.85
    """
    folder = find_home(home) / _FOLDER
    path = folder / f"{subject}.yml"
    if not path.is_file() and (extension := available("models").get(subject)) and extension.folder:
        path = extension.folder / "settings.yml"  # a workspace may have a file of its own
    if not path.is_file():
        raise UnknownName("model settings", subject, (file.stem for file in folder.glob("*.yml")), str(folder))
    block, problems = read(path)
    problems.extend(_take_format(block))
    for name, entry in block.items():
        problems.extend(Problem(block.locations[name], text) for text in _entry_problems(name, entry))
    if problems:
        raise ScenarioError("\n".join(map(str, sorted(problems))))
    values = {name: _as_plain_list(entry["value"]) for name, entry in block.items()}
    return {**values, **_overrides(block, [change for change in changes if change.subject == subject])}


def settings_schema() -> dict[str, Any]:
    """Return the JSON schema of a file of model settings, for editors.

    Examples
    --------
    >>> list(settings_schema()["additionalProperties"]["properties"])
    ['value', 'unit', 'source', 'judgement', 'note']
    """
    scalar = {"anyOf": [{"type": "number", "minimum": -_LARGEST, "maximum": _LARGEST}, _TEXT]}
    described = {key: {**_TEXT, "description": text} for key, text in _KEYS.items()}
    number = {"anyOf": [*scalar["anyOf"], {"type": "array", "items": scalar, "minItems": 1}]}
    described["value"] = {**number, "description": _KEYS["value"]}
    entry = {
        "type": "object",
        "properties": described,
        "required": ["value"],
        "anyOf": [{"required": ["source"]}, {"required": ["judgement"]}],
        "additionalProperties": False,
    }
    number_of_format = {"const": _NEWEST, "description": "Version of this file format."}
    properties = {_FORMAT: number_of_format}
    return {"title": "Settings of a model", "type": "object", "properties": properties, "additionalProperties": entry}


def _take_format(block: LocatedMap) -> Iterator[Problem]:
    """Remove the number of the format from a file; yield a problem if this version does not know it."""
    if _FORMAT not in block:  # as all files were before the number was introduced
        return
    number = block.pop(_FORMAT)
    if isinstance(number, bool) or number != _NEWEST:
        text = f"`{_FORMAT}` must be {_NEWEST}, got `{number}`: the file is of a newer version; update Eastbound"
        yield Problem(block.locations[_FORMAT], text)


def _overrides(block: LocatedMap, changes: list[Change]) -> dict[str, Setting]:
    """Return the new values of changed settings, each of the type of the value it overrides."""
    new: dict[str, Setting] = {}
    for change in changes:
        if change.name not in block:
            raise UnknownName("setting", change.name, block, where=f"params/models/{change.subject}.yml")
        old, unit = block[change.name]["value"], block[change.name].get("unit")
        if isinstance(old, list) or isinstance(old, str) != isinstance(change.value, str):
            kind = "a word" if isinstance(old, str) else "a number"
            kind = "a list; change it in its file" if isinstance(old, list) else f"{kind}, such as `{old}`"
            message = f"`{change}`: `{change.setting}` is {kind}."
            raise InputError(message)
        if change.name in new:
            message = f"`{change.setting}` is set twice; keep one of the two."
            raise InputError(message)
        if unit in _SHARES and not (isinstance(change.value, int | float) and 0 <= change.value <= 1):
            message = f"`{change}`: `{change.setting}` is a {unit}, from 0 to 1."
            raise InputError(message)
        new[change.name] = change.value
    return new


def _entry_problems(name: str, entry: object) -> Iterator[str]:
    if not isinstance(entry, LocatedMap):
        yield f"`{name}` must be a mapping such as {{value: 1, unit: none, judgement: why}}"
        return
    for key in entry:
        if key not in _KEYS:
            # YAML takes what follows a comma inside { } for the next key.
            hint = "put a text with a comma in quotes; " if entry[key] is None else nearest(key, _KEYS)
            yield f"`{name}` has the unknown key `{key}`; {hint}allowed: {', '.join(_KEYS)}"
    for key in list(_KEYS)[1:]:
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip()):
            yield f"`{name}.{key}` must be a text"
    if "source" not in entry and "judgement" not in entry:
        yield f"`{name}` needs a `source` (where it is published) or a `judgement` (why it is assumed)"
    if "value" not in entry:
        yield f"`{name}` needs a `value`"
        return
    yield from _value_problems(name, entry)


def _value_problems(name: str, entry: LocatedMap) -> Iterator[str]:
    given = entry["value"]
    values = given if isinstance(given, list) else [given]
    if not values or not all(_is_scalar(value) for value in values):
        yield f"`{name}.value` must be a number up to {_LARGEST:g}, a text, or a list of them, got `{given}`"
    elif any(not isinstance(value, str) for value in values) and "unit" not in entry:
        yield f"`{name}` has a number without a `unit` (`none` for a pure number)"


def _is_scalar(value: object) -> bool:
    if isinstance(value, bool):  # an integer in Python, a mistake here
        return False
    if isinstance(value, int | float):
        return abs(value) <= _LARGEST  # false for nan and infinity too
    return isinstance(value, str) and bool(value.strip())


def _as_plain_list(value: Setting) -> Setting:
    return list(value) if isinstance(value, list) else value
