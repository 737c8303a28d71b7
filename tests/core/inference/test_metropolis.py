"""Markov chains against distributions in closed form, and against what they must not pass over."""

import numpy as np
import pytest
from scipy.special import logsumexp

from eastbound.core.inference import metropolis
from eastbound.core.inference.metropolis import posterior, sample
from eastbound.errors import ModelError

# Thinned draws of about 1000 effective ones: the standard error of a mean is 3 % of a standard deviation.
FOUR_ERRORS = 4.0 / np.sqrt(1000.0)


def test_a_correlated_normal_comes_back_with_its_moments():
    rng = np.random.default_rng(3)
    root = np.tril(rng.standard_normal((6, 6))) + np.eye(6)
    inverse, covariance = np.linalg.inv(root), root @ root.T

    def log_density(points):
        return -0.5 * np.sum(((points - 1.0) @ inverse.T) ** 2, axis=1)

    found = sample(log_density, np.zeros(6), np.full(6, 5.0), count=1000)
    white = (found.points - 1.0) @ inverse.T  # standard normal if the draws are right
    np.testing.assert_allclose(white.mean(axis=0), 0.0, atol=FOUR_ERRORS)
    np.testing.assert_allclose(np.cov(white.T), np.eye(6), atol=FOUR_ERRORS * np.sqrt(2.0))
    assert found.method == "metropolis"
    assert covariance.max() > 3.0  # the test is of a correlated one


def test_a_banana_comes_back_with_its_moments():
    def log_density(points):  # y given x is N(x^2, 1)
        x, y = points.T
        return -0.5 * (x**2 + (y - x**2) ** 2)

    found = sample(log_density, np.zeros(2), np.full(2, 2.0), count=2000)
    x, y = found.points.T
    # E y = 1, Var y = Var x^2 + 1 = 3; tolerances are four standard errors of 400 draws, those of squares more
    assert x.mean() == pytest.approx(0.0, abs=0.2)
    assert x.std() == pytest.approx(1.0, abs=0.15)
    assert y.mean() == pytest.approx(1.0, abs=0.35)
    assert y.std() == pytest.approx(np.sqrt(3.0), abs=0.35)
    assert np.corrcoef(y - x**2, x**2)[0, 1] == pytest.approx(0.0, abs=0.2)


def refused(log_density, key):
    try:
        sample(log_density, np.zeros(2), np.ones(2), count=100, steps=200, key=key)
    except ModelError as error:
        return "R-hat" in str(error)
    return False


def test_separate_modes_are_refused_and_not_passed_over():
    """Four chains may all begin on the side of one mode, so not every start can see both; most do."""

    def log_density(points):  # the way from one to the other is a thousand times their width
        return logsumexp([-0.5 * np.sum(((points - side) / 0.001) ** 2, axis=1) for side in (-1.0, 1.0)], axis=0)

    assert sum(refused(log_density, key) for key in "abcdefghij") >= 7


def test_a_density_without_shape_is_refused():
    rng = np.random.default_rng(0)

    def log_density(points):
        return rng.normal(0.0, 60.0, len(points))

    with pytest.raises(ModelError, match="have not converged"):
        posterior(log_density, np.zeros(2), np.ones(2), count=64)


def test_chains_take_over_where_the_proposal_fits_badly():
    def log_density(points):  # a thin ring: nothing like its curvature at any point
        return -0.5 * ((np.hypot(*points.T) - 2.0) / 0.2) ** 2

    found = posterior(log_density, np.zeros(2), np.ones(2), count=100)
    assert found.method == "metropolis"
    np.testing.assert_allclose(np.hypot(*found.points.T), 2.0, atol=1.0)
    np.testing.assert_allclose(found.points.mean(axis=0), 0.0, atol=0.4)


def test_impossible_points_are_left_and_never_entered():
    def log_density(points):  # a half normal
        return np.where(points[:, 0] > 0.0, -0.5 * points[:, 0] ** 2, -np.inf)

    found = sample(log_density, np.zeros(1), np.full(1, 2.0), count=1000)
    assert found.points.min() > 0.0
    assert found.points.mean() == pytest.approx(np.sqrt(2.0 / np.pi), abs=4.0 * 0.6 / np.sqrt(1000.0))


def test_equal_input_gives_equal_bits_and_another_key_other_draws():
    def log_density(points):
        return -0.5 * np.sum(points**2, axis=1)

    one, two, other = (sample(log_density, np.zeros(2), np.ones(2), count=50, key=key).points for key in "aab")
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_a_run_that_is_too_short_is_extended_once(monkeypatch):
    lengths = []

    def watched(draws):
        lengths.append(draws.shape[1])
        return metropolis.Convergence(1.5, 10.0, 10.0)

    monkeypatch.setattr(metropolis, "convergence", watched)
    with pytest.raises(ModelError, match=r"R-hat 1\.500"):
        sample(lambda x: -0.5 * np.sum(x**2, axis=1), np.zeros(1), np.ones(1), count=10, steps=100)
    assert lengths == [100, 300]
