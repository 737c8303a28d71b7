"""Sentences carry the numbers of their table and nothing else."""

import pytest

import eastbound.plots as plots
from eastbound.names import CHINA_SHARE, TRADE_TOTAL


def chart(name, ens):
    makers = {
        "fan": lambda: plots.fan(ens, TRADE_TOTAL),
        "probability": lambda: plots.probabilities(ens, TRADE_TOTAL, thresholds=[300]),
        "passage": lambda: plots.first_passage(ens, TRADE_TOTAL, thresholds=[300]),
        "fall": lambda: plots.falls(ens, TRADE_TOTAL),
        "milestone": lambda: plots.milestone_dates(ens, ["pos2_first_gas"]),
        "comparison": lambda: plots.compare_scenarios(ens, TRADE_TOTAL),
        "effect": lambda: plots.effects(ens, TRADE_TOTAL),
        "utilization": lambda: plots.utilization(ens, "gas.pos"),
        "variant": lambda: plots.drift_variants(ens, thresholds=[75, 80]),
        "panels": lambda: plots.panels(ens, [TRADE_TOTAL, CHINA_SHARE]),
    }
    return makers[name]()


EXPECTED = {
    "fan": ["In 2027 the median is 325 USD bn", "265–385 USD bn"],
    "probability": ["at or above 300 USD bn in 2027", "80 %"],
    "passage": ["has reached 300 USD bn by 2027", "80 %"],
    "fall": ["fall in 2027 is <10 %"],
    "milestone": ["reached in half of the futures by 2027", "20 % chance of never"],
    "comparison": ["285 USD bn (Secondary sanctions", "325 USD bn (Baseline)"],
    "effect": ["changes 2027 by −40.0 USD bn", "Secondary sanctions"],
    "utilization": ["nameplate 103 %", "contract 101 %"],
    "variant": ["joint posterior 83 %", "50 % inside 80–90 %"],
    "panels": ["China–Russia goods trade 325 USD bn", "foreign trade 83 %"],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_finding_states_the_numbers(name, tiny):
    sentence = chart(name, tiny).caption()
    for words in EXPECTED[name]:
        assert words in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("name", EXPECTED)
def test_alt_text_says_kind_scenario_and_span(name, tiny):
    text = chart(name, tiny).alt_text()
    assert "chart" in text.split(":")[0]
    assert "2027" in text
    assert chart(name, tiny).caption() in text


@pytest.mark.parametrize("name", EXPECTED)
def test_readable_table_has_strings_only_and_no_empty_cell(name, tiny):
    frame = chart(name, tiny).text_table()
    assert len(frame) > 0
    assert all(isinstance(cell, str) and cell for cell in frame.to_numpy().ravel())


def test_readable_keeps_the_wanted_years_it_has(wide):
    frame = plots.fan(wide, TRADE_TOTAL).text_table(at=[2030, 2035, 2050])
    assert frame["period"].tolist() == ["2030", "2035"]
    everything = plots.fan(wide, TRADE_TOTAL).text_table(at=[2050])
    assert len(everything) == 10


def test_probabilities_in_tables_never_read_as_certain(tiny):
    frame = plots.probabilities(tiny, TRADE_TOTAL, thresholds=[1, 1000]).text_table()
    cells = " ".join(frame.to_numpy().ravel())
    assert " 0 %" not in cells
    assert "100 %" not in cells


def test_an_undefined_ratio_is_said_to_hold_in_some_futures_only(tiny):
    ens = tiny.copy(deep=True)
    ens["gas.pos.capacity_nameplate"][:, :2] = 0
    sentence = plots.fan(ens, "gas.pos.utilization_nameplate").caption()
    assert "is defined in" in sentence
