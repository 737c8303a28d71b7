"""Simulate blocks of draws on two cores: a draw depends on its block alone, so any number of threads gives its bits.

Threads do, because NumPy lets go of the interpreter while it computes a row of thousands of draws. Each has its own
`Memory`, so memory grows with threads and not with draws.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from eastbound.core.simulation.memory import Memory
from eastbound.core.simulation.seeds import Stream
from eastbound.cores import usable_cores
from eastbound.ensemble.draw_variables import block_streams
from eastbound.ensemble.progress import working
from eastbound.ensemble.store import release
from eastbound.typing import Paths

MOST_THREADS: Final = 2  # each holds about 200 MB of paths, and more of them wait for the interpreter

Simulate = Callable[[Stream, Memory], Mapping[str, Paths]]


def fill_blocks(
    array: np.ndarray,
    names: list[str],
    simulate: Simulate,
    *,
    seed: int,
    threads: int = 0,
    memories: SimpleQueue[Memory] | None = None,
) -> None:
    """Simulate all blocks of draws and write them into an array.

    Parameters
    ----------
    array : array, shape (series, months, draws)
        Overwritten.
    names : list of str
        The series of the first axis.
    simulate : callable
        Takes the random numbers of a block and memory to work in; returns paths by name, at least those of `names`,
        shape (months, width). It is called by several threads at once.
    seed : int
        Root entropy.
    threads : int
        How many blocks to simulate at once; 0 takes the cores of this process, at most two.
    memories : queue of Memory, optional
        To work in and to put back; by default each thread gets a new one.

    Raises
    ------
    Exception
        What `simulate` raises; blocks that have not begun are left out.

    Examples
    --------
    >>> array = np.empty((1, 2, 5000))
    >>> fill_blocks(array, ["a"], lambda stream, _: {"a": stream.normals("x", rows=2)}, seed=1)
    >>> bool((array[0, :, 4096:] == Stream(seed=1, block=1, width=904).normals("x", rows=2)).all())
    True
    """
    draws = array.shape[-1]
    blocks = list(block_streams(seed, draws))
    count = min(threads or usable_cores(), len(blocks), MOST_THREADS)
    free = memories or new_memories(count)

    def write(block: tuple[slice, Stream]) -> None:
        part, stream = block
        memory = free.get()
        try:
            paths = simulate(stream, memory)
            if not _written_whole(array, [paths[name] for name in names]):
                for row, name in enumerate(names):
                    array[row, :, part] = paths[name]
        finally:
            free.put(memory)  # a block that has begun would wait for it for ever
        release(array)

    # One BLAS thread: more of them change the last bits of a result, and wait for each other on a busy machine.
    with threadpool_limits(limits=1, user_api="blas"):
        if count == 1:
            for block in blocks:
                with working(f"draw {block[0].start + 1} of {draws}"):
                    write(block)
            return
        with ThreadPoolExecutor(count) as pool:
            try:
                done = pool.map(write, blocks)
                for part, _ in blocks:
                    with working(f"draw {part.start + 1} of {draws}"):
                        next(done)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _written_whole(array: np.ndarray, rows: list[Paths]) -> bool:
    """Write rows that are all of a mapped file to the file itself, and return whether that was possible.

    Writing through the map takes twice as long: the system makes every page present by a fault of its own.
    """
    # A view of a mapped file does not know its offset; Windows has no `pwrite`.
    if not (isinstance(array, np.memmap) and isinstance(array.base, mmap.mmap) and hasattr(os, "pwrite")):
        return False
    if any(row.shape != array.shape[1:] for row in rows) or not array.flags.c_contiguous:
        return False
    handle = os.open(str(array.filename), os.O_WRONLY)
    try:
        for k, row in enumerate(rows):
            content = memoryview(np.ascontiguousarray(row, array.dtype)).cast("B")
            start = array.offset + k * array.strides[0]
            while content:  # a call writes at most 2 GB
                written = os.pwrite(handle, content, start)
                content, start = content[written:], start + written
    finally:
        os.close(handle)
    return True


def new_memories(count: int) -> SimpleQueue[Memory]:
    """Return a queue of memories, one for each thread that takes one, works in it and puts it back.

    Examples
    --------
    >>> new_memories(2).qsize()
    2
    """
    free: SimpleQueue[Memory] = SimpleQueue()
    for _ in range(count):
        free.put(Memory())
    return free
