"""Read ``params/systems_register.yml``: the systems of the source articles and what the suite does with each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from eastbound.scenarios import schema_errors
from eastbound.scenarios.loader import load_scenario, scenario_names
from eastbound.scenarios.located_yaml import LocatedMap, Problem
from eastbound.scenarios.quantities import Entry, Id, Text
from eastbound.scenarios.reporting import SeriesId
from eastbound.scenarios.typed_file import params_path, read_typed

FILE: Final = Path("params", "systems_register.yml")


class System(Entry):
    """One system of the source articles.

    Attributes
    ----------
    number : int
        As in the survey of the articles.
    system : str
    treatment : str
        ``forecast`` by a model, ``event`` or ``milestone`` that acts on one, ``tracked``, or ``stress test`` only.
    series : tuple of str
        The first one stands for the system.
    events, milestones, scenarios : tuple of str
        What carries it, by id.
    questions : tuple of int
        Standing questions that it serves.
    why : str
        Why it is not forecast; empty where it is.
    """

    number: Annotated[int, Field(strict=True, ge=1)]
    system: Text
    treatment: Literal["forecast", "event", "milestone", "tracked", "stress test"]
    series: Annotated[tuple[SeriesId, ...], Field(min_length=1)]
    events: tuple[Id, ...] = ()
    milestones: tuple[Id, ...] = ()
    scenarios: tuple[Id, ...] = ()
    questions: tuple[Annotated[int, Field(strict=True, ge=1)], ...] = ()
    why: str = ""

    @model_validator(mode="after")
    def _check(self) -> System:
        carried = {
            "event": bool(self.events or self.scenarios),
            "milestone": bool(self.milestones),
            "stress test": bool(self.scenarios),
        }
        if not carried.get(self.treatment, True):
            message = f"a system treated as `{self.treatment}` names the events, milestones or scenarios that carry it"
            raise ValueError(message)
        if self.treatment not in ("forecast", "milestone") and not self.why:
            message = "a system without a forecast says `why`"
            raise ValueError(message)
        return self


class Register(Entry):
    """All systems, in order of their numbers."""

    format: Literal[1] = 1
    systems: Annotated[tuple[System, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Register:
        numbers = [system.number for system in self.systems]
        if numbers != sorted(set(numbers)):
            message = "`systems` must be in order of `number`, each number once"
            raise ValueError(message)
        return self


def load_register(home: str | Path | None = None) -> tuple[System, ...]:
    """Return the systems of the source articles.

    Parameters
    ----------
    home : path, optional
        Workspace; one without the file takes that of the package.

    Returns
    -------
    tuple of System

    Raises
    ------
    ScenarioError
        If the file breaks its format, or names an event, milestone or scenario that does not exist; one line each.

    Examples
    --------
    >>> len(load_register())
    72
    """
    check = partial(_unknown, home=home)
    return read_typed(Register, params_path(FILE, home), check=check).systems


def _unknown(register: Register, data: LocatedMap, home: str | Path | None) -> Iterator[Problem]:
    baseline = load_scenario("baseline", home=home)
    known = {
        "events": set(baseline.event_titles),
        "milestones": set(baseline.milestone_titles),
        "scenarios": set(scenario_names(home)),
    }
    for index, system in enumerate(register.systems):
        for key, names in known.items():
            for name in getattr(system, key):
                if name not in names:
                    location, _ = schema_errors.locate(data, ("systems", index, key))
                    yield Problem(location, f"`{key}`: `{name}` does not exist; mend the name or leave it out")
