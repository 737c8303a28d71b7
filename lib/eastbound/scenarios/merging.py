"""Lists of entries with ids, one laid over another."""

from __future__ import annotations

from typing import Any, Final

from eastbound.errors import nearest
from eastbound.scenarios.located_yaml import LocatedList, LocatedMap, Location, Problem

# An event is dated or by chance: stating the one replaces the other.
_REPLACES: Final = {"onset": ("hazard",), "hazard": ("onset", "probability")}


def merged(base: LocatedList, over: Any, problems: list[Problem]) -> LocatedList:
    """Return a list with the entries of another laid over it by their ids.

    Parameters
    ----------
    base : LocatedList
        Inherited entries.
    over : LocatedList or anything
        Entries that change, remove or add; what is no list is left to the schema.
    problems : list of Problem
        Extended by what does not fit.

    Returns
    -------
    LocatedList
        An entry with a known id takes the keys of the new one and keeps its
        others; ``{id: x, remove: true}`` drops it; a new id is added at the end.

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
    >>> merged(base, over, [])
    [{'id': 'a', 'severity': 2, 'onset': 3}]
    """
    entries = list(zip(base, base.locations, strict=True))
    if isinstance(over, LocatedList):
        seen: set[str] = set()
        for item, location in zip(over, over.locations, strict=True):
            name = _name(item)
            if not name:
                entries.append((item, location))
            elif name in seen:
                problems.append(Problem(location, f"`{name}`: this id stands twice in the list; keep one of them"))
            else:
                seen.add(name)
                _lay(entries, item, location, problems=problems)
    rows = LocatedList()
    for item, location in entries:
        rows.put(item, location)
    return rows


def _name(item: Any) -> str:
    """Return the id of an entry, empty when it has none that can be used."""
    name = item.get("id") if isinstance(item, LocatedMap) else None
    return name if isinstance(name, str) else ""


def _lay(entries: list[tuple[Any, Location]], item: LocatedMap, location: Location, *, problems: list[Problem]) -> None:
    name = item["id"]
    known = {_name(entry): n for n, (entry, _) in enumerate(entries) if _name(entry)}
    if "remove" in item:
        problems.extend(_removal_problems(item, list(known)))
        if name in known:
            del entries[known[name]]
    elif name in known:
        entries[known[name]] = (_overlaid(entries[known[name]][0], item), location)
    else:
        entries.append((item, location))


def _removal_problems(item: LocatedMap, known: list[str]) -> list[Problem]:
    location, name = item.locations["remove"], item["id"]
    if item["remove"] is not True or len(item) > 2:
        return [Problem(location, f"`{name}`: write {{id: {name}, remove: true}} with nothing else, or no `remove`")]
    if name not in known:
        text = f"`{name}`: nothing of this id is inherited; {nearest(name, known)}known: {', '.join(known) or 'none'}"
        return [Problem(location, text)]
    return []


def _overlaid(base: LocatedMap, over: LocatedMap) -> LocatedMap:
    dropped = {key for name in over for key in _REPLACES.get(name, ())} - set(over)
    block = LocatedMap(over.location)
    for source in (base, over):
        for key, value in source.items():
            if key not in dropped:
                block.put(key, value, source.locations[key])
    return block
