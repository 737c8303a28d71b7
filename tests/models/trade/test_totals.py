"""Published totals whose flows are unknown move both flows, and hold in every draw."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from eastbound import names
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-08-31")


def entered(book, value):
    """Return the book with a total for January to September 2026 (test data)."""
    rows = book.observations
    row = rows[rows["series_id"] == names.TRADE_TOTAL].iloc[[-1]].copy()
    start, end = pd.Timestamp("2026-01-01"), pd.Timestamp("2026-09-30")
    row = row.assign(period="2026-01/2026-09", value=value, low=np.nan, high=np.nan, kind="observed", locator="test")
    row = row.assign(start=start, end=end, months=9)
    return replace(book, observations=pd.concat([rows, row], ignore_index=True), digest=f"{book.digest} {value}")


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
