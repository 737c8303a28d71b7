"""Run JupyterLab on the workspace with this interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import eastbound
from eastbound.errors import InputError
from eastbound.scenarios.home import find_home

START: Final = Path("notebooks", "docs", "start.ipynb")  # opened first, where the workspace has it
# `labconfig/default_setting_overrides.json` in it gives defaults, which the user's own settings override.
_SETTINGS: Final = Path(__file__).parent / "lab_settings"


def open_lab(home: Path | None = None, *, arguments: Sequence[str] = ()) -> int:
    """Run JupyterLab in the workspace until it is closed.

    Parameters
    ----------
    home : Path, optional
        The workspace; found by itself when not given.
    arguments : sequence of str
        Passed on to JupyterLab, for example ``--no-browser``.

    Returns
    -------
    int
        JupyterLab's exit code, on Windows; elsewhere JupyterLab takes this process's folder, so that a signal to
        it reaches JupyterLab.

    Raises
    ------
    InputError
        If there is no workspace but the copy inside the installed package.
    """
    folder = find_home(home).resolve()
    if folder.is_relative_to(Path(eastbound.__file__).resolve().parent):
        message = (
            f"{Path.cwd()} is no workspace, and no folder above it; JupyterLab would open the notebooks of the "
            "installed package, and what you save there is lost with the next version. Make a workspace with "
            "`eastbound init DIR` and run `eastbound lab` in it, or name one with --home."
        )
        raise InputError(message)
    command = lab_command(folder, arguments)
    environment = lab_environment(os.environ, folder)
    os.chdir(folder)
    if os.name == "posix":
        os.execve(sys.executable, command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


def lab_command(folder: Path, arguments: Sequence[str] = ()) -> list[str]:
    """Return the command that opens JupyterLab in a workspace, at its start page.

    Parameters
    ----------
    folder : Path
        The workspace.
    arguments : sequence of str
        Options of JupyterLab; they come last and win.

    Examples
    --------
    >>> lab_command(find_home(), ["--no-browser"])[-2:]
    ['--LabApp.default_url=/lab/tree/notebooks/docs/start.ipynb', '--no-browser']
    """
    start = [f"--LabApp.default_url=/lab/tree/{START.as_posix()}"] if (folder / START).is_file() else []
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.news_url=None",
        *start,
        *arguments,
    ]


def lab_environment(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment of JupyterLab: the workspace for kernels and terminals, and settings that suit.

    Parameters
    ----------
    environment : mapping of str to str
        That of the calling process.
    folder : Path
        The workspace.

    Examples
    --------
    >>> lab_environment({"JUPYTER_CONFIG_PATH": "mine"}, Path("desk"))["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0]
    'mine'
    """
    given = environment.get("JUPYTER_CONFIG_PATH")
    # An administrator's folder comes first: of two values of a setting, the first folder's counts.
    path = os.pathsep.join([*([given] if given else []), str(_SETTINGS)])
    scripts = str(Path(sys.executable).parent)  # terminals find `eastbound`, even where no environment is active
    programs = os.pathsep.join([scripts, *([environment["PATH"]] if environment.get("PATH") else [])])
    return {**environment, "EASTBOUND_HOME": str(folder), "JUPYTER_CONFIG_PATH": path, "PATH": programs}
