"""Speed of many scenarios: together against one by one, one more, and one whose file changes; memory and disk.

``python tests/benchmarks/scenarios.py [COUNT]`` takes the first COUNT scenarios; all by default.
"""

import re
import resource
import shutil
import sys
import tempfile
import time
from os import environ
from pathlib import Path

from eastbound.constants import DRAWS
from eastbound.ensemble.cache import cache_folder
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.scenarios.home import find_home
from eastbound.scenarios.loader import scenario_names


def _timed(call):
    wall, own = time.monotonic(), time.process_time()
    result = call()
    return result, time.monotonic() - wall, time.process_time() - own


def _clear():
    shutil.rmtree(cache_folder() / "ensembles", ignore_errors=True)


def _bits(ens):
    """Return the hash of every series of every scenario, each series read once."""
    bits = [{} for _ in ens["scenario"]]
    for name in map(str, ens.data_vars):
        for row, draws in enumerate(ens[name].to_numpy()):
            bits[row][name] = hash(draws.tobytes())
    return bits


def main(count=None):
    """Print the ratios of the issue in one run, with a cache and a workspace of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environ["EASTBOUND_CACHE"] = f"{folder}/cache"
        home = Path(folder, "home")
        shutil.copytree(find_home() / "params", home / "params")
        _measure(scenario_names(home)[:count], home, load_evidence())


def _measure(names, home, book):
    simulate("baseline", book=book, draws=64, home=home)  # the fits are kept, for both ways
    alone, walls, cores = {}, [], []
    for name in names:
        ens, wall, own = _timed(lambda name=name: simulate(name, book=book, home=home))
        (alone[name],) = _bits(ens)
        walls.append(wall)
        cores.append(own)
        del ens
        _clear()
    ens, wall, own = _timed(lambda: simulate(names, book=book, home=home))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    together = _bits(ens)
    same = all(
        together[row][key] == bits for row, name in enumerate(names) for key, bits in alone[name].items() if key in ens
    )
    print(
        f"{len(names)} scenarios x {DRAWS} draws: {wall:.1f} s together (target 60), {sum(walls):.1f} s one by one; "
        f"ratio {wall / sum(walls):.2f} of wall time, {own / sum(cores):.2f} of processor time (target 0.5); "
        f"{'same bits' if same else 'OTHER BITS'}; at most {peak / 2**30:.2f} GB (target 3)"
    )
    del ens
    _one_more(names, home, book, own)
    _one_changed(names, home, book)


def _one_more(names, home, book, together):
    """Compare the processor time of all scenarios with that of all but the last."""
    _clear()
    _, _, before = _timed(lambda: simulate(names[:-1], book=book, home=home))
    mean, more = before / (len(names) - 1), together - before
    print(f"one more scenario: {more:.2f} s of processor time, {mean:.2f} s the mean of those before (target: no more)")


def _one_changed(names, home, book):
    """Time a scenario again whose own file has changed."""
    name = names[-1]
    file = home / "params" / "scenarios" / f"{name}.yml"
    walls, cores = [], []
    for k in range(3):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(?m)^title: .*$", f"title: Changed {k}", text), encoding="utf-8")
        _, wall, own = _timed(lambda: simulate(name, book=book, home=home))
        walls.append(wall)
        cores.append(own)
    print(
        f"a scenario whose file changes: {min(walls):.2f} s to simulate again (target 1), "
        f"{min(cores):.2f} s of it processor time"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
