"""Run folders: unique, published whole, `latest` never wrong."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from eastbound.errors import InputError
from eastbound.reports.folder import close_run, open_run


def closed(out, *, newest: bool):
    with open_run(out) as (_, work):
        return close_run(work, newest=newest)


def visible(out) -> set[str]:
    return {path.name for path in out.iterdir() if not path.name.startswith(".")}


@pytest.mark.parametrize("_", range(20))  # a race between making a lock's file and sweeping it showed in one of ten
def test_ids_are_unique_within_a_second(tmp_path, _):
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: stack.enter_context(open_run(tmp_path)), range(24)))
        ids = [run_id for run_id, _ in opened]
        assert len(set(ids)) == 24
        assert all(work.is_dir() for _, work in opened)
        assert all(re.fullmatch(r"\d{8}T\d{6}Z(-\d+)?", run_id) for run_id in ids)
    assert visible(tmp_path) == set(), "a run that was not closed leaves nothing"


def test_id_of_a_finished_run_is_not_given_again(tmp_path):
    assert len({closed(tmp_path, newest=False) for _ in range(5)}) == 5


def test_latest_is_a_relative_link_to_the_newest_full_run(tmp_path):
    first = closed(tmp_path, newest=True)
    latest = tmp_path / "latest"
    assert latest.readlink() == type(latest)(first.name)
    second = closed(tmp_path, newest=True)
    assert latest.resolve() == second.resolve()
    assert visible(tmp_path) == {first.name, second.name, "latest"}


def test_link_left_by_a_killed_run_is_removed(tmp_path):
    tmp_path.joinpath(".latest-20260101T000000Z").symlink_to("20260101T000000Z")
    closed(tmp_path, newest=True)
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".latest-")]


def test_latest_only_moves_forward(tmp_path):
    with open_run(tmp_path) as (_, slow):
        for _ in range(10):  # the tenth run of a second comes after the second in time, not by name
            quick = closed(tmp_path, newest=True)
        old = close_run(slow, newest=True)
    assert old.is_dir()
    assert (tmp_path / "latest").resolve() == quick.resolve()


def test_latest_whose_run_was_removed_is_replaced(tmp_path):
    with open_run(tmp_path) as (_, slow):
        closed(tmp_path, newest=True).rename(tmp_path / "elsewhere")
        assert (tmp_path / "latest").is_symlink()
        run = close_run(slow, newest=True)
    assert (tmp_path / "latest").resolve() == run.resolve()


def test_run_that_failed_keeps_its_folder_and_leaves_latest_alone(tmp_path):
    good = closed(tmp_path, newest=True)
    assert closed(tmp_path, newest=False).is_dir()
    assert (tmp_path / "latest").resolve() == good.resolve()


def test_unfinished_run_is_visibly_so_and_swept_once_its_process_is_dead(tmp_path):
    script = f"""
import os
from pathlib import Path
from eastbound.reports.folder import open_run
with open_run(Path({str(tmp_path)!r})) as (run_id, work):
    (work / "half.html").write_text("half")
    os._exit(9)
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    (left,) = visible(tmp_path)
    assert left.endswith(".partial")
    with open_run(tmp_path) as (run_id, _):
        assert visible(tmp_path) == {f"{run_id}.partial"}
        with open_run(tmp_path) as (other, _):
            assert visible(tmp_path) == {f"{run_id}.partial", f"{other}.partial"}, "a living run is not swept"


def test_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot write to"), open_run(tmp_path / "file" / "out"):
        raise AssertionError
