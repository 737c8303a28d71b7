"""Scenarios whose story is about goods act on those goods, and through them on the flows."""

import numpy as np
import pytest

from eastbound import names
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import annual
from eastbound.evidence.book import load_evidence

CARS, EQUIPMENT = names.CARS_VALUE, "composition.china_exports_to_russia.industrial_equipment_value"
LNG, LPG = "lng.china_imports_from_russia", "lpg.russia_to_china"
FOOD = "composition.china_imports_from_russia.food_value"
STORIES = {
    "car_fee_shock": {CARS: -1, names.CHINA_EXPORTS: -1},
    "car_rebound": {CARS: 1, names.CHINA_EXPORTS: 1},
    "lpg_instead_of_lng": {LPG: 1, LNG: -1},
    "substitution_succeeds": {CARS: -1, EQUIPMENT: -1, names.CHINA_EXPORTS: -1},
    "farmland_backlash": {FOOD: -1, names.CHINA_IMPORTS: -1},
    "price_slump": {f"{LNG}_value": -1},
}
SERIES = sorted({series for signs in STORIES.values() for series in signs} | {names.TRADE_TOTAL})


@pytest.fixture(scope="module")
def ens():
    book = load_evidence("2026-10-30")
    return simulate(["baseline", *STORIES], book=book, draws=128, until=2029, series=SERIES)


def change(ens, scenario, series):
    """Return what a scenario adds in 2029, draw by draw."""
    years = annual(ens, series).sel(year=2029)
    return (years.sel(scenario=scenario) - years.sel(scenario="baseline")).to_numpy()


@pytest.mark.parametrize("scenario", STORIES)
def test_a_story_about_goods_moves_them_the_way_it_tells(ens, scenario):
    for series, sign in STORIES[scenario].items():
        assert sign * change(ens, scenario, series).mean() > 0.0, series


@pytest.mark.parametrize("scenario", ["car_fee_shock", "car_rebound"])
def test_what_cars_lose_or_gain_is_what_exports_and_the_total_do(ens, scenario):
    cars = change(ens, scenario, CARS)
    for flow in (names.CHINA_EXPORTS, names.TRADE_TOTAL):
        np.testing.assert_allclose(change(ens, scenario, flow), cars, atol=1e-3)
