"""Reports: plan them, run the notebooks, finish a run that was killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eastbound.cli.shared import (
    NamedAddress,
    NamedPath,
    WholeNumber,
    data_option,
    home_option,
    json_option,
    log_format_option,
    show,
    view_option,
    views_option,
)
from eastbound.errors import InputError

if TYPE_CHECKING:
    from eastbound.reports.jobs.request import Request
    from eastbound.reports.pages import Plan
    from eastbound.reports.resume import Asked
    from eastbound.reports.run import Run

_SELECTION = (
    click.argument("job", required=False),
    click.option(
        "-s",
        "--scenario",
        "scenarios",
        multiple=True,
        help="Scenario name or file, repeatable; `all` for every one. Default: params/reporting.yml and your own.",
    ),
    click.option("-k", "--notebook", "notebooks", multiple=True, help="Notebook, by name or part of it; repeatable."),
    click.option("-p", "--parameter", "pairs", nargs=2, multiple=True, metavar="NAME VALUE", help="Repeatable."),
    click.option("-f", "--parameters", "file", type=NamedPath(), help="YAML file of parameters; -p prevails over it."),
    click.option(
        "--as-of", multiple=True, metavar="DATE", help="Use only what had been published by this day; repeatable."
    ),
    data_option,
    views_option,
    view_option,
    click.option(
        "--format",
        "formats",
        multiple=True,
        help="Besides HTML: pdf, brief (a page as PDF and DOCX), data (CSV, Parquet, XLSX, IAMC, hubverse).",
    ),
    click.option(
        "--lang",
        "languages",
        default="",
        metavar="CODES",
        callback=lambda _context, _option, text: tuple(filter(None, map(str.strip, text.split(",")))),
        help="Editions, such as en,ru,zh; English is always made. A page without a complete translation is refused.",
    ),
    click.option("-j", "--jobs", type=WholeNumber(1, 64), help="Notebooks side by side. Default: by cores and memory."),
    click.option("--force", is_flag=True, help="Make every page anew, also those that nothing has changed."),
    click.option(
        "--since",
        default="",
        metavar="RUN",
        help="Say what changed since this run: id, folder, `latest` or `published`. Default: the last published run.",
    ),
    click.option("--out", type=NamedAddress(), help="Folder for runs, or an address such as s3://bucket/prefix."),
    home_option,
    json_option,
)


def _with_selection(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose the pages of a report."""
    for option in reversed(_SELECTION):
        command = option(command)
    return command


@click.command()
@_with_selection
def plan(
    *, home: Path | None, out: Path | str | None, jobs: int | None, force: bool, as_json: bool, **asked: Any
) -> int:
    """Check a report, and show which pages will run, which are kept and why, and how long it may take.

    JOB is the name of a standing job, a file of params/reports such as `morning`; options prevail over it.
    """
    from eastbound.reports.jobs.request import plan_request

    folder, _ = _places(out)
    _show_plans(plan_request(_request(home, **asked), home=home, out=folder), jobs=jobs, force=force, as_json=as_json)
    return 0


@click.command()
@_with_selection
@click.option("--executor", default="", metavar="WHERE", help="`dask`, or a Dask scheduler such as tcp://host:8786.")
@click.option("-n", "--dry-run", is_flag=True, help="Show the plan, as `eastbound plan` does; run nothing.")
@click.option(
    "--execution-timeout",
    "cell_seconds",
    type=WholeNumber(1),
    metavar="SECONDS",
    help="A cell that runs longer fails its page. Default: 1800.",
)
@click.option(
    "--publish", "published", is_flag=True, help="Append the forecasts to the ledger, when every page is made."
)
@click.option("--alert", is_flag=True, help="Check params/alerts.yml: exit code 3 and alerts.eml if a limit is passed.")
@log_format_option
@click.option(
    "--resume",
    is_flag=False,
    flag_value="",
    metavar="[RUN]",
    help="Finish a run that was stopped or killed, by default the newest, under its id and with its options.",
)
def report(
    *,
    home: Path | None,
    force: bool,
    dry_run: bool,
    published: bool,
    resume: str | None,
    as_json: bool,
    **asked: Any,
) -> int:
    """Run the notebooks under the scenarios and write the report.

    JOB is the name of a standing job, a file of params/reports such as `morning`; options prevail over it. `latest`
    points at the newest full report of the book alone: a report with --data, --view or --views never moves it.
    A secret is given as `-p NAME env:VARIABLE`; its value reaches the notebook and nothing that is written.

    \b
    Exit codes: 0 good, 1 a notebook failed or an alert could not be checked, 2 refused before anything ran,
    3 an alert is raised or figures are stale (only with --alert).
    """
    from eastbound.reports.folder import runs_folder
    from eastbound.reports.jobs.request import Request, plan_request
    from eastbound.reports.resume import Asked, find_unfinished
    from eastbound.scenarios.home import find_home

    (out, address), jobs, alert = _places(asked.pop("out")), asked.pop("jobs"), asked.pop("alert")
    executor, cell_seconds = _executor(asked.pop("executor")), asked.pop("cell_seconds")
    begun = Asked(force=force, alert=alert)
    if resume is None:
        request = _request(home, **asked)
        # what has an effect of its own besides pages is planned every time
        if not any((force, dry_run, published, alert, executor, address)) and _repeat(request, home, out, as_json):
            return 0
    else:
        if force or any(asked.values()):
            message = "--resume takes the options of the run that it finishes; leave out the job and all others but -j."
            raise InputError(message)
        begun = find_unfinished(runs_folder(find_home(home), out), resume)
        begun = replace(begun, alert=begun.alert or alert)
        request = Request.from_record(begun.request)
    plans = plan_request(request, home=home, out=out)
    if published:
        from eastbound.reports.history.publish import check_publishable

        for each in plans:
            check_publishable(each)
    if dry_run:
        _show_plans(plans, jobs=jobs, force=begun.force, as_json=as_json)
        return 0
    options: dict[str, Any] = {"jobs": jobs, "executor": executor, "cell_seconds": cell_seconds}
    finish = partial(_finish, home=home, published=published, address=address, as_json=as_json)
    return _run(plans, request, begun, options=options, finish=finish)


