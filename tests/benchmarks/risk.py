"""Time risk numbers: registers, and sensitivity from draws that exist against simulation anew.

``python tests/benchmarks/risk.py [SCENARIOS [DRAWS]]``; times are processor times, which a busy neighbour hardly moves.
"""

import sys
import time

import numpy as np
from timing import best

import eastbound as eb
from eastbound.names import TRADE_TOTAL
from eastbound.risk.branches import branch_draws
from eastbound.risk.factors import Factors, read_factors
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


def registers(names, *, draws):
    """Time the risk register of each of some scenarios, after simulation; questions and claims: `questions.py`."""
    ens = eb.simulate(names, draws=draws)
    times = [
        clocked(lambda index=index: risk_register(ens.isel(scenario=slice(index, index + 1))))[1]
        for index in range(len(names))
    ]
    print(
        f"risk register of a scenario x {draws} draws: {np.mean(times[1:] or times):.2f} s, the first {times[0]:.2f} s"
    )


def branches(*, draws):
    """Compare the medians of branches in the draws of the baseline with simulations of each branch."""
    ens = eb.simulate("baseline", draws=draws)
    values = Sample(ens).at(TRADE_TOTAL, 2035)[0]
    groups = branch_draws(Sample(ens))
    # The cache would answer a seed that was used before.
    seed = int(time.time())
    brute, slow = clocked(
        lambda: {
            name: Sample(eb.simulate(name, draws=draws, seed=seed, series=[TRADE_TOTAL])).at(TRADE_TOTAL, 2035)[0]
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


def main(count=4, draws=DRAWS):
    """Print the figures, the register over some scenarios."""
    registers(eb.scenario_names()[:count], draws=draws)
    branches(draws=draws)
    shares()
    sorting()


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3]))
