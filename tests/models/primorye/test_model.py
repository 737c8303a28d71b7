"""Primorye's two flows: identities, variants on common random numbers, and the published vintage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eastbound import names
from eastbound.core.ratio import percent
from eastbound.core.share.censored import KEPT
from eastbound.core.share.shares import log_ratio, share_of
from eastbound.core.simulation.seeds import Stream
from eastbound.evidence.book import load_evidence
from eastbound.models.primorye import model as primorye
from eastbound.models.primorye import readings as primorye_share
from eastbound.models.protocol import Grid, World, grid_start
from eastbound.models.trade.model import TOTAL_BASE
from eastbound.scenarios.settings import load_settings

OWN, REFERENCE = f".{names.OWN_HISTORY}", f".{names.REFERENCE_CLASS}"
STREAM = Stream(3, 0, 1024)


@pytest.fixture(scope="module")
def book():
    return load_evidence()


@pytest.fixture(scope="module")
def settings():
    return load_settings("primorye")


@pytest.fixture(scope="module")
def fit(book, settings):
    return primorye.fit(book, settings, start=grid_start(book))


@pytest.fixture(scope="module")
def grid(book):
    start = grid_start(book)
    return Grid(start, 2036 * 12 - start)


@pytest.fixture(scope="module")
def calm(fit, grid):
    return primorye.simulate(fit, World(grid), STREAM)


def _share(paths, variant=""):
    return percent(paths[names.CHINA_TURNOVER + variant], paths[names.PRIMORYE_TURNOVER + variant])


def _log_ratio(paths):
    """The logit of the share from the flows, which keeps its digits where the share is close to 100 %."""
    return np.log(paths[names.CHINA_TURNOVER]) - np.log(paths[names.REST_TURNOVER])


def _annual_share(paths, variant=""):
    yearly = [
        paths[name + variant].reshape(-1, 12, 1024).sum(axis=1)
        for name in (names.CHINA_TURNOVER, names.PRIMORYE_TURNOVER)
    ]
    return 100.0 * yearly[0] / yearly[1]


def _national(grid, *, growth=0.0):
    level = np.full((grid.months, STREAM.width), 10.0) * np.exp(growth * np.arange(grid.months)[:, None] / 12)
    return {names.TRADE_TOTAL: 2.2 * level, TOTAL_BASE: 2.2 * level}


def test_readings_leave_out_interpolated_years(book, settings):
    readings = primorye_share.share_readings(book, settings, last_year=2025)
    assert readings.years.tolist() == [2015, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025]
    row = readings.years.tolist().index(2023)
    np.testing.assert_allclose([readings.low[row], readings.high[row]], log_ratio(np.array([0.62, 0.68])))
    assert np.flatnonzero(readings.shared_sd).tolist() == [8, 9]


def test_interpolated_years_weigh_nothing(book, settings, fit):
    rows = book.observations
    graded_d = rows["note"].fillna("").str.contains("grade D")
    interpolated = (rows["series_id"] == primorye_share.RECONSTRUCTION) & graded_d
    assert interpolated.sum() > 10
    wrong = {"low": 1.0, "value": 2.0, "high": 3.0}
    changed = {column: rows[column].where(~interpolated, value) for column, value in wrong.items()}
    spoilt = replace(book, observations=rows.assign(**changed))
    found = primorye.fit(spoilt, settings, start=grid_start(book))
    np.testing.assert_array_equal(found.share.level, fit.share.level)


def test_the_running_year_is_read_from_the_latest_word(settings):
    early = load_evidence("2024-12-31")
    readings = primorye_share.share_readings(early, settings, last_year=2024)
    assert readings.years.tolist()[-2:] == [2023, 2024]
    np.testing.assert_allclose(share_of(readings.low[-1]), 0.675)  # "68" of the press release of December 2024
    graded = primorye_share.share_readings(load_evidence("2025-06-30"), settings, last_year=2024)
    np.testing.assert_allclose(share_of(graded.low[-1]), 0.655)


def test_growth_of_both_flows_reads_the_change_of_the_share(book, settings):
    """China 9 to 10 % and all trade 9.1 % in 2025: the share moved by at most 0.6 points (METHODS 2.2)."""
    shares = primorye_share.share_readings(book, settings, last_year=2025)
    found = primorye_share.share_changes(book, settings, shares, last_year=2025)
    assert found.years.tolist() == [2025]
    before = log_ratio(0.68)
    low, high = (100 * (share_of(before + end[0]) - 0.68) for end in (found.low, found.high))
    assert low == pytest.approx(0.68 * 100 * (1.09 / 1.091 - 1), abs=0.01)
    assert high == pytest.approx(0.68 * 100 * (1.10 / 1.091 - 1), abs=0.01)


def test_the_growth_check_pulls_2025_towards_2024(book, settings, fit):
    unchecked = primorye.fit(book, {**settings, "change_first_year": 2030}, start=grid_start(book))
    assert fit.share.level.mean() < unchecked.share.level.mean() - 0.01
    assert fit.share.level.std() < unchecked.share.level.std()


@pytest.mark.parametrize(("day", "known"), [("2021-12-31", False), ("2022-02-24", False), ("2022-02-25", True)])
def test_the_shift_is_foreseen_only_once_it_is_known(settings, day, known):
    prior = primorye_share.share_prior(load_evidence(day), settings, weight=1.0)
    assert prior.jumps_by(2022) == int(known)
    assert (prior.jump[1] > 0) is known


def test_the_weight_goes_from_a_vague_prior_to_the_learnt_one(book, settings):
    vague, half, learnt = (primorye_share.share_prior(book, settings, weight=weight) for weight in (0.0, 0.5, 1.0))
    assert learnt.normal == pytest.approx((settings["normal_mean"], settings["normal_sd"]))
    assert vague.normal == pytest.approx((settings["own_normal_mean"], settings["own_normal_sd"]))
    assert half.normal[1] == pytest.approx((0.5 / vague.normal[1] ** 2 + 0.5 / learnt.normal[1] ** 2) ** -0.5)
    assert learnt.normal[0] < half.normal[0] < vague.normal[0]


def test_an_origin_inside_the_shift_carries_it_on(settings, grid):
    early = load_evidence("2023-06-30")
    start = grid_start(early)
    result = primorye.fit(early, settings, start=start)
    paths = primorye.simulate(result, World(Grid(start, 48)), STREAM)
    by_year = log_ratio(_annual_share(paths, OWN) / 100).mean(axis=1)
    jump = result.own.next_jump.mean()
    assert jump > 0.1
    assert by_year[1] - by_year[0] == pytest.approx(jump, abs=0.04)
    assert by_year[2] - by_year[1] < 0.8 * jump


def test_shift_and_drift_are_fitted_jointly(book, settings, fit):
    """The data halve the spread of the coming jump; a prior that slows less leaves more of it."""
    rng, prior = np.random.default_rng(1), fit.reference
    before = rng.normal(*prior.jump, 4096) * share_of(rng.normal(*prior.slowing, 4096)) ** 4
    assert fit.share.next_jump.std() < 0.5 * before.std()
    slower = primorye.fit(book, {**settings, "shift_slowing": 0.9}, start=grid_start(book))
    assert slower.share.next_jump.mean() > fit.share.next_jump.mean()
    assert slower.share.normal.mean() != pytest.approx(fit.share.normal.mean(), abs=1e-4)


def test_the_region_learns_from_its_own_history_beyond_the_prior(fit):
    """The drift is a posterior: it moves away from its prior, and the history narrows it."""
    learnt = fit.reference.normal[0] + fit.share.next_jump.mean()  # prior of the normal level, before any shift
    assert fit.share.normal.mean() > learnt + 1.0
    assert fit.share.volatility.mean() < 0.7 * np.exp(fit.reference.log_volatility[0])


def test_conflicting_levels_span_one_interval(book, settings):
    readings, national = primorye_share.level_readings(book, settings, last_year=2025)
    row = readings.years.tolist().index(2024)
    assert readings.high[row] - readings.low[row] > np.log(7.5 / 6.0)
    assert national == pytest.approx(228.1, abs=0.1)


def test_posterior_stands_where_officials_say(fit):
    share = 1.0 / (1.0 + np.exp(-fit.share.level))
    assert share.mean() == pytest.approx(0.70, abs=0.015)
    assert 0.01 < share.std() < 0.03
    assert 0.0 < fit.share.next_jump.mean() < 0.12
    assert np.exp(fit.china.level).mean() == pytest.approx(7.8, abs=0.6)


def test_reference_class_drifts_down(calm):
    by_year = np.median(log_ratio(_annual_share(calm, REFERENCE) / 100), axis=1)
    assert -0.08 < (by_year[-1] - by_year[0]) / (len(by_year) - 1) < -0.02


def test_a_rise_of_the_running_year_diverts_trade_and_loses_none(settings):
    """Last year's trade with China is divided by last year's share, not by the one of the running year."""
    early = load_evidence("2023-06-30")
    start = grid_start(early)
    result = primorye.fit(early, settings, start=start)
    assert result.share_year == start // 12 == 2023
    assert result.share.level.mean() > result.share.before.mean() + 0.1
    paths = primorye.simulate(result, World(Grid(start, 12)), STREAM)
    total = np.log(paths[names.PRIMORYE_TURNOVER].sum(axis=0)).mean()
    assert total == pytest.approx((result.china.level.mean() + np.log1p(np.exp(-result.share.before)).mean()), abs=0.03)


def test_a_moving_share_diverts_trade_and_creates_none(calm):
    own, reference = (calm[names.PRIMORYE_TURNOVER + variant] for variant in (OWN, REFERENCE))
    np.testing.assert_allclose(own, reference, rtol=1e-6)


def test_the_running_year_averages_to_its_reading(settings):
    """Once the year of the level is the first of the grid, the months lie around it and not behind it."""
    early = load_evidence("2023-06-30")
    start = grid_start(early)
    found = primorye.fit(early, settings, start=start)
    assert found.share_year == start // 12 == 2023
    paths = primorye.simulate(found, World(Grid(start, 12)), STREAM)
    level = found.share.level[(STREAM.uniforms("primorye", "share/posterior", rows=1)[0] * KEPT).astype(int)]
    by_month = log_ratio(_share(paths) / 100)
    np.testing.assert_allclose(by_month.mean(axis=0), level, atol=2e-3)


def test_the_level_returns_to_its_place_beside_national_trade(fit, grid):
    def spread(reversion):
        one = replace(fit, settings={**fit.settings, "level_reversion": reversion})
        paths = primorye.simulate(one, World(Grid(grid.start, 240)), STREAM)
        return np.log(paths[names.PRIMORYE_TURNOVER]).std(axis=1)

    free, held = spread(0.0), spread(0.3)
    assert held[-1] < 0.7 * free[-1]
    assert held[-1] == pytest.approx(held[119], rel=0.1)


def test_the_cases_start_near_the_share_last_stated(book, settings):
    """An origin before the shift looks at partners near 53 %, today's at partners near 70 %."""
    early = load_evidence("2019-12-31")
    before, now = (
        primorye_share.analogues(day, settings, primorye_share.share_readings(day, settings, last_year=day.as_of.year))
        for day in (early, book)
    )
    assert before.cases > now.cases
    assert now.pairs >= 10


