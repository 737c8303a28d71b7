"""Commands on views: add, list, remove."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from eastbound.cli.shared import home_option, json_option, show
from eastbound.constants import DRAWS, SEED

_who = click.option("--who", required=True, help="Author of the view.")
_why = click.option("--why", required=True, help="Reason, in a sentence.")


@click.group()
def views() -> None:
    """Add, list and remove your own probabilities, paths and settings, with author, reason and price."""


@views.command("add")
@click.argument("statement")
@_who
@_why
@click.option("-s", "--scenario", default="baseline", show_default=True, help="Scenario to which it applies.")
@home_option
@json_option
def views_add(statement: str, *, who: str, why: str, scenario: str, home: Path | None, as_json: bool) -> int:
    """Enter a STATEMENT such as "P(trade.china_russia.total >= 300 in 2030) = 0.5" in the log.

    \b
    P(80 <= SERIES <= 90 in 2035) = 0.8         a probability; also >= or <=
    mean(SERIES, 2030) <= 300                   a mean; with = also "300 ± 40"
    median(SERIES, 2030) = 280                  a quantile; q90(...) and the like
    path(SERIES, 2027=60, 2028=60) ± 5          a fixed path; exact without ± (or +-)
    set primorye.reference_class_weight = 0.3   a changed setting of params/models
    """
    from eastbound.ensemble.with_views import price_view, view_text
    from eastbound.scenarios.statements import parse_statement
    from eastbound.scenarios.view_log import add_view

    read = parse_statement(statement)
    name, size = price_view(read, scenario=scenario, home=home, draws=DRAWS, seed=SEED)
    entry = add_view(read, scenario=name, who=who, why=why, size=size, home=home)
    record = entry.as_record()
    show(record if as_json else view_text({**record, **size}), as_json)
    return 0


@views.command("list")
@click.option("--all", "everything", is_flag=True, help="Include removed views.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Views in force at the end of this day.")
@home_option
@json_option
def views_list(*, everything: bool, day: date | None, home: Path | None, as_json: bool) -> int:
    """List the views in force, oldest first."""
    from eastbound.scenarios.view_log import active, list_text, read_log

    entries = read_log(home)
    until = date(day.year, day.month, day.day) if day else None
    in_force = active(entries, day=until)
    shown = [entry for entry in entries if until is None or entry.when <= until] if everything else in_force
    if as_json:
        ids = {entry.id for entry in in_force}
        show([{**entry.as_record(), "in_force": entry.id in ids} for entry in shown], as_json)
    else:
        click.echo(list_text(shown))
    return 0


@views.command("remove")
@click.argument("view_id", metavar="ID")
@_who
@_why
@home_option
def views_remove(view_id: str, *, who: str, why: str, home: Path | None) -> int:
    """Remove the view ID; its entry stays in the log."""
    from eastbound.scenarios.view_log import remove_view

    entry = remove_view(view_id, who=who, why=why, home=home)
    click.echo(f"{entry.id} is no longer in force ({entry.who}, {entry.when}: {entry.why})")
    return 0
