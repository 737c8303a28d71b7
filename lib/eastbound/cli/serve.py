"""Serve the explorer to colleagues."""

from __future__ import annotations

from pathlib import Path

import click

from eastbound.cli.shared import home_option


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("subject", default="primorye")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@home_option
def serve(subject: str, arguments: tuple[str, ...], *, home: Path | None) -> int:
    """Serve the explorer of SUBJECT in a browser, read-only; ARGUMENTS such as --port=8900 are passed on to Voila."""
    from eastbound.explorer.serve import serve as run

    return run(subject, arguments=arguments, home=home)
