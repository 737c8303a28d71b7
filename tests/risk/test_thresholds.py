"""Threshold probabilities: monotone in the threshold, consistent between definitions, right in closed form."""

import numpy as np
import pytest
from scipy.stats import norm
from toy_ensembles import dataset

from eastbound.ensemble.aggregate import rolling_years
from eastbound.errors import InputError, UnknownName
from eastbound.names import TRADE_TOTAL
from eastbound.risk.sample import Sample
from eastbound.risk.thresholds import BY_MONTH, BY_YEAR, DEFINITIONS, IN_PERIOD, passage_years, threshold_path


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_probability_falls_with_the_threshold(sample, definition):
    table = threshold_path(sample, TRADE_TOTAL, [150, 200, 250, 300, 350], definition=definition)
    for _, part in table.groupby(["scenario", "period"]):
        chances = part.sort_values("threshold")["probability"].to_numpy()
        assert (np.diff(chances) <= 0).all()
    assert (table["low"] <= table["probability"]).all()
    assert (table["probability"] <= table["high"]).all()


def test_first_passage_is_consistent_with_exceedance(sample):
    tables = {words: threshold_path(sample, TRADE_TOTAL, [250, 300], definition=words) for words in DEFINITIONS}
    key = ["scenario", "threshold", "period"]
    values = {words: table.set_index(key)["probability"].sort_index() for words, table in tables.items()}
    assert (values[IN_PERIOD] <= values[BY_YEAR]).all()
    assert (values[BY_YEAR] <= values[BY_MONTH]).all()
    assert (values[BY_YEAR] < values[BY_MONTH]).any()
    first = values[BY_YEAR].xs("2026", level="period")
    assert first.to_numpy() == pytest.approx(values[IN_PERIOD].xs("2026", level="period").to_numpy())
    for words in (BY_YEAR, BY_MONTH):
        assert (values[words].unstack("period").diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_annual_and_monthly_watch_differ_as_in_closed_form():
    """A random walk watched monthly passes a level less often than in continuous time, yearly still less often."""
    rng = np.random.default_rng(1)
    draws, months, level = 40_000, 120, 1.0
    steps = rng.normal(size=(1, draws, months)) * np.sqrt(1 / months)
    walk = Sample(dataset(np.cumsum(steps, axis=-1), aggregate="last"))
    yearly = threshold_path(walk, "x", level, definition=BY_YEAR, at=2035)["probability"].iloc[0]
    # Watched monthly from month 12 on; the correction 0.5826 sigma sqrt(step) of Broadie, Glasserman and Kou (1997)
    corrected = 2 * norm.sf(level + 0.5826 * np.sqrt(1 / 10))
    assert yearly == pytest.approx(corrected, abs=0.01)
    monthly = threshold_path(walk, "x", level, definition=BY_MONTH, at=2035)["probability"].iloc[0]
    assert monthly == pytest.approx(2 * norm.sf(level + 0.5826 * np.sqrt(1 / 120)), abs=0.01)


def test_a_rolling_year_to_december_is_the_calendar_year(sample):
    for series in (TRADE_TOTAL, "trade.primorye.china_share_turnover", "driver.brent_price"):
        rolling = rolling_years(sample.ens, series)
        assert rolling.periods[::12] == [f"{year}-12" for year in sample.paths(series).periods]
        np.testing.assert_array_equal(rolling.values[:, ::12], sample.paths(series).values)


def test_error_bars_count_effective_draws():
    months = np.tile(np.arange(100.0)[:, None], (1, 12))[None]
    whole, part = dataset(months), dataset(months).assign_coords(ess=("scenario", [0.25]))
    tables = [threshold_path(Sample(ens), "x", 600.0).iloc[0] for ens in (whole, part)]
    assert tables[1]["mcse"] == pytest.approx(2 * tables[0]["mcse"])
    assert tables[1]["high"] - tables[1]["low"] > 1.8 * (tables[0]["high"] - tables[0]["low"])


def test_passage_years_are_quantiles_of_all_draws():
    months = np.zeros((1, 10, 36))
    months[0, :1, :12], months[0, :5, 12:24], months[0, :6, 24:] = 1.0, 1.0, 1.0
    row = passage_years(Sample(dataset(months)), "x", 12.0).iloc[0]
    assert (row["low"], row["median"], row["probability"], row["until"]) == (2026, 2027, 0.6, 2028)
    assert np.isnan(row["high"])


def test_unknown_definitions_and_periods_are_refused(sample):
    with pytest.raises(UnknownName, match="definition"):
        threshold_path(sample, TRADE_TOTAL, 300, definition="by then")
    with pytest.raises(UnknownName, match="definition"):
        passage_years(sample, TRADE_TOTAL, 300, definition=IN_PERIOD)
    with pytest.raises(InputError, match="2050"):
        threshold_path(sample, TRADE_TOTAL, 300, definition=BY_YEAR, at=2050)
