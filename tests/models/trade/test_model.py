"""Trade against the customs figures it is fitted to, and against a year it has not seen."""

from dataclasses import replace

import numpy as np
import pytest

from eastbound import names
from eastbound.core.simulation.seeds import Stream
from eastbound.errors import EvidenceError
from eastbound.evidence.book import load_evidence
from eastbound.models import drivers
from eastbound.models.pipelines import model as pipelines
from eastbound.models.protocol import Grid, World, grid_start, last_month
from eastbound.models.trade import model as trade
from eastbound.models.trade.energy import COMMODITIES, gas_history, monthly
from eastbound.models.trade.growth import members
from eastbound.periods import month_ordinal
from eastbound.scenarios.events import shocks
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.milestones import milestone_months
from eastbound.scenarios.settings import load_settings

SETTINGS = load_settings("trade")
STREAM = Stream(seed=20261122, block=0, width=2048)
# China's customs, USD bn: exports to and imports from Russia
YEARS = {
    2016: (37.297, 32.228),
    2018: (47.98, 59.08),
    2019: (49.70, 61.05),
    2020: (50.58, 57.18),
    2022: (76.122, 114.149),
    2024: (115.49, 129.32),
    2025: (103.309, 124.796),
}


ENERGY = (names.OIL_VALUE, names.COAL_VALUE, names.GAS_VALUE)


def run(book, until, **changed):
    """Return the fit and the world in which trade is simulated: oil price and pipelines are there."""
    start = grid_start(book)
    grid = Grid(start, 12 * (until + 1) - start)
    prices = drivers.simulate(drivers.fit(book, load_settings("drivers"), start=start), World(grid), STREAM)
    dates = milestone_months(load_scenario("baseline"), start=start, stream=STREAM)
    world = World(grid, milestones=dates, paths=prices)
    lines = pipelines.simulate(pipelines.fit(book, load_inputs("pipelines"), start=start), world, STREAM)
    fitted = trade.fit(book, {**SETTINGS, **changed}, start=start)
    return fitted, replace(world, paths={**prices, **lines})


@pytest.fixture(scope="module")
def today():
    return run(load_evidence("2026-08-31"), 2035)


@pytest.fixture(scope="module")
def paths(today):
    fitted, world = today
    return trade.simulate(fitted, world, STREAM)


def year_sum(flow, year):
    return np.exp(flow.posterior.path[year * 12 - flow.first :][:12]).sum()


def energy(year):
    """Customs values of oil, coal and pipeline gas in a year, USD bn."""
    book = load_evidence("2026-08-31")
    parts = [monthly(book, part.value, first=year * 12, stop=year * 12 + 12).sum() for part in COMMODITIES]
    return sum(parts) + gas_history(book, first=year * 12, stop=year * 12 + 12).sum()


def test_the_fitted_path_adds_up_to_the_published_years(today):
    exports, rest = (today[0].flows[series] for series in (names.CHINA_EXPORTS, names.IMPORTS_REST))
    for year, (out, back) in YEARS.items():
        assert year_sum(exports, year) == pytest.approx(out, rel=0.004), year
        if year >= 2020:
            assert year_sum(rest, year) + energy(year) == pytest.approx(back, rel=0.004), year


def test_2021_whose_flows_were_never_printed_agrees_with_the_printed_total(today):
    total = sum(year_sum(flow, 2021) for flow in today[0].flows.values()) + energy(2021)
    assert total == pytest.approx(146.887, rel=0.03)


def test_the_parameter_posterior_is_well_represented(today):
    fits = [*today[0].flows.values(), *today[0].energy]
    assert all(one.posterior.effective > 0.3 for one in fits)
    assert all(part.price.effective > 0.3 for part in today[0].energy)


def test_published_months_and_sums_of_2026_hold_in_every_draw(paths):
    exports, imports = paths[names.CHINA_EXPORTS], paths[names.CHINA_IMPORTS]
    np.testing.assert_allclose(exports[1], 9.222, rtol=1e-6)
    np.testing.assert_allclose(exports[0], 18.294 - 9.222, rtol=1e-6)
    np.testing.assert_allclose(imports[:2].sum(axis=0), 20.75, rtol=1e-6)
    np.testing.assert_allclose(exports[2:4].sum(axis=0), 37.83 - 18.294, rtol=1e-6)
    np.testing.assert_allclose(imports[:4].sum(axis=0), 47.41, rtol=1e-6)
    assert np.std(imports[2]) > 0.1  # March alone was not printed


