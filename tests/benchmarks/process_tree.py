"""Run a command with every process it starts: wall time, processor time of all of them, peak memory (Linux)."""

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import psutil

_PR_SET_CHILD_SUBREAPER = 36
_INTERVAL = 0.5  # seconds between two looks at the memory
_HERE = os.path.abspath(__file__)


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and processor time, peak memory in bytes, and what the command printed."""

    wall: float
    processor: float
    memory: int
    output: str

    def __str__(self):
        return f"{self.wall:7.1f} s wall, {self.processor:7.1f} s processor, {self.memory / 1e9:4.1f} GB at most"


def cost(command, *, environment, folder):
    """Run a command to its end and return what it and all its descendants took."""
    done = subprocess.run(
        [sys.executable, _HERE, *map(str, command)], env=environment, cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr[-4000:]}")
    *output, last = done.stdout.splitlines()
    return Cost(**json.loads(last), output="\n".join(output))


def _watch(peak, ended):
    while not ended.wait(_INTERVAL):
        total = 0
        for process in psutil.Process().children(recursive=True):
            try:
                total += process.memory_full_info().pss  # shared pages count once
            except psutil.Error:
                continue
        peak[0] = max(peak[0], total)


def main(command):
    """Adopt orphans, such as a server of kernels whose worker has ended, so that their time counts too."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    peak, ended = [0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, ended))
    started = time.perf_counter()
    child = subprocess.Popen(command)
    watcher.start()
    code = child.wait()
    wall = time.perf_counter() - started
    ended.set()
    watcher.join()
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"wall": wall, "processor": used.ru_utime + used.ru_stime, "memory": peak[0]}))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
