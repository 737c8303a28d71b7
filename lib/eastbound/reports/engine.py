"""Provide the papermill engines `eastbound` and `eastbound-warm`: kernels of this interpreter, private sockets, times.

They also work by themselves, on any notebook: ``papermill --engine eastbound-warm in.ipynb out.ipynb``. A warm kernel
is forked from a server that has everything imported, which pays from the third notebook of a process on.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.engines import Engine as PapermillEngine
from papermill.log import logger

from eastbound.ensemble.store import cache_folder
from eastbound.language import ENGLISH, MISSES, noted_misses
from eastbound.language import VARIABLE as LANGUAGE
from eastbound.reports.client import Client
from eastbound.reports.connection import Connection
from eastbound.reports.reads import VARIABLE, noted, noted_modules
from eastbound.reports.unattended.secrets import mask, secrets_of
from eastbound.reports.warm import AVAILABLE, ForkedKernel

_PACKAGE = Path(__file__).resolve().parents[1]
_START = Path(__file__).with_name("kernel_start.py")
_NOTES = "reads"
_MISSED = "missed"
_LONGEST_SOCKET = 100  # characters in the path of a Unix socket: macOS takes 103, Linux 107
CELL_SECONDS = 1800  # no cell of a report needs longer; one that does is stuck

# One thread per kernel: notebooks run side by side, and sums must not depend on the core count.
THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


class Kernel(AsyncKernelManager):
    """Start a kernel of this interpreter, whatever kernels the user has installed.

    Connections are Unix sockets in a folder of its own where the system has
    them: no port, no traffic that others could read.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the only kernel on offer: this interpreter."""
        # nobody asks a report for its history, and its database waits for the disk
        argv = [sys.executable, str(_START), "-f", "{connection_file}", "--HistoryManager.enabled=False"]
        return KernelSpec(argv=argv, display_name="Eastbound", language="python", env=THREADS)


class Engine(PapermillEngine):
    """Run a notebook in a kernel of this interpreter and note where the time goes.

    With ``warm=True`` the kernel is forked from a server with everything imported. ``execution_timeout`` limits the
    seconds of a cell, ``notebook_timeout`` those of all cells together; ``$EASTBOUND_KERNEL_BYTES`` limits the memory.

    ``nb.metadata.eastbound.seconds`` holds ``kernel`` (start to first reply),
    ``imports`` (cells that only import) and ``compute`` (all other cells);
    ``nb.metadata.eastbound.stopped`` is None if every cell ran, else the `stopped` of `Client`;
    ``nb.metadata.eastbound.untranslated`` lists the messages that lack a translation into the language ``edition``;
    ``nb.metadata.eastbound.reads`` lists the files outside the package that the kernel read, see `noted`, and
    ``modules`` the modules of the package that it had.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Execute the notebook that papermill prepared."""
        with _private_folder() as folder:
            client = Client(
                nb_man,
                km=_kernel(folder, warm=options.get("warm", False)),
                startup_timeout=options.get("start_timeout", 60),
                shutdown_kernel="immediate",  # a kernel holds nothing that must be saved
                log=logger,
                log_output=options.get("log_output", False),
                stdout_file=options.get("stdout_file"),
                stderr_file=options.get("stderr_file"),
            )
            client.secrets = secrets_of(nb_man.nb.metadata.papermill.get("parameters", {}))
            started = perf_counter()
            with client.setup_kernel(cleanup_kc=True, env=_environment(folder, str(options.get("edition", ENGLISH)))):
                ready = perf_counter() - started
                (folder / _NOTES).write_bytes(b"")  # what a kernel reads to start decides nothing
                # the time of a notebook begins with its first cell
                client.timeout_func = _time_left(options.get("execution_timeout"), options.get("notebook_timeout"))
                client.papermill_execute_cells()
            reads = noted(
                folder / _NOTES, ignored=[folder, cache_folder(), Path(tempfile.gettempdir()), _PACKAGE.parent]
            )
            modules = noted_modules(folder / _NOTES)
            untranslated = noted_misses(folder / _MISSED)
        _mask_notebook(nb_man.nb)
        seconds = {"kernel": round(ready, 3), **_cell_seconds(nb_man.nb)}
        record = {"seconds": seconds, "stopped": client.stopped, "reads": reads, "modules": modules}
        nb_man.nb.metadata["eastbound"] = record | ({"untranslated": untranslated} if untranslated else {})


class WarmEngine(Engine):
    """Run a notebook as `Engine` does, in a kernel forked from a server; in an ordinary kernel where none can fork."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Execute the notebook that papermill prepared."""
        super().execute_managed_notebook(nb_man, kernel_name, **{**options, "warm": AVAILABLE})


def _time_left(cell: float | None, notebook: float | None) -> Callable[[Any], float]:
    """Return the function that gives each cell its time limit in seconds."""
    end = None if notebook is None else monotonic() + notebook
    limit = cell or CELL_SECONDS
    # nbclient takes a limit of 0 for none
    return lambda _: limit if end is None else max(min(limit, end - monotonic()), 0.01)


def _mask_notebook(nb: Any) -> None:
    """Mask what cells have shown after their end, and the state of widgets."""
    nb.metadata = mask(nb.metadata)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = mask(cell.outputs)


def _kernel(folder: Path, *, warm: bool) -> Kernel:
    kernel = Kernel(kernel_name="python3", connection_file=str(folder / "kernel.json"), client_factory=Connection)
    if warm:
        kernel.provisioner = ForkedKernel(kernel_id="warm", kernel_spec=kernel.kernel_spec, parent=kernel)
    # behind a longer path a kernel ends at once, and its client waits for ever; then local ports must do
    if os.name == "posix" and len(str(folder / "kernel-5")) <= _LONGEST_SOCKET:
        kernel.transport, kernel.ip = "ipc", str(folder / "kernel")
    return kernel


@contextmanager
def _private_folder() -> Iterator[Path]:
    # Socket paths must stay under about 100 characters, so the system's short folder rather than Jupyter's.
    folder = tempfile.mkdtemp(prefix="eastbound-")
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, edition: str) -> dict[str, str]:
    # A private IPython folder: no start-up file or history of the user's takes part in a report.
    own = {"IPYTHONDIR": str(folder / "ipython"), VARIABLE: str(folder / _NOTES)}
    own |= {LANGUAGE: edition, MISSES: str(folder / _MISSED)}
    return {**os.environ, **THREADS, **plot_settings(), **own}


def plot_settings() -> dict[str, str]:
    """Return environment variables under which matplotlib reads no settings of the user.

    Its list of fonts takes seconds to make and is kept in the cache.
    """
    folder = cache_folder() / "matplotlib"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir())
    return {"MATPLOTLIBRC": os.devnull, "MPLCONFIGDIR": str(folder)}


def _cell_seconds(nb: Any) -> dict[str, float]:
    seconds = {"imports": 0.0, "compute": 0.0}
    for cell in nb.cells:
        if cell.cell_type == "code":
            seconds[_share(cell.source)] += cell.metadata.papermill.get("duration") or 0.0
    return {name: round(value, 3) for name, value in seconds.items()}


def _share(source: str) -> str:
    lines = [line for line in source.splitlines() if line.strip() and not line.startswith(("#", "%"))]
    return "imports" if lines and all(line.startswith(("import ", "from ")) for line in lines) else "compute"
