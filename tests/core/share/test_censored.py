"""The walk behind interval readings: closed forms, and truths drawn from the prior."""

from __future__ import annotations

import numpy as np
import pytest

from eastbound.core.share import censored
from eastbound.core.share.censored import KEPT, Readings, WalkPrior, walk_chains, walk_posterior
from eastbound.core.simulation.seeds import Stream
from eastbound.errors import ModelError

STREAM = Stream(11, 0, KEPT)
NARROW = 1e-3


def _prior(**changes):
    base = {
        "level": (0.0, 0.5),
        "drift": (0.02, 0.05),
        "plateau": (0.0, 0.05),
        "jump": (0.2, 0.25),
        "jump_years": (2022, 2023),
        "log_volatility": (np.log(0.1), 0.3),
    }
    return WalkPrior(**{**base, **changes})


def _points(years, values, *, sd, shared=0.0):
    """Readings so narrow that they are points with a normal error."""
    values = np.asarray(values, dtype=float)
    size = len(values)
    return Readings(
        np.asarray(years), values - NARROW, values + NARROW, np.full(size, float(sd)), np.full(size, float(shared))
    )


def test_one_reading_gives_the_normal_posterior():
    prior = _prior(level=(0.0, 0.3))
    found = walk_posterior(_points([2025], [0.5], sd=0.4), prior, last_year=2025, stream=STREAM, key="a")
    precision = 1 / 0.3**2 + 1 / 0.4**2
    assert found.level.mean() == pytest.approx(0.5 / 0.4**2 / precision, abs=0.02)
    assert found.level.std() == pytest.approx(precision**-0.5, rel=0.05)


def test_an_open_reading_cuts_the_prior():
    said = Readings(np.array([2025]), np.array([0.0]), np.array([np.inf]), np.array([0.001]), np.array([0.0]))
    found = walk_posterior(said, _prior(level=(0.0, 1.0)), last_year=2025, stream=STREAM, key="b")
    # a half normal: mean sqrt(2 / pi)
    assert found.level.mean() == pytest.approx(np.sqrt(2 / np.pi), abs=0.04)


def test_years_without_reading_add_drift_and_noise():
    prior = _prior(drift=(0.1, 0.0), jump_years=(1, 0), log_volatility=(np.log(0.2), 0.0))
    found = walk_posterior(_points([2020], [1.0], sd=0.05), prior, last_year=2024, stream=STREAM, key="c")
    assert found.level.mean() == pytest.approx(1.4, abs=0.03)
    assert found.level.std() == pytest.approx(0.2 * 2, rel=0.06)


def test_jump_years_leave_the_drift_alone():
    years, values = [2021, 2022, 2023, 2024], [0.0, 0.5, 0.9, 0.92]
    prior = _prior(drift=(0.02, 0.05))
    found = walk_posterior(_points(years, values, sd=0.01), prior, last_year=2024, stream=STREAM, key="d")
    assert found.drift.mean() == pytest.approx(0.02, abs=0.01)


def test_shared_error_widens_the_level_but_not_the_change():
    years, values = [2024, 2025], [0.8, 0.8]
    apart = walk_posterior(_points(years, values, sd=0.1), _prior(), last_year=2025, stream=STREAM, key="e")
    readings = _points(years, values, sd=0.02, shared=0.1)
    together = walk_posterior(readings, _prior(), last_year=2025, stream=STREAM, key="e")
    assert together.level.std() > apart.level.std()
    assert together.drift.std() <= apart.drift.std() * 1.02


def test_a_reading_of_the_change_gives_the_normal_posterior_of_both_levels():
    """Two levels with a flat link and one difference: the generalised least squares solution."""
    prior = _prior(level=(0.0, 0.5), drift=(0.0, 0.0), jump_years=(1, 0), log_volatility=(np.log(0.4), 0.0))
    said = _points([2024, 2025], [0.2, 0.6], sd=0.2)
    change = _points([2025], [0.0], sd=0.1)
    found = walk_posterior(said, prior, last_year=2025, stream=STREAM, key="c1", changes=change)
    # In (a, d): a ~ N(0, .5²), d ~ N(0, .4²); a seen .2 ± .2, a + d seen .6 ± .2, d seen 0 ± .1
    precision = np.array([[4 + 25 + 25, 25], [25, 6.25 + 25 + 100.0]])
    mean = np.linalg.solve(precision, [0.2 * 25 + 0.6 * 25, 0.6 * 25])
    sd = np.sqrt(np.linalg.inv(precision).sum())
    assert found.level.mean() == pytest.approx(mean.sum(), abs=0.015)
    assert found.level.std() == pytest.approx(sd, rel=0.06)


