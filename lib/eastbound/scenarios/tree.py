"""Read the scenario tree: axes whose branches exclude each other and whose probabilities sum to one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isclose
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from eastbound.errors import ScenarioError, nearest
from eastbound.file_parts import numbers_alone
from eastbound.scenarios import schema_errors
from eastbound.scenarios.home import find_home
from eastbound.scenarios.loader import FOLDER, load_scenario, scenario_names
from eastbound.scenarios.located_yaml import LocatedMap, Problem, read
from eastbound.scenarios.quantities import Entry, Id, Month, Text
from eastbound.scenarios.schema import Axis, Probability
from eastbound.scenarios.typed_file import read_typed, repeated

FILE: Final = Path("params", "scenario_tree.yml")
OTHER: Final = "other"


class TreeAxis(Entry):
    """A question with exclusive answers: named scenarios, and `other` for everything else."""

    axis: Axis
    title: Text
    scenarios: Annotated[tuple[Id, ...], Field(min_length=1)]
    other: Probability


class Spread(Entry):
    """How much wider the futures of `other` are spread, see `eastbound.scenarios.unnamed.unnamed_event`."""

    value: Annotated[float, Field(strict=True, ge=0, le=1)]
    basis: Literal["judgement", "source"]
    why: Text


class Tree(Entry):
    """All axes of the library."""

    format: Literal[1] = 1
    since: Month = Field(description="Month in which the probabilities were first judged.")
    spread: Spread | None = None
    axes: Annotated[tuple[TreeAxis, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Tree:
        if twice := repeated(name for axis in self.axes for name in (axis.axis, *axis.scenarios)):
            message = f"`{twice}` is listed twice; list each axis and each scenario once"
            raise ValueError(message)
        return self


def load_tree(home: str | Path | None = None) -> Mapping[str, Mapping[str, float]]:
    """Return the probabilities of the branches of every axis.

    Parameters
    ----------
    home : path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.

    Returns
    -------
    mapping of str to mapping of str to float
        Axis, then scenario or ``other``; each axis sums to one. A scenario's probability is the one in its own file.
        Empty for a workspace without a scenario tree.

    Raises
    ------
    ScenarioError
        If the file breaks the format, names an unknown scenario or one of another axis, or the probabilities of an
        axis do not sum to one.

    Examples
    --------
    >>> round(sum(load_tree()["sanctions"].values()), 9)
    1.0
    """
    if not (find_home(home) / FILE).is_file():
        return {}
    tree, data = _read_tree(home)
    branches: dict[str, dict[str, float]] = {}
    problems: list[Problem] = []
    for n, axis in enumerate(tree.axes):
        branches[axis.axis], result = _branches(axis, home)
        location, _ = schema_errors.locate(data, ("axes", n))
        problems.extend(Problem(location, text) for text in result)
    if problems:
        raise ScenarioError("\n".join(map(str, sorted(problems))))
    return branches


def axis_titles(home: str | Path | None = None) -> dict[str, str]:
    """Return the question that each axis answers, empty without a tree.

    Examples
    --------
    >>> axis_titles()["gas"]
    'How does Power of Siberia run?'
    """
    if not (find_home(home) / FILE).is_file():
        return {}
    return {axis.axis: axis.title for axis in _read_tree(home)[0].axes}


def judged_since(home: str | Path | None = None) -> date | None:
    """Return the first day on which the probabilities of the tree were known, None without a tree.

    Examples
    --------
    >>> judged_since()
    datetime.date(2026, 6, 1)
    """
    if not (find_home(home) / FILE).is_file():
        return None
    year, month = _read_tree(home)[0].since.split("-")
    return date(int(year), int(month), 1)


def spread_of_other(home: str | Path | None = None) -> float:
    """Return how far unnamed changes reach, as a part of the size of the named ones; 0 where the tree is silent.

    Examples
    --------
    >>> spread_of_other()
    0.25
    """
    spread = _read_tree(home)[0].spread
    return 0.0 if spread is None else spread.value


def tree_problems(home: str | Path | None = None) -> list[str]:
    """Return what is wrong with the tree as a whole: scenarios left out, and milestones dated on two axes.

    Raises
    ------
    ScenarioError
        If the tree itself cannot be read, see `load_tree`.

    Examples
    --------
    >>> tree_problems()
    []
    """
    tree, data = _read_tree(home)
    return [str(problem) for problem in (*_left_out(tree, data, home), *_dated_twice(tree, data, home))]


def _read_tree(home: str | Path | None) -> tuple[Tree, LocatedMap]:
    path = find_home(home) / FILE
    return read_typed(Tree, path), read(path)[0]


def _branches(axis: TreeAxis, home: str | Path | None) -> tuple[dict[str, float], list[str]]:
    problems, shares = [], {OTHER: axis.other.value}
    for name in axis.scenarios:
        if not (find_home(home) / FOLDER / f"{name}.yml").is_file():
            known = scenario_names(home)
            problems.append(
                f"`{axis.axis}`: unknown scenario `{name}`; {nearest(name, known)}known: {', '.join(known)}"
            )
            continue
        with numbers_alone():
            scenario = load_scenario(name, home=home)
        if scenario.axis != axis.axis or scenario.probability is None:
            problems.append(f"`{axis.axis}`: scenario `{name}` is of axis `{scenario.axis}`; make its `axis` agree")
        else:
            shares[name] = scenario.probability.value
    total = sum(shares.values())
    # An unknown branch has been reported already; the sum without it would only confuse.
    if not problems and not isclose(total, 1.0, abs_tol=1e-9):
        problems.append(f"`{axis.axis}`: its branches sum to {total:g} instead of 1; change `other` or a scenario")
    return shares, problems


def _left_out(tree: Tree, data: LocatedMap, home: str | Path | None) -> list[Problem]:
    """Return a problem per scenario that names an axis but is no branch of it."""
    listed = {name for axis in tree.axes for name in axis.scenarios}
    return [
        Problem(data.location, f"scenario `{name}` has an `axis` but is missing here; add it to its axis")
        for name in scenario_names(home)
        if name not in listed and _has_axis(name, home)
    ]


def _dated_twice(tree: Tree, data: LocatedMap, home: str | Path | None) -> list[Problem]:
    """Return a problem per milestone that scenarios of two axes date: a draw may hold both branches."""
    baseline = load_scenario("baseline", home=home)
    problems, owner = [], dict[str, str]()
    for axis in tree.axes:
        own = {
            milestone.id
            for name in axis.scenarios
            for milestone in load_scenario(name, home=home).milestones
            if milestone not in baseline.milestones
        }
        for name in sorted(own):
            first = owner.setdefault(name, axis.axis)
            if first != axis.axis:
                text = (
                    f"milestone `{name}` is dated by scenarios of the axes `{first}` and `{axis.axis}`; keep one axis"
                )
                problems.append(Problem(data.location, text))
    return problems


def _has_axis(name: str, home: str | Path | None) -> bool:
    try:
        return load_scenario(name, home=home).axis is not None
    except ScenarioError:  # a draft beside the tree; its own mistakes are reported when it is loaded or validated
        return False
