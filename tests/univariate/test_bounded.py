"""A quantity between zero and an upper bound: quantiles inside it, symmetry, values at a bound, refusals."""

import numpy as np
import pytest
from scipy.special import expit

from eastbound.errors import InputError
from eastbound.univariate.forecast import forecast_series

HIGH = 100 * expit(2.5 + np.cumsum(np.random.default_rng(2).normal(0, 0.3, 25)))


def test_no_quantile_passes_the_bound_where_it_would_without():
    assert (forecast_series(HIGH, 5, period=1) > 100).any(axis=None)
    bounded = forecast_series(HIGH, 5, period=1, upper=100)
    assert ((bounded > 0) & (bounded < 100)).all(axis=None)
    assert (np.diff(bounded, axis=1) > 0).all()


@pytest.mark.parametrize(("history", "period"), [(HIGH, 1), (100 * expit(np.sin(np.arange(48) * 0.55)), 12)])
def test_a_share_and_the_rest_have_mirrored_quantiles(history, period):
    levels = (0.1, 0.5, 0.9)
    share = forecast_series(history, 4, period=period, quantiles=levels, upper=100).to_numpy()
    rest = forecast_series(100 - history, 4, period=period, quantiles=levels, upper=100).to_numpy()
    np.testing.assert_allclose(share, 100 - rest[:, ::-1], rtol=1e-6)


def test_values_at_a_bound_are_forecast_and_named():
    history = np.append(HIGH, 100.0)
    frame = forecast_series(history, 3, period=1, upper=100)
    assert "at a bound" in frame.attrs["fallback"]
    assert ((frame > 0) & (frame < 100)).all(axis=None)


def test_a_constant_share_stays():
    np.testing.assert_allclose(forecast_series([40.0] * 10, 2, period=1, upper=100), 40.0)


@pytest.mark.parametrize(
    ("history", "upper", "words"),
    [
        (HIGH, 0, "above zero"),
        (HIGH, True, "above zero"),
        (HIGH, np.nan, "above zero"),
        (HIGH, 50, "outside zero to `upper`"),
        (HIGH - 90, 100, "outside zero"),
        ([0.0, 100.0] * 5, 100, "no value between"),
    ],
)
def test_wrong_bounds_are_refused(history, upper, words):
    with pytest.raises(InputError, match=words):
        forecast_series(history, 2, period=1, upper=upper)
