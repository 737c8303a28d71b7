"""Run a plan: simulate once, make every page, and publish the folder when it is complete."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from eastbound.errors import EastboundError
from eastbound.files import write_text
from eastbound.language import ENGLISH
from eastbound.reports.budget import kernel_bytes, worker_count
from eastbound.reports.editions.make import edition_frames, index_editions, write_editions
from eastbound.reports.ensembles import prepare_ensembles
from eastbound.reports.exports.make import export_links, write_exports
from eastbound.reports.exports.summary import write_summary
from eastbound.reports.folder import close_run, open_run
from eastbound.reports.freshness import Age, read_ages, shown_series
from eastbound.reports.guard import guarded
from eastbound.reports.history.keep import keep_history
from eastbound.reports.index import render_index
from eastbound.reports.manifest import write_manifest
from eastbound.reports.memory_limit import VARIABLE as MEMORY
from eastbound.reports.page_cache import CachedPage, find_page, page_inputs, page_key
from eastbound.reports.pages import Page, Plan
from eastbound.reports.pool import make_pages, workers
from eastbound.reports.processes import stoppable
from eastbound.reports.progress import Progress, show_progress
from eastbound.reports.relink import relink_page
from eastbound.reports.render import Frame
from eastbound.reports.repeat.copy import note_run
from eastbound.reports.resume import Asked, note_page
from eastbound.reports.site.runs_page import write_runs_page
from eastbound.reports.unattended.log import log_event, log_finish, log_page, log_run
from eastbound.reports.unattended.watch import Watch, read_limits, watch_run
from eastbound.reports.vintage import load_book
from eastbound.reports.warm import AVAILABLE
from eastbound.reports.worker import Outcome, Task, put_page
from eastbound.risk.alerts import AlertFile
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.reports.comparison.section import Changes

_FORCED = "asked for with --force"


@dataclass(frozen=True)
class Run:
    """Describe a finished run.

    Parameters
    ----------
    id : str
        Its name.
    folder : Path
        Its folder.
    outcomes : mapping of page name to Outcome
        How each page went.
    seconds, shares : mapping of str to float
        Wall time by stage; percent of the pages' time by kind.
    skipped : tuple of str
        The fault of each notebook and scenario file that was skipped.
    newest : bool
        Whether `latest` may point at it: a full report without failure.
    copy : str
        Address of the index page of its copy on an object store; empty if there is none.
    watch : Watch or None
        Alerts and stale figures; None where nothing looked for them.
    warnings : tuple of str
        What is wrong with its exports, such as characters that no font has.
    """

    id: str
    folder: Path
    outcomes: Mapping[str, Outcome]
    seconds: Mapping[str, float]
    shares: Mapping[str, float]
    skipped: tuple[str, ...] = ()
    newest: bool = False
    copy: str = ""
    watch: Watch | None = None
    warnings: tuple[str, ...] = ()

    @property
    def failed(self) -> list[Outcome]:
        """Pages whose notebook did not finish."""
        return [outcome for outcome in self.outcomes.values() if outcome.failure]

    @property
    def exit_code(self) -> int:
        """1 if a cell failed, or something was skipped or not checked; else 3 for an alert, 0 if all is good."""
        if self.failed or self.skipped or (self.watch and self.watch.unknown):
            return 1
        return 3 if self.watch and self.watch.alerting else 0

    def as_record(self) -> dict[str, Any]:
        """Return the run as a JSON record."""
        return {
            "schema": "run/1",
            "run": self.id,
            "folder": str(self.folder),
            "exit_code": self.exit_code,
            "pages": {name: outcome.failure or "made" for name, outcome in self.outcomes.items()},
            "skipped": list(self.skipped),
            "outside": {name: list(o.outside) for name, o in self.outcomes.items() if o.outside},
            "seconds": dict(self.seconds),
            "shares": dict(self.shares),
            "watch": self.watch.as_record() if self.watch else None,
            "warnings": list(self.warnings),
            **({"copy": self.copy} if self.copy else {}),
        }

    def notices(self) -> list[str]:
        """Return what needs attention, one line each: failures, what pages lack, stale figures, warnings."""
        lines = [f"{name}: {outcome.failure}" for name, outcome in self.outcomes.items() if outcome.failure]
        lines += [
            f"{name}: not in the page: {', '.join(outcome.outside)}"
            for name, outcome in self.outcomes.items()
            if outcome.outside
        ]
        lines += [f"passed over: {fault}" for fault in self.skipped]
        lines += self.watch.lines() if self.watch else []
        return lines + [f"warning: {text}" for text in self.warnings]

    def as_text(self) -> str:
        """Return the run as text: failures, time by stage, and the path of the index."""
        lines, made = self.notices(), len(self.outcomes) - len(self.failed)
        spent = ", ".join(f"{name} {share:.0f} %" for name, share in self.shares.items())
        same = sum(outcome.unchanged for outcome in self.outcomes.values())
        ready = f"{made} of {len(self.outcomes)} pages " + (f"ready, {same} unchanged," if same else "made")
        lines.append(f"{ready} in {self.seconds['total']:.0f} s" + (f" ({spent})" if spent else ""))
        lines.append(f"{self.folder / 'index.html'}")
        lines += [f"copied to {self.copy}"] if self.copy else []
        return "\n".join(lines)


def run_report(
    plan: Plan,
    *,
    jobs: int | None = None,
    force: bool = False,
    asked: Asked | None = None,
    executor: str = "",
    cell_seconds: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Make every page of a plan; one that an earlier run has made from the same things is taken from the cache.

    Parameters
    ----------
    plan : Plan
        From `plan_report`.
    jobs : int, optional
        Notebooks run side by side; default is what cores and free memory allow.
    force : bool
        Whether to make every page, whatever the cache has.
    asked : Asked, optional
        What the run is asked for, noted until it is finished; it may name an unfinished run, which is finished then.
    executor : str
        Where pages are made: empty for processes of this machine, else as `make_on_cluster` takes it.
    cell_seconds : int, optional
        Time after which a cell counts as hung and its page as failed; default half an hour.
    progress : Progress, optional
        Receives the progress; default is a bar on a terminal and plain lines elsewhere.

    Returns
    -------
    Run
        Its folder is ``<out>/<id>``; ``<out>/latest`` points at it only if it is a full report, every
        cell ran, and no newer run has been published.

    Raises
    ------
    InputError
        If the folder for runs cannot be written, or ``params/alerts.yml`` is wrong.
    """
    asked = asked or Asked(force=force)
    limits = read_limits(plan, alert=asked.alert)
    options: dict[str, Any] = {"jobs": jobs, "asked": asked, "executor": executor, "cell_seconds": cell_seconds}
    with stoppable():
        if progress is not None:
            return _run(plan, limits, progress=progress, **options)
        with show_progress(len(plan.pages)) as shown:
            return _run(plan, limits, progress=shown, **options)


