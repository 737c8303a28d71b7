"""Names that a workspace's files declare and that scenarios may use: milestones of the pipelines, axes of the tree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from eastbound.scenarios.editor_schema import editor_schema
from eastbound.scenarios.located_yaml import read, read_text
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.typed_file import params_path

SYSTEMS: Final = Path("params", "systems.yml")
TREE: Final = Path("params", "scenario_tree.yml")


def milestones(home: str | Path | None = None) -> tuple[str, ...]:
    """Return the milestones that a pipeline of ``params/systems.yml`` waits for.

    Parameters
    ----------
    home : path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.

    Raises
    ------
    ScenarioError
        If the file is not YAML.

    Examples
    --------
    >>> "pos2_first_gas" in milestones()
    True
    """
    return _declared(home, SYSTEMS, key="milestone")


def axes(home: str | Path | None = None) -> tuple[str, ...]:
    """Return the axes of ``params/scenario_tree.yml``; the scenarios of one axis exclude each other.

    Raises
    ------
    ScenarioError
        If the file is not YAML.

    Examples
    --------
    >>> "sanctions" in axes()
    True
    """
    return _declared(home, TREE, key="axis")


def scenario_schema(home: str | Path | None = None) -> dict[str, Any]:
    """Return the JSON schema of scenario files, with the milestones and axes of a workspace listed.

    Examples
    --------
    >>> "pos2_first_gas" in scenario_schema()["$defs"]["Milestone"]["properties"]["id"]["enum"]
    True
    """
    schema = editor_schema(Scenario)
    schema["$defs"]["Milestone"]["properties"]["id"]["enum"] = list(milestones(home))
    text, null = schema["properties"]["axis"]["anyOf"]
    schema["properties"]["axis"]["anyOf"] = [{**text, "enum": list(axes(home))}, null]
    return schema


def _declared(home: str | Path | None, file: Path, *, key: str) -> tuple[str, ...]:
    path = params_path(file, home)
    return _names(path, read_text(path), key)


# Keyed by content: every scenario that is loaded asks for both lists, and walking through the file takes milliseconds.
@lru_cache(maxsize=64)
def _names(path: Path, text: str, key: str) -> tuple[str, ...]:
    """Return the values of a key in a file, `text`, whose mistakes its own reader reports."""
    data, _ = read(path)
    return tuple(dict.fromkeys(value for value in _values(data, key) if isinstance(value, str)))


def _values(data: Any, key: str) -> Iterator[Any]:
    if isinstance(data, dict):
        for name, value in data.items():
            if name == key:
                yield value
            else:
                yield from _values(value, key)
    elif isinstance(data, list):
        for item in data:
            yield from _values(item, key)
