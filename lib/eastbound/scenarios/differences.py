"""Say in words how one scenario differs from another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from eastbound.catalogue import cards
from eastbound.scenarios.card import entry_rows
from eastbound.scenarios.hazards import known_on

if TYPE_CHECKING:
    from eastbound.scenarios.schema import Event, Milestone, Scenario


def scenario_differences(before: Scenario, after: Scenario, *, as_of: date) -> list[str]:
    """Return the differences of two scenarios in words, one line each.

    Parameters
    ----------
    before, after : Scenario
        With everything inherited.
    as_of : datetime.date
        Day of the evidence: hazards count their cases to it.

    Returns
    -------
    list of str
        What was changed, then what was added and left out; empty if the two act alike. Texts that name a source or a
        reason are not compared.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> baseline, slump = load_scenario("baseline"), load_scenario("price_slump")
    >>> scenario_differences(baseline, slump, as_of=date(2026, 10, 30))[-1]
    'adds Lasting slump of the oil price, 2027-01 to 2027-12: Brent price -50 % (-63 to -38 %)'
    """
    before, after = known_on(before, as_of), known_on(after, as_of)
    lines = [*_facts(before, after)]
    for kind in ("events", "milestones"):
        old = {item.id: item for item in getattr(before, kind)}
        new = {item.id: item for item in getattr(after, kind)}
        for name in old:
            if name in new and old[name] != new[name]:
                lines += _changes((before, old[name]), (after, new[name]), as_of=as_of)
        lines += [f"leaves out {_summary(before, item, as_of)}" for name, item in old.items() if name not in new]
        lines += [f"adds {_summary(after, item, as_of)}" for name, item in new.items() if name not in old]
    return lines


def _facts(before: Scenario, after: Scenario) -> Iterator[str]:
    """Yield the changes of what is stated once for the whole scenario."""
    pairs = {
        "probability": (_chance(before), _chance(after)),
        "axis": (before.axis or "none", after.axis or "none"),
        "expiry": (_expiry(before), _expiry(after)),
        "test of the tail": ("yes" if before.stress_test else "no", "yes" if after.stress_test else "no"),
    }
    for name, (old, new) in pairs.items():
        if old != new:
            yield f"{name}: {old} becomes {new}"


def _chance(scenario: Scenario) -> str:
    return f"{100 * scenario.probability.value:g} %" if scenario.probability else "none stated"


def _expiry(scenario: Scenario) -> str:
    if scenario.expires is None:
        return "never"
    after, when = scenario.expires.after, scenario.expires.when
    return " or ".join([*([f"after {after}"] if after else []), *([f"when {when}"] if when else [])])


def _summary(scenario: Scenario, item: Event | Milestone, as_of: date) -> str:
    rows = entry_rows(scenario, item, as_of)
    effects = ", ".join(f"{row['affects']} {row['peak']}" for row in rows if row["affects"])
    head = f"{rows[0]['event']}, {rows[0]['when']}"
    return f"{head}: {effects}" if effects else head


def _changes(
    old: tuple[Scenario, Event | Milestone], new: tuple[Scenario, Event | Milestone], *, as_of: date
) -> Iterator[str]:
    """Yield what differs between two versions of an event or milestone."""
    rows = [{row["affects"]: row for row in entry_rows(*version, as_of)} for version in (old, new)]
    first, last = (next(iter(part.values())) for part in rows)
    title = last["event"]
    lines = [f"{title}: when {first['when']} becomes {last['when']}"] if first["when"] != last["when"] else []
    for affects, row in rows[1].items():
        earlier = rows[0].get(affects)
        if earlier is None:
            lines.append(f"{title}: also {affects} {row['peak']}, {row['recovery']}")
            continue
        for key in ("peak", "recovery"):
            if earlier[key] != row[key]:
                lines.append(f"{title}: {affects} {earlier[key]} becomes {row[key]}")
    lines += [f"{title}: no longer {affects}" for affects in rows[0] if affects not in rows[1]]
    lines += _delays(title, old[1], new[1])
    yield from lines or _raw(title, _numbers(old[1]), _numbers(new[1]))


def _delays(title: str, old: Event | Milestone, new: Event | Milestone) -> Iterator[str]:
    """Yield the changes of the months until an effect begins and until it is full, which no card shows."""
    earlier = {effect.target: effect for effect in getattr(old, "effects", ())}
    for effect in getattr(new, "effects", ()):
        for key, words in (("lag_months", "begins after"), ("rise_months", "is full after further")):
            if effect.target in earlier and getattr(earlier[effect.target], key) != getattr(effect, key):
                months = f"{getattr(earlier[effect.target], key):g} becomes {getattr(effect, key):g}"
                yield f"{title}: {cards()[effect.target].label} {words} {months} months"


def _raw(title: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield the numbers of the file that differ, where the words of a card round the difference away."""
    for path in dict.fromkeys([*old, *new]):
        if old.get(path) != new.get(path):
            yield f"{title}: `{path}` {_shown(old.get(path))} becomes {_shown(new.get(path))}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _numbers(item: Event | Milestone) -> dict[str, Any]:
    return dict(_leaves(item.model_dump(mode="json", exclude_none=True)))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        name = value.get("target")
        for key, inner in value.items():
            if key not in ("source", "judgement", "why", "basis"):
                yield from _leaves(inner, ".".join(part for part in (path, name, key) if part))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, value
