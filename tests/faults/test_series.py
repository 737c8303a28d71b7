"""Two hundred and fifty strange series: each is forecast with finite, ordered quantiles, or refused with the reason."""

from __future__ import annotations

from random import Random

import numpy as np
import pandas as pd
import pytest

from eastbound.errors import InputError
from eastbound.univariate.forecast import forecast_series

pytestmark = pytest.mark.faults
COUNT = 250


def values(rng: np.random.Generator, size: int) -> np.ndarray:
    """Return numbers of one of many shapes."""
    shapes = (
        lambda: np.exp(rng.normal(3, 0.3, size)),
        lambda: rng.normal(0, 1, size).cumsum(),
        lambda: np.full(size, rng.choice([0.0, 7.0, -3.0, 1e-300, 1e300])),
        lambda: np.arange(size) * 1e9,
        lambda: rng.poisson(0.2, size).astype(float),
        lambda: np.where(rng.random(size) < 0.2, np.nan, rng.lognormal(size=size)),
        lambda: np.where(np.arange(size) == size // 2, 1e12, 1.0 + rng.random(size)),
        lambda: np.sin(np.arange(size)) * 1e-8,
        lambda: np.exp(np.minimum(np.arange(size), 600.0)),
        lambda: np.where(np.arange(size) % 7 == 0, np.inf, 1.0),
    )
    return shapes[rng.integers(len(shapes))]()


def history(number: int):
    """Return a series, well formed or not, and the options that go with it."""
    rng, chance = np.random.default_rng([20261128, number]), Random(number)
    numbers = values(rng, int(rng.choice([0, 1, 7, 8, 9, 23, 60, 180])))
    period = chance.choice([1, 4, 12, 12, 12, 7])
    form = chance.randrange(6)
    if form == 1:
        numbers = pd.Series(numbers, pd.date_range("2015-01-31", periods=len(numbers), freq="ME"))
    elif form == 2:
        numbers = pd.Series(numbers, np.arange(len(numbers)) + 1990)
    elif form == 3:
        numbers = [str(value) for value in numbers]
    elif form == 4:
        numbers = pd.Series(numbers).sample(frac=1.0, random_state=number)
    elif form == 5:
        numbers = numbers.reshape(1, -1)
    return numbers, {"horizon": chance.choice([1, 12, 36, 0, -1, 400]), "period": period}


def attempt(series, options):
    """Return the forecast, or nothing and the message."""
    try:
        return forecast_series(series, **options), ""
    except InputError as error:
        return None, str(error)


def test_two_hundred_and_fifty_series():
    forecast = 0
    for number in range(COUNT):
        frame, message = attempt(*history(number))
        if frame is None:
            assert message.strip(), number
            continue
        forecast += 1
        table = frame.to_numpy()
        assert np.isfinite(table).all(), number
        assert (np.diff(table, axis=1) >= 0).all(), number
    assert COUNT // 10 <= forecast <= COUNT - COUNT // 10
