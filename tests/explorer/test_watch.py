"""A scenario is simulated again when its file changes; a broken file costs nothing."""

from __future__ import annotations

import threading

import pytest

import eastbound as eb
from eastbound.explorer.watch import follow, saves
from eastbound.scenarios.layout import lay_out


@pytest.fixture
def draft(tmp_path):
    lay_out(tmp_path / "desk")
    return tmp_path / "desk" / "params" / "scenarios" / "my_scenario.yml"


def test_a_save_says_what_changed_and_a_broken_file_keeps_the_numbers(draft, monkeypatch):
    home = draft.parents[2]
    monkeypatch.setenv("EASTBOUND_HOME", str(home))
    text = draft.read_text(encoding="utf-8")

    def changes():
        draft.write_text(text[:700], encoding="utf-8")  # saved half-way
        yield
        draft.write_text(text.replace("mean: -0.22", "mean: -2.2"), encoding="utf-8")  # outside the bounds
        yield
        draft.write_text(text.replace("mean: -0.22", "mean: -0.6"), encoding="utf-8")
        yield
        draft.write_text(f"{text.replace('mean: -0.22', 'mean: -0.6')}# a remark", encoding="utf-8")
        yield

    book = eb.load_evidence("2026-10-30")
    first, half, outside, changed, same = follow("my_scenario", changes(), book=book, draws=64, home=home)
    assert first.splitlines()[0] == "My first scenario"
    assert len(first.splitlines()) == 6
    assert half.startswith("my_scenario.yml:15:11: not valid YAML")
    assert half.endswith("correct the file and save it again. The numbers above stay.")
    assert "a loss may be at most 1.5" in outside
    assert changed.splitlines()[0] == "- Cheaper oil: Brent price -20 % (-25 to -15 %) becomes -45 % (-48 to -42 %)"
    assert " becomes " in changed.splitlines()[1]
    assert same.splitlines()[0] == "Saved; the scenario says what it said before."
    assert all(line.endswith(", as before") for line in same.splitlines()[1:])


def test_a_real_save_is_reported(draft, monkeypatch):
    home = draft.parents[2]
    monkeypatch.setenv("EASTBOUND_HOME", str(home))
    told = threading.Event()

    def write():
        # Saved again until it is heard: the first save may come before the folder is watched.
        while not told.wait(0.05):
            draft.write_text(draft.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert any("my_scenario.yml" in path for _, path in next(saves("my_scenario", home=home)))
    finally:
        told.set()
        writer.join()
