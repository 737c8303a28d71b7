"""Content that was found valid is not checked again, and changed content always is."""

import pytest
from pydantic import ValidationError

from eastbound.errors import ScenarioError
from eastbound.scenarios.layout import lay_out
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.quantities import Normal
from eastbound.scenarios.systems import read_systems
from eastbound.scenarios.validated import validated

VALID = {"dist": "normal", "mean": 0.0, "sd": 1.0}


@pytest.mark.parametrize("mean", [True, "0.0", None])
def test_values_that_only_compare_or_print_alike_are_checked(mean):
    validated(Normal, VALID)
    with pytest.raises(ValidationError):
        validated(Normal, {**VALID, "mean": mean})


def test_invalid_content_fails_every_time():
    for _ in range(2):
        with pytest.raises(ValidationError):
            validated(Normal, {**VALID, "sd": -1.0})


def test_a_changed_scenario_is_read_again_and_an_unchanged_one_is_not(tmp_path):
    home = tmp_path / "desk"
    lay_out(home)
    path = home / "params" / "scenarios" / "baseline.yml"
    before = load_scenario("baseline", home=home)
    assert load_scenario("baseline", home=home) is before
    text = path.read_text()
    path.write_text(text.replace("severity:", "severty:", 1))
    with pytest.raises(ScenarioError, match="severty"):
        load_scenario("baseline", home=home)
    path.write_text(text)
    assert load_scenario("baseline", home=home).digest == before.digest


def test_a_milestone_that_no_pipeline_waits_for_any_more_is_refused(tmp_path):
    # The scenario's own file is unchanged; only what the workspace declares is not.
    home = tmp_path / "desk"
    lay_out(home)
    load_scenario("baseline", home=home)
    systems = home / "params" / "systems.yml"
    systems.write_text(systems.read_text().replace("pos2_first_gas", "pos2_other_gas"))
    with pytest.raises(ScenarioError, match="pos2_first_gas"):
        load_scenario("baseline", home=home)


def test_a_changed_pipeline_is_read_again(tmp_path):
    home = tmp_path / "desk"
    lay_out(home)
    systems = home / "params" / "systems.yml"
    before = read_systems(home)
    assert read_systems(home) is before
    systems.write_text(systems.read_text().replace("first_year: ", "first_year: 1", 1))
    with pytest.raises(ScenarioError, match="first_year"):
        read_systems(home)