def test_all_series_come_out_with_the_right_shape(calm, grid):
    assert set(calm) == set(primorye.SERIES)
    assert all(path.shape == (grid.months, STREAM.width) for path in calm.values())


@pytest.mark.parametrize("variant", primorye.VARIANTS)
def test_shares_are_bounded_and_flows_add_up(calm, variant):
    china, rest = (calm[flow + variant] for flow in (names.CHINA_TURNOVER, names.REST_TURNOVER))
    share = _share(calm, variant)
    assert np.all((share > 0) & (share < 100))
    assert np.all(rest > 0)
    np.testing.assert_allclose(calm[names.PRIMORYE_TURNOVER + variant], china + rest)
    np.testing.assert_allclose(share, 100 * china / (china + rest), rtol=1e-6)


def test_without_the_reference_class_the_posterior_is_the_own_history(book, settings, grid):
    alone = primorye.fit(book, {**settings, "reference_class_weight": 0.0}, start=grid_start(book))
    paths = primorye.simulate(alone, World(grid), STREAM)
    for flow in (names.CHINA_TURNOVER, names.REST_TURNOVER, names.PRIMORYE_TURNOVER):
        np.testing.assert_array_equal(paths[flow], paths[flow + OWN])


def test_variants_are_ordered_and_share_their_noise(calm):
    own, joint, reference = (np.median(_annual_share(calm, v)[-1]) for v in (OWN, "", REFERENCE))
    assert own > joint > reference
    first = [_share(calm, variant)[0] for variant in (OWN, REFERENCE)]
    assert np.corrcoef(*first)[0, 1] > 0.6