def test_total_is_the_sum_of_both_flows_and_no_path_is_empty(paths):
    total = paths[names.CHINA_EXPORTS] + paths[names.CHINA_IMPORTS]
    np.testing.assert_array_equal(paths[names.TRADE_TOTAL], total)
    assert np.isfinite(total).all()
    assert total.min() > 0.0


def test_the_running_year_and_2030_lie_where_growth_so_far_allows(paths):
    years = paths[names.TRADE_TOTAL].reshape(10, 12, -1).sum(axis=1)
    low, middle, high = np.quantile(years[0], [0.1, 0.5, 0.9])
    # 85.24 by April; 2023-25 had 30.5-31.2 % of the year by then, and oil has risen since
    assert 255 < low < middle < high < 325
    low, middle, high = np.quantile(years[4], [0.1, 0.5, 0.9])
    assert 190 < low < 290
    assert 300 < middle < 400
    assert 420 < high < 620


def test_steps_keep_the_variance_that_was_estimated(today):
    # with the drift known, only the steps spread the years; means of two years eight apart differ by 92 of their steps
    fitted, world = today
    flow = fitted.flows[names.CHINA_EXPORTS]
    still = replace(flow, simple=replace(flow.simple, drift=0.0, spread=0.0))
    alone = replace(fitted, flows={**fitted.flows, names.CHINA_EXPORTS: still}, balance=None)
    alone = replace(alone, settings={**SETTINGS, "pool": [0.0, 1.0]})
    years = np.log(trade.simulate(alone, world, STREAM)[names.CHINA_EXPORTS].reshape(10, 12, -1).mean(axis=1))
    change = years[9] - years[1]
    assert np.std(change) == pytest.approx(flow.simple.level * np.sqrt(92.0), rel=0.1)


def test_what_2024_said_about_2025():
    # 228.1 came after a fall of 6.9 %: outside the middle, inside the wide band of a forecast made before
    fitted, world = run(load_evidence("2025-01-31"), 2025)
    total = trade.simulate(fitted, world, STREAM)[names.TRADE_TOTAL].sum(axis=0)
    low, high = np.quantile(total, [0.025, 0.975])
    assert low < 228.105 < high
    assert 0.15 < np.log(high / low) < 0.6


def test_events_after_the_data_are_not_known_beforehand():
    fitted, world = run(load_evidence("2022-01-31"), 2023)
    assert fitted.flows[names.CHINA_EXPORTS].begun.tolist() == [True, False, False, False, True]
    assert fitted.flows[names.IMPORTS_REST].begun.tolist() == [False, True]  # New Year comes every year
    # nor does the tonnage of oil and coal turn in March 2022, before anyone could know
    assert [part.begun.tolist() for part in fitted.energy] == [[False], [False]]
    total = trade.simulate(fitted, world, STREAM)[names.TRADE_TOTAL].reshape(2, 12, -1).sum(axis=1)
    # the boom of 2023 (240.1) was in the upper tail of what could be said in January 2022, not in the middle
    assert 0.75 < np.mean(total[1] < 240.11) < 0.995


def test_the_payment_halt_of_2024_is_history_and_fades(today):
    fitted, _ = today
    months = np.arange(month_ordinal("2023-10"), month_ordinal("2027-01"))
    halt = trade.known_regressors(names.CHINA_EXPORTS, SETTINGS, months)[:, 3]
    assert halt[:4].tolist() == [0.0] * 4
    assert halt[4:8].max() == 1.0  # trough in spring 2024
    # a fifth of the unscaled effect lasts; scaled to the peak that is somewhat more
    assert 0.2 < halt[-1] < 0.45
    posterior = fitted.flows[names.CHINA_EXPORTS].posterior
    effect = posterior.weights @ posterior.mean[:, posterior.rows["coefficients"]][:, 3]
    assert -0.35 < effect < -0.05


