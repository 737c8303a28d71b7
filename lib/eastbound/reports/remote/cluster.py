"""Make the pages of a run on a Dask cluster: the same plan, the same bytes as on one machine.

Ensembles and pages are tasks of one graph. Dask runs a page where its ensemble is, if that is sooner than to fetch it,
and repeats on another worker what a lost worker had to do.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from eastbound.errors import EastboundError, InputError, ServiceError
from eastbound.reports.ensembles import ensemble_settings, ensemble_tasks
from eastbound.reports.page_cache import keep_page
from eastbound.reports.pages import Page, Plan
from eastbound.reports.remote.addresses import need_extra
from eastbound.reports.remote.transport import pack_workspace, portable_task, software, write_files
from eastbound.reports.worker import Outcome, Task, make_unrun_page

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL: Final = "dask"  # a cluster of this machine, started and ended with the run
_RETRIES: Final = 2  # of a page whose process ended, apart from lost workers
_PATIENCE: Final = "15 s"  # for a scheduler to answer
_BASELINE: Final = "baseline"
_COMPARES: Final = "report_scenarios"  # a notebook that names it reads every ensemble


def check_executor(executor: str) -> None:
    """Check the name of an executor, and that its packages are installed.

    Parameters
    ----------
    executor : str
        ``"dask"`` or the address of a scheduler.

    Raises
    ------
    InputError
        If it is none, or the optional packages are missing.

    Examples
    --------
    >>> check_executor("dask")
    >>> check_executor("spark")
    Traceback (most recent call last):
    eastbound.errors.InputError: `--executor spark` is not known; write `dask` for a cluster of this machine, or ...
    """
    if executor != LOCAL and not executor.startswith(("tcp://", "tls://")):
        message = (
            f"`--executor {executor}` is not known; write `dask` for a cluster of this machine, or the address of a "
            "Dask scheduler, such as `tcp://10.0.0.5:8786`."
        )
        raise InputError(message)
    need_extra("dask", "distributed", purpose=f"--executor {executor}")


def make_on_cluster(tasks: Sequence[Task], plan: Plan, *, executor: str, jobs: int) -> Iterator[Outcome]:
    """Make every page on a Dask cluster, and yield each outcome when its page is in the run's folder.

    Parameters
    ----------
    tasks : sequence of Task
        Pages to make.
    plan : Plan
        Their plan.
    executor : str
        ``"dask"`` or the address of a scheduler.
    jobs : int
        Workers of a cluster of this machine.

    Raises
    ------
    InputError
        If a worker has other software than this machine, or an input is wrong.
    ServiceError
        If the scheduler does not answer, or has no worker.
    """
    from distributed import as_completed

    from eastbound.reports.remote.workshop import SHARED, Workshop

    with ExitStack() as stack:
        client = stack.enter_context(_client(executor, jobs))
        _check_workers(client, executor)
        run = uuid4().hex
        workshop = Workshop(
            run, pack_workspace(plan.snapshot), shared=os.environ.get(SHARED, ""), same_cache=executor == LOCAL
        )
        client.register_plugin(workshop)
        stack.callback(client.unregister_worker_plugin, workshop.name)
        futures = _submit(client, plan, tasks, workshop=workshop.name)
        stack.callback(client.cancel, list(futures), force=True)
        for future in as_completed(futures, loop=client.loop):
            yield _finished(future, futures[future], executor=executor)
            future.release()


@contextmanager
def _client(executor: str, jobs: int) -> Iterator[Client]:
    from distributed import Client, LocalCluster

    with ExitStack() as stack:
        address: Any = executor
        if executor == LOCAL:
            address = stack.enter_context(
                LocalCluster(
                    n_workers=jobs,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address=None,
                    memory_limit=0,  # each kernel has a limit of its own
                    silence_logs=logging.ERROR,
                )
            )
        try:
            client = stack.enter_context(Client(address, timeout=_PATIENCE, set_as_default=False))
        except (OSError, TimeoutError) as error:
            message = f"no Dask scheduler answers at `{executor}`: {error}. Nothing was run."
            raise ServiceError(message) from error
        yield client


def _check_workers(client: Client, executor: str) -> None:
    """Refuse a cluster that is empty, or of whose workers one would make other bytes."""
    if not client.scheduler_info()["workers"]:
        message = f"the Dask scheduler at `{executor}` has no worker; start some with `dask worker {executor}`."
        raise ServiceError(message)
    ours = software()
    try:
        theirs = client.run(software)
    except Exception as error:
        message = f"the workers at `{executor}` cannot import eastbound: {error}. Install there what is installed here."
        raise InputError(message) from error
    for worker, numbers in theirs.items():
        for name, number in ours.items():
            if numbers.get(name) != number:
                message = (
                    f"the worker `{worker}` has {name} {numbers.get(name)}, this machine {number}: pages would differ. "
                    "Install the same release there, with the pins of constraints.txt."
                )
                raise InputError(message)


def _submit(client: Client, plan: Plan, tasks: Sequence[Task], *, workshop: str) -> dict[Future, Task]:
    from eastbound.reports.remote.workshop import run_ensemble, run_page

    made: list[tuple[str, dict[str, Any], Future]] = []
    if any(task.cached is None for task in tasks):
        for number, each in enumerate(ensemble_tasks(plan)):
            key = f"ensemble-{each.scenario.name}-{number}-{workshop}"
            future = client.submit(run_ensemble, workshop, each, key=key, retries=_RETRIES)
            made.append((each.scenario.name, dict(each.settings), future))
    pages = {page.name: page for page in plan.pages}
    futures = {}
    for task in tasks:
        needed = [future for name, settings, future in made if _reads(pages[task.page], name, settings)]
        futures[
            client.submit(
                run_page,
                workshop,
                portable_task(task),
                [] if task.cached is not None else needed,
                key=f"page-{task.page}-{workshop}",
                retries=_RETRIES,
            )
        ] = task
    return futures


def _reads(page: Page, scenario: str, settings: dict[str, Any]) -> bool:
    """Return whether a page may open the ensemble of a scenario; one that was not foreseen costs it a simulation."""
    if "draws" not in page.values or any(
        settings.get(name) != value for name, value in ensemble_settings(page).items()
    ):
        return False
    compares = _COMPARES in page.notebook.path.read_text(encoding="utf-8")
    return compares or scenario == _BASELINE or (page.scenario is not None and page.scenario.name == scenario)


def _finished(future: Future, task: Task, *, executor: str) -> Outcome:
    """Write a page into the run's folder, or one that says why there is none."""
    from distributed.client import FutureCancelledError

    try:
        made = future.result()
    except EastboundError:
        raise
    except FutureCancelledError as error:
        message = (
            f"the Dask scheduler at `{executor}` was lost. Run the same command again: pages that had been finished "
            "are not made twice."
        )
        raise ServiceError(message) from error
    except Exception as error:  # a page that kills every worker it comes to must not cost the others
        return make_unrun_page(task, f"No worker could make it: {type(error).__name__}: {error}")
    write_files(task.folder, made.files)
    if made.cached is not None:
        keep_page(task.key, task.inputs, made.cached)
    return made.outcome
