"""Commands on scenario files: list, card, show, copy, new, diff, watch, validate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from eastbound.cli.shared import as_of_option, home_option, json_option, show


@click.group()
def scenarios() -> None:
    """List, show, write, compare and check scenario files."""


_far_option = click.option(
    "--plausibility", "far", is_flag=True, help="With the distance from the baseline's futures; simulates what is new."
)


@scenarios.command("list")
@_far_option
@as_of_option
@home_option
@json_option
def scenarios_list(far: bool, *, as_of: str | None, home: Path | None, as_json: bool) -> int:
    """List the scenarios of the workspace; name those that cannot be loaded and exit with 1."""
    from eastbound.scenarios.library import read_library, scenario_record

    library, day = read_library(home), _day(as_of)
    records = [scenario_record(item.scenario, as_of=day) for item in library.scenarios.values()]
    distances = _plausibility(list(library.scenarios), as_of, home) if far else {}
    for record in records if far else ():
        record["plausibility"] = distances[record["name"]]
    if as_json:
        show(records, as_json)
    else:
        width = max((len(record["name"]) for record in records), default=0)
        for record in records:
            expired = f" (expired after {record['expires']['after']})" if record["expired"] else ""
            tail = " (a test of the tail, not a forecast)" if record["stress_test"] else ""
            click.echo(f"{record['name']:{width}}  {_chances(record)}{record['title']}{tail}{expired}")
    for name, problem in library.problems.items():
        click.echo(f"eastbound: scenario `{name}` cannot be loaded:\n{problem}", err=True)
    for file, reason in library.misnamed.items():
        click.echo(f"eastbound: `{file}` is passed over: {reason}.", err=True)
    return 1 if library.problems else 0


@scenarios.command("card")
@click.argument("name")
@_far_option
@as_of_option
@home_option
@json_option
def scenarios_card(name: str, *, far: bool, as_of: str | None, home: Path | None, as_json: bool) -> int:
    """Show the card of scenario NAME: story, probability, what happens when, how large, what ends it."""
    from eastbound.scenarios.card import card_text, scenario_card
    from eastbound.scenarios.loader import load_scenario

    scenario, baseline = load_scenario(name, home=home), load_scenario("baseline", home=home)
    card = scenario_card(scenario, baseline=baseline, as_of=_day(as_of))
    if far:
        fact = ("Plausibility", _in_words(_plausibility([name], as_of, home)[scenario.name]))
        card = replace(card, facts=(*card.facts, fact))
    show(asdict(card) if as_json else card_text(card), as_json)
    return 0


@scenarios.command("show")
@click.argument("name")
@click.option("--resolved", is_flag=True, help="With everything inherited written out.")
@home_option
def scenarios_show(name: str, *, resolved: bool, home: Path | None) -> int:
    """Show the scenario NAME as YAML."""
    from eastbound.scenarios.authoring import show_scenario

    click.echo(show_scenario(name, resolved=resolved, home=home))
    return 0


@scenarios.command("copy")
@click.argument("name")
@click.argument("new_name")
@click.option("--title", help="Title of the new scenario; default: its name in words.")
@home_option
def scenarios_copy(name: str, new_name: str, *, title: str | None, home: Path | None) -> int:
    """Start the scenario NEW_NAME with the text of NAME, comments included; `new` states only what differs."""
    from eastbound.scenarios.authoring import copy_scenario

    click.echo(copy_scenario(name, new_name, title=title, home=home))
    return 0


@scenarios.command("new")
@click.argument("new_name", required=False)
@click.option("--from", "source", metavar="NAME", help="Scenario to take over; `baseline` for the usual course.")
@click.option("--title", help="Title of the new scenario; default: its name in words.")
@click.option(
    "--set",
    "edits",
    multiple=True,
    metavar="PATH=VALUE",
    help="A value that differs, such as my_event.severity=2; repeatable.",
)
@click.option("--why", help="Reason of these values.")
@home_option
def scenarios_new(
    new_name: str | None,
    *,
    source: str | None,
    title: str | None,
    edits: tuple[str, ...],
    why: str | None,
    home: Path | None,
) -> int:
    """Write the scenario NEW_NAME that takes over another one; on a terminal, asks for what is not given."""
    from eastbound.cli.asking import ask_new_scenario
    from eastbound.scenarios.authoring import new_scenario

    if new_name is None or source is None:
        answers = ask_new_scenario(new_name, source, title=title, edits=edits, why=why, home=home)
        new_name, source, title, edits, why = answers
    click.echo(new_scenario(new_name, source=source, title=title, edits=edits, why=why, home=home))
    return 0


@scenarios.command("diff")
@click.argument("before")
@click.argument("after")
@as_of_option
@home_option
@json_option
def scenarios_diff(before: str, after: str, *, as_of: str | None, home: Path | None, as_json: bool) -> int:
    """Say in words how scenario AFTER differs from BEFORE (names or paths)."""
    from eastbound.scenarios.differences import scenario_differences
    from eastbound.scenarios.loader import load_scenario

    first, second = (load_scenario(name, home=home) for name in (before, after))
    lines = scenario_differences(first, second, as_of=_day(as_of))
    text = "\n".join(f"- {line}" for line in lines) or "The two scenarios say the same."
    show(lines if as_json else text, as_json)
    return 0


@scenarios.command("watch")
@click.argument("name")
@click.option("--draws", type=int, help="Simulated futures; fewer answer sooner.")
@as_of_option
@home_option
def scenarios_watch(name: str, *, draws: int | None, as_of: str | None, home: Path | None) -> int:
    """Check scenario NAME (or a path) at each save, and print what the change does to the numbers of a report."""
    from eastbound.constants import DRAWS
    from eastbound.evidence.book import load_evidence
    from eastbound.explorer.watch import follow, saves
    from eastbound.scenarios.loader import scenario_path

    click.echo(f"Watching {scenario_path(name, home=home)}; press Ctrl+C to end.")
    reports = follow(name, saves(name, home=home), book=load_evidence(as_of), draws=draws or DRAWS, home=home)
    try:
        for text in reports:
            click.echo(f"\n{text}")
    except KeyboardInterrupt:
        click.echo()
    return 0


@scenarios.command("validate")
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All of the workspace and its scenario tree, as without NAMES.")
@as_of_option
@home_option
def scenarios_validate(names: tuple[str, ...], *, every: bool, as_of: str | None, home: Path | None) -> int:
    """Check scenario files by NAMES (names or paths; default: all)."""
    from eastbound.scenarios.library import validate_scenarios

    for line in validate_scenarios([] if every else list(names), as_of=_day(as_of), home=home):
        click.echo(line)
    return 0


def _plausibility(names: list[str], as_of: str | None, home: Path | None) -> dict[str, dict[str, Any]]:
    """Return distance, share of futures as far out, furthest figure and its level by scenario."""
    from eastbound.ensemble.simulate import simulate
    from eastbound.evaluation.plausibility import scenario_plausibility
    from eastbound.evidence.book import load_evidence

    book = load_evidence(as_of)
    table = scenario_plausibility(simulate("baseline", book=book, home=home), names, book=book, home=home)
    rows = table[["distance", "share", "furthest", "level"]].to_dict("records")
    return {
        str(name): {str(key): value for key, value in row.items()}
        for name, row in zip(table["scenario"], rows, strict=True)
    }


def _in_words(distance: Mapping[str, Any]) -> str:
    return (
        f"{100 * distance['share']:.1f} % of the baseline's futures lie as far from the centre; furthest figure "
        f"`{distance['furthest']}`, at {100 * distance['level']:.1f} % of its distribution"
    )


def _chances(record: Mapping[str, Any]) -> str:
    """Return the columns of a listed scenario: its probability and, where asked for, its plausibility."""
    chance = record["probability"]
    text = f"{'' if chance is None else f'{100 * chance:.3g} %':>6}  "
    return f"{text}{100 * record['plausibility']['share']:5.1f} % as far out  " if "plausibility" in record else text


def _day(as_of: str | None) -> date:
    """Return the as-of date of a command: as stated, or the day of the newest evidence."""
    from eastbound.evidence.book import load_evidence

    return load_evidence(as_of).as_of
