"""Give the branch `other` of an axis a wider spread: something happens that no scenario names."""

from __future__ import annotations

from collections.abc import Sequence

from eastbound.core.simulation.distributions import quantile
from eastbound.periods import month_text
from eastbound.scenarios.dates import month_range
from eastbound.scenarios.quantities import Normal
from eastbound.scenarios.schema import Effect, Event


def unnamed_event(axis: str, branches: Sequence[tuple[float, Sequence[Event]]], *, spread: float) -> Event | None:
    """Return the event that stands for all that the branches of an axis do not name.

    Parameters
    ----------
    axis : str
    branches : sequence of (float, sequence of Event)
        Probability of each named branch, and the events that it adds to the baseline.
    spread : float
        Standard deviation of the log effect on a target, as a part of the root mean square, weighted by probability,
        of the peak effects that the named branches have on it.

    Returns
    -------
    Event or None
        Its date is uniform over the dates of the named events. Effects are normal about zero, so that the direction is
        open, and come and fade as the largest named effect on their target. None where no branch has a dated event.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> slump = [event for event in load_scenario("price_slump").events if event.onset is not None]
    >>> event = unnamed_event("prices", [(0.15, slump)], spread=0.25)
    >>> event.id, event.effects[0].target, round(event.effects[0].trough.sd, 3)
    ('unnamed_prices', 'driver.brent_price', 0.177)
    """
    dated = [event for _, events in branches for event in events if event.onset is not None]
    months = [month_range(event.onset) for event in dated if event.onset is not None]
    weight = sum(chance for chance, _ in branches)
    squares: dict[str, float] = {}
    for chance, events in branches:
        for target, size in _peaks(events).items():
            squares[target] = squares.get(target, 0.0) + chance / weight * size**2
    sizes = {target: spread * square**0.5 for target, square in squares.items() if square > 0.0}
    if not sizes or spread == 0.0:
        return None
    why = f"{spread:g} of the size of the named branches, in either direction"
    low, high = min(first for first, _ in months), max(last for _, last in months)
    return Event.model_validate(
        {
            "id": f"unnamed_{axis}",
            "title": "A change that no scenario names",
            "onset": {"dist": "uniform", "low": month_text(low), "high": month_text(high)},
            "severity": 1.0,
            "effects": tuple(_effect(_largest(dated, target), sd, why) for target, sd in sizes.items()),
            "judgement": why,
        }
    )


def _peaks(events: Sequence[Event]) -> dict[str, float]:
    """Return the median log effect at its peak on each target, of all dated events of a branch together."""
    peaks: dict[str, float] = {}
    for event in events:
        if event.onset is None:
            continue
        chance = event.probability.value if event.probability else 1.0
        for effect in event.effects:
            peaks[effect.target] = peaks.get(effect.target, 0.0) + chance * _size(event, effect)
    return peaks


def _size(event: Event, effect: Effect) -> float:
    return float(quantile(event.severity.spec(), 0.5)) * float(quantile(effect.trough.spec(), 0.5))


def _largest(events: Sequence[Event], target: str) -> Effect:
    sizes = [(abs(_size(event, effect)), effect) for event in events for effect in event.effects]
    return max((pair for pair in sizes if pair[1].target == target), key=lambda pair: pair[0])[1]


def _effect(like: Effect, sd: float, why: str) -> Effect:
    """Return an effect that comes and fades as another one does, in either direction and without diversion."""
    trough = Normal.model_validate({"dist": "normal", "mean": 0.0, "sd": sd, "unit": "log"})
    return like.model_copy(update={"trough": trough, "divert": (), "extreme": None, "source": None, "judgement": why})
