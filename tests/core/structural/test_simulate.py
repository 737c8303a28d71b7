import numpy as np
import pytest

from eastbound.core.simulation.seeds import Stream
from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.simulate import Growth, Noise, carry_on, draw_states, tail_scale, tied_rows

# level, trend, reference, season x 12, two coefficients
ROWS = {
    "level": slice(0, 1),
    "trend": slice(1, 2),
    "reference": slice(2, 3),
    "season": slice(3, 15),
    "coefficients": slice(15, 17),
}


def posterior(mean, **values):
    parameters = {"level": 0.0, "season": 0.0, "irregular": 0.0, "drift": 0.0, "damping": 0.5, **values}
    return Posterior(
        np.ones(1),
        {name: np.array([value]) for name, value in parameters.items()},
        ROWS,
        np.asarray(mean, float)[None],
        np.zeros((1, 17, 17)),
        np.empty(0),
        np.empty(0),
        1.0,
    )


def continued(one, *, months, width=1, **regressors):
    """Return the log flow of a posterior with certain states."""
    drawn = draw_states(one, np.zeros(width), np.zeros((17, width)))
    out = np.empty((months, width))
    carry_on(one, drawn, noise(months, width), out=out, **regressors)
    return np.log(out)


def noise(months, width, seed=1):
    rng = np.random.default_rng(seed)
    return Noise(*rng.standard_normal((3, months, width)), np.ones(width))


def test_without_noise_the_drift_returns_to_its_reference():
    mean = np.zeros(17)
    mean[[0, 1, 2]] = 1.0, 0.5, 0.1  # level 1, trend .5 falling half-way to .1 each month
    path = continued(posterior(mean), months=3)
    np.testing.assert_allclose(path[:, 0], [1.5, 1.5 + 0.3, 1.5 + 0.3 + 0.2])


def test_another_growth_replaces_that_of_the_posterior_draw_by_draw():
    mean = np.zeros(17)
    mean[[0, 1, 2]] = 1.0, 0.5, 0.1
    nothing = np.zeros(2)
    growth = Growth(np.array([0.5, 0.2]), nothing, np.array([0.5, 1.0]), nothing, nothing)
    path = continued(posterior(mean, level=1.0), months=3, width=2, growth=growth)
    np.testing.assert_allclose(path.T, [[1.5, 1.75, 1.875], [1.2, 1.4, 1.6]])


def test_season_known_and_driven_regressors_add_up():
    mean = np.zeros(17)
    mean[3:15], mean[15:17] = np.arange(12) / 100, (2.0, -1.0)
    one = posterior(mean)
    known = np.zeros((14, 2))
    known[13, 0] = 0.5
    path = continued(one, months=14, width=2, known=known, driven=(1, np.tile([0.0, 1.0], (14, 1))))
    assert path[3, 0] == pytest.approx(0.03)
    assert path[13, 0] == pytest.approx(0.01 + 2.0 * 0.5)  # month 13 repeats month 1
    assert path[13, 1] == pytest.approx(0.01 + 2.0 * 0.5 - 1.0)


def test_variances_are_those_of_the_model():
    one = posterior(np.zeros(17), level=0.1, irregular=0.2, season=0.3)
    path = continued(one, months=24, width=40_000)
    expected = 0.1**2 * np.arange(1, 25) + 0.2**2 + 0.3**2 * (np.arange(24) // 12 + 1)
    np.testing.assert_allclose(path.var(axis=1), expected, rtol=0.04)


def test_drift_variance_is_that_of_a_summed_autoregression():
    one = posterior(np.zeros(17), drift=0.1, damping=0.8)
    path = continued(one, months=5, width=40_000)
    # trend starts at 0 known; deviation after k steps: sd .06 innovations, weights 1 + .8 + ...
    sums = np.array([sum(0.8**i for i in range(k)) for k in range(5)])
    np.testing.assert_allclose(path.var(axis=1), 0.06**2 * np.cumsum(sums**2), rtol=0.05, atol=1e-12)


def test_tied_normals_keep_their_variance_and_correlate():
    a, b = np.random.default_rng(2).standard_normal((2, 4, 20_000))
    tied = np.array(list(tied_rows(a, b, correlation=0.3)))
    assert np.corrcoef(tied.ravel(), b.ravel())[0, 1] == pytest.approx(0.3, abs=0.02)
    assert tied.std() == pytest.approx(1.0, abs=0.01)


def test_points_are_drawn_by_weight_with_their_own_states():
    two = Posterior(
        np.array([0.25, 0.75]),
        {},
        {},
        np.array([[0.0], [10.0]]),
        np.array([[[1.0]], [[2.0]]]),
        np.empty(0),
        np.empty(0),
        1.0,
    )
    points, states = draw_states(two, np.array([0.1, 0.2, 0.3, 0.9]), np.ones((1, 4)))
    assert points.tolist() == [0, 0, 1, 1]
    assert states.tolist() == [[1.0, 1.0, 12.0, 12.0]]


def test_the_common_scale_has_a_median_of_one_and_t_tails():
    scale = tail_scale(Stream(seed=3, block=0, width=50_000), "x", degrees=5.0)
    assert np.median(scale) == pytest.approx(1.0, abs=0.01)
    # chi2_5 has its 5 % point at 1.1455 and its median at 4.3515
    assert np.quantile(scale, 0.95) == pytest.approx(np.sqrt(4.3515 / 1.1455), rel=0.02)
