"""What a driver and the workers of a cluster pass to each other: a packed workspace, tasks, finished pages."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from eastbound.files import write_bytes
from eastbound.reports.digests import package_digest
from eastbound.reports.page_cache import CachedPage
from eastbound.reports.snapshot import Snapshot
from eastbound.reports.versions import versions
from eastbound.reports.worker import Outcome, Task

# What pages read of a workspace; earlier runs, tests and code stay where they are.
_SENT: Final = ("notebooks", "params", "data", "views", "forecasts", "ledger", "outside")
_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip file can hold


@dataclass(frozen=True)
class Made:
    """Hold a page that was made elsewhere.

    Parameters
    ----------
    outcome : Outcome
        How it went.
    files : mapping of str to bytes
        By path from the run's folder.
    cached : CachedPage or None
        Its entry for the cache of pages; None if it failed or the driver's cache has it.
    """

    outcome: Outcome
    files: Mapping[str, bytes]
    cached: CachedPage | None


def pack_workspace(snapshot: Snapshot) -> bytes:
    """Return a zip file of what pages read of a workspace; the same files give the same bytes.

    Parameters
    ----------
    snapshot : Snapshot
        Of the plan.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for folder in _SENT:
            root = snapshot.folder / folder
            for path in sorted(path for path in root.rglob("*") if path.is_file()):
                about = zipfile.ZipInfo(path.relative_to(snapshot.folder).as_posix(), _STAMP)
                bundle.writestr(about, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpack_workspace(content: bytes, folder: Path) -> None:
    """Write the files of `pack_workspace` into a folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        bundle.extractall(folder)


def portable_task(task: Task) -> Task:
    """Return a task with paths from the workspace, which every machine can complete.

    Parameters
    ----------
    task : Task
        Of the driver.
    """
    notebook = Path(os.path.relpath(task.notebook, task.home))
    return replace(task, notebook=notebook, home=Path(), folder=Path())


def settled_task(task: Task, *, home: Path, folder: Path) -> Task:
    """Return a task of `portable_task` with the paths of this machine.

    Parameters
    ----------
    task : Task
    home : Path
        The unpacked workspace.
    folder : Path
        An empty folder for the page.
    """
    return replace(task, notebook=home / task.notebook, home=home, folder=folder)


def collect_files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file of a folder by its path from there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of `collect_files` into the folder of a run.

    Parameters
    ----------
    folder : Path
    files : mapping of str to bytes
        By path from the folder.

    Raises
    ------
    WriteError
        If the disk is full or the folder cannot be written.
    """
    for name, content in files.items():
        write_bytes(folder / name, content)


def software() -> dict[str, str]:
    """Return what must be the same on two machines whose pages have the same bytes: code, Python, packages."""
    numbers = {name: str(number) for name, number in versions().items() if name not in ("git", "platform")}
    return {**numbers, "code of eastbound": package_digest()[:12], "byte order": sys.byteorder}
