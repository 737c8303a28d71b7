"""When events happen, how strong they are, and what they do to each target.

Random numbers are keyed by the id of the event, never by the scenario: a
scenario that changes the rate or the date of an event meets the same uniform
numbers, so a higher rate only adds occurrences and their strengths stay.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from eastbound.catalogue import event_targets
from eastbound.core.simulation.distributions import quantile
from eastbound.core.simulation.memory import Memory
from eastbound.core.simulation.shocks import Impulses, convolve, diverted, response, total_response
from eastbound.scenarios.schema import SEVERITY_CAP, Effect, Event, Hazard, Scenario
from eastbound.typing import Floats, Ints, Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream

# A uniform number has 53 binary digits; this moves the first 26 before the point.
_LATER_DIGITS: Final = 2.0**26


def shocks(
    scenario: Scenario,
    *,
    start: int,
    months: int,
    stream: Stream,
    after: int | None = None,
    memory: Memory | None = None,
) -> dict[str, Paths]:
    """Return the log effects of all events of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Its events; those of one target add up.
    start : int
        Ordinal of the first month.
    months : int
        Number of months.
    stream : Stream
        Random numbers of one block of draws.
    after : int, optional
        Ordinal of the last month already observed: events by chance happen
        after it, because what happened before is in the data.
    memory : Memory, optional
        Where to write the effects; their own memory when not given.

    Returns
    -------
    dict of str to array, shape (months, width)
        Log effect by target, for the targets that are touched.

    Examples
    --------
    >>> from eastbound.core.simulation.seeds import Stream
    >>> from eastbound.scenarios.loader import load_scenario
    >>> effects = shocks(load_scenario("baseline"), start=2026 * 12, months=12, stream=Stream(1, 0, 4))
    >>> effects["driver.brent_price"].shape
    (12, 4)
    """
    effects: dict[str, _Effects] = {}
    for event in scenario.events:
        found = impulses(event, start=start, months=months, stream=stream, after=after)
        for effect in event.effects:
            _add_effect(effects, event, effect, found=found, months=months, stream=stream)
    total = (memory or Memory()).paths(event_targets(), months, stream.width)
    for target, parts in effects.items():
        total_response(parts.responses, parts.gains, out=total[target])
    return {target: total[target] for target in effects}


@dataclass
class _Effects:
    """What acts on one target: responses to impulses, and gains from what other flows lose."""

    responses: list[tuple[Impulses, Floats]] = field(default_factory=list)
    gains: list[tuple[Ints, Floats]] = field(default_factory=list)  # draws and their log effects by month


def _add_effect(
    effects: dict[str, _Effects], event: Event, effect: Effect, *, found: Impulses, months: int, stream: Stream
) -> None:
    """Add the responses of a target, and the gains of the flows that take over from it."""
    kernel = response(
        months,
        lag=effect.lag_months,
        rise=effect.rise_months,
        half_life=effect.half_life_months or 1.0,  # without a transitory part it does not matter
        transitory=effect.transitory,
    )
    losses = found.scaled(_parameter(effect.trough.spec(), event.id, effect.target, "trough", stream=stream))
    effects.setdefault(effect.target, _Effects()).responses.append((losses, kernel))
    if not effect.divert:
        return
    # Diversion is not linear, so it is worked out by itself, for the draws in which the event happens.
    draws, index = np.unique(losses.draw, return_inverse=True)
    own = convolve([(replace(losses, draw=index), kernel)], width=len(draws))
    for diversion in effect.divert:
        key = (event.id, effect.target, diversion.to, "factor")
        factor = _parameter(diversion.factor.spec(), *key, stream=stream)[draws, None]
        effects.setdefault(diversion.to, _Effects()).gains.append((draws, diverted(own, factor)))


def impulses(event: Event, *, start: int, months: int, stream: Stream, after: int | None = None) -> Impulses:
    """Return the months and draws in which an event happens, and its severities.

    Parameters
    ----------
    event, start, months, stream, after
        As for `shocks`.

    Returns
    -------
    Impulses
        Their sizes are severities, which all targets share.

    Notes
    -----
    METHODS 2.4. By chance: a month has an occurrence when its uniform number
    is below ``1 - exp(-rate / 12)``; the yearly rate is drawn once per draw.
    A dated event happens in the drawn month, or never with one minus its
    probability; outside the grid it has no effect here.

    Examples
    --------
    >>> from eastbound.core.simulation.seeds import Stream
    >>> from eastbound.scenarios.loader import load_scenario
    >>> event = next(event for event in load_scenario("baseline").events if event.id == "bank_payment_halt")
    >>> found = impulses(event, start=2026 * 12, months=120, stream=Stream(1, 0, 64), after=2026 * 12 + 5)
    >>> bool(found.month.min() > 5), bool(found.size.min() > 0)
    (True, True)
    """
    if event.hazard is not None:
        first = max(0, after + 1 - start) if after is not None else 0
        month, draw, level = _by_chance(event.id, event.hazard, first=first, months=months, stream=stream)
    else:
        month, draw, level = _dated(event, start=start, months=months, stream=stream)
    return Impulses(month, draw, np.minimum(quantile(event.severity.spec(), level), SEVERITY_CAP))


def _by_chance(name: str, hazard: Hazard, *, first: int, months: int, stream: Stream) -> tuple[Ints, Ints, Floats]:
    """Return month, draw and level of the severity of each occurrence."""
    chance = -np.expm1(_parameter(hazard.per_year.spec(), name, "rate", stream=stream) / -12.0)
    cell, uniform = stream.below("event", name, "onset", rows=months, chance=chance)
    later = cell >= first * stream.width
    month, draw = np.divmod(cell[later], stream.width)
    # The later binary digits of a uniform number say nothing of its size, and are a uniform number themselves:
    # the severity stays when a higher rate adds other occurrences.
    level = uniform[later] * _LATER_DIGITS % 1.0
    return month, draw, level


def _dated(event: Event, *, start: int, months: int, stream: Stream) -> tuple[Ints, Ints, Floats]:
    """Return month, draw and level of the severity: at most one occurrence in a draw."""
    if event.onset is None:  # the schema lets either a hazard or an onset through
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    month = np.floor(_parameter(event.onset.spec(), event.id, "date", stream=stream)).astype(np.int64) - start
    happens = (month >= 0) & (month < months)
    if event.probability is not None:
        happens &= stream.uniforms("event", event.id, "happens", rows=1)[0] < event.probability.value
    draw = np.flatnonzero(happens)
    draw = draw[np.argsort(month[draw], kind="stable")]
    return month[draw], draw, stream.uniforms("event", event.id, "severity", rows=1)[0, draw]


def _parameter(spec: dict[str, object], *key: str, stream: Stream) -> Floats:
    """Return a number known only roughly: one value per draw, shape (width,)."""
    return quantile(spec, stream.uniforms("event", *key, rows=1)[0])