def _repeat(request: Request, home: Path | None, out: Path | None, as_json: bool) -> bool:
    """Copy an earlier run of the same request if nothing has changed since; return whether there is one."""
    from eastbound.reports.repeat.copy import repeat_run

    repeated = repeat_run(request.as_record(), home=home, out=out)
    if repeated is None:
        return False
    show(dict(repeated.record) if as_json else repeated.as_text(), as_json)
    return True


def _run(
    plans: list[Plan], request: Request, begun: Asked, *, options: dict[str, Any], finish: Callable[[Run], None]
) -> int:
    """Run the plans of a request, each day's in turn; return the exit code."""
    from eastbound.reports.run import run_report

    codes = []
    for number, each in enumerate(plans):
        # a run that is killed leaves the later days to be done too
        begun = replace(begun, request=replace(request, as_of=request.as_of[number:]).as_record())
        run = run_report(each, asked=begun, **options)
        finish(run)
        codes.append(run.exit_code)
        begun = type(begun)(force=begun.force, alert=begun.alert)
    return 1 if 1 in codes else max(codes)  # an incomplete report comes before an alert


def _finish(run: Run, *, home: Path | None, published: bool, address: str, as_json: bool) -> None:
    """Publish a finished run, copy it to its address, and print it."""
    from eastbound.reports.history.publish import publish, published_text
    from eastbound.reports.remote.upload import upload_run

    entry = publish(run.folder, home=home) if published and run.exit_code != 1 else None
    try:
        run = replace(run, copy=upload_run(run.folder, address, newest=run.newest)) if address else run
    finally:  # the run is there, whether it could be copied or not
        record, text = run.as_record(), run.as_text()
        if entry is not None:
            record, text = {**record, "published": entry}, f"{published_text(entry)}\n{text}"
        show(record if as_json else text, as_json)


def _executor(name: str) -> str:
    """Return the executor after a check of its name and packages."""
    if name:
        from eastbound.reports.remote.cluster import check_executor

        check_executor(name)
    return name


def _places(out: Path | str | None) -> tuple[Path | None, str]:
    """Return the folder for runs and the address that they are copied to, which is checked."""
    if not isinstance(out, str):
        return out, ""
    from eastbound.reports.remote.addresses import check_address

    check_address(out, option="--out")
    return None, out


def _request(
    home: Path | None,
    *,
    job: str | None,
    pairs: tuple[tuple[str, str], ...],
    file: Path | None,
    data: Path | None,
    **selection: Any,
) -> Request:
    """Return what the options of a command ask for, completed by its standing job."""
    from eastbound.reports.jobs.parameter_file import read_parameters
    from eastbound.reports.jobs.request import Request, merged_parameters, with_job

    values = merged_parameters(read_parameters(file) if file is not None else {}, pairs)
    request = Request(parameters=values, data=str(data.absolute()) if data else None, **selection)
    return request if job is None else with_job(request, job, home=home)


def _show_plans(plans: list[Any], *, jobs: int | None, force: bool, as_json: bool) -> None:
    from eastbound.reports.jobs.preview import preview_plan

    previews = [preview_plan(each, force=force, jobs=jobs) for each in plans]
    if as_json:
        show({"schema": "plans/1", "runs": [each.as_record() for each in previews]}, as_json)
    else:
        show("\n\n".join(each.as_text() for each in previews), as_json)
