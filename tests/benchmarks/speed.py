"""Speed of the joint simulation, of quantiles, and against statsmodels; memory of a million draws."""

import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from timing import CountingStream, best, limit

from eastbound.constants import BLOCK, DRAWS, QUANTILES, SEED, UNTIL
from eastbound.core.quantiles import quantiles
from eastbound.core.simulation.memory import Memory
from eastbound.core.simulation.seeds import Stream
from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.simulate import Noise, carry_on, draw_states, normal_rows, tail_scale
from eastbound.ensemble import simulate as joint
from eastbound.ensemble import summary
from eastbound.ensemble.blocks import fill_blocks, lent_memories
from eastbound.ensemble.expiry import expired_scenarios
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.usual import baseline_of, less_usual, usual_effects
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.protocol import Grid, World, grid_start, last_month
from eastbound.scenarios.branches import open_branches
from eastbound.scenarios.events import shocks
from eastbound.scenarios.hazards import known_on
from eastbound.scenarios.inputs import load_all_inputs, load_inputs
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.milestones import milestone_months

MANY = 1_000_000
# Months, draws and levels on which ways to take quantiles are compared.
TABLE = (120, 100_000)
# A child's whole work: simulate, write, read back, take yearly quantiles.
CHILD = f"""
import resource, sys
import eastbound as eb
from eastbound import names
from eastbound.ensemble.summary import quantiles
ens = eb.simulate("baseline", draws={MANY}, series=[names.CHINA_SHARE])
table = quantiles(ens, names.CHINA_SHARE)
median = table[(table.period == "2035") & (table.level == 0.5)].value.item()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024), median)
"""


def simulation():
    """Time the fits, and the kernel of the joint simulation against its random numbers, in all and by model."""
    book = load_evidence()
    start = grid_start(book)
    grid = Grid(start=start, months=(UNTIL + 1) * 12 - start)
    inputs = {model.SUBJECT: load_inputs(model.SUBJECT) for model in registry.models()}
    begun = time.process_time()
    fits = {model.SUBJECT: model.fit(book, inputs[model.SUBJECT], start=start) for model in registry.models()}
    print(f"fit of all models, fast mode: {time.process_time() - begun:.2f} s (target 20)")
    scenario, fixed = _baseline(book, grid)
    fixed |= {"memory": Memory()}  # there from the second block on, and for the first block of the next call

    def whole(stream):
        return joint.simulate_block(scenario, fits, stream=stream, **fixed)

    counting = CountingStream(SEED, 0, DRAWS)
    paths = whole(counting)
    print(
        f"joint simulation, {DRAWS} draws x {grid.months} months x {len(paths)} paths, single precision (target 1.5):"
    )
    _against_limit("all", whole, counting.drawn)
    for name, part in _parts(scenario, fits, **fixed).items():
        counting = CountingStream(SEED, 0, DRAWS)
        part(counting)
        _against_limit(name, part, counting.drawn)


def _baseline(book, grid):
    """Return the baseline as `simulate` runs it, and what else its blocks need: the tree's branches among it."""
    scenario = load_scenario("baseline")
    branches = open_branches(scenario, as_of=book.as_of, home=None, expired=expired_scenarios(book))
    usual = usual_effects(baseline_of(None), book, grid=grid)
    fixed = {"grid": grid, "after": last_month(book), "branches": branches, "usual": usual}
    return known_on(scenario, book.as_of), fixed


def threads():
    """Time blocks of draws on one and on two threads: the best wall and processor time of several interleaved runs.

    Every thread has its memory before, as in a run of many blocks: the pages of two would count twice otherwise.
    """
    book = load_evidence()
    start = grid_start(book)
    grid = Grid(start=start, months=(UNTIL + 1) * 12 - start)
    fits = fit_models(book, load_all_inputs(registry.ORDER), grid=grid)
    (scenario, fixed), names = _baseline(book, grid), ["trade.china_russia.total"]

    def block(stream, memory):
        return joint.simulate_block(scenario, fits, stream=stream, memory=memory, **fixed)

    def into(array):
        def put(part, rows):
            array[:, :, part] = rows

        return put

    arrays = {count: np.empty((1, grid.months, 4 * BLOCK), np.float32) for count in (1, 2)}
    walls, cores = ({count: [] for count in arrays} for _ in range(2))
    with lent_memories(1) as single, lent_memories(2) as pair:
        memories = {1: single, 2: pair}
        for run in range(4):
            for count, array in arrays.items():
                begun, own = time.monotonic(), time.process_time()
                fixed_run = {"draws": 4 * BLOCK, "seed": SEED, "threads": count, "memories": memories[count]}
                fill_blocks(into(array), names, block, **fixed_run)
                if run:  # the first one gets the memory from the system
                    walls[count].append(time.monotonic() - begun)
                    cores[count].append(time.process_time() - own)
    same = bool((arrays[1] == arrays[2]).all())
    one, two = (min(times) for times in walls.values())
    print(
        f"4 blocks of draws: {one:.2f} s on one thread, {two:.2f} s on two, {one / two:.2f} times (target 1.8); "
        f"processor time {min(cores[1]):.2f} and {min(cores[2]):.2f} s; ",
        end="",
    )
    print("same bits" if same else "OTHER BITS")


def _parts(scenario, fits, *, grid, memory, usual, **acting):
    """Return the parts of the kernel by name, each a function of the stream."""
    acting |= {"start": grid.start}

    def events(stream):
        effects = shocks(scenario, months=grid.months, stream=stream, memory=memory, **acting)
        return less_usual(effects, usual, width=stream.width)

    stream = Stream(SEED, 0, DRAWS)
    milestones = milestone_months(scenario, stream=stream, **acting)
    world = World(grid=grid, shocks=events(stream), milestones=milestones, paths={}, memory=memory)
    parts = {"events": events}
    for model in registry.models():
        parts[model.SUBJECT] = lambda stream, model=model: model.simulate(fits[model.SUBJECT], world, stream)
        world.paths.update(parts[model.SUBJECT](stream))
    return parts


