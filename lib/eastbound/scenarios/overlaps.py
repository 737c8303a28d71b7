"""Find events that a scenario counts twice: the same effects under two ids, in months in which both can act."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from eastbound.scenarios.dates import month_range
from eastbound.scenarios.merging import DATED

if TYPE_CHECKING:
    from eastbound.scenarios.schema import Effect, Event, Scenario


def overlapping_events(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield each event that repeats another one of the scenario or of what it inherits, with what is wrong.

    A dated event under the id of a random one is no repetition: it comes on top, and where it is a branch of the tree
    the random one is thinned by it (`eastbound.scenarios.branches.Thinning`).

    Parameters
    ----------
    scenario : Scenario
        With everything inherited.

    Yields
    ------
    str, str
        Id of the later event, and the problem.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> list(overlapping_events(load_scenario("price_slump")))
    []
    """
    keys = {event.id: {_key(effect) for effect in event.effects} for event in scenario.events}
    for first, second in combinations(scenario.events, 2):
        twin = second.id == first.id + DATED or first.id == second.id + DATED
        repeated = keys[first.id] & keys[second.id]
        if twin or not repeated or not _meet(first, second):
            continue
        target = min(repeated)[0]
        yield (
            second.id,
            f"`{second.id}`: repeats the effect of `{first.id}` on `{target}`, which acts in the same months, so that "
            f"it would count twice; use the id `{first.id}`, or add `replaces: {first.id}`",
        )


def _key(effect: Effect) -> tuple[str, ...]:
    shape = (effect.lag_months, effect.rise_months, effect.half_life_months, effect.transitory)
    return effect.target, repr(sorted(effect.trough.spec().items())), repr(shape)


def _meet(first: Event, second: Event) -> bool:
    """Return whether two events can happen in the same month; a random one can in every month."""
    if first.onset is None or second.onset is None:
        return True
    (low, high), (other_low, other_high) = month_range(first.onset), month_range(second.onset)
    return low <= other_high and other_low <= high
