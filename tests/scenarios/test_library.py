"""Listing, showing, copying and checking files, and the scenario tree."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest

from eastbound.errors import InputError, ScenarioError
from eastbound.scenarios.authoring import copy_scenario, show_scenario
from eastbound.scenarios.home import find_home
from eastbound.scenarios.library import read_library, scenario_record, validate_scenarios
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.tree import FILE, load_tree, tree_problems

AS_OF = date(2026, 10, 30)


@pytest.fixture
def shipped(tmp_path):
    """Return a workspace with the shipped params."""
    shutil.copytree(find_home() / "params", tmp_path / "desk" / "params")
    return tmp_path / "desk"


def test_the_list_has_a_record_per_scenario_that_json_can_hold():
    records = [scenario_record(item.scenario, as_of=AS_OF) for item in read_library().scenarios.values()]
    assert {record["name"] for record in records} >= {"baseline", "price_slump"}
    assert json.loads(json.dumps(records)) == records
    assert next(record for record in records if record["name"] == "price_slump")["probability"] == 0.15


def test_the_resolved_text_is_a_file_that_stands_on_its_own(shipped):
    text = show_scenario("sanctions_relief", resolved=True, home=shipped)
    alone = shipped / "sanctions_relief.yml"
    alone.write_text(text, encoding="utf-8")
    (shipped / "params" / "scenarios" / "baseline.yml").unlink()
    assert "extends" not in text
    assert load_scenario(alone, home=shipped).digest == load_scenario("sanctions_relief").digest


def test_show_returns_the_file_as_it_is():
    assert show_scenario("price_slump").startswith("# yaml-language-server")


def test_a_copy_keeps_comments_and_content_but_no_branch_of_an_axis(shipped):
    path = copy_scenario("price_slump", "deep_slump", home=shipped)
    copy, original = load_scenario("deep_slump", home=shipped), load_scenario("price_slump", home=shipped)
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server")
    assert (copy.events, copy.milestones) == (original.events, original.milestones)
    assert copy.axis is None
    load_tree(shipped)


def test_a_copy_never_shares_the_title_of_its_original(shipped):
    text = (shipped / "params" / "scenarios" / "price_slump.yml").read_text(encoding="utf-8")
    folded = text.replace(
        "title: A lasting slump of oil and gas prices", "title: A lasting slump\n  of oil and gas prices"
    )
    (shipped / "params" / "scenarios" / "folded.yml").write_text(folded.replace("name: price_slump", "name: folded"))
    copy_scenario("price_slump", "deep_slump", home=shipped)
    copy_scenario("folded", "stated", title='The "deep" one: 50 \\% lower', home=shipped)
    assert load_scenario("deep_slump", home=shipped).title == "Deep slump"
    assert load_scenario("stated", home=shipped).title == 'The "deep" one: 50 \\% lower'
    with pytest.raises(InputError, match="a title is one line"):
        copy_scenario("price_slump", "other", title="two\nlines", home=shipped)


def test_one_bad_draft_leaves_the_other_scenarios_usable(shipped):
    # an empty draft once hid all scenarios of the list and cost the morning report
    (shipped / "params" / "scenarios" / "draft.yml").write_text("")
    (shipped / "params" / "scenarios" / "slump2.yaml").write_text("name: slump2\n")
    library = read_library(shipped)
    assert list(library.scenarios) == list(read_library().scenarios)
    assert list(library.problems) == ["draft"]
    assert library.problems["draft"].startswith("draft.yml:1:1: expected `key: value` lines")
    assert list(library.misnamed) == ["slump2.yaml"]
    assert load_tree(shipped) == load_tree()
    with pytest.raises(
        ScenarioError, match=r"(?s)draft\.yml:1:1: .*slump2\.yaml: scenario files end in `.yml`; rename it to"
    ):
        validate_scenarios([], as_of=AS_OF, home=shipped)


def test_validate_prints_what_a_file_drops():
    lines = validate_scenarios(["sanctions_relief"], as_of=AS_OF)
    assert lines == [
        "sanctions_relief: valid, 8 events, 9 milestones",
        "sanctions_relief: drops of what it inherits: `partner_return.hazard`, entry `partner_exit`, "
        "entry `maximum_pressure`",
    ]


def test_an_expired_scenario_is_marked_from_the_day_after_its_last_month():
    last, next_day = date(2028, 12, 31), date(2029, 1, 1)
    relief = load_scenario("pos2_agreed")
    assert [scenario_record(relief, as_of=day)["expired"] for day in (last, next_day)] == [False, True]
    assert validate_scenarios(["pos2_agreed"], as_of=next_day)[0].endswith("; expired after 2028-12")


def test_an_event_that_lies_in_the_past_is_refused():
    # onset from January to December 2027
    validate_scenarios(["price_slump"], as_of=date(2027, 12, 15))
    with pytest.raises(
        ScenarioError, match=r"`brent_slump_dated`: its onset \(2027-01 to 2027-12\) lies before 2028-01"
    ):
        validate_scenarios(["price_slump"], as_of=date(2028, 1, 15))


@pytest.mark.parametrize(
    ("name", "new_name", "words"),
    [
        ("price_slump", "baseline", "there is a scenario `baseline` already"),
        ("price_slump", "Deep slump", "cannot name a scenario"),
        ("price_slump", "../up", "cannot name a scenario"),
        ("price_slumb", "deep", "did you mean `price_slump`"),
    ],
)
def test_copies_that_cannot_be(shipped, name, new_name, words):
    with pytest.raises(InputError, match=words):
        copy_scenario(name, new_name, home=shipped)


def test_validate_gathers_the_mistakes_of_all_files_once(home):
    home.write("small", home.small.replace("per_year", "per_yeer"))
    home.write("child", "name: child\ntitle: C\nextends: small\nevent: []\n")
    with pytest.raises(ScenarioError) as caught:
        validate_scenarios([], as_of=AS_OF, home=home.folder)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(set(lines))
    assert any("child.yml:4:1: `event`: unknown key; did you mean `events`?" in line for line in lines)
    assert sum("per_yeer" in line for line in lines) == 1


def test_everything_shipped_is_fine():
    lines = validate_scenarios([], as_of=AS_OF)
    assert all(": valid, " in line or ": drops of what it inherits: " in line for line in lines)
    assert lines[-1].startswith("scenario_tree.yml")


def test_the_editor_schema_lets_an_entry_state_only_its_changes():
    event = Scenario.model_json_schema()["$defs"]["Event"]
    assert event["required"] == ["id"]
    assert event["properties"]["remove"]["const"] is True
    assert event["additionalProperties"] is False


def test_the_axes_of_the_tree_sum_to_one_and_have_an_explicit_rest():
    tree = load_tree()
    assert {"sanctions", "pos2", "prices"} <= set(tree)
    for branches in tree.values():
        assert sum(branches.values()) == pytest.approx(1)
        assert branches["other"] > 0
    assert tree["sanctions"]["secondary_sanctions"] == load_scenario("secondary_sanctions").probability.value


def test_scenarios_left_out_of_the_tree_and_milestones_of_two_axes_are_named(shipped):
    scenarios = shipped / "params" / "scenarios"
    text = (scenarios / "pos2_agreed.yml").read_text(encoding="utf-8")
    (scenarios / "early.yml").write_text(text.replace("name: pos2_agreed", "name: early"), encoding="utf-8")
    assert tree_problems(shipped)[0].endswith("scenario `early` has an `axis` but is missing here; add it to its axis")
    slump = scenarios / "price_slump.yml"
    milestones = text[text.index("milestones:") :]
    slump.write_text(slump.read_text(encoding="utf-8") + milestones, encoding="utf-8")
    assert any(
        "`pos2_first_gas` is dated by scenarios of the axes `pos2` and `prices`" in each
        for each in tree_problems(shipped)
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value: 0.75", "value: 0.7", "`prices`: its branches sum to 0.95 instead of 1"),
        ("[price_slump,", "[price_slumb,", "unknown scenario `price_slumb`; did you mean `price_slump`?"),
        ("[price_slump,", "[pos2_agreed,", "`pos2_agreed` is listed twice"),
        ("secondary_sanctions, ", "", "`sanctions`: its branches sum to 0.85 instead of 1"),
        ("axis: prices", "axis: price", "unknown axis `prices`; did you mean `price`?"),
        ("axis: prices", "axis: markets", "unknown axis `prices`"),
        ("other:", "others:", "unknown key; did you mean `other`?"),
    ],
)
def test_a_tree_that_does_not_fit_is_refused(shipped, old, new, words):
    file = shipped / FILE
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_tree(shipped)
    assert words in str(caught.value)