def test_probability_of_eighty_percent_lies_below_the_published_trend(calm):
    # PRIMORYE reference class 6-20 % for >= 80 after ten years, own trend of 2003-2025 about 57 %
    for variant in primorye.VARIANTS:
        assert 0.02 < (_annual_share(calm, variant)[-1] >= 80).mean() < 0.3


def test_uncertainty_grows_with_the_horizon(calm):
    spread = log_ratio(_annual_share(calm) / 100).std(axis=1)
    assert np.all(np.diff(spread) > 0)


def test_identity_of_the_log_ratio(fit, grid):
    """theta = theta_base + shock(C) - shock(R) + beta (log N - log N_base)."""
    paths = _national(grid)
    hit = np.full((grid.months, STREAM.width), -0.3)
    base = primorye.simulate(fit, World(grid, paths=paths), STREAM)
    shocks = {names.CHINA_TURNOVER: 0.5 * hit, names.REST_TURNOVER: hit}
    found = primorye.simulate(fit, World(grid, shocks=shocks, paths=paths), STREAM)
    moved = _log_ratio(found) - _log_ratio(base)
    np.testing.assert_allclose(moved, 0.15, atol=2e-6)


def test_a_national_shock_moves_the_share_by_beta(fit, grid):
    certain = replace(fit, settings={**fit.settings, "national_beta_sd": 0.0})
    calm_paths = _national(grid)
    hit_paths = {**calm_paths, names.TRADE_TOTAL: calm_paths[TOTAL_BASE] * np.exp(-0.2)}
    base = primorye.simulate(certain, World(grid, paths=calm_paths), STREAM)
    found = primorye.simulate(certain, World(grid, paths=hit_paths), STREAM)
    moved = _log_ratio(found) - _log_ratio(base)
    np.testing.assert_allclose(moved, -0.2 * fit.settings["national_beta_mean"], atol=2e-6)
    np.testing.assert_allclose(found[names.REST_TURNOVER], base[names.REST_TURNOVER])


