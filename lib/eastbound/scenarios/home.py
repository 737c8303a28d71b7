"""Where the notebooks and params of a workspace are found."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import eastbound
from eastbound.errors import InputError

VARIABLE: Final = "EASTBOUND_HOME"
_MARK: Final = Path("params", "scenarios")
_PARTS: Final = ("notebooks", "params")


def find_home(home: str | Path | None = None) -> Path:
    """Return the folder that holds ``params`` and ``notebooks``.

    Parameters
    ----------
    home : path, optional
        A stated folder, as given with ``--home``.

    Returns
    -------
    Path
        The first of: the stated folder, ``$EASTBOUND_HOME``, the working
        folder or one above it, the copy that comes with the package.

    Raises
    ------
    InputError
        If a stated folder, or the one in the variable, is not a workspace.

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
    return next((folder for folder in (here, *here.parents) if (folder / _MARK).is_dir()), supplied())


def supplied() -> Path:
    """Return the workspace that comes with the package.

    Raises
    ------
    InputError
        If the installation lacks it.

    Examples
    --------
    >>> (supplied() / "params").is_dir()
    True
    """
    package = Path(eastbound.__file__).parent
    # A wheel carries a copy inside the package; a checkout has it beside lib/.
    for folder in (package / "workspace", package.parents[1]):
        if (folder / _MARK).is_dir():
            return folder
    message = f"the installation at {package} has no `params/scenarios`; install eastbound again or name a `--home`."
    raise InputError(message)


def lay_out(folder: str | Path) -> list[Path]:
    """Copy the supplied notebooks and params into a folder.

    Parameters
    ----------
    folder : path
        The new workspace; made when missing.

    Returns
    -------
    list of Path
        The folders that were made.

    Raises
    ------
    InputError
        If the folder has notebooks or params already, or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     made = lay_out(Path(folder, "desk"))
    >>> made[-1].name
    'params'
    """
    target, source = Path(folder), supplied()
    names = [name for name in _PARTS if (source / name).is_dir()]
    taken = [name for name in names if (target / name).exists()]
    if taken:
        message = f"{target} has `{taken[0]}` already; name another folder, nothing was changed."
        raise InputError(message)
    try:
        for name in names:
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    except OSError as error:
        message = f"cannot write the workspace {target}: {error}."
        raise InputError(message) from None
    return [target / name for name in names]


def _stated(folder: Path, origin: str) -> Path:
    if not (folder / _MARK).is_dir():
        message = (
            f"{origin} names `{folder}`, which has no `params/scenarios`; "
            "name a workspace, or make one with `eastbound init DIR`."
        )
        raise InputError(message)
    return folder
