"""Serve the explorer as a page for colleagues without Python, by Voila and with this interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import nbformat

from eastbound.errors import InputError
from eastbound.explorer.explorer import READ_ONLY
from eastbound.explorer.subjects import main_series_of
from eastbound.scenarios.home import find_home, supplied

PAGE: Final = Path("notebooks", "docs", "explorer.ipynb")


def serve(subject: str, *, arguments: Sequence[str] = (), home: Path | None = None) -> int:
    """Serve the explorer of a subject until it is stopped; nothing can be saved from the page.

    Parameters
    ----------
    subject : str
        Such as ``"primorye"``, or the id of a series.
    arguments : sequence of str
        Passed on to Voila, for example ``--port=8900``; by default it listens on this machine alone.
    home : Path, optional
        The workspace; found by itself when not given.

    Returns
    -------
    int
        Voila's exit code.

    Raises
    ------
    UnknownName
        If there is no such subject or series.
    InputError
        If Voila is not installed.
    """
    main_series_of(subject)
    if find_spec("voila") is None:
        message = "Voila serves the explorer and is not installed; type `pip install 'eastbound[explore]'`."
        raise InputError(message)
    folder = find_home(home).resolve()
    with TemporaryDirectory() as temporary:
        page = write_page(Path(temporary), subject, home=folder)
        return subprocess.run(
            voila_command(page, arguments), env=voila_environment(os.environ, folder), check=False
        ).returncode


def write_page(folder: Path, subject: str, *, home: Path) -> Path:
    """Write the explorer's notebook with a subject as its parameter.

    Parameters
    ----------
    folder : Path
        Gets the notebook.
    subject : str
    home : Path
        Workspace with the notebook; without it there, the supplied one is taken.

    Examples
    --------
    >>> with TemporaryDirectory() as folder:
    ...     page = write_page(Path(folder), "trade", home=find_home())
    ...     'subject: str = "trade"' in nbformat.read(page, as_version=4).cells[1].source
    True
    """
    source = home / PAGE if (home / PAGE).is_file() else supplied() / PAGE
    notebook = nbformat.read(source, as_version=4)
    (parameters,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    parameters.source = f'subject: str = "{subject}"'
    page = folder / "explorer.ipynb"
    nbformat.write(notebook, page)
    return page


def voila_command(page: Path, arguments: Sequence[str] = ()) -> list[str]:
    """Return the command that serves a notebook on this machine alone.

    Parameters
    ----------
    page : Path
    arguments : sequence of str
        Options of Voila; they come last and win.

    Examples
    --------
    >>> voila_command(Path("explorer.ipynb"), ["--port=8900"])[-1]
    '--port=8900'
    """
    quiet = ["--no-browser", "--Voila.ip=127.0.0.1", "--show_tracebacks=False"]
    return [sys.executable, "-m", "voila", str(page), *quiet, *arguments]


def voila_environment(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the environment of Voila: the workspace, and that nothing is saved.

    Examples
    --------
    >>> voila_environment({"HOME": "ann"}, Path("desk"))["EASTBOUND_READ_ONLY"]
    '1'
    """
    return {**environment, "EASTBOUND_HOME": str(home), READ_ONLY: "1"}
