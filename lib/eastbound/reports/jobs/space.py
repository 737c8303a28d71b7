"""Compare the free space of a disk with what a report needs, before anything starts."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_PAGE_BYTES: Final = 4_000_000  # HTML, notebook and workbook of the largest page, where no earlier run tells
_MARGIN: Final = 1.25
_MB: Final = 10**6


def needed_bytes(out: Path, pages: int) -> int:
    """Return the space that a run needs: its pages at the mean size of those of the newest run, and a margin.

    Parameters
    ----------
    out : Path
        Folder for runs.
    pages : int
        Pages of the run.

    Examples
    --------
    >>> needed_bytes(Path("no", "such", "folder"), 2)
    10000000
    """
    return int(pages * (_page_bytes(out) or _PAGE_BYTES) * _MARGIN)


def space_fault(out: Path, *, needed: int) -> str:
    """Return why the disk of a folder is too full for a run, or an empty text.

    Parameters
    ----------
    out : Path
        Folder for runs; it need not exist yet.
    needed : int
        Bytes.

    Examples
    --------
    >>> space_fault(Path("."), needed=0)
    ''
    """
    free = free_bytes(out)
    if free >= needed:
        return ""
    return (
        f"the disk of `{out}` has {free / _MB:,.0f} MB free, and the report needs about {needed / _MB:,.0f} MB; free "
        "some space or choose another folder with --out."
    )


def free_bytes(folder: Path) -> int:
    """Return the free space of the disk that a folder is on, or will be on."""
    existing = next((path for path in (folder, *folder.parents) if path.exists()), Path.cwd())
    return shutil.disk_usage(existing).free


def _page_bytes(out: Path) -> float:
    """Return the mean size of a page of the newest run; 0 if there is none."""
    runs: Sequence[Path] = sorted(path for path in out.glob("[0-9]*Z*") if (path / "manifest.json").is_file())
    if not runs:
        return 0.0
    files = [path for path in runs[-1].rglob("*") if path.is_file()]
    pages = sum(path.suffix == ".html" and path.name != "index.html" for path in files)
    return sum(path.stat().st_size for path in files) / pages if pages else 0.0
