"""Atomic writes: content, permissions, failure."""

import errno
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from eastbound.errors import InputError, WriteError
from eastbound.files import create_text, flush_folder, locked, publish_folder, write_bytes, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_write_replaces_the_whole_file_and_leaves_no_sibling(tmp_path):
    path = tmp_path / "new" / "table.csv"
    write_text(path, "a long first content\n")
    write_text(path, "b\r\n")
    assert path.read_bytes() == b"b\r\n"
    assert names(path.parent) == ["table.csv"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask of files")
def test_files_and_folders_get_the_permissions_of_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write_bytes(tmp_path / "file", b"")
        publish_folder(tmp_path / "folder", lambda work: (work / "inside").touch())
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o750


def test_names_of_the_longest_length_can_be_written(tmp_path):
    path = tmp_path / ("ж" * 127)  # 254 bytes
    write_text(path, "x")
    assert path.read_text() == "x"


def test_a_failure_while_a_folder_is_filled_publishes_nothing(tmp_path):
    def fill(work):
        (work / "half").write_text("1")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_folder(tmp_path / "entry", fill)
    assert names(tmp_path) == []


def test_the_first_published_folder_stays(tmp_path):
    assert publish_folder(tmp_path / "entry", lambda work: (work / "a").write_text("first"))
    assert not publish_folder(tmp_path / "entry", lambda work: (work / "a").write_text("second"))
    assert (tmp_path / "entry" / "a").read_text() == "first"
    assert names(tmp_path) == ["entry"]


@pytest.mark.parametrize("name", ["table.csv/inside.csv", "x" * 300, f"{'folder/' * 900}t.csv"])
def test_impossible_paths_are_explained(tmp_path, name):
    (tmp_path / "table.csv").write_text("")
    with pytest.raises(WriteError, match=r"cannot write `.*`: .*; choose (a shorter|another)"):
        write_text(tmp_path / name, "x")


def test_a_folder_in_the_place_of_a_file_is_explained(tmp_path):
    (tmp_path / "table.csv").mkdir()
    with pytest.raises(WriteError, match="a folder has this name"):
        write_text(tmp_path / "table.csv", "x")
    assert names(tmp_path) == ["table.csv"]


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path):
    """A limit of the size of files stands in for a full disk, which a test cannot make everywhere."""
    path = tmp_path / "table.csv"
    path.write_text("old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
        with pytest.raises(WriteError, match=rf"cannot write `{path}`") as caught:
            write_bytes(path, b"0" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.__cause__.errno == errno.EFBIG
    assert path.read_text() == "old"
    assert names(tmp_path) == ["table.csv"]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that no one can write")
def test_a_folder_that_cannot_be_written_is_explained():
    with pytest.raises(InputError, match=r"cannot write `/proc/self/table.csv`"):
        write_text(Path("/proc/self/table.csv"), "x")


def test_readers_never_see_half_a_file(tmp_path):
    path = tmp_path / "table.csv"
    write_text(path, "a" * 100_000)
    script = (
        "import sys; from pathlib import Path; from eastbound.files import write_text\n"
        "for n in range(200): write_text(Path(sys.argv[1]), 'ab'[n % 2] * 100_000)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(path)]) as writer:
        while writer.poll() is None:
            text = path.read_text()
            assert len(text) == 100_000
            assert set(text) in ({"a"}, {"b"})
    assert writer.returncode == 0


def test_flush_skips_links_that_lead_nowhere(tmp_path):
    (tmp_path / "link").symlink_to("nowhere")
    flush_folder(tmp_path)


def test_a_lock_ends_with_its_process(tmp_path):
    """A lock file left by a killed process used to block every later change."""
    script = (
        "import sys, time; from pathlib import Path; from eastbound.files import locked\n"
        "with locked(Path(sys.argv[1])) as free: print(free, flush=True); time.sleep(60)"
    )
    path = tmp_path / ".changing"
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "True\n"
        with locked(path) as free:
            assert not free
        holder.kill()
        holder.wait()
        with locked(path) as free:
            assert free


def test_of_many_creators_one_wins_and_its_text_stays(tmp_path):
    path = tmp_path / "note.txt"
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda number: create_text(path, f"{number}" * 10_000), range(32)))
    assert won.count(True) == 1
    assert path.read_text(encoding="utf-8") == f"{won.index(True)}" * 10_000
    assert [item.name for item in tmp_path.iterdir()] == ["note.txt"]


def test_a_failed_creation_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(WriteError, match="the disk is full"):
        create_text(tmp_path / "note.txt", "text")
    assert list(tmp_path.iterdir()) == []
