"""A tiny workspace whose report has two pages, and runs of it in processes that are forked ready to start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from eastbound.cli.command import main

_MARK = "EASTBOUND_TEST_MARK"
_PARAMETERS = {
    "10_first": 'scenario: str = "baseline"  # scenario\nas_of: str = None  # day\n',
    "20_second": "as_of: str = None  # day\n",
}
_CELLS = ("exec(open('../params/fault.py').read())", "print([number**2 for number in range(200)])", "print('END')")
_LIMIT = 300.0  # seconds after which a run counts as hanging: a busy machine is no defect
_GONE = 10.0  # seconds in which the processes of a killed run must end


@dataclass(frozen=True)
class Desk:
    """A workspace with its own folders for runs, cache and temporary files.

    `home / "params" / "fault.py"` runs in the first cell of `20_second` and `10_first`.
    """

    home: Path
    out: Path
    cache: Path
    scratch: Path

    @property
    def fault(self) -> Path:
        """The file that the first cell of every page executes."""
        return self.home / "params" / "fault.py"


def make_desk(root: Path, *, disk: Path | None = None) -> Desk:
    """Lay out the workspace below `root`; runs and cache go to `disk` if one is given."""
    home, where = root / "home", disk or root
    for name in ("notebooks", "params/scenarios"):
        (home / name).mkdir(parents=True)
    (home / "params" / "scenarios" / "baseline.yml").write_text("name: baseline\ntitle: Baseline\n", encoding="utf-8")
    for name, parameters in _PARAMETERS.items():
        tagged = new_code_cell(parameters, metadata={"tags": ["parameters"]})
        cells = [new_markdown_cell(f"# {name}\n\nA page."), tagged, *map(new_code_cell, _CELLS)]
        for number, cell in enumerate(cells):
            cell["id"] = f"cell-{number}"
        nbformat.write(new_notebook(cells=cells), home / "notebooks" / f"{name}.ipynb")
    desk = Desk(home, where / "out", where / "cache", root / "tmp")
    desk.scratch.mkdir()
    desk.fault.write_text("pass\n", encoding="utf-8")
    return desk


@dataclass
class Process:
    """A running report: its process id, and the mark that all its processes carry."""

    pid: int
    mark: str
    log: Path

    def wait(self) -> int:
        """Wait for the end and return the exit code, negative for a signal; a run that hangs is killed."""
        end = time.monotonic() + _LIMIT
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        message = f"the run did not end within {_LIMIT:.0f} s"
        raise AssertionError(message)

    def kill(self) -> int:
        """Kill the process that owns the run, as `kill -9` does, and return its exit code."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def text(self) -> str:
        """Return what the run wrote to its terminal."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def start(desk: Desk, *options: str, settings: dict[str, str] | None = None) -> Process:
    """Start `eastbound report` in a fork of this process, which has everything imported."""
    mark, log = uuid4().hex, desk.scratch.parent / "log"
    pid = os.fork()
    if pid:
        return Process(pid, mark, log)
    code = 70
    try:
        os.setsid()
        # a lock that the campaign holds would be held by this fork too, which then waits for itself
        os.closerange(3, 1024)
        handle = os.open(log, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        own = {_MARK: mark, "TMPDIR": str(desk.scratch), "EASTBOUND_CACHE": str(desk.cache)}
        os.environ.update({**own, "EASTBOUND_HOME": str(desk.home), **(settings or {})})
        _forget_driver()
        code = main(["report", "--home", str(desk.home), "--out", str(desk.out), *options])
    finally:
        os._exit(code)


def run(desk: Desk, *options: str) -> int:
    """Run a report to its end and return the exit code."""
    return start(desk, *options).wait()


def left(process: Process) -> list[str]:
    """Return the command lines of what is still alive of a run some seconds after its end."""
    end = time.monotonic() + _GONE
    while time.monotonic() < end:
        names = _alive(process.mark)
        if not names:
            return []
        time.sleep(0.02)
    return names


def pages(folder: Path) -> dict[str, bytes]:
    """Return the files of a run: without manifest and log, and executed notebooks without the times of their cells."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in ("manifest.json", "log.jsonl"))
    return {path.relative_to(folder).as_posix(): _timeless(path) for path in files}


def _timeless(path: Path) -> bytes:
    if path.suffix != ".ipynb":
        return path.read_bytes()
    content = json.loads(path.read_bytes())
    cells = [(cell["source"], cell.get("outputs")) for cell in content["cells"]]
    return json.dumps(cells).encode()


def newest(desk: Desk) -> dict[str, bytes]:
    """Return the files of the run that `latest` names."""
    return pages(desk.out / "latest")


def litter(desk: Desk) -> list[str]:
    """Return temporary files and folders of dead runs, which a finished run must not leave."""
    scratch = [path.name for path in desk.scratch.iterdir()]
    hidden = [path for path in desk.out.iterdir() if path.name.startswith(".") and path.name != ".latest.lock"]
    partial = [path.name for path in [*hidden, *desk.out.glob("*.partial")]]
    work = [path.name for path in desk.cache.rglob(".*")]
    return [*scratch, *partial, *work]


def empty(desk: Desk) -> None:
    """Remove runs, cache and temporary files."""
    for folder in (desk.out, desk.cache, desk.scratch):
        for path in folder.iterdir() if folder.is_dir() else ():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until a condition holds; return whether it did within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


def processes(mark: str) -> list[psutil.Process]:
    """Return the living processes of a run."""
    result = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(_MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                result.append(process)
        except (psutil.Error, OSError):
            continue
    return result


def _alive(mark: str) -> list[str]:
    names = []
    for process in processes(mark):
        try:
            names.append(" ".join(process.cmdline())[-80:])
        except (psutil.Error, OSError):
            continue
    return names


def _forget_driver() -> None:
    """Forget what this fork has of its driver and the command has not: workers would run its main module."""
    import sys
    import tempfile

    tempfile.tempdir = None
    for name in ("__file__", "__spec__"):
        setattr(sys.modules["__main__"], name, None)
