"""Series with many zeros: mass at zero, sizes apart from occurrence, coverage of a simple truth."""

import numpy as np
import pytest

from eastbound.univariate.forecast import forecast_series
from eastbound.univariate.intermittent import intermittent, intermittent_quantiles, occurrence
from eastbound.univariate.pool import Member, pool_quantiles

PATTERN = np.tile([0.0, 5.0, 0.0, 0.0, 4.0, 6.0, 0.0, 5.0], 6)


def test_quantiles_are_zero_up_to_the_probability_of_zero_and_sizes_above():
    frame = forecast_series(PATTERN, 3, quantiles=(0.1, 0.4, 0.6, 0.75, 0.95))
    assert (frame[[0.1, 0.4]] == 0.0).all(axis=None)
    assert ((frame[0.75] > 4.0) & (frame[0.75] < 6.0)).all()
    assert (frame[0.95] < 9.0).all()
    assert frame.attrs["fallback"].startswith("intermittent: zero with probability 0.49")


def test_a_few_zeros_or_a_negative_value_make_no_intermittent_series():
    calm = np.where(np.arange(48) % 12 == 0, 0.0, 5.0)
    assert not intermittent(calm)
    assert not intermittent(np.where(np.arange(48) == 3, -1.0, PATTERN))
    assert not intermittent(np.where(np.arange(48) == 40, 5.0, 0.0))  # one size is no basis
    assert intermittent(np.where(np.arange(48) % 7 == 0, np.nan, PATTERN))


def test_recent_zeros_lower_the_probability_of_a_value():
    early = np.concatenate([np.ones(24), np.zeros(24)])
    assert occurrence(early, 12) < 0.45 < 0.55 < occurrence(early[::-1], 12)


def test_quantiles_invert_the_mixture():
    size = Member(np.array([0.0]), np.array([0.5]), df=5.0, log=True)
    table = intermittent_quantiles([size], 0.4, [0.5, 0.8])
    assert table[0, 0] == 0.0
    assert table[0, 1] == pytest.approx(pool_quantiles([size], [0.5])[0, 0])


def test_nominal_upper_quantiles_hold_for_simulated_series():
    # 40 series x 6 steps of which about half are zero; 90 % within three binomial standard errors of about 240.
    rng, hits = np.random.default_rng(3), []
    for _ in range(40):
        values = np.where(rng.random(54) < 0.5, np.exp(0.6 * rng.standard_normal(54)), 0.0)
        hits.append(values[48:] <= forecast_series(values[:48], 6, quantiles=(0.9,)).to_numpy()[:, 0])
    assert np.mean(hits) == pytest.approx(0.9, abs=0.06)


@pytest.mark.parametrize("unit", [1e-300, 1.0, 1e307])
def test_the_unit_of_an_intermittent_series_is_the_unit_of_the_result(unit):
    one = forecast_series(PATTERN, 3, period=1).to_numpy()
    np.testing.assert_allclose(forecast_series(PATTERN * unit, 3, period=1) / unit, one, rtol=1e-6)
