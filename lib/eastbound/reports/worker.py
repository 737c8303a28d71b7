"""Make one page in a worker process: run the notebook, render it, and report the outcome."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat
from nbformat.v4 import new_notebook
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import ERROR_MARKER_TAG, execute_notebook

from eastbound.files import write_text
from eastbound.reports.engine import THREADS, Engine, plot_settings
from eastbound.reports.outputs import clean_outputs, hide_paths, machine_places
from eastbound.reports.processes import die_with_parent, leave_output, release_interrupts
from eastbound.reports.render import Frame, render_page
from eastbound.reports.results import Result, read_results
from eastbound.reports.warm import start_server
from eastbound.reports.workbook import write_workbook


@dataclass(frozen=True)
class Task:
    """Hold what a worker needs to make a page.

    Parameters
    ----------
    page : str
        Address in the run's folder, without ending.
    notebook : Path
        Source.
    given : mapping
        Values to inject.
    frame : Frame
        Everything that surrounds the cells.
    folder : Path
        The run's folder.
    home : Path
        The private copy of the workspace.
    warm : bool
        Whether its kernel is forked from the worker's server.
    """

    page: str
    notebook: Path
    given: Mapping[str, Any]
    frame: Frame
    folder: Path
    home: Path
    warm: bool = False


@dataclass(frozen=True)
class Outcome:
    """Report how a page went.

    Parameters
    ----------
    page : str
        Address in the run's folder, without ending.
    failure : str
        Empty when the notebook finished.
    seconds : mapping of str to float
        Time of kernel start, imports, compute, render and in all.
    results : tuple of Result
        Key figures.
    outside : tuple of str
        Addresses of what the page shows but could not embed.
    workbook : bool
        Whether the numbers of its figures and tables stand in a workbook beside the page.
    """

    page: str
    failure: str
    seconds: Mapping[str, float]
    results: tuple[Result, ...] = ()
    outside: tuple[str, ...] = ()
    workbook: bool = False


def work(pipe: Connection, environment: Mapping[str, str], warm: bool) -> None:
    """Make the pages that come through a pipe until None comes; runs in a worker process."""
    _start(environment, warm=warm)
    while True:
        try:
            task = pipe.recv()
        except EOFError:  # the run has ended
            return
        if task is None:
            return
        pipe.send(_safely(task))


def _start(environment: Mapping[str, str], *, warm: bool) -> None:
    die_with_parent()
    release_interrupts()
    leave_output(errors=True)
    os.environ.clear()
    # set before the server of kernels imports numpy and matplotlib: both read these when imported
    os.environ.update({**environment, **THREADS, "MPLBACKEND": "module://matplotlib_inline.backend_inline"})
    os.environ.update(plot_settings())
    os.chdir(environment["TMPDIR"])  # matplotlib prefers a settings file of the working folder
    papermill_engines.register("eastbound", Engine)
    if warm:
        start_server()


def _safely(task: Task) -> Outcome:
    try:
        return make_page(task)
    except Exception as error:  # a page that cannot be rendered must not cost the others
        return make_unrun_page(task, f"It could not be made: {type(error).__name__}: {error}")


def make_page(task: Task) -> Outcome:
    """Execute a notebook and write its page; one that fails gets a page too, marked as incomplete."""
    started = perf_counter()
    nb, failure = _execute(task)
    return _write(task, nb, failure=failure, started=started)


def make_unrun_page(task: Task, failure: str) -> Outcome:
    """Write the page of a notebook that could not be run or rendered at all: its title and the reason."""
    return _write(task, new_notebook(), failure=failure, started=perf_counter())


def _execute(task: Task) -> tuple[Any, str]:
    target = task.folder / "notebooks" / f"{task.page}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    failure = ""
    options = {"engine_name": "eastbound", "kernel_name": "python3", "language": "python"}
    try:
        nb = execute_notebook(
            task.notebook,
            target,
            parameters=dict(task.given),
            progress_bar=False,
            request_save_on_cell_execute=False,
            cwd=task.notebook.parent,
            warm=task.warm,
            **options,
        )
    except PapermillExecutionError:  # also for a cell that is tagged `raises-exception` and may raise
        nb = nbformat.read(target, as_version=4)
    except Exception as error:  # whatever stops a notebook, its page must be made and marked
        nb, failure = nbformat.read(task.notebook, as_version=4), f"{type(error).__name__}: {error}"
    if not failure:
        failure = (nb.metadata.get("eastbound", {}).get("stopped") or {}).get("reason", "")
    places = machine_places(task.home)
    clean_outputs(nb, places)
    failure = hide_paths(failure, places)
    nb.cells = [cell for cell in nb.cells if ERROR_MARKER_TAG not in cell.metadata.get("tags", ())]
    _forget_paths(nb, task)
    nbformat.write(nb, target)
    return nb, failure


def _forget_paths(nb: Any, task: Task) -> None:
    # paths of this machine must not be published
    record = nb.metadata.get("papermill")
    if record:
        record["input_path"], record["output_path"] = task.notebook.name, f"{task.page}.ipynb"


def _write(task: Task, nb: Any, *, failure: str, started: float) -> Outcome:
    ready = perf_counter()
    rendered = render_page(nb, task.frame, failure=failure, folder=task.notebook.parent)
    target = task.folder / f"{task.page}.html"
    write_text(target, rendered.html)
    if rendered.tables:  # a page that failed may still have some
        frame = task.frame
        about = [("Page", frame.title), *frame.facts, *(("View or own figures", line) for line in frame.held)]
        write_workbook(target.with_suffix(".xlsx"), rendered.tables, about=[*about, *frame.provenance])
    seconds = dict(nb.metadata.get("eastbound", {}).get("seconds", {}))
    seconds |= {"render": round(perf_counter() - ready, 3), "total": round(perf_counter() - started, 3)}
    return Outcome(task.page, failure, seconds, read_results(nb), rendered.outside, bool(rendered.tables))
