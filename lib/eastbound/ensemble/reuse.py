"""Simulate once what scenarios have in common: a model whose inputs are the same in two of them.

What a model reads of its world is noted while it runs. Where another scenario offers the same bits, the paths of the
first one are the result, because a model depends on its inputs and on the random numbers of the block alone (traces of
what was read: Mokhov, Mitchell and Peyton Jones, Build systems à la carte, 2018, doi:10.1145/3236774).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xxhash

from eastbound.models.protocol import Model, World
from eastbound.typing import Paths

if TYPE_CHECKING:
    from eastbound.core.simulation.seeds import Stream

_TABLES: Final = ("shocks", "milestones", "paths")
_ORDER: Final = "*"  # stands for the keys themselves and their order

Trace = dict[tuple[str, str], int | None]


class _Traced(Mapping[str, Any]):
    """A mapping that notes the hash of every value read from it, None for a missing one."""

    def __init__(self, values: Mapping[str, Any], table: str, trace: Trace) -> None:
        self._values, self._table, self._trace = values, table, trace

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        self._note(str(key))
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        self._note(_ORDER)
        return iter(self._values)

    def __len__(self) -> int:
        self._note(_ORDER)
        return len(self._values)

    def _note(self, key: str) -> None:
        # The first reading counts: a model that wrote into its inputs would otherwise hide it.
        if (self._table, key) not in self._trace:
            self._trace[self._table, key] = _hash(self._values, key)


@dataclass(frozen=True)
class Reuse:
    """What the first scenario of a block of draws simulated, for the others to take over.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from eastbound.core.simulation.seeds import Stream
    >>> from eastbound.models.protocol import Grid
    >>> calls = []
    >>> def simulate(fit, world, stream):
    ...     calls.append(world.shocks.get("a"))
    ...     return {"x": np.ones((12, 2))}
    >>> model, reuse = SimpleNamespace(SUBJECT="trade", simulate=simulate), Reuse()
    >>> for shocks in ({}, {"b": np.ones((12, 2))}, {"a": np.ones((12, 2))}):
    ...     _ = reuse.simulate(model, None, world=World(Grid(0, 12), shocks), stream=Stream(1, 0, 2))
    >>> len(calls)
    2
    """

    _recorded: dict[str, tuple[Trace, dict[str, Paths]]] = field(default_factory=dict)

    @property
    def recorded(self) -> bool:
        """Whether a scenario has been simulated whole, so that others can read from several threads."""
        return bool(self._recorded)

    def simulate(self, model: Model, fit: Any, *, world: World, stream: Stream) -> dict[str, Paths]:
        """Return the paths of a model: those of the first scenario where all that it read is the same.

        Parameters
        ----------
        model : Model
        fit : object
            From the model's `fit`; the same in all calls.
        world : World
            The first call of each model keeps the arrays of this world's memory: give the next one another.
        stream : Stream
            The same in all calls.

        Returns
        -------
        dict of str to array, shape (months, width)
            Not writable where others may take it over.
        """
        known = self._recorded.get(model.SUBJECT)
        if known is None:
            trace: Trace = {}
            traced: Any = {table: _Traced(getattr(world, table), table, trace) for table in _TABLES}
            paths = {
                name: _frozen(path) for name, path in model.simulate(fit, replace(world, **traced), stream).items()
            }
            self._recorded[model.SUBJECT] = trace, paths
            return paths
        trace, paths = known
        same = all(_hash(getattr(world, table), key) == digest for (table, key), digest in trace.items())
        return dict(paths) if same else model.simulate(fit, world, stream)


def _hash(values: Mapping[str, Any], key: str) -> int | None:
    if key == _ORDER:
        return xxhash.xxh3_128_intdigest("\n".join(values).encode())
    value = values.get(key)
    return None if value is None else xxhash.xxh3_128_intdigest(np.ascontiguousarray(value).data)


def _frozen(path: Paths) -> Paths:
    path = path.view()
    path.flags.writeable = False
    return path
