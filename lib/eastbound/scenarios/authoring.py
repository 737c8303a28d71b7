"""Show a scenario as YAML, and start a new one from it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from ruamel.yaml import YAML

from eastbound.errors import InputError, ScenarioError, shortened
from eastbound.files import create_text
from eastbound.scenarios.edits import edited_entries
from eastbound.scenarios.home import find_home, supplied
from eastbound.scenarios.loader import FOLDER, NAME, load_scenario, scenario_path
from eastbound.scenarios.schema import Scenario

_HEAD: Final = """\
# yaml-language-server: $schema=../scenario.schema.json
# Takes over the events and milestones of `{source}` and states only what differs.
"""


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
    content = scenario.model_dump(mode="json", exclude_none=True, exclude={"extends", "parts"})
    return _yaml(_without_empty_lists(content))


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
    title = _checked_names(new_name, title)
    # A copy of a broken file would be broken under a second name.
    load_scenario(name_or_path, home=home)
    folder = _own_folder(home)
    text = scenario_path(name_or_path, home=home).read_text(encoding="utf-8-sig")
    _write_new(folder / f"{new_name}.yml", _renamed(text, name=new_name, title=title))
    return folder / f"{new_name}.yml"


def new_scenario(
    new_name: str,
    *,
    source: str,
    title: str | None = None,
    edits: Iterable[str] = (),
    why: str | None = None,
    home: str | Path | None = None,
) -> Path:
    """Write a scenario that takes over another one and states only what differs.

    Parameters
    ----------
    new_name : str
        Name of the new scenario.
    source : str
        Name of the scenario that it extends. Events and milestones are inherited; title, story, axis, probability
        and expiry are not.
    title : str, optional
        Its title; by default the name in words.
    edits : iterable of str
        Values that differ, each ``path=value`` as `eastbound.scenarios.edits` describes them.
    why : str, optional
        Reason of these values; needed where there are any.
    home : path, optional
        Workspace that gets the file.

    Returns
    -------
    Path
        The new file. Below the entries it lists, as comments, the events of the source that the baseline lacks.

    Raises
    ------
    InputError
        If the name cannot be used or is taken, a path names nothing, a reason is missing, or the scenario would be
        invalid; nothing is written then.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from eastbound.scenarios.layout import lay_out
    >>> with TemporaryDirectory() as folder:
    ...     _ = lay_out(folder)
    ...     edits = ["brent_slump_dated.severity=2"]
    ...     path = new_scenario("deep_slump", source="price_slump", edits=edits, why="deeper", home=folder)
    ...     load_scenario(path, home=folder).events[-1].severity.value
    2.0
    """
    title, edits = _checked_names(new_name, title), list(edits)
    parent = load_scenario(source, home=home)
    if parent.name != source:
        message = f"`{shortened(source)}` is a path; a new scenario extends one of {FOLDER.as_posix()} by its name."
        raise InputError(message)
    if edits and not (why or "").strip():
        message = "new numbers need a reason; say why they are assumed (--why TEXT)."
        raise InputError(message)
    path = _own_folder(home) / f"{new_name}.yml"
    if path.exists():
        raise _taken(path)
    entries = edited_entries(parent, edits, why=(why or "").strip())
    content = {"format": 1, "name": new_name, "title": title, "extends": source, **entries}
    text = f"{_HEAD.format(source=source)}{_yaml(content)}\n{_untouched(parent, entries, home)}"
    with TemporaryDirectory() as draft:
        # A file outside the library is read as one inside it, so nothing invalid ever gets a name there.
        file = Path(draft, f"{new_name}.yml")
        file.write_text(text, encoding="utf-8")
        try:
            load_scenario(file, home=home)
        except ScenarioError as error:
            reasons = "\n".join(line.split(": ", 1)[-1] for line in str(error).splitlines())
            message = f"`{new_name}` would not be valid, nothing was written: {reasons}"
            raise ScenarioError(message) from None
    _write_new(path, text)
    return path


def _checked_names(new_name: str, title: str | None) -> str:
    """Return the title of a new scenario, after its name and title have passed."""
    if not NAME.fullmatch(new_name):
        message = (
            f"`{shortened(new_name)}` cannot name a scenario; use up to 60 small letters, digits and _, a letter first."
        )
        raise InputError(message)
    title = new_name.replace("_", " ").capitalize() if title is None else title
    if not title.strip() or not title.isprintable() or len(title) > 200:
        message = "a title is one line of 1 to 200 printable characters."
        raise InputError(message)
    return title


def _own_folder(home: str | Path | None) -> Path:
    """Return the folder for scenario files, unless it belongs to the installed package."""
    folder = find_home(home) / FOLDER
    if folder.resolve().is_relative_to(supplied().resolve()) and "workspace" in folder.parts:
        message = (
            f"{folder} belongs to the installed package; make a workspace with `eastbound init DIR` and work there."
        )
        raise InputError(message)
    return folder


def _untouched(parent: Scenario, entries: Mapping[str, list[dict[str, Any]]], home: str | Path | None) -> str:
    """Return, as comments, the entries of a parent that the baseline lacks and the new scenario leaves alone."""
    usual, edited = load_scenario("baseline", home=home), {item["id"] for block in entries.values() for item in block}
    rest: dict[str, Any] = {}
    for kind in ("events", "milestones"):
        own = [item for item in getattr(parent, kind) if item not in getattr(usual, kind) and item.id not in edited]
        rest[kind] = [item.model_dump(mode="json", exclude_none=True) for item in own]
    listed = _without_empty_lists(rest)
    if not listed:
        return ""
    lines = "".join(f"# {line}\n" for line in _yaml(listed).splitlines())
    return f"# Taken over unchanged; to change an entry, copy its `id` and the keys that differ:\n{lines}"


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
        raise _taken(path)


def _taken(path: Path) -> InputError:
    return InputError(f"there is a scenario `{path.stem}` already; choose another name or edit {path}.")


def _yaml(content: Mapping[str, Any]) -> str:
    yaml, out = YAML(), io.StringIO()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(dict(content), out)
    return out.getvalue().rstrip("\n")


def _without_empty_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty_lists(item) for key, item in value.items() if item != []}
    return [_without_empty_lists(item) for item in value] if isinstance(value, list) else value
