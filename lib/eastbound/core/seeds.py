"""Random numbers by stable name, so that nothing but its own key moves a draw.

Every array of random numbers has a key such as ``("trade", "china_exports",
"level")`` and a generator of its own, spawned from the root seed, the key and
the block of draws. Adding a series, a scenario, later months or more draws
leaves all other numbers as they were, and scenarios share theirs on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from eastbound.constants import BLOCK
from eastbound.typing import Floats


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
        digest = sha256("/".join(key).encode()).digest()
        words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(*words, self.block))))

    def normals(self, *key: str, rows: int) -> Floats:
        """Return standard normals, shape (rows, width)."""
        return self._cut(self.generator(*key).standard_normal((rows, BLOCK)))

    def uniforms(self, *key: str, rows: int) -> Floats:
        """Return uniforms on [0, 1), shape (rows, width)."""
        return self._cut(self.generator(*key).random((rows, BLOCK)))

    def _cut(self, block: Floats) -> Floats:
        return block if self.width == BLOCK else np.ascontiguousarray(block[:, : self.width])
