"""PRIM finds a planted box, drops what chance explains, and its numbers are those of its box."""

import numpy as np
import pytest

from eastbound.errors import InputError
from eastbound.risk.discovery import discover


def test_a_planted_box_is_found_among_noise():
    x = np.random.default_rng(1).uniform(size=(5000, 5))
    inside = (x[:, 1] > 0.6) & (x[:, 3] < 0.3)
    interesting = inside ^ (np.random.default_rng(2).uniform(size=5000) < 0.02)
    box = discover(x, interesting)
    limits = {limit.factor: limit for limit in box.limits}
    assert set(limits) == {1, 3}
    assert limits[1].low == pytest.approx(0.6, abs=0.03)
    assert limits[3].high == pytest.approx(0.3, abs=0.03)
    assert box.density > 0.9
    held = np.all([(x[:, k] >= limit.low) & (x[:, k] <= limit.high) for k, limit in limits.items()], axis=0)
    assert box.mass == pytest.approx(held.mean())
    assert box.density == pytest.approx(interesting[held].mean())
    assert box.coverage == pytest.approx(interesting[held].sum() / interesting.sum())


def test_noise_alone_has_no_lasting_restriction():
    x = np.random.default_rng(3).uniform(size=(2000, 3))
    box = discover(x, np.random.default_rng(4).uniform(size=2000) < 0.3)
    assert box.density < 0.36


def test_ties_are_peeled_together():
    x = np.random.default_rng(5).integers(0, 3, size=(1000, 2)).astype(float)
    box = discover(x, x[:, 0] == 2)
    assert [(limit.factor, limit.low) for limit in box.limits] == [(0, 2.0)]
    assert box.density == box.coverage == 1.0


def test_too_few_cases_are_refused():
    with pytest.raises(InputError, match="too few draws: 3 of 30"):
        discover(np.zeros((100, 2)), np.arange(100) < 3)
