"""Read, list and check all scenario files of a workspace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eastbound.errors import InputError, ScenarioError
from eastbound.scenarios.dates import is_expired, past_events
from eastbound.scenarios.home import find_home, supplied
from eastbound.scenarios.loader import (
    ResolvedScenario,
    event_locations,
    load_scenario,
    misnamed_files,
    resolve_scenario,
    scenario_names,
)
from eastbound.scenarios.reporting import load_reporting
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.tree import FILE, load_tree, tree_problems
from eastbound.typing import Record


@dataclass(frozen=True)
class ScenarioLibrary:
    """The scenarios of a workspace, those that load beside those that do not.

    Attributes
    ----------
    scenarios : dict of str to ResolvedScenario
        By name, the baseline first.
    problems : dict of str to str
        Name of each scenario that cannot be loaded, with all its mistakes.
    misnamed : dict of str to str
        File that no name can load, with the name it needs.
    """

    scenarios: dict[str, ResolvedScenario]
    problems: dict[str, str]
    misnamed: dict[str, str]


def read_library(home: str | Path | None = None) -> ScenarioLibrary:
    """Load every scenario of a workspace; one that cannot be loaded does not hinder the others.

    Parameters
    ----------
    home : path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.

    Returns
    -------
    ScenarioLibrary
        A run over all scenarios makes those in `scenarios`, prints `problems` and ends with 1 if there are any.

    Examples
    --------
    >>> library = read_library()
    >>> next(iter(library.scenarios)), library.problems
    ('baseline', {})
    """
    scenarios, problems = {}, {}
    for name in scenario_names(home):
        try:
            scenarios[name] = resolve_scenario(name, home=home)
        # One bad draft must not cost an unattended run the reports of all other scenarios.
        except InputError as error:
            problems[name] = str(error)
    return ScenarioLibrary(scenarios, problems, misnamed_files(home))


def report_scenarios(home: str | Path | None = None) -> list[str]:
    """Return the scenarios of a report that names none: those of ``params/reporting.yml``, then the workspace's own.

    Parameters
    ----------
    home : path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.

    Returns
    -------
    list of str
        Own are those that do not come with the package. All scenarios, where none of the listed ones is there.

    Examples
    --------
    >>> report_scenarios()[0]
    'baseline'
    """
    known = scenario_names(home)
    listed = [name for name in load_reporting(home).scenarios if name in known]
    own = [name for name in known if name not in scenario_names(supplied())]
    return [*listed, *(name for name in own if name not in listed)] or known


def scenario_record(scenario: Scenario, *, as_of: date) -> Record:
    """Return the line of a scenario in the list.

    Parameters
    ----------
    scenario : Scenario
    as_of : datetime.date
        Day on which it is asked whether the scenario has expired.

    Returns
    -------
    dict
        ``name, title, axis, probability, stress_test, events, milestones, expires, expired, digest``.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> record = scenario_record(load_scenario("price_slump"), as_of=date(2029, 1, 1))
    >>> record["probability"], record["expired"]
    (0.15, True)
    """
    return {
        "name": scenario.name,
        "title": scenario.title,
        "axis": scenario.axis,
        "probability": scenario.probability.value if scenario.probability else None,
        "stress_test": scenario.stress_test,
        "events": len(scenario.events),
        "milestones": len(scenario.milestones),
        "expires": scenario.expires.model_dump(exclude_none=True) if scenario.expires else None,
        "expired": is_expired(scenario, as_of),
        "digest": scenario.digest,
    }


def validate_scenarios(names: list[str], *, as_of: date, home: str | Path | None = None) -> list[str]:
    """Check scenario files.

    Parameters
    ----------
    names : list of str
        Names or paths; empty for all of the workspace and its scenario tree.
    as_of : datetime.date
        Day of the evidence: events before it are refused, expired scenarios marked.
    home : path, optional
        Workspace.

    Returns
    -------
    list of str
        A line per valid file, followed by one on what it drops of what it inherits.

    Raises
    ------
    ScenarioError
        With the mistakes of all files, each line once.

    Examples
    --------
    >>> validate_scenarios(["baseline"], as_of=date(2026, 10, 30))[0]
    'baseline: valid, 10 events, 9 milestones'
    """
    lines, mistakes = [], []
    for name in names or scenario_names(home):
        try:
            resolved = resolve_scenario(name, home=home)
        except InputError as error:
            mistakes.extend(str(error).splitlines())
            continue
        mistakes.extend(_past(name, resolved.scenario, as_of=as_of, home=home))
        lines.extend(_checked(name, resolved, as_of=as_of))
    if not names:
        mistakes.extend(f"{file}: {reason}" for file, reason in misnamed_files(home).items())
        tree_lines, faults = _tree(home)
        lines.extend(tree_lines)
        mistakes.extend(faults)
    if mistakes:
        # The mistakes of an inherited file come with each of its heirs.
        raise ScenarioError("\n".join(dict.fromkeys(mistakes)))
    return lines


def report_problems(names: Iterable[str], *, as_of: date, home: str | Path | None = None) -> list[str]:
    """Return what keeps scenarios that load from being forecast: events in the past, and a tree that does not fit.

    Parameters
    ----------
    names : iterable of str
        Names or paths of scenarios.
    as_of : datetime.date
        Day of the evidence.
    home : path, optional
        Workspace.

    Examples
    --------
    >>> report_problems(["price_slump"], as_of=date(2026, 10, 30))
    []
    """
    past = [text for name in names for text in _past(name, load_scenario(name, home=home), as_of=as_of, home=home)]
    try:
        load_tree(home)  # a draft that is missing from the tree does no harm, a tree that cannot be read does
    except InputError as error:
        return [*past, *str(error).splitlines()]
    return past


def _past(name: str, scenario: Scenario, *, as_of: date, home: str | Path | None) -> list[str]:
    problems = past_events(scenario, as_of)
    # Files are read once more only where something is wrong.
    return past_events(scenario, as_of, where=event_locations(name, home=home)) if problems else []


def _tree(home: str | Path | None) -> tuple[list[str], list[str]]:
    """Return a line on a valid scenario tree, and what is wrong with one that is not."""
    if not (find_home(home) / FILE).is_file():
        return [], []
    try:
        tree, problems = load_tree(home), tree_problems(home)
    except InputError as error:
        return [], str(error).splitlines()
    return [] if problems else [f"{FILE.name}: valid, {len(tree)} axes, each sums to one"], problems


def _checked(name: str, resolved: ResolvedScenario, *, as_of: date) -> list[str]:
    scenario = resolved.scenario
    text = f"{name}: valid, {len(scenario.events)} events, {len(scenario.milestones)} milestones"
    if is_expired(scenario, as_of) and scenario.expires is not None:
        text += f"; expired after {scenario.expires.after}"
    dropped = f"{name}: drops of what it inherits: {', '.join(resolved.dropped)}"
    return [text, dropped] if resolved.dropped else [text]
