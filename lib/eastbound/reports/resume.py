"""Note what an unfinished run was asked for, so that `report --resume` can finish it under its id.

The note stands beside the run's working folder, ``.<id>.request.json``. It goes when this run or a later one is
finished, so it is there after a kill, a full disk or Ctrl-C.
Finished pages are in the cache of pages; the note only lists which of them a run with ``--force`` has made anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from eastbound.errors import InputError
from eastbound.files import locked, write_text
from eastbound.reports.processes import owner_path

UNFINISHED: Final = ".partial"
_REQUEST: Final = ".request.json"
_PAGES: Final = ".pages"
_SCHEMA: Final = "request/2"


@dataclass(frozen=True)
class Asked:
    """Hold what a run was asked for, and what a killed process has done of it.

    Parameters
    ----------
    request : mapping
        The request as a JSON record.
    force : bool
        Whether every page is to be made anew.
    run : str
        Id of the unfinished run that is to be finished; empty for a new run.
    finished : frozenset of str
        Pages that it had made.
    alert : bool
        Whether alerts are checked; a raised one, or stale figures, give exit code 3.
    """

    request: Mapping[str, Any] = field(default_factory=dict)
    force: bool = False
    run: str = ""
    finished: frozenset[str] = frozenset()
    alert: bool = False


def note_request(out: Path, run: str, asked: Asked) -> None:
    """Write the note of a run that begins."""
    record = {"schema": _SCHEMA, "run": run, "force": asked.force, "alert": asked.alert, "request": dict(asked.request)}
    write_text(_note(out, run, _REQUEST), json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def note_page(out: Path, run: str, page: str) -> None:
    """Add a finished page to the note of a run."""
    # a line that a kill cuts short names no page
    with suppress(OSError), _note(out, run, _PAGES).open("a", encoding="utf-8") as file:
        file.write(f"{page}\n")


def forget_requests(out: Path, run: str) -> None:
    """Remove the notes of a finished run, and of all others that no living process works on."""
    for other in _noted_runs(out):
        if other == run or not _is_alive(out, other):
            for ending in (_REQUEST, _PAGES):
                with suppress(OSError):
                    _note(out, other, ending).unlink(missing_ok=True)


def find_unfinished(out: Path, name: str = "") -> Asked:
    """Return what an unfinished run was asked for.

    Parameters
    ----------
    out : Path
        Folder for runs.
    name : str
        Id of the run; empty for the newest one.

    Raises
    ------
    InputError
        If there is no such run, or a living process works on it.
    """
    runs = [run for run in _noted_runs(out) if not (out / run).exists()]
    if not runs or (name and name not in runs):
        which = f"`{name}` is no unfinished run" if name else "there is no unfinished run"
        known = f" Unfinished: {', '.join(runs)}." if runs else ""
        message = f"{which} in {out}; start the report without --resume, finished pages are kept.{known}"
        raise InputError(message)
    run = name or runs[-1]
    if _is_alive(out, run):
        message = f"run `{run}` in {out} is still being made by another process; wait for it to end."
        raise InputError(message)
    record = _record(out, run)
    pages = _note(out, run, _PAGES)
    finished = pages.read_text(encoding="utf-8").splitlines() if pages.is_file() else []
    return Asked(record["request"], record["force"], run, frozenset(finished), record["alert"])


def _record(out: Path, run: str) -> dict[str, Any]:
    path = _note(out, run, _REQUEST)
    try:
        record = _migrated(json.loads(path.read_text(encoding="utf-8")))
        if record["schema"] == _SCHEMA:
            marks = {name: bool(record[name]) for name in ("force", "alert")}
            return {"request": dict(record["request"]), **marks}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    message = f"`{path}` cannot be read; start the report without --resume, finished pages are kept."
    raise InputError(message)


def _migrated(record: dict[str, Any]) -> dict[str, Any]:
    """Return a note of an older version of the package in the format of this one: alerts came with ``request/2``."""
    return {**record, "schema": _SCHEMA, "alert": False} if record["schema"] == "request/1" else record


def _noted_runs(out: Path) -> list[str]:
    return sorted(path.name[1 : -len(_REQUEST)] for path in out.glob(f".*{_REQUEST}"))


def _is_alive(out: Path, run: str) -> bool:
    """Return whether a living process holds the working folder of a run."""
    owner = owner_path(out / f"{run}{UNFINISHED}")
    if not owner.exists():
        return False
    with locked(owner) as free:
        return not free


def _note(out: Path, run: str, ending: str) -> Path:
    return out / f".{run}{ending}"
