"""Mix the branches of the scenario tree into a scenario: in each draw, one branch of every axis holds.

The branch of a draw depends on the axis and the draw alone. The draws of the baseline in which a branch holds are
therefore the same draws of that branch's own scenario, to single precision, and the baseline is the mixture of the
branches of every axis: the law of total probability holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from eastbound.core.simulation.distributions import quantile
from eastbound.file_parts import announce, numbers_alone, numbers_digest
from eastbound.scenarios.dates import is_expired, month_range
from eastbound.scenarios.hazards import known_on
from eastbound.scenarios.home import find_home
from eastbound.scenarios.loader import FOLDER, load_scenario, scenario_path, source_files
from eastbound.scenarios.merging import DATED
from eastbound.scenarios.schema import Event, Milestone, Scenario
from eastbound.scenarios.tree import FILE as TREE
from eastbound.scenarios.tree import OTHER, judged_since, load_tree, spread_of_other
from eastbound.scenarios.unnamed import unnamed_event
from eastbound.typing import Bools, Ints

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream

_LEVELS: Final = (np.arange(100) + 0.5) / 100  # an even grid over a distribution, for its mean


@dataclass(frozen=True)
class Branch:
    """What one scenario of an axis changes in the baseline.

    Attributes
    ----------
    name : str
        The scenario.
    probability : float
    digest : str
        Of the scenario's content.
    events : tuple of Event
        That the branch adds, or has in another form than the baseline.
    without : tuple of Event
        Of the baseline that the branch drops or changes.
    milestones : tuple of Milestone
        That it dates otherwise than the baseline.
    """

    name: str
    probability: float
    digest: str
    events: tuple[Event, ...]
    without: tuple[Event, ...]
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True)
class Thinning:
    """Months in which a random event is rarer, because a branch states its probability there.

    Attributes
    ----------
    first, last : int
        Ordinals of the months, both included.
    factor : float
        What is left of the rate, in [0, 1].
    """

    first: int
    last: int
    factor: float


@dataclass(frozen=True)
class Branches:
    """The axes that are open in a scenario, and what their branches change.

    Attributes
    ----------
    axes : mapping of str to tuple of Branch
        Without ``other``, which has the rest of the probability.
    others : mapping of str to Branch
        By axis, ``other`` with the event that stands for all that no scenario names.
    thinned : mapping of str to Thinning
        By the id of a random event of the baseline.
    baseline_milestones : tuple of Milestone
        A scenario's own date of a milestone takes precedence over that of a branch.
    """

    axes: Mapping[str, tuple[Branch, ...]] = field(default_factory=dict)
    others: Mapping[str, Branch] = field(default_factory=dict)
    thinned: Mapping[str, Thinning] = field(default_factory=dict)
    baseline_milestones: tuple[Milestone, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of names, probabilities and contents."""
        content = {
            axis: [(branch.name, branch.probability, branch.digest) for branch in branches]
            for axis, branches in self.axes.items()
        }
        thinned = {name: (each.first, each.last, each.factor) for name, each in self.thinned.items()}
        unnamed = {axis: self.others[axis].digest for axis in self.axes if axis in self.others}
        return sha256(json.dumps([content, unnamed, thinned], sort_keys=True).encode()).hexdigest()

    def masks(self, stream: Stream) -> list[tuple[Branch, Bools]]:
        """Return each branch with the draws of a block in which it holds, shape (width,)."""
        return [
            (branch, picks == index)
            for axis, branches in self.axes.items()
            for picks in [picked(axis, branches, stream=stream)]
            for index, branch in enumerate((*branches, *([self.others[axis]] if axis in self.others else [])))
        ]


NO_BRANCHES: Final = Branches()


