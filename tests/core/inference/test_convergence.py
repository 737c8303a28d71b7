"""Diagnostics of Markov chains against closed forms and pencil values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from eastbound.core.inference.convergence import convergence, effective_size, normal_scores, r_hat, split


def autoregression(rho, shape, seed=1):
    steps = np.random.default_rng(seed).standard_normal(shape)
    chain = steps / np.sqrt(1.0 - rho**2)
    for t in range(1, shape[1]):
        chain[:, t] = rho * chain[:, t - 1] + steps[:, t]
    return chain


def test_normal_scores_use_blom_s_fractions():
    scores = normal_scores(np.array([[3.0, 1.0], [2.0, 3.0]]))
    ranks = np.array([[3.5, 1.0], [2.0, 3.5]])  # the two threes share ranks 3 and 4
    np.testing.assert_allclose(scores, ndtri((ranks - 3 / 8) / (4 + 1 / 4)))


def test_r_hat_by_pencil():
    # chain means 2 and 4, W = 1, variance of the means 2: sqrt((3 - 1) / 3 + 2)
    assert r_hat(np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]])) == pytest.approx(np.sqrt(8 / 3))
    assert r_hat(np.array([[1.0, 1.0], [2.0, 2.0]])) == np.inf


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.6, 0.9])
def test_effective_size_of_an_autoregression(rho):
    found = effective_size(autoregression(rho, (4, 50_000))) / 200_000
    assert found == pytest.approx((1 - rho) / (1 + rho), rel=0.06)


def test_a_drift_inside_each_chain_is_seen_by_splitting():
    chains = np.tile(np.linspace(0.0, 1.0, 400), (4, 1)) + 0.01 * np.random.default_rng(1).standard_normal((4, 400))
    assert r_hat(chains) < 1.01
    assert r_hat(split(chains)) > 1.5


def test_chains_that_differ_only_in_scale_are_seen_by_folding():
    draws = np.random.default_rng(2).standard_normal((4, 1000, 1))
    draws[0] *= 3.0
    assert r_hat(normal_scores(split(draws[:, :, 0]))) < 1.01
    assert convergence(draws).r_hat > 1.05


def test_chains_without_a_mean_are_judged_by_their_ranks():
    draws = np.random.default_rng(3).standard_cauchy((4, 1000, 1))
    found = convergence(draws)
    assert found.r_hat < 1.01
    assert found.bulk > 3000


def test_the_worst_parameter_counts():
    good = autoregression(0.0, (4, 1000))
    bad = autoregression(0.95, (4, 1000), seed=2)
    both, alone = convergence(np.stack([good, bad], axis=2)), convergence(bad[:, :, None])
    assert both == alone


@given(st.integers(0, 1000), st.floats(0.1, 10.0), st.floats(-100.0, 100.0))
def test_nothing_depends_on_unit_or_origin(seed, factor, shift):
    draws = np.random.default_rng(seed).standard_normal((2, 40, 1))
    # the two draws next to the median are equally far from it, and rounding may break that tie
    np.testing.assert_allclose(convergence(draws), convergence(factor * draws + shift), rtol=1e-2)
