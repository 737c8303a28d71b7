"""Simulate the events of a scenario: occurrences, severities and log effects on each target.

Random numbers are keyed by the id of the event, not by the scenario. Scenarios
therefore share them: a higher rate adds occurrences and leaves the dates and
severities of the others unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.catalogue import event_targets
from eastbound.core.simulation.distributions import quantile
from eastbound.core.simulation.memory import Memory
from eastbound.core.simulation.shocks import Impulses, convolve, diverted, response, total_response
from eastbound.scenarios.branches import NO_BRANCHES, Branches, Thinning, acting_events
from eastbound.scenarios.schema import SEVERITY_CAP, Effect, Event, Scenario
from eastbound.typing import Bools, Floats, Ints, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream

# A uniform number has 53 binary digits; this factor shifts the first 26 of them in front of the point.
_LATER_DIGITS: Final = 2.0**26


def shocks(
    scenario: Scenario,
    *,
    start: int,
    months: int,
    stream: Stream,
    after: int | None = None,
    branches: Branches = NO_BRANCHES,
    memory: Memory | None = None,
) -> dict[str, Paths]:
    """Simulate the log effects of all events of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Effects of several events on one target add up.
    start : int
        Ordinal of the first month.
    months : int
        Number of months.
    stream : Stream
        Random numbers of a block of draws.
    after : int, optional
        Ordinal of the last observed month. Random events happen after it,
        because the data contain the effects of earlier ones.
    branches : Branches
        Those of the axes that the scenario leaves open; each acts in its draws.
    memory : Memory, optional
        Buffer for the effects; by default a new one.

    Returns
    -------
    dict of str to array, shape (months, width)
        Log effect by target, for the targets of at least one event.

    Examples
    --------
    >>> from eastbound.core.simulation.seeds import Stream
    >>> from eastbound.scenarios.loader import load_scenario
    >>> effects = shocks(load_scenario("baseline"), start=2026 * 12, months=12, stream=Stream(1, 0, 4))
    >>> effects["driver.brent_price"].shape
    (12, 4)
    """
    effects: dict[str, _Effects] = {}
    masks = branches.masks(stream)
    for event, mask in acting_events(scenario, masks):
        thinning = branches.thinned.get(event.id)
        occurrences = impulses(event, start=start, months=months, stream=stream, after=after, thinning=thinning)
        if mask is not None:
            occurrences = occurrences.where(mask)
        for effect in event.effects:
            _add_effect(effects, event, effect, occurrences=occurrences, months=months, stream=stream)
    total = (memory or Memory()).paths(event_targets(), months, stream.width)
    for target, parts in effects.items():
        total_response(parts.responses, parts.gains, out=total[target])
    return {target: total[target] for target in effects}


@dataclass
class _Effects:
    """Effects on a target: responses to impulses, and gains diverted from other flows."""

    responses: list[tuple[Impulses, Floats]] = field(default_factory=list)
    gains: list[tuple[Ints, Paths]] = field(default_factory=list)  # draws and their log effects by month


def _add_effect(
    effects: dict[str, _Effects], event: Event, effect: Effect, *, occurrences: Impulses, months: int, stream: Stream
) -> None:
    """Add the responses of a target, and the gains of the flows to which its loss is diverted."""
    kernel = response(
        months,
        lag=effect.lag_months,
        rise=effect.rise_months,
        half_life=effect.half_life_months or 1.0,  # has no effect without a transitory part
        transitory=effect.transitory,
    )
    losses = occurrences.scaled(_parameter(effect.trough.spec(), event.id, effect.target, "trough", stream=stream))
    effects.setdefault(effect.target, _Effects()).responses.append((losses, kernel))
    if not effect.divert:
        return
    # Diversion is not linear in the log effect, so it is computed for the loss alone, in the draws that have one.
    draws, index = np.unique(losses.draw, return_inverse=True)
    own = convolve([(replace(losses, draw=index), kernel)], width=len(draws))
    for diversion in effect.divert:
        key = (event.id, effect.target, diversion.to, "factor")
        factor = _parameter(diversion.factor.spec(), *key, stream=stream)[draws, None]
        effects.setdefault(diversion.to, _Effects()).gains.append((draws, diverted(own, factor)))


def impulses(
    event: Event,
    *,
    start: int,
    months: int,
    stream: Stream,
    after: int | None = None,
    thinning: Thinning | None = None,
) -> Impulses:
    """Simulate the months and draws in which an event happens, and its severities.

    Parameters
    ----------
    event : Event
        Random (`hazard`) or dated (`onset`).
    start : int
        Ordinal of the first month.
    months : int
        Number of months.
    stream : Stream
        Random numbers of a block of draws.
    after : int, optional
        Ordinal of the last observed month; random events happen after it.
    thinning : Thinning, optional
        Months in which a random event is rarer.

    Returns
    -------
    Impulses
        Sizes are severities, shared by all targets.

    Notes
    -----
    METHODS 2.4. A random event happens in a month if the uniform number of the
    month is below ``1 - exp(-rate / 12)``; the yearly rate is drawn once per draw.
    A dated event happens in the drawn month with its probability, by default
    one; it has no effect if the month lies outside the grid.

    Examples
    --------
    >>> from eastbound.core.simulation.seeds import Stream
    >>> from eastbound.scenarios.loader import load_scenario
    >>> event = next(event for event in load_scenario("baseline").events if event.id == "bank_payment_halt")
    >>> halts = impulses(event, start=2026 * 12, months=120, stream=Stream(1, 0, 64), after=2026 * 12 + 5)
    >>> bool(halts.month.min() > 5), bool(halts.size.min() > 0)
    (True, True)
    """
    if event.hazard is not None:
        first = max(0, after + 1 - start) if after is not None else 0
        # Only a hazard that `hazards.known_on` has not seen is dated still: its cases count up to the first month.
        rate = event.hazard.rate(start + first)
        rarer = (thinning.first - start, thinning.last - start, thinning.factor) if thinning else None
        fixed: Any = {"first": first, "months": months, "stream": stream}
        month, draw, level = _random_occurrences(event.id, rate, rarer=rarer, **fixed)
    else:
        month, draw, level = _dated_occurrences(event, start=start, months=months, stream=stream)
    return Impulses(month, draw, np.minimum(quantile(event.severity.spec(), level), SEVERITY_CAP))


def uncertain_draws(scenario: Scenario, *, start: int, months: int, stream: Stream) -> Bools | None:
    """Return the draws in which at least one event with a stated probability happens.

    Parameters
    ----------
    scenario : Scenario
    start : int
        Ordinal of the first month.
    months : int
        Number of months.
    stream : Stream
        Random numbers of a block of draws.

    Returns
    -------
    array of bool, shape (width,), or None
        None if the scenario states no event's probability: then its dated events happen in every draw.

    Examples
    --------
    >>> from eastbound.core.simulation.seeds import Stream
    >>> from eastbound.scenarios.loader import load_scenario
    >>> uncertain_draws(load_scenario("baseline"), start=2026 * 12, months=12, stream=Stream(1, 0, 4)) is None
    True
    """
    uncertain = [event for event in scenario.events if event.probability is not None]
    if not uncertain:
        return None
    happens = np.zeros(stream.width, dtype=bool)
    for event in uncertain:
        happens[impulses(event, start=start, months=months, stream=stream).draw] = True
    return happens


def _random_occurrences(
    name: str,
    rate: dict[str, object] | None,
    *,
    rarer: tuple[int, int, float] | None,
    first: int,
    months: int,
    stream: Stream,
) -> tuple[Ints, Ints, Floats]:
    """Return month, draw and severity level of each occurrence, none without a rate.

    A first month, a last month and a factor say where the event is `rarer`.
    """
    if rate is None:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    chance = -np.expm1(_parameter(rate, name, "rate", stream=stream) / -12.0)
    cell, uniform = stream.below("event", name, "onset", rows=months, chance=chance)
    later = cell >= first * stream.width
    month, draw = np.divmod(cell, stream.width)
    if rarer is not None:
        # Among the uniforms below a probability, those below a part of it are a random selection of that share.
        low, high, factor = rarer
        later &= (month < low) | (month > high) | (uniform < factor * chance[draw])
    month, draw = month[later], draw[later]
    # The last binary digits of a uniform number are themselves uniform and independent of its size, so a higher
    # rate, which adds occurrences, leaves the severities of the others unchanged.
    level = uniform[later] * _LATER_DIGITS % 1.0
    return month, draw, level


def _dated_occurrences(event: Event, *, start: int, months: int, stream: Stream) -> tuple[Ints, Ints, Floats]:
    """Return month, draw and severity level of each occurrence, at most one per draw."""
    if event.onset is None:  # excluded by the schema
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    month = np.floor(_parameter(event.onset.spec(), event.id, "date", stream=stream)).astype(np.int64) - start
    happens = (month >= 0) & (month < months)
    if event.probability is not None:
        happens &= stream.uniforms("event", event.id, "happens", rows=1)[0] < event.probability.value
    draw = np.flatnonzero(happens)
    draw = draw[np.argsort(month[draw], kind="stable")]
    return month[draw], draw, stream.uniforms("event", event.id, "severity", rows=1)[0, draw]


def _parameter(spec: dict[str, object], *key: str, stream: Stream) -> Floats:
    """Draw an uncertain parameter: one value per draw, shape (width,)."""
    return quantile(spec, stream.uniforms("event", *key, rows=1)[0])
