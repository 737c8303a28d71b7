"""How long the explorer takes to redraw: 50 changed numbers of the baseline, one after the other.

A change is what an analyst waits for: the scenario is changed and checked, simulated, tabulated and drawn.
"""

import time

import numpy as np

import eastbound as eb
from eastbound.explorer.explorer import Explorer
from eastbound.explorer.session import MOVING_DRAWS, start

CHANGES = 50
TARGET = 0.5  # seconds, 95th percentile
DAY = "2026-10-30"


def turned(explorer):
    """Yield keys and values: every slider that draws, each a few steps from where it was, in a shuffled order."""
    rng = np.random.default_rng(1)
    sliders = [control for control in explorer.controls.values() if control.kind != "switch"]
    for _ in range(CHANGES):
        control = sliders[rng.integers(len(sliders))]
        steps = int(rng.integers(1, 4))
        yield control.key, min(control.high, control.value + steps * control.step)


def main():
    began = time.perf_counter()
    explorer = Explorer(start("primorye", book=eb.load_evidence(DAY)))
    print(f"opening: {time.perf_counter() - began:.1f} s")
    explorer.redraw(MOVING_DRAWS)
    waits, works, refused = [], [], 0
    for key, value in turned(explorer):
        wall, processor = time.perf_counter(), time.process_time()
        explorer.change(key, value)
        waits.append(time.perf_counter() - wall)
        works.append(time.process_time() - processor)
        refused += "Not drawn" in explorer.message.value
    for name, times in (("elapsed", waits), ("processor", works)):
        middle, late = np.quantile(times, [0.5, 0.95])
        print(f"{CHANGES} changes, {MOVING_DRAWS} draws, {name}: median {middle:.3f} s, 95th percentile {late:.3f} s")
    print(f"refused values: {refused}; target: {TARGET} s elapsed, 95th percentile, on two free cores")


if __name__ == "__main__":
    main()
