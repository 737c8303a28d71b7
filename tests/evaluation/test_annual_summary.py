"""Scenarios beside an ensemble: the same numbers as if they were in it, without reading their draws again."""

import shutil

import pandas as pd
import pytest

import eastbound as eb
from eastbound.ensemble.cache import cache_folder
from eastbound.evaluation.annual_summary import annual_summaries
from eastbound.evidence.book import load_evidence
from eastbound.scenarios.home import find_home
from eastbound.scenarios.loader import load_scenario

AS_OF, SHARE, GAS = "2025-12-31", "trade.primorye.china_share_turnover", "gas.pos2.utilization_nameplate"


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """An ensemble of one scenario in a cache of its own."""
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path))
    return eb.simulate("baseline", book=load_evidence(AS_OF), draws=256, until=2028)


@pytest.mark.parametrize("series_id", [SHARE, GAS])
def test_a_stored_summary_equals_the_quantiles_of_the_ensemble(alone, series_id):
    book = load_evidence(AS_OF)
    both = eb.simulate(["baseline", "price_slump"], book=book, draws=256, until=2028)
    expected = eb.quantiles(both, series_id)
    stored = annual_summaries(alone, series_id, scenarios=["baseline", "price_slump"], book=book)
    pd.testing.assert_frame_equal(
        stored.drop(columns="title"), expected[expected["scenario"] == "price_slump"].reset_index(drop=True)
    )


def test_the_chart_is_the_same_either_way(alone):
    book = load_evidence(AS_OF)
    both = eb.simulate(["baseline", "price_slump"], book=book, draws=256, until=2028)
    one_by_one = eb.plots.compare_scenarios(alone, SHARE, others=["price_slump"], book=book)
    together = eb.plots.compare_scenarios(both, SHARE, book=book)
    pd.testing.assert_frame_equal(one_by_one.table, together.table)
    assert one_by_one.caption() == together.caption()


def test_the_second_reading_needs_no_draws(alone):
    book = load_evidence(AS_OF)
    first = annual_summaries(alone, SHARE, scenarios=["price_slump"], book=book)
    shelf = cache_folder() / "ensembles"
    shutil.rmtree(shelf)
    again = annual_summaries(alone, SHARE, scenarios=["price_slump"], book=book)
    both = annual_summaries(alone, [SHARE, "trade.china_russia.total"], scenarios=["price_slump"], book=book)
    total = both[both["series_id"] != SHARE]
    pd.testing.assert_frame_equal(again, first)
    pd.testing.assert_frame_equal(both[both["series_id"] == SHARE], first)
    assert len(total) == len(first)
    assert total["value"].gt(0).all()
    assert not shelf.exists()


def test_another_file_under_the_same_name_is_another_summary(alone, tmp_path):
    book = load_evidence(AS_OF)
    path = tmp_path / "mild.yaml"
    values = []
    for trough in (-0.1, -0.5):
        path.write_text(SCENARIO.format(trough=trough), encoding="utf-8")
        table = annual_summaries(alone, "trade.china_russia.china_exports", scenarios=[str(path)], book=book)
        values.append(float(table[(table["period"] == "2027") & (table["level"] == 0.5)]["value"].iloc[0]))
    assert values[1] < values[0]


SCENARIO = """
format: 1
name: mild
title: A mild shock
extends: baseline
events:
  - id: mild_shock
    title: A mild shock
    onset: {{dist: uniform, low: 2027-01, high: 2027-02, judgement: an example}}
    severity: {{dist: lognormal, median: 1, sigma: 0.1, max: 8, judgement: an example}}
    effects:
      - target: trade.china_russia.china_exports
        trough: {{dist: normal, mean: {trough}, sd: 0.01, unit: log}}
        lag_months: 1
        rise_months: 1
        half_life_months: 12
        transitory: 0.8
        judgement: an example
"""


def test_another_probability_in_the_tree_is_not_answered_from_the_cache(tmp_path, monkeypatch):
    # the key once held the scenario's own file alone, so the comparison kept the mixture of before
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "cache"))
    shutil.copytree(find_home() / "params", tmp_path / "params")
    book = load_evidence("2026-10-30")
    alone = eb.simulate("baseline", book=book, draws=64, until=2028, home=tmp_path)
    asked = {"scenarios": ["price_slump"], "book": book, "home": tmp_path}
    before = annual_summaries(alone, "trade.china_russia.total", **asked)
    relief, tree = tmp_path / "params/scenarios/sanctions_relief.yml", tmp_path / "params/scenario_tree.yml"
    chance = load_scenario("sanctions_relief").probability.value
    for file, old, new in (
        (relief, f"value: {chance:g}", "value: 0"),
        (tree, "other: {value: 0.12", f"other: {{value: {0.12 + chance:g}"),
    ):
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
    after = annual_summaries(alone, "trade.china_russia.total", **asked)
    assert not before["value"].equals(after["value"])
