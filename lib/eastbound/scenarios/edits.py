"""Change single numbers of a scenario by their path, such as ``bank_payment_halt_dated.severity.median=2``.

A path names an event or milestone, for an effect its target, and then the keys of the file down to one value. A target
may be shortened to its last word where that is unique in the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from eastbound.errors import InputError, UnknownName, shortened
from eastbound.scenarios.schema import Event, Milestone, Scenario

_LISTS: Final = ("events", "milestones")
_SILENT: Final = ("id", "title", "target", "source", "judgement", "basis", "why", "dist", "unit", "extreme", "divert")
_BASED: Final = ("severity", "onset", "hazard", "date", "trough", "per_year")  # their mappings state a basis


@dataclass(frozen=True)
class Setting:
    """The position of one value in a scenario.

    Attributes
    ----------
    kind : {"events", "milestones"}
    entry : str
        Id of the event or milestone.
    target : str or None
        Target of the effect.
    keys : tuple of str
        From the entry, or the effect, down to the value.
    value : object
        The present one.
    """

    kind: str
    entry: str
    target: str | None
    keys: tuple[str, ...]
    value: Any


def settings_of(scenario: Scenario) -> dict[str, Setting]:
    """Return every value of a scenario that an edit can change, by its path.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> settings_of(load_scenario("price_slump"))["brent_slump_dated.brent_price.rise_months"].value
    4.0
    """
    result: dict[str, Setting] = {}
    for kind, entry in _entries(scenario):
        content = entry.model_dump(mode="json", exclude_none=True)
        effects = content.pop("effects", [])
        for keys, value in _values(content):
            result[".".join((entry.id, *keys))] = Setting(kind, entry.id, None, keys, value)
        targets = [effect["target"] for effect in effects]
        for effect in effects:
            short = _short(effect["target"], targets)
            for keys, value in _values(effect):
                result[".".join((entry.id, short, *keys))] = Setting(kind, entry.id, effect["target"], keys, value)
    return result


def edited_entries(scenario: Scenario, edits: Iterable[str], *, why: str) -> dict[str, list[dict[str, Any]]]:
    """Return what a file that extends a scenario must state to change some of its values.

    Parameters
    ----------
    scenario : Scenario
        With everything inherited.
    edits : iterable of str
        Each is ``path=value``; the value is written as in a scenario file. A month or a span of months
        (``2028-01/2028-12``) may stand for a date, a number for a distribution.
    why : str
        The reason of the new values, which becomes their `judgement`.

    Returns
    -------
    dict
        ``events`` and ``milestones``, each a list of entries as a file has them; a list without entries is left out.

    Raises
    ------
    UnknownName
        If a path names nothing.
    InputError
        If an edit is not ``path=value``.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> entries = edited_entries(load_scenario("price_slump"), ["brent_slump_dated.severity=2"], why="deeper")
    >>> entries["events"]
    [{'id': 'brent_slump_dated', 'severity': {'dist': 'fixed', 'value': 2, 'judgement': 'deeper'}}]
    """
    settings = settings_of(scenario)
    blocks: dict[tuple[str, str], dict[str, Any]] = {}
    dumped = {entry.id: entry.model_dump(mode="json", exclude_none=True) for _, entry in _entries(scenario)}
    for edit in edits:
        path, value = _parsed(edit)
        setting = _find(path, settings, scenario)
        block = blocks.setdefault((setting.kind, setting.entry), {"id": setting.entry})
        source: Mapping[str, Any] = dumped[setting.entry]
        if setting.target is not None:
            effects = block.setdefault("effects", [])
            source = next(effect for effect in source["effects"] if effect["target"] == setting.target)
            stated = [effect for effect in effects if effect["target"] == setting.target]
            block = stated[0] if stated else {"target": setting.target}
            effects += [] if stated else [block]
        _put(block, source, setting.keys, value=value, why=why)
    result: dict[str, list[dict[str, Any]]] = {}
    for (kind, _), block in blocks.items():
        result.setdefault(kind, []).append(block)
    return result


def _entries(scenario: Scenario) -> Iterator[tuple[str, Event | Milestone]]:
    for kind in _LISTS:
        for entry in getattr(scenario, kind):
            yield kind, entry


def _values(content: Mapping[str, Any], keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each value below a mapping, and each mapping that is a value of its own, such as a distribution."""
    for key, value in content.items():
        if key in _SILENT:
            continue
        yield (*keys, key), value
        if isinstance(value, Mapping):
            yield from _values(value, (*keys, key))


def _short(target: str, targets: list[str]) -> str:
    word = target.rpartition(".")[2]
    return word if sum(other.rpartition(".")[2] == word for other in targets) == 1 else target


def _parsed(edit: str) -> tuple[str, Any]:
    path, sign, text = edit.partition("=")
    if not sign or not path.strip() or not text.strip():
        message = f"`{shortened(edit)}` is not an edit; expected path=value, such as my_event.severity=2."
        raise InputError(message)
    try:
        return path.strip(), YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        message = f"`{shortened(text)}`, the value of `{shortened(path)}`, is not YAML; write it as in a scenario file."
        raise InputError(message) from None


def _find(path: str, settings: Mapping[str, Setting], scenario: Scenario) -> Setting:
    if path in settings:
        return settings[path]
    for setting in settings.values():  # with the whole target
        if setting.target and path == ".".join((setting.entry, setting.target, *setting.keys)):
            return setting
    entry = path.partition(".")[0]
    inside = [name for name in settings if name.startswith(f"{entry}.")]
    raise UnknownName("value", path, inside or list({setting.entry for setting in settings.values()}), scenario.name)


def _put(block: dict[str, Any], source: Mapping[str, Any], keys: tuple[str, ...], *, value: Any, why: str) -> None:
    """Write a value into a block; of the mapping that holds it the rest is taken from the source."""
    first, *rest = keys
    if not rest:
        content = _whole(first, value, source[first])
    else:
        content = deepcopy(block.get(first, source[first]))
        inner = content
        for key in rest[:-1]:
            inner = inner[key]
        inner[rest[-1]] = _whole(rest[-1], value, inner[rest[-1]])
    block[first] = _with_basis(first, content, why)
    if not isinstance(content, Mapping):  # the basis of a bare number is that of its entry
        block["judgement"] = why


def _with_basis(key: str, content: Any, why: str) -> Any:
    if not isinstance(content, Mapping):
        return content
    ordered = {"dist": None, **content} if "dist" in content else content  # files name the distribution first
    left = {name: content[name] for name in ordered if name not in ("source", "judgement")}
    if key == "probability":
        return {**left, "basis": "judgement", "why": why}
    return {**left, "judgement": why} if key in _BASED else left


def _whole(key: str, value: Any, before: Any) -> Any:
    """Return a value in the form of the one before: a number or month for a distribution is a fixed one."""
    if not isinstance(before, Mapping) or isinstance(value, Mapping):
        return value
    if key == "probability":
        return {"value": value}
    if "dist" in before:
        first, slash, last = value.partition("/") if isinstance(value, str) else (value, "", "")
        fixed = {"dist": "uniform", "low": first, "high": last} if slash else {"dist": "fixed", "value": value}
        return {**fixed, **({"unit": before["unit"]} if "unit" in before else {})}
    return value
