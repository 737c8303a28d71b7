"""Simulation-based calibration of every fitted model at 200 replications: METHODS 3.1."""

import sys
from pathlib import Path

import numpy as np
from scipy.stats import kstest

sys.path.insert(0, str(Path(__file__).parents[1] / "calibration"))

import cases

REPLICATIONS = 200  # find a posterior standard deviation that is 25 % too small about two times in three
SEED = 7


def main(replications=REPLICATIONS):
    """Print for every quantity the mean and spread of its ranks, coverage, and whether they are uniform."""
    makers = (cases.reversions, cases.flows, cases.prices, cases.walks, cases.deliveries, cases.univariate)
    found = {}
    for maker in makers:
        for name, case in maker().items():
            ranks = cases.ranks(case, replications=replications, seed=SEED)
            found |= {f"{name}: {quantity}": values for quantity, values in ranks.items()}
    level = 0.05 / len(found)
    print(f"{replications} replications; uniform ranks have mean .500 ± {np.sqrt(1 / 12 / replications):.3f}, spread 1")
    print(f"{'quantity':42} {'mean':>6} {'spread':>7} {'in 80 %':>8} {'in 95 %':>8} {'p':>7}")
    for name, values in found.items():
        inside = [np.mean(np.abs(values - 0.5) < mass / 2) for mass in (0.8, 0.95)]
        p = kstest(values, "uniform").pvalue
        mark = "" if p >= level else "  NOT UNIFORM"
        spread = values.std() * np.sqrt(12.0)
        print(f"{name:42} {values.mean():6.3f} {spread:7.3f} {inside[0]:8.3f} {inside[1]:8.3f} {p:7.4f}{mark}")
    failed = sum(kstest(values, "uniform").pvalue < level for values in found.values())
    print(f"{len(found) - failed} of {len(found)} quantities pass at a level of 5 % for all together")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
