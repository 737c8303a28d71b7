"""A prepared simulation gives the bits of `simulate`, whatever was simulated before."""

import numpy as np
import pytest

import eastbound as eb
from eastbound.ensemble.prepared import prepare
from eastbound.errors import InputError
from eastbound.scenarios.changes import changed_scenario

SERIES = ["gas.pos.deliveries", "gas.pos.utilization_nameplate", "driver.brent_price"]
DAY = "2026-10-30"


@pytest.fixture(scope="module")
def prepared():
    return prepare(SERIES, book=eb.load_evidence(DAY), until=2028)


@pytest.mark.parametrize("changes", [{"gas_stop.rate": 0.9}, {"brent_slump.on": False}])
def test_bits_are_those_of_simulate(prepared, changes):
    scenario = changed_scenario("baseline", changes, as_of=DAY)
    ens = prepared.simulate(scenario, draws=64)
    stored = eb.simulate([scenario, "baseline"], book=prepared.book, draws=64, until=2028, series=SERIES)
    assert set(ens.data_vars) == set(stored.data_vars)
    for name in ens.data_vars:
        assert np.array_equal(ens[name].values, stored[name].values, equal_nan=True), name
        assert ens[name].attrs == stored[name].attrs
    touched = "gas.pos.deliveries" if "gas_stop.rate" in changes else "driver.brent_price"
    assert not np.array_equal(ens[touched][0], ens[touched][1])


def test_the_baseline_is_not_simulated_twice(prepared):
    assert prepared.simulate(eb.load_scenario("baseline"), draws=64).sizes["scenario"] == 1


def test_more_draws_than_a_block_are_refused(prepared):
    with pytest.raises(InputError, match="1 to 4096"):
        prepared.simulate(eb.load_scenario("baseline"), draws=5000)
