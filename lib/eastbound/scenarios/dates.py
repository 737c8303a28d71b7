"""Compare the dates of a scenario with an as-of date: expiry, and events that lie in the past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from eastbound.core.simulation.distributions import quantile
from eastbound.errors import ScenarioError
from eastbound.periods import last_day, month_text

if TYPE_CHECKING:
    from eastbound.scenarios.quantities import When
    from eastbound.scenarios.schema import Scenario

_ENDS: Final = (1e-6, 1 - 1e-6)  # levels taken as the first and last possible month


def is_expired(scenario: Scenario, as_of: date) -> bool:
    """Return whether the month after which a scenario expires has ended.

    Parameters
    ----------
    scenario : Scenario
        Only `expires.after` is tested; whether the rule in `expires.when` holds is for the evidence to say.
    as_of : datetime.date
        The day of the evidence.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> slump = load_scenario("price_slump")  # expires after 2028-12
    >>> is_expired(slump, date(2028, 12, 31)), is_expired(slump, date(2029, 1, 1))
    (False, True)
    """
    after = scenario.expires.after if scenario.expires else None
    return after is not None and as_of > last_day(after)


def month_range(when: When) -> tuple[int, int]:
    """Return the ordinals of the first and last month that a date distribution gives.

    Examples
    --------
    >>> from eastbound.scenarios.quantities import UniformDate
    >>> [month_text(month) for month in month_range(UniformDate(dist="uniform", low="2027-01", high="2027-12"))]
    ['2027-01', '2027-12']
    """
    # Months are the whole part of their ordinal: 24323.9 is still 2026-12.
    first, last = quantile(when.spec(), _ENDS)
    return int(first), int(last)


def past_events(scenario: Scenario, as_of: date, *, where: Mapping[str, object] | None = None) -> list[str]:
    """Return a message for each dated event that can only happen before the month of the as-of date.

    Parameters
    ----------
    scenario : Scenario
    as_of : datetime.date
    where : mapping of str to Location, optional
        By event, from `eastbound.scenarios.loader.event_locations`; opens each message.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> past_events(load_scenario("price_slump"), date(2026, 10, 30))
    []
    """
    # An onset in the month of the as-of date can still lie ahead, so only earlier months are refused.
    now = as_of.year * 12 + as_of.month - 1
    problems = []
    for event in scenario.events:
        if event.onset is not None and month_range(event.onset)[1] < now:
            first, last = (month_text(month) for month in month_range(event.onset))
            span = first if first == last else f"{first} to {last}"
            start = f"{where[event.id]}: " if where and event.id in where else ""
            problems.append(
                f"{start}scenario `{scenario.name}`, event `{event.id}`: its onset ({span}) lies before {as_of:%Y-%m}, "
                "the month of the as-of date, so its effect is in the observations; move `onset` or remove the event"
            )
    return problems


def refuse_past_events(scenarios: Iterable[Scenario], as_of: date) -> None:
    """Refuse scenarios with an event that lies in the past.

    Raises
    ------
    ScenarioError
        One line per event, see `past_events`.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> refuse_past_events([load_scenario("price_slump")], date(2029, 1, 1))
    Traceback (most recent call last):
    eastbound.errors.ScenarioError: scenario `price_slump`, event `brent_slump_dated`: its onset ...
    """
    problems = [text for scenario in scenarios for text in past_events(scenario, as_of)]
    if problems:
        raise ScenarioError("\n".join(problems))
