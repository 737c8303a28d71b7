"""Reports: run the notebooks."""

from __future__ import annotations

from typing import Any

import click

from eastbound.cli.shared import (
    NamedPath,
    as_of_option,
    chosen_views,
    data_option,
    home_option,
    json_option,
    show,
    view_option,
    views_option,
)


@click.command()
@click.option(
    "-s",
    "--scenario",
    "scenarios",
    multiple=True,
    help="Scenario name or file, repeatable; `all` for every one. Default: those of params/reporting.yml and your own.",
)
@click.option("-k", "--notebook", "notebooks", multiple=True, help="Notebook, by name or part of it; repeatable.")
@click.option("-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Repeatable.")
@click.option("-j", "--jobs", type=click.IntRange(1, 64), help="Notebooks run side by side. Default: the cores.")
@click.option("--force", is_flag=True, help="Make every page anew, also those that nothing has changed.")
@click.option("--publish", is_flag=True, help="Append the forecasts to the ledger, when every page is made.")
@click.option("--out", type=NamedPath(), help="Folder for runs. Default: reports.")
@click.option("-n", "--dry-run", is_flag=True, help="Check and show the plan; run nothing.")
@as_of_option
@data_option
@views_option
@view_option
@home_option
@json_option
def report(
    *,
    parameters: tuple[tuple[str, str], ...],
    jobs: int | None,
    force: bool,
    dry_run: bool,
    logged: bool,
    stated: tuple[str, ...],
    as_json: bool,
    **selection: Any,
) -> int:
    """Run the notebooks under the scenarios and write the report.

    `latest` points at the newest full report of the book alone: a report with --data, --view or --views never moves it.
    """
    from eastbound.reports.history.publish import check_publishable, publish, published_text
    from eastbound.reports.plan import plan_report
    from eastbound.reports.run import run_report

    published = selection.pop("publish")
    views = chosen_views(logged=logged, stated=stated, as_of=selection["as_of"], home=selection["home"])
    plan = plan_report(parameters=list(parameters), views=views, **selection)
    if published:
        check_publishable(plan)
    if dry_run:
        show(plan.as_record() if as_json else plan.as_text(), as_json)
        return 0
    run = run_report(plan, jobs=jobs, force=force)
    record, text = run.as_record(), run.as_text()
    if published and run.exit_code == 0:
        entry = publish(run.folder, home=selection["home"])
        record, text = {**record, "published": entry}, f"{published_text(entry)}\n{text}"
    show(record if as_json else text, as_json)
    return run.exit_code
