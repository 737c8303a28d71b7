"""Copy a finished run under a new id when a run of the same state would have the same bytes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from eastbound.ensemble.cache import cache_folder, read_checked, write_checked
from eastbound.errors import EastboundError, WriteError
from eastbound.files import write_text
from eastbound.reports.digests import MODULE
from eastbound.reports.folder import close_run, open_run, runs_folder
from eastbound.reports.reads import content_digest
from eastbound.reports.repeat.state import COPIED, run_state
from eastbound.reports.resume import Asked
from eastbound.reports.site.runs_page import write_runs_page
from eastbound.reports.unattended.log import log_event, log_run
from eastbound.reports.versions import versions
from eastbound.scenarios.home import find_home

SHELF: Final = "runs"
_SCHEMA: Final = "repeat/1"
_MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Repeated:
    """Describe a run whose pages were all copied from an earlier one.

    Parameters
    ----------
    record : mapping
        As `Run.as_record` returns it.
    notices : sequence of str
        Lines of its text on what needs attention.
    """

    record: Mapping[str, Any]
    notices: Sequence[str]

    def as_text(self) -> str:
        """Return the run as text, in the words of `Run.as_text`."""
        count = len(self.record["pages"])
        ready = f"{count} of {count} pages ready, {count} unchanged, in {self.record['seconds']['total']:.0f} s"
        return "\n".join([*self.notices, ready, str(Path(self.record["folder"], "index.html"))])


def note_run(
    asked: Asked, record: Mapping[str, Any], *, home: Path, source: Path, reads: Mapping[str, str], newest: bool,
    notices: Sequence[str],
) -> None:  # fmt: skip
    """Note the state that a finished run was made from; only a run without any failure or alert is noted.

    Parameters
    ----------
    asked : Asked
        What it was asked for.
    record : mapping
        From `Run.as_record`.
    home, source : Path
        The private copy of the workspace, and the workspace.
    reads : mapping of str to str
        The digest of each file that its kernels read, and of each module that they loaded.
    newest : bool
        Whether `latest` may point at it.
    notices : sequence of str
        From `Run.notices`.
    """
    folder = Path(record["folder"])
    if not asked.request or asked.alert or asked.run or record["exit_code"]:
        return
    state = run_state(asked.request, home=home, source=source, out=folder.parent, day=folder.name[:8])
    if state is None:
        return
    # files of the workspace and modules of the package are part of the state
    covered = (*(f"{folder}/" for folder in COPIED), MODULE)
    elsewhere = {name: digest for name, digest in reads.items() if not name.startswith(covered)}
    note = {"schema": _SCHEMA, "record": dict(record), "reads": elsewhere, "newest": newest, "notices": list(notices)}
    with suppress(WriteError):  # which costs only the time of planning the same run again
        write_checked(_path(state), json.dumps(note).encode())


def repeat_run(request: Mapping[str, Any], *, home: Path | None, out: Path | None) -> Repeated | None:
    """Copy the run that was made from the present state of everything; None if there is none.

    Every file of that run is compared with its manifest first, so that a damaged page is made again.

    Parameters
    ----------
    request : mapping
        The record of a `Request`.
    home, out : Path, optional
        The workspace, and the folder for runs.
    """
    started = perf_counter()
    source = find_home(home)
    out = runs_folder(source, out)
    state = run_state(request, home=source, source=source, out=out, day=f"{datetime.now(UTC):%Y%m%d}")
    content = read_checked(_path(state)) if state else None
    if content is None:
        return None
    note = json.loads(content)
    earlier = Path(note["record"]["folder"])
    manifest = _intact(earlier)
    changed = [name for name, digest in note["reads"].items() if content_digest(source / name) != digest]
    if note["schema"] != _SCHEMA or manifest is None or changed:
        return None
    with open_run(out, Asked(request)) as (run_id, work), log_run(work, run_id):
        log_event("planned", pages=len(manifest["pages"]), skipped=[], same_as=earlier.name)
        for name in manifest["outputs"]:
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(earlier / name, work / name)
        for page in note["record"]["pages"]:
            log_event("page unchanged", page=page)
        seconds = {"simulate": 0.0, "pages": 0.0, "total": round(perf_counter() - started, 3)}
        write_text(work / _MANIFEST, _manifest(manifest, run=run_id, seconds=seconds))
        fields = {"run": run_id, "folder": str(out / run_id), "seconds": seconds, "shares": {}}
        repeated = Repeated({**note["record"], **fields}, note["notices"])
        log_event("run finished", run=run_id, exit_code=0, seconds=seconds["total"])
        close_run(work, newest=note["newest"])
    with suppress(EastboundError):  # the run is complete; the next one writes the page on all runs again
        write_runs_page(out)
    return repeated


def _intact(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a run of which every file is as it was written."""
    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_bytes())
        outputs = manifest["outputs"].items()
        same = all(digest == f"sha256:{sha256((folder / name).read_bytes()).hexdigest()}" for name, digest in outputs)
    except (OSError, ValueError, KeyError):
        return None
    return manifest if same else None


def _manifest(earlier: Mapping[str, Any], *, run: str, seconds: Mapping[str, float]) -> str:
    pages = [{**page, "made_because": None, "seconds": {"total": 0.0}} for page in earlier["pages"]]
    own = {"run": run, "pages": pages, "seconds": dict(seconds), "shares": {}, "versions": versions()}
    return json.dumps({**earlier, **own}, indent=2, ensure_ascii=False) + "\n"


def _path(state: str) -> Path:
    return cache_folder() / SHELF / state
