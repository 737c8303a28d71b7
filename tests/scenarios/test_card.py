"""The card of a scenario: what it states, and that it states only what differs from the baseline."""

from __future__ import annotations

from datetime import date

import pytest

from eastbound.names import CHINA_EXPORTS
from eastbound.scenarios.card import card_text, scenario_card
from eastbound.scenarios.loader import load_scenario, scenario_names
from eastbound.scenarios.schema import Scenario

AS_OF = date(2026, 10, 30)


def card(scenario: Scenario | str, **keys):
    loaded = load_scenario(scenario) if isinstance(scenario, str) else scenario
    return scenario_card(loaded, baseline=load_scenario("baseline"), **{"as_of": AS_OF, **keys})


def event(**keys) -> Scenario:
    effect = {
        "target": CHINA_EXPORTS,
        "trough": {"dist": "fixed", "value": -0.223143551, "unit": "log"},
        "half_life_months": 6,
        "transitory": 0.75,
    }
    content = {"id": "halt", "title": "Halt", "severity": 1, "judgement": "round", "effects": [effect], **keys}
    content["effects"][0]["judgement"] = "round"
    return Scenario.model_validate({"name": "made", "title": "Made up", "events": [content]})


def test_a_dated_event_by_hand():
    # exp(-0.2231) is 0.8
    made = event(
        onset={"dist": "fixed", "value": "2027-03"}, probability={"value": 0.4, "basis": "judgement", "why": "round"}
    )
    row = card(made).effects[0]
    assert row == {
        "event": "Halt",
        "when": "2027-03, with probability 40 %",
        "affects": "China's exports to Russia",
        "peak": "-20 %",
        "recovery": "75 % fades by half every 6 months, 25 % stays",
    }


@pytest.mark.parametrize(
    ("per_year", "when"),
    [(2, "at random, 2 a year"), (0.4, "at random, once in 2.5 years"), (0.01, "once in 100 years")],
)
def test_a_random_event_states_its_rate(per_year, when):
    made = event(hazard={"per_year": per_year, "judgement": "round"})
    assert when in card(made).effects[0]["when"]
    assert dict(card(made).facts)["Trigger"] == "none dated; events are random"


def test_only_what_differs_from_the_baseline_is_shown():
    slump = card("price_slump")
    assert [row["affects"] for row in slump.effects] == ["Brent price"]
    assert dict(slump.facts)["Probability"].startswith("15 % (judgement: three slumps in 27 years")
    agreed = card("pos2_agreed")
    assert [row["event"] for row in agreed.effects] == ["Power of Siberia 2: first gas"]
    assert "Without" not in dict(agreed.facts)
    assert "An oil embargo enforced as against Iran" in dict(card("sanctions_relief").facts)["Without"]


def test_expiry_is_marked():
    assert dict(card("pos2_agreed").facts)["Expires"] == "after 2028-12"
    late = date(2029, 1, 1)
    assert dict(card("pos2_agreed", as_of=late).facts)["Expires"] == "after 2028-12; expired as of 2029-01-01"


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_has_a_card_with_a_story_and_titles(name):
    scenario = load_scenario(name)
    text = card_text(card(name))
    assert text.splitlines()[0] == scenario.title
    assert "Story: " in text
    assert all(item.title for item in (*scenario.events, *scenario.milestones))
    assert scenario.milestone_titles["pos2_first_gas"] == "Power of Siberia 2: first gas"
