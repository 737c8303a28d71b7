"""Make one page in a worker process: run the notebook, render it, and report the outcome."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from eastbound.files import write_bytes, write_text
from eastbound.language import ENGLISH, _, take_misses, use_language
from eastbound.reports.digests import code_digests, package_files
from eastbound.reports.outputs import clean_outputs, hide_paths, machine_places, without_times
from eastbound.reports.page_cache import CachedPage, keep_page, read_digests
from eastbound.reports.processes import die_with_parent, leave_output, release_interrupts
from eastbound.reports.reads import package_modules
from eastbound.reports.results import Result, read_results
from eastbound.reports.unattended.secrets import mask, secrets_of

if TYPE_CHECKING:
    from eastbound.reports.render import Frame

# Papermill, nbconvert and Jupyter are imported where pages are made: the process of the run needs none of them, and a
# run in which nothing has changed would spend most of its time on their import.


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
    key : str
        Of its entry in the cache of pages.
    inputs : mapping of str to str
        What it is made from, see `page_inputs`.
    cached : CachedPage or None
        An earlier page whose cells are still right.
    reason : str
        Why it must be made all the same, or made at all.
    warm : bool
        Whether its kernel is forked from the worker's server.
    cell_seconds : int or None
        Time after which a cell counts as hung; None is the engine's default.
    """

    page: str
    notebook: Path
    given: Mapping[str, Any]
    frame: Frame
    folder: Path
    home: Path
    key: str
    inputs: Mapping[str, str]
    cached: CachedPage | None
    reason: str
    warm: bool = False
    cell_seconds: int | None = None


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
    reason : str
        Why it was made; empty if it was taken from the cache.
    """

    page: str
    failure: str
    seconds: Mapping[str, float]
    results: tuple[Result, ...] = ()
    outside: tuple[str, ...] = ()
    workbook: bool = False
    reason: str = ""

    @property
    def unchanged(self) -> bool:
        """Whether it was taken from the cache."""
        return not self.reason


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
    package_files()  # noted before the modules are loaded, so that an edit meanwhile cannot pass for the old code
    from papermill.engines import papermill_engines

    from eastbound.reports.engine import THREADS, Engine, plot_settings
    from eastbound.reports.warm import start_server

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
        return make_unrun_page(task, mask(f"It could not be made: {type(error).__name__}: {error}"))


def make_page(task: Task) -> Outcome:
    """Execute a notebook and write its page; one that fails gets a page too, marked as incomplete."""
    import nbformat

    started = perf_counter()
    if task.cached is not None:
        notebook = task.cached.files[".ipynb"]
        write_bytes(_made(task, ".ipynb"), notebook)
        nb = nbformat.reads(notebook.decode(), as_version=4)
        nb.metadata["eastbound"]["seconds"] = {}  # of the run that executed it
        return _keep(task, _write(task, nb, failure="", started=started), task.cached.reads)
    nb, failure, reads = _execute(task)
    outcome = _write(task, nb, failure=failure, started=started)
    return outcome if failure or reads is None else _keep(task, outcome, reads)


def put_page(task: Task) -> Outcome:
    """Write the page that the cache has, and return how it went when it was made; its reason is that of the task."""
    assert task.cached is not None
    for ending, content in task.cached.files.items():
        write_bytes(_made(task, ending), content)
    record = task.cached.outcome
    results = tuple(Result(**result) for result in record["results"])
    return Outcome(task.page, "", {"total": 0.0}, results, tuple(record["outside"]), record["workbook"], task.reason)


def _keep(task: Task, outcome: Outcome, reads: Mapping[str, str]) -> Outcome:
    if secrets_of(task.given):  # whose value the key of an entry does not have
        return outcome
    paths = {ending: _path(task, ending) for ending in (".html", ".ipynb", ".xlsx")}
    files = {ending: path.read_bytes() for ending, path in paths.items() if path.is_file()}
    rendering = code_digests(package_modules())  # this process has rendered it
    keep_page(task.key, task.inputs, CachedPage(files, asdict(outcome), {**reads, **rendering}))
    return outcome


def _path(task: Task, ending: str) -> Path:
    folder = task.folder / "notebooks" if ending == ".ipynb" else task.folder
    return folder / f"{task.page}{ending}"


def _made(task: Task, ending: str) -> Path:
    path = _path(task, ending)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def make_unrun_page(task: Task, failure: str) -> Outcome:
    """Write the page of a notebook that could not be run or rendered at all: its title and the reason."""
    from nbformat.v4 import new_notebook

    return _write(task, new_notebook(), failure=failure, started=perf_counter())


def _execute(task: Task) -> tuple[Any, str, dict[str, str] | None]:
    """Run the notebook; return it, why it failed, and the digests of the files and modules that it depends on."""
    import nbformat
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import ERROR_MARKER_TAG, execute_notebook

    target = _made(task, ".ipynb")
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
            execution_timeout=task.cell_seconds,
            edition=task.frame.lang,
            **options,
        )
    except PapermillExecutionError:  # also for a cell that is tagged `raises-exception` and may raise
        nb = nbformat.read(target, as_version=4)
    except Exception as error:  # whatever stops a notebook, its page must be made and marked
        nb, failure = nbformat.read(task.notebook, as_version=4), f"{type(error).__name__}: {error}"
    if not failure:
        failure = (nb.metadata.get("eastbound", {}).get("stopped") or {}).get("reason", "")
    # what only this machine knows is no part of the published notebook
    own = nb.metadata.get("eastbound", {})
    paths, modules = own.pop("reads", None), own.pop("modules", ())
    reads = None if paths is None else {**read_digests(paths, home=task.home), **code_digests(modules)}
    failure = failure or _translate(nb, task.frame.lang)
    places = machine_places(task.home)
    clean_outputs(nb, places)
    failure = mask(hide_paths(failure, places))
    nb.cells = [cell for cell in nb.cells if ERROR_MARKER_TAG not in cell.metadata.get("tags", ())]
    _forget_paths(nb, task)
    nbformat.write(without_times(nb), target)
    return nb, failure, reads


def _untranslated(frame: Frame, html: str) -> str:
    """Return what a finished page of another language has in English; empty for nothing, and for English pages."""
    if frame.lang == ENGLISH:
        return ""
    from eastbound.reports.editions.leftovers import english_left, untranslated_text

    return untranslated_text([*frame.untranslated, *take_misses(), *english_left(html)], frame.lang)


def _translate(nb: Any, language: str) -> str:
    """Translate the prose of an executed notebook; return why that, or what its cells showed, is incomplete."""
    shown = nb.metadata.get("eastbound", {}).pop("untranslated", [])
    if language == ENGLISH:
        return ""
    from eastbound.reports.editions.leftovers import untranslated_text
    from eastbound.reports.editions.markdown import translate_notebook

    with use_language(language):
        take_misses()
        translate_notebook(nb)
        return untranslated_text([*shown, *take_misses()], language)


def _forget_paths(nb: Any, task: Task) -> None:
    # paths of this machine must not be published
    record = nb.metadata.get("papermill")
    if record:
        record["input_path"], record["output_path"] = task.notebook.name, f"{task.page}.ipynb"


def _write(task: Task, nb: Any, *, failure: str, started: float) -> Outcome:
    from eastbound.reports.render import render_page
    from eastbound.reports.workbook import write_workbook

    ready = perf_counter()
    with use_language(task.frame.lang):
        take_misses()
        rendered = render_page(nb, task.frame, failure=failure, folder=task.notebook.parent)
        lost = "" if failure else _untranslated(task.frame, rendered.html)
        if lost:
            failure = lost
            rendered = render_page(nb, task.frame, failure=failure, folder=task.notebook.parent)
    target = _path(task, ".html")
    write_text(target, rendered.html)
    if rendered.tables:  # a page that failed may still have some
        frame = task.frame
        with use_language(frame.lang):
            held = [(_("View or own figures"), line) for line in frame.held]
            about = [(_("Page"), frame.title), *frame.facts, *held]
            provenance = [(name, Markup(text).striptags()) for name, text in frame.provenance]
            write_workbook(target.with_suffix(".xlsx"), rendered.tables, about=[*about, *provenance])
    seconds = dict(nb.metadata.get("eastbound", {}).get("seconds", {}))
    seconds |= {"render": round(perf_counter() - ready, 3), "total": round(perf_counter() - started, 3)}
    return Outcome(task.page, failure, seconds, read_results(nb), rendered.outside, bool(rendered.tables), task.reason)
