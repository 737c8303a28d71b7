"""How the benchmarks measure: the least processor time of several runs, and random numbers counted by kind."""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import psutil

from eastbound.core.simulation.seeds import Stream


def best(call, repeats=7):
    """Return the smallest of several processor times in seconds: a busy neighbour does not count."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


@contextmanager
def own_memory(seconds=0.1):
    """Watch the most memory of the process without mapped files, whose pages the system takes back as it needs them."""
    peak, ended, process = [0], threading.Event(), psutil.Process()

    def watch():
        while not ended.wait(seconds):
            now = process.memory_info()
            peak[0] = max(peak[0], now.rss - getattr(now, "shared", 0))  # macOS does not count shared pages

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


class CountingGenerator(np.random.Generator):
    """A generator that counts the numbers it draws by kind."""

    def __init__(self, bits, drawn):
        super().__init__(bits)
        self.drawn = drawn

    def standard_normal(self, size=None, out=None):
        found = super().standard_normal(size, out=out)
        self.drawn["standard_normal"] += found.size
        return found

    def random(self, size=None, out=None):
        found = super().random(size, out=out)
        self.drawn["random"] += found.size
        return found


@dataclass(frozen=True)
class CountingStream(Stream):
    """A stream that remembers how many numbers were drawn of each kind, whether as arrays or row by row."""

    drawn: dict = field(default_factory=lambda: {"standard_normal": 0, "random": 0})

    def generator(self, *key):
        return CountingGenerator(super().generator(*key).bit_generator, self.drawn)


def limit(drawn):
    """Return numpy's own time for the same numbers, the floor of a simulation."""
    rng = np.random.Generator(np.random.SFC64(1))
    return sum(best(partial(getattr(rng, kind), out=np.empty(count))) for kind, count in drawn.items() if count)
