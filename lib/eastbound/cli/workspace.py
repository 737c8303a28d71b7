"""The workspace: lay it out, open it, see what is missing on this machine."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from eastbound.cli.shared import home_option, json_option, show


@click.command()
@home_option
@json_option
def doctor(home: Path | None, as_json: bool) -> int:
    """Say what is missing on this machine."""
    from eastbound.reports.doctor import as_text
    from eastbound.reports.doctor import doctor as run

    checks = run(home=home)
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
@click.option("--cache", "cache", is_flag=True, required=True, help="Remove kept simulations, fits and backtests.")
def clean(cache: bool) -> int:
    """Remove what can be made again."""
    from eastbound.ensemble.cache import cache_folder, clean_cache, sweep

    sweep()
    freed = clean_cache(limit=0)
    click.echo(f"{cache_folder()}: {freed / 10**6:.1f} MB freed")
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
