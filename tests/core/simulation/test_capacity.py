"""Stops, ramps, outages and ratios of a line with numbers done by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eastbound.core.simulation import capacity

JANUARY_2027 = 2027 * 12


def _lost(uniforms, days, *, per_year, **durations):
    """Return lost days as a table of months and draws."""
    chance = capacity.monthly_chance(per_year)
    begun = np.flatnonzero(uniforms < chance)
    level = uniforms.ravel()[begun] / chance
    cells, lost = capacity.outages((begun, level), days, width=uniforms.shape[1], **durations)
    table = np.zeros(uniforms.shape)
    table.ravel()[cells] = lost
    return table


def test_days_of_leap_and_other_years():
    assert capacity.month_days(2027 * 12, 24).sum() == 365 + 366
    assert capacity.month_days(2100 * 12 + 1, 1)[0] == 28


@given(st.integers(2020, 2045), st.integers(1, 5))
def test_parts_of_a_year_sum_to_one(year, years):
    parts = capacity.year_part(year * 12, 12 * years)
    np.testing.assert_allclose(parts.reshape(-1, 12).sum(axis=1), 1.0)


def test_open_days_shape_the_year():
    days = np.array([31.0] + [0.0] * 10 + [31.0])
    assert capacity.year_part(JANUARY_2027, 12, days).tolist() == [0.5] + [0.0] * 10 + [0.5]


def test_planned_stops_of_power_of_siberia_take_fifteen_days():
    stops = [((3, 27), (4, 3)), ((9, 22), (9, 28))]
    closed = capacity.stop_days(JANUARY_2027, 24, stops)
    assert closed[[2, 3, 8]].tolist() == [5.0, 3.0, 7.0]
    assert closed.reshape(2, 12).sum(axis=1).tolist() == [15.0, 15.0]


def test_stops_do_not_depend_on_where_the_grid_begins():
    stops = [((3, 27), (4, 3))]
    whole = capacity.stop_days(JANUARY_2027, 12, stops)
    np.testing.assert_array_equal(capacity.stop_days(JANUARY_2027 + 3, 9, stops), whole[3:])


def test_schedule_steps():
    since, amounts = [2020 * 12, 2021 * 12, 2025 * 12], [5.0, 10.0, 38.0]
    found = capacity.steps(2019 * 12 + 11, 63, since=since, amounts=amounts)
    assert found[[0, 1, 12, 13, 60, 61]].tolist() == [0.0, 5.0, 5.0, 10.0, 10.0, 38.0]


def _ramp(months, first_flow, **shape):
    """Return what one draw has built and delivers by month."""
    years = capacity.ramp(months, np.array([first_flow]), **{**shape, "years": np.array([shape["years"]])})
    return [
        np.concatenate([np.broadcast_to(part, (12, 1)) for part in parts]).ravel() for parts in zip(*years, strict=True)
    ]


def test_ramp_of_the_far_eastern_route():
    # 2 of 12 in the first year, the rest in five equal steps
    built, found = _ramp(96, 12.0, full=12.0, first_year=1 / 6, years=5.0)
    assert built[[11, 12, 95]].tolist() == [0, 12, 12]
    np.testing.assert_allclose(found[[11, 12, 23, 24, 36, 72, 95]], [0, 2, 2, 4, 6, 12, 12])


@given(st.floats(-24, 130), st.floats(0.05, 1.0), st.floats(1.0, 8.0))
def test_ramps_rise_and_stay_within_bounds(first_flow, first_year, years):
    built, found = _ramp(120, first_flow, full=1.0, first_year=first_year, years=years)
    assert np.all((found >= 0) & (found <= built + 1e-12) & (built <= 1))
    assert np.all(np.diff(found) >= -1e-12)
    assert np.all(built[: max(int(np.floor(first_flow)), 0)] == 0)


def test_a_month_in_which_gas_first_flows_counts_in_part():
    built, found = _ramp(12, 1.25, full=4.0, first_year=0.5, years=2.0)
    assert built[:3].tolist() == [0, 3, 4]
    assert found[:3].tolist() == [0, 1.5, 2]


def test_a_line_that_never_starts_has_no_ramp():
    assert not np.any(_ramp(24, np.inf, full=1.0, first_year=0.2, years=5.0))


def test_outages_come_at_their_rate_and_length():
    uniforms = np.random.default_rng(5).random((120, 4096))
    days = capacity.month_days(JANUARY_2027, 120)
    log_sd = np.log(40 / 3) / stats.norm.ppf(0.95)
    lost = _lost(uniforms, days, per_year=0.5, median=3.0, log_sd=log_sd)
    expected = 0.5 * 3.0 * np.exp(log_sd**2 / 2)  # a year, the mean of a lognormal
    assert lost.sum() / (4096 * 10) == pytest.approx(expected, rel=0.1)
    assert np.all((lost >= 0) & (lost <= days[:, None]))


def test_half_of_the_outages_are_over_in_three_days():
    chance = -np.expm1(-0.6 / 12)
    uniforms = (np.arange(1000)[None] + 0.5) / 1000 * chance
    lost = _lost(uniforms, np.array([31]), per_year=0.6, median=3.0, log_sd=1.0)
    assert np.median(lost) == pytest.approx(3.0, rel=0.01)


def test_no_outage_at_rate_zero():
    lost = _lost(np.zeros((3, 2)), np.array([31, 28, 31]), per_year=0.0, median=3.0, log_sd=1.0)
    assert not lost.any()


def test_autoregression_is_stationary():
    normals = np.random.default_rng(6).standard_normal((5, 12, 20_000))
    found = np.concatenate(list(capacity.persistent(normals, persistence=0.7, sd=0.02)))
    np.testing.assert_allclose(found.std(axis=1), 0.02, rtol=0.03)
    assert np.corrcoef(found[30], found[31])[0, 1] == pytest.approx(0.7, abs=0.02)


def test_autoregression_goes_on_when_its_table_is_used_again():
    normals = np.random.default_rng(6).standard_normal((4, 3, 2))
    whole = next(capacity.persistent(iter([normals.reshape(12, 2).copy()]), persistence=0.7, sd=0.02))

    def same_memory():
        table = np.empty((3, 2))
        for part in normals:
            table[:] = part
            yield table

    found = []
    for table in capacity.persistent(same_memory(), persistence=0.7, sd=0.02):
        found.append(table.copy())
        table[:] = np.nan
    np.testing.assert_allclose(np.concatenate(found), whole)


def test_over_delivery_of_power_of_siberia():
    # flow over contract 2021-2025: 10.39/10, 15.4/15, 22.73/22, 31.12/30, 38.8/38
    ratios = np.array([0.039, 0.0267, 0.0332, 0.0373, 0.0211])
    mean, sd = capacity.shrunk_mean(ratios, mean=0.02, sd=0.02, weight=2.0)
    assert mean == pytest.approx((2 * 0.02 + ratios.sum()) / 7)
    assert ratios.std() < sd < 0.02
