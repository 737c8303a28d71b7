"""Run folders: unique, published whole, `latest` never wrong."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from eastbound.errors import InputError
from eastbound.reports.folder import close_run, open_run


def test_ids_are_unique_within_a_second(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: open_run(tmp_path), range(24)))
    ids = [run_id for run_id, _ in opened]
    assert len(set(ids)) == 24
    assert all(re.fullmatch(r"\d{8}T\d{6}Z(-\d+)?", run_id) for run_id in ids)


def test_id_of_a_finished_run_is_not_given_again(tmp_path):
    ids = set()
    for _ in range(5):
        run_id, work = open_run(tmp_path)
        close_run(work, newest=False)
        ids.add(run_id)
    assert len(ids) == 5


def test_latest_is_a_relative_link_to_the_newest_complete_run(tmp_path):
    first = close_run(open_run(tmp_path)[1], newest=True)
    latest = tmp_path / "latest"
    assert latest.readlink() == type(latest)(first.name)
    second = close_run(open_run(tmp_path)[1], newest=True)
    assert latest.resolve() == second.resolve()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first.name, second.name, "latest"])


def test_run_that_failed_keeps_its_folder_and_leaves_latest_alone(tmp_path):
    good = close_run(open_run(tmp_path)[1], newest=True)
    bad = close_run(open_run(tmp_path)[1], newest=False)
    assert bad.is_dir()
    assert (tmp_path / "latest").resolve() == good.resolve()


def test_unfinished_run_is_visibly_so(tmp_path):
    run_id, work = open_run(tmp_path)
    assert work.name == f"{run_id}.partial"
    assert not (tmp_path / "latest").exists()


def test_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot write to"):
        open_run(tmp_path / "file" / "out")
