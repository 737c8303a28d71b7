"""Find the workspace that holds notebooks and params."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import eastbound
from eastbound.errors import InputError, shortened

VARIABLE: Final = "EASTBOUND_HOME"
_MARKER: Final = Path("params", "scenarios")  # the folder that makes a workspace


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


def _stated(folder: Path, origin: str) -> Path:
    if not is_workspace(folder):
        message = (
            f"{origin} names `{shortened(str(folder))}`, which has no `params/scenarios`; "
            "name a workspace, or make one with `eastbound init DIR`."
        )
        raise InputError(message)
    return folder


def is_workspace(folder: Path) -> bool:
    """Return whether a folder has scenarios of its own, which makes it a workspace.

    Examples
    --------
    >>> is_workspace(supplied()), is_workspace(Path("missing"))
    (True, False)
    """
    try:
        return (folder / _MARKER).is_dir()
    except (OSError, ValueError):  # a name that no folder can have
        return False
