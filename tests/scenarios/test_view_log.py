"""The log of views: appended and never rewritten, replayed to any day, refused where damaged."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.errors import InputError, UnknownName
from eastbound.scenarios.statements import parse_statement
from eastbound.scenarios.view_log import Entry, active, add_view, list_text, log_path, read_log, remove_view

FIRST, SECOND = date(2026, 11, 20), date(2026, 11, 25)


@pytest.fixture
def home(tmp_path):
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    return tmp_path


def add(home, text, *, today=FIRST, who="Ann", why="because", scenario="baseline", size=None):
    read = parse_statement(text)
    return add_view(read, scenario=scenario, who=who, why=why, size=size or {"kl": 0.25}, home=home, today=today)


def test_an_entry_keeps_who_when_why_and_size(home):
    entry = add(home, "mean(a,2030)=3", who="  Ann  Lee ", why="press\nday")
    assert read_log(home) == [entry]
    assert (entry.who, entry.why, entry.when, entry.size) == ("Ann Lee", "press day", FIRST, {"kl": 0.25})
    assert json.loads(log_path(home).read_text())["statement"] == "mean(a, 2030) = 3"
    assert list_text([entry]) == f"{entry.id}  2026-11-20  Ann Lee: mean(a, 2030) = 3 [baseline] (0.25 nats), press day"


def test_removing_appends_and_every_past_day_can_be_had_again(home):
    first = add(home, "mean(a, 2030) = 3")
    second = add(home, "mean(b, 2030) = 3")
    before = log_path(home).read_bytes()
    removal = remove_view(first.id, who="Ben", why="no longer held", home=home, today=SECOND)
    assert log_path(home).read_bytes().startswith(before)
    log = read_log(home)
    assert active(log) == [second]
    assert active(log, day=FIRST) == [first, second]
    assert active(log, day=date(2026, 11, 19)) == []
    assert list_text([removal]) == f"{first.id}  2026-11-25  Ben: removed, no longer held"
    # What was removed may be stated again, under an id of its own because the day differs.
    again = add(home, "mean(a, 2030) = 3", today=SECOND)
    assert again.id != first.id
    assert active(read_log(home)) == [second, again]


def test_the_same_entries_give_the_same_bytes(home, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "params" / "scenarios").mkdir(parents=True)
    for place in (home, other):
        added = add(place, "mean(a, 2030) = 3", size={"ess": 0.5, "kl": 0.25})
        remove_view(added.id, who="Ben", why="no", home=place, today=SECOND)
    assert log_path(home).read_bytes() == log_path(other).read_bytes()


def test_many_at_once_all_arrive(home):
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: add(home, f"mean(series_{n}, 2030) = 3", why="w" * 1500), range(64)))
    assert {entry.read().series for entry in read_log(home)} == {f"series_{n}" for n in range(64)}


def test_doubled_views_and_settings_are_refused(home):
    add(home, "mean(a, 2030) = 3")
    with pytest.raises(InputError, match="already in force as v"):
        add(home, "mean(a, 2030)=3", who="Ben", today=SECOND)
    add(home, "mean(a, 2030) = 3", scenario="other")
    add(home, "set trade.damping = 0.8")
    with pytest.raises(InputError, match=r"already sets `trade.damping`.*remove it first"):
        add(home, "set trade.damping = 0.9")
    assert len(read_log(home)) == 3


def test_unknown_ids_and_empty_reasons_are_refused(home):
    entry = add(home, "mean(a, 2030) = 3")
    with pytest.raises(UnknownName, match=f"did you mean `{entry.id}`"):
        remove_view(f"{entry.id[:-1]}x", who="Ann", why="no", home=home)
    with pytest.raises(InputError, match="--why"):
        add(home, "mean(b, 2030) = 3", why=" \n")
    remove_view(entry.id, who="Ann", why="no", home=home)
    with pytest.raises(InputError, match="no view is in force"):
        remove_view(entry.id, who="Ann", why="no", home=home)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda text: text[:-1], r"log.jsonl:2: .*line is incomplete"),
        (lambda text: text[:-40] + "\n", r"log.jsonl:2: .*not JSON"),
        (lambda text: text + "\n", r"log.jsonl:3: .*not JSON"),
        (lambda text: text + "[]\n", r"log.jsonl:3: .*not a mapping"),
        (lambda text: text.replace("view/1", "view/9", 1), r"log.jsonl:1: .*schema is `view/9`"),
        (lambda text: text.replace('"who"', '"whom"', 1), r"log.jsonl:1: .*keys are"),
        (lambda text: text.replace('"Ann"', "3", 1), r"log.jsonl:1: .*wrong type"),
        (lambda text: text.replace("2026-11-20", "2026-13-20", 1), r"log.jsonl:1: "),
        (lambda text: text.replace("mean(a", "meen(a", 1), r"log.jsonl:1: .*did you mean `mean`"),
        (lambda text: "".join(reversed(text.splitlines(keepends=True))), r"log.jsonl:1: .*no earlier line adds"),
        (lambda text: text.replace("add", "ad"), r"log.jsonl:1: .*keys are"),
    ],
)
def test_a_damaged_log_is_refused_as_a_whole(home, spoil, expected):
    entry = add(home, "mean(a, 2030) = 3")
    remove_view(entry.id, who="Ann", why="no", home=home, today=SECOND)
    path = log_path(home)
    path.write_text(spoil(path.read_text()))
    before = path.read_bytes()
    for act in (lambda: read_log(home), lambda: add(home, "mean(b, 2030) = 3")):
        with pytest.raises(InputError, match=expected) as caught:
            act()
        assert "Restore the line" in str(caught.value)
    assert path.read_bytes() == before


@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_a_refusal(tmp_path_factory, data):
    home = tmp_path_factory.mktemp("spoilt")
    (home / "params" / "scenarios").mkdir(parents=True)
    (home / "views").mkdir()
    log_path(home).write_bytes(data)
    if data:
        with pytest.raises(InputError, match="damaged"):
            read_log(home)
    else:
        assert read_log(home) == []


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(1, 28)), max_size=12))
def test_replay_is_that_of_a_set(steps):
    # Against a plain set of names that follows the same steps up to the day.
    entries = []
    for adding, name, day in sorted(steps, key=lambda step: step[2]):
        text = "mean(a, 2030) = 3" if adding else ""
        entries.append(Entry("add" if adding else "remove", f"v{name}", date(2026, 1, day), "Ann", "why", "x", text))
    for day in (0, 14, 28):
        expected = {}
        for entry in entries:
            if entry.when.day <= day:
                expected = (
                    {**expected, entry.id: 1}
                    if entry.action == "add"
                    else {key: 1 for key in expected if key != entry.id}
                )
        shown = active(entries, day=date(2026, 1, day) if day else date(2025, 1, 1))
        assert {entry.id for entry in shown} == set(expected)