def test_dated_shocks_stand_where_the_event_book_has_them_and_no_scenario_repeats_them():
    book = load_evidence("2026-08-31")
    began = {
        name: month_ordinal(str(book.events.set_index("event_id").loc[name, "date"])[:7]) for name in ("E012", "E027")
    }
    assert month_ordinal(SETTINGS["trough_months"][:7]) == began["E012"] + 1  # invaded on the 24th of February
    months = np.arange(month_ordinal("2020-01"), month_ordinal("2026-05"))
    halt = trade.known_regressors(names.CHINA_EXPORTS, SETTINGS, months)[:, 3]
    assert 0 <= months[np.argmax(halt)] - began["E027"] <= 2
    start = grid_start(book)
    for name in ("baseline", "secondary_sanctions", "price_slump"):
        stream = Stream(seed=20261122, block=0, width=512)
        acting = shocks(load_scenario(name), start=start, months=60, stream=stream, after=last_month(book))
        assert {names.CHINA_EXPORTS, names.CHINA_IMPORTS} & acting.keys(), name
        for target, effect in acting.items():
            assert not np.any(effect[: last_month(book) + 1 - start]), (name, target)


def test_a_shock_acts_on_the_months_without_data_and_leaves_the_base_alone(today, paths):
    fitted, world = today
    shock = np.full((world.grid.months, STREAM.width), -0.2)
    shocked = trade.simulate(fitted, replace(world, shocks={names.CHINA_EXPORTS: shock}), STREAM)
    np.testing.assert_array_equal(shocked[names.CHINA_EXPORTS][:4], paths[names.CHINA_EXPORTS][:4])
    ratio = shocked[names.CHINA_EXPORTS][4:] / paths[names.CHINA_EXPORTS][4:]
    np.testing.assert_allclose(ratio, np.exp(-0.2))
    np.testing.assert_array_equal(shocked[names.CHINA_IMPORTS], paths[names.CHINA_IMPORTS])
    np.testing.assert_array_equal(shocked[trade.TOTAL_BASE], paths[names.TRADE_TOTAL])


def with_oil(world, change):
    """Return the world with another log oil price; what pipelines made of the old one stays."""
    return replace(world, paths={**world.paths, drivers.LOG_BRENT: world.paths[drivers.LOG_BRENT] + change})


def test_imports_follow_the_oil_price_a_month_later(today, paths):
    fitted, world = today
    doubled = trade.simulate(fitted, with_oil(world, np.where(np.arange(120) < 50, 0.0, np.log(2.0))[:, None]), STREAM)
    ratio = doubled[names.CHINA_IMPORTS] / paths[names.CHINA_IMPORTS]
    np.testing.assert_allclose(ratio[:51], 1.0, rtol=1e-6)
    assert 1.15 < np.median(ratio[51]) < 1.5
    # exports know it only from the balance of the year, and close a fifth of the gap in the next one
    earned = doubled[names.CHINA_EXPORTS] / paths[names.CHINA_EXPORTS]
    np.testing.assert_allclose(earned[:60], 1.0, rtol=1e-5)
    gap = np.log(ratio[48:60].mean(axis=0))
    assert np.median(np.log(earned[71]) / gap) == pytest.approx(SETTINGS["tie"], rel=0.1)


def test_a_dearer_barrel_moves_the_value_by_its_elasticity_and_no_volume(today, paths):
    fitted, world = today
    end = world.grid.position(fitted.energy[0].end)
    dearer = trade.simulate(fitted, with_oil(world, np.log(1.1) * (np.arange(120) >= end - 1)[:, None]), STREAM)
    for part in fitted.energy:
        series, elasticities = part.part, part.price.points[:, 1]
        np.testing.assert_array_equal(dearer[series.volume], paths[series.volume])
        np.testing.assert_array_equal(dearer[series.value][:end], paths[series.value][:end])
        moved = np.log(dearer[series.value] / paths[series.value])[end:] / np.log(1.1)
        np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape), atol=2e-5)
        assert np.abs(moved[0][:, None] - elasticities).min(axis=1).max() < 2e-5
        assert moved[0].mean() == pytest.approx(part.price.weights @ elasticities, abs=0.01)


