"""Lay out a new workspace: notebooks, params, a first scenario of one's own and a page that explains them."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import Final

from eastbound.errors import InputError
from eastbound.files import create_text, explained, publish_folder
from eastbound.scenarios.home import is_workspace, supplied
from eastbound.scenarios.loader import FOLDER

_STARTER: Final = Path(__file__).parent / "starter"
# `params` comes after the notebooks: it makes a folder a workspace, so an interrupted layout never counts as one.
_PARTS: Final = ("notebooks", "params")
_PAGE: Final = "README.md"
_UNWANTED: Final = shutil.ignore_patterns(".*", "__pycache__")


def lay_out(folder: str | Path) -> list[Path]:
    """Lay out a workspace in a folder; a file that is there already is never overwritten.

    Parameters
    ----------
    folder : path
        The new workspace; it is made if it does not exist.

    Returns
    -------
    list of Path
        What was made: ``notebooks``, ``params`` and, where the folder had none, ``README.md``.

    Raises
    ------
    InputError
        If the folder has no name, is a workspace already, or has a folder of notebooks or params.
    WriteError
        If the folder cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in lay_out(Path(folder, "desk"))]
    ['notebooks', 'params', 'README.md']
    """
    if not str(folder).strip():
        message = "the new workspace has no name; give a folder, or `.` for the working folder."
        raise InputError(message)
    target = Path(folder)
    try:
        _refuse_taken(target)
        with explained(target):
            return _fill(target) if os.path.lexists(target) else _make(target)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        message = f"`{str(folder)[:60]!a}` cannot name a folder: {error}; choose another name."
        raise InputError(message) from None


def _refuse_taken(target: Path) -> None:
    if is_workspace(target):
        message = f"`{target}` is a workspace already; work there or name another folder. Nothing was changed."
        raise InputError(message)
    taken = [name for name in _PARTS if os.path.lexists(target / name)]
    if taken:
        message = (
            f"`{target}` has `{taken[0]}` but is no workspace, as after an interrupted `eastbound init`; "
            f"move `{taken[0]}` away or name another folder. Nothing was changed."
        )
        raise InputError(message)


def _make(target: Path) -> list[Path]:
    """Make the whole workspace under another name and then give it its own, so that it is never half there."""

    def fill(work: Path) -> None:
        for name in _PARTS:
            (work / name).mkdir()
            _copy(work / name)
        shutil.copyfile(_STARTER / _PAGE, work / _PAGE)

    if not publish_folder(target, fill):
        _refuse_taken(target)
    return [target / name for name in (*_PARTS, _PAGE)]


def _fill(target: Path) -> list[Path]:
    """Add the parts of a workspace to a folder that exists; the user's own README stays."""
    made: list[Path] = []
    try:
        for name in _PARTS:
            if not publish_folder(target / name, partial(_copy, name=name)):
                _refuse_taken(target)
            made.append(target / name)
        if create_text(target / _PAGE, (_STARTER / _PAGE).read_text(encoding="utf-8")):
            made.append(target / _PAGE)
    except BaseException:  # as on a full disk; half a workspace would only be in the way
        for path in made:
            shutil.rmtree(path, ignore_errors=True)
        raise
    return made


def _copy(work: Path, name: str = "") -> None:
    """Copy one part of the supplied workspace into an empty folder, and add the first scenario to ``params``."""
    part = name or work.name
    shutil.copytree(supplied() / part, work, ignore=_UNWANTED, dirs_exist_ok=True)
    if part == FOLDER.parts[0]:
        for file in _STARTER.glob("*.yml"):
            shutil.copyfile(file, work.joinpath(*FOLDER.parts[1:], file.name))
