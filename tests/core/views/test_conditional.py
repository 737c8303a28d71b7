"""Conditional draws against the bridge of a random walk, a hand computation and a Kalman smoother."""

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from eastbound.core.views.conditional import Carrier, condition_draws
from eastbound.errors import InputError

COUNT = 400


def exact_normals(rows, seed=0):
    """Draws whose sample mean is zero and whose sample covariance is the identity, so that results are exact."""
    draws = np.random.default_rng(seed).standard_normal((rows, COUNT))
    draws -= draws.mean(axis=1, keepdims=True)
    return np.linalg.solve(np.linalg.cholesky(np.atleast_2d(np.cov(draws))), draws)


def none(pins):
    return np.zeros((pins, COUNT))


def test_brownian_bridge():
    # METHODS V21: a walk at 1.5 that will be at 4 ten steps later runs along a straight line, variance 2.5 midway.
    walk = 1.5 + np.cumsum(exact_normals(20), axis=0)
    pinned = walk[9:10]
    found = condition_draws(pinned, np.array([4.0]), sd=np.zeros(1), noise=none(1))
    moved = walk + Carrier(pinned).slopes(walk) @ (found.draws - pinned)
    steps = np.arange(1, 11)
    np.testing.assert_allclose(moved[:10].mean(axis=1), 1.5 + 0.25 * steps, atol=1e-12)
    np.testing.assert_allclose(moved[:10].var(axis=1, ddof=1), steps * (10 - steps) / 10, atol=1e-12)
    assert moved[4].var(ddof=1) == pytest.approx(2.5)
    np.testing.assert_array_equal(found.draws, np.full((1, COUNT), 4.0))
    # Afterwards it walks on from 4.
    np.testing.assert_allclose(moved[10:].mean(axis=1), 4.0, atol=1e-12)
    np.testing.assert_allclose(moved[10:].var(axis=1, ddof=1), steps, atol=1e-12)


def test_soft_pins_equal_a_kalman_smoother():
    # Pins 3 ± .7 at step 4 and 2 ± .7 at step 9 of a walk from zero are observations of its level with that error.
    walk = np.cumsum(exact_normals(12), axis=0)
    places, values = [3, 8], np.array([3.0, 2.0])
    found = condition_draws(walk[places], values, sd=np.full(2, 0.7), noise=none(2))
    carrier = Carrier(walk[places])
    mean = (walk + carrier.slopes(walk) @ (found.draws - walk[places])).mean(axis=1)
    seen = np.full(12, np.nan)
    seen[places] = values
    model = UnobservedComponents(seen, "local level")
    model.ssm.initialize_known(np.zeros(1), np.eye(1))  # the level after the first step
    smoothed = model.smooth([0.49, 1.0])
    np.testing.assert_allclose(mean, smoothed.smoothed_state[0], atol=1e-9)
    np.testing.assert_allclose(found.mean, smoothed.smoothed_state[0][places], atol=1e-9)
    np.testing.assert_allclose(found.sd**2, smoothed.smoothed_state_cov[0, 0][places], atol=1e-9)


def test_one_soft_pin_by_hand():
    # Prior N(0, 1), pin 2 ± 1: mean 1, variance 1/2; distance 2 / sqrt(2), price 1²/2.
    prior = exact_normals(2)
    found = condition_draws(prior[:1], np.array([2.0]), sd=np.ones(1), noise=prior[1:])
    assert found.mean[0] == pytest.approx(1.0)
    assert found.sd[0] ** 2 == pytest.approx(0.5)
    assert found.draws.mean() == pytest.approx(1.0)
    assert found.draws.var(ddof=1) == pytest.approx(0.5)
    assert found.plausibility.distance == pytest.approx(np.sqrt(2.0))
    assert found.plausibility.kl == pytest.approx(0.5)
    assert found.plausibility.tail == pytest.approx(0.157299, abs=1e-6)  # chi-square, one degree, beyond 2


def test_plausibility_of_gaussian_draws_is_their_chi_square_tail():
    draws = np.random.default_rng(4).standard_normal((2, 20_000)) * [[2.0], [0.5]]
    found = condition_draws(draws, np.array([2.0, 0.9]), sd=np.zeros(2), noise=np.zeros((2, 20_000))).plausibility
    assert found.farther == pytest.approx(found.tail, abs=0.01)  # three standard errors


def test_unrelated_quantities_stay():
    prior = exact_normals(2)
    np.testing.assert_allclose(Carrier(prior[:1]).slopes(prior), [[1.0], [0.0]], atol=1e-12)


def test_a_product_stays_a_product():
    # Slopes are linear in logs: log value = log volume + log price holds for the moved draws too.
    pinned, volume, price = np.random.default_rng(6).standard_normal((3, 1, COUNT)) + 0.5
    carrier, shift = Carrier(pinned), np.full((1, COUNT), 0.7)
    value = volume + price
    moved = [one + carrier.slopes(one) @ shift for one in (value, volume, price)]
    np.testing.assert_allclose(moved[0], moved[1] + moved[2])


def test_equal_pins_count_once():
    prior = exact_normals(1)
    twice = condition_draws(np.repeat(prior, 2, axis=0), np.ones(2), sd=np.zeros(2), noise=none(2))
    assert twice.plausibility.kl == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("draws", "expected"),
    [(np.ones((1, 40)), "known already"), (np.random.default_rng(0).standard_normal((5, 40)), "at least 50 draws")],
)
def test_refusals(draws, expected):
    pins = len(draws)
    with pytest.raises(InputError, match=expected):
        condition_draws(draws, np.zeros(pins), sd=np.zeros(pins), noise=np.zeros(draws.shape))
