"""Sentences carry the numbers of their table and nothing else."""

import pytest

import eastbound.plots as plots
from eastbound.names import CHINA_SHARE, TRADE_TOTAL


def table(name, ens):
    makers = {
        "fan": lambda: plots.fan_table(ens, TRADE_TOTAL),
        "probability": lambda: plots.probability_table(ens, TRADE_TOTAL, thresholds=[300]),
        "passage": lambda: plots.passage_table(ens, TRADE_TOTAL, thresholds=[300]),
        "fall": lambda: plots.fall_table(ens, TRADE_TOTAL),
        "milestone": lambda: plots.milestone_table(ens, ["pos2_first_gas"]),
        "comparison": lambda: plots.comparison_table(ens, TRADE_TOTAL),
        "effect": lambda: plots.effect_table(ens, TRADE_TOTAL),
        "utilization": lambda: plots.utilization_table(ens, "gas.pos"),
        "variant": lambda: plots.variant_table(ens, at=2027, thresholds=[75, 80]),
        "panels": lambda: plots.panels_table(ens, [TRADE_TOTAL, CHINA_SHARE]),
    }
    return makers[name]()


EXPECTED = {
    "fan": ["In 2027 the median is 325 USD bn", "265–385 USD bn"],
    "probability": ["at or above 300 USD bn in 2027", "80 %"],
    "passage": ["has reached 300 USD bn by 2027", "80 %"],
    "fall": ["fall in 2027 is <10 %"],
    "milestone": ["half of the futures have it by 2027", "never in 20 %"],
    "comparison": ["285 USD bn (Secondary sanctions", "325 USD bn (Baseline)"],
    "effect": ["changes 2027 by −40.0 USD bn", "Secondary sanctions"],
    "utilization": ["nameplate 103 %", "contract 101 %"],
    "variant": ["mixture 83 %", "50 % inside 80–90 %"],
    "panels": ["China–Russia goods trade 325 USD bn", "foreign trade 83 %"],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_finding_states_the_numbers(name, tiny):
    sentence = plots.finding(table(name, tiny))
    for words in EXPECTED[name]:
        assert words in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("name", EXPECTED)
def test_alt_text_says_kind_scenario_and_span(name, tiny):
    text = plots.alt_text(table(name, tiny))
    assert "chart" in text.split(":")[0]
    assert "2027" in text
    assert plots.finding(table(name, tiny)) in text


@pytest.mark.parametrize("name", EXPECTED)
def test_readable_table_has_strings_only_and_no_empty_cell(name, tiny):
    frame = plots.readable(table(name, tiny))
    assert len(frame) > 0
    assert all(isinstance(cell, str) and cell for cell in frame.to_numpy().ravel())


def test_readable_keeps_the_wanted_years_it_has(wide):
    frame = plots.readable(plots.fan_table(wide, TRADE_TOTAL), at=[2030, 2035, 2050])
    assert frame["period"].tolist() == ["2030", "2035"]
    everything = plots.readable(plots.fan_table(wide, TRADE_TOTAL), at=[2050])
    assert len(everything) == 10


def test_probabilities_in_tables_never_read_as_certain(tiny):
    frame = plots.readable(plots.probability_table(tiny, TRADE_TOTAL, thresholds=[1, 1000]))
    cells = " ".join(frame.to_numpy().ravel())
    assert " 0 %" not in cells
    assert "100 %" not in cells


def test_an_undefined_ratio_is_said_to_hold_in_some_futures_only(tiny):
    ens = tiny.copy(deep=True)
    ens["gas.pos.capacity_nameplate"][:, :2] = 0
    sentence = plots.finding(plots.fan_table(ens, "gas.pos.utilization_nameplate"))
    assert "exists in" in sentence
