"""The workspace: lay it out, open it, see what is missing on this machine."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from eastbound.cli.shared import NamedPath, WholeNumber, home_option, json_option, show


@click.command()
@click.option("--extension", metavar="NAME", help="Check one extension as our own parts are checked.")
@home_option
@json_option
def doctor(extension: str | None, *, home: Path | None, as_json: bool) -> int:
    """Say what is missing on this machine."""
    from eastbound.reports.doctor import as_text, check_extension
    from eastbound.reports.doctor import doctor as run

    checks = check_extension(extension, home=home) if extension else run(home=home)
    show([check.as_record() for check in checks] if as_json else as_text(checks), as_json)
    return 0 if all(check.passed for check in checks) else 1


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@home_option
def lab(arguments: tuple[str, ...], *, home: Path | None) -> int:
    """Open the notebooks in JupyterLab; ARGUMENTS are passed on to it."""
    from eastbound.reports.lab import open_lab

    return open_lab(home, arguments=arguments)


@click.command()
@click.option("--keep", type=WholeNumber(min=1), metavar="N", help="Remove the runs older than the newest N.")
@click.option("--cache", is_flag=True, help="Remove kept simulations, fits, backtests and pages.")
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be removed; remove nothing.")
@click.option("--out", type=NamedPath(), help="Folder of the runs. Default: reports.")
@home_option
@json_option
def clean(*, keep: int | None, cache: bool, dry_run: bool, out: Path | None, home: Path | None, as_json: bool) -> int:
    """Remove old runs, and what can be made again.

    The run that `latest` points at, every published run and the ledger stay.
    """
    from eastbound.ensemble.cache import cache_folder, cache_size, clean_cache, sweep
    from eastbound.errors import InputError
    from eastbound.reports.folder import runs_folder
    from eastbound.reports.unattended.retention import remove_runs
    from eastbound.scenarios.home import find_home

    if keep is None and not cache:
        message = "say what to remove: --keep N for old runs, --cache for what can be made again."
        raise InputError(message)
    record: dict[str, object] = {"schema": "clean/1", "dry_run": dry_run}
    lines = []
    if keep is not None:
        removal = remove_runs(runs_folder(find_home(home), out), keep=keep, home=home, dry_run=dry_run)
        record["runs"] = removal.as_record()
        lines.append(removal.as_text(dry_run=dry_run))
    if cache:
        if not dry_run:
            sweep()
        freed = cache_size() if dry_run else clean_cache(limit=0)
        record["cache"] = {"folder": str(cache_folder()), "bytes": freed}
        lines.append(f"{cache_folder()}: {freed / 10**6:.1f} MB {'to free' if dry_run else 'freed'}")
    show(record if as_json else "\n".join(lines), as_json)
    return 0


@click.command()
@click.argument("folder")
def init(folder: str) -> int:
    """Lay out a workspace in FOLDER: notebooks, params, a first scenario of your own, a page that explains them."""
    from eastbound.scenarios.layout import lay_out

    for path in lay_out(folder):
        click.echo(path)
    click.echo(f"Next: cd {shlex.quote(folder)} && eastbound lab")
    return 0
