"""Diagnostics of Markov chains: what the full mode of fitting relies on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.core.inference.convergence import convergence


def autoregression(rho, shape, seed=1):
    steps = np.random.default_rng(seed).standard_normal(shape)
    chain = steps / np.sqrt(1.0 - rho**2)
    for t in range(1, shape[1]):
        chain[:, t] = rho * chain[:, t - 1] + steps[:, t]
    return chain


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.6, 0.9])
def test_effective_size_of_an_autoregression(rho):
    # the closed form of the mean's effective size: (1 - rho) / (1 + rho) of the draws
    result = convergence(autoregression(rho, (4, 50_000))[:, :, None])
    assert result.bulk / 200_000 == pytest.approx((1 - rho) / (1 + rho), rel=0.06)


def test_a_drift_inside_each_chain_is_seen():
    chains = np.tile(np.linspace(0.0, 1.0, 400), (4, 1)) + 0.01 * np.random.default_rng(1).standard_normal((4, 400))
    assert convergence(chains[:, :, None]).r_hat > 1.5


def test_chains_that_differ_only_in_scale_are_seen():
    draws = np.random.default_rng(2).standard_normal((4, 1000, 1))
    draws[0] *= 3.0
    assert convergence(draws).r_hat > 1.05


def test_chains_without_a_mean_are_judged_by_their_ranks():
    result = convergence(np.random.default_rng(3).standard_cauchy((4, 1000, 1)))
    assert result.r_hat < 1.01
    assert result.bulk > 3000


def test_stuck_chains_have_not_converged():
    assert convergence(np.ones((4, 100, 1))) == (np.inf, 0.0, 0.0)
    apart = convergence(np.repeat(np.arange(4.0)[:, None], 100, axis=1)[:, :, None])
    assert apart.r_hat > 1e6
    assert apart.bulk < 10


def test_the_worst_parameter_counts():
    good = autoregression(0.0, (4, 1000))
    bad = autoregression(0.95, (4, 1000), seed=2)
    assert convergence(np.stack([good, bad], axis=2)) == convergence(bad[:, :, None])


@given(st.integers(0, 1000), st.floats(0.1, 10.0), st.floats(-100.0, 100.0))
def test_nothing_depends_on_unit_or_origin(seed, factor, shift):
    draws = np.random.default_rng(seed).standard_normal((2, 40, 1))
    # the two draws next to the median are equally far from it, and rounding may break that tie
    np.testing.assert_allclose(convergence(draws), convergence(factor * draws + shift), rtol=1e-2)
