"""Reusable memory for large arrays of paths, in the precision of the joint simulation.

Paths, and what is done to them month by month, are in single precision: it is that of the store, halves the traffic of
memory and makes an exponential three to five times as fast. Random numbers, parameters and what is drawn once per draw
stay in double precision. After ten years a draw is off by a few parts in 100,000 at most; quantiles of a million draws
move by less than a twentieth of their Monte-Carlo error (``tests/core/structural/test_precision.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eastbound.typing import Paths

PRECISION: Final = np.float32


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
    >>> np.shares_memory(first["china"], memory.paths(("china", "rest"), 1, 2)["china"])
    True
    >>> np.shares_memory(first["rest"], Memory().paths(("china", "rest"), 2, 3)["rest"])
    False
    """

    _held: dict[tuple[str, ...], Paths] = field(default_factory=dict)

    def paths(self, names: Iterable[str], months: int, width: int) -> dict[str, Paths]:
        """Return an array of shape (months, width) for each name, uninitialised."""
        key = tuple(names)
        shape = (len(key), months, width)
        size = prod(shape)
        # A smaller block is written into the memory of a larger one, so as much is held as the largest needs.
        if key not in self._held or self._held[key].size < size:
            self._held[key] = np.empty(size, PRECISION)
        return dict(zip(key, self._held[key][:size].reshape(shape), strict=True))


def rounded(*arrays: ArrayLike) -> tuple[NDArray[Any], ...]:
    """Return arrays in the precision of paths, so that arithmetic with paths stays in it.

    Examples
    --------
    >>> [array.dtype.name for array in rounded(np.ones(2), 0.5)]
    ['float32', 'float32']
    """
    return tuple(np.asarray(array, PRECISION) for array in arrays)
