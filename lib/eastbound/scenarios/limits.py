"""Limits on the size of event effects, so that no scenario leaves what is economically possible.

The limits are judgement. A loss of log 1.5 leaves 22 % of a flow: Iran's crude exports lost log 1.6 in 2018-19, the
deepest case in the suite's evidence. A gain of log 0.7 doubles a flow or price. Larger ones state why (`extreme`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from eastbound.core.simulation.distributions import quantile
from eastbound.periods import month_ordinal

if TYPE_CHECKING:
    from eastbound.scenarios.quantities import Quantity
    from eastbound.scenarios.schema import Effect, Event

LOSS: Final = (1.5, 5.0)  # log: freely, and with `extreme`
GAIN: Final = (0.7, 1.5)
_NOMINAL: Final = month_ordinal("2026-01")  # cases of a dated hazard count to here; a check needs no as-of date
_DECADE: Final = 10.0  # years over which recurring events may add up
_LEVELS: Final = tuple((k + 0.5) / 40 for k in range(40))  # an even grid, for means


def size_problem(event: Event, effect: Effect) -> str:
    """Return why an effect of an event is too large, or an empty text.

    Two sizes are tested: the median trough times the median severity, and, for a
    random event, the effect that is expected to have built up after ten years.

    Parameters
    ----------
    event : Event
    effect : Effect
        One of its effects, in log.

    Returns
    -------
    str
        What is too large, by how much, and what to do.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> event = load_scenario("baseline").events[0]
    >>> size_problem(event, event.effects[0])
    ''
    """
    peak = _median(effect.trough) * _median(event.severity)
    problem = _too_large(peak, effect, "an event of median severity")
    if problem or event.hazard is None:
        return problem
    rate = event.hazard.rate(_NOMINAL)
    if rate is None:
        return ""
    per_event = _mean(effect.trough) * _mean(event.severity)
    built_up = float(quantile(rate, _LEVELS).mean()) * per_event * _years_of_effect(effect)
    return _too_large(built_up, effect, "ten years of such events")


def _too_large(size: float, effect: Effect, cause: str) -> str:
    free, hard = LOSS if size < 0 else GAIN
    kind = "loss" if size < 0 else "gain"
    if abs(size) <= free or (effect.extreme and abs(size) <= hard):
        return ""
    text = f"the effect of {cause} on `{effect.target}` is log {size:.3g}; a {kind} may be at most {free:g}"
    if effect.extreme:
        return f"{text}, and {hard:g} with a reason under `extreme`; lower the trough, the severity or the rate"
    return f"{text}, or up to {hard:g} if the effect states its reason under `extreme`"


def _years_of_effect(effect: Effect) -> float:
    """Return the integral of the response over a decade, in years at its peak."""
    lasting = (1.0 - effect.transitory) * _DECADE
    half_life = (effect.half_life_months or 0.0) / 12.0
    fading = half_life / 0.6931 * (1.0 - 2.0 ** (-_DECADE / half_life)) if half_life else 0.0
    return lasting + effect.transitory * fading


@lru_cache(maxsize=4096)
def _median(quantity: Quantity) -> float:
    return float(quantile(quantity.spec(), 0.5))


@lru_cache(maxsize=4096)  # the baseline's effects are checked again with every scenario that inherits them
def _mean(quantity: Quantity) -> float:
    return float(quantile(quantity.spec(), _LEVELS).mean())