def test_calm_national_growth_lifts_both_flows_and_leaves_the_share(fit, grid):
    flat = primorye.simulate(fit, World(grid, paths=_national(grid)), STREAM)
    grown = primorye.simulate(fit, World(grid, paths=_national(grid, growth=0.05)), STREAM)
    np.testing.assert_allclose(_share(grown), _share(flat), rtol=1e-6)
    assert np.median(grown[names.CHINA_TURNOVER][-1] / flat[names.CHINA_TURNOVER][-1]) > 1.3


def test_losses_never_raise_the_flow_they_hit(fit, grid):
    hit = -np.abs(np.random.default_rng(1).normal(0, 0.3, (grid.months, STREAM.width)))
    for target in (names.CHINA_TURNOVER, names.REST_TURNOVER):
        base = primorye.simulate(fit, World(grid), STREAM)
        found = primorye.simulate(fit, World(grid, shocks={target: hit}), STREAM)
        assert np.all(found[target] <= base[target])


def test_permuting_shocks_permutes_only_their_draws(fit, grid, calm):
    hit = np.zeros((grid.months, STREAM.width))
    hit[:, 7] = -0.5
    found = primorye.simulate(fit, World(grid, shocks={names.CHINA_TURNOVER: hit}), STREAM)
    changed = np.any(found[names.CHINA_TURNOVER] != calm[names.CHINA_TURNOVER], axis=0)
    assert np.flatnonzero(changed).tolist() == [7]


def test_a_longer_grid_and_fewer_draws_keep_the_numbers(fit, grid, calm):
    shorter = primorye.simulate(fit, World(Grid(grid.start, 24)), Stream(3, 0, 64))
    for name, path in shorter.items():
        np.testing.assert_array_equal(path, calm[name][:24, :64])


def test_an_earlier_vintage_does_not_know_the_later_share(settings):
    early = load_evidence("2023-06-30")
    found = primorye.fit(early, settings, start=grid_start(early))
    share = share_of(found.share.level)
    assert found.share_year == 2023
    assert share.mean() == pytest.approx(0.663, abs=0.01)  # "two thirds" of May 2023