def open_branches(
    scenario: Scenario, *, as_of: date, home: Path | None = None, expired: frozenset[str] = frozenset()
) -> Branches:
    """Return the branches that are open in a scenario: those of every axis but its own.

    Parameters
    ----------
    scenario : Scenario
    as_of : datetime.date
        Day of the evidence; a branch that has expired leaves its probability to ``other``.
    expired : frozenset of str
        Scenarios that have expired by what was observed.
    home : Path, optional
        Workspace; without a scenario tree, or before its probabilities were judged, no axis is open.

    Returns
    -------
    Branches

    Raises
    ------
    ScenarioError
        If the tree or one of its scenarios cannot be read.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> branches = open_branches(load_scenario("price_slump"), as_of=date(2026, 10, 30))
    >>> "prices" in branches.axes, "sanctions" in branches.axes
    (False, True)
    """
    library = _library(find_home(home), as_of, expired, stamps(find_home(home)))
    still_open = {axis: branches for axis, branches in library.axes.items() if axis != scenario.axis}
    return replace(library, axes=still_open)


def stamps(home: Path) -> tuple[tuple[str, str], ...]:
    """Return name and hash of every file that the tree and its scenarios are read from.

    The files are read, not only looked at, so that a page whose kernel asks depends on them: on all but the titles and
    notes of the scenarios, which no branch has.

    Examples
    --------
    >>> any(name.endswith("baseline.yml") for name, _ in stamps(find_home()))
    True
    """
    before = _stamped.get(home, ())
    # Which files there are depends on their content alone: while none has changed, no other one is read.
    if before and _stamps(file for file, _ in before) == before:
        return before
    _stamped[home] = result = _stamps(map(str, _files(home)))
    return result


_stamped: dict[Path, tuple[tuple[str, str], ...]] = {}


def _stamps(files: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((file, numbers_digest(_content(Path(file)))) for file in files))


def _content(file: Path) -> bytes:
    try:
        with numbers_alone():
            announce(file)
            return file.read_bytes()
    except OSError:  # removed since
        return b""


def _files(home: Path) -> set[Path]:
    """Return the files of the tree, of its scenarios and of what they inherit."""
    if not (home / TREE).is_file():
        return set()
    with numbers_alone():
        names = [name for shares in load_tree(home).values() for name in shares if name != OTHER]
        library = home / FOLDER
        paths = [scenario_path(name, home=home) for name in ("baseline", *names)]
        return {home / TREE, *(file for path in paths for file in source_files(path, library))}


@lru_cache(maxsize=8)
def tree_scenarios(
    home: Path, stamps: tuple[tuple[str, str], ...]
) -> tuple[Mapping[str, Mapping[str, float]], Mapping[str, Scenario]]:
    """Return the probabilities of the scenario tree and the scenarios that it names, read once for the files' content.

    Their titles and notes may be those of an earlier version of the files, see `numbers_alone`.

    Parameters
    ----------
    home : Path
    stamps : tuple of (str, str)
        From `stamps`, so that the files are read again once one of them has changed.

    Examples
    --------
    >>> shares, scenarios = tree_scenarios(find_home(), stamps(find_home()))
    >>> "price_slump" in shares["prices"], "price_slump" in scenarios
    (True, True)
    """
    with numbers_alone():
        tree = load_tree(home)
        names = sorted({name for shares in tree.values() for name in shares if name != OTHER})
        return tree, {name: load_scenario(name, home=home) for name in names}


@lru_cache(maxsize=32)
def _library(home: Path, as_of: date, expired: frozenset[str], stamps: tuple[tuple[str, str], ...]) -> Branches:
    """Return the branches of all axes; reading some thirty files takes longer than simulating one of them."""
    since = judged_since(home)
    if since is None or as_of < since:
        return NO_BRANCHES
    with numbers_alone():
        (tree, scenarios), baseline = (
            tree_scenarios(home, stamps),
            known_on(load_scenario("baseline", home=home), as_of),
        )
    axes = {
        axis: tuple(
            _branch(name, chance, scenario=scenarios.get(name), baseline=baseline, as_of=as_of)
            for name, chance in shares.items()
        )
        for axis, shares in tree.items()
    }
    live = {
        axis: tuple(branch for branch in branches if branch.probability > 0 and branch.name not in expired)
        for axis, branches in axes.items()
    }
    thinned = dict(_thinned(baseline, [branch for branches in live.values() for branch in branches]))
    live = {axis: branches for axis, branches in live.items() if branches}
    others = {axis: _other(axis, branches, spread=spread_of_other(home)) for axis, branches in live.items()}
    return Branches(live, others, thinned, baseline.milestones)


