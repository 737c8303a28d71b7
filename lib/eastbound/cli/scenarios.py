"""Scenario files: list, show, copy, check."""

from __future__ import annotations

from pathlib import Path

import click

from eastbound.cli.shared import home_option, json_option, show


@click.group()
def scenarios() -> None:
    """List, show, copy and check scenario files."""


@scenarios.command("list")
@home_option
@json_option
def scenarios_list(home: Path | None, as_json: bool) -> int:
    """List the scenarios of the workspace."""
    from eastbound.scenarios.library import list_scenarios

    records = list_scenarios(home=home)
    if as_json:
        show(records, as_json)
    else:
        width = max(len(record["name"]) for record in records)
        for record in records:
            click.echo(f"{record['name']:{width}}  {record['title']}")
    return 0


@scenarios.command("show")
@click.argument("name")
@click.option("--resolved", is_flag=True, help="With everything inherited written out.")
@home_option
def scenarios_show(name: str, *, resolved: bool, home: Path | None) -> int:
    """Show the scenario NAME as YAML."""
    from eastbound.scenarios.library import show_scenario

    click.echo(show_scenario(name, resolved=resolved, home=home))
    return 0


@scenarios.command("copy")
@click.argument("name")
@click.argument("new_name")
@home_option
def scenarios_copy(name: str, new_name: str, *, home: Path | None) -> int:
    """Start the scenario NEW_NAME from NAME."""
    from eastbound.scenarios.library import copy_scenario

    click.echo(copy_scenario(name, new_name, home=home))
    return 0


@scenarios.command("validate")
@click.argument("names", nargs=-1)
@home_option
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

    show(Scenario.model_json_schema(), True)
    return 0
