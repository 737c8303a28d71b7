"""Random numbers as numba compiles a loop over numpy's own generator: the limit that compiled code is held to."""

from functools import partial

import numpy as np
from numba import njit
from timing import best


@njit
def _normals(generator, out):
    for i in range(out.size):
        out[i] = generator.standard_normal()


@njit
def _uniforms(generator, out):
    for i in range(out.size):
        out[i] = generator.random()


def numba_limit(drawn):
    """Return the time of the numbers in compiled loops over ``Generator(SFC64)``."""
    rng = np.random.Generator(np.random.SFC64(1))
    fills = {"standard_normal": _normals, "random": _uniforms}
    for fill in fills.values():
        fill(rng, np.empty(1))
    return sum(best(partial(fills[kind], rng, np.empty(count))) for kind, count in drawn.items() if count)
