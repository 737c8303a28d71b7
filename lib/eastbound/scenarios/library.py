"""The scenario files of a workspace: listed, shown, copied, checked."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from eastbound.errors import InputError, ScenarioError
from eastbound.scenarios.home import find_home, supplied
from eastbound.scenarios.loader import FOLDER, load_scenario, scenario_names, scenario_path
from eastbound.scenarios.tree import FILE, load_tree
from eastbound.typing import Record

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def list_scenarios(home: str | Path | None = None) -> list[Record]:
    """Return one record per scenario of the workspace.

    Parameters
    ----------
    home : path, optional
        Workspace, as in `eastbound.scenarios.home.find_home`.

    Returns
    -------
    list of dict
        ``name, title, axis, probability, events, milestones, expires, digest``.

    Raises
    ------
    ScenarioError
        If a file breaks the format.

    Examples
    --------
    >>> list_scenarios()[0]["name"]
    'baseline'
    """
    return [_record(name, home) for name in scenario_names(home)]


def show_scenario(name_or_path: str | Path, *, resolved: bool = False, home: str | Path | None = None) -> str:
    """Return a scenario as YAML text.

    Parameters
    ----------
    name_or_path : str or Path
        A scenario.
    resolved : bool, default False
        With everything inherited written out; otherwise the file as it is.
    home : path, optional
        Workspace.

    Examples
    --------
    >>> "extends" in show_scenario("price_slump"), "extends" in show_scenario("price_slump", resolved=True)
    (True, False)
    """
    scenario = load_scenario(name_or_path, home=home)
    if not resolved:
        return scenario_path(name_or_path, home=home).read_text(encoding="utf-8-sig").rstrip("\n")
    yaml, out = YAML(), io.StringIO()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = scenario.model_dump(mode="json", exclude_none=True, exclude={"extends", "parts"})
    yaml.dump(_compact(content), out)
    return out.getvalue().rstrip("\n")


def copy_scenario(name_or_path: str | Path, new_name: str, *, home: str | Path | None = None) -> Path:
    """Start a scenario file from another one, comments included.

    Parameters
    ----------
    name_or_path : str or Path
        The scenario to start from.
    new_name : str
        Name of the new one.
    home : path, optional
        Workspace that gets the file.

    Returns
    -------
    Path
        The new file. A copy leaves the axis of the original, because the
        branches of an axis already sum to one.

    Raises
    ------
    InputError
        If the name cannot be used or is taken, or the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from eastbound.scenarios.home import lay_out
    >>> with TemporaryDirectory() as folder:
    ...     _ = lay_out(folder)
    ...     copy_scenario("price_slump", "deep_slump", home=folder).name
    'deep_slump.yml'
    """
    if not _NAME.fullmatch(new_name):
        message = f"`{new_name}` cannot name a scenario; use up to 60 small letters, digits and _, a letter first."
        raise InputError(message)
    load_scenario(name_or_path, home=home)
    folder = find_home(home) / FOLDER
    if folder.resolve().is_relative_to(supplied().resolve()) and "workspace" in folder.parts:
        message = (
            f"{folder} belongs to the installed package; make a workspace with `eastbound init DIR` and work there."
        )
        raise InputError(message)
    text = scenario_path(name_or_path, home=home).read_text(encoding="utf-8-sig")
    text = re.sub(r"(?m)^name:.*$", f"name: {new_name}", text, count=1)
    text = re.sub(r"(?m)^axis:.*\n", "", text)
    target = folder / f"{new_name}.yml"
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        message = f"there is a scenario `{new_name}` already; choose another name or edit {target}."
        raise InputError(message) from None
    except OSError as error:
        message = f"cannot write {target}: {error.strerror}."
        raise InputError(message) from None
    return target


def validate_scenarios(names: list[str], *, home: str | Path | None = None) -> list[str]:
    """Check scenario files.

    Parameters
    ----------
    names : list of str
        Names or paths; empty for all of the workspace and its scenario tree.
    home : path, optional
        Workspace.

    Returns
    -------
    list of str
        One line per file that is fine.

    Raises
    ------
    ScenarioError
        With the mistakes of all the files.

    Examples
    --------
    >>> validate_scenarios(["baseline"])[0].split(":")[0]
    'baseline'
    """
    lines, mistakes = [], []
    for name in names or scenario_names(home):
        try:
            record = _record(name, home)
            lines.append(f"{name}: fine, {record['events']} events, {record['milestones']} milestones")
        except InputError as error:
            mistakes.append(str(error))
    if not names and not mistakes and (find_home(home) / FILE).is_file():
        axes = load_tree(home)
        lines.append(f"{FILE.name}: fine, {len(axes)} axes, each sums to one")
    if mistakes:
        # A file that is inherited several times tells its mistakes once.
        raise ScenarioError("\n".join(dict.fromkeys(line for text in mistakes for line in text.splitlines())))
    return lines


def _record(name: str, home: str | Path | None) -> Record:
    scenario = load_scenario(name, home=home)
    return {
        "name": scenario.name,
        "title": scenario.title,
        "axis": scenario.axis,
        "probability": scenario.probability.value if scenario.probability else None,
        "events": len(scenario.events),
        "milestones": len(scenario.milestones),
        "expires": scenario.expires.model_dump(exclude_none=True) if scenario.expires else None,
        "digest": scenario.digest,
    }


def _compact(value: Any) -> Any:
    """Leave out empty lists."""
    if isinstance(value, dict):
        return {key: _compact(item) for key, item in value.items() if item != []}
    return [_compact(item) for item in value] if isinstance(value, list) else value
