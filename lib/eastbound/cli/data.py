"""Commands on the evidence: list, show, add, remove, effects, causal claims, refresh, audit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from eastbound.cli.shared import as_of_option, data_option, home_option, json_option, show, show_frame

no_forecast_option = click.option(
    "--no-forecast", is_flag=True, help="Do not compute the forecast before and after, which takes some seconds."
)


@click.group()
def data() -> None:
    """List, show, add, remove, refresh and audit figures; list the effects of events and the causal claims."""


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


# A value may begin with a minus sign and is still not an option.
@data.command("add", context_settings={"ignore_unknown_options": True})
@click.argument("series")
@click.argument("period")
@click.argument("value")
@click.option("--unit", required=True, help="Unit of the value: the unit of the series.")
@click.option("--source", required=True, help='A source id, or a new source: "Publisher, title, https://address".')
@click.option("--published", required=True, metavar="DATE", help="Day of publication.")
@click.option("--low", help="Lower end of the published or rounded range.")
@click.option("--high", help="Upper end of the published or rounded range.")
@click.option("--kind", help="Kind of figure, such as observed, estimate or plan. Default: observed.")
@click.option("--locator", help="Position in the source, such as a page or table.")
@click.option("--note", help="Remark to keep with the figure.")
@click.option("--confirm", is_flag=True, help="Keep a figure that differs fivefold from its neighbours.")
@no_forecast_option
@home_option
def data_add(series: str, period: str, value: str, *, home: Path | None, no_forecast: bool, **stated: Any) -> int:
    """Check the VALUE of a SERIES for a PERIOD, keep it in the workspace and show its effect on the forecast."""
    from eastbound.evidence.entry import add_observation

    change = partial(add_observation, series, period, value, **stated)
    _change(series, change, home=home, forecast=not no_forecast)
    return 0


@data.command("remove")
@click.argument("series")
@click.argument("period")
@click.option("--source", help="Source id of the figure, when the period has several.")
@click.option("--locator", help="Locator of the figure, when a source has several.")
@no_forecast_option
@home_option
def data_remove(series: str, period: str, *, home: Path | None, no_forecast: bool, **stated: Any) -> int:
    """Remove a figure of a SERIES for a PERIOD from the workspace's own tables."""
    from eastbound.evidence.removal import remove_observation

    change = partial(remove_observation, series, period, **stated)
    _change(series, change, home=home, forecast=not no_forecast)
    return 0


def _change(series: str, change: Callable[..., str], *, home: Path | None, forecast: bool) -> None:
    """Make a change of the workspace's figures, then print its effect on the forecast."""
    from eastbound.errors import EastboundError
    from eastbound.evaluation.figure_effect import figure_effect
    from eastbound.evidence.book import known_by, load_evidence
    from eastbound.evidence.listing import resolve
    from eastbound.periods import YEARS
    from eastbound.scenarios.home import find_home

    folder = find_home(home)
    everything = load_evidence(YEARS[1])
    click.echo(change(home=folder))
    if not forecast:
        return
    after = load_evidence()
    try:
        click.echo(figure_effect(known_by(everything, after.as_of), after, resolve(after, series), home=folder))
    except EastboundError as error:
        click.echo(f"The figure is changed, but the forecast could not be computed: {error}", err=True)


@data.command("effects")
@click.argument("series", required=False)
@as_of_option
@data_option
@json_option
def data_effects(series: str | None, *, as_of: str | None, data: Path | None, as_json: bool) -> int:
    """List the measured effects of events (on SERIES): size, window and recovery. JSON has every published effect."""
    from eastbound.evidence.book import load_evidence
    from eastbound.evidence.event_effects import effects_text, event_effects

    book = load_evidence(as_of, data=data)
    if as_json:
        show_frame(event_effects(book, series))
    else:
        click.echo(effects_text(book, series))
    return 0


@data.command("refresh")
@click.argument("source", required=False)
@click.option("--address", metavar="URL", help="Another address of the service, such as a mirror.")
@home_option
@json_option
def data_refresh(source: str | None, *, address: str | None, home: Path | None, as_json: bool) -> int:
    """Fetch newer figures from the public service SOURCE (comtrade, ecb, eia or fred; default: all)."""
    from eastbound.evidence.refresh import refresh
    from eastbound.scenarios.home import find_home

    records = refresh(source, home=find_home(home), address=address)
    texts = "\n".join(record.as_text() for record in records)
    show([record.as_record() for record in records] if as_json else texts, as_json)
    return 1 if any(record.trouble for record in records) else 0


@data.command("causal-claims")
@as_of_option
@data_option
@json_option
def data_causal_claims(*, as_of: str | None, data: Path | None, as_json: bool) -> int:
    """List the causal claims of the source articles: sign, size, and the parameter that carries each."""
    from eastbound.evidence.book import load_evidence
    from eastbound.evidence.causal_claims import causal_claims, causal_claims_text

    table = causal_claims(load_evidence(as_of, data=data))
    if as_json:
        show_frame(table)
    else:
        click.echo(causal_claims_text(table))
    return 0


@data.command("audit")
@click.option("--strict", is_flag=True, help="Exit 1 on an error that is not accepted with a reason.")
@as_of_option
@data_option
@json_option
def data_audit(*, strict: bool, as_of: str | None, data: Path | None, as_json: bool) -> int:
    """Recompute totals, growth rates and ratios that sources print, and list the contradictions."""
    from eastbound.evidence.audit import audit, audit_record, audit_text, failed
    from eastbound.evidence.book import load_evidence

    book = load_evidence(as_of, data=data)
    findings = audit(book)
    show(audit_record(book, findings) if as_json else audit_text(findings), as_json)
    return 1 if strict and failed(findings) else 0
