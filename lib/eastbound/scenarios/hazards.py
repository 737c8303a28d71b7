"""Random events as they were known on a day, and the mean effect by which a history already contains them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eastbound.core.simulation.distributions import quantile
from eastbound.core.simulation.shocks import response
from eastbound.scenarios.quantities import Gamma
from eastbound.scenarios.schema import SEVERITY_CAP, Hazard, Scenario
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.scenarios.schema import Effect, Event

_LEVELS: Final = (np.arange(2000) + 0.5) / 2000  # an even grid, for means


def known_on(scenario: Scenario, as_of: date) -> Scenario:
    """Return a scenario whose random events have the rates that were known on a day.

    Parameters
    ----------
    scenario : Scenario
    as_of : datetime.date
        Cases and exposure of dated hazards end with this day.

    Returns
    -------
    Scenario
        Without the events whose exposure begins later: nobody knew of them.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> baseline = load_scenario("baseline")
    >>> halts = {event.id: event.hazard for event in known_on(baseline, date(2026, 10, 30)).events}
    >>> halts["bank_payment_halt"].per_year.shape, round(halts["bank_payment_halt"].per_year.rate, 2)
    (2.5, 4.75)
    >>> "bank_payment_halt" in {event.id for event in known_on(baseline, date(2019, 12, 31)).events}
    False
    """
    until = as_of.year * 12 + as_of.month - 1 + as_of.day / monthrange(as_of.year, as_of.month)[1]
    events = [_known(event, until) for event in scenario.events]
    return scenario.model_copy(update={"events": tuple(event for event in events if event is not None)})


def _known(event: Event, until: float) -> Event | None:
    if event.hazard is None or event.hazard.since is None:
        return event
    rate = event.hazard.rate(until)
    if rate is None:
        return None
    basis = {"source": event.hazard.source, "judgement": event.hazard.judgement}
    hazard = Hazard.model_validate({"per_year": Gamma(**rate), **basis})
    return event.model_copy(update={"hazard": hazard})


def mean_effects(
    scenario: Scenario, targets: Collection[str], *, start: int, months: int, after: int
) -> dict[str, Floats]:
    """Return the expected log effect of the random events of a scenario, by target and month.

    Parameters
    ----------
    scenario : Scenario
        The baseline, as known on the as-of date.
    targets : collection of str
        Series whose trend is learnt from a history that contains such events.
    start, months, after
        As for `eastbound.scenarios.events.shocks`.

    Returns
    -------
    dict of str to array, shape (months,)
        For the targets that some event acts on. Diverted flows are not counted.

    Notes
    -----
    METHODS 2.4. Rate, severity, trough and dates are independent, so the expectation of their product is the product
    of their expectations, summed over the months in which an event may have happened.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> baseline = known_on(load_scenario("baseline"), date(2026, 10, 30))
    >>> usual = mean_effects(baseline, ["trade.china_russia.china_exports"], start=24312, months=120, after=24319)
    >>> effect = usual["trade.china_russia.china_exports"]
    >>> bool(np.all(effect[:8] == 0.0)), bool(-0.15 < effect[-1] < -0.05)
    (True, True)
    """
    total: dict[str, Floats] = {}
    first = max(0, after + 1 - start)
    for event in scenario.events:
        rate = event.hazard.rate(start) if event.hazard is not None else None
        if rate is None:
            continue
        happens = -np.mean(np.expm1(quantile(rate, _LEVELS) / -12.0))
        size = happens * np.minimum(_spread(event.severity), SEVERITY_CAP).mean()
        for effect in event.effects:
            if effect.target in targets:
                path = total.setdefault(effect.target, np.zeros(months))
                path[first:] += size * _spread(effect.trough).mean() * np.cumsum(_kernel(effect, months - first))
    return total


def _spread(quantity: Any) -> Floats:
    return quantile(quantity.spec(), _LEVELS)


def _kernel(effect: Effect, months: int) -> Floats:
    return response(
        months,
        lag=effect.lag_months,
        rise=effect.rise_months,
        half_life=effect.half_life_months or 1.0,  # has no effect without a transitory part
        transitory=effect.transitory,
    )
