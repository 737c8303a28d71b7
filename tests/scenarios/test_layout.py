"""A workspace is laid out whole or not at all, and never over what is there."""

from __future__ import annotations

import shlex
import shutil
from datetime import date
from pathlib import Path

import click
import pytest

from eastbound.cli.command import cli, main
from eastbound.errors import InputError, WriteError
from eastbound.scenarios import layout
from eastbound.scenarios.home import find_home
from eastbound.scenarios.layout import lay_out
from eastbound.scenarios.library import report_scenarios, validate_scenarios


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "desk"
    lay_out(folder)
    return folder


def test_a_workspace_without_a_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="has no name"):
        lay_out("")
    assert list(tmp_path.iterdir()) == []


def test_the_first_own_scenario_is_valid_and_joins_the_report(desk):
    assert find_home(desk) == desk
    assert report_scenarios(desk)[-1] == "my_scenario"
    lines = validate_scenarios(["my_scenario"], as_of=date(2026, 10, 30), home=desk)
    assert lines == ["my_scenario: valid, 11 events, 9 milestones"]


def test_the_page_names_what_is_there(desk):
    page = (desk / "README.md").read_text(encoding="utf-8")
    for name in ("notebooks/docs/start.ipynb", "params/scenarios/my_scenario.yml", "params/reporting.yml"):
        assert name.rpartition("/")[2] in page
        assert (desk / name).exists()
    assert len(page.splitlines()) < 66  # one page


def test_every_command_of_the_page_exists(desk):
    page = (desk / "README.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("eastbound ")]
    assert len(lines) >= 10
    for line in lines:
        words, command = shlex.split(line)[1:], cli
        while isinstance(command, click.Group):
            command = command.get_command(click.Context(command), words.pop(0))
            assert command is not None, line
        command.make_context("eastbound", words)  # refuses an unknown option and a missing argument


def test_a_workspace_is_never_overwritten(desk):
    before = content(desk)
    with pytest.raises(InputError, match=r"is a workspace already.*Nothing was changed"):
        lay_out(desk)
    assert content(desk) == before


def test_a_folder_with_files_of_its_own_keeps_them(tmp_path):
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine too")
    assert [path.name for path in lay_out(tmp_path)] == ["notebooks", "params"]
    assert (tmp_path / "README.md").read_text() == "mine"
    assert (tmp_path / "params" / "scenarios" / "my_scenario.yml").is_file()


def test_a_half_written_folder_is_named_and_left_as_it_is(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "mine.ipynb").write_text("{}")
    with pytest.raises(InputError, match="has `notebooks` but is no workspace"):
        lay_out(tmp_path)
    assert list(content(tmp_path)) == ["notebooks/mine.ipynb"]


@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_leaves_no_workspace_behind(tmp_path, monkeypatch, there):
    target = tmp_path / "desk"
    if there:
        target.mkdir()
    copytree = shutil.copytree

    def full(source, goal, *options, **named):
        if Path(source).name == "params":
            raise OSError(28, "No space left on device")
        return copytree(source, goal, *options, **named)

    monkeypatch.setattr(layout.shutil, "copytree", full)
    with pytest.raises(WriteError, match="the disk is full"):
        lay_out(target)
    assert list(tmp_path.rglob("*")) == ([target] if there else [])
    monkeypatch.undo()
    assert (lay_out(target)[1] / "scenarios").is_dir()


def test_a_file_of_that_name_is_refused_in_one_line(tmp_path, capsys):
    (tmp_path / "desk").write_text("")
    assert main(["init", str(tmp_path / "desk")]) == 2
    error = capsys.readouterr().err
    assert "a folder of this path is a file" in error
    assert error.count("\n") == 1
