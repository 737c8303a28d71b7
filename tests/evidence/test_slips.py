"""Planned dates by day of the statement, and their slip."""

from dataclasses import replace

import pandas as pd
import pytest

from eastbound.evidence.book import load_evidence
from eastbound.evidence.slips import slip_rates, slip_table


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
    rows = [year("2020-12-31", 2024), year("2021-12-31", 2025), year("2022-12-31", 2026)]
    assert slip_table(small(book, *rows))["moved"].tolist()[1:] == [1.0, 1.0]
    row = slip_rates(small(book, *rows)).iloc[0]
    assert row["n"] == 3
    assert row[["ends", "slope"]].astype(float).tolist() == pytest.approx([1.0, 1.0], abs=0.01)
    assert row["slope_se"] == pytest.approx(0.0, abs=0.01)


def test_two_statements_have_a_difference_but_no_line(book):
    row = slip_rates(small(book, year("2020-12-31", 2024), year("2022-12-31", 2027))).iloc[0]
    assert row["ends"] == pytest.approx(1.5, abs=0.01)
    assert row[["slope", "slope_se"]].isna().all()


@pytest.mark.parametrize(
    "other",
    [year("", 2027), year("2030-12-31", 2027), year("2022-12-31", 2027, "context only"), year("2020-12-31", 2025)],
    ids=["undated", "looks back", "no source", "same day"],
)
def test_statements_that_give_no_rate(book, other):
    assert slip_rates(small(book, year("2020-12-31", 2024), other)).empty


def test_power_of_siberia_2_recedes_about_a_year_a_year(book):
    rates = slip_rates(book).set_index("milestone_id")
    row = rates.loc["pos2_first_gas"]
    assert row["n"] == 9
    assert row["ends"] == pytest.approx(1.0, abs=0.05)
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
