"""Random numbers by stable name: only its own key changes a draw.

Every array of random numbers has a key such as ``("trade", "china_exports",
"level")`` and a generator of its own, whose seed is the SHA-256 digest of the
root seed, the block of draws and the key. Adding a series, a scenario, later months or more draws
leaves all other numbers as they were, and scenarios share theirs on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, cast

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike, NDArray

from eastbound.constants import BLOCK
from eastbound.typing import Floats, Ints

# Rows of numbers made at a time where only few of them are kept: they stay in the processor's cache.
_ROWS: Final = 12


class _Digest(ISeedSequence):
    """A digest as the seed of a generator, ten times faster than numpy's own mixing and as good."""

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> NDArray[np.uint32 | np.uint64]:
        """Return the first words of the digest."""
        return np.frombuffer(self._digest, np.dtype(dtype).newbyteorder("<"))[:n_words].astype(dtype)


@dataclass(frozen=True)
class Source:
    """The stream of random numbers of one key; successive calls continue it.

    Parameters
    ----------
    fill_normals, fill_uniforms : function of an array
        Overwrite a contiguous array with the next numbers.
    """

    fill_normals: Callable[[Floats], object]
    fill_uniforms: Callable[[Floats], object]


@dataclass(frozen=True)
class Stream:
    """The random numbers of one block of draws.

    Parameters
    ----------
    seed : int
        Root entropy of the run.
    block : int
        Index of the block of draws.
    width : int
        Draws wanted of the block, at most `constants.BLOCK`.

    Notes
    -----
    Rows are filled one after the other over the whole block and then cut to
    `width`: a longer horizon extends a path, and more draws extend the set,
    without redrawing what was there.

    Examples
    --------
    >>> stream = Stream(seed=1, block=0, width=3)
    >>> a = stream.normals("trade", "level", rows=2)
    >>> b = stream.normals("trade", "level", rows=4)
    >>> bool((a == b[:2]).all()), a.shape
    (True, (2, 3))
    """

    seed: int
    block: int
    width: int

    def generator(self, *key: str) -> np.random.Generator:
        """Return the generator of a key."""
        seed = cast("np.random.SeedSequence", _Digest(self._digest(*key)))  # numpy's stub knows no other
        return np.random.Generator(np.random.SFC64(seed))

    def source(self, *key: str) -> Source:
        """Return the source of a key's numbers, read row by row."""
        generator = self.generator(*key)
        return Source(lambda out: generator.standard_normal(out=out), lambda out: generator.random(out=out))

    def normals(self, *key: str, rows: int) -> Floats:
        """Return standard normals, shape (rows, width)."""
        block = np.empty((rows, BLOCK))
        self.source(*key).fill_normals(block)
        return self._cut(block)

    def uniforms(self, *key: str, rows: int) -> Floats:
        """Return uniforms on [0, 1), shape (rows, width)."""
        block = np.empty((rows, BLOCK))
        self.source(*key).fill_uniforms(block)
        return self._cut(block)

    def below(self, *key: str, rows: int, chance: Floats | float) -> tuple[Ints, Floats]:
        """Return the positions of uniforms below a probability, and those uniforms.

        Parameters
        ----------
        key : str
            Name of the numbers.
        rows : int
            Rows of the table, as for `uniforms`.
        chance : array, shape (width,), or float
            Of each draw.

        Returns
        -------
        cells : array of int, shape (n,)
            Positions in the flattened table (rows, width), ascending.
        levels : array, shape (n,)
            The uniforms there.

        Examples
        --------
        >>> stream = Stream(seed=1, block=0, width=3)
        >>> cells, levels = stream.below("x", rows=40, chance=0.1)
        >>> table = stream.uniforms("x", rows=40)
        >>> bool((np.flatnonzero(table < 0.1) == cells).all() and (table.ravel()[cells] == levels).all())
        True
        """
        generator, table = self.generator(*key), np.empty((_ROWS, BLOCK))
        hit = np.empty((_ROWS, self.width), dtype=bool)
        cells, levels = [np.empty(0, np.int64)], [np.empty(0)]
        for first in range(0, rows, _ROWS):
            count = min(_ROWS, rows - first)
            mine = generator.random(out=table[:count])[:, : self.width]
            row, draw = np.divmod(np.flatnonzero(np.less(mine, chance, out=hit[:count])), self.width)
            cells.append((first + row) * self.width + draw)
            levels.append(mine[row, draw])
        return np.concatenate(cells), np.concatenate(levels)

    def _digest(self, *key: str) -> bytes:
        return sha256("/".join((str(self.seed), str(self.block), *key)).encode()).digest()

    def _cut(self, block: Floats) -> Floats:
        return block if self.width == BLOCK else np.ascontiguousarray(block[:, : self.width])