def _run(
    plan: Plan,
    limits: AlertFile,
    *,
    jobs: int | None,
    asked: Asked,
    executor: str,
    cell_seconds: int | None,
    progress: Progress,
) -> Run:
    started = perf_counter()
    with open_run(plan.out, asked) as (run_id, work), log_run(work, run_id):
        log_event("planned", pages=len(plan.pages), skipped=list(plan.skipped), **plan.vintage.as_record())
        # the price of a view stands in the frame of its page, and only the ensemble tells it
        prices = _prepared(plan, progress) if plan.assumptions.views else {}
        ages = page_ages(plan)
        frames = edition_frames(plan, prices=prices, ages=ages)
        tasks = []
        for page, frame in zip(plan.pages, frames, strict=True):
            forced = asked.force and page.name not in asked.finished
            tasks.append(replace(_task(plan, page, frame, folder=work, force=forced), cell_seconds=cell_seconds))
        made: dict[str, Outcome] = {}

        def done(outcome: Outcome) -> None:
            made[outcome.page] = outcome
            note_page(plan.out, run_id, outcome.page)
            log_page(outcome)
            how = f"{'FAILED' if outcome.failure else 'made'} in {outcome.seconds['total']:.1f} s"
            progress.done(outcome.page, how="unchanged" if outcome.unchanged else how, failed=bool(outcome.failure))

        for task in tasks:
            ready = task if task.cached is not None and not task.reason else relink_page(task)
            if ready is not None:
                done(put_page(ready))
        missing = [task for task in tasks if task.page not in made]
        simulated = perf_counter()
        if missing:
            if executor:
                from eastbound.reports.remote.cluster import make_on_cluster

                progress.stage("Making pages on the cluster")
                for outcome in make_on_cluster(missing, plan, executor=executor, jobs=worker_count(jobs, len(missing))):
                    done(outcome)
            else:
                simulated = _make(plan, missing, jobs=jobs, done=done, progress=progress)
        outcomes = {task.page: made[task.page] for task in tasks}
        whole, plan = plan, plan.edition(ENGLISH)  # history and alerts are the same in every language
        seconds = {"simulate": simulated - started, "pages": perf_counter() - simulated}
        inputs = keep_history(plan, work)
        changes = _changes(plan, work)
        write_summary(work, plan, outcomes)
        warnings = write_exports(work, plan, jobs=jobs)
        watch = watch_run(plan, limits, run_id, folder=work, alert=asked.alert)
        around: dict[str, Any] = {"links": export_links(work, plan), "editions": index_editions(whole, ENGLISH)}
        around["changes"] = changes and changes.context
        write_text(work / "index.html", render_index(plan, outcomes, prices=prices, ages=ages, **around))
        notes, faults = write_editions(work, whole, outcomes, prices=prices, ages=ages, jobs=jobs)
        seconds["total"] = perf_counter() - started
        inputs = {**inputs, "since": changes.as_record()} if inputs is not None and changes is not None else inputs
        record = write_manifest(
            work, run_id=run_id, plan=whole, outcomes=outcomes, inputs=inputs, prices=prices, seconds=seconds
        )
        newest = not any(outcome.failure for outcome in outcomes.values()) and plan.full and not plan.skipped
        run = Run(
            run_id,
            work.with_name(run_id),
            outcomes,
            record["seconds"],
            record["shares"],
            (*plan.skipped, *faults),
            newest,
            watch=watch,
            warnings=(*warnings, *notes),
        )
        log_finish(run)
        close_run(work, newest=newest)
        _note(plan, run, asked, tasks)
    with suppress(EastboundError):  # the run is complete; the next one writes the page on all runs again
        write_runs_page(plan.out)
    return run


