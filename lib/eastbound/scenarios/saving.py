"""Write a changed scenario into the workspace: checked before it is there, and never over another file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

from eastbound.errors import InputError, shortened
from eastbound.files import create_text
from eastbound.scenarios.changes import changed_entries
from eastbound.scenarios.controls import Value
from eastbound.scenarios.home import find_home, supplied
from eastbound.scenarios.loader import FOLDER, NAME, load_scenario

_SCHEMA = "# yaml-language-server: $schema=../scenario.schema.json\n"


def save_changed(
    base: str, changes: Mapping[str, Value], *, name: str, title: str = "", as_of: date, home: Path | None = None
) -> Path:
    """Write a scenario that extends another one by changed numbers.

    Parameters
    ----------
    base : str
        Name of the scenario that is changed.
    changes : mapping of str to float or bool
        As for `eastbound.scenarios.changes.changed_scenario`.
    name : str
        Of the new scenario and its file.
    title : str
        Its title; the name in words when empty.
    as_of : datetime.date
        Day of the evidence.
    home : Path, optional
        Workspace that gets the file.

    Returns
    -------
    Path
        The new file.

    Raises
    ------
    InputError
        If the name cannot be used or is taken, or the folder belongs to the installed package.
    ScenarioError
        If the scenario breaks the format; nothing is written then.

    Examples
    --------
    >>> from eastbound.scenarios.layout import lay_out
    >>> with TemporaryDirectory() as folder:
    ...     _ = lay_out(folder)
    ...     changes = {"border_closure.severity": 0.5}
    ...     path = save_changed("baseline", changes, name="mild", as_of=date(2026, 10, 30), home=Path(folder))
    ...     path.name, load_scenario("mild", home=folder).title
    ('mild.yml', 'Mild')
    """
    folder = find_home(home) / FOLDER
    _check_name(name, folder)
    text = _text(base, changes, name=name, title=title.strip(), as_of=as_of, home=home)
    with TemporaryDirectory() as temporary:
        draft = Path(temporary, f"{name}.yml")
        draft.write_text(text, encoding="utf-8")
        load_scenario(draft, home=home)
    path = folder / f"{name}.yml"
    if not create_text(path, text):
        _refuse_taken(name)
    return path


def _check_name(name: str, folder: Path) -> None:
    if not NAME.fullmatch(name):
        message = (
            f"`{shortened(name)}` cannot name a scenario; use up to 60 small letters, digits and _, a letter first."
        )
        raise InputError(message)
    if folder.resolve().is_relative_to(supplied().resolve()) and "workspace" in folder.parts:
        message = (
            f"{folder} belongs to the installed package; make a workspace with `eastbound init DIR` and work there."
        )
        raise InputError(message)
    if (folder / f"{name}.yml").exists():
        _refuse_taken(name)


def _refuse_taken(name: str) -> None:
    message = f"there is a scenario `{name}` already, and it stays as it is; choose another name."
    raise InputError(message)


def _text(base: str, changes: Mapping[str, Value], *, name: str, title: str, as_of: date, home: Path | None) -> str:
    entries = changed_entries(load_scenario(base, home=home), changes, as_of=as_of)
    content: dict[str, Any] = {
        "format": 1,
        "name": name,
        "title": title or name.replace("_", " ").capitalize(),
        "note": f"Changed in the explorer from `{base}`, evidence as of {as_of}.",
        "extends": base,
        **{kind: list(overlays.values()) for kind, overlays in entries.items() if overlays},
    }
    yaml, out = YAML(), io.StringIO()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(content, out)
    return _SCHEMA + out.getvalue()
