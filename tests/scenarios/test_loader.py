"""Inheritance, and messages that name file, line, key and the nearest allowed word."""

from __future__ import annotations

import pytest

from eastbound.errors import InputError, ScenarioError, UnknownName
from eastbound.names import CHINA_EXPORTS, CHINA_IMPORTS
from eastbound.scenarios.loader import load_scenario, misnamed_files, resolve_scenario, scenario_names


def refusal(home, name: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name, home=home.folder)
    return str(caught.value)


def child(body: str, parent: str = "small") -> str:
    return f"name: child\ntitle: A child\nextends: {parent}\n{body}"


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_loads_under_its_name(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.events
    assert {milestone.id for milestone in scenario.milestones} >= {"pos2_first_gas", "fareast_first_gas"}


def test_the_five_scenarios_are_there_and_the_baseline_comes_first():
    names = scenario_names()
    assert names[0] == "baseline"
    assert {"secondary_sanctions", "sanctions_relief", "pos2_agreed", "price_slump"} <= set(names)


def test_the_baseline_is_random_only():
    baseline = load_scenario("baseline")
    assert all(event.hazard is not None for event in baseline.events)
    assert baseline.axis is None


def test_the_example_of_the_scenario_contract_is_a_valid_file(home, tmp_path):
    path = tmp_path / "sanctions.yml"
    path.write_text(
        """\
name: sanctions
title: Secondary sanctions on Chinese banks
extends: baseline                  # lists merge by id
axis: sanctions                    # branches of one axis exclude each other
probability: {value: 0.15, basis: judgement, why: three visible shocks in 44 months}
expires: {after: 2028-12, when: trade.china_russia.china_exports.yoy_usd > 10}
events:
  - id: bank_payment_halt          # comes on top of the baseline's random hazard of this id
    onset: {dist: uniform, low: 2027-01, high: 2027-12}
    severity: {dist: lognormal, median: 1, sigma: 0.5, max: 8}      # 1 = event E027
    effects:
      - target: trade.china_russia.china_exports
        trough: {dist: normal, mean: -0.22, sd: 0.08, unit: log}
        lag_months: 2.5
        rise_months: 1
        half_life_months: 2.5
        transitory: 0.8
        source: a publication
"""
    )
    scenario = load_scenario(path)
    baseline = load_scenario("baseline")
    assert scenario.events[:-1] == baseline.events
    dated, random = scenario.events[-1], next(event for event in baseline.events if event.id == "bank_payment_halt")
    assert (dated.id, dated.hazard) == ("bank_payment_halt_dated", None)
    assert dated.onset is not None
    assert dated.effects[1:] == random.effects[1:]
    assert (dated.effects[0].transitory, random.effects[0].transitory) == (0.8, 1)


def test_a_child_changes_the_keys_it_states_and_keeps_the_others(home):
    home.write("child", child("events:\n  - id: halt\n    hazard: {per_year: 3, judgement: more}\n"))
    parent, scenario = load_scenario("small", home=home.folder), load_scenario("child", home=home.folder)
    assert scenario.events[0].hazard.per_year.value == 3
    assert scenario.events[0].effects == parent.events[0].effects
    assert scenario.events[1] == parent.events[1]
    assert scenario.milestones == parent.milestones


COVERED = "probability: {value: 0.1, basis: judgement, why: why}\n"
HALT_2028 = "  - {id: halt, onset: {dist: fixed, value: 2028-01}}\n"


def test_a_dated_event_comes_on_top_of_the_random_one(home):
    home.write("child", child(f"events:\n{HALT_2028}{COVERED}"))
    random, fee, dated = load_scenario("child", home=home.folder).events
    assert (random, fee) == load_scenario("small", home=home.folder).events
    assert (dated.id, dated.hazard, dated.onset.value) == ("halt_dated", None, "2028-01")
    assert (dated.severity, dated.effects) == (random.severity, random.effects)


def test_a_grandchild_changes_the_dated_event_and_leaves_the_random_one(home):
    effect = "{target: trade.china_russia.china_exports, transitory: 0.5}"
    later = "  - {id: halt, onset: {dist: fixed, value: 2029-01}}\n"
    halt = HALT_2028.replace("2028-01}}", f"2028-01}}, effects: [{effect}]}}")
    home.write("child", child(f"events:\n{halt}{COVERED}"))
    text = child(f"events:\n{later}{COVERED}", parent="child").replace("name: child", "name: grandchild")
    home.write("grandchild", text)
    events = load_scenario("grandchild", home=home.folder).events
    assert [event.id for event in events] == ["halt", "fee", "halt_dated"]
    assert (events[2].onset.value, events[2].effects[0].transitory) == ("2029-01", 0.5)


@pytest.mark.parametrize(
    ("event", "ids", "dropped"),
    [
        (HALT_2028.replace("halt,", "halt, replaces: halt,"), ["halt", "fee"], ["`halt.hazard`"]),
        (
            HALT_2028.replace("halt,", "halt, replaces: fee,"),
            ["halt"],
            ["entry `fee`, replaced by `halt`", "`halt.hazard`"],
        ),
        ("  - {id: fee, hazard: {per_year: 0.5, judgement: why}}\n", ["halt", "fee"], ["`fee.onset`"]),
        ("  - {id: fee, remove: true}\n", ["halt"], ["entry `fee`"]),
    ],
)
def test_what_a_file_drops_is_noted(home, event, ids, dropped):
    home.write("child", child(f"events:\n{event}{COVERED}"))
    resolved = resolve_scenario("child", home=home.folder)
    assert [event.id for event in resolved.scenario.events] == ids
    assert list(resolved.dropped) == dropped


def test_effects_merge_by_target(home):
    # restating one effect once dropped the others of the event without a word
    effect = "trough: {dist: fixed, value: -0.1, unit: log, judgement: banks have learnt}"
    home.write(
        "child",
        child(f"events:\n  - id: halt\n    effects:\n      - {{target: trade.china_russia.china_exports, {effect}}}\n"),
    )
    resolved = resolve_scenario("child", home=home.folder)
    parent = load_scenario("small", home=home.folder).events[0]
    exports, imports = resolved.scenario.events[0].effects
    assert imports == parent.effects[1]
    assert (exports.trough.value, exports.half_life_months) == (-0.1, 1)
    # the inherited reason was for another number
    assert (parent.effects[0].judgement, exports.judgement) == ("round numbers", None)
    assert resolved.dropped == ()


def test_an_effect_is_removed_by_its_target(home):
    body = "events:\n  - id: halt\n    effects:\n      - {target: trade.china_russia.china_imports, remove: true}\n"
    home.write("child", child(body))
    resolved = resolve_scenario("child", home=home.folder)
    assert [effect.target for effect in resolved.scenario.events[0].effects] == [CHINA_EXPORTS]
    assert resolved.dropped == ("effect on `halt.trade.china_russia.china_imports`",)


def test_a_new_number_needs_a_basis_of_its_own(home):
    trough = "trough: {dist: fixed, value: -0.1, unit: log}"
    body = f"events:\n  - id: halt\n    effects:\n      - {{target: trade.china_russia.china_exports, {trough}}}\n"
    home.write("child", child(body))
    assert "child.yml:7:9: `events[halt].effects[0]`: needs `source`" in refusal(home, "child")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "  - {id: halt, replaces: hlat}\n",
            "child.yml:5:16: `halt.replaces`: `hlat` is not inherited; did you mean `halt`?",
        ),
        ("  - {id: halt, replaces: [halt]}\n", "`halt.replaces`"),
        (
            "  - {id: halt, effects: [{target: driver.usd_cny, remove: true}]}\n",
            "`halt.driver.usd_cny`: is not inherited",
        ),
        (
            "  - {id: halt, effects: [{target: driver.usd_cny}, {target: driver.usd_cny}]}\n",
            "`halt.driver.usd_cny`: listed twice",
        ),
    ],
)
def test_mistakes_in_replacing_and_removing(home, body, expected):
    home.write("child", child(f"events:\n{body}"))
    assert expected in refusal(home, "child")


