"""The command `eastbound`: parse, call, print, exit code.

Exit codes: 0 good; 1 a notebook or model failed, what could be made is made;
2 input refused before anything ran.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from eastbound import __version__
from eastbound.constants import DRAWS, SEED, UNTIL
from eastbound.errors import EastboundError

# Modules with pandas, papermill and the like are imported inside the commands: `--help` starts at once.


def _settle_home(_context: click.Context, _option: click.Parameter, home: Path | None) -> Path | None:
    """Make `--home` the workspace of everything this command loads, own data included."""
    if home is not None:
        os.environ["EASTBOUND_HOME"] = str(home)
    return home


_home = click.option(
    "--home",
    type=click.Path(path_type=Path),
    callback=_settle_home,
    is_eager=True,
    help="Workspace with notebooks, params and data.",
)
_as_of = click.option("--as-of", metavar="DATE", help="Use only what had been published by this day.")
_data = click.option("--data", type=click.Path(path_type=Path), help="Folder with your own CSV files.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def main(args: list[str] | None = None) -> int:
    """Run the command line and return its exit code; user errors never show a traceback."""
    before = dict(os.environ)
    try:
        code = cli.main(args, prog_name="eastbound", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        click.echo("stopped", err=True)
        return 1
    except EastboundError as error:
        click.echo(f"eastbound: {error}", err=True)
        return error.exit_code
    finally:
        os.environ.clear()  # `--home` holds for one command
        os.environ.update(before)
    return code if isinstance(code, int) else 0


def entry() -> None:
    """Run `main` as the installed command."""
    sys.exit(main())


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="eastbound")
def cli() -> None:
    """Scenario and risk forecasts for the China-Russia turn to the East."""


@cli.command()
@click.option("-s", "--scenario", "scenarios", multiple=True, help="Scenario name or file; repeatable. Default: all.")
@click.option("-k", "--notebook", "notebooks", multiple=True, help="Notebook, by name or part of it; repeatable.")
@click.option("-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Repeatable.")
@click.option("-j", "--jobs", type=click.IntRange(1, 64), help="Notebooks run side by side. Default: the cores.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for runs. Default: reports.")
@click.option("-n", "--dry-run", is_flag=True, help="Check and show the plan; run nothing.")
@_as_of
@_home
@_json
def report(
    *, parameters: tuple[tuple[str, str], ...], jobs: int | None, dry_run: bool, as_json: bool, **selection: Any
) -> int:
    """Run the notebooks under the scenarios and write the report."""
    from eastbound.reports.plan import plan_report
    from eastbound.reports.run import run_report

    plan = plan_report(parameters=list(parameters), **selection)
    if dry_run:
        _print(plan.as_record() if as_json else plan.as_text(), as_json)
        return 0
    run = run_report(plan, jobs=jobs)
    _print(run.as_record() if as_json else run.as_text(), as_json)
    return run.exit_code


@cli.command()
@click.argument("subject")
@click.option("-s", "--scenario", default="baseline", show_default=True)
@click.option("--draws", type=int, default=DRAWS, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option("--until", type=int, default=UNTIL, show_default=True)
@_as_of
@_data
@_home
@_json
def forecast(subject: str, *, as_of: str | None, data: Path | None, as_json: bool, **options: Any) -> int:
    """Forecast one SUBJECT: trade, primorye or pipelines."""
    from eastbound.ensemble.forecast import as_text
    from eastbound.ensemble.forecast import forecast as run
    from eastbound.evidence.book import load_evidence

    record = run(subject, book=load_evidence(as_of, data=data), **options)
    _print(record if as_json else as_text(record), as_json)
    return 0


@cli.command()
@click.argument("subject")
@click.option("--draws", type=int, default=DRAWS, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True)
@_data
@_home
@_json
def backtest(subject: str, *, data: Path | None, as_json: bool, **options: Any) -> int:
    """Forecast SUBJECT again from past data vintages and score what came."""
    from eastbound.evaluation.backtest import backtest as run
    from eastbound.evaluation.record import as_text, backtest_record
    from eastbound.evidence.book import load_evidence

    record = backtest_record(run(subject, book=load_evidence(data=data), **options), subject=subject)
    _print(record if as_json else as_text(record), as_json)
    return 0


@cli.command()
@_home
@_json
def doctor(home: Path | None, as_json: bool) -> int:
    """Say what is missing on this machine."""
    from eastbound.reports.doctor import as_text
    from eastbound.reports.doctor import doctor as run

    checks = run(home=home)
    _print([check.as_record() for check in checks] if as_json else as_text(checks), as_json)
    return 0 if all(check.passed for check in checks) else 1


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@_home
def lab(arguments: tuple[str, ...], *, home: Path | None) -> int:
    """Open the notebooks in JupyterLab; ARGUMENTS are passed on to it."""
    from eastbound.reports.lab import open_lab

    return open_lab(home, arguments=arguments)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> int:
    """Lay out a workspace with notebooks and params in FOLDER."""
    from eastbound.scenarios.home import lay_out

    for path in lay_out(folder):
        click.echo(path)
    return 0


@cli.group()
def data() -> None:
    """List and show the evidence, add to it and refresh it."""


@data.command("list")
@_as_of
@_data
@_json
def data_list(as_of: str | None, data: Path | None, as_json: bool) -> int:
    """List every series: unit, values, first and last period, sources."""
    from eastbound.evidence.book import load_evidence
    from eastbound.evidence.listing import list_series, list_text

    table = list_series(load_evidence(as_of, data=data))
    if as_json:
        _frame(table)
    else:
        click.echo(list_text(table))
    return 0


@data.command("show")
@click.argument("series")
@click.option("--period", help="Only this period, such as 2023 or 2023-05.")
@_as_of
@_data
@_json
def data_show(series: str, *, period: str | None, as_of: str | None, data: Path | None, as_json: bool) -> int:
    """Show the values of a SERIES, their sources, and which value is chosen over which."""
    from eastbound.evidence.book import load_evidence
    from eastbound.evidence.listing import show_series, show_text

    book = load_evidence(as_of, data=data)
    if as_json:
        _frame(show_series(book, series, period=period))
    else:
        click.echo(show_text(book, series, period=period))
    return 0


# A value may begin with a minus sign, which is no option.
@data.command("add", context_settings={"ignore_unknown_options": True})
@click.argument("series")
@click.argument("period")
@click.argument("value")
@click.option("--unit", required=True, help="Unit of the value, which is that of the series.")
@click.option("--source", required=True, help='A source id, or a new source: "Publisher, title, https://address".')
@click.option("--published", required=True, metavar="DATE", help="The day it was published.")
@click.option("--low", help="Least figure that the print allows.")
@click.option("--high", help="Largest figure that the print allows.")
@click.option("--kind", help="What kind of figure it is. Default: observed.")
@click.option("--locator", help="Where it stands in the source.")
@click.option("--note", help="What should be known of it.")
@_home
def data_add(series: str, period: str, value: str, *, home: Path | None, **stated: Any) -> int:
    """Enter the VALUE of a SERIES for a PERIOD; it is checked and kept in the workspace."""
    from eastbound.evidence.entry import add_observation
    from eastbound.scenarios.home import find_home

    click.echo(add_observation(series, period, value, home=find_home(home), **stated))
    return 0


@data.command("refresh")
@click.argument("source", required=False)
@click.option("--address", metavar="URL", help="Another address of the service, such as a mirror.")
@_home
@_json
def data_refresh(source: str | None, *, address: str | None, home: Path | None, as_json: bool) -> int:
    """Ask the public service SOURCE (comtrade, ecb, eia or fred; default: all) for newer figures."""
    from eastbound.evidence.refresh import refresh
    from eastbound.scenarios.home import find_home

    records = refresh(source, home=find_home(home), address=address)
    texts = "\n".join(record.as_text() for record in records)
    _print([record.as_record() for record in records] if as_json else texts, as_json)
    return 1 if any(record.trouble for record in records) else 0


@data.command("audit")
@click.option("--strict", is_flag=True, help="Exit 1 on an error that is not accepted with a reason.")
@_as_of
@_data
@_json
def data_audit(*, strict: bool, as_of: str | None, data: Path | None, as_json: bool) -> int:
    """Recompute what sources print about themselves and show what does not fit."""
    from eastbound.evidence.audit import audit, audit_record, audit_text, failed
    from eastbound.evidence.book import load_evidence

    book = load_evidence(as_of, data=data)
    findings = audit(book)
    _print(audit_record(book, findings) if as_json else audit_text(findings), as_json)
    return 1 if strict and failed(findings) else 0


@cli.group()
def scenarios() -> None:
    """List, show, copy and check scenario files."""


@scenarios.command("list")
@_home
@_json
def scenarios_list(home: Path | None, as_json: bool) -> int:
    """List the scenarios of the workspace."""
    from eastbound.scenarios.library import list_scenarios

    records = list_scenarios(home=home)
    if as_json:
        _print(records, as_json)
    else:
        width = max(len(record["name"]) for record in records)
        for record in records:
            click.echo(f"{record['name']:{width}}  {record['title']}")
    return 0


@scenarios.command("show")
@click.argument("name")
@click.option("--resolved", is_flag=True, help="With everything inherited written out.")
@_home
def scenarios_show(name: str, *, resolved: bool, home: Path | None) -> int:
    """Show the scenario NAME as YAML."""
    from eastbound.scenarios.library import show_scenario

    click.echo(show_scenario(name, resolved=resolved, home=home))
    return 0


@scenarios.command("copy")
@click.argument("name")
@click.argument("new_name")
@_home
def scenarios_copy(name: str, new_name: str, *, home: Path | None) -> int:
    """Start the scenario NEW_NAME from NAME."""
    from eastbound.scenarios.library import copy_scenario

    click.echo(copy_scenario(name, new_name, home=home))
    return 0


@scenarios.command("validate")
@click.argument("names", nargs=-1)
@_home
def scenarios_validate(names: tuple[str, ...], *, home: Path | None) -> int:
    """Check scenario files by NAMES (names or paths; default: all)."""
    from eastbound.scenarios.library import validate_scenarios

    for line in validate_scenarios(list(names), home=home):
        click.echo(line)
    return 0


@scenarios.command("schema")
def scenarios_schema() -> int:
    """Print the JSON schema of a scenario file, for editors."""
    from eastbound.scenarios.schema import Scenario

    _print(Scenario.model_json_schema(), True)
    return 0


def _print(content: Any, as_json: bool) -> None:
    click.echo(json.dumps(content, indent=2, ensure_ascii=False, default=str) if as_json else content)


def _frame(frame: Any) -> None:
    """Print a data frame as JSON records."""
    click.echo(frame.to_json(orient="records", indent=2, force_ascii=False, date_format="iso"))
