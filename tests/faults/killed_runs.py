"""Kill `eastbound report` at a chosen moment and look at what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

import psutil

_MARK = "EASTBOUND_TEST_MARK"
# a process started in the background ignores SIGINT; a person's does not
_ENTRY = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);from eastbound.cli import entry; entry()"
)


def members(mark: str) -> list[int]:
    """Return the living processes of a run, wherever they hang in the tree."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(_MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def start(home: Path, *options: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start a report of a workspace; return it and the mark of its process tree."""
    mark = uuid4().hex
    command = [sys.executable, "-c", _ENTRY, "report", "--home", str(home), *options]
    environment = {**os.environ, _MARK: mark}
    nothing = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, stdout=nothing, stderr=nothing, start_new_session=True), mark


def kill_after(home: Path, seconds: float, number: signal.Signals, *options: str) -> list[int]:
    """Run a report, send it a signal after some time, and return what is alive five seconds later."""
    process, mark = start(home, *options)
    try:
        sleep(seconds)
        # Ctrl-C reaches the whole group of a terminal, the others one process
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    except ProcessLookupError:
        pass
    end = monotonic() + 5
    while members(mark) and monotonic() < end:
        process.poll()
        sleep(0.05)
    left = members(mark)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    process.wait()
    return left


def check_folder(home: Path) -> None:
    """Assert that `latest` names a whole run, or nothing does."""
    latest = home / "reports" / "latest"
    if latest.is_symlink():
        assert (latest / "manifest.json").is_file()
        assert (latest / "index.html").is_file()
