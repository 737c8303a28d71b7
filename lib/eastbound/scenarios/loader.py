"""Read scenario files, with what they inherit, into `Scenario`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from eastbound.errors import InputError, ScenarioError, UnknownName, nearest, shortened
from eastbound.scenarios import schema_errors
from eastbound.scenarios.home import find_home
from eastbound.scenarios.located_yaml import LocatedList, LocatedMap, Location, Problem, read, read_text
from eastbound.scenarios.merging import MergeLog, merged
from eastbound.scenarios.overlaps import overlapping_events
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.validated import validated
from eastbound.scenarios.vocabulary import axes, milestones

FOLDER: Final = Path("params", "scenarios")
PARTS: Final = "parts"
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_INHERITED: Final = ("events", "milestones")
_PART_KEYS: Final = (*_INHERITED, "note")


@dataclass(frozen=True)
class ResolvedScenario:
    """A scenario with what it inherits, and what its own file dropped of that.

    Attributes
    ----------
    scenario : Scenario
    dropped : tuple of str
        Inherited entries and keys that the file removes or replaces, in words.
    """

    scenario: Scenario
    dropped: tuple[str, ...]


def load_scenario(name_or_path: str | Path, *, home: str | Path | None = None) -> Scenario:
    """Read a scenario with everything it inherits.

    Parameters
    ----------
    name_or_path : str or Path
        A name in ``params/scenarios`` or the path of a ``.yml`` file.
    home : path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.

    Returns
    -------
    Scenario
        Events and milestones of the scenario it `extends`, then of its
        `parts`, then its own; entries with the same id are merged, and their
        effects by target (see `eastbound.scenarios.merging.merged`).

    Raises
    ------
    UnknownName
        If there is no such scenario.
    ScenarioError
        If a file breaks the format; one line per mistake, with file, line and key.

    Examples
    --------
    >>> load_scenario("baseline").name
    'baseline'
    """
    return resolve_scenario(name_or_path, home=home).scenario


def resolve_scenario(name_or_path: str | Path, *, home: str | Path | None = None) -> ResolvedScenario:
    """Read a scenario as `load_scenario` does, and note what its file drops of what it inherits.

    Raises
    ------
    UnknownName, ScenarioError
        On the conditions of `load_scenario`.

    Examples
    --------
    >>> resolve_scenario("sanctions_relief").dropped[-1]
    'entry `maximum_pressure`'
    """
    path, library = scenario_path(name_or_path, home=home), find_home(home) / FOLDER
    return _validated(path, library, tuple(_sources(path, library, trail=())), (milestones(home), axes(home)))


# Keyed by content. A run asks for the same scenario about a hundred times a page, for the mixture and its branches.
@lru_cache(maxsize=512)
def _validated(
    path: Path, library: Path, sources: tuple[tuple[Path, str], ...], vocabulary: tuple[Sequence[str], Sequence[str]]
) -> ResolvedScenario:
    """Resolve and validate a scenario; `sources` are the files that it is read from, see `_sources`."""
    data, log = _resolved(path, library=library, trail=())
    problems = log.problems
    # A file copied by hand would otherwise be listed under one name and reported under another.
    if isinstance(data.get("name"), str) and data["name"] != path.stem:
        text = f"`name`: is `{data['name']}`, but the file is called `{path.stem}`; make them equal"
        problems.append(Problem(data.locations["name"], text))
    scenario = None
    try:
        context = {"covered": "probability" in data, "milestone": vocabulary[0], "axis": vocabulary[1]}
        scenario = validated(Scenario, data, context=context)
    except ValidationError as error:
        problems.extend(schema_errors.located_problems(error, Scenario, data))
    if scenario is not None:
        where = _locations(data)
        problems.extend(Problem(where.get(name, data.location), text) for name, text in overlapping_events(scenario))
    if problems or scenario is None:
        raise ScenarioError("\n".join(map(str, sorted(set(problems)))))
    return ResolvedScenario(scenario, tuple(log.dropped))


def event_locations(name_or_path: str | Path, *, home: str | Path | None = None) -> dict[str, Location]:
    """Return file and line of every event of a scenario, inherited ones in the file that states them last.

    Examples
    --------
    >>> event_locations("price_slump")["brent_slump_dated"].file
    'price_slump.yml'
    """
    data, _ = _resolved(scenario_path(name_or_path, home=home), library=find_home(home) / FOLDER, trail=())
    return _locations(data)


def _locations(data: LocatedMap) -> dict[str, Location]:
    events = data.get("events")
    items = events if isinstance(events, LocatedList) else ()
    return {str(item["id"]): item.location for item in items if isinstance(item, LocatedMap) and "id" in item}


def scenario_names(home: str | Path | None = None) -> list[str]:
    """Return the names of all scenario files, the baseline first.

    Examples
    --------
    >>> scenario_names()[0]
    'baseline'
    """
    files = os.listdir(find_home(home) / FOLDER)  # a tenth of the time of `glob`; each scenario loaded asks for it
    stems = {name.removesuffix(".yml") for name in files if name.endswith(".yml")}
    stems = {stem for stem in stems if NAME.fullmatch(stem)}
    return sorted(stems, key=lambda name: (name != "baseline", name))


def misnamed_files(home: str | Path | None = None) -> dict[str, str]:
    """Return the YAML files of the scenario folder that no name can load, each with the reason.

    Returns
    -------
    dict of str to str
        File name to what is wrong and the name it needs. Hidden files are left out.

    Examples
    --------
    >>> misnamed_files()
    {}
    """
    result = {}
    for path in sorted((find_home(home) / FOLDER).glob("[!.]*")):
        if path.suffix.lower() not in (".yml", ".yaml") or not path.is_file():
            continue
        right = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_") or "scenario"
        right = right[:60] if right[0].isalpha() else f"s_{right}"[:60]
        if not NAME.fullmatch(path.stem):
            result[path.name] = (
                "a scenario is named by small letters, digits and _, a letter first; "
                f"rename the file to `{right}.yml` and set `name: {right}`"
            )
        elif path.suffix != ".yml":
            result[path.name] = f"scenario files end in `.yml`; rename it to `{path.stem}.yml`"
    return result


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
        If there is no file at that path, or a file of that name cannot be loaded by it.

    Examples
    --------
    >>> scenario_path("baseline").name
    'baseline.yml'
    """
    if not isinstance(name_or_path, (str, Path)):
        raise UnknownName("scenario", name_or_path, scenario_names(home))
    path = Path(name_or_path)
    if path.suffix in (".yml", ".yaml") or len(path.parts) > 1:
        if not _is_file(path):
            shown = shortened(str(name_or_path))
            message = f"there is no scenario file `{shown}`; give a name of {FOLDER.as_posix()} or an existing file."
            raise InputError(message)
        return path
    own = find_home(home) / FOLDER / f"{name_or_path}.yml"
    # The folder is listed only for a name that is not there: a page that lists it depends on the names in it.
    if NAME.fullmatch(str(name_or_path)) and _is_file(own):
        return own
    names = scenario_names(home)
    # "unknown scenario" would be puzzling beside a file of that name.
    for file, reason in misnamed_files(home).items():
        if str(name_or_path) in (file, Path(file).stem):
            message = f"`{file}` is there, but is not a scenario: {reason}."
            raise InputError(message)
    raise UnknownName("scenario", str(name_or_path), names)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _resolved(path: Path, *, library: Path, trail: tuple[Path, ...]) -> tuple[LocatedMap, MergeLog]:
    """Return a file with the lists it inherits, the problems on the way and what the file itself drops."""
    data, problems = read(path)
    inherited = {key: LocatedList() for key in _INHERITED}
    # What a parent or part drops concerns that file; only the drops of this one are returned.
    layers = MergeLog(problems)
    for layer, result in _layers(data, path, library=library, trail=(*trail, path.resolve())):
        problems.extend(result)
        for key in _INHERITED:
            inherited[key] = merged(inherited[key], layer.get(key), layers)
    own_log = MergeLog(problems)
    for key in _INHERITED:
        own = data.get(key)
        if own is None or isinstance(own, LocatedList):
            location = data.locations.get(key, data.location)
            data.put(key, merged(inherited[key], own, own_log), location)
    return data, own_log


