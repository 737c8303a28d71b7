"""New Year's days against the moon, and the regressor against hand-counted windows."""

from datetime import date, timedelta
from math import radians, sin

import numpy as np
import pytest

from eastbound.errors import InputError
from eastbound.models.trade.new_year import new_year_shares
from eastbound.scenarios.settings import load_settings

DAYS = [date.fromisoformat(day) for day in load_settings("trade")["new_year"]]
# (k, main terms) of Meeus, Astronomical Algorithms, chapter 49: multiples of the anomalies of Sun and Moon and of the
# Moon's argument of latitude, and days
TERMS = (
    (0, 1, 0, -0.40720),
    (1, 0, 0, 0.17241),
    (0, 2, 0, 0.01608),
    (0, 0, 2, 0.01039),
    (-1, 1, 0, 0.00739),
    (1, 1, 0, -0.00514),
    (2, 0, 0, 0.00208),
    (0, 1, -2, -0.00111),
    (0, 1, 2, -0.00057),
    (1, 2, 0, 0.00056),
)


def new_moon(k):
    """Return the day in China of the k-th new moon after 2000-01-06, right to some minutes."""
    anomalies = (2.5534 + 29.10535670 * k, 201.5643 + 385.81693528 * k, 160.7108 + 390.67050284 * k)
    days = 2451550.09766 + 29.530588861 * k
    days += sum(size * sin(radians(np.dot(anomalies, parts))) for *parts, size in TERMS)
    dynamical_to_universal, china = -70 / 86400, 8 / 24
    return date(2000, 1, 1) + timedelta(days=int(days - 2451544.5 + dynamical_to_universal + china))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_new_year_is_a_new_moon_between_21_january_and_20_february(day):
    assert (1, 21) <= (day.month, day.day) <= (2, 20)
    near = round((day - date(2000, 1, 6)).days / 29.530588861)
    assert new_moon(near) == day


def test_every_year_up_to_the_last_that_can_be_forecast_has_its_day():
    assert [day.year for day in DAYS] == list(range(2008, 2051))


def test_known_days():
    # the years of the rat, the tiger, the dragon and the horse
    assert {date(2020, 1, 25), date(2022, 2, 1), date(2024, 2, 10), date(2026, 2, 17)} <= set(DAYS)


def test_shares_are_days_of_the_window_less_their_mean():
    days = [date(2025, 1, 29), date(2026, 2, 17)]
    months = np.arange(2025 * 12, 2027 * 12)
    shares = new_year_shares(months, days, before=7, after=14)
    # 22 to 31 January 2025 are ten of 22 days, the rest in February; 10 to 28 February 2026 are 19, three in March
    expected = np.array([[10, 12, 0], [0, 19, 3]]) / 22
    np.testing.assert_allclose(shares.reshape(2, 12)[:, :3], expected - expected.mean(axis=0))
    np.testing.assert_array_equal(shares.reshape(2, 12)[:, 3:], 0.0)
    np.testing.assert_allclose(shares.reshape(2, 12).sum(axis=1), 0.0, atol=1e-12)


def test_a_year_without_a_day_is_named():
    with pytest.raises(InputError, match=r"no date for 2051; add New Year's day of 2051 to params/models/trade.yml"):
        new_year_shares(np.array([2051 * 12]), DAYS, before=7, after=14)
