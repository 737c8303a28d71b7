"""Differences between runs: parts that add up exactly, mixtures of evidence, revised figures."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.evidence.book import load_evidence, load_from
from eastbound.reports.comparison import states as causing
from eastbound.reports.comparison.attribution import contributions, subsets, whole_parts
from eastbound.reports.comparison.compare import decimals
from eastbound.reports.comparison.corrections import corrections
from eastbound.reports.comparison.side import Side
from eastbound.reports.history.numbers import COLUMNS

TRADE = "trade.china_russia.total"


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.floats(-1e4, 1e4), min_size=2**n, max_size=2**n)))
def test_contributions_add_up(values):
    causes = list("abcd")[: len(values).bit_length() - 1]
    states = {subset: pd.Series({"x": value}) for subset, value in zip(subsets(causes), values, strict=True)}
    parts = contributions(states, causes).loc["x"]
    assert parts.sum() == pytest.approx(values[-1] - values[0], abs=1e-6)


def test_contribution_of_a_cause_that_does_nothing_is_zero_and_equals_share_equally():
    effect = {"": 0.0, "a": 0.0, "b": 0.0, "c": 0.0, "ab": 6.0, "ac": 0.0, "bc": 0.0, "abc": 6.0}
    states = {frozenset(names): pd.Series({"x": value}) for names, value in effect.items()}
    assert contributions(states, list("abc")).loc["x"].tolist() == pytest.approx([3.0, 3.0, 0.0])


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=7), st.integers(-1, 1))
def test_printed_parts_add_up_to_the_last_digit(parts, slip):
    # the printed difference of two rounded values may lie one step beside the rounded sum of the parts
    difference = round(sum(parts)) + slip
    result = whole_parts(difference, parts)
    assert sum(result) == difference
    assert max(abs(whole - part) for whole, part in zip(result, parts, strict=True)) <= 2.0


def test_digits_follow_the_size():
    assert [decimals(size, "bcm") for size in (0.0, 9.994, 9.995, 99.95, 999.5)] == [3, 3, 2, 1, 0]


def test_mixed_evidence_has_the_new_figures_or_the_revised_ones():
    before, later = load_evidence("2026-09-30"), load_evidence("2026-10-30")
    rows = later.observations.copy()
    rows.loc[(rows["series_id"] == TRADE) & (rows["period"] == "2024"), "value"] = 999.0
    after = replace(later, observations=rows, digest="revised")
    sides = [_side("a", before), _side("b", after)]
    assert causing.changed_causes(*sides) == [causing.NEW, causing.REVISED]

    def figure(book):
        table = book.observations
        return set(table.loc[(table["series_id"] == TRADE) & (table["period"] == "2024"), "value"])

    news = causing.mixed_book(before, after, frozenset({causing.NEW}))
    revised = causing.mixed_book(before, after, frozenset({causing.REVISED, causing.PARAMETERS}))
    assert (999.0 in figure(news), 999.0 in figure(revised)) == (False, True)
    assert (news.as_of, revised.as_of) == (after.as_of, before.as_of)
    assert len(news.observations) > len(before.observations)
    assert causing.mixed_book(before, after, frozenset({causing.NEW, causing.REVISED})) is after
    assert causing.mixed_book(before, after, frozenset()) is before
    assert len({book.digest for book in (before, after, news, revised)}) == 4

    revised_figures = corrections(sides[0], after)
    (row,) = [item for item in revised_figures if (item["series_id"], item["period"]) == (TRADE, "2024")]
    assert (row["before"], row["after"]) == (pytest.approx(244.8, abs=0.1), 999.0)
    assert [item["name"] for item in row["touches"]] == [f"{TRADE}.2030"]


def test_the_same_evidence_has_no_cause_and_no_correction():
    book = load_evidence("2025-06-30")
    sides = (_side("a", book), _side("b", book))
    assert causing.changed_causes(*sides) == []
    assert corrections(sides[0], sides[1].book) == []


def test_tables_of_another_folder_are_read(tmp_path):
    from eastbound.evidence.book import TABLES

    for path in TABLES.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert load_from([], as_of="2025-06-30", tables=tmp_path).digest == load_from([], as_of="2025-06-30").digest


def _side(run, book) -> Side:
    known = {"scenario": "baseline", "kind": "headline", "unit": "USD_bn", "period": "2030", "value": 350.0}
    numbers = pd.DataFrame([{**known, "name": f"{TRADE}.2030", "series_id": TRADE}], columns=list(COLUMNS))
    return Side(run, str(book.as_of), numbers, record={}, files={}, book=book)
