"""Investment, currencies of payment and the cost of payments."""

import numpy as np
import pytest

from eastbound import names
from eastbound.core.simulation.seeds import Stream
from eastbound.evidence.book import load_evidence
from eastbound.models import finance
from eastbound.models.finance import fees, model, shares, stocks
from eastbound.models.finance.figures import Figures, figures
from eastbound.models.plug_in import plug_in
from eastbound.models.protocol import Grid, World
from eastbound.periods import month_ordinal
from eastbound.scenarios.settings import load_settings

START = month_ordinal("2026-01")
GRID = Grid(START, 120)
WIDTH = 512
STREAM = Stream(seed=1, block=0, width=WIDTH)
EXPORTS = np.full((120, WIDTH), 10.0, np.float32)
BOOK = load_evidence("2026-10-30")


@pytest.fixture(scope="module")
def fitted():
    return finance.fit(BOOK, load_settings("finance"), start=START)


def simulated(fitted, **shocks):
    table = {name: np.full((120, WIDTH), value, np.float32) for name, value in shocks.items()}
    world = World(GRID, shocks=table, paths={names.CHINA_EXPORTS: EXPORTS})
    return {name: np.array(path) for name, path in finance.simulate(fitted, world, STREAM).items()}


@pytest.fixture(scope="module")
def plain(fitted):
    return simulated(fitted)


def test_a_stock_starts_at_its_last_figure_and_never_falls(plain):
    for series, last in ((model.ANNOUNCED, 222.0), (model.IMPLEMENTED, 9.8), (model.PROJECTS_VALUE, 1000.0)):
        assert np.median(plain[series][0]) == pytest.approx(last, rel=0.06)
        assert (np.diff(plain[series], axis=0) >= 0.0).all()


def test_what_is_implemented_never_exceeds_what_is_announced(fitted, plain):
    wave = simulated(fitted, **{model.IMPLEMENTED: 1.0})[model.IMPLEMENTED]
    assert (wave <= plain[model.ANNOUNCED]).all()
    assert (wave[-1] == plain[model.ANNOUNCED][-1]).mean() > 0.9  # 172 % of the portfolio a year


def test_a_wave_draws_on_the_portfolio_by_the_stated_part(fitted, plain):
    part = np.log(1.07)
    gain = simulated(fitted, **{model.IMPLEMENTED: part})[model.IMPLEMENTED][11] - plain[model.IMPLEMENTED][11]
    np.testing.assert_allclose(gain, 0.07 * plain[model.ANNOUNCED][:12].mean(axis=0), rtol=1e-3)


def test_money_spent_is_a_part_of_the_value_that_stays_in_a_draw(plain):
    part = plain[model.SPENT] / plain[model.PROJECTS_VALUE]
    np.testing.assert_allclose(part, np.broadcast_to(part[0], part.shape), rtol=1e-5)
    low, middle, high = np.quantile(part[0], [0.1, 0.5, 0.9])
    assert 0.3 < low < 0.5 < middle < 0.75 < high < 0.95  # 49, 71 and 73 % were seen


def test_shares_stay_within_their_bounds_and_yuan_within_both_currencies(plain):
    assert (plain[model.NATIONAL] <= 100.0).all()
    assert (plain[model.YUAN] <= plain[model.NATIONAL]).all()
    assert (plain[model.YUAN] > 0.0).all()
    assert np.median(plain[model.NATIONAL][0]) == pytest.approx(99.1, abs=0.2)


def test_a_halt_raises_the_commission_and_its_cost_and_lowers_the_yuan(fitted, plain):
    halted = simulated(fitted, **{fees.COMMISSION: 0.7, model.YUAN: -0.3})
    np.testing.assert_allclose(halted[fees.COMMISSION], np.minimum(plain[fees.COMMISSION] * np.exp(0.7), 30), rtol=1e-5)
    assert (halted[fees.COST] > plain[fees.COST]).all()
    assert (halted[model.YUAN] < plain[model.YUAN]).all()
    np.testing.assert_array_equal(halted[model.NATIONAL], plain[model.NATIONAL])


def test_the_commission_fades_from_the_last_figure_to_that_of_netting(plain):
    middle = np.median(plain[fees.COMMISSION], axis=1)
    assert 1.5 < middle[0] < 2.5  # nine months after 2.5 percent
    assert (np.diff(plain[fees.COMMISSION], axis=0) <= 0.0).all()
    assert middle[-1] == pytest.approx(1.0, abs=0.1)


def test_the_cost_is_the_commission_on_the_agents_part_of_exports(plain):
    part = plain[fees.COST] / (plain[fees.COMMISSION] / 100.0 * EXPORTS)
    assert 0.5 < np.median(part) < 0.85
    np.testing.assert_allclose(part, np.broadcast_to(part[0], part.shape), rtol=1e-4)


def test_before_the_first_figure_a_part_is_undefined():
    early = finance.fit(load_evidence("2019-12-31"), load_settings("finance"), start=month_ordinal("2019-01"))
    paths = simulated(early)
    assert np.isnan(paths[fees.COMMISSION]).all()
    assert np.isnan(paths[model.YUAN]).all()
    assert np.isfinite(paths[model.ANNOUNCED]).all()


def test_a_longer_grid_extends_the_same_paths(fitted, plain):
    world = World(Grid(START, 24), paths={names.CHINA_EXPORTS: EXPORTS[:24]})
    for name, path in finance.simulate(fitted, world, STREAM).items():
        np.testing.assert_array_equal(path, plain[name][:24], err_msg=name)


def test_the_pace_comes_back_from_exact_figures(fitted):
    stock = fitted.stocks[model.PROJECTS_VALUE]
    assert np.exp(stock.log_pace) == pytest.approx(90.0, rel=0.03)  # (1000 - 163) / 9.3 years
    assert stock.log_pace_sd < 0.3
    assert isinstance(stock, stocks.Stock)


def test_a_range_without_a_figure_counts_as_its_middle_and_a_quarter_of_its_width():
    dated = figures(BOOK, model.IMPLEMENTED)
    assert (dated.value[0], dated.sd[0]) == (3.25, 1.375)


def test_log_odds_of_a_stated_whole_are_finite():
    level, sd = shares.log_odds(Figures(np.zeros(2), np.array([0.0, 100.0]), np.ones(2)), error=0.1)
    assert np.isfinite(level).all()
    assert level[0] == pytest.approx(-level[1])
    assert np.isfinite(sd).all()


def test_known_parameters_leave_the_noise_of_the_future_alone(fitted, plain):
    sure = simulated(plug_in(fitted))
    for series in (model.SPENT, fees.COMMISSION):
        assert np.ptp(sure[series][0] / sure[series][0, 0]) < 1e-5  # nothing left to learn
    for series in (model.IMPLEMENTED, model.NATIONAL):
        assert 0.0 < np.std(sure[series][-1]) < np.std(plain[series][-1])