def test_a_reading_of_the_change_pulls_the_last_year_towards_the_one_before():
    said = _points([2024, 2025], [0.7, 0.9], sd=0.1)
    free = walk_posterior(said, _prior(), last_year=2025, stream=STREAM, key="c2")
    tied = walk_posterior(
        said, _prior(), last_year=2025, stream=STREAM, key="c2", changes=_points([2025], [0.0], sd=0.05)
    )
    assert tied.level.mean() < free.level.mean()
    assert tied.level.std() < free.level.std()
    assert tied.drift.mean() <= free.drift.mean()


def test_jumps_slow_from_year_to_year():
    prior = _prior(jump=(0.4, 0.0), jump_years=(2022, 2024), slowing=0.5, drift=(0.0, 0.0))
    found = walk_posterior(_points([2021], [1.0], sd=0.01), prior, last_year=2024, stream=STREAM, key="c3")
    assert found.level.mean() == pytest.approx(1.7, abs=0.005)
    assert found.level.std() < 0.02


def test_chains_and_particles_find_the_same_posterior(monkeypatch):
    """Both have over 1500 effective draws: means differ by 4 standard errors at 0.15 sd, so by less.

    A volatility prior off by a fifth, a jump taken for a plain step or a forgotten change would show.
    """
    monkeypatch.setattr(censored, "_PER_UNKNOWN", 250)  # three years are easy
    years, prior = [2021, 2022, 2024], _prior(jump_years=(2022, 2023), slowing=0.5)
    said = Readings(
        np.array(years), np.array([0.0, 0.2, 0.5]), np.array([0.1, np.inf, 0.7]), np.full(3, 0.05), np.full(3, 0.04)
    )
    change = _points([2024], [0.05], sd=0.05)
    one = walk_posterior(said, prior, last_year=2024, stream=STREAM, key="k", changes=change)
    two = walk_chains(said, prior, last_year=2024, key="k", changes=change)
    assert two.method == "metropolis"
    for name in ("level", "drift", "volatility"):
        a, b = np.log(one.volatility) if name == "volatility" else getattr(one, name), getattr(two, name)
        b = np.log(b) if name == "volatility" else b
        assert abs(a.mean() - b.mean()) < 0.15 * a.std(), name
        assert a.std() == pytest.approx(b.std(), rel=0.12), name
        np.testing.assert_allclose(np.quantile(a, [0.1, 0.9]), np.quantile(b, [0.1, 0.9]), atol=0.2 * a.std())


def test_same_input_same_draws():
    readings = _points([2023, 2025], [0.3, 0.5], sd=0.1)
    one, two = (walk_posterior(readings, _prior(), last_year=2025, stream=STREAM, key="f") for _ in range(2))
    np.testing.assert_array_equal(one.level, two.level)
    np.testing.assert_array_equal(one.drift, two.drift)


def test_impossible_readings_are_refused(monkeypatch):
    monkeypatch.setattr(censored, "_PER_UNKNOWN", 60)  # chains that will not converge need not be long
    readings = _points([2024, 2025], [-3.0, 3.0], sd=0.01)
    with pytest.raises(ModelError, match="contradict the priors"):
        walk_posterior(readings, _prior(), last_year=2025, stream=STREAM, key="g")


@pytest.mark.parametrize("years", [[], [2026]])
def test_readings_must_exist_and_not_lie_ahead(years):
    with pytest.raises(ModelError, match="at least one reading"):
        walk_posterior(_points(years, [0.0] * len(years), sd=0.1), _prior(), last_year=2025, stream=STREAM, key="h")
