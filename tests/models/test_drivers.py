from dataclasses import replace

import numpy as np
import pytest

from eastbound import names
from eastbound.core.simulation.seeds import Stream
from eastbound.errors import EvidenceError
from eastbound.evidence.book import load_evidence
from eastbound.models import drivers
from eastbound.models.protocol import Grid, World
from eastbound.periods import month_ordinal
from eastbound.scenarios.settings import load_settings

START = month_ordinal("2026-01")
GRID = Grid(START, 120)
STREAM = Stream(seed=1, block=0, width=512)


@pytest.fixture(scope="module")
def fitted():
    return drivers.fit(load_evidence("2026-08-31"), load_settings("drivers"), start=START)


def test_months_with_data_are_fixed_and_the_others_are_not(fitted):
    price = drivers.simulate(fitted, World(GRID), STREAM)[names.BRENT]
    np.testing.assert_allclose(price[:4].T, np.tile([66.6, 70.89, 103.13, 117.29], (512, 1)), rtol=1e-6)
    known = GRID.position(fitted[names.BRENT].first + len(fitted[names.BRENT].history))
    assert np.ptp(price[known - 1]) == 0.0
    assert np.ptp(price[known]) > 5.0


def test_prices_return_to_the_range_of_the_past_twenty_years(fitted):
    paths = drivers.simulate(fitted, World(GRID), STREAM)
    real = paths[names.BRENT][-1] / 1.26  # in dollars of 2025
    low, middle, high = np.quantile(real, [0.1, 0.5, 0.9])
    assert 30 < low < 60 < middle < 95 < high < 180
    assert 6.3 < np.median(paths[names.USD_CNY][-1]) < 7.5
    assert np.std(np.log(paths[names.USD_CNY][-1])) < 0.2


def test_roubles_per_yuan_are_the_ratio_of_the_two_rates(fitted):
    paths = drivers.simulate(fitted, World(GRID), STREAM)
    np.testing.assert_allclose(paths[names.CNY_RUB] * paths[names.USD_CNY], paths[names.USD_RUB], rtol=1e-6)
    np.testing.assert_allclose(paths[names.USD_RUB][6], 77.52, rtol=1e-6)  # July 2026, printed
    low, middle, high = np.quantile(paths[names.USD_RUB][-1], [0.1, 0.5, 0.9])
    assert 60 < low < 95 < middle < 135 < high < 220  # inflation apart by three points a year


def test_the_key_rate_returns_from_an_emergency(fitted):
    rate = drivers.simulate(fitted, World(GRID), STREAM)[names.KEY_RATE]
    assert 7 < np.median(rate[-1]) < 12 < rate[2, 0]
    assert rate.min() > 0


def test_a_shock_multiplies_the_months_without_data_only(fitted):
    plain = drivers.simulate(fitted, World(GRID), STREAM)
    shock = np.full((120, 512), -0.5)
    shocked = drivers.simulate(fitted, World(GRID, shocks={names.BRENT: shock}), STREAM)
    known = GRID.position(fitted[names.BRENT].first + len(fitted[names.BRENT].history))
    np.testing.assert_array_equal(shocked[names.BRENT][:known], plain[names.BRENT][:known])
    np.testing.assert_allclose(shocked[names.BRENT][known:], plain[names.BRENT][known:] * np.exp(-0.5), rtol=1e-6)
    np.testing.assert_array_equal(shocked[names.USD_CNY], plain[names.USD_CNY])


def test_a_longer_grid_extends_the_same_paths(fitted):
    short = drivers.simulate(fitted, World(Grid(START, 24)), STREAM)[names.BRENT]
    np.testing.assert_array_equal(drivers.simulate(fitted, World(GRID), STREAM)[names.BRENT][:24], short)


def test_half_life_and_volatility_come_back_from_a_simulated_history():
    rng = np.random.default_rng(5)
    keep, history = 0.5 ** (1 / 12), np.zeros(400)
    for t in range(1, 400):
        history[t] = keep * history[t - 1] + rng.normal(0.0, 0.05)
    found = drivers.reverting(np.log(80.0) + history, np.log([24.0, 70.0, 0.09]), np.array([0.6, 0.25, 0.3]))
    half_life, mean, sd = np.exp(found.weights @ found.points)
    assert 6 < half_life < 24
    assert mean == pytest.approx(80.0, rel=0.12)
    assert sd == pytest.approx(0.05, rel=0.1)


def test_both_modes_find_the_same_posterior():
    """Both have over 1000 effective draws, so that 0.15 sd is over three standard errors of the difference."""
    rng = np.random.default_rng(6)
    history = np.log(80.0) + np.cumsum(rng.normal(0.0, 0.08, 60))
    prior = np.log([24.0, 70.0, 0.09]), np.array([0.6, 0.25, 0.3])
    fast, full = (drivers.reverting(history, *prior, full=mode) for mode in (False, True))
    assert (fast.method, full.method) == ("importance", "metropolis")
    (a, sd), (b, other) = (
        (f.weights @ f.points, np.sqrt(np.diag(np.cov(f.points.T, aweights=f.weights)))) for f in (fast, full)
    )
    np.testing.assert_allclose((a - b) / sd, 0.0, atol=0.15)
    np.testing.assert_allclose(other, sd, rtol=0.12)


def test_a_driver_without_history_or_long_silent_is_refused():
    book, settings = load_evidence(), load_settings("drivers")
    rows = book.observations
    brent = rows["series_id"] == names.BRENT
    with pytest.raises(EvidenceError, match="at least 24 are needed"):
        drivers.fit(replace(book, observations=rows[~brent | (rows["end"] < "2001-06")]), settings, start=START)
    with pytest.raises(EvidenceError, match="Add newer rows"):
        drivers.fit(replace(book, observations=rows[~brent | (rows["end"] < "2023-01")]), settings, start=START)
