"""Run JupyterLab on the workspace with this interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from eastbound.scenarios.home import find_home


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
    """
    folder = find_home(home)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.news_url=None",
        *arguments,
    ]
    environment = {**os.environ, "EASTBOUND_HOME": str(folder)}
    os.chdir(folder)
    if os.name == "posix":
        os.execve(sys.executable, command, environment)
    return subprocess.run(command, env=environment, check=False).returncode
