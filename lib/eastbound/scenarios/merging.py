"""Lists of entries with ids, one laid over another."""

from __future__ import annotations

from typing import Any, Final

from eastbound.errors import nearest
from eastbound.scenarios.reading import Block, Place, Problem, Rows

# An event is dated or by chance: stating the one replaces the other.
_REPLACES: Final = {"onset": ("hazard",), "hazard": ("onset", "probability")}


def merged(base: Rows, over: Any, problems: list[Problem]) -> Rows:
    """Return a list with the entries of another laid over it by their ids.

    Parameters
    ----------
    base : Rows
        Inherited entries.
    over : Rows or anything
        Entries that change, remove or add; what is no list is left to the schema.
    problems : list of Problem
        Extended by what does not fit.

    Returns
    -------
    Rows
        An entry with a known id takes the keys of the new one and keeps its
        others; ``{id: x, remove: true}`` drops it; a new id is added at the end.

    Examples
    --------
    >>> def row(**keys):
    ...     block = Block(Place("x.yml", 1))
    ...     for key, value in keys.items():
    ...         block.put(key, value, Place("x.yml", 1))
    ...     return block
    >>> base, over = Rows(), Rows()
    >>> base.put(row(id="a", hazard=1, severity=2), Place("x.yml", 1))
    >>> over.put(row(id="a", onset=3), Place("x.yml", 2))
    >>> merged(base, over, [])
    [{'id': 'a', 'severity': 2, 'onset': 3}]
    """
    entries = list(zip(base, base.places, strict=True))
    if isinstance(over, Rows):
        seen: set[str] = set()
        for item, place in zip(over, over.places, strict=True):
            name = _name(item)
            if not name:
                entries.append((item, place))
            elif name in seen:
                problems.append(Problem(place, f"`{name}`: this id stands twice in the list; keep one of them"))
            else:
                seen.add(name)
                _lay(entries, item, place, problems=problems)
    rows = Rows()
    for item, place in entries:
        rows.put(item, place)
    return rows


def _name(item: Any) -> str:
    """Return the id of an entry, empty when it has none that can be used."""
    name = item.get("id") if isinstance(item, Block) else None
    return name if isinstance(name, str) else ""


def _lay(entries: list[tuple[Any, Place]], item: Block, place: Place, *, problems: list[Problem]) -> None:
    name = item["id"]
    known = {_name(entry): n for n, (entry, _) in enumerate(entries) if _name(entry)}
    if "remove" in item:
        problems.extend(_removal_problems(item, list(known)))
        if name in known:
            del entries[known[name]]
    elif name in known:
        entries[known[name]] = (_overlaid(entries[known[name]][0], item), place)
    else:
        entries.append((item, place))


def _removal_problems(item: Block, known: list[str]) -> list[Problem]:
    place, name = item.places["remove"], item["id"]
    if item["remove"] is not True or len(item) > 2:
        return [Problem(place, f"`{name}`: write {{id: {name}, remove: true}} with nothing else, or no `remove`")]
    if name not in known:
        text = f"`{name}`: nothing of this id is inherited; {nearest(name, known)}known: {', '.join(known) or 'none'}"
        return [Problem(place, text)]
    return []


def _overlaid(base: Block, over: Block) -> Block:
    dropped = {key for name in over for key in _REPLACES.get(name, ())} - set(over)
    block = Block(over.place)
    for source in (base, over):
        for key, value in source.items():
            if key not in dropped:
                block.put(key, value, source.places[key])
    return block
