"""The walk behind interval readings: closed forms, and truths drawn from the prior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eastbound.core.share import censored
from eastbound.core.share.censored import KEPT, Readings, WalkPrior, walk_chains, walk_posterior
from eastbound.core.simulation.seeds import Stream
from eastbound.errors import ModelError

STREAM = Stream(11, 0, KEPT)
NARROW = 1e-3


def _prior(**changes):
    base = {"normal": (0.0, 0.5), "log_volatility": (np.log(0.1), 0.3), "jump": (0.2, 0.25), "jump_year": 2022}
    return WalkPrior(**{**base, **changes})


def _points(years, values, *, sd, shared=0.0):
    """Readings so narrow that they are points with a normal error."""
    values = np.asarray(values, dtype=float)
    size = len(values)
    return Readings(
        np.asarray(years), values - NARROW, values + NARROW, np.full(size, float(sd)), np.full(size, float(shared))
    )


def test_one_reading_gives_the_normal_posterior_of_level_and_normal_level():
    """The first level lies about the normal one with the variance of the stationary walk."""
    prior = _prior(normal=(0.0, 0.3), pull=0.2, log_volatility=(np.log(0.12), 0.0), jump_year=None)
    result = walk_posterior(_points([2025], [0.5], sd=0.4), prior, last_year=2025, stream=STREAM, key="a")
    spread = 0.12**2 / (1 - 0.8**2)
    total = 0.3**2 + spread
    assert result.level.mean() == pytest.approx(0.5 * total / (total + 0.4**2), abs=0.02)
    assert result.level.std() == pytest.approx((1 / total + 1 / 0.4**2) ** -0.5, rel=0.05)
    assert result.normal.mean() == pytest.approx(0.5 * 0.3**2 / (total + 0.4**2), abs=0.02)


def test_an_open_reading_cuts_the_prior():
    positive = Readings(np.array([2025]), np.array([0.0]), np.array([np.inf]), np.array([0.001]), np.array([0.0]))
    prior = _prior(normal=(0.0, 1.0), jump_year=None)
    result = walk_posterior(positive, prior, last_year=2025, stream=STREAM, key="b")
    # a half normal: mean sqrt(2 / pi)
    assert result.level.mean() == pytest.approx(np.sqrt(2 / np.pi), abs=0.04)


def test_years_without_reading_return_to_the_normal_level_and_add_noise():
    prior = _prior(normal=(0.0, 0.0), pull=0.25, log_volatility=(np.log(0.2), 0.0), jump_year=None)
    result = walk_posterior(_points([2020], [1.0], sd=0.001), prior, last_year=2024, stream=STREAM, key="c")
    assert result.level.mean() == pytest.approx(0.75**4, abs=0.02)
    assert result.level.std() == pytest.approx(0.2 * np.sqrt(sum(0.75 ** (2 * k) for k in range(4))), rel=0.06)


def test_without_pull_the_walk_keeps_its_level():
    prior = _prior(normal=(0.0, 2.0), log_volatility=(np.log(0.2), 0.0), jump_year=None)
    result = walk_posterior(_points([2020], [1.0], sd=0.05), prior, last_year=2024, stream=STREAM, key="c")
    assert result.level.mean() == pytest.approx(1.0, abs=0.03)
    assert result.level.std() == pytest.approx(0.2 * 2, rel=0.06)


def test_a_shift_moves_the_normal_level_with_the_walk():
    years, values = [2021, 2022, 2023, 2024], [0.0, 0.4, 0.6, 0.7]
    prior = _prior(normal=(0.0, 0.1), pull=0.1, jump=(0.4, 0.2), slowing=(0.0, 0.1), log_volatility=(-3.0, 0.1))
    result = walk_posterior(_points(years, values, sd=0.01), prior, last_year=2024, stream=STREAM, key="d")
    assert result.normal.mean() == pytest.approx(0.7, abs=0.06)
    assert result.next_jump.mean() == pytest.approx(0.05, abs=0.02)


def test_shift_and_its_slowing_are_learnt_together():
    """Steps of .4, .1 and .025: a large first jump of which a quarter is left each year, unlike the prior."""
    years, values = [2020, 2021, 2022, 2023, 2024], [0.0, 0.0, 0.4, 0.5, 0.525]
    prior = _prior(pull=0.05, jump=(0.2, 0.3), slowing=(0.0, 0.8), log_volatility=(-3.5, 0.1))
    result = walk_posterior(_points(years, values, sd=0.01), prior, last_year=2024, stream=STREAM, key="s")
    assert result.slowing.mean() < 0.4
    assert result.next_jump.mean() < 0.03


def test_shared_error_widens_the_level():
    years, values = [2024, 2025], [0.8, 0.8]
    apart = walk_posterior(_points(years, values, sd=0.1), _prior(), last_year=2025, stream=STREAM, key="e")
    readings = _points(years, values, sd=0.02, shared=0.1)
    together = walk_posterior(readings, _prior(), last_year=2025, stream=STREAM, key="e")
    assert together.level.std() > apart.level.std()


def test_noise_about_the_walk_is_part_of_a_reading_error():
    prior = _prior(normal=(0.0, 0.5), log_volatility=(np.log(0.2), 0.0), jump_year=None)
    noisy = walk_posterior(
        _points([2025], [0.6], sd=0.0001), replace(prior, noise=1.5), last_year=2025, stream=STREAM, key="n"
    )
    assert noisy.level.std() == pytest.approx((1 / 0.5**2 + 1 / 0.3**2) ** -0.5, rel=0.06)


def test_a_reading_of_the_change_gives_the_normal_posterior_of_both_levels():
    """Two levels with a flat link and one difference: the generalised least squares solution."""
    prior = _prior(normal=(0.0, 0.5), jump_year=None, log_volatility=(np.log(0.4), 0.0))
    stated = _points([2024, 2025], [0.2, 0.6], sd=0.2)
    change = _points([2025], [0.0], sd=0.1)
    result = walk_posterior(stated, prior, last_year=2025, stream=STREAM, key="c1", changes=change)
    # In (a, d): a ~ N(0, .5²), d ~ N(0, .4²); a seen .2 ± .2, a + d seen .6 ± .2, d seen 0 ± .1
    precision = np.array([[4 + 25 + 25, 25], [25, 6.25 + 25 + 100.0]])
    covariance = np.linalg.inv(precision)
    mean = covariance @ [0.2 * 25 + 0.6 * 25, 0.6 * 25]
    assert result.level.mean() == pytest.approx(mean.sum(), abs=0.015)
    assert result.level.std() == pytest.approx(np.sqrt(covariance.sum()), rel=0.06)
    assert result.before.mean() == pytest.approx(mean[0], abs=0.015)
    assert (result.level - result.before).std() == pytest.approx(np.sqrt(covariance[1, 1]), rel=0.06)


def test_a_reading_of_the_change_pulls_the_last_year_towards_the_one_before():
    stated = _points([2024, 2025], [0.7, 0.9], sd=0.1)
    free = walk_posterior(stated, _prior(), last_year=2025, stream=STREAM, key="c2")
    tied = walk_posterior(
        stated, _prior(), last_year=2025, stream=STREAM, key="c2", changes=_points([2025], [0.0], sd=0.05)
    )
    assert tied.level.mean() < free.level.mean()
    assert tied.level.std() < free.level.std()


def test_jumps_slow_from_year_to_year():
    prior = _prior(jump=(0.4, 0.0), slowing=(0.0, 0.0), log_volatility=(-6.0, 0.0))
    result = walk_posterior(_points([2021], [1.0], sd=0.01), prior, last_year=2024, stream=STREAM, key="c3")
    assert result.level.mean() - 1.0 == pytest.approx(0.4 + 0.2 + 0.1, abs=0.01)
    np.testing.assert_allclose(result.next_jump, 0.05)


def test_draws_come_in_the_order_of_their_level():
    result = walk_posterior(_points([2025], [0.5], sd=0.4), _prior(), last_year=2025, stream=STREAM, key="o")
    assert np.all(np.diff(result.level) >= 0)


def test_chains_and_particles_find_the_same_posterior(monkeypatch):
    """Both have over 1500 effective draws: means differ by 4 standard errors at 0.15 sd, so by less.

    A volatility prior off by a fifth, a jump taken for a plain step or a forgotten change would show.
    """
    monkeypatch.setattr(censored, "_PER_UNKNOWN", 250)  # three years are easy
    years, prior = [2021, 2022, 2024], _prior(pull=0.1, noise=0.4, slowing=(0.0, 0.5))
    said = Readings(
        np.array(years), np.array([0.0, 0.2, 0.5]), np.array([0.1, np.inf, 0.7]), np.full(3, 0.05), np.full(3, 0.04)
    )
    change = _points([2024], [0.05], sd=0.05)
    one = walk_posterior(said, prior, last_year=2024, stream=STREAM, key="k", changes=change)
    two = walk_chains(said, prior, last_year=2024, key="k", changes=change)
    assert two.method == "metropolis"
    for name in ("level", "before", "normal", "volatility", "next_jump"):
        a, b = np.log(one.volatility) if name == "volatility" else getattr(one, name), getattr(two, name)
        b = np.log(b) if name == "volatility" else b
        assert abs(a.mean() - b.mean()) < 0.15 * a.std(), name
        assert a.std() == pytest.approx(b.std(), rel=0.12), name
        np.testing.assert_allclose(np.quantile(a, [0.1, 0.9]), np.quantile(b, [0.1, 0.9]), atol=0.2 * a.std())


def test_same_input_same_draws():
    readings = _points([2023, 2025], [0.3, 0.5], sd=0.1)
    one, two = (walk_posterior(readings, _prior(), last_year=2025, stream=STREAM, key="f") for _ in range(2))
    np.testing.assert_array_equal(one.level, two.level)
    np.testing.assert_array_equal(one.normal, two.normal)


def test_impossible_readings_are_refused(monkeypatch):
    monkeypatch.setattr(censored, "_PER_UNKNOWN", 60)  # chains that will not converge need not be long
    readings = _points([2024, 2025], [-3.0, 3.0], sd=0.01)
    with pytest.raises(ModelError, match="contradict the priors"):
        walk_posterior(readings, _prior(), last_year=2025, stream=STREAM, key="g")


@pytest.mark.parametrize("years", [[], [2026]])
def test_readings_must_exist_and_not_lie_ahead(years):
    with pytest.raises(ModelError, match="at least one reading"):
        walk_posterior(_points(years, [0.0] * len(years), sd=0.1), _prior(), last_year=2025, stream=STREAM, key="h")
