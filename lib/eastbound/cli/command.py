"""The command itself: its groups, its errors and its exit codes."""

from __future__ import annotations

import os
import sys

import click

from eastbound import __version__
from eastbound.cli import data, forecasts, reports, scenarios, views, workspace
from eastbound.errors import EastboundError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="eastbound")
def cli() -> None:
    """Scenario and risk forecasts for the China-Russia turn to the East."""


for _command in (
    reports.report,
    forecasts.forecast,
    forecasts.backtest,
    data.data,
    scenarios.scenarios,
    views.views,
    workspace.doctor,
    workspace.lab,
    workspace.init,
):
    cli.add_command(_command)


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
