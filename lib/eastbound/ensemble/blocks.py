"""Simulate blocks of draws on two cores: a draw depends on its block alone, so any number of threads gives its bits.

Threads do, because NumPy lets go of the interpreter while it computes a row of thousands of draws. Each has its own
`Memory`, so memory grows with threads and not with draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Final

from threadpoolctl import threadpool_limits

from eastbound.core.simulation.memory import Memory
from eastbound.core.simulation.seeds import Stream
from eastbound.cores import usable_cores
from eastbound.ensemble.draw_variables import block_streams
from eastbound.ensemble.progress import working
from eastbound.ensemble.store import Put
from eastbound.typing import Paths

MOST_THREADS: Final = 2  # each holds about 200 MB of paths, and more of them wait for the interpreter

Simulate = Callable[[Stream, Memory], Mapping[str, Paths]]


def fill_blocks(
    put: Put,
    names: list[str],
    simulate: Simulate,
    *,
    draws: int,
    seed: int,
    threads: int = 0,
    memories: SimpleQueue[Memory] | None = None,
) -> None:
    """Simulate all blocks of draws and pass each on.

    Parameters
    ----------
    put : callable
        Takes which draws a block has and its paths in the order of `names`, shape (months, width), which are good
        until it returns. It is called by several threads at once.
    names : list of str
        The series to pass on.
    simulate : callable
        Takes the random numbers of a block and memory to work in; returns paths by name, at least those of `names`,
        shape (months, width). It is called by several threads at once.
    draws : int
        Number of draws of all blocks.
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
    >>> def simulate(stream, memory):
    ...     return {"a": stream.normals("x", rows=2)}
    >>> fill_blocks(lambda part, rows: print(part, rows[0].shape), ["a"], simulate, draws=5000, seed=1, threads=1)
    slice(0, 4096, None) (2, 4096)
    slice(4096, 5000, None) (2, 904)
    """
    blocks = list(block_streams(seed, draws))
    count = min(threads or usable_cores(), len(blocks), MOST_THREADS)
    free = memories or new_memories(count)

    def write(block: tuple[slice, Stream]) -> None:
        part, stream = block
        memory = free.get()
        try:
            paths = simulate(stream, memory)
            put(part, [paths[name] for name in names])
        finally:
            free.put(memory)  # a block that has begun would wait for it for ever

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