def test_the_parts_of_imports_add_up_and_their_values_are_price_times_volume(today, paths):
    parts = [paths[names.IMPORTS_REST], paths[names.OIL_VALUE], paths[names.COAL_VALUE]]
    total = sum(parts) + today[1].paths[names.GAS_VALUE]
    np.testing.assert_allclose(total, paths[names.CHINA_IMPORTS], rtol=1e-12)
    for part in today[0].energy:
        price = paths[part.part.value] / paths[part.part.volume]
        low, high = np.quantile(price, [0.01, 0.99])
        middle = np.exp(part.price.weights @ part.price.points[:, 0])  # at 70 USD a barrel
        assert middle / 4 < low < high < middle * 4


def test_customs_values_of_energy_newer_than_the_total_are_kept_and_narrow_the_year(today, paths):
    _, world = today
    for series, july in ((names.OIL_VALUE, 5.0369), (names.COAL_VALUE, 0.9892)):
        np.testing.assert_allclose(paths[series][6], july)
        assert np.std(paths[series][7]) > 0.02 * july
    np.testing.assert_allclose(world.paths[names.GAS_VALUE][6], 0.8408)
    oil = paths[names.OIL_VALUE]
    assert np.std(oil[:7].sum(axis=0)) < 1e-5 < np.std(paths[names.OIL_VOLUME][6])


def test_no_month_without_data_brings_more_oil_than_lines_and_ships_can_carry(today, paths):
    fitted, world = today
    lines = sum(world.paths[name] for name in COMMODITIES[0].lines)
    end = world.grid.position(fitted.energy[0].end)
    bound = lines[end:] + SETTINGS["oil_other_routes"] / 12
    assert np.all(paths[names.OIL_VOLUME][end:] <= bound * (1 + 1e-6))
    assert 0.001 < np.mean(paths[names.OIL_VOLUME][end:] >= bound * (1 - 1e-12)) < 0.3


@pytest.mark.parametrize("day", ["2018-12-31", "2019-12-31"])
def test_before_energy_was_known_for_two_years_imports_are_one_series(day):
    fitted, world = run(load_evidence(day), 2021)
    assert not fitted.energy
    early = trade.simulate(fitted, world, STREAM)
    assert np.isfinite(early[names.CHINA_IMPORTS]).all()
    for series in (names.IMPORTS_REST, names.OIL_VALUE, names.OIL_VOLUME, names.COAL_VALUE, names.COAL_VOLUME):
        assert np.isnan(early[series]).all()
    np.testing.assert_array_equal(early[names.CHINA_EXPORTS] + early[names.CHINA_IMPORTS], early[names.TRADE_TOTAL])


def test_a_shock_on_imports_multiplies_every_part_but_gas_and_no_known_month(today, paths):
    fitted, world = today
    shock = np.full((world.grid.months, STREAM.width), -0.2)
    shocked = trade.simulate(fitted, replace(world, shocks={names.CHINA_IMPORTS: shock}), STREAM)
    for series in (names.IMPORTS_REST, names.OIL_VALUE, names.COAL_VALUE):
        first = 4 if series == names.IMPORTS_REST else 7
        np.testing.assert_array_equal(shocked[series][:first], paths[series][:first], err_msg=series)
        np.testing.assert_allclose(shocked[series][first:], paths[series][first:] * np.exp(-0.2), err_msg=series)
    assert names.GAS_VALUE not in shocked  # the value of gas changes with its flow alone
    parts = [shocked[series] for series in (names.IMPORTS_REST, names.OIL_VALUE, names.COAL_VALUE)]
    total = sum(parts, world.paths[names.GAS_VALUE])
    np.testing.assert_allclose(total, shocked[names.CHINA_IMPORTS], rtol=1e-6)
    np.testing.assert_allclose(shocked[trade.TOTAL_BASE], paths[names.TRADE_TOTAL], rtol=1e-12)
    np.testing.assert_array_equal(shocked[names.CHINA_EXPORTS], paths[names.CHINA_EXPORTS])


