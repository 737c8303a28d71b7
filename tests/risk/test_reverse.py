"""Reverse stress reaches its limit, and no nearer point does: checked in closed form and by brute search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastbound.errors import InputError
from eastbound.names import TRADE_TOTAL
from eastbound.risk.factors import Factors, from_scores, normal_scores, read_factors
from eastbound.risk.reverse import Surface, fitted_surface, nearest_group, nearest_point, reverse_stress


def factors(values):
    names = tuple(f"f{k}" for k in range(values.shape[1]))
    return Factors(names, names, ("bcm",) * len(names), values)


def test_a_linear_quantity_of_dependent_factors_has_a_closed_form():
    rng = np.random.default_rng(1)
    correlation = np.array([[1.0, 0.6], [0.6, 1.0]])
    x = rng.multivariate_normal(np.zeros(2), correlation, size=20_000)
    weights = np.array([2.0, 1.0])
    result = reverse_stress(x @ weights, factors(x), -5.0)
    spread = np.sqrt(weights @ correlation @ weights)
    assert result.distance == pytest.approx(5.0 / spread, abs=0.05)
    expected = -5.0 * correlation @ weights / spread**2
    assert result.scores == pytest.approx(expected, abs=0.08)
    assert result.values == pytest.approx(expected, abs=0.08)
    assert result.fit > 0.99


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.booleans())
def test_no_nearer_point_reaches_the_limit(seed, below):
    rng = np.random.default_rng(seed)
    bend = rng.normal(scale=0.15, size=(2, 2))
    surface = Surface(0.0, rng.normal(size=2), (bend + bend.T) / 2)
    root = np.array([[1.0, 0.0], [0.5, 0.8]])
    inverse = np.linalg.inv(root @ root.T)
    grid = np.linspace(-5, 5, 401)
    points = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    sign = 1.0 if below else -1.0
    values = sign * surface.value(points)
    limit = float(np.quantile(values, 0.2))
    if limit >= 0.0:
        return  # the middle reaches the limit already
    turned = Surface(0.0, sign * surface.linear, sign * surface.quadratic)
    reached = points[values <= limit]
    distances = np.sqrt(np.einsum("ni,ij,nj->n", reached, inverse, reached))
    starts = reached[np.argsort(distances)[[0, 50, -1]]]
    point = nearest_point(turned.value, turned.slope, limit, starts=starts, inverse=inverse)
    assert turned.value(point) <= limit + 1e-5 * max(1.0, abs(limit))
    # The grid is 0.025 apart, so its nearest point is at most a step farther.
    assert np.sqrt(point @ inverse @ point) <= distances.min() + 1e-4
    assert np.sqrt(point @ inverse @ point) >= distances.min() - 0.08


def test_the_point_of_the_ensemble_breaks_its_limit_in_the_draws_beside_it(sample):
    target, read = read_factors(sample, TRADE_TOTAL, at=2030)
    limit = float(np.quantile(target, 0.06))
    result = reverse_stress(target, read, limit)
    scores = normal_scores(read.values)
    surface, fit = fitted_surface(scores, target, limit)
    assert surface.value(result.scores) <= limit + 1e-3
    assert fit > 0.8
    # Brute search: no random combination of the same factors that breaks the limit is nearer.
    correlation = np.corrcoef(scores, rowvar=False)
    random = np.random.default_rng(2).multivariate_normal(np.zeros(len(correlation)), correlation, size=200_000)
    failing = random[surface.value(random) <= limit]
    distance = np.sqrt(np.einsum("ni,ij,nj->n", failing, np.linalg.inv(correlation), failing))
    assert result.distance <= distance.min() + 1e-6
    assert result.distance > 0.8 * distance.min()
    assert from_scores(read.values, result.scores) == pytest.approx(result.values)


def test_the_upper_side_mirrors_the_lower():
    x = np.random.default_rng(5).normal(size=(4000, 3))
    target = x @ np.array([1.0, 0.5, 0.0])
    low, high = reverse_stress(target, factors(x), -1.8), reverse_stress(-target, factors(x), 1.8, below=False)
    assert high.scores == pytest.approx(low.scores, abs=1e-4)
    assert high.probability == low.probability


def test_the_nearest_group_is_the_one_around_the_point():
    scores = np.random.default_rng(6).normal(size=(1000, 2))
    groups = {"low": scores[:, 0] < -1, "high": scores[:, 0] > 1}
    assert [name for name, _ in nearest_group(scores, np.array([-2.0, 0.0]), groups)] == ["low", "high"]


def test_limits_without_meaning_are_refused():
    x = np.random.default_rng(7).normal(size=(1000, 2))
    with pytest.raises(InputError, match="too few draws: 0 of 20"):
        reverse_stress(x[:, 0], factors(x), -9.0)
    with pytest.raises(InputError, match="already breaks"):
        reverse_stress(x[:, 0], factors(x), 1.0)
