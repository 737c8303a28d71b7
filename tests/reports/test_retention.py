"""Removal of old runs: what goes, and what never does."""

import json
import os

import pytest

from eastbound.cli.command import main
from eastbound.errors import InputError
from eastbound.reports.unattended.retention import remove_runs


@pytest.fixture
def home(tmp_path):
    """A workspace with five runs, of which the first is published and `latest` names the second."""
    home = tmp_path / "home"
    (home / "params" / "scenarios").mkdir(parents=True)
    for day in range(1, 6):
        folder = home / "reports" / f"2026010{day}T000000Z"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}" + " " * 98, encoding="utf-8")
    (home / "reports" / "latest").symlink_to("20260102T000000Z")
    (home / "ledger").mkdir()
    entry = {"schema": "ledger/1", "run": "20260101T000000Z"}
    (home / "ledger" / "chain.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")
    return home


def _names(home):
    return sorted(path.name[:8] for path in (home / "reports").iterdir() if path.name[0] == "2")


def test_old_runs_go_but_for_the_published_and_the_latest(home):
    removal = remove_runs(home / "reports", keep=2, home=home)
    assert removal.removed == ("20260103T000000Z",)
    assert removal.size == 100
    assert _names(home) == ["20260101", "20260102", "20260104", "20260105"]
    assert (home / "ledger" / "chain.jsonl").is_file()
    assert not [path for path in (home / "reports").iterdir() if path.name.startswith(".removed")]


def test_dry_run_removes_nothing(home):
    before = _names(home)
    assert remove_runs(home / "reports", keep=1, home=home, dry_run=True).removed == (
        "20260103T000000Z",
        "20260104T000000Z",
    )
    assert _names(home) == before


def test_folders_that_no_run_has_made_stay(home):
    (home / "reports" / "20250101T000000Z").mkdir()
    (home / "reports" / "notes").mkdir()
    (home / "elsewhere").mkdir()
    (home / "elsewhere" / "manifest.json").touch()
    (home / "reports" / "20250102T000000Z").symlink_to(home / "elsewhere")
    remove_runs(home / "reports", keep=1, home=home)
    assert {"20250101", "20250102"} <= set(_names(home))
    assert (home / "reports" / "notes").is_dir()
    assert (home / "elsewhere" / "manifest.json").is_file()


def test_nothing_goes_when_the_ledger_cannot_be_read(home):
    (home / "ledger" / "chain.jsonl").write_text("{damaged\n", encoding="utf-8")
    with pytest.raises(InputError, match="restore it"):
        remove_runs(home / "reports", keep=1, home=home)
    assert len(_names(home)) == 5


def test_what_a_killed_removal_left_goes_with_the_next(home):
    os.rename(home / "reports" / "20260103T000000Z", home / "reports" / ".removed-20260103T000000Z")
    remove_runs(home / "reports", keep=3, home=home)
    assert not (home / "reports" / ".removed-20260103T000000Z").exists()


def test_command(home, capsys):
    assert main(["clean", "--keep", "2", "--dry-run", "--home", str(home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"]["removed"] == ["20260103T000000Z"]
    assert main(["clean", "--home", str(home)]) == 2
    assert "--keep N" in capsys.readouterr().err
