"""Merge a list of entries over an inherited one: events and milestones by `id`, effects by `target`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from eastbound.errors import nearest
from eastbound.scenarios.located_yaml import LocatedList, LocatedMap, Location, Problem

DATED: Final = "_dated"  # added to the id of a dated event that comes on top of a random one
# An event is dated or random: stating the one drops the other.
_EXCLUDES: Final = {"onset": ("hazard",), "hazard": ("onset", "probability")}
# A new number needs a basis of its own; the inherited source does not state it.
_BASED: Final = ("trough", "date")
_BASIS: Final = ("source", "judgement")
_KIND: Final = {"id": "entry", "target": "effect on"}

_Entries: TypeAlias = list[tuple[Any, Location]]


@dataclass
class MergeLog:
    """What merging met: `problems`, and the inherited entries and keys that were `dropped`."""

    problems: list[Problem] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def refuse(self, location: Location, text: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(location, text))


def merged(base: LocatedList, over: Any, log: MergeLog, *, key: str = "id", within: str = "") -> LocatedList:
    """Merge a list of entries over an inherited one.

    Parameters
    ----------
    base : LocatedList
        Inherited entries.
    over : LocatedList or anything
        Entries that change, remove or add; anything but a list is left to the schema.
    log : MergeLog
        Extended by problems and by what was dropped.
    key : {"id", "target"}
        The key that identifies an entry.
    within : str
        The entry that the list belongs to, for messages.

    Returns
    -------
    LocatedList
        An entry with a known key overrides single keys of the inherited one and
        leaves the others; ``{id: x, remove: true}`` drops it; an entry with a new
        key comes last. The effects of an event are merged in the same way.

    Notes
    -----
    A dated event comes on top of the random one with the same id: the hazard
    stays, and the dated event gets the id with ``_dated`` added. With
    ``replaces: ID`` it takes the place of the event ID instead.

    Examples
    --------
    >>> def row(**keys):
    ...     block = LocatedMap(Location("x.yml", 1))
    ...     for key, value in keys.items():
    ...         block.put(key, value, Location("x.yml", 1))
    ...     return block
    >>> base, over = LocatedList(), LocatedList()
    >>> base.put(row(id="a", hazard=1, severity=2), Location("x.yml", 1))
    >>> over.put(row(id="a", onset=3), Location("x.yml", 2))
    >>> merged(base, over, MergeLog())
    [{'id': 'a', 'hazard': 1, 'severity': 2}, {'id': 'a_dated', 'severity': 2, 'onset': 3}]
    """
    entries: _Entries = list(zip(base, base.locations, strict=True))
    if isinstance(over, LocatedList):
        seen: set[str] = set()
        for item, location in zip(over, over.locations, strict=True):
            name = _name(item, key)
            if not name:
                entries.append((item, location))
            elif name in seen:
                log.refuse(location, f"`{within}{name}`: listed twice; keep one of the two")
            else:
                seen.add(name)
                _merge_entry(entries, item, location, log=log, key=key, within=within)
    result = LocatedList()
    for item, location in entries:
        result.put(item, location)
    return result


def _name(item: Any, key: str) -> str:
    """Return what identifies an entry, empty when it has nothing that can be used."""
    name = item.get(key) if isinstance(item, LocatedMap) else None
    return name if isinstance(name, str) else ""


def _positions(entries: _Entries, key: str) -> Mapping[str, int]:
    return {_name(entry, key): n for n, (entry, _) in enumerate(entries) if _name(entry, key)}


def _merge_entry(
    entries: _Entries, item: LocatedMap, location: Location, *, log: MergeLog, key: str, within: str
) -> None:
    known, name = _positions(entries, key), item[key]
    if "remove" in item:
        if _removal_is_valid(item, list(known), log=log, key=key, within=within):
            del entries[known[name]]
            log.dropped.append(f"{_KIND[key]} `{within}{name}`")
        return
    if "replaces" in item and key == "id":
        item = _without_replaced(entries, item, log=log)
    elif "onset" in item and "hazard" not in item and name in known and "hazard" in entries[known[name]][0]:
        item = _dated_twin(entries, item)
    known, name = _positions(entries, key), item[key]
    # An overridden entry keeps its position, so that the order of events does not depend on the child.
    if name in known:
        entries[known[name]] = (_overlaid(entries[known[name]][0], item, log), location)
    else:
        entries.append((_overlaid(LocatedMap(item.location), item, log), location))


def _removal_is_valid(item: LocatedMap, known: list[str], *, log: MergeLog, key: str, within: str) -> bool:
    location, name = item.locations["remove"], item[key]
    if item["remove"] is not True or len(item) > 2:
        log.refuse(location, f"`{within}{name}`: write {{{key}: {name}, remove: true}} and no other key")
    elif name not in known:
        listed = ", ".join(known) or "none"
        log.refuse(location, f"`{within}{name}`: is not inherited; {nearest(name, known)}inherited: {listed}")
    else:
        return True
    return False


def _without_replaced(entries: _Entries, item: LocatedMap, *, log: MergeLog) -> LocatedMap:
    """Drop the event that an entry replaces, unless it is its own predecessor, and the key itself."""
    known, old, name = _positions(entries, "id"), item["replaces"], item["id"]
    if not isinstance(old, str) or old not in known:
        hint = nearest(str(old), known)
        listed = ", ".join(known) or "none"
        log.refuse(
            item.locations["replaces"], f"`{name}.replaces`: `{old}` is not inherited; {hint}inherited: {listed}"
        )
    elif old != name:
        del entries[known[old]]
        log.dropped.append(f"entry `{old}`, replaced by `{name}`")
    return _subset(item, without={"replaces"})


def _dated_twin(entries: _Entries, item: LocatedMap) -> LocatedMap:
    """Return a dated event under an id of its own, with what it does not state taken from the random one."""
    known, name = _positions(entries, "id"), f"{item['id']}{DATED}"
    if name not in known:
        # The random event stays, so nothing of it is dropped and nothing logged.
        item = _overlaid(entries[known[item["id"]]][0], item, MergeLog())
    twin = _subset(item, without=set())
    twin.put("id", name, item.locations["id"])
    return twin


def _overlaid(base: LocatedMap, over: LocatedMap, log: MergeLog) -> LocatedMap:
    """Return an entry with the keys of another laid over it."""
    name = str(over.get("id", over.get("target", "")))
    excluded = {key for stated in over for key in _EXCLUDES.get(stated, ())}
    if any(key in over and key in base for key in _BASED):
        excluded.update(_BASIS)
    excluded -= set(over)
    log.dropped.extend(f"`{name}.{key}`" for key in base if key in excluded and key not in _BASIS)
    result = _subset(base, without=excluded)
    result.location = over.location
    for key, value in over.items():
        old = result.get(key)
        if key == "effects" and isinstance(value, LocatedList):
            inherited = old if isinstance(old, LocatedList) else LocatedList()
            value = merged(inherited, value, log, key="target", within=f"{name}.")
        result.put(key, value, over.locations[key])
    return result


def _subset(block: LocatedMap, *, without: set[str]) -> LocatedMap:
    result = LocatedMap(block.location)
    for key, value in block.items():
        if key not in without:
            result.put(key, value, block.locations[key])
    return result
