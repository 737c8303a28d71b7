"""Run worker processes that make pages; a worker that dies loses only the page it was making."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from eastbound.reports.processes import interrupts_held
from eastbound.reports.worker import Outcome, Task, make_unrun_page, work

_GRACE = 5  # seconds for a worker without a task to end by itself


@dataclass(frozen=True, eq=False)
class Worker:
    """Hold a worker process and the pipe to it."""

    process: BaseProcess
    pipe: Connection


Start = Callable[[], Worker]


@contextmanager
def workers(count: int, environment: Mapping[str, str], *, warm: bool) -> Iterator[tuple[list[Worker], Start]]:
    """Yield running workers and the function that starts another; none is left at the end.

    Parameters
    ----------
    count : int
        Pages made side by side.
    environment : mapping of str to str
        Environment variables of the workers.
    warm : bool
        Whether kernels are forked from a server of each worker.
    """
    context = multiprocessing.get_context("spawn")
    started: list[Worker] = []

    def start() -> Worker:
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, dict(environment), warm))
        with interrupts_held():
            process.start()
            started.append(Worker(process, ours))
        theirs.close()  # so that the pipe ends when the worker does
        return started[-1]

    resource_tracker.ensure_running()  # outlives the workers, so it must not get their environment
    before = dict(os.environ)
    os.environ.update(environment)  # spawned interpreters read some of it before they get their arguments
    try:
        ready = [start() for _ in range(count)]
        os.environ.clear()
        os.environ.update(before)
        yield ready, start
        for worker in started:
            _dismiss(worker)
    finally:
        os.environ.clear()
        os.environ.update(before)
        for worker in started:
            if worker.process.is_alive():
                worker.process.kill()
            worker.process.join()
            worker.pipe.close()


def _dismiss(worker: Worker) -> None:
    try:
        worker.pipe.send(None)
        worker.process.join(_GRACE)
    except OSError:  # it has ended already
        return


def make_pages(
    tasks: Sequence[Task], ready: Sequence[Worker], start: Start, *, done: Callable[[Outcome], None]
) -> None:
    """Make every page in the workers, and call `done` with each outcome as it arrives.

    Parameters
    ----------
    tasks : sequence of Task
    ready : sequence of Worker
        Workers without a task.
    start : callable
        Starts another worker in place of one that died.
    done : callable
        Takes an outcome.
    """
    waiting = list(reversed(tasks))
    busy: dict[Any, tuple[Worker, Task]] = {}
    for worker in ready:
        _give(worker, waiting, busy, start)
    while busy:
        for pipe in wait(list(busy)):
            worker, task = busy.pop(pipe)
            try:
                outcome = worker.pipe.recv()
            except (EOFError, OSError):
                worker.process.join()
                outcome = make_unrun_page(task, f"The process that made it ended ({_exit_text(worker)})")
                worker = start() if waiting else worker
            done(outcome)
            _give(worker, waiting, busy, start)


def _give(worker: Worker, waiting: list[Task], busy: dict[Any, tuple[Worker, Task]], start: Start) -> None:
    if not waiting:
        return
    try:
        worker.pipe.send(waiting[-1])
    except OSError:  # it died while it had nothing to do
        worker = start()
        worker.pipe.send(waiting[-1])
    busy[worker.pipe] = (worker, waiting.pop())


def _exit_text(worker: Worker) -> str:
    code = worker.process.exitcode or 0
    return f"signal {-code}; out of memory perhaps" if code < 0 else f"exit code {code}"
