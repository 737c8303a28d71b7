"""The price of gas and its customs value: identities, conditioning against brute force, published months."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from eastbound.core.inference.gaussian import condition, gain
from eastbound.core.simulation.seeds import Stream
from eastbound.evidence.book import load_evidence
from eastbound.evidence.gas_flow import VALUE, gas_prices
from eastbound.models.drivers import LOG_BRENT
from eastbound.models.pipelines import model as pipelines
from eastbound.models.pipelines.price import (
    PriceFit,
    draw_price,
    fit_price,
    given_prices,
    lagged,
    prices,
    write_value,
)
from eastbound.models.pipelines.proxy import draw_shift, fit_proxy
from eastbound.models.protocol import Grid, World, grid_start
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.vocabulary import milestones

WIDTH = 2048
STREAM = Stream(7, 0, WIDTH)
START = 2026 * 12
NO_ERROR = np.zeros((0, WIDTH))


@pytest.fixture(scope="module")
def settings():
    return load_inputs("pipelines")


@pytest.fixture(scope="module")
def book():
    return load_evidence()


def _world(start, months=36, oil=75.0, width=WIDTH):
    dates = {name: np.full(width, np.inf) for name in milestones()}
    return World(Grid(start, months), milestones=dates, paths={LOG_BRENT: np.full((months, width), np.log(oil))})


def _still(level=200.0, power=1.0, oil=75.0, published=None):
    """A price without any doubt, after sixty months at one oil price."""
    mean = np.array([np.log(level), power, 0.0])
    return PriceFit(START, START - 60, np.full(60, np.log(oil)), mean, 1e-18 * np.eye(3), published or {})


def test_conditioning_agrees_with_the_textbook():
    draw = np.random.default_rng(1)
    root = draw.normal(size=(4, 4))
    prior, design, noise = root @ root.T, draw.normal(size=(2, 4)), np.array([0.3, 0.7])
    seen, mean = np.array([1.0, -2.0]), draw.normal(size=4)
    found, left = condition(mean, prior, design=design, seen=seen, noise=noise)
    precision = np.linalg.inv(prior) + design.T @ np.diag(1 / noise) @ design
    np.testing.assert_allclose(left, np.linalg.inv(precision), atol=1e-10)
    wanted = np.linalg.solve(precision, np.linalg.solve(prior, mean) + design.T @ (seen / noise))
    np.testing.assert_allclose(found, wanted, atol=1e-9)
    np.testing.assert_allclose(left, prior - gain(prior, design=design, noise=noise) @ design @ prior, atol=1e-10)


def test_value_is_last_months_volume_at_its_quarters_price(settings):
    still = {**settings, "gas_price_deviation_sd": 0.0}
    fit, world = _still(), _world(START, oil=150.0)
    flow = np.arange(1.0, 37.0)[:, None] * np.ones(WIDTH)
    out = np.empty_like(flow)
    write_value(
        fit, prices(fit, still, draw_price(fit, STREAM), world=world, stream=STREAM), flow, out=out, error=NO_ERROR
    )
    unit = 1000.0 * out[1:, 0] / flow[:-1, 0]
    np.testing.assert_allclose(unit[:3], 200, rtol=1e-6)  # oil before the grid stood at the base
    # average of 9 months, one month before July: January to May at twice the price, four months before at the base
    np.testing.assert_allclose(unit[6:9], 200 * 2 ** (5 / 9), rtol=1e-6)
    np.testing.assert_allclose(unit[12:], 400, rtol=1e-6)
    np.testing.assert_allclose(out[0], out[1])


def test_the_lag_of_history_and_of_paths_is_one(settings, book):
    fit = fit_price(book, settings, start=START)
    known = len(fit.brent) - (START - fit.first)
    path = {LOG_BRENT: np.full((12, 4), fit.brent[-1])}
    path[LOG_BRENT][:known] = fit.brent[START - fit.first :, None]
    sure = PriceFit(START, fit.first, fit.brent, np.array([0.0, 1.0, 0.0]), 1e-18 * np.eye(3), {})
    still = {**settings, "gas_price_deviation_sd": 0.0}
    world = World(Grid(START, 12), paths=path)
    stream = Stream(7, 0, 4)
    found = [np.log(price[0]) for price in prices(sure, still, draw_price(sure, stream), world=world, stream=stream)]
    wanted = lagged(fit, settings, START + np.array([0, 3, 6]))
    np.testing.assert_allclose(found[:3], wanted, atol=1e-6)


def test_published_months_stand_as_they_are(settings):
    fit = _still(published={0: 0.5, 7: 0.9, 99: 3.0})
    out, flow = np.empty((36, WIDTH)), np.ones((36, WIDTH))
    write_value(
        fit,
        prices(fit, settings, draw_price(fit, STREAM), world=_world(START), stream=STREAM),
        flow,
        out=out,
        error=NO_ERROR,
    )
    assert set(out[0]) == {0.5}
    assert set(out[7]) == {0.9}
    assert out[8].std() > 0


def test_customs_cut_the_first_months_otherwise_but_not_the_published(settings):
    fit = _still(published={3: 0.5})
    error, flow = np.full((12, WIDTH), 0.1), np.ones((36, WIDTH))
    with_error, without = np.empty((36, WIDTH)), np.empty((36, WIDTH))
    for out, given in ((with_error, error), (without, NO_ERROR)):
        quarterly = prices(fit, settings, draw_price(fit, STREAM), world=_world(START), stream=STREAM)
        write_value(fit, quarterly, flow, out=out, error=given)
    ratio = with_error / without
    np.testing.assert_allclose(ratio[[0, 1, 2, 4, 11]], np.exp(0.1))
    np.testing.assert_array_equal(ratio[[3, 12, 35]], 1.0)


def test_without_customs_values_the_price_is_the_prior(settings):
    early = load_evidence("2020-12-31")
    fit = fit_price(early, settings, start=2020 * 12)
    assert gas_prices(early) == []
    assert fit.mean[:2].tolist() == [np.log(settings["gas_price_level"][0]), settings["gas_price_power"][0]]


@pytest.mark.parametrize(("as_of", "year"), [("2022-12-31", 2023), ("2023-12-31", 2024), ("2024-12-31", 2025)])
def test_the_next_years_price_lies_in_its_band(settings, book, as_of, year):
    """Vintages see nothing of the year to come but the oil price, which sets three of its quarters."""
    fit = fit_price(load_evidence(as_of), settings, start=year * 12)
    oil = dict(zip(range(fit.first, fit.first + len(fit.brent)), fit.brent, strict=True))
    full = fit_price(book, settings, start=year * 12)
    world = _world(year * 12, months=12)
    for month in range(12):
        world.paths[LOG_BRENT][month] = full.brent[year * 12 - full.first + month]
    assert max(oil) < year * 12
    drawn = draw_price(fit, STREAM)
    mean = np.mean([price.copy() for price in prices(fit, settings, drawn, world=world, stream=STREAM)], axis=0)
    truth = 1000 * next(price.level for price in gas_prices(book) if price.first == year * 12)
    low, high = np.quantile(mean, [0.05, 0.95])
    assert low < truth < high
    assert np.log(high / low) < 0.35


def test_customs_values_move_price_and_flow_of_the_running_year(settings, book):
    start = grid_start(book)
    fit = pipelines.fit(book, settings, start=start)
    assert fit.proxy.months.tolist() == [0, 1, 2, 3, 4, 5]
    blind = pipelines.Fit(fit.lines, fit.settings, fit.price, None)
    told, prior = (pipelines.simulate(one, _world(start), STREAM) for one in (fit, blind))
    flows = [paths["gas.pos.deliveries"][:6].sum(axis=0) for paths in (told, prior)]
    assert flows[0].mean() > flows[1].mean()  # the values are above what contract and oil price let expect
    assert flows[0].std() < flows[1].std()
    np.testing.assert_array_equal(told[VALUE][:7], prior[VALUE][:7])
    later = [np.median(paths[VALUE][7:12], axis=1) for paths in (told, prior)]
    assert np.all(later[0] > later[1])


@pytest.mark.parametrize(
    ("as_of", "flow"),
    [("2021-12-31", 10.39), ("2022-12-31", 15.4), ("2023-12-31", 22.73), ("2024-12-31", 31.12), ("2025-12-15", 38.8)],
)
def test_the_running_years_flow_is_nowcast_within_three_percent(settings, as_of, flow):
    """Values to November and the contract are known, the year's deliveries are not."""
    early = load_evidence(as_of)
    start = grid_start(early)
    assert start == int(as_of[:4]) * 12
    stream = Stream(7, 0, 512)
    found = pipelines.simulate(pipelines.fit(early, settings, start=start), _world(start, months=12, width=512), stream)
    year = found["gas.pos.deliveries"].sum(axis=0)
    low, high = np.quantile(year, [0.025, 0.975])
    assert low < flow < high
    assert year.mean() == pytest.approx(flow, rel=0.03)


