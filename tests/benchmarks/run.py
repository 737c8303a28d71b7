"""Print speed and accuracy figures as ratios measured in one run: ``make bench [BENCHMARKS=FOLDER]``."""

import sys
import time
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from eastbound.constants import DRAWS, SEED, UNTIL
from eastbound.core.seeds import Stream


def best(call, repeats=7):
    """Return the smallest of several processor times in seconds: a busy neighbour does not count."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


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
    return sum(best(partial(getattr(rng, kind), out=np.empty(count))) for kind, count in drawn.items())


def simulation():
    """Time the kernel of the joint simulation against its random numbers."""
    from eastbound.core.memory import Memory
    from eastbound.ensemble import simulate as module
    from eastbound.evidence.book import load_evidence
    from eastbound.models import registry
    from eastbound.models.protocol import Grid, grid_start, last_month
    from eastbound.scenarios.inputs import load_inputs
    from eastbound.scenarios.loader import load_scenario

    book = load_evidence()
    start = grid_start(book)
    grid = Grid(start=start, months=(UNTIL + 1) * 12 - start)
    inputs = {model.SUBJECT: load_inputs(model.SUBJECT) for model in registry.models()}
    begun = time.process_time()
    fits = module.fit_models(book, inputs, grid=grid)
    print(f"fit of all models: {time.process_time() - begun:.2f} s")
    scenario = load_scenario("baseline")
    counting = CountingStream(SEED, 0, DRAWS)
    # as in a run of many blocks, the memory is there from the second block on
    fixed = {"grid": grid, "after": last_month(book), "memory": Memory()}
    paths = module.simulate_block(scenario, fits, stream=counting, **fixed)
    kernel = best(lambda: module.simulate_block(scenario, fits, stream=Stream(SEED, 0, DRAWS), **fixed))
    floor = limit(counting.drawn)
    print(
        f"joint simulation, {DRAWS} draws x {grid.months} months x {len(paths)} paths: {kernel:.3f} s; "
        f"{counting.drawn['standard_normal']:,} normals and {counting.drawn['random']:,} uniforms alone {floor:.3f} s; "
        f"ratio {kernel / floor:.2f}"
    )


def evidence():
    """Time the book against a bare pandas read of the same files, the as-of filter and the audit."""
    import pandas as pd

    from eastbound.evidence import book as module
    from eastbound.evidence.audit import audit

    files = sorted(module.TABLES.glob("*.csv"))
    bare = best(lambda: [pd.read_csv(path) for path in files])

    def fresh():
        module._shelf.cache_clear()
        return module.load_from([])

    loaded = best(fresh)
    as_of = best(lambda: module.load_from([], as_of="2024-12-31"))
    print(f"book: {loaded:.3f} s; bare pandas read {bare:.3f} s; ratio {loaded / bare:.2f}; as-of filter {as_of:.3f} s")
    found = []
    audited = best(lambda: found.append(audit(module.load_from([]))), repeats=2)
    print(f"audit: {audited:.2f} s for {len(found[-1])} findings")


def main(benchmarks=None):
    evidence()
    simulation()
    if benchmarks:
        from accuracy import main as accuracy

        accuracy(benchmarks)


if __name__ == "__main__":
    main(*sys.argv[1:2])
