"""The hot loops of the simulation, compiled: the same numbers, bit for bit, as the NumPy code that they stand in for.

Only `core.compiled` imports this module, because numba takes a second to load.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, uint64
from numba.np.random._constants import fi_double, ki_double, wi_double, ziggurat_nor_inv_r, ziggurat_nor_r

from eastbound.typing import Floats, Ints

# The layers of numpy's ziggurat: height, width in units of the 52-bit number, and that width for either sign.
_HEIGHT = np.asarray(fi_double)
_INSIDE = np.asarray(ki_double).astype(np.int64)
_WIDTH = np.concatenate([np.asarray(wi_double), -np.asarray(wi_double)])
_TAIL, _TAIL_INVERSE = float(ziggurat_nor_r), float(ziggurat_nor_inv_r)
_STEP = 1.0 / 9007199254740992.0  # 2**-53


@njit(inline="always")
def _next(a: Any, b: Any, c: Any, d: Any) -> Any:
    """Return the next word of an SFC64 generator and its new state."""
    word = a + b + d
    turned = (c << uint64(24)) | (c >> uint64(40))
    return word, b ^ (b >> uint64(11)), c + (c << uint64(3)), turned + word, d + uint64(1)


@njit(inline="always")
def _unit(word: Any) -> Any:
    return np.float64(np.int64(word >> uint64(11))) * _STEP


@njit(cache=True)
def seeded(words: Any) -> Any:
    """Return the state that numpy gives an SFC64 generator seeded with three words."""
    a, b, c, d = words[0], words[1], words[2], uint64(1)
    for _ in range(12):
        _, a, b, c, d = _next(a, b, c, d)
    return np.array([a, b, c, d], dtype=np.uint64)


@njit(cache=True)
def fill_normals(state: Any, out: Any) -> None:
    """Fill an array with the standard normals that numpy's generator of this state gives."""
    a, b, c, d = state
    flat = out.reshape(-1)
    for i in range(flat.size):
        while True:
            word, a, b, c, d = _next(a, b, c, d)
            layer = np.int64(word & uint64(0xFF))
            size = np.int64((word >> uint64(9)) & uint64(0x000FFFFFFFFFFFFF))
            x = np.float64(size) * _WIDTH[np.int64(word & uint64(0x1FF))]
            if size < _INSIDE[layer]:
                break
            if layer == 0:
                while True:
                    word, a, b, c, d = _next(a, b, c, d)
                    over = -_TAIL_INVERSE * math.log1p(-_unit(word))
                    word, a, b, c, d = _next(a, b, c, d)
                    under = -math.log1p(-_unit(word))
                    if under + under > over * over:
                        break
                x = -(_TAIL + over) if (size >> 8) & 1 else _TAIL + over
                break
            word, a, b, c, d = _next(a, b, c, d)
            if (_HEIGHT[layer - 1] - _HEIGHT[layer]) * _unit(word) + _HEIGHT[layer] < math.exp(-0.5 * x * x):
                break
        flat[i] = x
    state[:] = (a, b, c, d)


@njit(cache=True)
def fill_uniforms(state: Any, out: Any) -> None:
    """Fill an array with the uniforms that numpy's generator of this state gives."""
    a, b, c, d = state
    flat = out.reshape(-1)
    for i in range(flat.size):
        word, a, b, c, d = _next(a, b, c, d)
        flat[i] = _unit(word)
    state[:] = (a, b, c, d)


@njit(cache=True)
def below(state: Any, rows: int, columns: int, chance: Floats, cells: Ints, levels: Floats) -> int:
    """Write where the uniforms of a table lie below a chance, as far as there is room; return how many do."""
    a, b, c, d = state
    width, count = chance.size, 0
    for row in range(rows):
        for draw in range(width):
            word, a, b, c, d = _next(a, b, c, d)
            level = _unit(word)
            if level < chance[draw]:
                if count < cells.size:
                    cells[count] = row * width + draw
                    levels[count] = level
                count += 1
        for _ in range(width, columns):
            word, a, b, c, d = _next(a, b, c, d)
    state[:] = (a, b, c, d)
    return count


@njit(cache=True)
def respond(draws: Ints, begins: Ints, parts: Ints, sizes: Floats, kernels: Floats, out: Floats) -> None:
    """Add the responses to impulses, which come part by part and month by month, and write them by month and draw."""
    months, width = out.shape
    places = np.zeros(width + 1, np.int64)
    for draw in draws:
        places[draw + 1] += 1
    places = np.cumsum(places)
    order, free = np.empty(draws.size, np.int64), places.copy()
    for k in range(draws.size):
        order[free[draws[k]]] = k
        free[draws[k]] += 1
    some = np.zeros((32, months))  # fits the cache
    for first in range(0, width, 32):
        stop = min(first + 32, width)
        some[:] = 0.0
        for draw in range(first, stop):
            for k in order[places[draw] : places[draw + 1]]:
                size, later = sizes[k], some[draw - first, begins[k] :]
                kernel = kernels[parts[k]]
                for month in range(later.size):
                    later[month] += size * kernel[month]
        for month in range(months):
            for draw in range(first, stop):
                out[month, draw] = some[draw - first, month]


@njit(cache=True)
def add_columns(out: Floats, columns: Ints, rows: Floats) -> None:
    """Add each row to a column."""
    for month in range(out.shape[0]):
        for k in range(columns.size):
            out[month, columns[k]] += rows[k, month]


@njit(cache=True)
def persist(table: Floats, last: Floats, persistence: float, factor: float, first: float) -> None:
    """Turn innovations into a first-order autoregression that goes on from the month before; divide the first row."""
    for month in range(table.shape[0]):
        for draw in range(table.shape[1]):
            step = table[month, draw] * factor
            if month == 0:
                step /= first
            last[draw] = step + persistence * last[draw]
            table[month, draw] = last[draw]


@njit(cache=True)
def ramp(first: int, first_flow: Floats, step: Floats, full: float, left: float, base: float) -> Any:
    """Return by month what a line carries and what it delivers in the year that begins with a month of the grid."""
    built, delivered = np.empty((12, first_flow.size)), np.empty((12, first_flow.size))
    for row in range(12):
        month = first + row
        for i in range(first_flow.size):
            open_part = min(max(month + 1.0 - first_flow[i], 0.0), 1.0)
            years = np.floor((month + 0.5) / 12.0 - first_flow[i] / 12.0)
            delivered[row, i] = (min(max(years * step[i], 0.0), left) + base) * open_part
            built[row, i] = open_part * full
    return built, delivered


@njit(cache=True)
def carry(
    level: Floats,
    trend: Floats,
    steps: tuple[Floats, Floats, Floats],
    scales: tuple[Floats, Floats, Floats],
    pull: tuple[Floats, Floats],
    season: Floats,
    out: Floats,
) -> None:
    """Move level and trend on by a month and write the log flow without regressors."""
    level_step, drift_step, irregular = steps
    level_sd, drift_sd, irregular_sd = scales
    damping, return_to = pull
    for i in range(level.size):
        moved = level[i] + trend[i] + level_step[i] * level_sd[i]
        level[i] = moved
        out[i] = irregular[i] * irregular_sd[i] + moved + season[i]
        trend[i] = trend[i] * damping[i] + return_to[i] + drift_step[i] * drift_sd[i]