def test_a_shock_on_oil_tonnes_leaves_gas_coal_and_the_rest_alone(today, paths):
    fitted, world = today
    shock = np.full((world.grid.months, STREAM.width), -0.2)
    shocked = trade.simulate(fitted, replace(world, shocks={names.OIL_VOLUME: shock}), STREAM)
    for series in (names.OIL_VOLUME, names.OIL_VALUE):
        np.testing.assert_array_equal(shocked[series][:7], paths[series][:7], err_msg=series)
        np.testing.assert_allclose(shocked[series][7:], paths[series][7:] * np.exp(-0.2), err_msg=series)
    for series in (names.COAL_VOLUME, names.COAL_VALUE, names.IMPORTS_REST, names.CHINA_EXPORTS):
        np.testing.assert_array_equal(shocked[series], paths[series], err_msg=series)
    lost = paths[names.OIL_VALUE] - shocked[names.OIL_VALUE]
    np.testing.assert_allclose(shocked[names.CHINA_IMPORTS], paths[names.CHINA_IMPORTS] - lost, rtol=1e-6)
    np.testing.assert_allclose(shocked[trade.TOTAL_BASE], paths[names.TRADE_TOTAL], rtol=1e-12)


def test_a_shock_on_oil_tonnes_reaches_imports_that_are_one_series():
    fitted, world = run(load_evidence("2018-12-31"), 2020)
    shock = np.full((world.grid.months, STREAM.width), np.log(0.8))
    before = trade.simulate(fitted, world, STREAM)[names.CHINA_IMPORTS]
    after = trade.simulate(fitted, replace(world, shocks={names.OIL_VOLUME: shock}), STREAM)[names.CHINA_IMPORTS]
    np.testing.assert_allclose(after[-12:] / before[-12:], 1.0 - 0.2 * SETTINGS["oil_share"])


def test_a_longer_horizon_and_more_draws_extend_the_same_numbers(today, paths):
    fitted, world = today
    fewer = {name: path[:24, : min(100, path.shape[1])] for name, path in world.paths.items()}
    few = trade.simulate(
        fitted,
        replace(world, grid=Grid(world.grid.start, 24), paths=fewer),
        Stream(seed=20261122, block=0, width=100),
    )
    for series in (names.TRADE_TOTAL, names.OIL_VOLUME):
        np.testing.assert_allclose(few[series], paths[series][:24, :100], rtol=1e-12)


@pytest.mark.parametrize("view", range(2))
def test_a_pool_of_one_view_is_that_view(today, view):
    fitted, world = today
    weights = [float(one == view) for one in range(2)]
    alone = trade.simulate(replace(fitted, settings={**SETTINGS, "pool": weights}), world, STREAM)
    pooled = trade.simulate(fitted, world, STREAM)
    picked = members(STREAM.uniforms("trade", "view", rows=1)[0], SETTINGS) == view
    assert 0.4 < picked.mean() < 0.6
    np.testing.assert_array_equal(alone[names.TRADE_TOTAL][:, picked], pooled[names.TRADE_TOTAL][:, picked])


def test_too_few_figures_are_refused_with_the_count():
    book = load_evidence("2016-12-31")
    with pytest.raises(EvidenceError, match=r"published figures as of 2016-12-31; at least 12 are needed"):
        trade.fit(book, SETTINGS, start=month_ordinal("2016-01"))


def test_a_vintage_before_the_customs_of_december_starts_from_the_discount_of_november():
    widths = []
    for day, ago in (("2026-01-15", 2), ("2026-01-25", 1)):
        fitted, world = run(load_evidence(day), 2027)
        assert [part.ago for part in fitted.energy] == [ago, ago]
        assert all(np.isfinite(part.known[0]) for part in fitted.energy)
        found = trade.simulate(fitted, world, STREAM)
        low, high = np.quantile(found[names.OIL_VALUE][0] / found[names.OIL_VOLUME][0], [0.1, 0.9])
        widths.append(np.log(high / low))
    assert 0.8 < widths[0] / widths[1] < 1.2  # a month less is known, and no discount is taken for none
