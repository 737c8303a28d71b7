"""Forecasts of one series: closed forms, invariances, odd input."""

from __future__ import annotations

import numpy as np
import pytest

from eastbound.errors import InputError
from eastbound.models.univariate import forecast_series

RISING = np.exp(0.03 * np.arange(60) + 0.1 * np.sin(np.arange(60) * np.pi / 6) + 0.02 * np.cos(7.0 * np.arange(60)))


def test_unit_of_the_history_is_the_unit_of_the_result() -> None:
    one = forecast_series(RISING, 6, period=12).to_numpy()
    thousand = forecast_series(1000 * RISING, 6, period=12).to_numpy()
    np.testing.assert_allclose(thousand, 1000 * one, rtol=1e-9)


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ([np.nan] * 20, "0 usable"),
        ([1.0] * 7, "7 usable"),
        ([*range(1, 20), np.inf], "infinite at position 19"),
        ([*range(1, 20), np.nan], "ends in a gap"),
        ([[1.0, 2.0], [3.0, 4.0]], "2 dimensions"),
        (["a"] * 10, "not a number"),
    ],
)
def test_bad_history_is_refused_with_a_reason(history: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        forecast_series(history, 3, period=1)


def test_constant_history_says_what_was_done() -> None:
    frame = forecast_series([5.0] * 20, 3, period=1)
    assert (frame == 5.0).all(axis=None)
    assert frame.attrs["fallback"].startswith("constant")
