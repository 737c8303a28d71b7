"""Simulate blocks of draws on two cores: a draw depends on its block alone, so any number of threads gives its bits.

Threads do, because NumPy lets go of the interpreter while it computes a row of thousands of draws. Two save about a
quarter of the time, not half of it, because the interpreter changes hands at every row
(``tests/benchmarks/RESULTS.txt``). Each has its own `Memory`, so memory grows with threads and not with draws.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
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
_kept: Final[deque[Memory]] = deque(maxlen=1)  # what the process keeps between calls, unless it is lent

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
        To work in and to put back; by default those of `lent_memories`.

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
    # One BLAS thread: more of them change the last bits of a result, and wait for each other on a busy machine.
    with (
        threadpool_limits(limits=1, user_api="blas"),
        nullcontext(memories) if memories else lent_memories(count) as free,
    ):

        def write(block: tuple[slice, Stream]) -> None:
            part, stream = block
            memory = free.get()
            try:
                paths = simulate(stream, memory)
                put(part, [paths[name] for name in names])
            finally:
                free.put(memory)  # a block that has begun would wait for it for ever

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


@contextmanager
def lent_memories(count: int) -> Iterator[SimpleQueue[Memory]]:
    """Lend memories for some threads, each of which takes one, works in it and puts it back.

    The process keeps the first of them for the next call: to get its 200 MB from the system takes a third of the time
    of a simulation in it. Paths in these memories are good until the end of the context.

    Examples
    --------
    >>> with lent_memories(2) as free, lent_memories(1) as others:
    ...     count, first, other = free.qsize(), free.get(), others.get()
    >>> with lent_memories(1) as again:
    ...     count, other is first, again.get() is first
    (2, False, True)
    """
    try:
        first = _kept.pop()
    except IndexError:  # not there yet, or lent to another call
        first = Memory()
    free: SimpleQueue[Memory] = SimpleQueue()
    for memory in (first, *(Memory() for _ in range(count - 1))):
        free.put(memory)
    try:
        yield free
    finally:
        _kept.append(first)
