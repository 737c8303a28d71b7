"""List the numbers of a scenario that an analyst may turn, each with its unit, bounds, help and basis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import floor, log10
from typing import Any, Final, Literal, TypeAlias

from eastbound.catalogue import cards
from eastbound.scenarios.hazards import known_on
from eastbound.scenarios.openings import Opening
from eastbound.scenarios.recentring import centre
from eastbound.scenarios.schema import SEVERITY_CAP, Effect, Event, Milestone, Never, Scenario

Value: TypeAlias = float | bool
Kind: TypeAlias = Literal["number", "month", "switch"]

SWITCH: Final = "on"
_ROOM: Final = 3.0  # a slider reaches this multiple of the value it starts from
_LEAST_SEVERITY: Final = 3.0
_LEAST_RATE: Final = 1.0  # a year
_LONGEST_HALF_LIFE: Final = 60.0  # months
_LONGEST_BUILDING: Final = 15.0  # years
_MONTHS_BEYOND: Final = 120
_LEAST_STEPS: Final = 50  # of a slider; a step is a power of ten, so that people read round numbers


@dataclass(frozen=True)
class Control:
    """One number or switch of a scenario.

    Attributes
    ----------
    key : str
        Event or milestone and what is turned, such as ``"border_closure.severity"``.
    group : str
        Title of the event or milestone.
    kind : {"number", "month", "switch"}
        A month is an ordinal as `eastbound.periods.month_ordinal` counts it.
    label, unit, help : str
        For people; the unit is empty for a pure number, a month or a switch.
    value : float or bool
        In the scenario that the control was made from.
    low, high, step : float
        Bounds and step of a slider; zero for a switch.
    basis : str
        The source or the judgement behind the value, opening with that word.
    targets : tuple of str
        Series that the event acts on; empty for a milestone.
    """

    key: str
    group: str
    kind: Kind
    label: str
    value: Value
    basis: str
    unit: str = ""
    help: str = ""
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    targets: tuple[str, ...] = ()


def controls(scenario: Scenario, *, as_of: date) -> list[Control]:
    """Return the controls of a scenario: its events in order, then its milestones.

    Parameters
    ----------
    scenario : Scenario
    as_of : datetime.date
        Day of the evidence: rates of random events count cases up to it, and no date can be moved before it.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> listed = {control.key: control for control in controls(load_scenario("baseline"), as_of=date(2026, 10, 30))}
    >>> severity = listed["border_closure.severity"]
    >>> severity.value, severity.high, severity.basis
    (1.0, 3.0, 'judgement: the closure of 2020 is 1')
    """
    first = as_of.year * 12 + as_of.month - 1
    known = {event.id: event for event in known_on(scenario, as_of).events}
    return [
        *(control for event in scenario.events if event.id in known for control in _of_event(known[event.id], first)),
        *(control for milestone in scenario.milestones for control in _of_milestone(milestone, first)),
    ]


def _of_event(event: Event, first: int) -> Iterator[Control]:
    group = event.title or event.id.replace("_", " ").capitalize()
    shared: Any = {"group": group, "targets": tuple(effect.target for effect in event.effects)}
    happens = "It can happen by chance." if event.hazard is not None else "It happens in this scenario."
    basis = _basis(event.hazard or event.onset, event)
    yield Control(
        f"{event.id}.{SWITCH}", kind="switch", label="Can happen", value=True, basis=basis, help=happens, **shared
    )
    if event.hazard is not None and event.hazard.per_year is not None:
        mean = centre(event.hazard.per_year)
        if mean is not None:
            rate = float(f"{mean:.3g}")
            bounds = _bounds(rate, 0.0, max(_LEAST_RATE, _ROOM * rate))
            yield Control(
                f"{event.id}.rate", kind="number", label="Expected occurrences", unit="a year", value=rate,
                basis=basis, help="Mean rate at which it happens by chance.", **bounds, **shared,
            )  # fmt: skip
    if event.onset is not None:
        yield from _month(f"{event.id}.onset", "Month (centre of its distribution)", event.onset, first, basis, shared)
    if event.probability is not None:
        yield Control(
            f"{event.id}.probability", kind="number", label="Probability", value=event.probability.value,
            basis=f"{event.probability.basis}: {event.probability.why}", help=_help(Event, "probability"),
            **_bounds(event.probability.value, 0.0, 1.0), **shared,
        )  # fmt: skip
    severity = centre(event.severity)
    if severity is not None:
        bounds = _bounds(severity, 0.0, min(SEVERITY_CAP, max(_LEAST_SEVERITY, _ROOM * severity)))
        yield Control(
            f"{event.id}.severity", kind="number", label="Severity", value=severity,
            basis=_basis(event.severity, event), help=_help(Event, "severity"), **bounds, **shared,
        )  # fmt: skip
    for effect in event.effects:
        yield from _half_life(event, effect, shared)


def _half_life(event: Event, effect: Effect, shared: dict[str, Any]) -> Iterator[Control]:
    if effect.half_life_months is None or effect.transitory == 0.0:
        return
    value, label = float(effect.half_life_months), f"Half-life of the effect on: {cards()[effect.target].label}"
    yield Control(
        f"{event.id}.half_life.{effect.target}", kind="number", label=label,
        unit="months", value=value, basis=_basis(effect, event),
        help="Time in which half of the part that fades is gone.",
        **{**_bounds(value, 0.5, max(_LONGEST_HALF_LIFE, 2.0 * value)), "step": 0.5}, **shared,
    )  # fmt: skip


def _of_milestone(milestone: Milestone, first: int) -> Iterator[Control]:
    group = milestone.title or milestone.id.replace("_", " ").capitalize()
    shared: Any = {"group": group, "targets": ()}
    when = milestone.date
    if isinstance(when, Opening):
        years = when.building.median
        yield Control(
            f"{milestone.id}.building", kind="number", label="Building time (median)", unit="years", value=years,
            basis=_basis(when.building, milestone), help="From the contract to first flow.",
            **_bounds(years, 0.5, max(_LONGEST_BUILDING, 2.0 * years)), **shared,
        )  # fmt: skip
    else:
        basis = _basis(when, milestone)
        yield from _month(f"{milestone.id}.date", "Month (centre of its distribution)", when, first, basis, shared)
    never = milestone.never.value if milestone.never else 0.0
    yield Control(
        f"{milestone.id}.never", kind="number", label="Probability of never", value=never,
        basis=_basis(milestone.date, milestone), help=(Never.__doc__ or "").strip().split("\n")[0],
        **_bounds(never, 0.0, 1.0), **shared,
    )  # fmt: skip


def _month(key: str, label: str, when: Any, first: int, basis: str, shared: dict[str, Any]) -> Iterator[Control]:
    middle = centre(when)
    if middle is None:
        return
    low, high = min(first, int(middle)), int(middle) + _MONTHS_BEYOND
    text = "Moves every month of the distribution by as much."
    yield Control(
        key, kind="month", label=label, value=float(int(middle)), low=low, high=high, step=1, basis=basis, help=text,
        **shared,
    )  # fmt: skip


def _bounds(value: float, low: float, high: float) -> dict[str, Any]:
    step = 10.0 ** floor(log10((high - low) / _LEAST_STEPS))
    return {"low": min(low, value), "high": float(f"{max(high, value):.3g}"), "step": step}


def _help(model: Any, name: str) -> str:
    return model.model_fields[name].description or ""


def _basis(*entries: Any) -> str:
    """Return the source or judgement of the first entry that states one."""
    for entry in entries:
        for name in ("source", "judgement"):
            text = getattr(entry, name, None)
            if text:
                return f"{name}: {text}"
    return "judgement: the scenario's assumption"
