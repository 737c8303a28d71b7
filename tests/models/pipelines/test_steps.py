"""Steps of a contract that are taken early, and the customs value of the running year at past origins."""

from __future__ import annotations

import numpy as np
import pytest

from eastbound.core.simulation.seeds import Stream
from eastbound.evidence.book import load_evidence
from eastbound.evidence.gas_flow import VALUE
from eastbound.models import drivers
from eastbound.models.pipelines import model as pipelines
from eastbound.models.pipelines.steps import early_share, step_factor
from eastbound.models.protocol import Grid, World, grid_start
from eastbound.models.trade.energy import monthly
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.settings import load_settings
from eastbound.scenarios.vocabulary import milestones

STREAM = Stream(seed=20261122, block=0, width=2048)
WEIGHTS = np.linspace(0.5, 1.5, 12)


def running_year(day):
    """Return the simulated paths of the running year at an origin, and its first month."""
    book = load_evidence(day)
    start = grid_start(book)
    grid = Grid(start, 12)
    prices = drivers.simulate(drivers.fit(book, load_settings("drivers"), start=start), World(grid), STREAM)
    dates = {name: np.full(STREAM.width, np.inf) for name in milestones()}
    world = World(grid, milestones=dates, paths=prices)
    return pipelines.simulate(pipelines.fit(book, load_inputs("pipelines"), start=start), world, STREAM), start


@pytest.mark.parametrize("share", [None, early_share(np.array([0.0, 0.3, 0.999]))])
def test_an_early_step_moves_the_year_and_adds_nothing_to_it(share):
    factor = step_factor(22.0, 30.0, weights=WEIGHTS, share=share)
    np.testing.assert_allclose(WEIGHTS @ factor, WEIGHTS.sum())
    assert (factor[:10] <= 1.0).all()
    assert (factor[11] >= factor[10]).all()


@pytest.mark.parametrize("following", [22.0, 10.0, 0.0])
def test_a_year_without_a_rise_keeps_its_months(following):
    np.testing.assert_array_equal(step_factor(22.0, following, weights=WEIGHTS), 1.0)


def test_the_day_of_the_step_is_uniform_over_november_and_december():
    share = early_share((np.arange(1000) + 0.5) / 1000)
    np.testing.assert_allclose(share.mean(axis=1), [0.25, 0.75], atol=1e-3)
    assert share.min() >= 0.0
    assert share.max() <= 1.0


def test_the_value_of_the_running_year_lies_in_its_band_at_past_origins():
    # three of these seven once lay outside: what flowed early was not foreseen, and customs had no error
    days = ["2021-12-31", "2022-06-30", "2022-12-31", "2023-12-31", "2024-06-30", "2024-12-31", "2025-06-30"]
    book, outside = load_evidence("2026-10-30"), []
    for day in days:
        paths, start = running_year(day)
        low, high = np.quantile(paths[VALUE].sum(axis=0), [0.025, 0.975])
        outcome = monthly(book, VALUE, first=start, stop=start + 12).sum()
        if not 0.999 * low < outcome < 1.001 * high:  # one lies on the end
            outside.append(day)
    assert outside == []


def test_the_flow_of_december_steps_up_before_the_contract_does():
    paths, start = running_year("2023-06-30")
    flow = np.median(paths["gas.pos.deliveries"], axis=1)
    assert start == 2023 * 12
    assert flow[11] > 1.1 * flow[9]  # 22 to 30 bcm, three quarters of December
    assert flow.sum() == pytest.approx(22.7, abs=0.3)
