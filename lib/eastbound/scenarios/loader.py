"""Scenario files with what they inherit, read into `Scenario`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from eastbound.errors import InputError, ScenarioError, UnknownName, nearest
from eastbound.scenarios import schema_errors
from eastbound.scenarios.home import find_home
from eastbound.scenarios.located_yaml import LocatedList, LocatedMap, Problem, read
from eastbound.scenarios.merging import merged
from eastbound.scenarios.schema import Scenario

FOLDER: Final = Path("params", "scenarios")
PARTS: Final = "parts"
INHERITED: Final = ("events", "milestones")
_PART_KEYS: Final = (*INHERITED, "note")


def load_scenario(name_or_path: str | Path, *, home: str | Path | None = None) -> Scenario:
    """Read a scenario with everything it inherits.

    Parameters
    ----------
    name_or_path : str or Path
        A name in ``params/scenarios`` or the path of a ``.yml`` file.
    home : path, optional
        Workspace, as in `eastbound.scenarios.home.find_home`.

    Returns
    -------
    Scenario
        Events and milestones of the scenario it `extends`, then of its
        `parts`, then its own; entries with the same id are merged.

    Raises
    ------
    UnknownName
        If there is no such scenario.
    ScenarioError
        If files break the format; all mistakes in one message, one a line.

    Examples
    --------
    >>> load_scenario("baseline").name
    'baseline'
    """
    path = scenario_path(name_or_path, home=home)
    data, problems = _resolved(path, library=find_home(home) / FOLDER, trail=())
    if isinstance(data.get("name"), str) and data["name"] != path.stem:
        text = f"`name`: is `{data['name']}`, but the file is called `{path.stem}`; make them equal"
        problems.append(Problem(data.locations["name"], text))
    try:
        scenario = Scenario.model_validate(data, context={"covered": "probability" in data})
    except ValidationError as error:
        problems.extend(schema_errors.located_problems(error, Scenario, data))
    if problems:
        raise ScenarioError("\n".join(map(str, sorted(set(problems)))))
    return scenario


def scenario_names(home: str | Path | None = None) -> list[str]:
    """Return the names of all scenario files, the baseline first.

    Examples
    --------
    >>> scenario_names()[0]
    'baseline'
    """
    stems = {path.stem for path in (find_home(home) / FOLDER).glob("*.yml")}
    return sorted(stems, key=lambda name: (name != "baseline", name))


def scenario_path(name_or_path: str | Path, *, home: str | Path | None = None) -> Path:
    """Return the file of a scenario.

    Parameters
    ----------
    name_or_path : str or Path
        A name in ``params/scenarios`` or the path of a ``.yml`` file.
    home : path, optional
        Workspace.

    Raises
    ------
    UnknownName
        If there is no scenario of that name.
    InputError
        If there is no file at that path.

    Examples
    --------
    >>> scenario_path("baseline").name
    'baseline.yml'
    """
    path = Path(name_or_path)
    if path.suffix in (".yml", ".yaml") or len(path.parts) > 1:
        if not _is_file(path):
            message = f"there is no scenario file `{path}`; give a name of {FOLDER.as_posix()} or an existing file."
            raise InputError(message)
        return path
    names = scenario_names(home)
    if str(name_or_path) not in names:
        raise UnknownName("scenario", str(name_or_path), names)
    return find_home(home) / FOLDER / f"{name_or_path}.yml"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _resolved(path: Path, *, library: Path, trail: tuple[Path, ...]) -> tuple[LocatedMap, list[Problem]]:
    """Return a file with the lists it inherits, and the mistakes of form on the way."""
    data, problems = read(path)
    inherited: dict[str, LocatedList] = {key: LocatedList() for key in INHERITED}
    for layer, found in _layers(data, path, library=library, trail=(*trail, path.resolve())):
        problems.extend(found)
        for key in INHERITED:
            inherited[key] = merged(inherited[key], layer.get(key), problems)
    for key in INHERITED:
        own = data.get(key)
        if own is None or isinstance(own, LocatedList):
            location = data.locations.get(key, data.location)
            data.put(key, merged(inherited[key], own, problems), location)
    return data, problems


def _layers(
    data: LocatedMap, path: Path, *, library: Path, trail: tuple[Path, ...]
) -> Iterator[tuple[LocatedMap, list[Problem]]]:
    """Yield the files that a file inherits from, the most general first."""
    parent = data.get("extends")
    if isinstance(parent, str):
        # A file outside the library may extend its neighbours.
        folders = (path.parent, library)
        found = next((folder / f"{parent}.yml" for folder in folders if (folder / f"{parent}.yml").is_file()), None)
        if found is None:
            names = [file.stem for folder in folders for file in folder.glob("*.yml")]
            yield LocatedMap(data.location), [_unknown("extends", "scenario", parent, names=names, data=data)]
        elif found.resolve() in trail:
            circle = " -> ".join(file.stem for file in (*trail, found))
            text = f"`extends`: runs in a circle: {circle}; break it"
            yield LocatedMap(data.location), [Problem(data.locations["extends"], text)]
        else:
            yield _resolved(found, library=library, trail=trail)
    parts = data.get("parts")
    for part in parts if isinstance(parts, LocatedList) else ():
        if isinstance(part, str):
            yield _part(part, data, library / PARTS)


def _part(name: str, data: LocatedMap, folder: Path) -> tuple[LocatedMap, list[Problem]]:
    path = folder / f"{name}.yml"
    if not path.is_file():
        names = [file.stem for file in folder.glob("*.yml")]
        return LocatedMap(data.location), [_unknown("parts", "part", name, names=names, data=data)]
    block, problems = read(path)
    for key in block:
        if key not in _PART_KEYS:
            text = f"`{key}`: unknown key of a part; {nearest(key, _PART_KEYS)}allowed: {', '.join(_PART_KEYS)}"
            problems.append(Problem(block.locations[key], text))
    return block, problems


def _unknown(key: str, kind: str, name: str, *, names: list[str], data: LocatedMap) -> Problem:
    known: Any = sorted(set(names))
    text = f"`{key}`: unknown {kind} `{name}`; {nearest(name, known)}known: {', '.join(known) or 'none'}"
    return Problem(data.locations[key], text)
