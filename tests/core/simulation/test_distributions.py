"""Quantile functions against pencil values, scipy and their own ordering."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eastbound.core.simulation.distributions import PARAMETERS, fault, quantile
from eastbound.errors import InputError, UnknownName

LEVELS = np.array([0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999])

SCIPY = [
    ({"dist": "uniform", "low": -1, "high": 3}, stats.uniform(-1, 4)),
    ({"dist": "normal", "mean": -0.22, "sd": 0.08}, stats.norm(-0.22, 0.08)),
    ({"dist": "lognormal", "median": 1.5, "sigma": 0.5}, stats.lognorm(0.5, scale=1.5)),
    ({"dist": "triangular", "low": 1, "mode": 2, "high": 5}, stats.triang(0.25, loc=1, scale=4)),
    ({"dist": "triangular", "low": 1, "mode": 5, "high": 5}, stats.triang(1.0, loc=1, scale=4)),
    ({"dist": "beta", "a": 6, "b": 3}, stats.beta(6, 3)),
    ({"dist": "gamma", "shape": 2.5, "rate": 3.67}, stats.gamma(2.5, scale=1 / 3.67)),
    # shift 27.875 and scale 5.625: log-logistic of index log(9) / log(1.8) above the shift
    (
        {"dist": "loglogistic", "median": 33.5, "p10": 31, "p90": 38},
        stats.fisk(np.log(9) / np.log(1.8), loc=27.875, scale=5.625),
    ),
    ({"dist": "loglogistic", "median": 5, "p10": 3, "p90": 7}, stats.logistic(5, 2 / np.log(9))),
]

EXAMPLES = [*(spec for spec, _ in SCIPY), {"dist": "fixed", "value": 4}]


@pytest.mark.parametrize(("spec", "reference"), SCIPY, ids=lambda item: str(item)[:40])
def test_quantiles_agree_with_scipy(spec, reference):
    np.testing.assert_allclose(quantile(spec, LEVELS), reference.ppf(LEVELS), rtol=1e-9, atol=1e-12)


def test_every_distribution_has_an_example_here():
    assert {spec["dist"] for spec in EXAMPLES} == set(PARAMETERS)


def test_fixed_ignores_the_level():
    assert quantile({"dist": "fixed", "value": 4}, [0.0, 0.5, 1.0]).tolist() == [4.0, 4.0, 4.0]


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda spec: spec["dist"])
@given(u=st.floats(0, 1, exclude_max=True), v=st.floats(0, 1, exclude_max=True))
def test_quantiles_are_finite_and_rise_with_the_level(spec, u, v):
    low, high = quantile(spec, sorted([u, v]))
    assert np.isfinite(low)
    assert low <= high


@pytest.mark.parametrize("p10", [1.0, 2.0, 2.999, 4.9])
def test_loglogistic_meets_its_three_quantiles_on_either_side_of_symmetry(p10):
    spec = {"dist": "loglogistic", "median": 5, "p10": p10, "p90": 7}
    np.testing.assert_allclose(quantile(spec, [0.1, 0.5, 0.9]), [p10, 5, 7], atol=1e-6)


def test_min_and_max_cut_the_tails():
    spec = {"dist": "normal", "mean": 0, "sd": 1, "min": -1, "max": 0.5}
    assert quantile(spec, [0.001, 0.5, 0.999]).tolist() == [-1.0, 0.0, 0.5]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"dist": "uniform", "low": 1, "high": 1}, "`low` must be below `high`"),
        ({"dist": "triangular", "low": 1, "mode": 0, "high": 2}, "`low` must be below `mode`"),
        ({"dist": "triangular", "low": 1, "mode": 1, "high": 1}, "`low` must be below `mode`"),
        ({"dist": "loglogistic", "median": 3, "p10": 4, "p90": 5}, "`p10` must be below `median`"),
        ({"dist": "normal", "mean": 0, "sd": 0}, "`sd` of a normal distribution must be above 0"),
        ({"dist": "lognormal", "median": -1, "sigma": 1}, "`median` of a lognormal"),
        ({"dist": "beta", "a": 1}, "a beta distribution needs `b`"),
        ({"dist": "fixed", "value": 1, "min": 2, "max": 1}, "`min` must be below `max`"),
    ],
)
def test_impossible_parameters_are_refused_in_words(spec, words):
    assert words in fault(spec)
    with pytest.raises(InputError, match=words):
        quantile(spec, 0.5)


@pytest.mark.parametrize("shape", [0.05, 0.1, 0.5, 2.5, 40.0])
def test_gamma_quantiles_are_those_of_scipy_far_into_both_tails(shape):
    levels = np.concatenate([np.geomspace(1e-15, 0.5, 200), 1 - np.geomspace(1e-12, 0.5, 200)])
    found = quantile({"dist": "gamma", "shape": shape, "rate": 2.0}, levels)
    np.testing.assert_allclose(found, stats.gamma(shape, scale=0.5).ppf(levels), rtol=1e-6)


def test_an_unknown_distribution_gets_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean `lognormal`"):
        quantile({"dist": "lognormale"}, 0.5)
