"""Simulation-based calibration of every fitted model at 200 replications: METHODS 3.1."""

import sys
from pathlib import Path

import numpy as np
from scipy.stats import kstest

sys.path.insert(0, str(Path(__file__).parents[1] / "calibration"))

import cases

REPLICATIONS = 200  # find a posterior standard deviation that is 25 % too small about two times in three
SEED = 7


LEVEL = 1e-3  # for each of some sixty quantities: one in twenty runs of a right suite marks one


def main(replications=REPLICATIONS):
    """Print for every quantity the mean and spread of its ranks, coverage, and whether they are uniform."""
    print(f"{replications} replications; uniform ranks have mean .500 ± {np.sqrt(1 / 12 / replications):.3f}, spread 1")
    print(f"{'quantity':42} {'mean':>6} {'spread':>7} {'in 80 %':>8} {'in 95 %':>8} {'p':>7}")
    passed = []
    for maker in (cases.reversions, cases.flows, cases.prices, cases.walks, cases.deliveries, cases.univariate):
        for name, case in maker().items():
            for quantity, values in cases.ranks(case, replications=replications, seed=SEED).items():
                passed.append(kstest(values, "uniform").pvalue >= LEVEL)
                show(f"{name}: {quantity}", values, passed[-1])
    print(f"{sum(passed)} of {len(passed)} quantities pass at a level of {LEVEL:g} each")


def show(name, values, passed):
    inside = [np.mean(np.abs(values - 0.5) < mass / 2) for mass in (0.8, 0.95)]
    p, spread = kstest(values, "uniform").pvalue, values.std() * np.sqrt(12.0)
    row = f"{name:42} {values.mean():6.3f} {spread:7.3f} {inside[0]:8.3f} {inside[1]:8.3f} {p:7.4f}"
    print(row if passed else f"{row}  NOT UNIFORM", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
