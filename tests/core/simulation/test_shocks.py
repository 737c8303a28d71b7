"""Response kernels and diversion, checked with a pencil first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.core.simulation.shocks import Impulses, convolve, diverted, response

SHAPES = st.fixed_dictionaries(
    {
        "lag": st.floats(0, 24),
        "rise": st.just(0.0) | st.floats(0.1, 60),
        "half_life": st.floats(0.2, 120),
        "transitory": st.floats(0, 1),
    }
)


def test_an_immediate_effect_halves_every_half_life():
    assert response(4, lag=0, rise=0, half_life=1, transitory=1).tolist() == [1.0, 0.5, 0.25, 0.125]


def test_a_lasting_effect_is_a_step_after_its_lag():
    assert response(5, lag=2, rise=0, half_life=1, transitory=0).tolist() == [0, 0, 1, 1, 1]


def test_a_lag_inside_a_month_starts_with_the_first_middle_of_a_month_after_it():
    # read at 0.5, 1.5, 2.5 months: a lag of 1.6 is over at 2.5
    assert np.flatnonzero(response(5, lag=1.6, rise=1, half_life=2, transitory=1))[0] == 2


def test_a_half_lasting_effect_by_hand():
    # at 0.5 and 1.5 months with half-life 1: (1 + 2**-0.5) / 2 and (1 + 2**-1.5) / 2
    first, second = response(2, lag=0, rise=0, half_life=1, transitory=0.5)
    assert first == 1.0
    assert second == pytest.approx((1 + 2**-1.5) / (1 + 2**-0.5))


def test_the_bank_payment_halt_bites_in_month_three_and_is_mostly_over_by_month_ten():
    kernel = response(24, lag=2.5, rise=1, half_life=2.5, transitory=1)
    assert kernel[:3].tolist() == [0, 0, 0]
    assert kernel.argmax() == 4
    assert kernel.max() == 1.0
    assert kernel[10] < 0.3


@given(shape=SHAPES)
def test_a_fading_response_peaks_at_exactly_one_and_never_leaves_zero_to_one(shape):
    kernel = response(1300, **shape)
    assert kernel.min() >= 0
    assert kernel.max() <= 1
    if shape["transitory"] > 0.999 or (shape["rise"] == 0 and shape["transitory"] > 0):
        assert kernel.max() == 1


@given(shape=SHAPES, months=st.integers(1, 60))
def test_a_longer_horizon_keeps_the_first_months(shape, months):
    assert (response(months, **shape) == response(120, **shape)[:months]).all()


def test_a_slow_lasting_rise_is_half_way_at_its_half_time():
    # 1 - exp(-v / 52) is 0.5 at v = 36 months: the recovery half-life of three years
    kernel = response(60, lag=0, rise=36 / np.log(2), half_life=1, transitory=0)
    assert kernel[35:37].mean() == pytest.approx(0.5, abs=1e-4)


def test_convolution_adds_up_and_matches_numpy():
    rng = np.random.default_rng(3)
    sizes, kernels = rng.random((2, 24, 3)), rng.random((2, 24))
    expected = [sum(np.convolve(sizes[part, :, draw], kernels[part])[:24] for part in range(2)) for draw in range(3)]
    month, draw = np.divmod(np.arange(72), 3)
    parts = [(Impulses(month, draw, size.ravel()), kernel) for size, kernel in zip(sizes, kernels, strict=True)]
    np.testing.assert_allclose(convolve(parts, width=3), expected, rtol=1e-6)


def test_an_event_has_no_effect_before_it_happens():
    once = Impulses(np.array([3]), np.array([0]), np.array([1.0]))
    assert convolve([(once, np.ones(6))], width=1).ravel().tolist() == [0, 0, 0, 1, 1, 1]


@given(
    effect=st.floats(-3, 0),
    share=st.floats(0, 1),
    losing=st.floats(0.1, 100),
    gaining=st.floats(0.1, 100),
)
def test_what_one_flow_loses_the_other_gains(effect, share, losing, gaining):
    gain = gaining * np.expm1(diverted(np.array([[effect]]), share * losing / gaining))
    loss = losing * -np.expm1(effect)
    np.testing.assert_allclose(gain, share * loss, rtol=1e-9, atol=1e-9)


def test_drawing_off_stops_before_the_other_flow_is_gone():
    assert diverted(np.array([[5.0]]), 2.0)[0, 0] == pytest.approx(np.log(0.05))
