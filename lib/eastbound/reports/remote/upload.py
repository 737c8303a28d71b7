"""Copy a finished run to an address: its files first, its manifest next to last, the pointer `latest.json` last.

Object stores have neither renames nor links. A reader who follows ``latest.json`` finds a complete run at any moment,
and a folder without ``manifest.json`` is a copy that was cut short.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eastbound.errors import ServiceError
from eastbound.reports.folder import run_order
from eastbound.reports.remote.addresses import hidden, open_address, reason

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_LAST: Final = "manifest.json"
_POINTER: Final = "latest.json"


def upload_run(folder: Path, address: str, *, newest: bool) -> str:
    """Copy a finished run to an address, and let ``latest.json`` there name it if it may.

    Parameters
    ----------
    folder : Path
        The finished run.
    address : str
        Address of fsspec for runs, such as ``s3://bucket/prefix``.
    newest : bool
        Whether ``latest.json`` may name it; it never moves to an older run.

    Returns
    -------
    str
        Address of the index page.

    Raises
    ------
    InputError
        If the address is none.
    ServiceError
        If the store refuses or stops to answer; the local run is as it was.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp(), "20261128T060000Z")
    >>> folder.mkdir()
    >>> _ = (folder / "index.html").write_text("<title>Report</title>")
    >>> upload_run(folder, "memory://doctest", newest=True)
    'memory://doctest/20261128T060000Z/index.html'
    """
    fs, root = open_address(address, option="--out")
    files = sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: (path.name == _LAST, path))
    try:
        for path in files:
            _put(fs, path, f"{root}/{folder.name}/{path.relative_to(folder).as_posix()}")
        if newest:
            _point(fs, root, folder.name)
    except Exception as error:  # clients of stores raise errors of their own, outside OSError
        message = (
            f"the run could not be copied to `{hidden(address)}`: {reason(error)}. It is complete in `{folder}`; run "
            "the same command again when the store answers: finished pages are not made twice."
        )
        raise ServiceError(message) from error
    return f"{hidden(address).rstrip('/')}/{folder.name}/index.html"


def _put(fs: AbstractFileSystem, path: Path, target: str) -> None:
    _make_parent(fs, target)
    fs.put_file(str(path), target)


def _make_parent(fs: AbstractFileSystem, target: str) -> None:
    # a store of objects has no folders, and s3fs would make a missing bucket instead
    if "file" in fs.protocol:
        fs.makedirs(target.rpartition("/")[0], exist_ok=True)


def _point(fs: AbstractFileSystem, root: str, run: str) -> None:
    target = f"{root}/{_POINTER}"
    fs.invalidate_cache()
    if fs.exists(target):
        current: dict[str, Any] = json.loads(fs.cat_file(target))
        if run_order(str(current["run"])) >= run_order(run):
            return
    _make_parent(fs, target)
    fs.pipe_file(target, json.dumps({"schema": "latest/1", "run": run}).encode())
