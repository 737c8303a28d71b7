"""Reusable memory for large arrays of paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from eastbound.typing import Paths


@dataclass(frozen=True)
class Memory:
    """Arrays that successive blocks of draws are written into.

    Getting memory from the system costs several times as much as filling it, so a simulation allocates once, in large
    pieces. Paths are valid until the next block is simulated; a caller that keeps them uses a `Memory` of its own.

    Examples
    --------
    >>> memory = Memory()
    >>> first = memory.paths(("china", "rest"), 2, 3)
    >>> again = memory.paths(("china", "rest"), 2, 3)
    >>> first["rest"].shape, np.shares_memory(first["rest"], again["rest"])
    ((2, 3), True)
    >>> np.shares_memory(first["rest"], Memory().paths(("china", "rest"), 2, 3)["rest"])
    False
    """

    _held: dict[tuple[tuple[str, ...], int, int], Paths] = field(default_factory=dict)

    def paths(self, names: Iterable[str], months: int, width: int) -> dict[str, Paths]:
        """Return an array of shape (months, width) for each name, uninitialised."""
        key = (tuple(names), months, width)
        if key not in self._held:
            self._held[key] = np.empty((len(key[0]), months, width))
        return dict(zip(key[0], self._held[key], strict=True))
