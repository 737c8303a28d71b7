"""The effect of one figure on the forecast."""

from dataclasses import replace
from functools import partial

import pytest

from eastbound.evaluation.figure_effect import figure_effect
from eastbound.evidence.book import load_from

AS_OF = "2026-10-30"


@pytest.fixture(scope="module")
def book():
    return load_from([], as_of=AS_OF)


def changed(book, series_id, period, factor):
    """Return the book with every figure of a series and period multiplied."""
    rows = book.observations
    mask = (rows["series_id"] == series_id) & (rows["period"] == period)
    assert mask.any()
    scaled = {name: rows[name].where(~mask, rows[name] * factor) for name in ("value", "low", "high")}
    return replace(book, observations=rows.assign(**scaled), digest=f"{series_id} {factor}")


@pytest.fixture
def effect(book):
    return partial(figure_effect, book)


def test_a_driver_moves_its_own_forecast_and_others(book, effect):
    rows = book.observations.query("series_id == 'driver.brent_price' and kind == 'observed'").sort_values("start")
    text = effect(changed(book, "driver.brent_price", rows["period"].iloc[-1], 1.5), "driver.brent_price")
    assert text.startswith("Forecast of the baseline before -> after, median (10-90 %):\n  driver.brent_price 2026: ")
    before, after = (part.split(" (")[0].split()[-1] for part in text.splitlines()[1].split(" -> "))
    assert float(after) > float(before) * 1.05
    assert "more series change" in text
    assert text.splitlines()[1].endswith(" USD_per_bbl")


def test_a_series_that_no_model_reads_says_so(book, effect):
    series_id = "logistics.suifenhe_rail.cargo"
    period = book.observations.query("series_id == @series_id and kind == 'observed'")["period"].iloc[-1]
    assert "kept for reference" in effect(changed(book, series_id, period, 2.0), series_id)


def test_a_figure_that_the_choice_rule_does_not_prefer_says_so(book, effect):
    rows = book.observations
    worse = rows[(rows["series_id"] == "trade.china_russia.total") & (rows["value"] == 232.0)]
    other = replace(book, observations=rows.drop(worse.index).reset_index(drop=True), digest="without the worse")
    assert "prefers another figure" in effect(other, "trade.china_russia.total")


def test_a_sum_that_no_model_reads_names_the_series_that_count(book, effect):
    text = effect(book, "oil.espo1.deliveries")
    assert text.endswith("It follows from `oil.mohe.deliveries` and `oil.espo2.deliveries`: enter those.")


def test_a_figure_of_a_decided_period_says_so(book, effect):
    # the months of 2025 are published, so the year's sum adds nothing
    text = effect(
        changed(book, "oil.china_imports_from_russia_value", "2025", 1.1), "oil.china_imports_from_russia_value"
    )
    assert "figures of other series already decide this period" in text
