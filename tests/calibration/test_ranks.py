"""Every fitted model ranks truths from its prior uniformly, in fast mode: METHODS 3.1.

Forty replications at a level of one in a thousand. By simulation, they see a posterior standard deviation half
of what it should be 86 % of the time, one twice as wide 96 %, a location off by one standard deviation 97 %; one
that is 25 % too small they see 11 % of the time. `make bench` runs 200.
"""

import cases
import numpy as np
import pytest
from scipy.stats import kstest

REPLICATIONS = 40
LEVEL = 1e-3


def check(found):
    wrong = {name: p for name, values in found.items() if (p := uniform(values)) < LEVEL}
    assert not wrong, wrong


def uniform(values):
    """Return the smaller p value of a test of location and shape and of one of spread."""
    spread = np.mean(np.abs(values - 0.5)) - 0.25
    z = spread / np.sqrt(1 / 48 / len(values))  # |u - 1/2| has mean 1/4 and variance 1/48
    return min(kstest(values, "uniform").pvalue, 2.0 * float(cases.norm.sf(abs(z))))


def test_the_check_sees_what_its_text_says():
    normals = np.random.default_rng(1).standard_normal((60, REPLICATIONS))

    def seen(width, shift=0.0):
        return np.mean([uniform(cases.norm.cdf((row + shift) / width)) < LEVEL for row in normals])

    assert seen(0.5) > 0.7
    assert seen(2.0) > 0.8
    assert seen(1.0, shift=1.0) > 0.8
    assert seen(1.0) < 0.05


@pytest.mark.parametrize("name", sorted(cases.reversions()))
def test_mean_reversion_of_the_drivers(name):
    check(cases.ranks(cases.reversions()[name], replications=REPLICATIONS, seed=1))


@pytest.mark.parametrize("place", [0, 1])  # the others differ in figures and effects; `make bench` takes them all
def test_flows_of_trade(place):
    case = list(cases.flows(last_months=30).values())[place]
    check(cases.ranks(case, replications=REPLICATIONS, seed=1))


@pytest.mark.parametrize("name", sorted(cases.prices()))
def test_unit_prices_of_trade(name):
    check(cases.ranks(cases.prices()[name], replications=REPLICATIONS, seed=1))


@pytest.mark.parametrize("name", ["share", "own", "level"])
def test_walks_of_primorye(name):
    check(cases.ranks(cases.walks()[name], replications=REPLICATIONS, seed=2))


def test_over_delivery_of_pipelines():
    for case in cases.deliveries().values():
        check(cases.ranks(case, replications=REPLICATIONS, seed=1))


@pytest.mark.parametrize("name", sorted(cases.univariate()))
def test_the_univariate_engine_on_its_own_processes(name):
    check(cases.ranks(cases.univariate()[name], replications=REPLICATIONS, seed=1))