def test_an_entry_is_removed_and_a_new_one_added_at_the_end(home):
    home.write(
        "child",
        child(
            "events:\n"
            "  - {id: halt, remove: true}\n"
            "  - id: new\n"
            "    hazard: {per_year: 0.5, judgement: why}\n"
            "    severity: {dist: fixed, value: 1, judgement: why}\n"
            "    effects:\n"
            "      - {target: driver.usd_cny, trough: {dist: fixed, value: 0.1, unit: log},"
            " transitory: 0, judgement: why}\n"
        ),
    )
    assert [event.id for event in load_scenario("child", home=home.folder).events] == ["fee", "new"]


def test_parts_are_laid_between_parent_and_child(home):
    part = "events:\n  - {id: halt, hazard: {per_year: 2, judgement: part}}\n  - {id: fee, remove: true}\n"
    home.write("parts/mild", part)
    home.write("child", child("parts: [mild]\n"))
    events = load_scenario("child", home=home.folder).events
    assert [(event.id, event.hazard.per_year.value) for event in events] == [("halt", 2)]
    home.write("child", child("parts: [mild]\nevents:\n  - {id: halt, hazard: {per_year: 5, judgement: own}}\n"))
    assert load_scenario("child", home=home.folder).events[0].hazard.per_year.value == 5


