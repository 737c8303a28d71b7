"""Lines by hand: contract, capacity, stops, first gas, published months, and the systems file."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from eastbound.catalogue import event_targets
from eastbound.core.ratio import percent
from eastbound.core.simulation.seeds import Stream
from eastbound.errors import ScenarioError
from eastbound.evidence.book import load_evidence
from eastbound.evidence.gas_flow import VALUE
from eastbound.models.drivers import LOG_BRENT
from eastbound.models.pipelines import model as pipelines
from eastbound.models.pipelines.flow import GAS_TOTAL, FittedPipeline, Known, contract_of_year, simulate_pipeline
from eastbound.models.protocol import Grid, World, grid_start
from eastbound.scenarios import vocabulary
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.systems import Systems, read_systems

WIDTH = 512
STREAM = Stream(5, 0, WIDTH)
GRID = Grid(2026 * 12, 120)
LINES = tuple(line.series for line in read_systems().systems)
NEVER = np.full(WIDTH, np.inf)
OIL = {LOG_BRENT: np.full((120, WIDTH), np.log(75.0))}


@pytest.fixture(scope="module")
def book():
    return load_evidence()


@pytest.fixture(scope="module")
def settings():
    return load_inputs("pipelines")


@pytest.fixture(scope="module")
def fit(book, settings):
    return pipelines.fit(book, settings, start=grid_start(book))


def _world(**milestones):
    dates = {name: NEVER for name in vocabulary.milestones()}
    dates |= {name: np.full(WIDTH, float(month)) for name, month in milestones.items()}
    return World(GRID, milestones=dates, paths=OIL)


@pytest.fixture(scope="module")
def calm(fit):
    return pipelines.simulate(fit, _world(fareast_first_gas=18.5, pos2_first_gas=90, pos_44bcm=60), STREAM)


def _yearly(paths, name):
    return paths[name].reshape(-1, 12, WIDTH).sum(axis=1)


def _utilization(paths, system, kind):
    below = {"nameplate": "capacity_nameplate", "contract": "contract", "technical": "capacity_technical"}[kind]
    return percent(paths[f"{system}.deliveries"], paths[f"{system}.{below}"])


def _line(**changes):
    """A line of 365 units a year without anything random."""
    base = {
        "id": "test",
        "label": "Test line",
        "series": "gas.test",
        "unit": "bcm",
        "nameplate": [{"since": "2020-01", "per_year": 365, "judgement": "test"}],
        "contract": [{"since": "2020-01", "per_year": 350, "judgement": "test"}],
        "technical": {"factor": 1.0, "judgement": "test"},
        "outages": {"per_year": 0, "judgement": "test"},
        "over_delivery": {"mean": 0.0, "sd": 0.01, "judgement": "test"},
    }
    return FittedPipeline(Systems.model_validate({"systems": [{**base, **changes}]}).systems[0])


@pytest.fixture
def still(settings):
    return {**settings, "over_delivery_month_sd": 0.0, "demand_month_sd": 0.0}


STOP = [{"first": "03-01", "last": "03-15", "judgement": "test"}]


def test_a_contract_below_capacity_is_delivered(still):
    found = simulate_pipeline(_line(), still, world=World(GRID), stream=STREAM)
    np.testing.assert_allclose(found.flow[:12].sum(axis=0), 350)
    np.testing.assert_allclose(found.nameplate[0], 31)
    np.testing.assert_allclose(found.technical[0], 31)


def test_a_contract_above_capacity_meets_it(still):
    over = [{"since": "2020-01", "per_year": 400, "judgement": "test"}]
    found = simulate_pipeline(_line(contract=over), still, world=World(GRID), stream=STREAM)
    np.testing.assert_allclose(found.flow[:12].sum(axis=0), 365)
    np.testing.assert_array_equal(found.flow, found.technical)


def test_planned_stops_move_the_contract_to_open_days(still):
    found = simulate_pipeline(_line(stops=STOP), still, world=World(GRID), stream=STREAM)
    np.testing.assert_allclose(found.technical[2], 16)
    np.testing.assert_allclose(found.flow[2], 16)
    np.testing.assert_allclose(found.flow[0], 31)
    np.testing.assert_allclose(found.flow[:12].sum(axis=0), 350)


def test_over_delivery_stops_at_its_limits(still):
    always = FittedPipeline(_line(technical={"factor": 2.0, "judgement": "test"}).system, over_delivery=(0.5, 0.0))
    found = simulate_pipeline(always, still, world=World(GRID), stream=STREAM)
    np.testing.assert_allclose(found.flow[:12].sum(axis=0), 350 * 1.1)
    never = FittedPipeline(always.system, over_delivery=(-0.5, 0.0))
    np.testing.assert_allclose(
        simulate_pipeline(never, still, world=World(GRID), stream=STREAM).flow[:12].sum(axis=0), 350 * 0.8
    )


def test_demand_caps_the_flow(still):
    demand = {"median": 100, "log_sd": 1e-9, "judgement": "test"}
    found = simulate_pipeline(_line(demand=demand), still, world=World(GRID), stream=STREAM)
    np.testing.assert_allclose(found.flow[:12].sum(axis=0), 100)


def test_published_months_and_years_are_kept(still):
    line = FittedPipeline(_line().system, known=(Known(0, 11, 300.0), Known(1, 1, 20.0)))
    found = simulate_pipeline(line, still, world=World(GRID), stream=STREAM)
    np.testing.assert_allclose(found.flow[1], 20)
    np.testing.assert_allclose(found.flow[:12].sum(axis=0), 300)
    np.testing.assert_allclose(found.flow[12:24].sum(axis=0), 350)
    assert np.all(found.technical >= found.flow)


def test_the_rest_of_a_begun_year_delivers_the_rest_of_its_contract(still):
    known = (Known(0, 5, 150.0),)
    wide = _line(technical={"factor": 2.0, "judgement": "test"}).system
    found = simulate_pipeline(FittedPipeline(wide, known=known), still, world=World(GRID), stream=STREAM)
    np.testing.assert_allclose(found.flow[:6].sum(axis=0), 150)
    np.testing.assert_allclose(found.flow[6:12].sum(axis=0), 200)
    narrow = simulate_pipeline(FittedPipeline(_line().system, known=known), still, world=World(GRID), stream=STREAM)
    np.testing.assert_allclose(narrow.flow[6:12].sum(axis=0), 184)  # all that one unit a day carries


def test_all_series_come_out(calm):
    assert set(calm) == set(pipelines.series(load_inputs("pipelines")))
    assert all(path.shape == (120, WIDTH) for path in calm.values())


def test_power_of_siberia_runs_a_little_above_contract(fit, calm):
    ratio = np.median(_yearly(calm, "gas.pos.deliveries")[0]) / 38
    assert 1.015 < ratio < 1.05  # customs values of early 2026 lie above a usual year
    line = next(line for line in fit.lines if line.system.id == "pos")
    assert line.over_delivery[0] == pytest.approx(0.028, abs=0.004)
    assert [contract_of_year(line.system, year) for year in (2020, 2023, 2025)] == [5, 22, 38]


def test_stops_of_power_of_siberia_show_in_march_and_september(calm):
    by_month = np.median(calm["gas.pos.deliveries"][:12], axis=1) / [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert set(np.argsort(by_month)[:3]) == {2, 3, 8}
    assert by_month[8] / by_month[6] == pytest.approx(23 / 30, abs=0.03)


def test_the_increase_to_44_comes_with_its_milestone(calm):
    contract = calm["gas.pos.contract"].reshape(10, 12, WIDTH).sum(axis=1)
    np.testing.assert_allclose(contract[4], 38)
    np.testing.assert_allclose(contract[5], 41)
    np.testing.assert_allclose(contract[-1], 44)
    np.testing.assert_allclose(_yearly(calm, "gas.pos.capacity_nameplate")[5], 44)


def test_ratios_do_not_exist_before_first_gas(calm):
    for kind in ("nameplate", "contract", "technical"):
        ratio = _utilization(calm, "gas.fareast", kind)
        assert np.isnan(ratio[:18]).all()
        assert np.isfinite(ratio[19:]).mean() > 0.99
    assert not calm["gas.fareast.deliveries"][:18].any()
    assert (calm["gas.fareast.deliveries"][20] > 0).mean() > 0.99  # an outage may last all month


def test_a_line_that_never_starts_stays_undefined(fit):
    found = pipelines.simulate(fit, _world(), STREAM)
    assert not found["gas.pos2.deliveries"].any()
    assert np.isnan(_utilization(found, "gas.pos2", "contract")).all()
    np.testing.assert_array_equal(found[GAS_TOTAL], found["gas.pos.deliveries"])


def test_the_total_is_the_sum_of_the_gas_lines(calm):
    parts = sum(calm[f"{line}.deliveries"] for line in LINES if line.startswith("gas."))
    np.testing.assert_allclose(calm[GAS_TOTAL], parts)


def test_far_eastern_route_ramps_from_two_to_twelve(calm):
    contract = _yearly(calm, "gas.fareast.contract")
    assert contract[2].max() < 4.1  # months 24-35: first and second year of the ramp
    np.testing.assert_allclose(contract[-1], 12)


@pytest.mark.parametrize("system", LINES)
def test_technical_ratio_stays_within_capacity(calm, system):
    ratio = _utilization(calm, system, "technical")
    assert np.nanmax(ratio) <= 100 + 1e-9
    assert np.nanmin(ratio) >= 0


LINES_HIT = [name for name in event_targets() if name.endswith("deliveries") and name != GAS_TOTAL]


@pytest.mark.parametrize("target", LINES_HIT)
@pytest.mark.parametrize("part", [1.0, 0.1])
def test_losses_lower_their_line_and_no_other(fit, calm, target, part):
    hit = -np.abs(np.random.default_rng(2).normal(0, 0.4, (120, WIDTH)))
    hit[:, int(part * WIDTH) :] = 0.0
    world = _world(fareast_first_gas=18.5, pos2_first_gas=90, pos_44bcm=60)
    found = pipelines.simulate(fit, World(GRID, shocks={target: hit}, milestones=world.milestones, paths=OIL), STREAM)
    assert np.all(found[target] <= calm[target])
    assert found[target].sum() < calm[target].sum()
    for line in set(LINES) - {target.removesuffix(".deliveries")}:
        np.testing.assert_array_equal(found[f"{line}.deliveries"], calm[f"{line}.deliveries"])


def test_a_stop_of_gas_takes_all_its_lines_and_only_its_draws(fit, calm):
    stop = np.zeros((120, WIDTH))
    stop[100:110, :40] = -4.0
    world = _world(fareast_first_gas=18.5, pos2_first_gas=90, pos_44bcm=60)
    found = pipelines.simulate(fit, World(GRID, {GAS_TOTAL: stop}, world.milestones, OIL), STREAM)
    assert np.all(found[GAS_TOTAL][100:110, :40] < 0.05 * calm[GAS_TOTAL][100:110, :40])
    np.testing.assert_array_equal(found[GAS_TOTAL][:, 40:], calm[GAS_TOTAL][:, 40:])
    np.testing.assert_array_equal(found["oil.mohe.deliveries"], calm["oil.mohe.deliveries"])
    assert np.all(found[VALUE][101:110, :40] < 0.05 * calm[VALUE][101:110, :40])


def test_a_gain_cannot_pass_technical_capacity(fit):
    lift = {"oil.espo2.deliveries": np.full((120, WIDTH), 0.5)}
    found = pipelines.simulate(fit, World(GRID, shocks=lift, milestones=_world().milestones, paths=OIL), STREAM)
    room = found["oil.espo2.capacity_technical"]
    np.testing.assert_allclose(found["oil.espo2.deliveries"], room)


def test_draws_follow_their_own_milestone(fit):
    order = np.random.default_rng(3).permutation(WIDTH)
    dates = np.where(np.arange(WIDTH) < 200, 30.0, np.inf)
    base, moved = (
        pipelines.simulate(fit, World(GRID, milestones={**_world().milestones, "pos2_first_gas": d}, paths=OIL), STREAM)
        for d in (dates, dates[order])
    )
    started = [np.any(paths["gas.pos2.deliveries"] > 0, axis=0) for paths in (base, moved)]
    np.testing.assert_array_equal(started[0][order], started[1])


def test_fewer_draws_and_months_keep_the_numbers(fit, calm):
    dates = {
        name: date[:32]
        for name, date in _world(fareast_first_gas=18.5, pos2_first_gas=90, pos_44bcm=60).milestones.items()
    }
    few = {LOG_BRENT: OIL[LOG_BRENT][:36, :32]}
    found = pipelines.simulate(fit, World(Grid(GRID.start, 36), milestones=dates, paths=few), Stream(5, 0, 32))
    for name, path in found.items():
        np.testing.assert_array_equal(path, calm[name][:36, :32])


def test_a_published_year_inside_the_grid_is_not_forecast(settings):
    early = load_evidence("2026-01-10")
    start = grid_start(early)
    assert start == 2025 * 12
    world = World(Grid(start, 24), paths={LOG_BRENT: OIL[LOG_BRENT][:24]})
    found = pipelines.simulate(pipelines.fit(early, settings, start=start), world, STREAM)
    np.testing.assert_allclose(found["gas.pos.deliveries"][:12].sum(axis=0), 38.8, rtol=1e-6)


def _workspace(folder, text):
    (folder / "params" / "scenarios").mkdir(parents=True)
    (folder / "params" / "systems.yml").write_text(text)
    return folder


BAD = """systems:
  - id: pos
    label: FittedPipeline
    series: gas.pos
    unit: bcm
    nameplate:
      - {since: 2019-12, per_yaer: 38, source: a page}
    technical: {factor: 1.1}
    stops:
      - {first: 09-31, last: 10-02, judgement: test}
    outages: {per_year: -1, judgement: test}
    over_delivery: {mean: 0, sd: 0.01, judgement: test}
