"""The goods model on a block of draws: parts of flows, events in dollars, cars under fee and key rate."""

from dataclasses import replace

import numpy as np
import pytest

from eastbound import catalogue, names
from eastbound.core.simulation.seeds import Stream
from eastbound.evidence.book import load_evidence
from eastbound.models import goods
from eastbound.models.drivers import LOG_BRENT
from eastbound.models.goods.groups import GROUPS, PIPED_CRUDE, SEABORNE_CRUDE
from eastbound.models.goods.policy import fee_path, key_rates
from eastbound.models.goods.sums import known_sum
from eastbound.models.protocol import Grid, World
from eastbound.scenarios.inputs import load_inputs

AS_OF, START, YEARS, WIDTH = "2026-10-30", 2026 * 12, 10, 256
SIZE = (12 * YEARS, WIDTH)
STREAM = Stream(7, 0, WIDTH)
SETTINGS = load_inputs("goods")
CARS, LNG, LPG = (
    names.CARS_VALUE,
    "lng.china_imports_from_russia",
    "lpg.russia_to_china",
)
EQUIPMENT = "composition.china_exports_to_russia.industrial_equipment_value"
WHOLES = (names.CHINA_EXPORTS, names.IMPORTS_REST)


@pytest.fixture(scope="module")
def book():
    return load_evidence(AS_OF)


@pytest.fixture(scope="module")
def fitted(book):
    return goods.fit(book, SETTINGS, start=START)


def run(fitted, *, shocks=None, oil=69.0, **others):
    """Return the paths under constant trade of 9 and 14 USD bn a month (test data), with those of the goods."""
    constant = {
        names.CHINA_EXPORTS: 9.0,
        names.CHINA_IMPORTS: 14.0,
        names.IMPORTS_REST: 6.0,
        names.TRADE_TOTAL: 23.0,
        names.OIL_VOLUME: 8.5,
        "oil.mohe.deliveries": 2.5,
        "oil.kazakhstan.deliveries": 0.8,
        LOG_BRENT: np.log(oil),
        names.KEY_RATE: 14.0,
    }
    paths = {name: np.full(SIZE, level, np.float32) for name, level in (constant | others).items()}
    world = World(Grid(START, 12 * YEARS), shocks or {}, {}, paths)
    return {**paths, **goods.simulate(fitted, world, STREAM)}


def share(paths, series=CARS, whole=names.CHINA_EXPORTS):
    return paths[series] / paths[whole]


def shock(size, months=slice(24, None)):
    path = np.zeros(SIZE, np.float32)
    path[months] = size
    return path


def test_parts_add_up_to_their_flow_and_none_is_negative(fitted):
    paths = run(fitted)
    for whole in WHOLES:
        parts = [paths[part] for part in catalogue.sums()[whole]]
        np.testing.assert_allclose(sum(parts), paths[whole], rtol=1e-5)
        assert min(part.min() for part in parts) > 0.0


def test_goods_whose_figures_are_too_large_leave_a_twentieth_of_their_flow(fitted):
    large = {word: replace(fit, last=2.0, mean=2.0) for word, fit in fitted.shares.items()}  # 88 % each
    paths = run(replace(fitted, shares=large))
    for whole in WHOLES:
        *parts, left = [paths[part] for part in catalogue.sums()[whole]]
        assert sum(parts).max() == pytest.approx(0.95 * paths[whole][0, 0], rel=1e-4)
        assert left.min() > 0.0


@pytest.mark.parametrize(
    ("target", "value", "whole", "flows"),
    [
        (CARS, CARS, names.CHINA_EXPORTS, (names.CHINA_EXPORTS, names.TRADE_TOTAL)),
        (EQUIPMENT, EQUIPMENT, names.CHINA_EXPORTS, (names.CHINA_EXPORTS, names.TRADE_TOTAL)),
        (LNG, f"{LNG}_value", names.IMPORTS_REST, (names.IMPORTS_REST, names.CHINA_IMPORTS, names.TRADE_TOTAL)),
    ],
)
def test_an_event_on_a_good_changes_its_flows_by_the_same_dollars(fitted, target, value, whole, flows):
    before, after = run(fitted), run(fitted, shocks={target: shock(-0.5)})
    lost = before[value] - after[value]
    np.testing.assert_allclose(after[target][24:], np.exp(-0.5) * before[target][24:], rtol=1e-5)
    assert not lost[:24].any()
    for flow in (names.CHINA_EXPORTS, names.CHINA_IMPORTS, names.IMPORTS_REST, names.TRADE_TOTAL):
        expected = lost if flow in flows else np.zeros(SIZE)
        np.testing.assert_allclose(before[flow] - after[flow], expected, atol=1e-5)
    parts = [after[part] for part in catalogue.sums()[whole]]
    np.testing.assert_allclose(sum(parts), after[whole], rtol=1e-5)


