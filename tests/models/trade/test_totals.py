"""Published totals whose flows are unknown move both flows, and hold in every draw."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from eastbound import names
from eastbound.core.structural.observations import Sums
from eastbound.ensemble.simulate import simulate
from eastbound.errors import EvidenceError
from eastbound.evidence.book import load_evidence
from eastbound.models.trade.totals import observed_parts


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-08-31")


def entered(book, value, *, series=names.TRADE_TOTAL, first="2026-01", last="2026-09"):
    """Return the book with one more figure (test data)."""
    rows = book.observations
    row = rows[rows["series_id"] == series].iloc[[-1]].copy()
    start, end = pd.Timestamp(f"{first}-01"), pd.Timestamp(f"{last}-01") + pd.offsets.MonthEnd()
    row = row.assign(period=f"{first}/{last}", value=value, low=np.nan, high=np.nan, kind="observed", locator="test")
    row = row.assign(start=start, end=end, months=(end.year - start.year) * 12 + end.month - start.month + 1)
    digest = f"{book.digest} {series} {first} {last} {value}"
    return replace(book, observations=pd.concat([rows, row], ignore_index=True), digest=digest)


def columns(parts):
    return [(part.value, part.error) for part in parts]


def yearly(book, series, year):
    ens = simulate("baseline", book=book, draws=64, until=2027)
    return float(ens[series].sel(period=str(year)).sum("period").median())


@pytest.mark.parametrize("value", [170.0, 201.5, 230.0, 300.0])
def test_an_entered_total_holds_in_every_draw(book, value):
    ens = simulate("baseline", book=entered(book, value), draws=64, until=2027)
    total = ens[names.TRADE_TOTAL].isel(scenario=0)
    np.testing.assert_allclose(total.isel(period=slice(0, 9)).sum("period"), value, rtol=1e-5)
    flows = ens[names.CHINA_EXPORTS] + ens[names.CHINA_IMPORTS]
    np.testing.assert_allclose(flows.isel(scenario=0), total, rtol=1e-5)
    assert float(total.isel(period=slice(0, 12)).sum("period").min()) > value  # the months to come are positive


def test_a_higher_total_raises_both_flows_and_the_following_year(book):
    low, high = (simulate("baseline", book=entered(book, value), draws=64, until=2027) for value in (201.5, 230.0))
    for series in (names.CHINA_EXPORTS, names.CHINA_IMPORTS):
        for year in ("2026", "2027"):
            years = [float(ens[series].sel(period=year).sum("period").median()) for ens in (low, high)]
            assert years[1] > years[0]


def test_a_vintage_that_knows_no_parts_of_the_flows_is_simulated():
    ens = simulate("baseline", book=load_evidence("2024-12-31"), draws=64, until=2027)
    assert np.isfinite(ens[names.TRADE_TOTAL]).all()


def test_imports_ahead_of_their_energy_move_the_following_year(book):
    later = [entered(book, value, series=names.CHINA_IMPORTS, last="2026-08") for value in (95.0, 115.0)]
    low, high = (yearly(new, names.CHINA_IMPORTS, 2027) for new in later)
    assert high > 1.03 * low


@pytest.mark.parametrize("series", [names.CHINA_EXPORTS, names.CHINA_IMPORTS, names.TRADE_TOTAL])
def test_growth_without_a_level_moves_the_series(book, series):
    growth = [entered(book, percent, series=f"{series}.yoy_usd", last="2026-08") for percent in (10.0, 40.0)]
    assert all("2026-01/2026-08" in set(new.observations["period"]) for new in growth)
    low, high = (yearly(new, series, 2026) for new in growth)
    assert high > 1.1 * low


def test_a_total_before_the_grid_moves_the_forecast():
    book = load_evidence("2024-12-31")  # knows both flows to October, and their total to November
    later = [entered(book, value, first="2024-01", last="2024-12") for value in (235.0, 255.0)]
    low, high = (yearly(new, names.TRADE_TOTAL, 2025) for new in later)
    assert high > 1.03 * low


def test_a_surprise_is_divided_as_the_exact_posterior_divides_it():
    """Against importance sampling of three lognormal parts whose sum is observed."""
    mean, sd = np.array([50.0, 20.0, 40.0]), np.array([5.0, 4.0, 2.0])
    one = np.zeros(1, int)
    total = Sums(one, one, np.array([120.0]), np.array([0.005]), np.zeros(1, bool))
    parts = [(mean[[part]], sd[[part]] ** 2) for part in range(3)]
    value, noise = (
        np.array(column) for column in zip(*columns(observed_parts(total, parts, outlier=100.0)), strict=True)
    )
    log_sd = sd / mean
    draws = np.random.default_rng(1).standard_normal((3, 400_000)) * log_sd[:, None]
    weights = np.exp(-0.5 * ((mean @ np.exp(draws) - 120.0) / 0.6) ** 2)
    exact = draws @ weights / weights.sum()
    # One part, seen alone: prior mean zero and its own variance.
    alone = np.log(value[:, 0] / mean) * log_sd**2 / (log_sd**2 + noise[:, 0] ** 2)
    np.testing.assert_allclose(alone, exact, atol=0.015)  # the mode of a Gaussian against the mean of a skew posterior


def test_no_part_turns_negative_and_an_outlier_moves_the_level_less():
    one = np.zeros(1, int)
    for value in (5.0, 1000.0):
        total = Sums(one, one, np.array([value]), np.array([0.001]), np.zeros(1, bool))
        parts = [(np.array([50.0]), np.array([9.0])), (np.array([60.0]), np.array([16.0]))]
        for seen, full in zip(*(observed_parts(total, parts, outlier=limit) for limit in (4.0, 1e9)), strict=True):
            assert seen.value > 0.0
            assert full.error < seen.error < np.inf


@pytest.mark.parametrize("series", [names.TRADE_TOTAL, names.CHINA_EXPORTS])
def test_a_sum_below_its_known_part_is_refused(book, series):
    with pytest.raises(EvidenceError, match=r"2026-01/2026-09.* contradict each other: they leave -.*2026-05/2026-09"):
        simulate("baseline", book=entered(book, 30.0, series=series), draws=64, until=2027)
