"""Make pages on a worker of a Dask cluster, in processes of their own, with the ensembles that the worker has.

An ensemble is made on one worker. A page on another worker gets it by its content hash: from the cache of that worker,
from the shared address if there is one, or from the worker that made it. One that can be had nowhere is simulated by
the page itself, with the same numbers.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from secrets import token_hex
from shutil import rmtree
from typing import Any, Final, cast

import dask.sizeof
from distributed import Worker, WorkerPlugin, get_worker
from distributed.utils import sync

from eastbound.ensemble import exchange
from eastbound.ensemble.store import provided
from eastbound.reports.budget import kernel_bytes
from eastbound.reports.ensembles import EnsembleTask, make_ensemble
from eastbound.reports.guard import guarded
from eastbound.reports.memory_limit import VARIABLE as MEMORY
from eastbound.reports.page_cache import find_page
from eastbound.reports.pool import Start, workers
from eastbound.reports.pool import Worker as PageProcess
from eastbound.reports.processes import own_folder, sweep
from eastbound.reports.remote.addresses import open_address
from eastbound.reports.remote.transport import Made, collect_files, settled_task, unpack_workspace
from eastbound.reports.snapshot import OWN_DATA
from eastbound.reports.warm import AVAILABLE
from eastbound.reports.worker import Task

SHARED: Final = "EASTBOUND_ENSEMBLES"  # names the address of fsspec that workers share ensembles at
_PREFIX: Final = "eastbound-worker-"
_SIZES, _PIECE = "eastbound_sizes", "eastbound_piece"


class PageProcessEnded(RuntimeError):
    """A process that made a page has ended; Dask tries the page again."""


@dataclass(frozen=True)
class Ensembles:
    """Name stored ensembles and the worker that has them.

    Parameters
    ----------
    keys : tuple of str
        Content addresses.
    holder : str
        Address of the worker that made them.
    size : int
        Bytes that another machine must fetch; Dask weighs them against waiting for the holder.
    """

    keys: tuple[str, ...]
    holder: str
    size: int


@dask.sizeof.sizeof.register(Ensembles)
def _size(ensembles: Ensembles) -> int:
    return ensembles.size


class Workshop(WorkerPlugin):
    """Hold what a worker needs for one run: the workspace and processes that make pages.

    Parameters
    ----------
    run : str
        Makes its name unique.
    workspace : bytes
        From `pack_workspace`.
    shared : str
        Address of fsspec for ensembles; empty if there is none.
    same_cache : bool
        Whether all workers and the driver have one cache, as on one machine.
    """

    def __init__(self, run: str, workspace: bytes, *, shared: str = "", same_cache: bool = False) -> None:
        self.name = f"eastbound-{run}"
        self._workspace, self._shared, self._same_cache = workspace, shared, same_cache

    def setup(self, worker: Worker) -> None:
        """Unpack the workspace and start one page process for each thread of the worker."""
        multiprocessing.current_process().daemon = False  # Dask's workers are daemons, which may not start processes
        self._worker = worker
        self._closing = ExitStack()
        parent = Path(tempfile.gettempdir())
        sweep(parent, f"{_PREFIX}*")
        root = parent / f"{_PREFIX}{token_hex(4)}"
        with ExitStack() as started:
            started.enter_context(own_folder(root))
            self.home, self._scratch = root / "home", root / "tmp"
            self.home.mkdir()
            self._scratch.mkdir()
            unpack_workspace(self._workspace, self.home)
            count = worker.state.nthreads
            settings = {
                "EASTBOUND_HOME": str(self.home),
                "TMPDIR": str(self._scratch),
                MEMORY: str(kernel_bytes(count)),
            }
            mark = started.enter_context(guarded())
            ready, self._start = started.enter_context(
                workers(count, {**os.environ, **settings, **mark}, warm=AVAILABLE)
            )
            self._closing = started.pop_all()
        self._idle: SimpleQueue[PageProcess] = SimpleQueue()
        for process in ready:
            self._idle.put(process)
        worker.handlers[_SIZES] = _answer_sizes
        worker.handlers[_PIECE] = _answer_piece

    _start: Start

    def teardown(self, worker: Worker) -> None:
        """End the page processes and remove the workspace."""
        self._closing.close()

    def make_ensemble(self, task: EnsembleTask) -> Ensembles:
        """Simulate an ensemble, or fetch it from the shared address, and say where it is."""
        keys: list[str] = []

        def provide(key: str) -> None:
            keys.append(key)
            if self._shared and not exchange.has_entry(key):
                _from_shared(key, self._shared)

        data = self.home / OWN_DATA
        with provided(provide):
            make_ensemble(task, home=self.home, data=data if data.is_dir() else None)
        for key in keys if self._shared else ():
            fs, root = open_address(self._shared, option=f"${SHARED}")
            exchange.share_entry(key, fs, root)
        size = 0 if self._same_cache else sum(sum(exchange.entry_sizes(key).values()) for key in keys)
        return Ensembles(tuple(keys), self._worker.address, size)

    def make_page(self, task: Task, ensembles: Sequence[Ensembles]) -> Made:
        """Make a page in one of the processes, after its ensembles are in the cache of this worker."""
        for each in ensembles:
            self.bring(each)
        folder = self._scratch / f"page-{token_hex(4)}"
        folder.mkdir()
        process = self._idle.get()
        try:
            process.pipe.send(replace(settled_task(task, home=self.home, folder=folder), warm=AVAILABLE))
            outcome = process.pipe.recv()
        except (EOFError, OSError) as error:
            process = self._start()
            message = f"the process that made `{task.page}` ended"
            raise PageProcessEnded(message) from error
        finally:
            self._idle.put(process)
        files = collect_files(folder)
        rmtree(folder, ignore_errors=True)
        returned = not self._same_cache and not outcome.failure
        cached, reason = find_page(task.key, task.inputs, home=self.home) if returned else (None, "")
        return Made(outcome, files, None if reason else cached)

    def bring(self, ensembles: Ensembles) -> None:
        """Put ensembles that another worker made into the cache of this one, as far as they can be had."""
        for key in ensembles.keys:
            if exchange.has_entry(key):
                continue
            # what cannot be fetched is simulated by the page
            with suppress(Exception):
                if not (self._shared and _from_shared(key, self._shared)):
                    self._from_worker(key, ensembles.holder)

    def _from_worker(self, key: str, holder: str) -> None:
        if holder == self._worker.address:
            return
        remote = self._worker.rpc(holder)

        def ask(operation: str, **about: Any) -> Any:
            return sync(self._worker.loop, getattr(remote, operation), **about)

        sizes = ask(_SIZES, key=key)
        if sizes:
            exchange.install_entry(key, sizes, lambda name, start: ask(_PIECE, key=key, name=name, start=start))


def _from_shared(key: str, address: str) -> bool:
    fs, root = open_address(address, option=f"${SHARED}")
    return exchange.fetch_entry(key, fs, root)


async def _answer_sizes(key: str) -> dict[str, int]:
    return exchange.entry_sizes(key)


async def _answer_piece(key: str, name: str, start: int) -> bytes:
    return exchange.read_piece(key, name, start)


def run_ensemble(workshop: str, task: EnsembleTask) -> Ensembles:
    """Make an ensemble on the Dask worker that runs this."""
    return _workshop(workshop).make_ensemble(task)


def run_page(workshop: str, task: Task, ensembles: Sequence[Ensembles]) -> Made:
    """Make a page on the Dask worker that runs this."""
    return _workshop(workshop).make_page(task, ensembles)


def _workshop(name: str) -> Workshop:
    return cast("Workshop", get_worker().plugins[name])
