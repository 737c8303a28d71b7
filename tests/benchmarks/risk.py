"""Time risk numbers: questions, claims and registers over scenarios, and sensitivity from draws that exist.

``python tests/benchmarks/risk.py [SCENARIOS [DRAWS]]``; times are processor times, which a busy neighbour hardly moves.
"""

import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from timing import best

import eastbound as eb
from eastbound.names import TRADE_TOTAL
from eastbound.risk.branches import branch_draws
from eastbound.risk.claim_scores import published_claims
from eastbound.risk.factors import Factors, read_factors
from eastbound.risk.questions import ask
from eastbound.risk.register import risk_register
from eastbound.risk.sample import Sample
from eastbound.risk.variance import variance_shares

DRAWS = 4096
BRANCHES = ("secondary_sanctions", "price_slump", "sanctions_relief", "regional_banks_sanctioned")
ERROR_OF_MEDIAN = 1.2533  # standard error of a median over that of a mean, of a normal distribution


def clocked(call):
    """Return the result of a call and its processor time in seconds."""
    start = time.process_time()
    result = call()
    return result, time.process_time() - start


def answers_of(names, own, draws):
    """Answer everything in some of the scenarios; return processor time by scenario and the peak of memory in GB."""
    book = eb.load_evidence()
    ens = eb.simulate(names, book=book, draws=draws)
    seconds = []
    for name in own:
        start = time.process_time()
        ask(scenario=name, book=book, ens=ens)
        published_claims(scenario=name, book=book, ens=ens)
        index = names.index(name)
        risk_register(ens.isel(scenario=slice(index, index + 1)))
        seconds.append(time.process_time() - start)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def answers(names, *, draws):
    """Answer everything in each scenario in two processes, and print the time of each added scenario."""
    _, simulated = clocked(lambda: eb.simulate(names, draws=draws))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(answers_of, names, names[half::2], draws) for half in range(2)]
        parts = [job.result() for job in jobs]
    longest = max(sum(seconds) for seconds, _ in parts)
    # the first scenario of a process also pays for imports and for what is computed once
    later = [time for seconds, _ in parts for time in seconds[1:]]
    print(f"{len(names)} scenarios x {draws} draws after {simulated:.0f} s of simulation: questions, claims, registers")
    print(f"  on two cores {longest:.1f} s; memory {sum(peak for _, peak in parts):.2f} GB for both processes")
    if later:
        print(f"  each added scenario {np.mean(later):.2f} s ({min(later):.2f} to {max(later):.2f})")
    return longest


def branches(*, draws):
    """Compare the medians of branches in the draws of the baseline with simulations of each branch."""
    ens = eb.simulate("baseline", draws=draws)
    values = Sample(ens).at(TRADE_TOTAL, 2035)[0]
    groups = branch_draws(Sample(ens))
    # The cache would answer the second run: another seed is a new simulation of the same scenario.
    brute, slow = clocked(
        lambda: {
            name: Sample(eb.simulate(name, draws=draws, seed=9, series=[TRADE_TOTAL])).at(TRADE_TOTAL, 2035)[0]
            for name in BRANCHES
        }
    )

    def again():
        outcomes = Sample(ens).at(TRADE_TOTAL, 2035)[0]
        return [np.median(outcomes[groups[name]]) for name in BRANCHES]

    fast = best(again, repeats=3)
    print(
        f"medians of {len(BRANCHES)} branches: reuse {fast:.3f} s, new simulation {slow:.1f} s, {slow / fast:.0f} times"
    )
    for name in BRANCHES:
        reused = values[groups[name]]
        error = np.hypot(*(ERROR_OF_MEDIAN * _spread(part) / np.sqrt(len(part)) for part in (reused, brute[name])))
        gap = np.median(reused) - np.median(brute[name])
        print(f"  {name}: {np.median(reused):.0f} against {np.median(brute[name]):.0f}, {gap / error:+.1f} errors")


def shares():
    """Time Shapley effects of stored draws, and compare the analytic Ishigami case."""
    target, factors = read_factors(Sample(eb.simulate("baseline", draws=DRAWS)), TRADE_TOTAL, at=2035)
    seconds = best(lambda: variance_shares(np.log(target), factors), repeats=3)
    print(f"shares of the variance by {len(factors.names)} factors: {seconds:.2f} s")
    x = np.random.default_rng(0).uniform(-np.pi, np.pi, size=(DRAWS, 3))
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    table = variance_shares(y, Factors(("a", "b", "c"), ("a", "b", "c"), ("", "", ""), x))
    print(f"  Ishigami, exact .436 .442 .122: {' '.join(f'{share:.3f}' for share in table['shapley'][:3])}")


def sorting():
    """Time quantiles of one series asked for five times, with and without the shared sort."""
    ens = eb.simulate("baseline", draws=DRAWS)
    sample = Sample(ens)
    sample.ordered(TRADE_TOTAL)
    years = range(2027, 2036)
    levels = [0.025, 0.1, 0.5, 0.9, 0.975]
    shared = best(lambda: [sample.quantiles(TRADE_TOTAL, levels, at=year) for year in years])
    alone = best(lambda: eb.quantiles(ens, TRADE_TOTAL, levels=levels))
    print(f"quantiles of a series again: {1000 * shared:.1f} ms, {1000 * alone:.1f} ms without the shared sort")


def _spread(values):
    return float(np.diff(np.quantile(values, [0.16, 0.84]))[0]) / 2


def main(count=None, draws=DRAWS):
    """Print the figures; all scenarios by default."""
    names = eb.scenario_names()[:count]
    answers(names, draws=draws)
    if count is None:
        small, large = (answers(names[:4], draws=size) for size in (draws, 4 * draws))
        print(f"four times the draws take {large / small:.1f} times as long")
    branches(draws=draws)
    shares()
    sorting()


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3]))