def test_probability_and_axis_are_not_inherited(home):
    home.write(
        "parent",
        child("axis: sanctions\nprobability: {value: 0.2, basis: judgement, why: w}\n").replace(
            "name: child", "name: parent"
        ),
    )
    home.write("child", child("", parent="parent"))
    scenario = load_scenario("child", home=home.folder)
    assert (scenario.axis, scenario.probability) == (None, None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("extends: smal\n", "child.yml:3:1: `extends`: unknown scenario `smal`; did you mean `small`?"),
        ("parts: [mild]\n", "child.yml:3:1: `parts`: unknown part `mild`"),
        ("extends: child\n", "child.yml:3:1: `extends`: the files extend each other in a cycle: child -> child"),
        ("events:\n  - {id: halt, remove: true}\n", "child.yml:4:16: `halt`: is not inherited"),
        (
            "extends: small\nevents:\n  - {id: halt, remove: yes}\n",
            "child.yml:5:16: `halt`: write {id: halt, remove: true}",
        ),
        ("extends: small\nevents:\n  - id: halt\n  - id: halt\n", "child.yml:6:5: `halt`: listed twice"),
    ],
)
def test_mistakes_of_inheritance(home, body, expected):
    home.write("child", f"name: child\ntitle: A child\n{body}")
    assert expected in refusal(home, "child")


def test_a_cycle_over_two_files_is_refused(home):
    home.write("a", "name: a\ntitle: A\nextends: b\n")
    home.write("b", "name: b\ntitle: B\nextends: a\n")
    assert "in a cycle: a -> b -> a" in refusal(home, "a")


def test_all_mistakes_of_a_file_stand_in_one_message_with_their_lines(home):
    text = home.small
    text = text.replace("- target: trade.china_russia.china_exports", "- targt: trade.china_russia.china_exports")
    text = text.replace("transitory: 1\n", "transitory: 1.5\n")
    text = text.replace("dist: normal", "dist: norml")
    text = text.replace("pos2_first_gas", "pos2_first_gaz")
    text = text.replace("value: 0.35", "value: yes").replace("low: 2027-01", "low: 2027")
    home.write("small", text + "titel: again\n")
    message = refusal(home, "small")
    for line in (
        "small.yml:8:9: `events[halt].effects[0].targt`: unknown key; did you mean `target`?",
        "small.yml:8:9: `events[halt].effects[0].target`: is missing",
        "small.yml:13:9: `events[halt].effects[0].transitory`: must be at most 1, got `1.5`",
        "small.yml:16:9: `events[halt].effects[1].trough`: unknown distribution `norml`; did you mean `normal`?",
        "small.yml:20:28: `events[fee].onset.low`: expected a month such as 2027-06, got `2027`",
        "small.yml:26:5: `milestones[pos2_first_gaz].id`: unknown milestone `pos2_first_gaz`; did you mean",
        "small.yml:28:13: `milestones[pos2_first_gaz].never.value`: expected a number, got `yes`",
        "small.yml:30:1: `titel`: unknown key; did you mean `title`?",
    ):
        assert line in message
    assert len(message.splitlines()) == 8


