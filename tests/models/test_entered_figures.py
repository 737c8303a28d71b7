"""Figures of closed years that were left aside once: each moves its model."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from eastbound import names
from eastbound.core.share.shares import share_of
from eastbound.evidence.book import load_from
from eastbound.models import pipelines, primorye
from eastbound.models.primorye.readings import level_readings
from eastbound.models.protocol import grid_start
from eastbound.plots.observed import observed
from eastbound.scenarios.inputs import load_inputs

YEAR = 2025


@pytest.fixture(scope="module")
def book():
    return load_from([], as_of="2026-10-30")


def entered(book, series, value, *, year=YEAR, published="2026-06-15"):
    """Return the book with an observed figure of a whole year (test data)."""
    rows = book.observations
    row = rows[rows["series_id"] == series].iloc[[-1]].copy()
    row = row.assign(period=str(year), start=pd.Timestamp(f"{year}-01-01"), end=pd.Timestamp(f"{year}-12-31"))
    row = row.assign(months=12, value=value, low=np.nan, high=np.nan, kind="observed", note="", locator="test")
    row = row.assign(published=published)
    return replace(book, observations=pd.concat([rows, row], ignore_index=True), digest=f"{book.digest} {value}")


def test_whole_years_of_flow_move_the_demand_of_a_line_without_a_contract(book):
    def demand(value):
        changed = entered(book, "oil.espo2.deliveries", value)
        fitted = pipelines.fit(changed, load_inputs("pipelines"), start=grid_start(book))
        return next(line.demand for line in fitted.lines if line.system.id == "espo2")

    low, high = demand(38.0), demand(50.0)
    assert np.exp(low[0]) < 42.0 < 45.6 < np.exp(high[0])  # between the year and the prior's median of 45.6
    assert low[1] == high[1] < 0.06  # and surer than the prior


@pytest.mark.parametrize(("value", "published"), [(74.0, "2026-06-15"), (71.0, "2026-11-20")])
def test_a_share_outside_a_judged_range_or_newer_than_it_takes_its_place(book, value, published):
    settings, start = load_inputs("primorye"), grid_start(book)
    before, after = (
        primorye.fit(each, settings, start=start)
        for each in (book, entered(book, names.CHINA_SHARE, value, published=published))
    )
    rise = 100.0 * (share_of(after.share.level).mean() - share_of(before.share.level).mean())
    assert 0.3 * (value - 69.0) < rise < value - 69.0


def test_a_share_that_the_judged_range_has_weighed_counts_once(book):
    settings, start = load_inputs("primorye"), grid_start(book)
    before, after = (
        primorye.fit(each, settings, start=start) for each in (book, entered(book, names.CHINA_SHARE, 70.0))
    )
    np.testing.assert_array_equal(before.share.level, after.share.level)


def test_published_turnover_and_the_share_give_a_level_where_none_is_published(book):
    settings = load_inputs("primorye")
    turnover = entered(book, names.PRIMORYE_TURNOVER, 9.0, year=2019)
    readings = [level_readings(each, settings, last_year=YEAR)[0] for each in (book, turnover)]
    assert [2019 in reading.years for reading in readings] == [False, True]
    row = readings[1].years.tolist().index(2019)
    level = np.exp((readings[1].low + readings[1].high)[row] / 2)
    neighbours = np.exp((readings[0].low + readings[0].high) / 2)
    assert neighbours.min() / 2 < level < neighbours.max() * 2  # about half of 9, beside national trade


def test_the_chart_of_the_share_ends_with_the_entered_figure(book):
    before, after = (
        observed(each, names.CHINA_SHARE, freq="Y") for each in (book, entered(book, names.CHINA_SHARE, 74.0))
    )
    assert (before["value"].iloc[-1], after["value"].iloc[-1]) == (70.0, 74.0)
    assert before["x"].tolist() == after["x"].tolist()
