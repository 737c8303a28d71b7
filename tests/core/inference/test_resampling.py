"""Systematic resampling: counts within one of their expectation, the leading quantity kept closely, no chance."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eastbound.core.inference.resampling import picked, systematic
from eastbound.core.views.tilting import mean_view, probability_view, tilt

VALUES = np.random.default_rng(5).standard_normal((2, 500))


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=60).filter(lambda w: sum(w) > 0.1))
def test_each_draw_occurs_about_as_often_as_its_weight_says(raw):
    weights = np.array(raw) / sum(raw)
    chosen = systematic(weights)
    counts = np.bincount(chosen, minlength=len(raw))
    assert counts.sum() == len(raw)
    assert np.abs(counts - weights * len(raw)).max() < 1 + 1e-9
    assert (np.diff(chosen) >= 0).all()


def test_equal_weights_leave_the_draws_as_they_were():
    np.testing.assert_array_equal(systematic(np.full(37, 1 / 37), sorted_by=[VALUES[0][:37]]), np.arange(37))


@given(st.floats(-0.5, 0.5))
def test_distribution_of_the_leading_quantity_is_kept_to_one_draw(mean):
    weights = tilt([mean_view(VALUES[0], mean)]).weights
    chosen = systematic(weights, sorted_by=[VALUES[0], VALUES[1]])
    order = np.sort(VALUES[0])
    exact = np.cumsum(weights[np.argsort(VALUES[0])])
    found = np.searchsorted(np.sort(VALUES[0][chosen]), order, side="right") / 500
    assert np.abs(found - exact).max() <= 1 / 500


def test_two_events_hit_their_targets_to_a_few_draws():
    first, second = VALUES[0] > 0.5, VALUES[1] > 0
    views = [probability_view(first, 0.6), probability_view(second, 0.2)]
    chosen = systematic(tilt(views).weights, sorted_by=[view.values for view in views])
    assert abs(first[chosen].mean() - 0.6) <= 1 / 500
    assert abs(second[chosen].mean() - 0.2) <= 4 / 500


def test_a_number_above_the_rounded_sum_of_weights_picks_the_last_point():
    weights = np.full(7, 1 / 7)
    last = np.nextafter(1.0, 0.0)
    assert np.cumsum(weights)[-1] < last
    assert picked(weights, np.array([0.0, last])).tolist() == [0, 6]
