"""List every judgement of a run, and the number in it that can be raised to see what depends on it.

A judgement is an entry of ``params`` that states why it is assumed (``judgement``) in place of where it is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from eastbound.scenarios.home import find_home
from eastbound.scenarios.located_yaml import read

Key: TypeAlias = tuple[str | int, ...]

FILES: Final = ("models/*.yml", "scenarios/baseline.yml", "systems.yml")
RAISED_BY: Final = 0.25
_LEAVES: Final[tuple[Key, ...]] = (
    *(("value",), ("trough", "mean"), ("median",), ("mean",), ("factor",), ("per_year",), ("amount",)),
    *(("never", "value"), ("value", 0)),
)
_LONGEST_PAIR: Final = 2  # a list of two is a median with its spread, or a mean with its error; a longer one is data
_SHARES: Final = ("share", "probability", "part of the year before")


@dataclass(frozen=True)
class Judgement:
    """Hold one judgement.

    Parameters
    ----------
    file : str
        Path below ``params``.
    key : str
        Where it stands in the file, with dots.
    why : str
        The reason that the file gives.
    path : tuple
        Keys down to the number in it; empty when it has none that can be raised, such as a date or a word.
    value, raised : float
        The number, and the one a quarter higher; NaN without one.
    """

    file: str
    key: str
    why: str
    path: Key = ()
    value: float = float("nan")
    raised: float = float("nan")


def judgements(home: Path | None = None) -> list[Judgement]:
    """Return every judgement of the models, of the baseline and of the systems, in the order of the files.

    Parameters
    ----------
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Examples
    --------
    >>> weight = next(item for item in judgements() if item.key == "reference_class_weight")
    >>> weight.file, weight.value, weight.raised
    ('models/primorye.yml', 1.0, 0.75)
    """
    params = find_home(home) / "params"
    paths = [path for pattern in FILES for path in sorted(params.glob(pattern))]
    return [
        judgement
        for path in paths
        for judgement in _walk(read(path)[0], (), file=path.relative_to(params).as_posix(), names=())
    ]


def raised(value: float, unit: str) -> float:
    """Return a number raised by a quarter: a year by one, a share at most half-way to 1; a share of 1 is lowered.

    Examples
    --------
    >>> raised(0.2, "log"), raised(2015, "year"), raised(0.9, "share"), raised(1.0, "share")
    (0.25, 2016, 0.95, 0.75)
    """
    if unit == "year":
        return value + 1
    if value == 1.0 and unit in _SHARES:
        return 1.0 - RAISED_BY
    higher = value * (1.0 + RAISED_BY)
    return min(higher, (1.0 + value) / 2.0) if unit in _SHARES else higher


def _walk(node: Any, path: Key, *, file: str, names: tuple[str, ...]) -> Iterator[Judgement]:
    if isinstance(node, Mapping):
        own = (*names, *(str(node[name]) for name in ("id", "target") if isinstance(node.get(name), str)))
        if isinstance(node.get("judgement"), str):
            yield _judgement(node, path, file=file, names=own)
        for name, child in node.items():
            below = own if name in ("events", "effects", "milestones", "systems", "crossings") else (*own, str(name))
            yield from _walk(child, (*path, str(name)), file=file, names=below)
    elif isinstance(node, list):
        for index, child in enumerate(node):
            named = isinstance(child, Mapping) and ("id" in child or "target" in child)
            own = names if named or index == 0 else (*names, str(index + 1))
            yield from _walk(child, (*path, index), file=file, names=own)


def _judgement(node: Mapping[str, Any], path: Key, *, file: str, names: tuple[str, ...]) -> Judgement:
    key, why, unit = ".".join(names), str(node["judgement"]), str(node.get("unit", ""))
    for leaf in _LEAVES:
        value = _at(node, leaf)
        data = leaf[-1] == 0 and value and len(node["value"]) > _LONGEST_PAIR
        if value and not data:  # a quarter more of nothing is nothing
            return Judgement(file, key, why, (*path, *leaf), float(value), float(raised(value, unit)))
    return Judgement(file, key, why)


def _at(node: Any, leaf: Key) -> float:
    """Return the number below a node, 0 where there is none."""
    for name in leaf:
        inside = (isinstance(node, Mapping) and name in node) or (isinstance(node, list) and name == 0 and node)
        if not inside:
            return 0.0
        node = node[name]
    return node if isinstance(node, int | float) and not isinstance(node, bool) else 0.0
