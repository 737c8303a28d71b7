"""End every process of a run, even one that a notebook has detached and even if the run itself was killed.

A detached process has no living parent that could end it. All processes of a run therefore carry a mark in their
environment, which children inherit, and a guard outside the run's process group waits for the run to end. The module
is also the program of the guard; it imports nothing of the package, so that it starts fast.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

import psutil

MARK = "EASTBOUND_RUN"
_PATIENCE = 5.0  # seconds in which a dying process may still start another


@contextmanager
def guarded() -> Iterator[dict[str, str]]:
    """Yield the environment variable that marks the processes of a run; none of them outlives the block.

    Yields
    ------
    dict of str to str
        For the environment of every process that the block starts.
    """
    mark = uuid4().hex
    guard = subprocess.Popen(
        [sys.executable, "-I", __file__, mark],
        stdin=subprocess.PIPE,  # ends when this process does, however it ends
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is not for the guard
    )
    try:
        yield {MARK: mark}
    finally:
        with suppress(OSError):  # the guard may have been killed
            guard.communicate()


def _marked(mark: str) -> list[psutil.Process]:
    result = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):  # gone meanwhile, or another user's
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                result.append(process)
    return result


def _end(mark: str) -> None:
    """Kill all marked processes until none is left."""
    end = time.monotonic() + _PATIENCE
    while (processes := _marked(mark)) and time.monotonic() < end:
        for process in processes:
            with suppress(psutil.Error):
                process.kill()
        time.sleep(0.02)


if __name__ == "__main__":
    sys.stdin.buffer.read()  # returns when the run closes the pipe or dies
    _end(sys.argv[1])
