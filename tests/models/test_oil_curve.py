"""The oil price in real terms, and the futures prices that it follows up to the last delivery."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from eastbound import names
from eastbound.core.simulation.seeds import Stream
from eastbound.evidence.book import load_evidence
from eastbound.models import drivers
from eastbound.models.oil_curve import read_curve
from eastbound.models.price_level import log_price_level
from eastbound.models.protocol import Grid, World
from eastbound.periods import month_ordinal
from eastbound.scenarios.settings import load_settings

START = month_ordinal("2026-01")
SPOT = month_ordinal("2026-07")  # the last month with a spot price
STREAM = Stream(seed=1, block=0, width=4096)
SETTINGS = load_settings("drivers")


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def with_curve(book, prices, *, first="2026-11", day="2026-10-08"):
    """Return the book with futures prices of one day in place of its own (test data)."""
    rows = book.observations
    futures = rows["series_id"] == names.BRENT_FUTURES
    months = pd.period_range(first, periods=len(prices), freq="M")
    row = rows[futures].iloc[[-1]]
    mine = pd.concat([row] * len(prices), ignore_index=True)
    mine = mine.assign(
        period=[str(month) for month in months],
        start=months.start_time,
        end=months.end_time.normalize(),
        value=prices,
        low=np.nan,
        high=np.nan,
        published=day,
        available=pd.Timestamp(day),
    )
    table = pd.concat([rows[~futures], mine], ignore_index=True)
    return replace(book, observations=table, digest=f"{book.digest} {prices}")


def price(book, *, months=60, **changed):
    fitted = drivers.fit(book, {**SETTINGS, **changed}, start=START)
    return drivers.simulate(fitted, World(Grid(START, months)), STREAM)[names.BRENT]


def test_the_price_level_passes_through_the_yearly_averages_and_grows_outside():
    index = np.array([100.0, 102.0, 110.0])
    months = 12 * 2020 + np.arange(36)
    level = np.exp(log_price_level(index, 2020, months, inflation=0.0, base=110.0))
    np.testing.assert_allclose(level.reshape(3, 12).mean(axis=1), index / 110.0, rtol=0.02)
    later = log_price_level(index, 2020, 12 * 2030 + np.arange(13), inflation=0.03, base=110.0)
    assert later[12] - later[0] == pytest.approx(0.03)


def test_the_mean_rises_with_inflation(book):
    flat, rising = (price(book, months=240, inflation=[mean, 0.0]) for mean in (0.0, 0.03))
    years = (np.arange(240) + START - SPOT) / 12
    ratio = np.median(rising[120:], axis=1) / np.median(flat[120:], axis=1)
    # the last months before the grid that the index does not know are deflated by the same rate
    np.testing.assert_allclose(np.log(ratio), 0.03 * years[120:] + 0.03, atol=0.03)


def test_the_price_is_the_futures_price_on_average_up_to_the_last_delivery(book):
    curve = np.linspace(100.0, 60.0, 24)
    path = price(with_curve(book, curve), tail=1000)
    rows = month_ordinal("2026-11") - START + np.arange(24)
    np.testing.assert_allclose(path[rows].mean(axis=1), curve, rtol=0.02)
    assert (np.diff(np.log(path[rows]).std(axis=1)) > 0).all()  # doubt grows with the delivery


def test_a_curve_moves_the_months_after_it_less_and_less(book):
    low, high = (np.median(price(with_curve(book, [level] * 24), months=120), axis=1) for level in (60.0, 90.0))
    apart = np.log(high / low)
    last = month_ordinal("2028-10") - START
    assert apart[last] == pytest.approx(np.log(1.5), abs=0.01)
    assert apart[last + 24] == pytest.approx(np.log(1.5) / 2, abs=0.1)
    assert apart[-1] < apart[last + 24] / 2


def test_the_spot_price_moves_to_the_first_contract_by_the_day_of_the_quotation(book):
    path = np.log(price(with_curve(book, [104.0])))
    august, october = (month_ordinal(month) - START for month in ("2026-08", "2026-10"))
    assert np.median(path[october]) == pytest.approx(np.log(104.0), abs=0.01)
    assert path[october].std() == pytest.approx(SETTINGS["brent_futures_basis"], rel=0.05)
    third = np.log(83.76) + (np.log(104.0) - np.log(83.76)) / 3
    assert np.median(path[august]) == pytest.approx(third, abs=0.01)


def test_the_book_knows_the_first_contract_of_october_alone(book):
    curve = read_curve(book, after=SPOT)
    assert curve.months.tolist() == [month_ordinal("2026-12")]
    np.testing.assert_allclose(np.exp(curve.prices), [104.0])


def test_no_curve_before_its_day_nor_after_later_spot_prices(book):
    assert read_curve(load_evidence("2026-08-31"), after=SPOT) is None
    assert read_curve(book, after=month_ordinal("2026-11")) is None


def test_deliveries_beyond_two_years_and_older_days_are_left_out(book):
    curve = read_curve(with_curve(book, [80.0] * 40), after=SPOT)
    assert curve.months[[0, -1]].tolist() == [month_ordinal("2026-11"), month_ordinal("2028-10")]
