"""Every kind of mistake in scenario files is refused in one message, with file, line and key."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from eastbound.errors import InputError, ScenarioError
from eastbound.reports.plan import plan_report
from eastbound.scenarios.home import find_home
from eastbound.scenarios.library import validate_scenarios
from eastbound.scenarios.loader import load_scenario

FAULTS = {  # file: events, and what the message says
    "unknown": (
        ["{target: trade.china_russia.totl, trough: {dist: fixed, value: -0.1, unit: log}, transitory: 0}"],
        "unknown.yml:9:10: `events[odd].effects[0].target`: unknown target `trade.china_russia.totl`",
    ),
    "unitless": (
        ["{target: driver.brent_price, trough: {dist: fixed, value: -0.1}, transitory: 0}"],
        "unitless.yml:9:9: `events[odd].effects[0]`: `trough` needs `unit: log`",
    ),
    "past": (
        ["{target: driver.brent_price, trough: {dist: fixed, value: -0.1, unit: log}, transitory: 0}"],
        "past.yml:5:5: scenario `past`, event `odd`: its onset (2010-01) lies before 2026-10",
    ),
}
CYCLE = "ring_a.yml:3:1: `extends`: the files extend each other in a cycle: ring_b -> ring_a -> ring_b"
TREE = "scenario_tree.yml:20:5: `prices`: its branches sum to 0.95 instead of 1"
TWICE = "copied.yml:5:5: `copied_slump`: repeats the effect of `brent_slump` on `driver.brent_price`"


@pytest.fixture
def desk(tmp_path):
    """Return a workspace with one file for each kind of mistake, and a tree that does not sum to one."""
    shutil.copytree(find_home() / "params", tmp_path / "params")
    shutil.copytree(find_home() / "notebooks", tmp_path / "notebooks")
    folder = tmp_path / "params" / "scenarios"

    def write(name, onset, effects):
        lines = [f"name: {name}", f"title: {name}", "extends: baseline", "events:"]
        lines += ["  - id: " + ("copied_slump" if name == "copied" else "odd"), f"    {onset}", "    severity: 1"]
        lines += ["    effects:", *(f"      - {effect}" for effect in effects), "    judgement: test"]
        (folder / f"{name}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    for name, (effects, _) in FAULTS.items():
        with_basis = [effect.replace("transitory", "judgement: test, transitory") for effect in effects]
        write(name, "onset: {dist: fixed, value: " + ("2010-01" if name == "past" else "2028-01") + "}", with_basis)
    slump = next(event for event in load_scenario("baseline").events if event.id == "brent_slump")
    effect = slump.effects[0].model_dump_json(exclude_none=True)
    write("copied", "onset: {dist: fixed, value: 2028-01}", [effect])
    for name, other in (("ring_a", "ring_b"), ("ring_b", "ring_a")):
        (folder / f"{name}.yml").write_text(f"name: {name}\ntitle: {name}\nextends: {other}\n", encoding="utf-8")
    tree = tmp_path / "params" / "scenario_tree.yml"
    tree.write_text(tree.read_text(encoding="utf-8").replace("value: 0.75", "value: 0.7", 1), encoding="utf-8")
    return tmp_path


def test_validate_names_all_of_them_at_once(desk):
    with pytest.raises(ScenarioError) as caught:
        validate_scenarios([], as_of=date(2026, 10, 30), home=desk)
    for text in (*(text for _, text in FAULTS.values()), CYCLE, TREE, TWICE):
        assert text in str(caught.value)


def test_a_report_names_all_of_them_before_it_runs(desk):
    with pytest.raises(InputError) as caught:
        plan_report(home=desk, scenarios=[*FAULTS, "ring_a", "copied"], notebooks=["70_evidence"])
    ring = CYCLE.replace("ring_a.yml", "ring_b.yml").replace("ring_b -> ring_a -> ring_b", "ring_a -> ring_b -> ring_a")
    for text in (*(text for _, text in FAULTS.values()), ring, TREE, TWICE):
        assert text in str(caught.value)
