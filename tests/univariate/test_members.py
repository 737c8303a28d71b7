"""Filters, starting states and pools against closed forms and against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student
from statsmodels.tsa.statespace.sarimax import SARIMAX

from eastbound.univariate import members
from eastbound.univariate.airline import airline_ahead, airline_design, airline_grid, airline_multiplier, run_airline
from eastbound.univariate.diffuse import solve_start
from eastbound.univariate.drift import changes, drift_posterior, fit_walk, walk_forecast
from eastbound.univariate.outliers import SURPRISE, absurd_values, soften
from eastbound.univariate.past import PastForecasts
from eastbound.univariate.pool import Member, pool_cdf, pool_quantiles, tail_scale
from eastbound.univariate.smoothing import FAMILIES, ahead, family, run_filter, smoothing_design, spread_multiplier
from eastbound.univariate.spread import path_factor, recent_factor, season_factor

SERIES = np.cumsum(np.random.default_rng(3).normal(0.02, 0.1, 72)) + np.tile(np.sin(np.arange(12)), 6)


def test_interval_of_a_random_walk_with_drift_has_the_textbook_form():
    # METHODS 3.3: sd = s sqrt(h (1 + h / n)) and t with n - 1 degrees of freedom.
    values = np.array([0.0, 1.0, 3.0, 2.0, 4.0])
    change, steps = changes(values)
    s, n = change.std(ddof=1), len(change)
    drift, drift_sd = drift_posterior(change, steps, mean=0.0, sd=np.inf, volatility=s)
    mean, sd = walk_forecast(values[-1], 3, drift=drift, drift_sd=drift_sd, volatility=s)
    h = np.arange(1, 4)
    np.testing.assert_allclose(sd, s * np.sqrt(h * (1 + h / n)))
    upper = pool_quantiles([Member(mean, sd, df=n - 1)], [0.95])[:, 0]
    np.testing.assert_allclose(upper, 4.0 + h * 1.0 + sd * student(n - 1).ppf(0.95))


def test_drift_prior_outweighs_a_short_noisy_series():
    values = np.array([0.0, 0.5, -0.2, 0.6])
    free, shrunk = (fit_walk(values, mean=0.03, sd=sd).drift for sd in (np.inf, 0.01))
    assert free == pytest.approx(0.2)
    assert shrunk == pytest.approx(0.03, abs=0.005)


def test_momentum_is_found_in_a_long_series():
    rng, change = np.random.default_rng(5), np.zeros(400)
    for k in range(1, 400):
        change[k] = 0.6 * change[k - 1] + rng.normal()
    walk = fit_walk(np.cumsum(change), mean=0.0, sd=1.0)
    assert walk.momentum @ walk.weight == pytest.approx(0.6, abs=0.1)


def test_airline_likelihood_agrees_with_the_exact_one():
    # Differences of log-likelihood between parameters; ours fixes the pre-sample errors at zero, theirs does not.
    follow, learn = airline_grid()
    start = solve_start(
        airline_design(np.ones(72, dtype=bool), 1, 12).present,
        SERIES[:, None] - run_airline(SERIES, (follow, learn), np.zeros((len(follow), 13))).predicted,
    )
    model = SARIMAX(SERIES, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12), concentrate_scale=True)
    points = [k for k in range(len(follow)) if 0.3 < follow[k] < 0.9 and 0.3 < learn[k] < 0.8]
    exact = np.array([model.loglike([follow[k] - 1, learn[k] - 1]) for k in points])
    ours = start.score[points]
    assert np.corrcoef(exact, ours)[0, 1] > 0.95
    assert abs(ours[exact.argmax()] - ours.max()) < 1.5


def test_airline_forecast_agrees_with_statsmodels():
    k = int(np.flatnonzero((airline_grid()[0] == 0.55) & (airline_grid()[1] == 0.45))[0])
    gains = airline_grid()[0][[k]], airline_grid()[1][[k]]
    base = run_airline(SERIES, airline_grid(), np.zeros((100, 13))).predicted
    start = solve_start(airline_design(np.ones(72, dtype=bool), 24, 12).present, SERIES[:, None] - base)
    track = run_airline(SERIES, gains, start.states[[k]])
    model = SARIMAX(SERIES, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12))
    peer = model.smooth([-0.45, -0.55, float(start.variance[k])]).get_forecast(24)
    mean = airline_ahead(track, gains, values=SERIES, origins=np.array([71]), horizon=24)[:, 0, 0]
    np.testing.assert_allclose(mean, peer.predicted_mean, atol=0.5 * np.sqrt(start.variance[k]))
    ratio = np.sqrt(airline_multiplier(gains, 24, 12)[:, 0] * start.variance[k]) / peer.se_mean
    np.testing.assert_allclose(ratio, 1.0, atol=0.03)


@pytest.mark.parametrize("name", FAMILIES)
def test_noise_free_season_is_continued(name):
    saw = 10 + np.tile([-1.0, 0.0, 2.0, -1.0], 8)
    gains, known = family(name), np.ones(32, dtype=bool)
    known[[9, 22]] = False
    values = np.where(known, saw, np.nan)
    base = run_filter(values, gains, states=np.zeros((64, 5)), period=4)
    design = smoothing_design((name,), known, horizon=6, period=4).present
    start = solve_start(design, values[:, None] - base.predicted)
    trace = run_filter(values, gains, states=start.states, period=4)
    np.testing.assert_allclose(
        ahead(trace, gains, origins=np.array([31]), horizon=6, period=4)[:, 0],
        np.repeat(saw[:6, None], 64, axis=1),
        atol=1e-3,
    )


@pytest.mark.parametrize("name", FAMILIES)
def test_multiplier_is_the_spread_of_simulated_errors(name):
    # The forecast from one more error, minus that without it, is the impact whose squares the multiplier sums.
    gains, states = family(name), np.zeros((64, 5))
    zeros = np.zeros(12)
    pulse = zeros.copy()
    pulse[-1] = 1.0
    last = {"origins": np.array([11]), "horizon": 9, "period": 4}
    calm = ahead(run_filter(zeros, gains, states=states, period=4), gains, **last)[:, 0]
    moved = ahead(run_filter(pulse, gains, states=states, period=4), gains, **last)[:, 0]
    steps = spread_multiplier(gains, 10, 4)
    np.testing.assert_allclose(np.diff(steps, axis=0), (moved - calm) ** 2, atol=1e-12)


def test_airline_multiplier_is_the_spread_of_simulated_errors():
    gains, states = airline_grid(), np.zeros((100, 5))
    pulse = np.zeros(12)
    pulse[-1] = 1.0
    track = run_airline(pulse, gains, states)
    moved = airline_ahead(track, gains, values=pulse, origins=np.array([11]), horizon=9)[:, 0]
    np.testing.assert_allclose(np.diff(airline_multiplier(gains, 10, 4), axis=0), moved**2, atol=1e-12)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 5), st.booleans()), min_size=1, max_size=5))
def test_pool_quantile_inverts_the_pool_distribution(parts):
    members = [Member(np.array([a]), np.array([s]), df=5.0, log=log) for a, s, log in parts]
    levels = [0.05, 0.5, 0.95]
    values = pool_quantiles(members, levels)
    np.testing.assert_allclose(pool_cdf(members, values)[0], levels, atol=1e-7)


def test_order_of_members_does_not_matter():
    members = [Member(np.array([a]), np.ones(1), df=5.0, weight=a + 1) for a in (0.0, 1.0, 4.0)]
    np.testing.assert_allclose(pool_quantiles(members, [0.1, 0.9]), pool_quantiles(members[::-1], [0.1, 0.9]))


def test_cut_member_has_no_mass_below_zero():
    low = pool_quantiles([Member(np.array([0.0]), np.array([1.0]), df=5.0, positive=True)], [0.001, 0.5])
    # Half of a t: its median is the third quartile of the whole.
    assert 0 < low[0, 0] < 0.01
    assert low[0, 1] == pytest.approx(student(5).ppf(0.75))


def test_tail_scale_keeps_the_sd():
    assert student(5, scale=tail_scale(np.array(2.0), 5.0)).std() == pytest.approx(2.0)


@pytest.mark.parametrize("name", ["airline", *FAMILIES])
def test_a_past_forecast_is_the_one_that_the_data_up_to_its_origin_gave(name):
    values = SERIES.copy()
    values[[20, 50]] = np.nan

    def forecast(history):
        return members._airline(history, 6, 12) if name == "airline" else members._smoothing((name,), history, 6, 12)[0]

    past = forecast(values).past
    for k in (0, len(past.origins) // 2):
        then = forecast(values[: past.origins[k] + 1])
        np.testing.assert_allclose(past.mean[k], then.mean, atol=1e-6 * np.sqrt(then.noise[0]))
        np.testing.assert_allclose(past.variance[k], then.noise + then.doubt, rtol=1e-6)


def test_families_run_in_one_grid_forecast_as_each_does_alone():
    together = members._smoothing(tuple(FAMILIES), SERIES, 6, 12)
    for name, average in zip(FAMILIES, together, strict=True):
        (alone,) = members._smoothing((name,), SERIES, 6, 12)
        for field in ("mean", "noise", "doubt", "errors"):
            np.testing.assert_allclose(getattr(average, field), getattr(alone, field), atol=1e-9)
        np.testing.assert_allclose(average.past.variance, alone.past.variance, rtol=1e-9)


@pytest.mark.parametrize("name", ["airline", *FAMILIES])
def test_forecasts_are_those_of_filters_that_run_from_the_estimated_states(name):
    gap = SERIES.copy()
    gap[30] = np.nan
    known, last = ~np.isnan(gap), {"origins": np.array([71]), "horizon": 6}
    if name == "airline":
        gains, design = airline_grid(), airline_design(known, 6, 12).present
        start = solve_start(design, gap[:, None] - run_airline(gap, gains, np.zeros((100, 13))).predicted)
        direct = airline_ahead(run_airline(gap, gains, start.states), gains, values=gap, **last)[:, 0]
        average = members._airline(gap, 6, 12)
    else:
        gains, design = family(name), smoothing_design((name,), known, horizon=6, period=12).present
        zeros = np.zeros((64, 13))
        start = solve_start(design, gap[:, None] - run_filter(gap, gains, states=zeros, period=12).predicted)
        trace = run_filter(gap, gains, states=start.states, period=12)
        direct = ahead(trace, gains, period=12, **last)[:, 0]
        (average,) = members._smoothing((name,), gap, 6, 12)
    weight = np.exp(start.score - start.score.max())
    np.testing.assert_allclose(average.mean, direct @ weight / weight.sum(), atol=1e-6)


def paths(error, count=200, horizon=1):
    """Return past forecasts of zero with variance one, and a series with errors of the given sd."""
    origins = np.arange(24, count - 1)
    past = PastForecasts(origins, np.zeros((len(origins), horizon)), np.ones((len(origins), horizon)))
    return past, np.random.default_rng(1).normal(0, error, count)


def test_path_factor_widens_what_was_too_narrow_and_narrows_what_was_too_wide():
    narrow = path_factor(*paths(1.6, horizon=2))
    assert 1.7 < narrow[0] < 2.6  # true ratio 2.56, large errors cut, shrunk to one
    assert narrow[1] < narrow[0]  # fewer independent paths
    wide = path_factor(*paths(0.5, horizon=2))
    assert 0.22 < wide[0] < 0.32
    assert wide[1] > wide[0]


def test_one_huge_past_error_counts_as_two_and_a_half_sd():
    past, values = paths(1.0, count=80)
    calm = path_factor(past, values)
    values[60] = 1e3
    assert path_factor(past, values)[0] < calm[0] + 2.5**2 / len(past.origins)


def test_a_series_too_short_for_past_forecasts_keeps_its_width():
    past, values = paths(3.0, count=25)
    assert (path_factor(past, values) == 1.0).all()


def test_recent_and_seasonal_volatility_are_seen():
    errors = np.random.default_rng(2).normal(0, 1, 120)
    louder = errors * np.where(np.arange(120) >= 84, 3.0, 1.0)
    assert recent_factor(louder, 12) > 1.3 > recent_factor(errors, 12)
    months = errors * np.where(np.arange(120) % 12 == 3, 4.0, 1.0)
    assert season_factor(months, 24, 12).argmax() % 12 == 3


def test_absurd_value_in_the_middle_is_marked_but_a_shift_and_the_last_value_are_not():
    calm = np.array([1.0, 2, 1, 3, 2, 1, 2, 3])
    spike, shift, last = calm.copy(), calm.copy(), calm.copy()
    spike[3], last[-1] = 500.0, 500.0
    shift[4:] += 500.0
    assert absurd_values(spike).nonzero()[0].tolist() == [3]
    assert not absurd_values(shift).any()
    assert not absurd_values(last).any()


def test_soften_leaves_every_error_within_the_limit_and_touches_nothing_else():
    errors = np.random.default_rng(6).normal(0, 1, 120)
    errors[[40, 80]] = 9.0, -9.0
    values = np.arange(120.0)
    values[50] = errors[50] = np.nan
    left = errors - (values - soften(values, errors, 12))
    limit = SURPRISE * 1.4826 * np.nanmedian(np.abs(errors[12:]))
    assert np.nanmax(np.abs(left[12:])) == pytest.approx(limit)
    calm = ~(np.abs(errors) > limit) | (np.arange(120) < 12)
    np.testing.assert_array_equal(soften(values, errors, 12)[calm], values[calm])
    np.testing.assert_array_equal(soften(values, 0 * errors, 12), values)
