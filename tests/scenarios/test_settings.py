"""Settings files: every value with a basis, all mistakes in one message."""

from __future__ import annotations

from pathlib import Path

import pytest

from eastbound.errors import ScenarioError, UnknownName
from eastbound.scenarios.home import find_home
from eastbound.scenarios.inputs import inputs_digest
from eastbound.scenarios.settings import load_settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    (tmp_path / "params" / "models").mkdir()
    return tmp_path


def write(home: Path, text: str) -> None:
    (home / "params" / "models" / "trade.yml").write_text(text, encoding="utf-8")


def test_values_keep_their_types_and_order(home):
    write(
        home,
        "b: {value: 2, unit: year, source: 'Publisher, 2024'}\n"
        "a: {value: [0.5, 1], unit: none, judgement: why}\n"
        "c: {value: linear, judgement: why, note: more}\n",
    )
    assert load_settings("trade", home=home) == {"b": 2, "a": [0.5, 1], "c": "linear"}
    assert list(load_settings("trade", home=home)) == ["b", "a", "c"]


def test_a_file_without_the_number_of_its_format_is_read_and_a_newer_one_refused(home):
    entry = "a: {value: 1, unit: none, judgement: why}\n"
    write(home, entry)
    old = load_settings("trade", home=home)
    write(home, f"format: 1\n{entry}")
    assert load_settings("trade", home=home) == old == {"a": 1}
    for number in ("2", "true", "{value: 1, unit: none, judgement: why}"):
        write(home, f"{entry}format: {number}\n")
        with pytest.raises(ScenarioError, match=r"trade.yml:2:1: `format` must be 1, got .*update Eastbound"):
            load_settings("trade", home=home)


def test_every_mistake_is_named_once_with_its_line(home):
    write(
        home,
        "a: {value: 1, unit: year}\n"
        "b: {value: 1, unit: year, sorce: x}\n"
        "c: {value: 1, source: x}\n"
        "d: {value: .nan, unit: none, judgement: why}\n"
        "e: 3\n"
        "f: {value: true, judgement: why}\n"
        "g: {unit: none, judgement: ''}\n"
        "a: {value: 1, unit: none, judgement: why}\n",
    )
    with pytest.raises(ScenarioError) as caught:
        load_settings("trade", home=home)
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0].rpartition(":")[0] for line in lines] == [
        f"trade.yml:{n}" for n in (1, 2, 2, 3, 4, 5, 6, 7, 7, 8)
    ]
    assert "did you mean `source`?" in str(caught.value)
    assert "without a `unit`" in lines[3]


def test_a_comma_outside_quotes_is_explained(home):
    write(home, "a: {value: 1, unit: none, judgement: one thing, another}\n")
    with pytest.raises(ScenarioError, match="unknown key `another`; put a text with a comma in quotes"):
        load_settings("trade", home=home)


def test_an_unknown_subject_gets_the_nearest_one(home):
    write(home, "a: {value: 1, unit: none, judgement: why}\n")
    with pytest.raises(UnknownName, match="did you mean `trade`"):
        load_settings("trad", home=home)


def test_the_digest_follows_the_values_only():
    assert inputs_digest({"a": 1.0, "b": "x"}) == inputs_digest({"b": "x", "a": 1.0})
    assert inputs_digest({"a": 1.0}) != inputs_digest({"a": 1.1})


@pytest.mark.parametrize("subject", sorted(path.stem for path in (find_home() / "params" / "models").glob("*.yml")))
def test_every_shipped_settings_file_loads_and_states_its_format(subject):
    assert load_settings(subject)
    assert "\nformat: 1\n" in (find_home() / "params" / "models" / f"{subject}.yml").read_text(encoding="utf-8")
