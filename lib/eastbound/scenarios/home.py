"""Find the workspace that holds notebooks and params, and lay out a new one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import eastbound
from eastbound.errors import InputError, shortened

VARIABLE: Final = "EASTBOUND_HOME"
_MARKER: Final = Path("params", "scenarios")  # the folder that makes a workspace
_PARTS: Final = ("notebooks", "params")


def find_home(home: str | Path | None = None) -> Path:
    """Return the folder that holds ``params`` and ``notebooks``.

    Parameters
    ----------
    home : path, optional
        The folder given with ``--home``.

    Returns
    -------
    Path
        The first of: `home`, ``$EASTBOUND_HOME``, the working folder or the
        nearest one above it, the copy installed with the package.

    Raises
    ------
    InputError
        If `home`, or the folder in the variable, is not a workspace.

    Examples
    --------
    >>> (find_home() / "params" / "scenarios").is_dir()
    True
    """
    if home is not None:
        return _stated(Path(home), "--home")
    variable = os.environ.get(VARIABLE)
    if variable:
        return _stated(Path(variable), f"${VARIABLE}")
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / _MARKER).is_dir()), supplied())


def supplied() -> Path:
    """Return the workspace that comes with the package.

    Raises
    ------
    InputError
        If the installation is incomplete.

    Examples
    --------
    >>> (supplied() / "params").is_dir()
    True
    """
    package = Path(eastbound.__file__).parent
    # A wheel carries a copy inside the package; a checkout has it beside lib/.
    for folder in (package / "workspace", package.parents[1]):
        if (folder / _MARKER).is_dir():
            return folder
    message = f"the installation at {package} has no `params/scenarios`; install eastbound again or name a `--home`."
    raise InputError(message)


def lay_out(folder: str | Path) -> list[Path]:
    """Copy the supplied notebooks and params into a folder.

    Parameters
    ----------
    folder : path
        The new workspace; it is created if it does not exist.

    Returns
    -------
    list of Path
        The folders created.

    Raises
    ------
    InputError
        If the folder has no name, already has notebooks or params, or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     made = lay_out(Path(folder, "desk"))
    >>> made[-1].name
    'params'
    """
    if not str(folder).strip():
        message = "the new workspace has no name; give a folder, or `.` for the working folder."
        raise InputError(message)
    target, source = Path(folder), supplied()
    names = [name for name in _PARTS if (source / name).is_dir()]
    # `os.path.exists` is false, not an error, for a name that no file can have.
    taken = [name for name in names if os.path.exists(target / name)]
    if taken:
        message = f"{target} already has `{taken[0]}`; name another folder, nothing was changed."
        raise InputError(message)
    try:
        for name in names:
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    except (OSError, ValueError) as error:
        message = f"cannot write the workspace {shortened(str(target))}: {getattr(error, 'strerror', None) or error}."
        raise InputError(message) from None
    return [target / name for name in names]


def _stated(folder: Path, origin: str) -> Path:
    if not _is_workspace(folder):
        message = (
            f"{origin} names `{shortened(str(folder))}`, which has no `params/scenarios`; "
            "name a workspace, or make one with `eastbound init DIR`."
        )
        raise InputError(message)
    return folder


def _is_workspace(folder: Path) -> bool:
    try:
        return (folder / _MARKER).is_dir()
    except (OSError, ValueError):  # a name that no folder can have
        return False
