"""Folders of runs: unique names, published whole, `latest` switched in one step."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from eastbound.errors import InputError

_UNFINISHED = ".partial"


def open_run(out: Path) -> tuple[str, Path]:
    """Make the working folder of a new run.

    Parameters
    ----------
    out : Path
        Folder for runs.

    Returns
    -------
    str, Path
        Id of the run (UTC time, sortable) and its folder ``<id>.partial``.

    Raises
    ------
    InputError
        If nothing can be written there.
    """
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    for number in count(1):
        run_id = moment if number == 1 else f"{moment}-{number}"
        work = out / f"{run_id}{_UNFINISHED}"
        try:
            work.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            message = f"cannot write to {out}: {error.strerror}. Choose another folder with --out."
            raise InputError(message) from error
        if not (out / run_id).exists():  # a run of the same second may just have been renamed
            return run_id, work
        work.rmdir()
    raise AssertionError


def close_run(work: Path, *, newest: bool) -> Path:
    """Give a run its final name, and let `latest` point at it if it is complete.

    Parameters
    ----------
    work : Path
        Folder from `open_run`.
    newest : bool
        Whether every page was made without failure.

    Returns
    -------
    Path
        The folder of the run.
    """
    folder = work.with_name(work.name.removesuffix(_UNFINISHED))
    work.rename(folder)
    if newest:
        _point_latest(folder)
    return folder


def _point_latest(folder: Path) -> None:
    # A new link beside the old one, then one rename: a reader sees the former run or this one, never none.
    link = folder.with_name(f".latest-{folder.name}")
    try:
        link.symlink_to(folder.name, target_is_directory=True)
    except OSError:
        if os.name != "nt":
            raise
        # Windows grants links to few users
        folder.with_name("latest.json").write_text(json.dumps({"run": folder.name}), encoding="utf-8")
        return
    link.replace(folder.with_name("latest"))
