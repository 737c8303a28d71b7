"""Planned dates by day of the statement, and their slip."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from eastbound.evidence.book import load_evidence
from eastbound.evidence.slips import date_spread, dates_restated, slip_rates, slip_table


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def small(book, *rows):
    """A book whose milestones are the given (said, first day, last day, note) rows."""
    table = pd.DataFrame(list(rows), columns=["said", "earliest", "latest", "note"])
    days = {name: pd.to_datetime(table[name]) for name in ("earliest", "latest")}
    extra = {"milestone_id": "bridge", "planned": "", "by": "me", "kind": "plan", "source_id": "s"}
    return replace(book, milestones=table.assign(**days, **extra))


def year(said, planned, note=""):
    return (said, f"{planned}-01-01", f"{planned}-12-31", note)


def test_every_statement_is_shown(book):
    table = slip_table(book)
    assert len(table) == len(book.milestones)
    assert set(table["source_id"]) <= set(book.sources.index)


def test_middle_and_lead_by_hand(book):
    row = slip_table(small(book, year("2019-12-31", 2022))).iloc[0]
    assert row["middle"] == 2022.5
    assert row["ahead"] == pytest.approx(2.5, abs=0.005)


def test_a_year_a_year_by_hand(book):
    rows = [year("2020-12-31", 2024), year("2022-12-31", 2026), year("2024-12-31", 2028)]
    assert slip_table(small(book, *rows))["moved"].tolist()[1:] == [2.0, 2.0]
    row = slip_rates(small(book, *rows)).iloc[0]
    assert row["n"] == 3
    assert row["slope"] == pytest.approx(1.0, abs=0.01)
    assert row["slope_se"] == pytest.approx(0.0, abs=0.01)


def test_two_statements_have_a_difference_but_no_line(book):
    row = slip_rates(small(book, year("2020-12-31", 2024), year("2022-12-31", 2027))).iloc[0]
    assert row["slope"] == pytest.approx(1.5, abs=0.01)
    assert np.isnan(row["slope_se"])


def test_statements_of_the_same_months_count_once(book):
    early = [year("2020-12-31", 2024), year("2022-12-31", 2027), year("2024-12-31", 2028)]
    echo = [year(f"2025-0{month}-15", 2028) for month in range(1, 7)]
    few, many = (slip_rates(small(book, *rows)).iloc[0] for rows in (early, [*early, *echo]))
    assert (few["readings"], many["readings"]) == (3, 3)
    assert many["n"] == 9
    assert many["slope"] == pytest.approx(few["slope"], abs=0.06)
    assert many["slope_se"] == pytest.approx(few["slope_se"], rel=0.2)  # six echoes are no evidence


def test_the_range_widens_with_the_error_of_the_slip_and_stays_around_the_same_centre(book):
    low, middle, high = date_spread(book, "pos2_first_gas")
    restated = dates_restated(book, "pos2_first_gas")["restated"]
    assert low < restated.min()
    assert high > restated.max() + 5  # three readings hardly know the slip
    assert restated.min() < middle < restated.max()


@pytest.mark.parametrize(
    "other",
    [year("", 2027), year("2030-12-31", 2027), year("2022-12-31", 2027, "context only"), year("2021-10-31", 2025)],
    ids=["undated", "looks back", "no source", "same year"],
)
def test_statements_that_give_no_rate(book, other):
    assert slip_rates(small(book, year("2020-12-31", 2024), other)).empty


def test_power_of_siberia_2_recedes_about_a_year_a_year(book):
    rates = slip_rates(book).set_index("milestone_id")
    row = rates.loc["pos2_first_gas"]
    assert row["n"] == 9
    assert row["readings"] == 3
    assert abs(row["slope"] - 1.0) < row["slope_se"]
    assert abs(rates.loc["fareast_first_gas", "slope"]) < 0.3


def test_undated_plans_still_show_how_far_they_moved(book):
    table = slip_table(book)
    kraskino = table[table["milestone_id"] == "kraskino_opening"]
    assert kraskino["ahead"].isna().all()
    assert kraskino["moved"].tolist()[1] == pytest.approx(1.5, abs=0.1)


def test_an_early_book_knows_only_what_had_been_said():
    table = slip_table(load_evidence("2023-11-30"))
    pos2 = table[table["milestone_id"] == "pos2_first_gas"]
    assert pos2["by"].tolist() == ["Gazprom, quoted by IEA"]
    assert slip_rates(load_evidence("2023-11-30")).empty
