"""A run that was stopped or killed is finished under its id, with its options."""

from __future__ import annotations

import json

import pytest

from eastbound.cli.command import main
from eastbound.errors import InputError
from eastbound.reports.folder import close_run, open_run
from eastbound.reports.resume import Asked, find_unfinished, note_page


def stop(out, asked):
    """Begin a run that ends after its first page without having been finished."""
    with open_run(out, asked) as (run, _):
        note_page(out, run, "10_good")
    return run


def test_a_stopped_run_is_found_with_what_it_was_asked_for(tmp_path):
    asked = Asked({"notebooks": ["10_good"]}, force=True)
    run = stop(tmp_path, asked)
    assert find_unfinished(tmp_path) == Asked(asked.request, True, run, frozenset({"10_good"}))
    with open_run(tmp_path, find_unfinished(tmp_path, run)) as (again, work):
        assert again == run
        with pytest.raises(InputError, match="is still being made by another process"):
            find_unfinished(tmp_path)
        with pytest.raises(InputError, match="another process works on it"), open_run(tmp_path, Asked(run=run)):
            pass
        (work / "page.html").write_text("done", encoding="utf-8")
        folder = close_run(work, newest=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".latest.lock", run, "latest"]
    assert [path.name for path in folder.iterdir()] == ["page.html"]
    with pytest.raises(InputError, match="there is no unfinished run"):
        find_unfinished(tmp_path)


def test_a_note_of_an_older_version_is_migrated_and_a_newer_one_refused(tmp_path):
    """Version 1 had no alerts; a run killed before an update of the package is finished after it."""
    run = stop(tmp_path, Asked({"notebooks": ["10_good"]}, force=True, alert=True))
    note = tmp_path / f".{run}.request.json"
    record = json.loads(note.read_text(encoding="utf-8"))
    old = {key: value for key, value in record.items() if key != "alert"} | {"schema": "request/1"}
    note.write_text(json.dumps(old), encoding="utf-8")
    assert find_unfinished(tmp_path) == Asked(record["request"], True, run, frozenset({"10_good"}), alert=False)
    note.write_text(json.dumps(record | {"schema": "request/3"}), encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        find_unfinished(tmp_path)


def test_a_later_run_that_finishes_drops_the_note(tmp_path):
    lost = stop(tmp_path, Asked())
    with pytest.raises(InputError, match=f"`20200101T000000Z` is no unfinished run.*Unfinished: {lost}"):
        find_unfinished(tmp_path, "20200101T000000Z")
    with open_run(tmp_path) as (_, work):
        close_run(work, newest=False)
    with pytest.raises(InputError, match="there is no unfinished run"):
        find_unfinished(tmp_path)


def test_note_that_cannot_be_read_is_refused(tmp_path):
    run = stop(tmp_path, Asked())
    (tmp_path / f".{run}.request.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"cannot be read; start the report without --resume"):
        find_unfinished(tmp_path)


def test_resume_takes_no_selection(home, capsys):
    assert main(["report", "--resume", "--home", str(home), "-s", "baseline"]) == 2
    assert "takes the options of the run that it finishes" in capsys.readouterr().err
    assert main(["report", "--resume", "--home", str(home)]) == 2
    assert "there is no unfinished run" in capsys.readouterr().err
