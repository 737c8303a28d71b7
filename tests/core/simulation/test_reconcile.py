import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from eastbound.core.simulation.reconcile import reconcile


def test_a_year_to_date_leaves_its_difference_to_the_months_not_printed():
    # February printed, then January-February and January-April: January 7, March + April 11
    draws = np.array([[1.0, 2.0], [9.0, 9.0], [1.0, 3.0], [3.0, 1.0]])
    reconcile(draws, [(0, 3, 26.0), (0, 1, 15.0), (1, 1, 8.0)])
    np.testing.assert_allclose(draws, [[7.0, 7.0], [8.0, 8.0], [2.75, 8.25], [8.25, 2.75]])


def test_a_figure_below_the_settled_months_is_left_aside():
    draws = np.array([[4.0], [5.0]])
    reconcile(draws, [(0, 0, 10.0), (0, 1, 9.0)])
    assert draws.tolist() == [[10.0], [5.0]]


@given(arrays(float, (12, 5), elements=st.floats(0.5, 20.0)), st.sets(st.integers(0, 11), min_size=1))
def test_nested_sums_hold_in_every_draw(draws, ends):
    truth = np.linspace(6.0, 9.0, 12)
    reconcile(draws, [(0, end, truth[: end + 1].sum()) for end in ends])
    for end in ends:
        np.testing.assert_allclose(draws[: end + 1].sum(axis=0), truth[: end + 1].sum())
