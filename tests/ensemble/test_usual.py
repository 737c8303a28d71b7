"""Random events spread trade and do not lower it: what they take on average is in the history already."""

import numpy as np
import pytest

from eastbound import names
from eastbound.core.simulation.seeds import Stream
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.simulate import simulate_block
from eastbound.ensemble.usual import usual_effects
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.protocol import Grid, grid_start, last_month
from eastbound.scenarios.hazards import known_on
from eastbound.scenarios.inputs import load_all_inputs
from eastbound.scenarios.loader import load_scenario

BOOK = load_evidence("2026-08-31")
GRID = Grid(grid_start(BOOK), 60)
BASELINE = load_scenario("baseline")
WITHOUT = BASELINE.model_copy(update={"name": "without", "events": ()})
USUAL = usual_effects(BASELINE, BOOK, grid=GRID)
FLOWS = (names.CHINA_EXPORTS, names.CHINA_IMPORTS)


def last_year(scenario, usual):
    """Return the log of each flow in 2030 by draw."""
    fits = fit_models(BOOK, load_all_inputs(registry.ORDER), grid=GRID)
    options = {"grid": GRID, "after": last_month(BOOK), "stream": Stream(1, 0, 4096)}
    paths = simulate_block(known_on(scenario, BOOK.as_of), fits, usual=usual, **options)
    return {series: np.log(paths[series][-12:].sum(axis=0)) for series in FLOWS}


@pytest.fixture(scope="module")
def worlds():
    return {"events": last_year(BASELINE, USUAL), "none": last_year(WITHOUT, USUAL), "data": last_year(WITHOUT, {})}


@pytest.mark.parametrize("series", FLOWS)
def test_events_widen_the_baseline_and_leave_its_mean_where_the_data_put_it(worlds, series):
    gain = worlds["events"][series] - worlds["data"][series]
    # a few thousandths come from years, which are sums of months, and from the ceiling on oil
    assert abs(gain.mean()) < 0.01 + 3.0 * gain.std() / np.sqrt(gain.size)
    assert gain.std() > 0.05
    assert worlds["events"][series].std() > worlds["data"][series].std()


@pytest.mark.parametrize("series", FLOWS)
def test_a_scenario_without_events_is_higher_by_what_they_take(worlds, series):
    gain = worlds["none"][series] - worlds["data"][series]
    own = -USUAL[series][-12:].mean()
    assert own > 0.02
    # the oil price adds to imports, and to exports through the balance
    assert own < gain.mean() < own + 0.1


def test_gas_and_oil_lines_with_contracts_and_capacities_have_learnt_no_events():
    assert set(USUAL) == {*FLOWS, names.OIL_VOLUME, names.BRENT, names.CARS_VALUE}