def test_an_event_spares_months_whose_trade_is_published(fitted):
    after = run(fitted, shocks={CARS: shock(-0.5, slice(None))})
    known = fitted.first_open - START
    assert (after[names.CHINA_EXPORTS][:known] == 9.0).all()
    assert (after[names.CHINA_EXPORTS][known:] < 9.0).all()


def test_cars_start_from_the_share_of_the_last_year(fitted):
    fit = fitted.shares["cars"]
    assert fit.count == 4  # 2022, January-August 2023, 2024 and 2025
    assert fit.last == pytest.approx(np.log(8.46 / (103.309 - 8.46)))
    assert np.median(share(run(fitted))[0]) == pytest.approx(8.46 / 103.309, abs=0.015)


def test_a_higher_fee_and_a_higher_rate_lower_the_share_of_cars(fitted):
    usual = run(replace(fitted, car_price=fitted.car_price), **{names.KEY_RATE: 10.0})
    dear = replace(fitted, car_price=fitted.car_price + np.log(1.02))  # a fee 10 % higher, as it is a fifth of a price
    for paths in (run(dear, **{names.KEY_RATE: 10.0}), run(fitted, **{names.KEY_RATE: 11.0})):
        assert (share(paths) < share(usual)).mean() > 0.94  # the effect is cut off at none
    odds = np.log(share(run(dear, **{names.KEY_RATE: 10.0})) / (1.0 - share(run(dear, **{names.KEY_RATE: 10.0}))))
    change = odds - np.log(share(usual) / (1.0 - share(usual)))
    assert change.mean() == pytest.approx(-1.6 * np.log(1.02), rel=0.1)


def test_the_fee_rises_by_steps_and_in_equal_parts_to_its_plan(book):
    fee = fee_path(book, first=2024 * 12, stop=2033 * 12, inflation=0.05)
    assert fee[[8, 9, 11, 12, 23]].round().tolist() == [300600, 556200, 556200, 667400, 667400]
    januaries = fee[24:73:12]
    np.testing.assert_allclose(januaries[1:] / januaries[:-1], (1170000 / 667400) ** 0.2)
    assert fee[-1] == pytest.approx(1170000 * np.exp(0.1))


def test_before_the_first_step_is_known_nothing_is_said_of_the_fee():
    assert fee_path(load_evidence("2023-12-31"), first=2024 * 12, stop=2025 * 12, inflation=0.05) is None


def test_key_rates_end_with_the_newest_month(book):
    rates = key_rates(book, first=2026 * 12)
    assert (rates[1], rates[6], rates[-1]) == (15.5, 14.0, 14.0)


def test_crude_divides_into_pipe_and_sea(fitted):
    paths = run(fitted)
    np.testing.assert_allclose(paths[PIPED_CRUDE] + paths[SEABORNE_CRUDE], 8.5, rtol=1e-6)
    assert paths[PIPED_CRUDE][0, 0] == pytest.approx(3.3)
    little = run(fitted, **{names.OIL_VOLUME: 2.0})
    assert (little[PIPED_CRUDE] == 2.0).all()
    assert (little[SEABORNE_CRUDE] == 0.0).all()


def test_tonnes_of_lng_start_from_the_last_year_and_hardly_react_to_the_oil_price(fitted):
    calm, cheap = run(fitted), run(fitted, oil=48.0, **{names.IMPORTS_REST: 6.0 * (48.0 / 69.0) ** 0.15})
    for series in (LNG, LPG):
        assert np.median(cheap[series][60]) == pytest.approx(np.median(calm[series][60]), rel=0.07)
    assert np.median(cheap[f"{LNG}_value"][60]) < 0.8 * np.median(calm[f"{LNG}_value"][60])


def test_an_early_vintage_has_no_goods_and_leaves_trade_alone():
    early = goods.fit(load_evidence("2019-06-30"), SETTINGS, start=2019 * 12)
    paths = run(early)
    assert not early.shares
    assert all(np.isnan(paths[group.value]).all() for group in GROUPS)
    assert (paths[names.CHINA_EXPORTS] == 9.0).all()


def test_a_sum_is_printed_added_up_or_the_difference_of_two(book):
    year = {"first": 2025 * 12, "last": 2025 * 12 + 11}
    assert known_sum(book, names.CHINA_EXPORTS, **year) == 103.309
    whole, begun = (known_sum(book, names.CHINA_EXPORTS, first=2024 * 12, last=2024 * 12 + m) for m in (7, 4))
    rest = known_sum(book, names.CHINA_EXPORTS, first=2024 * 12 + 5, last=2024 * 12 + 7)
    assert rest == pytest.approx(whole - begun, abs=0.3)  # months are printed before they are revised
    assert known_sum(book, names.CHINA_EXPORTS, first=2030 * 12, last=2030 * 12 + 2) is None
