"""Change single numbers of a scenario: the scenario that results, and the file that says the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from eastbound.errors import InputError, ScenarioError, UnknownName
from eastbound.periods import month_text
from eastbound.scenarios.controls import SWITCH, Control, Value, controls
from eastbound.scenarios.hazards import known_on
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.recentring import recentred
from eastbound.scenarios.schema import Event, Milestone, Scenario
from eastbound.scenarios.validated import validated

NAME: Final = "changed"
_NEVER_BY: Final = "2045-12"  # horizon of the supplied milestones


def changed_scenario(
    base: str | Path | Scenario,
    changes: Mapping[str, Value],
    *,
    as_of: str | date,
    name: str = NAME,
    home: Path | None = None,
) -> Scenario:
    """Return a scenario with some of its numbers changed.

    Parameters
    ----------
    base : str, Path or Scenario
        The scenario to start from.
    changes : mapping of str to float or bool
        New values by the `key` of a control, as `eastbound.scenarios.controls.controls` lists them.
    as_of : str or datetime.date
        Day of the evidence, as for `eastbound.scenarios.controls.controls`.
    name : str
        Of the new scenario.
    home : Path, optional
        Workspace of a named scenario.

    Returns
    -------
    Scenario
        Without axis and probability: the branches of an axis sum to one already.

    Raises
    ------
    UnknownName
        If no control has such a key.
    InputError
        If a value lies outside the bounds of its control.
    ScenarioError
        If the changed scenario breaks a rule of the format, such as the largest effect of an event.

    Examples
    --------
    >>> milder = changed_scenario("baseline", {"border_closure.severity": 0.5}, as_of="2026-10-30")
    >>> next(event.severity.median for event in milder.events if event.id == "border_closure")
    0.5
    """
    scenario = base if isinstance(base, Scenario) else load_scenario(base, home=home)
    entries = changed_entries(scenario, changes, as_of=as_of)
    content = scenario.model_dump(mode="json", exclude_none=True, exclude={"axis", "probability", "expires"})
    content |= {"name": name, "title": f"{scenario.title}, changed" if changes else scenario.title}
    for kind, overlays in entries.items():
        content[kind] = [
            _overlaid(item, overlays.get(item["id"], {})) for item in content[kind] if not _removed(overlays, item)
        ]
    try:
        return validated(Scenario, content, context={"covered": False})
    except ValidationError as error:
        texts = [problem["msg"].removeprefix("Value error, ") for problem in error.errors()]
        raise ScenarioError("\n".join(dict.fromkeys(texts))) from None


def changed_entries(
    scenario: Scenario, changes: Mapping[str, Value], *, as_of: str | date
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what a scenario file has to state for changed numbers, beside what it inherits.

    Parameters
    ----------
    scenario, changes, as_of
        As for `changed_scenario`.

    Returns
    -------
    dict of str to dict
        Under ``events`` and ``milestones``, the keys to state by id.

    Raises
    ------
    UnknownName, InputError
        On the conditions of `changed_scenario`.

    Examples
    --------
    >>> from eastbound.scenarios.hazards import known_on
    >>> from eastbound.scenarios.loader import load_scenario
    >>> changed_entries(load_scenario("baseline"), {"partner_exit.on": False}, as_of="2026-10-30")["events"]
    {'partner_exit': {'id': 'partner_exit', 'remove': True}}
    """
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    known = {control.key: control for control in controls(scenario, as_of=day)}
    events = {event.id: event for event in known_on(scenario, day).events}
    milestones = {milestone.id: milestone for milestone in scenario.milestones}
    result: dict[str, dict[str, dict[str, Any]]] = {"events": {}, "milestones": {}}
    for key, value in changes.items():
        if key not in known:
            raise UnknownName("control", key, known)
        _check(known[key], value)
        owner, _, field = key.partition(".")
        if value == known[key].value:
            continue
        kind, overlay = (
            ("events", _event_overlay(events[owner], field, value, known[key]))
            if owner in events
            else ("milestones", _milestone_overlay(milestones[owner], field, value, known[key]))
        )
        result[kind][owner] = _overlaid(result[kind].get(owner, {"id": owner}), overlay)
    for owner, overlay in result["events"].items():
        if "remove" in overlay:
            result["events"][owner] = {"id": owner, "remove": True}
    return result


def _check(control: Control, value: Value) -> None:
    if control.kind == "switch":
        return
    if not control.low <= value <= control.high:
        low, high, given = (
            month_text(int(bound)) if control.kind == "month" else f"{bound:.6g}"
            for bound in (control.low, control.high, value)
        )
        message = f"`{control.key}` is {given}; it must lie between {low} and {high} {control.unit}".rstrip() + "."
        raise InputError(message)


def _event_overlay(event: Event, field: str, value: Value, control: Control) -> dict[str, Any]:
    basis = {"judgement": _judgement(control)}
    if field == SWITCH:
        return {"remove": True}
    if field == "rate":
        assert event.hazard is not None  # only random events have the control
        return {"hazard": {"per_year": recentred(event.hazard.per_year, value), **basis}}
    if field == "probability":
        return {"probability": {"value": float(value), "basis": "judgement", "why": basis["judgement"]}}
    if field in ("severity", "onset"):
        return {field: {**recentred(getattr(event, field), value), **basis}}
    target = field.removeprefix("half_life.")
    return {"effects": [{"target": target, "half_life_months": float(value), **basis}]}


def _milestone_overlay(milestone: Milestone, field: str, value: Value, control: Control) -> dict[str, Any]:
    basis = {"judgement": _judgement(control)}
    if field == "never":
        by = milestone.never.by if milestone.never else _NEVER_BY
        return {"never": {"value": float(value), "by": by}}
    if field == "date":
        return {"date": {**recentred(milestone.date, value), **basis}}
    date_ = milestone.date.model_dump(mode="json", exclude_none=True)
    # A date is stated whole; the parts that stay keep their own basis.
    return {"date": {**date_, "building": {**date_["building"], "median": float(value), **basis}}}


def _judgement(control: Control) -> str:
    before = month_text(int(control.value)) if control.kind == "month" else f"{control.value:.4g}"
    return f"changed from {before} by the analyst; {control.basis}"[:2000]


def _removed(overlays: Mapping[str, Mapping[str, Any]], item: Mapping[str, Any]) -> bool:
    return "remove" in overlays.get(item["id"], {})


def _overlaid(item: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with another laid over it as the loader does: effects by target, all else by key."""
    result = {**item, **overlay}
    if "effects" in overlay and "effects" in item:
        over = {effect["target"]: effect for effect in overlay["effects"]}
        effects = [{**effect, **over.pop(effect["target"], {})} for effect in item["effects"]]
        result["effects"] = [*effects, *over.values()]
    return result
