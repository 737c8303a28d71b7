"""The evidence: list, show, add, refresh, audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eastbound.cli.shared import as_of_option, data_option, home_option, json_option, show, show_frame


@click.group()
def data() -> None:
    """List and show the evidence, add to it and refresh it."""


@data.command("list")
@as_of_option
@data_option
@json_option
def data_list(as_of: str | None, data: Path | None, as_json: bool) -> int:
    """List every series: unit, values, first and last period, sources."""
    from eastbound.evidence.book import load_evidence
    from eastbound.evidence.listing import list_series, list_text

    table = list_series(load_evidence(as_of, data=data))
    if as_json:
        show_frame(table)
    else:
        click.echo(list_text(table))
    return 0


@data.command("show")
@click.argument("series")
@click.option("--period", help="Only this period, such as 2023 or 2023-05.")
@as_of_option
@data_option
@json_option
def data_show(series: str, *, period: str | None, as_of: str | None, data: Path | None, as_json: bool) -> int:
    """Show the values of a SERIES, their sources, and which value is chosen over which."""
    from eastbound.evidence.book import load_evidence
    from eastbound.evidence.listing import show_series, show_text

    book = load_evidence(as_of, data=data)
    if as_json:
        show_frame(show_series(book, series, period=period))
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
@home_option
def data_add(series: str, period: str, value: str, *, home: Path | None, **stated: Any) -> int:
    """Enter the VALUE of a SERIES for a PERIOD; it is checked and kept in the workspace."""
    from eastbound.evidence.entry import add_observation
    from eastbound.scenarios.home import find_home

    click.echo(add_observation(series, period, value, home=find_home(home), **stated))
    return 0


@data.command("refresh")
@click.argument("source", required=False)
@click.option("--address", metavar="URL", help="Another address of the service, such as a mirror.")
@home_option
@json_option
def data_refresh(source: str | None, *, address: str | None, home: Path | None, as_json: bool) -> int:
    """Ask the public service SOURCE (comtrade, ecb, eia or fred; default: all) for newer figures."""
    from eastbound.evidence.refresh import refresh
    from eastbound.scenarios.home import find_home

    records = refresh(source, home=find_home(home), address=address)
    texts = "\n".join(record.as_text() for record in records)
    show([record.as_record() for record in records] if as_json else texts, as_json)
    return 1 if any(record.trouble for record in records) else 0


@data.command("audit")
@click.option("--strict", is_flag=True, help="Exit 1 on an error that is not accepted with a reason.")
@as_of_option
@data_option
@json_option
def data_audit(*, strict: bool, as_of: str | None, data: Path | None, as_json: bool) -> int:
    """Recompute what sources print about themselves and show what does not fit."""
    from eastbound.evidence.audit import audit, audit_record, audit_text, failed
    from eastbound.evidence.book import load_evidence

    book = load_evidence(as_of, data=data)
    findings = audit(book)
    show(audit_record(book, findings) if as_json else audit_text(findings), as_json)
    return 1 if strict and failed(findings) else 0
