"""Forecasts of one series: invariances, recovery, odd input, calibration of simple truths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import lfilter

from eastbound.errors import InputError
from eastbound.univariate.forecast import forecast_series

MONTH = np.arange(60)
RISING = np.exp(0.01 * MONTH + 0.2 * np.sin(MONTH * np.pi / 6) + 0.02 * np.cos(7.0 * MONTH))
YEARLY = np.array([8.0, 9, 11, 10, 12, 13, 13, 15, 16, 16, 18, 17])


@pytest.mark.parametrize(("history", "period"), [(RISING, 12), (RISING, 4), (YEARLY, 1), (RISING - 1.2, 12)])
def test_unit_of_the_history_is_the_unit_of_the_result(history, period):
    one = forecast_series(history, 6, period=period).to_numpy()
    np.testing.assert_allclose(forecast_series(1000 * history, 6, period=period), 1000 * one, rtol=1e-6)


def test_seed_and_repetition_change_nothing():
    first = forecast_series(RISING, 6, seed=1)
    pd.testing.assert_frame_equal(first, forecast_series(RISING, 6, seed=2))


def test_frame_has_steps_and_levels_in_the_order_asked():
    frame = forecast_series(pd.Series(RISING), 3, quantiles=(0.9, 0.1, 0.5))
    assert list(frame.index) == [1, 2, 3]
    assert list(frame.columns) == [0.9, 0.1, 0.5]
    assert (frame[0.1] < frame[0.5]).all()
    assert (frame[0.5] < frame[0.9]).all()


def test_season_and_slope_are_found():
    coming = np.arange(60, 72)
    truth = np.exp(0.01 * coming + 0.2 * np.sin(coming * np.pi / 6))
    median = forecast_series(RISING, 12, quantiles=(0.5,)).to_numpy()[:, 0]
    np.testing.assert_allclose(median, truth, rtol=0.05)


def test_quarterly_season_is_found():
    # Noise of 2 % leaves the level uncertain by about as much.
    season, noise = np.tile([0.2, -0.1, 0.0, -0.1], 12), 0.02 * np.cos(7.0 * np.arange(48))
    median = forecast_series(np.exp(season + noise)[:40], 8, period=4, quantiles=(0.5,)).to_numpy()[:, 0]
    np.testing.assert_allclose(median, np.exp(season[40:]), rtol=0.04)


@pytest.mark.parametrize("period", [1, 4, 12])
@pytest.mark.parametrize("count", [8, 400])
def test_shortest_and_longest_history_are_forecast(count, period):
    history = 100 + np.random.default_rng(8).normal(0, 1, count)
    frame = forecast_series(history, 3, period=period, quantiles=(0.1, 0.5, 0.9))
    assert (frame[0.1] < 101).all()
    assert (frame[0.5] - 100).abs().max() < 4
    assert (frame[0.9] > 99).all()


def test_a_gap_hardly_changes_the_forecast():
    gappy = RISING.copy()
    gappy[[20, 33, 47]] = np.nan
    full = forecast_series(RISING, 6, quantiles=(0.5,)).to_numpy()
    np.testing.assert_allclose(forecast_series(gappy, 6, quantiles=(0.5,)).to_numpy(), full, rtol=0.03)


def test_wide_gaps_leave_a_yearly_walk_as_it_is():
    # A line seen in every second year only: slope 1 a year, no noise, so the drift is known but for its damping.
    history = np.arange(100.0, 121.0)
    history[1::2] = np.nan
    median = forecast_series(history, 3, period=1, quantiles=(0.5,)).to_numpy()[:, 0]
    assert np.all(np.diff([120.0, *median]) > 0.5)
    assert np.all(np.diff([120.0, *median]) < 1.5)


def test_part_of_a_yearly_trend_lasts():
    history = 100 + np.arange(25.0) + np.tile([0.5, -0.5, 0.0, 0.3, -0.3], 5)
    median = forecast_series(history, 30, period=1, quantiles=(0.5,)).to_numpy()[:, 0]
    # The damped drift alone adds .9 ** 30 = .04 in the last year; half the trend, in a third of the pool, adds more.
    assert 0.08 < median[-1] - median[-2] < 0.5


@pytest.mark.parametrize("period", [1, 4, 12])
def test_positive_history_gives_positive_quantiles(period):
    rough = np.exp(np.random.default_rng(4).normal(0, 1.5, 60))
    assert (forecast_series(rough, 24, period=period, quantiles=(0.001, 0.5, 0.999)) > 0).all(axis=None)


def test_interval_of_a_random_walk_grows_like_the_root_of_the_step():
    walk = 1000 + np.cumsum(np.random.default_rng(7).normal(0, 1, 200))
    frame = forecast_series(walk, 9, period=1, quantiles=(0.1, 0.9))
    width = (frame[0.9] - frame[0.1]).to_numpy()
    # sd 1, so the 80 % interval is 2.56 wide at the first step and about three times that at the ninth.
    assert width[0] == pytest.approx(2.56, rel=0.3)
    assert width[8] / width[0] == pytest.approx(3, rel=0.3)


def test_nominal_intervals_hold_for_a_simulated_airline_model():
    # 20 series x 12 steps; the steps of a series go together, so the 80 % are uncertain by about 10 points.
    rng, hits = np.random.default_rng(11), []
    ordinary, seasonal = np.array([1.0, -1.0]), np.array([1.0, *[0.0] * 11, -1.0])
    moving = np.convolve([1.0, -0.4], [1.0, *[0.0] * 11, -0.6])
    for _ in range(20):
        z = lfilter(moving, np.convolve(ordinary, seasonal), rng.normal(0, 0.03, 96))
        frame = forecast_series(np.exp(z[:-12]), 12, quantiles=(0.1, 0.9)).to_numpy()
        hits.append(np.mean((np.exp(z[-12:]) >= frame[:, 0]) & (np.exp(z[-12:]) <= frame[:, 1])))
    assert 0.65 < np.mean(hits) < 0.95


def wild_histories():
    """Return a strategy of arrays: any finite or missing numbers, or calm ones with single wild values among them."""
    anything = st.floats(allow_infinity=False, width=64)
    calm = st.floats(0.5, 2.0)
    lengths = st.integers(0, 60)
    return st.one_of(
        arrays(np.float64, lengths, elements=anything),
        arrays(np.float64, lengths, elements=st.one_of(calm, calm, calm, st.just(0.0), st.just(np.nan), anything)),
        arrays(np.float64, st.integers(8, 60), elements=st.floats(-1e6, 1e6, allow_subnormal=False)),
    )


@settings(max_examples=60, deadline=None)
@example(np.array([0, 2e167, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1]), 4, 1)
@example(np.append(np.full(11, 9e307), 8e307), 1, 5)
@given(wild_histories(), st.sampled_from([1, 4, 12]), st.sampled_from([1, 5, 40]))
def test_wild_histories_give_ordered_finite_quantiles_or_a_reason(history, period, horizon):
    try:
        table = forecast_series(history, horizon, period=period).to_numpy()
    except InputError:
        assert np.isfinite(history).sum() < 8 or np.isnan(history[-1])
        return
    assert np.isfinite(table).all()
    assert (np.diff(table, axis=1) >= 0).all()
    assert (table > 0).all() or np.nanmin(history) <= 0


def test_explosive_history_is_held_at_the_largest_number_and_says_so():
    frame = forecast_series(np.exp(11.5 * np.arange(60)), 40)
    assert np.isfinite(frame.to_numpy()).all()
    assert "explosive" in frame.attrs["fallback"]


def test_very_long_history_says_what_was_used():
    long = np.tile(RISING, 8)
    frame = forecast_series(long, 2)
    assert frame.attrs["fallback"] == "the last 400 of 480 values used"
    np.testing.assert_array_equal(frame, forecast_series(long[-400:], 2))


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ([np.nan] * 20, "0 usable"),
        ([1.0] * 7, "7 usable"),
        ([*range(1, 20), np.inf], "infinite at position 19"),
        ([*range(1, 20), np.nan], "ends in a gap"),
        ([[1.0, 2.0], [3.0, 4.0]], "2 dimensions"),
        (["a"] * 10, "not a number"),
        (np.ones(10) + 1j, "not a number"),
        (5.0, "0 dimensions"),
        ([], "0 usable"),
        (np.ma.masked_array(np.arange(10.0), mask=[True] * 3 + [False] * 7), "7 usable"),
    ],
)
def test_bad_history_is_refused_with_a_reason(history, words):
    with pytest.raises(InputError, match=words):
        forecast_series(history, 3, period=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"period": 7}, "yearly"),
        ({"horizon": 0}, "at least 1"),
        ({"horizon": 2.5}, "whole number"),
        ({"horizon": 361}, "at most 360"),
        ({"period": True}, "yearly"),
        ({"period": 12.0}, "yearly"),
        ({"quantiles": 0.5}, "list of levels"),
        ({"quantiles": (0.5, np.nan)}, "strictly between"),
        ({"quantiles": (0.5, 1.0)}, "strictly between"),
        ({"quantiles": ()}, "strictly between"),
    ],
)
def test_bad_options_are_refused_with_a_reason(options, words):
    with pytest.raises(InputError, match=words):
        forecast_series(YEARLY, **{"horizon": 3, "period": 1, **options})


def monthly(values):
    return pd.Series(values, pd.date_range("2020-01-01", periods=len(values), freq="MS"))


def test_dates_must_be_sorted_single_and_regular():
    good = monthly(RISING)
    forecast_series(good, 2)
    with pytest.raises(InputError, match="not in order"):
        forecast_series(good[::-1], 2)
    with pytest.raises(InputError, match="twice"):
        forecast_series(pd.concat([good, good[-1:]]), 2)
    with pytest.raises(InputError, match=r"2020-03.*missing"):
        forecast_series(good.drop(good.index[2]), 2)
    with pytest.raises(InputError, match="is monthly but `period` 1 means yearly"):
        forecast_series(good, 2, period=1)


def test_dates_in_any_form_are_looked_at():
    good = monthly(RISING)
    for form in (
        good.index.astype(str),
        [day.date() for day in good.index],
        good.index.tz_localize("Asia/Vladivostok"),
    ):
        forecast_series(pd.Series(RISING, form), 2)
        with pytest.raises(InputError, match="not in order"):
            forecast_series(pd.Series(RISING, form)[::-1], 2)
    with pytest.raises(InputError, match="no date at position 5"):
        forecast_series(pd.Series(RISING, good.index.where(np.arange(60) != 5)), 2)


def test_mixed_frequencies_are_refused_where_they_change():
    quarters, months = pd.date_range("2010", periods=30, freq="QS"), pd.date_range("2017-07", periods=30, freq="MS")
    mixed = pd.Series(RISING, quarters.append(months))
    with pytest.raises(InputError, match="3 months from 2010-01 to 2010-04"):
        forecast_series(mixed, 2)
    with pytest.raises(InputError, match="1 months from 2017-07 to 2017-08"):
        forecast_series(mixed, 2, period=4)


def test_period_index_is_read_like_dates():
    series = monthly(RISING)
    by_period = series.copy()
    by_period.index = by_period.index.to_period("M")
    pd.testing.assert_frame_equal(forecast_series(series, 2), forecast_series(by_period, 2))


def test_constant_history_says_what_was_done():
    frame = forecast_series([5.0] * 20, 3, period=1)
    assert (frame == 5.0).all(axis=None)
    assert frame.attrs["fallback"].startswith("constant")


def test_zeros_and_negatives_say_what_was_done():
    history = RISING - 1.0
    assert "level scale only" in forecast_series(history, 3).attrs["fallback"]
    assert forecast_series(RISING, 3).attrs["fallback"] == ""


def test_short_monthly_history_says_that_seasons_were_left_out():
    assert "no seasons" in forecast_series(RISING[:20], 3).attrs["fallback"]


def test_one_absurd_value_is_counted_as_missing_and_named():
    history = RISING.copy()
    history[30] = 1e6
    frame = forecast_series(history, 3)
    assert "[30]" in frame.attrs["fallback"]
    np.testing.assert_allclose(frame[0.5], forecast_series(RISING, 3)[0.5], rtol=0.03)


def test_an_absurd_first_value_is_left_out_and_an_absurd_last_one_is_kept_and_named():
    first, last = RISING.copy(), RISING.copy()
    first[0] = last[-1] = 1e6
    assert "[0]" in forecast_series(first, 3).attrs["fallback"]
    assert "last value absurdly far" in forecast_series(last, 3).attrs["fallback"]


def test_a_lasting_shift_is_not_taken_for_an_error():
    history = np.concatenate([RISING[:30], 5 * RISING[30:]])
    frame = forecast_series(history, 3)
    assert frame.attrs["fallback"] == ""
    assert (frame[0.5] > 3 * RISING[-1]).all()


def test_a_shock_of_two_months_widens_the_forecast_more_than_it_moves_it():
    shocked = RISING.copy()
    shocked[[44, 45]] *= 0.7
    calm, after = (forecast_series(y, 6, quantiles=(0.1, 0.5, 0.9)) for y in (RISING, shocked))
    assert np.abs(np.log(after[0.5] / calm[0.5])).max() < 0.1
    assert ((after[0.9] / after[0.1]) > (calm[0.9] / calm[0.1])).all()


VALUES = [8.0, 9, 11, 10, 12, 13, 13, 15, 16]


@pytest.mark.parametrize(
    "years",
    [
        [2010, 2012, 2011, *range(2013, 2019)],
        [2010, 2011, 2011, *range(2012, 2018)],
        [2010, 2011, 2013, *range(2014, 2020)],
    ],
)
def test_unordered_doubled_or_missing_whole_years_are_refused(years):
    with pytest.raises(InputError, match="one value for every year"):
        forecast_series(pd.Series(VALUES, index=years), 2, period=1)


@pytest.mark.parametrize(
    "values",
    [
        [True, False] * 5,
        np.array([True, False] * 5),
        pd.Series(pd.date_range("2020", periods=10)),
        [str(value) for value in VALUES],
        np.array([str(value) for value in VALUES]),
        [*VALUES, True],
        [*VALUES, "12"],
    ],
)
def test_values_of_another_type_are_refused(values):
    with pytest.raises(InputError, match="not a number"):
        forecast_series(values, 2, period=1)


def test_every_mark_of_a_missing_value_is_a_gap():
    expected = forecast_series([*VALUES[:4], np.nan, *VALUES], 2, period=1)
    for missing in (pd.NA, None):
        pd.testing.assert_frame_equal(forecast_series([*VALUES[:4], missing, *VALUES], 2, period=1), expected)
    nullable = pd.Series([*VALUES[:4], pd.NA, *VALUES], dtype="Float64")
    pd.testing.assert_frame_equal(forecast_series(nullable, 2, period=1), expected)
    whole = pd.Series([*map(int, VALUES[:4]), pd.NA, *map(int, VALUES)], dtype="Int64", index=range(2005, 2019))
    pd.testing.assert_frame_equal(forecast_series(whole, 2, period=1), expected)
