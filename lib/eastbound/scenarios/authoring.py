"""Show a scenario as YAML, and start a new one from it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from eastbound.errors import InputError, shortened
from eastbound.files import create_text
from eastbound.scenarios.home import find_home, supplied
from eastbound.scenarios.loader import FOLDER, NAME, load_scenario, scenario_path


def show_scenario(name_or_path: str | Path, *, resolved: bool = False, home: str | Path | None = None) -> str:
    """Return a scenario as YAML text.

    Parameters
    ----------
    name_or_path : str or Path
        A scenario.
    resolved : bool, default False
        Write out everything inherited; otherwise return the file as it is.
    home : path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.

    Examples
    --------
    >>> "extends" in show_scenario("price_slump"), "extends" in show_scenario("price_slump", resolved=True)
    (True, False)
    """
    # Loading first refuses a broken file, even if its text is shown as it is.
    scenario = load_scenario(name_or_path, home=home)
    if not resolved:
        return scenario_path(name_or_path, home=home).read_text(encoding="utf-8-sig").rstrip("\n")
    yaml, out = YAML(), io.StringIO()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = scenario.model_dump(mode="json", exclude_none=True, exclude={"extends", "parts"})
    yaml.dump(_without_empty_lists(content), out)
    return out.getvalue().rstrip("\n")


def copy_scenario(
    name_or_path: str | Path, new_name: str, *, title: str | None = None, home: str | Path | None = None
) -> Path:
    """Start a scenario file from another one, comments included.

    Parameters
    ----------
    name_or_path : str or Path
        The scenario to start from.
    new_name : str
        Name of the new one.
    title : str, optional
        Its title; by default the name in words, so that two scenarios never share a title.
    home : path, optional
        Workspace that gets the file.

    Returns
    -------
    Path
        The new file. The copy has no axis, because the branches of an axis
        already sum to one.

    Raises
    ------
    InputError
        If the name cannot be used or is taken, the title is not a line of text,
        or the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from eastbound.scenarios.layout import lay_out
    >>> with TemporaryDirectory() as folder:
    ...     _ = lay_out(folder)
    ...     path = copy_scenario("price_slump", "deep_slump", home=folder)
    ...     path.name, load_scenario("deep_slump", home=folder).title
    ('deep_slump.yml', 'Deep slump')
    """
    if not NAME.fullmatch(new_name):
        message = (
            f"`{shortened(new_name)}` cannot name a scenario; use up to 60 small letters, digits and _, a letter first."
        )
        raise InputError(message)
    title = new_name.replace("_", " ").capitalize() if title is None else title
    if not title.strip() or not title.isprintable() or len(title) > 200:
        message = "a title is one line of 1 to 200 printable characters."
        raise InputError(message)
    # A copy of a broken file would be broken under a second name.
    load_scenario(name_or_path, home=home)
    folder = find_home(home) / FOLDER
    if folder.resolve().is_relative_to(supplied().resolve()) and "workspace" in folder.parts:
        message = (
            f"{folder} belongs to the installed package; make a workspace with `eastbound init DIR` and work there."
        )
        raise InputError(message)
    text = scenario_path(name_or_path, home=home).read_text(encoding="utf-8-sig")
    _write_new(folder / f"{new_name}.yml", _renamed(text, name=new_name, title=title))
    return folder / f"{new_name}.yml"


def _renamed(text: str, *, name: str, title: str) -> str:
    """Return the text of a file with another name and title, and without an axis."""
    # YAML reads a double-quoted text literally but for backslashes and quotes.
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    text = re.sub(r"(?m)^name:.*$", f"name: {name}", text, count=1)
    # A folded title goes on in indented lines.
    text = re.sub(r"(?m)^title:.*(?:\n[ \t]+\S.*)*$", lambda _: f'title: "{quoted}"', text, count=1)
    return re.sub(r"(?m)^axis:.*\n", "", text)


def _write_new(path: Path, text: str) -> None:
    if not create_text(path, text):
        message = f"there is a scenario `{path.stem}` already; choose another name or edit {path}."
        raise InputError(message)


def _without_empty_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty_lists(item) for key, item in value.items() if item != []}
    return [_without_empty_lists(item) for item in value] if isinstance(value, list) else value
