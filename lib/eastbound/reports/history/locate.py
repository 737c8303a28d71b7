"""Find the folders of runs: by id, by path, or as `latest` and `published`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from eastbound.errors import InputError, UnknownName
from eastbound.evaluation.ledger.chain import read_entries
from eastbound.reports.folder import run_order

LATEST: Final = "latest"
PUBLISHED: Final = "published"
_RUN: Final = re.compile(r"\d{8}T\d{6}Z(-\d+)?")


def run_folders(out: Path) -> list[Path]:
    """Return the folders of finished runs, oldest first.

    Examples
    --------
    >>> run_folders(Path("no-such-folder"))
    []
    """
    if not out.is_dir():
        return []
    return sorted(
        (path for path in out.iterdir() if _RUN.fullmatch(path.name) and path.is_dir()),
        key=lambda path: run_order(path.name),
    )


def find_run(text: str, out: Path, *, home: Path | None = None) -> Path:
    """Return the folder of a run.

    Parameters
    ----------
    text : str
        Id of a run, path of its folder, ``latest``, or ``published`` for the last published run of which the folder
        still exists.
    out : Path
        Folder of all runs.
    home : Path, optional
        Workspace, whose ledger knows what was published.

    Raises
    ------
    InputError
        If there is no such run.
    """
    folder = last_published(out, home=home) if text == PUBLISHED else out / text
    for path in (folder, Path(text)):
        if path is not None and (path / "manifest.json").is_file():
            return path.resolve()
    if text == PUBLISHED:
        message = f"no published run has its folder in {out}; publish one with `eastbound report --publish`."
        raise InputError(message)
    if text == LATEST:
        message = f"{out} has no `latest` run; make a report of every notebook first, or name a run."
        raise InputError(message)
    raise UnknownName("run", text, [LATEST, PUBLISHED, *(path.name for path in reversed(run_folders(out)))])


def since_run(text: str, out: Path, *, home: Path | None = None) -> Path | None:
    """Return the run that a report is compared with: the one named, else the last published one, if there is one.

    Raises
    ------
    InputError
        If a run is named that is not there.
    """
    return find_run(text, out, home=home) if text else last_published(out, home=home)


def last_published(out: Path, *, home: Path | None = None) -> Path | None:
    """Return the folder of the last published run that still exists, None without one."""
    folders = (out / entry["run"] for entry in reversed(read_entries(home)))
    return next((folder for folder in folders if (folder / "manifest.json").is_file()), None)
