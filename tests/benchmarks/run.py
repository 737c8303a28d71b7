"""Print speed and accuracy figures as ratios measured in one run: ``make bench [BENCHMARKS=FOLDER]``."""

import sys
import time
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class CountingStream(Stream):
    """A stream that remembers how many numbers were drawn of each kind."""

    drawn: dict = field(default_factory=lambda: {"normals": 0, "uniforms": 0})

    def normals(self, *key, rows):
        self.drawn["normals"] += rows * self.width
        return super().normals(*key, rows=rows)

    def uniforms(self, *key, rows):
        self.drawn["uniforms"] += rows * self.width
        return super().uniforms(*key, rows=rows)


def limit(drawn):
    """Return numpy's own time for the same numbers, the floor of a simulation."""
    rng = np.random.Generator(np.random.SFC64(1))
    out = np.empty(max(drawn["normals"], 1)), np.empty(max(drawn["uniforms"], 1))
    return best(lambda: rng.standard_normal(out=out[0])) + best(lambda: rng.random(out=out[1]))


def simulation():
    """Time the kernel of the joint simulation against its random numbers."""
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
    fixed = {"grid": grid, "after": last_month(book)}
    paths = module.simulate_block(scenario, fits, stream=counting, **fixed)
    kernel = best(lambda: module.simulate_block(scenario, fits, stream=Stream(SEED, 0, DRAWS), **fixed))
    floor = limit(counting.drawn)
    print(
        f"joint simulation, {DRAWS} draws x {grid.months} months x {len(paths)} paths: {kernel:.3f} s; "
        f"{counting.drawn['normals']:,} normals and {counting.drawn['uniforms']:,} uniforms alone {floor:.3f} s; "
        f"ratio {kernel / floor:.2f}"
    )


def main(benchmarks=None):
    simulation()
    if benchmarks:
        from accuracy import main as accuracy

        accuracy(benchmarks)


if __name__ == "__main__":
    main(*sys.argv[1:2])