def _against_limit(name, call, drawn):
    kernel, floor = best(lambda: call(Stream(SEED, 0, DRAWS))), limit(drawn)
    print(
        f"  {name:<10} {kernel:.3f} s; {drawn['standard_normal']:>10,} normals and {drawn['random']:>10,} uniforms "
        f"alone {floor:.3f} s; ratio {kernel / floor:.2f}"
    )


def statsmodels():
    """Time the structural continuation against `UnobservedComponents.simulate`, same model, months and paths."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    rng = np.random.default_rng(1)
    season = 0.1 * np.sin(np.arange(144) * np.pi / 6)
    log_flow = 2.0 + np.cumsum(0.004 + 0.03 * rng.standard_normal(144)) + season + 0.02 * rng.standard_normal(144)
    months = 120
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some optimisers stop early; only the time matters here
        model = UnobservedComponents(log_flow, "lltrend", seasonal=12)
        found = model.fit(disp=False)

    def theirs():
        np.exp(found.simulate(months, repetitions=DRAWS, anchor="end"))

    posterior = _as_posterior(found)

    def ours():
        stream = Stream(SEED, 0, DRAWS)
        drawn = draw_states(posterior, stream.uniforms("point", rows=1)[0], stream.normals("states", rows=14))
        parts = (normal_rows(stream, part) for part in ("level", "drift", "irregular"))
        out = np.empty((months, DRAWS))
        carry_on(posterior, drawn, Noise(*parts, tail_scale(stream, "all", degrees=1e6)), out=out)

    slow, fast = best(theirs, 3), best(ours)
    print(
        f"local linear trend with seasonal pattern, {DRAWS} paths x {months} months: {fast:.3f} s; "
        f"statsmodels' simulate {slow:.2f} s; {slow / fast:.0f} times (target 10)"
    )


def _as_posterior(found):
    """Return the fit of statsmodels as one point of a posterior: its last states, their errors and its variances."""
    irregular, level, trend, seasonal = np.sqrt(found.params)
    # their states: level, trend, seasonal pattern of the last eleven months, newest first; the twelfth closes the sum
    mean, cov = found.filtered_state[:, -1], found.filtered_state_cov[..., -1]
    ahead = np.zeros((12, 13))
    ahead[11, 2] = 1.0  # in a year the month is the last one again
    ahead[0, 2:] = -1.0
    for month in range(1, 11):
        ahead[month, 2 + 11 - month] = 1.0
    turn = np.vstack([np.eye(13)[:2], ahead])
    values, vectors = np.linalg.eigh(cov)
    root = turn @ (vectors * np.sqrt(np.maximum(values, 0.0)))
    names = {"level": level, "drift": trend, "irregular": irregular, "season": seasonal, "damping": 1.0}
    rows = {"level": slice(0, 1), "trend": slice(1, 2), "reference": slice(1, 2), "season": slice(2, 14)}
    return Posterior(
        weights=np.ones(1),
        values={name: np.array([value]) for name, value in names.items()},
        rows=rows | {"coefficients": slice(14, 14)},
        mean=(turn @ mean)[None],
        root=np.pad(root, ((0, 0), (0, 1)))[None],
        path=np.empty(0),
        path_sd=np.empty(0),
        effective=1.0,
    )


def order():
    """Time quantiles by one sort against repeated selection."""
    table = np.random.default_rng(1).standard_normal(TABLE)
    sort = best(lambda: quantiles(table, QUANTILES), 3)
    again = best(lambda: [np.quantile(table, level, axis=-1) for level in QUANTILES], 1)
    once = best(lambda: np.quantile(table, QUANTILES, axis=-1), 1)
    print(
        f"{len(QUANTILES)} quantiles of {TABLE[1]:,} draws in {TABLE[0]} months: {sort:.2f} s by sorting; "
        f"numpy.quantile {once:.2f} s at once, {again:.2f} s level by level"
    )


def summaries():
    """Time the tables of one series against a fresh aggregation for each year and threshold."""
    ens, series, years = joint.simulate("baseline"), "trade.china_russia.total", list(range(2027, 2036))
    levels = [200, 220, 240, 260, 280, 300, 320, 350, 400]
    once = best(lambda: summary.exceedance(ens, series, levels, at=years))
    each = best(lambda: [summary.exceedance(ens, series, level, at=year) for year in years for level in levels], 2)
    cases = f"{len(levels)} thresholds in {len(years)} years"
    print(f"exceedance of {cases}: {1e3 * once:.1f} ms; one by one {each / once:.0f} times that")
    print(f"{len(QUANTILES)} quantiles of every year: {1e3 * best(lambda: summary.quantiles(ens, series)):.1f} ms")


def memory():
    """Simulate a million draws in a process of its own and print the most memory that it held."""
    with tempfile.TemporaryDirectory() as folder:
        from os import environ

        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", CHILD],
            env={**environ, "EASTBOUND_CACHE": folder},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    peak, median = done.stdout.split()
    print(
        f"{MANY:,} draws of China's share of Primorye's trade and its two flows: {time.monotonic() - begun:.0f} s, "
        f"at most {float(peak) / 2**30:.2f} GB of memory (target 2), {disk / 2**30:.2f} GB of disk; "
        f"median of 2035 {float(median):.2f} %"
    )
