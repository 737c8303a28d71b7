"""Numbers of a scenario are listed, changed and saved: the file says what the changed scenario is."""

from datetime import date
from pathlib import Path

import pytest

import eastbound as eb
from eastbound.errors import InputError, ScenarioError, UnknownName
from eastbound.scenarios.changes import changed_scenario
from eastbound.scenarios.controls import controls
from eastbound.scenarios.layout import lay_out
from eastbound.scenarios.saving import save_changed

DAY = date(2026, 10, 30)
CHANGES = {
    "border_closure.severity": 2.0,
    "border_closure.half_life.trade.primorye.china_turnover": 24.0,
    "partner_exit.on": False,
    "gas_stop.rate": 0.1,
    "pos2_first_gas.building": 6.0,
    "fareast_first_gas.never": 0.5,
    "pos_44bcm.date": 24390.0,
}


def value_of(control):
    """Another value of a control, inside its bounds."""
    if control.kind == "switch":
        return False
    return control.value + 1 if control.kind == "month" else control.low + 0.2 * (control.high - control.low)


@pytest.mark.parametrize("name", ["baseline", "secondary_sanctions"])
def test_every_control_has_unit_bounds_and_basis(name):
    listed = controls(eb.load_scenario(name), as_of=DAY)
    assert len({control.key for control in listed}) == len(listed)
    for control in listed:
        assert control.basis.startswith(("source: ", "judgement: ")), control.key
        if control.kind != "switch":
            assert control.low <= control.value <= control.high, control.key
            assert control.step > 0
            assert control.help


def test_each_kind_of_control_changes_the_scenario():
    scenario = eb.load_scenario("secondary_sanctions")
    unchanged = changed_scenario(scenario, {}, as_of=DAY)
    kinds = {control.key.split(".")[1]: control for control in controls(scenario, as_of=DAY)}
    assert {"on", "rate", "onset", "severity", "half_life", "building", "date", "never"} <= set(kinds)
    for control in kinds.values():
        changed = changed_scenario(scenario, {control.key: value_of(control)}, as_of=DAY)
        assert (changed.events, changed.milestones) != (unchanged.events, unchanged.milestones), control.key


def test_the_value_of_a_control_changes_nothing():
    scenario = eb.load_scenario("baseline")
    values = {control.key: control.value for control in controls(scenario, as_of=DAY)}
    assert changed_scenario(scenario, values, as_of=DAY).events == scenario.events


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"border_closure.severty": 1.0}, UnknownName, "border_closure.severity"),
        ({"border_closure.severity": 3.5}, InputError, "between 0 and 3"),
        ({"pos_44bcm.date": 24000.0}, InputError, "2026-10"),
        ({"partner_return.rate": 0.9}, ScenarioError, "ten years of such events"),
    ],
)
def test_wrong_changes_are_refused(changes, error, words):
    with pytest.raises(error, match=words):
        changed_scenario("baseline", changes, as_of=DAY)


def numbers_of(entry):
    """An entry without the texts of its basis, which YAML folds."""
    if isinstance(entry, dict):
        return {key: numbers_of(value) for key, value in entry.items() if key not in ("source", "judgement")}
    return [numbers_of(item) for item in entry] if isinstance(entry, list | tuple) else entry


@pytest.fixture
def home(tmp_path):
    lay_out(tmp_path / "space")
    return tmp_path / "space"


def test_a_saved_scenario_is_the_changed_one(home):
    path = save_changed("baseline", CHANGES, name="mine", title='Mine: "one"', as_of=DAY, home=home)
    assert "extends: baseline" in path.read_text()
    saved, changed = eb.load_scenario("mine", home=home), changed_scenario("baseline", CHANGES, as_of=DAY, home=home)
    assert saved.title == 'Mine: "one"'
    assert numbers_of(saved.model_dump()["events"]) == numbers_of(changed.model_dump()["events"])
    assert numbers_of(saved.model_dump()["milestones"]) == numbers_of(changed.model_dump()["milestones"])


@pytest.mark.parametrize(
    ("name", "words"), [("price_slump", "already"), ("Mine", "cannot name"), ("../x", "cannot name")]
)
def test_nothing_is_overwritten_and_bad_names_are_refused(home, name, words):
    before = {path: path.read_bytes() for path in Path(home).rglob("*.yml")}
    with pytest.raises(InputError, match=words):
        save_changed("baseline", CHANGES, name=name, as_of=DAY, home=home)
    assert {path: path.read_bytes() for path in Path(home).rglob("*.yml")} == before


def test_a_scenario_that_breaks_a_rule_is_not_written(home):
    with pytest.raises(ScenarioError, match="ten years"):
        save_changed("baseline", {"partner_return.rate": 0.9}, name="mine", as_of=DAY, home=home)
    assert not (Path(home) / "params" / "scenarios" / "mine.yml").exists()