def test_a_mistake_in_an_inherited_file_is_told_with_that_file(home):
    home.write("small", home.small.replace("per_year: 1.2", "per_yeer: 1.2"))
    home.write("child", child("events:\n  - {id: fee, severity: -1}\n"))
    message = refusal(home, "child")
    assert "small.yml:5:14: `events[halt].hazard.per_yeer`: unknown key; did you mean `per_year`?" in message
    assert "child.yml:5:5: `events[fee]`: `severity` must be a pure number of at least 0" in message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (", judgement: a round number}\n    severity", "}\n    severity", "needs `source`"),
        ("        judgement: round numbers\n", "", "needs `source`"),
        (
            "    judgement: assumed\n    effects",
            "    effects",
            "`severity` and `onset` without `source` or `judgement`",
        ),
        (", unit: log}\n        lag", "}\n        lag", "`trough` needs `unit: log`"),
        ("        half_life_months: 1\n", "", "`half_life_months` is needed"),
        ("    severity: 1\n", "    severity: 1\n    hazard: {per_year: 1, judgement: w}\n", "needs either `hazard`"),
        ("value: -0.2", "value: -20", "`trough` must lie between -5 and 5"),
        ("per_year: 1.2", "per_year: {dist: normal, mean: 0.1, sd: 1}", "`per_year` must lie between 0 and 120"),
        ("p10: 2031-01", "p10: 2034-01", "`p10` must be below `median`"),
        ("judgement: a round number}", "judgement: round, not exact}", "put a text with a comma in quotes"),
        ("name: small", "name: big", "the file is called `small`"),
        ("title: A small scenario", "axis: sanctions\ntitle: t", "a scenario with an `axis` needs a `probability`"),
        ("title: A small scenario", "title: t\nexpires: {when: oil high}", "`when` must be a series, a comparison"),
        # impossible strengths: a month of 2035 once reached 4.8e16 USD bn
        (
            "value: -0.2, unit: log}",
            "value: 0.8, unit: log}",
            "of an event of median severity on `trade.china_russia.china_exports` is log 0.8; a gain may be at most",
        ),
        ("value: -0.2, unit: log}", "value: -2, unit: log}", "is log -2; a loss may be at most 1.5, or up to 5 if"),
        (
            "value: -0.2, unit: log}",
            "value: 1.6, unit: log}\n        extreme: why",
            "a gain may be at most 0.7, and 1.5 with a reason under `extreme`; lower the trough",
        ),
        (
            "half_life_months: 1\n",
            "half_life_months: 90\n",
            "the effect of ten years of such events on `trade",
        ),
        (
            "title: A small scenario",
            'title: "a\\x1b[31mb"',
            "small.yml:2:1: `title`: contains the control character U+",
        ),
        ("title: A small scenario", 'title: "a\\u202eb"', "contains the control character U+202E"),
        ("title: A small scenario", 'title: "a\\nb"', "must be a single line"),
        ("title: A small scenario", 'title: "  "', "must not be empty"),
        (
            "title: A small scenario",
            "title: t\nformat: 2",
            "the file has format 2, this version reads 1; update Eastbound",
        ),
    ],
)
def test_rules_of_the_format(home, old, new, words):
    text = home.small
    assert old in text
    home.write("small", text.replace(old, new, 1))
    assert words in refusal(home, "small")


@pytest.mark.parametrize("name", ["smal", "", "a/b.yml", "x" * 5000 + ".yml", "nul\0.yml"])
def test_an_unknown_name_or_path_is_refused(home, name):
    with pytest.raises(InputError, match=r"unknown scenario|there is no scenario file"):
        load_scenario(name, home=home.folder)


@pytest.mark.parametrize(
    ("file", "name", "words"),
    [
        ("slump2.yaml", "slump2", "`slump2.yaml` is there, .* rename it to `slump2.yml`"),
        ("small-Copy1.yml", "small-Copy1", "`small-Copy1.yml` is there, .* rename the file to `small_copy1.yml`"),
        ("My Slump.YML", "My Slump", "rename the file to `my_slump.yml`"),
    ],
)
def test_a_file_that_no_name_can_load_is_named(home, file, name, words):
    (home.library / file).write_text(home.small, encoding="utf-8")
    (home.library / "._small.yml").write_bytes(b"\0")
    assert list(misnamed_files(home.folder)) == [file]
    assert scenario_names(home.folder) == ["small"]
    with pytest.raises(InputError, match=words):
        load_scenario(name, home=home.folder)


@pytest.mark.parametrize("parent", ["x" * 5000, "../params/scenarios/small", "Small", "7"])
def test_a_parent_that_no_scenario_can_be_is_refused_by_the_schema(home, parent):
    home.write("child", child("", parent=f'"{parent}"'))
    assert "child.yml:3:1: `extends`: " in refusal(home, "child")
    assert len(refusal(home, "child")) < 300


def test_a_misspelt_word_of_a_long_name_gets_the_name():
    with pytest.raises(UnknownName, match="did you mean `secondary_sanctions`"):
        load_scenario("secondry")


def test_a_misspelt_name_gets_the_nearest_one(home):
    with pytest.raises(UnknownName, match="did you mean `small`"):
        load_scenario("smal", home=home.folder)


def test_the_digest_follows_the_content_and_not_how_it_is_inherited(home):
    text = home.small
    home.write("child", child(""))
    flat = home.folder / "child.yml"
    flat.write_text(text.replace("name: small", "name: child").replace("A small scenario", "A child"))
    one, other = load_scenario("child", home=home.folder), load_scenario(flat, home=home.folder)
    assert one.digest == other.digest
    flat.write_text(flat.read_text().replace("value: -0.2", "value: -0.21"))
    assert load_scenario(flat, home=home.folder).digest != one.digest


def test_imports_and_exports_of_the_small_file_share_one_event(home):
    event = load_scenario("small", home=home.folder).events[0]
    assert [effect.target for effect in event.effects] == [CHINA_EXPORTS, CHINA_IMPORTS]
