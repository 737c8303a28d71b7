"""Run a plan: simulate once, make every page, publish the folder whole."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from eastbound.errors import InputError
from eastbound.reports.folder import close_run, open_run
from eastbound.reports.frames import page_frame
from eastbound.reports.index import render_index
from eastbound.reports.manifest import write_manifest
from eastbound.reports.plan import Plan
from eastbound.reports.progress import Progress, show_progress
from eastbound.reports.vintage import load_book
from eastbound.reports.warm import AVAILABLE
from eastbound.reports.worker import Outcome, Task, make_page, make_unrun_page, start_worker

# what decides which ensemble a notebook asks for, beside the scenario
_ENSEMBLE = ("as_of", "draws", "seed", "until", "quick")


@dataclass(frozen=True)
class Run:
    """A run that has ended.

    Parameters
    ----------
    id : str
        Its name.
    folder : Path
        Where it is.
    outcomes : mapping of page name to Outcome
        What became of each page.
    seconds, shares : mapping of str to float
        Wall time by stage; percent of the pages' time by kind.
    """

    id: str
    folder: Path
    outcomes: Mapping[str, Outcome]
    seconds: Mapping[str, float]
    shares: Mapping[str, float]

    @property
    def failed(self) -> list[Outcome]:
        """Pages whose notebook did not finish."""
        return [outcome for outcome in self.outcomes.values() if outcome.failure]

    @property
    def exit_code(self) -> int:
        """0 if every notebook finished, else 1."""
        return 1 if self.failed else 0

    def as_record(self) -> dict[str, Any]:
        """Return the run for JSON."""
        return {
            "schema": "run/1",
            "run": self.id,
            "folder": str(self.folder),
            "exit_code": self.exit_code,
            "pages": {name: outcome.failure or "made" for name, outcome in self.outcomes.items()},
            "seconds": dict(self.seconds),
            "shares": dict(self.shares),
        }

    def as_text(self) -> str:
        """Return the run for reading: where it is, what failed, where the time went."""
        lines = [f"{name}: {outcome.failure}" for name, outcome in self.outcomes.items() if outcome.failure]
        made = len(self.outcomes) - len(lines)
        spent = ", ".join(f"{name} {share:.0f} %" for name, share in self.shares.items())
        lines.append(f"{made} of {len(self.outcomes)} pages made in {self.seconds['total']:.0f} s ({spent})")
        lines.append(f"{self.folder / 'index.html'}")
        return "\n".join(lines)


def run_report(plan: Plan, *, jobs: int | None = None, progress: Progress | None = None) -> Run:
    """Make every page of a plan.

    Parameters
    ----------
    plan : Plan
        From `plan_report`.
    jobs : int, optional
        Notebooks run side by side; default is the number of cores.
    progress : Progress, optional
        Told what happens; default is a bar on a terminal and plain lines elsewhere.

    Returns
    -------
    Run
        Its folder is ``<out>/<id>``; ``<out>/latest`` points at it only if every notebook finished.

    Raises
    ------
    InputError
        If the folder for runs cannot be written.
    """
    if progress is None:
        with show_progress(len(plan.pages)) as shown:
            return run_report(plan, jobs=jobs, progress=shown)
    started = perf_counter()
    workers = min(jobs or os.cpu_count() or 1, len(plan.pages))
    # to get a server of warm kernels ready takes as long as two cold kernels
    warm = AVAILABLE and len(plan.pages) > 2 * workers
    with _workers(workers, plan.home, warm=warm) as pool:
        progress.stage("Simulating")
        prepare_ensembles(plan)
        simulated = perf_counter()
        progress.stage("Making pages")
        run_id, work = open_run(plan.out)
        tasks = [Task(p.name, p.notebook.path, p.given, page_frame(plan, p), work, warm) for p in plan.pages]
        outcomes = _make(pool, tasks, progress)
    seconds = {"simulate": simulated - started, "pages": perf_counter() - simulated}
    (work / "index.html").write_text(render_index(plan, outcomes), encoding="utf-8")
    seconds["total"] = perf_counter() - started
    record = write_manifest(work, run_id=run_id, plan=plan, outcomes=outcomes, seconds=seconds)
    folder = close_run(work, newest=not any(outcome.failure for outcome in outcomes.values()))
    return Run(run_id, folder, outcomes, record["seconds"], record["shares"])


def prepare_ensembles(plan: Plan) -> None:
    """Compute and store what the notebooks will ask for, once instead of in every kernel.

    Input that is wrong is refused. Anything else that fails here is left to the notebooks that need it:
    their pages say so, the others are made.
    """
    wanted = {
        tuple((name, page.values[name]) for name in _ENSEMBLE if name in page.values)
        for page in plan.pages
        if page.scenario and "draws" in page.values
    }
    if not wanted:
        return
    from eastbound.ensemble.simulate import simulate

    for values in sorted(wanted, key=str):
        options = dict(values)
        book = load_book(plan.home, options.pop("as_of", None))
        for scenario in plan.scenarios:
            try:
                simulate(scenario, book=book, home=plan.home, **options)
            except InputError:
                raise
            except Exception:
                continue


def _make(pool: ProcessPoolExecutor, tasks: Sequence[Task], progress: Progress) -> dict[str, Outcome]:
    waiting: dict[Future[Outcome], Task] = {pool.submit(make_page, task): task for task in tasks}
    made: dict[str, Outcome] = {}
    for future in as_completed(waiting):
        task = waiting[future]
        try:
            outcome = future.result()
        except Exception as error:  # a worker died, for want of memory perhaps
            outcome = make_unrun_page(task, f"the process that made it ended: {error}")
        made[task.page] = outcome
        progress.done(task.page, seconds=outcome.seconds["total"], failed=bool(outcome.failure))
    return {task.page: made[task.page] for task in tasks}


@contextmanager
def _workers(jobs: int, home: Path, *, warm: bool) -> Iterator[ProcessPoolExecutor]:
    """Yield worker processes; whatever ends the run early ends them and their kernels too."""
    environment = {**os.environ, "EASTBOUND_HOME": str(home)}
    before = set(multiprocessing.active_children())
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=spawn, initializer=start_worker, initargs=(environment, warm))
    try:
        for _ in range(jobs):
            pool.submit(os.getpid)  # makes each of them start now, while the parent simulates
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    pool.shutdown()