"""


def test_all_mistakes_of_the_systems_file_come_in_one_message(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        read_systems(_workspace(tmp_path, BAD))
    text = str(caught.value)
    assert "systems.yml:7" in text
    assert "did you mean `per_year`" in text
    assert "needs `source`" in text
    assert "09-31" in text
    assert "at least 0" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"nameplate": []}, "needs `nameplate`"),
        ({"over_delivery": None}, "needs `over_delivery`"),
        (
            {"additions": [{"milestone": "pos3", "per_year": 1, "first_year": 1, "years_low": 1, "years_high": 1}]},
            "pos3",
        ),
    ],
)
def test_incomplete_lines_are_refused(change, said):
    with pytest.raises(ValueError, match=said):
        _line(**change)


@settings_of(max_examples=40, deadline=None)
@given(
    spans=st.lists(st.tuples(st.integers(0, 23), st.integers(0, 6), st.floats(0.0, 60.0)), min_size=1, max_size=4),
    over=st.floats(-0.3, 0.3),
)
def test_whatever_is_published_flows_stay_possible(spans, over):
    """Flow lies between zero and what could flow, ratios above 100 % are kept, the shortest print holds."""
    known = tuple(Known(first, min(first + more, 23), amount) for first, more, amount in spans)
    still = {**load_inputs("pipelines"), "over_delivery_month_sd": 0.0}
    line = FittedPipeline(_line(technical={"factor": 1.5, "judgement": "test"}).system, (over, 0.0), known)
    found = simulate_pipeline(line, still, world=World(Grid(2026 * 12, 36)), stream=Stream(5, 0, 4))
    assert np.all(found.flow >= 0.0)
    assert np.all(found.flow <= found.technical * (1 + 1e-6))
    shortest = min(known, key=lambda one: one.last - one.first)
    np.testing.assert_allclose(
        found.flow[shortest.first : shortest.last + 1].sum(axis=0), shortest.amount, rtol=1e-6, atol=1e-12
    )
    ratio = found.flow[24:].sum(axis=0) / found.contract[24:].sum(axis=0)
    np.testing.assert_allclose(ratio, 1.0 + np.clip(over, -0.2, 0.1), rtol=1e-6)
