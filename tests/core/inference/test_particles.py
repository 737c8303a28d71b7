import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.core.inference.particles import explore, spread_points


@given(st.integers(1, 300), st.integers(1, 12))
def test_spread_points_fill_the_open_cube(count, dimensions):
    points = spread_points(count, dimensions)
    assert points.shape == (count, dimensions)
    assert points.min() >= 0.0
    assert points.max() < 1.0
    # each coordinate is nearly uniform: no tenth of it holds more than a fifth and four points above its share
    counts = np.stack([np.histogram(column, bins=10, range=(0.0, 1.0))[0] for column in points.T])
    assert counts.max() <= 1.2 * count / 10 + 4


def test_a_correlated_normal_comes_back_with_mean_spread_and_correlation():
    root = np.array([[0.5, 0.0], [0.6, 0.3]])
    inverse = np.linalg.inv(root)

    def log_density(points):
        return -0.5 * np.sum(((points - [1.0, -2.0]) @ inverse.T) ** 2, axis=1)

    found = explore(log_density, np.zeros(2), np.full(2, 2.0), count=512)
    mean = found.weights @ found.points
    covariance = (found.points - mean).T @ ((found.points - mean) * found.weights[:, None])
    np.testing.assert_allclose(found.mode, [1.0, -2.0], atol=1e-3)
    np.testing.assert_allclose(mean, [1.0, -2.0], atol=0.02)
    np.testing.assert_allclose(covariance, root @ root.T, atol=0.05)
    assert found.effective > 0.85


def test_the_search_does_not_stop_on_the_lower_of_two_maxima():
    def log_density(points):  # the prior mean lies on the slope of the lower one
        x = points[:, 0]
        return np.logaddexp(-0.5 * ((x + 1.0) / 0.4) ** 2 - 6.0, -0.5 * ((x - 2.0) / 0.4) ** 2)

    found = explore(log_density, np.array([-0.8]), np.array([2.0]), count=128)
    assert found.mode[0] == pytest.approx(2.0, abs=0.01)


def test_a_posterior_that_no_proposal_reaches_is_reported_as_such():
    rng = np.random.default_rng(0)

    def log_density(points):  # ragged: weights of neighbouring points differ by orders of magnitude
        return rng.normal(0.0, 60.0, len(points))

    assert explore(log_density, np.zeros(2), np.ones(2), count=64).effective < 0.05