def _uniform(values):
    """Standardised ranks of the truth; the p-value of a test that they are uniform."""
    return stats.kstest(np.array(values), "uniform", axis=0).pvalue


def test_the_price_is_calibrated_on_its_own_prior(settings, book):
    """Truth from the prior, values and volumes from truth.

    400 replications find a spread that is a quarter too small in 69 % of cases, 200 in 22 %; a
    mean off by a quarter of the spread in 94 and 57 %.
    """
    prior = replace(fit_price(book, settings, start=START), mean=np.zeros(3))
    known, draw = gas_prices(book), np.random.default_rng(8)
    months = [np.arange(price.first, price.end) for price in known]
    quarters = np.arange(known[0].first // 3, START // 3 + 1)
    keep = 0.5 ** (3 / settings["gas_price_half_life_months"])
    root = np.linalg.cholesky(settings["gas_price_deviation_sd"] ** 2 * keep ** np.abs(quarters[:, None] - quarters))
    level, power = settings["gas_price_level"], settings["gas_price_power"]
    places = []
    for _ in range(400):
        truth = np.array([np.log(level[0]) + level[1] * draw.normal(), power[0] + power[1] * draw.normal(), 0.0])
        deviation = root @ draw.normal(size=len(quarters))
        truth[2] = deviation[-1]
        seen = []
        for price, span in zip(known, months, strict=True):
            at = deviation[span // 3 - quarters[0]]
            each = np.exp(truth[0] + truth[1] * lagged(prior, settings, span) + at)
            flow = draw.uniform(0.8, 1.2, len(span))
            mean = (each * flow).sum() / flow.sum() * np.exp(settings["gas_price_period_error"] * draw.normal())
            seen.append(replace(price, level=mean / 1000, error=0.0, values=tuple(each * flow)))
        fit = given_prices(prior, seen, settings)
        places.append(stats.norm.cdf((truth - fit.mean) / np.sqrt(np.diag(fit.covariance))))
    assert _uniform(places).min() > 0.005


def test_the_nowcast_is_calibrated_on_its_own_prior(settings, book):
    """Truth of flow and price, values from both: level, last month and price rank evenly among the draws."""
    base = fit_price(book, settings, start=START)
    line = next(one for one in pipelines.fit(book, settings, start=START).lines if one.system.id == "pos")
    prior, draw = replace(base, published=dict.fromkeys(range(1, 7), 1.0)), np.random.default_rng(9)
    months = np.arange(6)
    expected = 1.0 / np.exp(fit_proxy(line, prior, settings).seen) * 1000
    mean, sd = line.over_delivery
    persistent = settings["over_delivery_month_sd"] ** 2 * settings["month_persistence"] ** np.abs(
        months[:, None] - months
    )
    roots = np.linalg.cholesky(persistent), np.linalg.cholesky(base.covariance)
    design = fit_proxy(line, prior, settings).design
    places = []
    for count in range(400):
        level, over = sd * draw.normal(), roots[0] @ draw.normal(size=6)
        price = base.mean + roots[1] @ draw.normal(size=len(base.mean))
        noise = np.exp(settings["customs_month_error"] * draw.normal(size=6))
        flow = expected / (1 + mean) * (1 + mean + level + over)
        values = flow * np.exp(design @ price) / 1000 * noise
        told = replace(prior, published={month + 1: value for month, value in enumerate(values)})
        stream = Stream(count, 0, 128)
        proxy = fit_proxy(line, told, settings)
        drawn, shift = draw_shift(line, proxy, told, settings=settings, stream=stream)
        levels = sd * stream.normals("gas.pos.deliveries", "over/level", rows=1)[0] + shift.level
        places.append([(levels < level).mean(), (drawn[0] < price[0]).mean(), (drawn[-1] < price[-1]).mean()])
    assert _uniform(places).min() > 0.005
