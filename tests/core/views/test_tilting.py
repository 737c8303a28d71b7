"""Tilting by pencil, against a general optimiser, and where it must refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from eastbound.core.views.tilting import View, mean_view, probability_view, tilt
from eastbound.errors import InputError, ModelError

DRAWS = np.random.default_rng(0).standard_normal((2, 600))


def holds(view, weights):
    mean = weights @ view.values
    slack = 1e-7 * (1 + abs(view.target))
    return {
        "=": abs(mean - view.target) < slack,
        ">=": mean > view.target - slack,
        "<=": mean < view.target + slack,
    }[view.relation]


def test_two_draws_by_hand():
    # values 0 and 1, mean 3/4: weights 1/4 and 3/4, price 1/4 ln(1/2) + 3/4 ln(3/2), effective 1 / (1/16 + 9/16) / 2
    tilted = tilt([mean_view(np.array([0.0, 1.0]), 0.75)])
    np.testing.assert_allclose(tilted.weights, [0.25, 0.75], atol=1e-9)
    assert tilted.kl == pytest.approx(0.25 * np.log(0.5) + 0.75 * np.log(1.5))
    assert tilted.ess == pytest.approx(0.8)
    assert tilted.largest == pytest.approx(0.75)
    np.testing.assert_allclose(tilted.multipliers, [np.log(3)], atol=1e-7)


def test_a_view_that_holds_already_is_free():
    values = np.array([0.0, 1.0, 2.0])
    tilted = tilt(
        [mean_view(values, 1.0), mean_view(values, 0.5, relation=">="), mean_view(values, 5.0, relation="<=")]
    )
    np.testing.assert_array_equal(tilted.weights, np.full(3, 1 / 3))
    assert (tilted.kl, tilted.ess) == (0.0, pytest.approx(1.0))
    np.testing.assert_array_equal(tilted.multipliers, np.zeros(3))


@given(st.floats(0.05, 0.95), st.floats(-0.8, 0.8), st.sampled_from(["=", ">=", "<="]))
def test_views_hold_and_multipliers_have_the_right_sign(level, mean, relation):
    views = [probability_view(DRAWS[0] > 0, level), mean_view(DRAWS[1], mean, relation=relation)]
    tilted = tilt(views)
    assert all(holds(view, tilted.weights) for view in views)
    assert tilted.weights.min() >= 0
    assert tilted.weights.sum() == pytest.approx(1.0)
    assert tilted.kl >= 0
    assert {"=": True, ">=": tilted.multipliers[1] >= 0, "<=": tilted.multipliers[1] <= 0}[relation]


@given(st.floats(-0.5, 0.5), st.floats(0.0, 0.4))
def test_a_stronger_view_costs_more(mean, more):
    # strength is distance from the mean of the draws, which is not zero
    centre, step = DRAWS[0].mean(), np.copysign(more, mean)
    weak, strong = (tilt([mean_view(DRAWS[0], centre + move)]).kl for move in (mean, mean + step))
    assert strong >= weak - 1e-12


@given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_weights_do_not_depend_on_the_unit(factor, shift):
    plain = tilt([mean_view(DRAWS[0], 0.4)])
    scaled = tilt([mean_view(factor * DRAWS[0] + shift, factor * 0.4 + shift)])
    np.testing.assert_allclose(scaled.weights, plain.weights, atol=1e-7)


def test_permuting_the_draws_permutes_the_weights():
    order = np.random.default_rng(1).permutation(600)
    plain, moved = tilt([mean_view(DRAWS[0], 0.4)]), tilt([mean_view(DRAWS[0][order], 0.4)])
    np.testing.assert_allclose(moved.weights, plain.weights[order], atol=1e-12)


def test_price_is_the_minimum_of_the_dual_and_no_feasible_weighting_is_cheaper():
    # 60 random problems with up to four mixed views: same optimum as a general bounded optimiser, and "impossible"
    # exactly where a linear program finds no weights at all.
    rng = np.random.default_rng(3)
    refused = 0
    for _ in range(60):
        count = int(rng.integers(1, 5))
        values = rng.standard_normal((count, count)) @ rng.standard_normal((count, 80))
        target = 0.5 * rng.standard_normal(count) * values.std(axis=1)
        relation = rng.choice(["=", ">=", "<="], count)
        views = [View("v", v, float(t), str(r)) for v, t, r in zip(values, target, relation, strict=True)]
        try:
            price = tilt(views).kl
        except ModelError:
            price = None
        except InputError:
            refused += 1
            assert not feasible(values, target, relation)
            continue
        assert feasible(values, target, relation)
        if price is not None:
            assert price == pytest.approx(dual(values - target[:, None], relation), abs=1e-5)
    assert 0 < refused < 30


def feasible(values, target, relation):
    signs = [(s, k) for k, r in enumerate(relation) for s in {"=": (1, -1), "<=": (1,), ">=": (-1,)}[str(r)]]
    rows, bounds = [s * values[k] for s, k in signs], [s * target[k] for s, k in signs]
    zero, ones = np.zeros(values.shape[1]), np.ones((1, values.shape[1]))
    return linprog(zero, A_ub=rows, b_ub=bounds, A_eq=ones, b_eq=[1.0]).status == 0


def dual(gaps, relation):
    bounds = [{"=": (None, None), ">=": (0, None), "<=": (None, 0)}[str(r)] for r in relation]
    options = {"ftol": 1e-14, "gtol": 1e-9}
    start = np.zeros(len(gaps))
    return -minimize(lambda x: np.log(np.mean(np.exp(x @ gaps))), start, bounds=bounds, options=options).fun


def test_certainty_is_a_view_too():
    tilted = tilt([probability_view(DRAWS[0] > 0, 1.0)])
    assert tilted.weights[DRAWS[0] <= 0].max() < 1e-9
    assert tilted.kl == pytest.approx(-np.log(np.mean(DRAWS[0] > 0)), abs=1e-6)


def test_the_same_view_twice_is_the_same_view():
    once, twice = ([mean_view(DRAWS[0], 0.4)] * n for n in (1, 2))
    np.testing.assert_allclose(tilt(twice).weights, tilt(once).weights, atol=1e-8)


def test_a_constant_quantity_can_only_be_what_it_is():
    ones = np.ones(5)
    np.testing.assert_allclose(tilt([mean_view(ones, 1.0)]).weights, 0.2)
    with pytest.raises(InputError, match="between 1 and 1"):
        tilt([mean_view(ones, 1.1)])


def test_a_view_outside_the_draws_is_refused_by_name():
    with pytest.raises(InputError, match=r"`share 2035` asks for a mean = 9, but the 600 draws lie between -"):
        tilt([mean_view(DRAWS[0], 9.0, name="share 2035")])


def test_views_that_contradict_each_other_are_refused():
    hits = DRAWS[0] > 0
    views = [probability_view(hits, 0.3, name="low"), probability_view(hits, 0.4, name="high")]
    with pytest.raises(InputError, match="`low`, `high` cannot hold together"):
        tilt(views)


def test_a_view_carried_by_few_draws_is_refused_with_its_price():
    # 12 of 600 draws would carry half of the weight: effective share 1 / (.25 / .02 + .25 / .98) = 7.8 %; 6: 4.0 %
    rank = np.argsort(np.argsort(DRAWS[0]))
    assert tilt([probability_view(rank < 12, 0.5)]).ess == pytest.approx(0.0784, abs=1e-4)
    with pytest.raises(ModelError, match=r"effective 4\.0% of 600 draws \(price 1\.6\d nats\).*widen the model"):
        tilt([probability_view(rank < 6, 0.5)])


@pytest.mark.parametrize(
    ("views", "expected"),
    [
        ([], "at least one view"),
        ([mean_view(np.zeros(0), 0.0)], "at least one view"),
        ([mean_view(np.zeros(3), 0.0), mean_view(np.zeros(4), 0.0)], "all over the same draws"),
        ([mean_view(np.array([1.0, np.nan]), 1.0)], "not finite"),
        ([mean_view(np.array([1.0, 2.0]), np.inf)], "not finite"),
    ],
)
def test_malformed_views_are_refused(views, expected):
    with pytest.raises(InputError, match=expected):
        tilt(views)


def test_a_probability_beyond_one_is_refused():
    with pytest.raises(InputError, match="between 0 and 1"):
        probability_view(DRAWS[0] > 0, 1.2)
    with pytest.raises(InputError, match="between 0 and 1"):
        probability_view(DRAWS[0] <= 1.0, 80)
