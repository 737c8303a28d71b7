"""Create run folders: each has a unique name, appears only when complete, and moves `latest` atomically."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import sleep
from typing import Final

from eastbound.errors import InputError, WriteError
from eastbound.files import explained, flush_folder, locked, write_text
from eastbound.reports.processes import own_folder, sweep
from eastbound.reports.resume import UNFINISHED, Asked, forget_requests, note_request

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def runs_folder(home: Path, out: Path | None) -> Path:
    """Return the folder for runs: the one given, else `reports` in the workspace.

    Examples
    --------
    >>> runs_folder(Path("/desk"), None).as_posix(), runs_folder(Path("/desk"), Path("/out")).as_posix()
    ('/desk/reports', '/out')
    """
    # the workspace inside an installed package may be read-only, and an update would delete its reports
    base = Path.cwd() if home.resolve().is_relative_to(_PACKAGE) else home
    return (Path(out) if out is not None else base / "reports").absolute()  # workers run elsewhere


@contextmanager
def open_run(out: Path, asked: Asked | None = None) -> Iterator[tuple[str, Path]]:
    """Make the working folder of a run; it is removed at the end of the block unless `close_run` named it.

    Working folders of runs whose process died are removed first.

    Parameters
    ----------
    out : Path
        Folder for runs.
    asked : Asked, optional
        What the run is asked for, noted for `find_unfinished`; it may name an unfinished run, whose id is taken.

    Yields
    ------
    str, Path
        Id of the run (UTC time, sortable) and its folder ``<id>.partial``.

    Raises
    ------
    InputError
        If nothing can be written there, or another process finishes the same run.
    """
    asked = asked or Asked()
    sweep(out, f"*{UNFINISHED}")
    for run_id in [asked.run] if asked.run else _new_ids():
        if (out / run_id).exists():  # a run of the same second that has ended
            continue
        work = out / f"{run_id}{UNFINISHED}"
        try:
            held = own_folder(work)
        except FileExistsError:
            continue
        except (OSError, WriteError) as error:
            reason = getattr(error, "strerror", None) or error
            message = f"cannot write to {out}: {reason}. Choose another folder with --out."
            raise InputError(message) from error
        with held:
            note_request(out, run_id, asked)
            yield run_id, work
        return
    message = f"run `{asked.run}` in {out} is finished, or another process works on it; nothing is left to resume."
    raise InputError(message)


def _new_ids() -> Iterator[str]:
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    return (moment if number == 1 else f"{moment}-{number}" for number in count(1))


def close_run(work: Path, *, newest: bool) -> Path:
    """Give a run its final name, and let `latest` point at it if it may.

    Parameters
    ----------
    work : Path
        Folder from `open_run`.
    newest : bool
        Whether it is a full report without failure; `latest` never moves to an older run.

    Returns
    -------
    Path
        The folder of the run.
    """
    folder = work.with_name(work.name.removesuffix(UNFINISHED))
    with explained(folder):
        flush_folder(work)
        work.rename(folder)
        if newest:
            _point_latest(folder)
    forget_requests(folder.parent, folder.name)
    return folder


def _point_latest(folder: Path) -> None:
    with latest_lock(folder.parent):
        current = latest_run(folder.parent)
        if current is None or run_order(current) < run_order(folder.name):
            _switch(folder)


@contextmanager
def latest_lock(out: Path) -> Iterator[None]:
    """Wait for the lock of `latest` in a folder for runs: two runs that end together must not overtake each other."""
    while True:
        with locked(out / ".latest.lock") as free:
            if free:
                yield
                return
        sleep(0.01)


def latest_run(out: Path) -> str | None:
    """Return the run that `latest` names, None if there is none any more."""
    link, record = out / "latest", out / "latest.json"
    if link.is_symlink():
        name = os.readlink(link)
    elif record.is_file():
        name = json.loads(record.read_text(encoding="utf-8"))["run"]
    else:
        return None
    return name if (out / name).is_dir() else None


def run_order(run_id: str) -> tuple[str, int]:
    """Return the sort key of a run's id: its second, then its number within the second.

    Examples
    --------
    >>> run_order("20261128T060000Z-10") > run_order("20261128T060000Z-2") > run_order("20261128T060000Z")
    True
    """
    moment, _, number = run_id.partition("-")
    return moment, int(number) if number.isdigit() else 1


def _switch(folder: Path) -> None:
    # A new link beside the old one, then one rename: a reader sees the former run or this one, never none.
    link = folder.with_name(f".latest-{folder.name}")
    for left in folder.parent.glob(".latest-*"):  # of a run that was killed at this point; the lock is ours
        left.unlink(missing_ok=True)
    try:
        link.symlink_to(folder.name, target_is_directory=True)
    except OSError:
        if os.name != "nt":
            raise
        # Windows grants links to few users
        write_text(folder.with_name("latest.json"), json.dumps({"run": folder.name}))
        return
    link.replace(folder.with_name("latest"))
