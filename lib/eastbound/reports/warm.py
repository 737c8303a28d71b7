"""Fork kernels from a server that has everything imported, so that they start in a moment instead of seconds.

The server is Python's own forkserver, one per process that asks: it ends with
that process, whatever happens to it. A kernel is a child of the server, ends
with the process that asked for it, and is otherwise an ordinary ipykernel.
"""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import os
import signal
import site
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from eastbound.reports.memory_limit import limit_memory
from eastbound.reports.processes import die_with_parent, leave_output
from eastbound.reports.reads import note_reads

# Forks with system frameworks loaded are safe on Linux alone.
AVAILABLE = sys.platform == "linux"

_PACKAGE: Final = Path(__file__).resolve().parents[1]
# What notebooks use; a module that is missing here costs time, not correctness.
_STACK = [
    "eastbound.reports.warm_stack",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib.pyplot",
    "seaborn",
    "eastbound.reports.warm",
]


_kernels: WeakSet[ForkServerProcess] = WeakSet()
_loaded: list[str] = []  # what the server of this process has imported, see `_code_state`


def start_server() -> None:
    """Start the fork server of this process without waiting until it is ready."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_STACK)
    _loaded[:] = [_code_state()]
    ensure_running()


def _renew_server() -> None:
    """Start the server, or start it anew once the code or the installed packages have changed.

    While a kernel of it runs it stays: kernels end with their server.
    """
    if _loaded == [_code_state()] or any(kernel.is_alive() for kernel in _kernels):
        return
    if _loaded:
        # the standard library offers no other way to end it; its name is the same since Python 3.9
        forkserver._forkserver._stop()  # type: ignore[attr-defined]
    start_server()


def _code_state() -> str:
    """Return a hash over size and time of change of every module, and over the folders that packages are installed in.

    Contents are not read: this runs before each notebook.
    """
    modules = sorted(_PACKAGE.rglob("*.py"))
    folders = [Path(folder) for folder in site.getsitepackages() if Path(folder).is_dir()]
    state = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in (*modules, *folders)]
    return sha256(repr(state).encode("utf-8", "surrogateescape")).hexdigest()


class ForkedKernel(LocalProvisioner):
    """Launch kernels as children of this process's server."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Fork a kernel; `cmd` is the interpreter, the script that starts a kernel, and its arguments."""
        _renew_server()
        folder = options.get("cwd") or os.getcwd()
        # a daemon, so that the parent does not wait for it when it exits
        child = ForkServerProcess(target=serve, args=(cmd[2:], options["env"], folder), daemon=True)
        child.start()
        _kernels.add(child)
        self.process = Child(child)  # type: ignore[assignment]
        self.pid = self.pgid = child.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and wait for its end, which jupyter_client would look for every tenth of a second."""
        await super().kill(restart)
        if self.process is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.process.wait)


class Child:
    """Offer the part of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Wait for the end and return the exit code."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self._process.pid or 0, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()


def serve(arguments: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
    """Become a kernel. Runs in the forked child."""
    multiprocessing.current_process().daemon = False  # to itself: notebooks may start processes
    os.setsid()  # a Ctrl-C on the terminal is for the parent, which ends its kernels
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent()
    leave_output(errors=False)
    limit_memory()
    note_reads()
    # Python seeds its own generator after a fork; numpy's would give every kernel of a server the same numbers
    importlib.import_module("numpy").random.seed()
    # The package was imported before there was a shell to suit, see `eastbound.notebook`.
    suited = "--ext=eastbound"
    importlib.import_module("ipykernel.kernelapp").launch_new_instance(argv=[*arguments, "--quiet", suited])
