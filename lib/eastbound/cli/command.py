"""The command itself: its groups, its errors and its exit codes."""

from __future__ import annotations

import os
import sys

import click

from eastbound import __version__
from eastbound.cli import data, forecasts, history, questions, reports, scenarios, schemas, serve, views, workspace
from eastbound.errors import EastboundError, shortened


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="eastbound")
def cli() -> None:
    """Scenario and risk forecasts for the China-Russia turn to the East."""


for _command in (
    reports.plan,
    reports.report,
    history.runs,
    history.compare,
    history.ledger,
    history.score,
    forecasts.forecast,
    forecasts.backtest,
    questions.ask,
    questions.claims,
    data.data,
    scenarios.scenarios,
    schemas.schemas,
    views.views,
    workspace.clean,
    workspace.doctor,
    workspace.lab,
    serve.serve,
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
        click.echo(_error_text(error), err=True)
        return error.exit_code
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - flushed when Python ends
        return 1
    except OSError as error:
        click.echo(f"eastbound: {_system_text(error)}", err=True)
        return 1
    finally:
        os.environ.clear()  # `--home` holds for one command
        os.environ.update(before)
    return code if isinstance(code, int) else 0


def _error_text(error: EastboundError) -> str:
    """Return what a person, or with the log format ``json`` a program, is told of an error."""
    if os.environ.get("EASTBOUND_LOG_FORMAT") != "json":
        return f"eastbound: {error}"
    from eastbound.reports.unattended.log import error_line

    return error_line(str(error), code=error.exit_code)


def _system_text(error: OSError) -> str:
    """Describe a file that cannot be read or written, and what to do."""
    from eastbound.ensemble.store import cache_folder

    path = str(error.filename or "")
    if path.startswith(str(cache_folder())):
        return f"cannot write to {shortened(path)}: {error.strerror}. Set $EASTBOUND_CACHE to a folder."
    where = f"`{shortened(path)}` cannot be used" if path else "the system refused"
    return f"{where}: {error.strerror or error}. Check the path, its permissions and the free space."


def entry() -> None:
    """Run `main` as the installed command."""
    sys.exit(main())
