"""Ask on a terminal for what a command was not given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from eastbound.errors import EastboundError, InputError, UnknownName

if TYPE_CHECKING:
    from eastbound.scenarios.schema import Scenario


class NewScenario(NamedTuple):
    """The answers that a new scenario is written from."""

    name: str
    source: str
    title: str | None
    edits: tuple[str, ...]
    why: str | None


def ask_new_scenario(
    name: str | None,
    source: str | None,
    *,
    title: str | None = None,
    edits: Sequence[str] = (),
    why: str | None = None,
    home: Path | None = None,
) -> NewScenario:
    """Ask for name, source, title and changed values of a new scenario, as far as they are not given.

    Parameters
    ----------
    name, source : str or None
        Names of the new scenario and of the one that it takes over.
    title, why : str, optional
        Its title, and the reason of its values.
    edits : sequence of str
        Values that differ.
    home : Path, optional
        Workspace.

    Raises
    ------
    InputError
        If nobody is there to answer, as in a script.
    """
    from eastbound.scenarios.loader import load_scenario, scenario_names

    if not sys.stdin.isatty():
        missing = "a name" if name is None else "--from NAME"
        message = f"`scenarios new` needs {missing}; write `eastbound scenarios new NAME --from SCENARIO`."
        raise InputError(message)
    known = scenario_names(home)
    if name is None:
        name = click.prompt("Name of the new scenario (small letters, digits, _)", value_proc=_unless(known))
    if source is None:
        source = click.prompt("Scenario to take over", default="baseline", value_proc=_among(known))
    if title is None:
        title = click.prompt("Title", default=name.replace("_", " ").capitalize())
    listed = list(edits) or _ask_edits(load_scenario(source, home=home))
    if listed and why is None:
        why = click.prompt("Why these values")
    return NewScenario(name, source, title, tuple(listed), why)


def _ask_edits(scenario: Scenario) -> list[str]:
    """Ask for one changed value after the other; an empty answer ends."""
    from eastbound.scenarios.edits import edited_entries, settings_of

    click.echo("Values to change, each as path=value; Enter without a value ends. For example:")
    dated = [event.id for event in scenario.events if event.onset is not None]
    for path, setting in settings_of(scenario).items():
        if path.partition(".")[0] in dated and not isinstance(setting.value, dict):
            click.echo(f"  {path}={setting.value}")
    edits: list[str] = []
    while answer := click.prompt("Change", default="", show_default=False).strip():
        try:
            edited_entries(scenario, [answer], why="?")
        except EastboundError as error:  # one slip must not cost the other answers
            click.echo(str(error))
            continue
        edits.append(answer)
    return edits


def _unless(known: Sequence[str]) -> Callable[[str], str]:
    from eastbound.scenarios.loader import NAME

    def check(text: str) -> str:
        if text in known:
            message = f"there is a scenario `{text}` already"
            raise click.UsageError(message)
        if not NAME.fullmatch(text):
            message = "use small letters, digits and _, a letter first"
            raise click.UsageError(message)
        return text

    return check


def _among(known: Sequence[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in known:
            raise click.UsageError(str(UnknownName("scenario", text, known)))
        return text

    return check