def _sources(path: Path, library: Path, *, trail: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """Yield path and text of a scenario file and of every file that it inherits from."""
    yield path, read_text(path)
    data, _ = read(path)
    inner = (*trail, path.resolve())
    parent, parts = data.get("extends"), data.get("parts")
    if isinstance(parent, str) and NAME.fullmatch(parent):
        file = _parent_file(parent, path, library)
        if file is not None and file.resolve() not in inner:
            yield from _sources(file, library, trail=inner)
    for part in parts if isinstance(parts, LocatedList) else ():
        file = library / PARTS / f"{part}.yml"
        if isinstance(part, str) and NAME.fullmatch(part) and file.is_file():
            yield file, read_text(file)


def source_files(path: Path, library: Path) -> list[Path]:
    """Return the files that a scenario is read from: its own, and every one that it inherits from.

    Parameters
    ----------
    path : Path
        The scenario's file.
    library : Path
        Folder of the scenarios of its workspace.

    Examples
    --------
    >>> path = scenario_path("price_slump")
    >>> [file.name for file in source_files(path, path.parent)]
    ['price_slump.yml', 'baseline.yml', 'oil_price.yml']
    """
    return [file for file, _ in _sources(path, library, trail=())]


def _parent_file(name: str, path: Path, library: Path) -> Path | None:
    """Return the file that `extends` names: a file outside the library may extend its neighbours."""
    return next((file for folder in (path.parent, library) if (file := folder / f"{name}.yml").is_file()), None)


def _layers(
    data: LocatedMap, path: Path, *, library: Path, trail: tuple[Path, ...]
) -> Iterator[tuple[LocatedMap, list[Problem]]]:
    """Yield the files that a file inherits from, the most general first."""
    parent = data.get("extends")
    # The schema refuses names that cannot be a scenario's, so no file is looked for under them.
    if isinstance(parent, str) and NAME.fullmatch(parent):
        file = _parent_file(parent, path, library)
        if file is None:
            names = [file.stem for folder in (path.parent, library) for file in folder.glob("*.yml")]
            yield LocatedMap(data.location), [_unknown("extends", "scenario", parent, names=names, data=data)]
        # Resolved paths find a cycle through symbolic links too.
        elif file.resolve() in trail:
            cycle = " -> ".join(file.stem for file in (*trail, file))
            text = f"`extends`: the files extend each other in a cycle: {cycle}; remove one `extends`"
            yield LocatedMap(data.location), [Problem(data.locations["extends"], text)]
        else:
            block, log = _resolved(file, library=library, trail=trail)
            yield block, log.problems
    parts = data.get("parts")
    for part in parts if isinstance(parts, LocatedList) else ():
        if isinstance(part, str) and NAME.fullmatch(part):
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
    known = sorted(set(names))
    text = f"`{key}`: unknown {kind} `{name}`; {nearest(name, known)}known: {', '.join(known) or 'none'}"
    return Problem(data.locations[key], text)
