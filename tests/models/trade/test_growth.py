"""The simple views of growth on histories whose drift and volatility are known."""

import numpy as np
import pytest

from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.simulate import Growth
from eastbound.models.trade.growth import STRUCTURAL, WALK, YearlyWalk, mix, yearly_walk

SETTINGS = {"drift_sd": [0.03, 0.5], "walk_prior_years": 6, "damping": [17, 3]}


def history(path, coefficients):
    """Return a posterior of one point with this path and these coefficients."""
    rows = {"coefficients": slice(0, len(coefficients))}
    mean = np.asarray(coefficients, float)[None]
    return Posterior(np.ones(1), {}, rows, mean, np.zeros((1, 1, 1)), np.asarray(path, float), np.empty(0), 1.0)


def test_drift_and_volatility_are_shrunk_by_hand():
    changes = np.array([0.10, 0.30, 0.20, 0.00])
    path = np.repeat(np.cumsum([0.0, *changes]), 12)
    shift = np.repeat([0.0, 0.0, 1.0, 1.0, 1.0], 12)[:, None]  # a dated shift of 0.25 in the second change
    found = yearly_walk(history(path, [0.25]), shift, (0.02 / 12, 0.04 / 12), settings=SETTINGS, yearly_sd=0.1)
    yearly = (np.sum((changes - 0.15) ** 2) + 6 * 0.1**2) / (3 + 6)
    assert found.level == pytest.approx(np.sqrt(yearly / 12))
    spread = np.hypot(0.04, 0.03)  # prior variance .0025
    precision = 1 / spread**2 + 4 / yearly
    plain = changes.sum() - 0.25
    assert 12 * found.drift == pytest.approx((0.02 / spread**2 + plain / yearly) / precision)
    assert 12 * found.spread == pytest.approx(precision**-0.5)


def test_seasons_do_not_count_as_growth():
    season = np.tile(np.sin(np.arange(12.0)), 5)
    flat = yearly_walk(
        history(season[7:], [0.0]), np.zeros((53, 1)), (0.0, 0.04 / 12), settings=SETTINGS, yearly_sd=0.1
    )
    assert flat.drift == pytest.approx(0.0, abs=1e-12)


def test_a_column_that_is_simulated_apart_adds_nothing_to_the_volatility():
    oil = np.random.default_rng(2).standard_normal(60).cumsum() / 10
    settings = {"settings": SETTINGS, "yearly_sd": 0.1}
    flat = yearly_walk(history(np.zeros(60), [0.0]), np.zeros((60, 1)), (0.0, 0.04 / 12), **settings)
    driven = history(2.0 * oil, [2.0])
    apart, inside = (
        yearly_walk(driven, oil[:, None], (0.0, 0.04 / 12), simulated=count, **settings) for count in (1, 0)
    )
    assert apart.level == pytest.approx(flat.level)
    assert inside.level > 1.2 * flat.level


def test_each_view_moves_on_in_its_way_and_leaves_the_others_alone():
    growth = Growth(*(np.full(2, number) for number in (0.01, 0.003, 0.98, 0.002, 0.05)))
    simple = YearlyWalk(drift=0.006, spread=0.001, level=0.04)
    mix(growth, np.array([STRUCTURAL, WALK]), np.array([9.0, 1.0]), simple=simple, settings=SETTINGS)
    np.testing.assert_allclose(growth.trend, [0.01, 0.007])
    np.testing.assert_allclose(growth.reference, [0.003, 0.0])
    np.testing.assert_allclose(growth.damping, [0.98, 0.85 ** (1 / 12)])
    np.testing.assert_allclose(growth.drift, [0.002, 0.0])
    np.testing.assert_allclose(growth.level, [0.05, 0.04])
