"""Start a server of ours, wait until it says that it runs, and end what was started here, and only that."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120  # seconds


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: list[str], *, cwd: Path, env: Mapping[str, str], sign: str) -> Iterator[None]:
    """A server that is up: its log has the sign. It is ended as a terminal ends it."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # a group of its own, so that only what was started here can be ended
    )
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_pump, args=(process.stderr, lines))
    reader.start()
    try:
        log = []
        while sign not in (log[-1] if log else ""):
            line = lines.get(timeout=PATIENCE)
            if line is None:
                message = f"the server ended:\n{''.join(log)}"
                raise AssertionError(message)
            log.append(line)
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=PATIENCE)
        reader.join()
        process.stderr.close()


def _pump(stream, lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)
