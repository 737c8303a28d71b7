"""Two scenarios are compared in words: what is added, left out, moved, enlarged."""

from __future__ import annotations

from datetime import date

from eastbound.scenarios.differences import scenario_differences
from eastbound.scenarios.loader import load_scenario

DAY = date(2026, 10, 30)


def lines(home, body):
    """Return the differences of the small scenario and one that extends it."""
    home.write("child", f"name: child\ntitle: A child\nextends: small\n{body}")
    before, after = (load_scenario(name, home=home.folder) for name in ("small", "child"))
    return scenario_differences(before, after, as_of=DAY)


def test_equal_scenarios_have_none(home):
    assert lines(home, "") == []


def test_a_later_date_and_a_larger_effect_are_said_with_both_values(home):
    body = """\
events:
  - id: fee
    onset: {dist: fixed, value: 2028-03}
    effects:
      - {target: driver.brent_price, trough: {dist: fixed, value: 0.2, unit: log, judgement: a test}, lag_months: 2}
"""
    assert lines(home, body) == [
        "Fee: when 2027-01 to 2027-12 becomes 2028-03",
        "Fee: Brent price +11 % becomes +22 %",
        "Fee: Brent price begins after 0 becomes 2 months",
    ]


def test_a_difference_that_words_round_away_is_said_in_numbers(home):
    body = "events:\n  - {id: fee, severity: {dist: fixed, value: 1.001, judgement: a test}}\n"
    assert lines(home, body) == ["Fee: `severity.value` 1 becomes 1.001"]


def test_what_is_added_and_left_out_is_said(home):
    body = """\
probability: {value: 0.2, basis: judgement, why: a test}
events:
  - {id: halt, remove: true}
  - id: spike
    onset: {dist: fixed, value: 2029-01}
    severity: 1
    judgement: a test
    effects:
      - {target: driver.brent_price, trough: {dist: fixed, value: -0.1, unit: log}, transitory: 0, judgement: a test}
milestones:
  - {id: pos2_first_gas, never: {value: 1, by: 2045-12}}
"""
    result = lines(home, body)
    assert result[0] == "probability: none stated becomes 20 %"
    assert result[1].startswith("leaves out Halt, at random, 1.2 a year: China's exports to Russia -18 %")
    assert result[2] == "adds Spike, 2029-01: Brent price -10 %"
    assert result[3].endswith("never by 2045-12 with probability 100 %")
