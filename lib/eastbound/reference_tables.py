"""The reference: functions, charts, commands and keys of scenario files, read from the code itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

import eastbound
from eastbound import plots
from eastbound.errors import UnknownName
from eastbound.plots.table import Table
from eastbound.scenarios.vocabulary import scenario_schema

Rows = Iterator[tuple[str, ...]]


def reference(kind: str, *, home: str | Path | None = None) -> Table:
    """Tabulate what the suite offers, each with the first sentence of its documentation.

    Parameters
    ----------
    kind : str
        ``"functions"`` (`eb.…`), ``"charts"`` (`eb.plots.…`), ``"commands"`` (`eastbound …`) or ``"scenario"``, the
        keys of a scenario file.
    home : path, optional
        Workspace whose vocabulary the scenario file may use.

    Returns
    -------
    Table
        Columns name, arguments and what it does; of keys name, type and meaning.

    Raises
    ------
    UnknownName
        If there is no such kind.

    Examples
    --------
    >>> table = reference("commands").frame
    >>> table.loc[table["command"] == "eastbound ask", "what it does"].item()[:26]
    'Answer all standing questi'
    """
    if kind not in _KINDS:
        raise UnknownName("kind of reference", kind, _KINDS)
    columns, rows, caption = _KINDS[kind]
    return Table(pd.DataFrame(list(rows(home)), columns=list(columns)), caption=caption)


def _functions(_: object) -> Rows:
    yield from _members(eastbound, "eb")


def _charts(_: object) -> Rows:
    yield from _members(plots, "eb.plots")


def _members(package: Any, prefix: str) -> Rows:
    for name in package.__all__:
        value = getattr(package, name)
        if callable(value):
            yield f"{prefix}.{name}", _arguments(value), _first_sentence(value.__doc__)


def _arguments(function: Callable[..., Any]) -> str:
    shown = []
    for parameter in inspect.signature(function).parameters.values():
        default = "" if parameter.default is inspect.Parameter.empty else "=…"
        shown.append(f"{parameter.name}{default}")
    return ", ".join(shown)


def _commands(_: object) -> Rows:
    from eastbound.cli.command import cli

    for name, command in sorted(cli.commands.items()):
        parts = sorted(getattr(command, "commands", {}).items())
        for words, item in [(f"{name} {part}", item) for part, item in parts] or [(name, command)]:
            options = [max(parameter.opts, key=len) for parameter in item.params]
            yield f"eastbound {words}", " ".join(options), _first_sentence(item.help)


def _keys(home: str | Path | None) -> Rows:
    schema = scenario_schema(home)
    named = {"scenario": schema, **schema.get("$defs", {})}
    for owner, part in named.items():
        for key, about in part.get("properties", {}).items():
            yield f"{owner}: {key}", _type(about), str(about.get("description", ""))


def _type(about: dict[str, Any]) -> str:
    if "$ref" in about:
        return str(about["$ref"]).rpartition("/")[2]
    if "anyOf" in about:
        return " or ".join(_type(part) for part in about["anyOf"])
    if about.get("type") == "array":
        return f"list of {_type(about.get('items', {}))}"
    return str(about.get("type", about.get("const", "")))


def _first_sentence(text: str | None) -> str:
    lines = (text or "").strip().split("\n\n")[0].split()
    return " ".join(lines)


_KINDS: Final[dict[str, tuple[tuple[str, ...], Callable[[Any], Rows], str]]] = {
    "functions": (("function", "arguments", "what it does"), _functions, "Functions"),
    "charts": (("chart or table", "arguments", "what it does"), _charts, "Charts and tables"),
    "commands": (("command", "options", "what it does"), _commands, "Commands"),
    "scenario": (("key", "type", "meaning"), _keys, "Keys of a scenario file"),
}