def picked(axis: str, branches: Iterable[Branch], *, stream: Stream) -> Ints:
    """Return the index of the branch that holds in each draw of a block, shape (width,).

    The number of branches stands for ``other``.

    Examples
    --------
    >>> from eastbound.core.simulation.seeds import Stream
    >>> branch = Branch("relief", 1.0, "", (), (), ())
    >>> picked("sanctions", [branch], stream=Stream(1, 0, 4)).tolist()
    [0, 0, 0, 0]
    """
    bounds = np.cumsum([branch.probability for branch in branches])
    picks: Ints = np.searchsorted(bounds, stream.uniforms("axis", axis, rows=1)[0], side="right")
    return picks


def acting_events(scenario: Scenario, masks: Sequence[tuple[Branch, Bools]]) -> Iterator[tuple[Event, Bools | None]]:
    """Yield every event of a scenario and of the branches with the draws in which it acts.

    Parameters
    ----------
    scenario : Scenario
    masks : sequence of (Branch, array)
        From `Branches.masks`.

    Yields
    ------
    Event, array of bool, shape (width,), or None for all draws

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> {mask for _, mask in acting_events(load_scenario("baseline"), [])}
    {None}
    """
    for event in scenario.events:
        held_back = [mask for branch, mask in masks if event in branch.without]
        yield event, ~np.any(held_back, axis=0) if held_back else None
    own = {event.id: event for event in scenario.events}  # to compare an event with one, not with all
    for branch, mask in masks:
        for event in branch.events:
            if own.get(event.id) != event:
                yield event, mask


def other_forms(
    milestone: Milestone, branches: Branches, masks: Sequence[tuple[Branch, Bools]]
) -> list[tuple[Milestone, Bools]]:
    """Return the forms of a milestone in the branches that date it otherwise, with the draws of each.

    A scenario's own date takes precedence: its milestone has no other forms.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> other_forms(load_scenario("baseline").milestones[0], NO_BRANCHES, [])
    []
    """
    if milestone not in branches.baseline_milestones:
        return []
    return [(form, mask) for branch, mask in masks for form in branch.milestones if form.id == milestone.id]


def _branch(name: str, chance: float, *, scenario: Scenario | None, baseline: Scenario, as_of: date) -> Branch:
    if scenario is None:  # `other`
        return Branch(name, 0.0, "", (), (), ())
    scenario = known_on(scenario, as_of)
    return Branch(
        name=name,
        probability=0.0 if is_expired(scenario, as_of) else chance,
        digest=scenario.numbers_digest,
        events=tuple(event for event in scenario.events if event not in baseline.events),
        without=tuple(event for event in baseline.events if event not in scenario.events),
        milestones=tuple(each for each in scenario.milestones if each not in baseline.milestones),
    )


def _other(axis: str, branches: Sequence[Branch], *, spread: float) -> Branch:
    event = unnamed_event(axis, [(branch.probability, branch.events) for branch in branches], spread=spread)
    rest = 1.0 - sum(branch.probability for branch in branches)
    digest = "" if event is None else sha256(event.model_dump_json().encode()).hexdigest()
    return Branch(OTHER, rest, digest, () if event is None else (event,), (), ())


def _thinned(baseline: Scenario, branches: Iterable[Branch]) -> Iterator[tuple[str, Thinning]]:
    """Yield the random events of which branches state dated occurrences, with what is left of their rate.

    Occurrences are counted once: those that the branches are expected to bring in their months are taken out of the
    random ones in the same months.
    """
    dated = [(event, branch.probability) for branch in branches for event in branch.events if event.onset is not None]
    for event in baseline.events:
        shares = [(other, chance) for other, chance in dated if other.id == event.id + DATED]
        if event.hazard is None or not shares:
            continue
        ranges = [month_range(other.onset) for other, _ in shares if other.onset is not None]
        first, last = min(low for low, _ in ranges), max(high for _, high in ranges)
        rate = event.hazard.rate(first)
        if rate is None:
            continue
        expected = float(quantile(rate, _LEVELS).mean()) * (last - first + 1) / 12
        stated = sum(chance * (other.probability.value if other.probability else 1.0) for other, chance in shares)
        yield event.id, Thinning(first, last, max(0.0, 1.0 - stated / expected))