def _note(plan: Plan, run: Run, asked: Asked, tasks: Sequence[Task]) -> None:
    """Note what a run was made from, if the cache has every page of it."""
    pages = [find_page(task.key, task.inputs, home=plan.home) for task in tasks] if asked.request else []
    reads = {name: digest for page, _ in pages if page for name, digest in page.reads.items()}
    if pages and all(page is not None and not reason for page, reason in pages):
        options: dict[str, Any] = {"reads": reads, "newest": run.newest, "notices": run.notices()}
        note_run(asked, run.as_record(), home=plan.home, source=plan.snapshot.source, **options)


def _changes(plan: Plan, folder: Path) -> Changes | None:
    """Compare the run with an earlier one; what that takes is imported only if there is one."""
    if plan.since is None:
        return None
    from eastbound.reports.comparison.section import write_changes

    return write_changes(plan, folder)


def _task(plan: Plan, page: Page, frame: Frame, *, folder: Path, force: bool) -> Task:
    """Return what a worker needs to make a page, with what the cache has of it."""
    key, inputs = page_key(plan, page), page_inputs(plan, page, frame)
    cached, reason = (None, _FORCED) if force else find_page(key, inputs, home=plan.home)
    return Task(page.name, page.notebook.path, page.given, frame, folder, plan.home, key, inputs, cached, reason)


def find_pages(plan: Plan, *, force: bool) -> list[tuple[CachedPage | None, str]]:
    """Return for each page of a plan what the cache has of it, and why that is not enough, see `find_page`.

    The price of a view is known only after a simulation, so the frames of pages with views are not compared.

    Parameters
    ----------
    plan : Plan
    force : bool
        Whether every page is to be made.
    """
    if force:
        return [(None, _FORCED) for _ in plan.pages]
    frames: Sequence[Frame | None] = (
        [None] * len(plan.pages) if plan.assumptions.views else edition_frames(plan, prices={}, ages=page_ages(plan))
    )
    result = []
    for page, frame in zip(plan.pages, frames, strict=True):
        result.append(find_page(page_key(plan, page), page_inputs(plan, page, frame), home=plan.home))
    return result


def _prepared(plan: Plan, progress: Progress) -> dict[str, list[Record]]:
    progress.stage("Simulating")
    return prepare_ensembles(plan)


def _make(
    plan: Plan, tasks: Sequence[Task], *, jobs: int | None, done: Callable[[Outcome], None], progress: Progress
) -> float:
    """Make the pages that the cache does not have; return when the ensembles were ready."""
    count = worker_count(jobs, len(tasks))
    # to get a server of warm kernels ready takes as long as two cold kernels
    warm = AVAILABLE and len(tasks) > 2 * count
    settings = {"EASTBOUND_HOME": str(plan.home), "TMPDIR": str(plan.snapshot.scratch)}
    settings[MEMORY] = os.environ.get(MEMORY) or str(kernel_bytes(count))
    with (
        guarded() as mark,
        workers(count, {**os.environ, **settings, **mark}, warm=warm) as (ready, start),
    ):
        if not plan.assumptions.views and any(task.cached is None for task in tasks):
            _prepared(plan, progress)
        simulated = perf_counter()
        progress.stage("Making pages")
        make_pages([replace(task, warm=warm) for task in tasks], ready, start, done=done)
    return simulated


def page_ages(plan: Plan) -> dict[str, list[Age]]:
    """Return, by page, how old the newest figure of each series that it shows is on the day of its evidence."""
    ages: dict[str, list[Age]] = {}
    books: dict[str, Evidence] = {}  # reading the book takes longer than all ages together
    for page in plan.pages:
        if page.vintage is None:
            continue
        day = page.vintage.as_of
        if day not in books:
            books[day] = load_book(plan.home, day, data=plan.snapshot.tables)
        ages[page.name] = read_ages(books[day], shown_series(page.notebook), today=date.fromisoformat(day))
    return ages
