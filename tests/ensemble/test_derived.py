"""Series that are computed when they are read: trade in three currencies on the same draws."""

import numpy as np
import pytest

import eastbound as eb
from eastbound import catalogue, names
from eastbound.ensemble.aggregate import annual
from eastbound.ensemble.views import hold_views

BOOK = eb.load_evidence("2026-10-30")
YUAN, ROUBLES = f"{names.TRADE_TOTAL}_cny", f"{names.TRADE_TOTAL}_rub"


@pytest.fixture(scope="module")
def ens():
    return eb.simulate("baseline", book=BOOK, draws=256, until=2028, series=[YUAN, ROUBLES, names.CNY_RUB])


def test_a_flow_in_another_currency_keeps_the_flow_and_the_rate(ens):
    assert {names.TRADE_TOTAL, names.USD_CNY, names.USD_RUB} < set(ens.data_vars)
    assert ens[YUAN].attrs["unit"] == "CNY_bn"


def test_yuan_and_roubles_are_the_dollars_of_the_same_draw_and_month(ens):
    np.testing.assert_allclose(ens[YUAN], ens[names.TRADE_TOTAL] * ens[names.USD_CNY], rtol=1e-6)
    np.testing.assert_allclose(ens[ROUBLES], ens[YUAN] * ens[names.CNY_RUB], rtol=1e-5)


def test_a_year_is_the_sum_of_its_months_at_their_own_rates(ens):
    months = (ens[names.TRADE_TOTAL] * ens[names.USD_CNY])[..., :12].sum("period")
    np.testing.assert_allclose(annual(ens, YUAN).sel(year=2026), months, rtol=1e-6)


def test_yuan_follow_dollars_that_are_held(ens):
    held = hold_views(ens, ["path(trade.china_russia.total, 2028=300)"])
    assert annual(held, names.TRADE_TOTAL).sel(year=2028).median() == pytest.approx(300, rel=1e-3)
    np.testing.assert_allclose(held[YUAN], held[names.TRADE_TOTAL] * held[names.USD_CNY], rtol=1e-4)


def test_conversions_are_money_of_two_currencies_with_a_rate_between():
    for name, (dollars, rate) in catalogue.conversions().items():
        assert catalogue.card(dollars).unit == "USD_bn"
        assert catalogue.card(name).unit.removesuffix("_bn") == catalogue.card(rate).unit.split("_")[0]
