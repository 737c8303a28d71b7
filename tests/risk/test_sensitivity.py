"""Shares of the variance and tornado: analytic cases, sums, dependence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.stats import sobol_indices, uniform

from eastbound.errors import InputError
from eastbound.names import TRADE_TOTAL
from eastbound.risk.factors import Factors, additive_scale, normal_scores, read_factors
from eastbound.risk.tornado import tornado
from eastbound.risk.variance import REST, variance_shares


def factors(values):
    names = tuple(f"f{k}" for k in range(values.shape[1]))
    return Factors(names, names, ("bcm",) * len(names), values)


def ishigami(x):
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def test_ishigami_from_stored_draws():
    x = np.random.default_rng(0).uniform(-np.pi, np.pi, size=(4096, 3))
    table = variance_shares(ishigami(x.T), factors(x))
    assert table["first"][:3].to_numpy() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert table["total"][:3].to_numpy() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    assert table["shapley"][:3].to_numpy() == pytest.approx([0.436, 0.442, 0.122], abs=0.02)


def test_stored_draws_agree_with_designed_runs():
    """The same indices from draws that exist and from the thousands of runs that scipy's estimator plans."""
    box = [uniform(-np.pi, 2 * np.pi)] * 3
    designed = sobol_indices(func=ishigami, n=2**12, dists=box, rng=1)
    x = np.random.default_rng(1).uniform(-np.pi, np.pi, size=(4096, 3))
    table = variance_shares(ishigami(x.T), factors(x))
    for name, values in (("first", designed.first_order), ("total", designed.total_order)):
        assert table[name][:3].to_numpy() == pytest.approx(values, abs=0.03)


def test_dependent_gaussian_factors_match_the_closed_form():
    """For a sum of two factors with correlation r, Shapley effects are halves, and each alone explains (1 + r) / 2."""
    r = 0.6
    x = np.random.default_rng(2).multivariate_normal([0, 0], [[1, r], [r, 1]], size=8192)
    table = variance_shares(x.sum(axis=1), factors(x))
    assert table["shapley"][:2].to_numpy() == pytest.approx([0.5, 0.5], abs=0.02)
    assert table["first"][:2].to_numpy() == pytest.approx([(1 + r) / 2] * 2, abs=0.02)
    assert table["total"][:2].to_numpy() == pytest.approx([(1 - r) / 2] * 2, abs=0.02)


@hypothesis_settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_shapley_parts_are_never_negative_and_add_up(seed, count):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(400, count)) @ rng.normal(size=(count, count))
    target = np.tanh(x @ rng.normal(size=count)) + rng.normal(size=400)
    table = variance_shares(target, factors(x))
    assert table["shapley"].sum() == pytest.approx(1.0)
    assert (table["shapley"] >= -1e-6).all()
    assert table["factor"].iloc[-1] == REST


def test_errors_cover_the_spread_of_repeats():
    tables = []
    for seed in range(12):
        x = np.random.default_rng(seed).normal(size=(1000, 2))
        noise = np.random.default_rng(99 + seed).normal(size=1000)
        tables.append(variance_shares(x[:, 0] + 0.5 * x[:, 1] + noise, factors(x)))
    spread = np.std([table["shapley"][0] for table in tables], ddof=1)
    assert np.mean([table["shapley_se"][0] for table in tables]) == pytest.approx(spread, rel=0.6)


def test_trade_is_explained_by_its_parts(sample):
    target, read = read_factors(sample, TRADE_TOTAL, at=2030)
    table = variance_shares(additive_scale(target, "USD_bn"), read).set_index("factor")["shapley"]
    assert table[REST] < 0.1
    assert table["trade.china_russia.china_exports"] > table["gas.russia_to_china.pipeline_deliveries"]


def test_tornado_reads_the_ends_of_each_factor():
    x = np.random.default_rng(3).normal(size=(20_000, 2))
    event = x[:, 1] > 1.0
    table = tornado(3 * x[:, 0] + x[:, 1], factors(x), groups={"event": event}).set_index("factor")
    assert table.loc["f0", "swing"] == pytest.approx(6 * 1.2816, abs=4 * table.loc["f0", "error"])
    assert table.loc["f1", "swing"] == pytest.approx(2 * 1.2816, abs=4 * table.loc["f1", "error"])
    assert table.index[0] == "f0"
    assert table.loc["event", "swing"] > 0
    assert (table["swing"].abs().diff().dropna() <= 0).all()


def test_normal_scores_are_the_ranks_of_a_normal():
    values = np.array([5.0, 1.0, 1.0, 9.0])
    scores = normal_scores(values)
    assert scores[1] == scores[2] < scores[0] < scores[3]


def test_wrong_factors_are_refused(sample):
    with pytest.raises(InputError, match="once"):
        read_factors(sample, TRADE_TOTAL, at=2030, chosen=[TRADE_TOTAL])
    with pytest.raises(InputError, match="10 factors at most"):
        variance_shares(np.zeros(100), factors(np.zeros((100, 11))))
