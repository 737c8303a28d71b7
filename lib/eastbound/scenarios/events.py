"""When events happen, how strong they are, and what they do to each target.

Random numbers are keyed by the id of the event, never by the scenario: a
scenario that changes the rate or the date of an event meets the same uniform
numbers, so a higher rate only adds occurrences and their strengths stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from eastbound.core.distributions import quantile
from eastbound.core.shocks import convolve, diverted, response
from eastbound.scenarios.schema import SEVERITY_CAP, Effect, Event, Hazard, Scenario
from eastbound.typing import Bools, Floats, Paths

if TYPE_CHECKING:
    from eastbound.core.seeds import Stream


def shocks(
    scenario: Scenario, *, start: int, months: int, stream: Stream, after: int | None = None
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

    Returns
    -------
    dict of str to array, shape (months, width)
        Log effect by target, for the targets that are touched.

    Examples
    --------
    >>> from eastbound.core.seeds import Stream
    >>> from eastbound.scenarios.loader import load_scenario
    >>> effects = shocks(load_scenario("baseline"), start=2026 * 12, months=12, stream=Stream(1, 0, 4))
    >>> effects["driver.brent_price"].shape
    (12, 4)
    """
    total: dict[str, Paths] = {}
    for event in scenario.events:
        sizes = impulses(event, start=start, months=months, stream=stream, after=after)
        for effect in event.effects:
            for target, path in _consequences(event, effect, sizes, stream=stream).items():
                total[target] = total[target] + path if target in total else path
    return total


def impulses(event: Event, *, start: int, months: int, stream: Stream, after: int | None = None) -> Paths:
    """Return the severities of an event in the months in which it happens.

    Parameters
    ----------
    event, start, months, stream, after
        As for `shocks`.

    Returns
    -------
    array, shape (months, width)
        Severity, 0 where the event does not happen. All targets share it.

    Notes
    -----
    METHODS 2.4. By chance: a month has an occurrence when its uniform number
    is below ``1 - exp(-rate / 12)``; the yearly rate is drawn once per draw.
    A dated event happens in the drawn month, or never with one minus its
    probability; outside the grid it has no effect here.

    Examples
    --------
    >>> from eastbound.core.seeds import Stream
    >>> from eastbound.scenarios.loader import load_scenario
    >>> event = next(event for event in load_scenario("baseline").events if event.id == "bank_payment_halt")
    >>> sizes = impulses(event, start=2026 * 12, months=120, stream=Stream(1, 0, 64), after=2026 * 12 + 5)
    >>> bool((sizes[:6] == 0).all()), bool(sizes.any())
    (True, True)
    """
    if event.hazard is not None:
        happens = _by_chance(event.id, event.hazard, months=months, stream=stream)
        happens[: max(0, after + 1 - start) if after is not None else 0] = False
        levels = stream.uniforms("event", event.id, "severity", rows=months)[happens]
    else:
        happens = _dated(event, start=start, months=months, stream=stream)
        # A dated event has one severity per draw, whatever its month.
        row = stream.uniforms("event", event.id, "severity", rows=1)
        levels = np.broadcast_to(row, happens.shape)[happens]
    sizes = np.zeros(happens.shape)
    sizes[happens] = np.minimum(quantile(event.severity.spec(), levels), SEVERITY_CAP)
    return sizes


def _by_chance(name: str, hazard: Hazard, *, months: int, stream: Stream) -> Bools:
    rate = quantile(hazard.per_year.spec(), stream.uniforms("event", name, "rate", rows=1))
    happens: Bools = stream.uniforms("event", name, "onset", rows=months) < -np.expm1(-rate / 12.0)
    return happens


def _dated(event: Event, *, start: int, months: int, stream: Stream) -> Bools:
    if event.onset is None:  # the schema lets either a hazard or an onset through
        return np.zeros((months, stream.width), dtype=bool)
    month = quantile(event.onset.spec(), stream.uniforms("event", event.id, "date", rows=1)[0])
    position = np.floor(month).astype(np.int64) - start
    happens: Bools = np.arange(months)[:, None] == position
    if event.probability is not None:
        happens &= stream.uniforms("event", event.id, "happens", rows=1) < event.probability.value
    return happens


def _consequences(event: Event, effect: Effect, sizes: Paths, *, stream: Stream) -> dict[str, Paths]:
    """Return the log effect on a target and on the flows that take over from it."""
    kernel = response(
        len(sizes),
        lag=effect.lag_months,
        rise=effect.rise_months,
        half_life=effect.half_life_months or 1.0,  # without a transitory part it does not matter
        transitory=effect.transitory,
    )
    trough = _parameter(effect.trough.spec(), event.id, effect.target, "trough", stream=stream)
    own = trough * convolve(sizes, kernel)
    paths = {effect.target: own}
    for diversion in effect.divert:
        key = (event.id, effect.target, diversion.to)
        factor = _parameter(diversion.factor.spec(), *key, "factor", stream=stream)
        paths[diversion.to] = diverted(own, factor)
    return paths


def _parameter(spec: dict[str, object], *key: str, stream: Stream) -> Floats:
    """Return a number known only roughly: one value per draw, shape (1, width)."""
    return quantile(spec, stream.uniforms("event", *key, rows=1))
