"""Any bytes are either understood or refused in words."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eastbound.errors import ScenarioError
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.located_yaml import read
from eastbound.scenarios.schema import Scenario

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "1: expected `key: value` lines at the top level, found nothing"),
        (b"- 1\n- 2\n", "found a list"),
        (b"just words", "found a single value"),
        (b"a: 1\nb: [1, 2\nc: 3\n", "3:2: not valid YAML"),
        (b"a: 1\n\tb: 2\n", "2:1: not valid YAML: a tab where spaces are expected. Indent with two spaces"),
        (b"a: 1\n---\nb: 2\n", "2:1: not valid YAML"),
        (b"a: \x00\n", "not valid YAML"),
        (b"a: 1\nb: \xff\xfe\n", "2:4: is not UTF-8 text"),
        (b"a: " + b"[" * 3000, "more than 100 brackets"),
        (b"\n".join(b" " * n + b"a:" for n in range(600)), "nested too deeply"),
        (b"a: '" + b"x" * 1_000_000 + b"'", "has 1,000,005 bytes"),
    ],
)
def test_what_is_no_scenario_file_is_refused_in_words(tmp_path, content, words):
    path = tmp_path / "x.yml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=r"^x\.yml") as caught:
        read(path)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yml:3:1: key `a` occurs twice in this mapping"),
        ("a: &x [1]\nb: *x\n", "x.yml:1:4: anchors, aliases"),
        ("a: " + "9" * 5000 + "\n", "x.yml:1:4: `9999"),
        ("a: 2027-02-30\n", "x.yml:1:4: `2027-02-30` cannot be read as a timestamp"),
        ("a: !!python/name:os.system x\n", "tag `tag:yaml.org,2002:python/name:os.system` is not allowed"),
        ("? [1, 2]\n: 3\n", "x.yml:1:3: a list cannot be a key"),
        ("a: " + "[" * 30 + "]" * 30, "deep nesting"),
    ],
)
def test_mistakes_of_form_have_their_line(tmp_path, text, words):
    path = tmp_path / "x.yml"
    path.write_text(text)
    assert words in "\n".join(map(str, read(path)[1]))


def test_a_byte_order_mark_and_windows_lines_are_fine(tmp_path):
    path = tmp_path / "x.yml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    block, problems = read(path)
    assert (block, problems) == ({"a": 1, "b": 2}, [])
    assert block.locations["b"].line == 2


@FUZZ
@given(data=st.data())
def test_a_damaged_key_or_value_is_always_refused(home, data):
    """Every line of the small file carries something that the format needs or checks."""
    lines = home.small.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    key, colon, _ = lines[number].partition(":")
    lines[number] = data.draw(
        st.sampled_from(
            [f"{key}x{colon} 1", f"{key}: {{unknown: 1}}", f"{key}: [[]]", f"{key}: {'9' * 50}", f"{key}: 2027-01-01"]
        )
    )
    home.write("small", "\n".join(lines))
    with pytest.raises(ScenarioError, match=r"small\.yml:\d+:\d+: "):
        load_scenario("small", home=home.folder)


@FUZZ
@given(data=st.data())
def test_random_edits_end_in_a_scenario_or_a_refusal(home, data):
    raw = bytearray(home.small.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        cut = data.draw(st.integers(0, 20))
        raw[at : at + cut] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"\n", b": ", b"- ", b"{", b"*a", b"1e9"])
        )
    (home.library / "small.yml").write_bytes(bytes(raw))
    try:
        outcome = load_scenario("small", home=home.folder)
    except ScenarioError as error:
        outcome = str(error)
    assert isinstance(outcome, Scenario) or outcome.startswith("small.yml")


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_not_a_file_is_refused_before_it_is_read(tmp_path, kind):
    path = tmp_path / "draft.yml"
    if kind == "folder":
        path.mkdir()
    elif not hasattr(os, "mkfifo"):
        pytest.skip("this system has neither named pipes nor device files")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(ScenarioError, match=r"^draft\.yml: is not a regular file; remove it"):
        read(path)
