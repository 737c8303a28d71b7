"""Copies of a run at an address: what is there, in which order, and what a user is told when it fails."""

from __future__ import annotations

import json

import fsspec
import pytest

from eastbound.cli import main
from eastbound.errors import InputError, ServiceError
from eastbound.reports.remote.addresses import check_address, open_address
from eastbound.reports.remote.upload import upload_run


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "runs" / "20261128T060000Z"
    (folder / "baseline").mkdir(parents=True)
    for name in ("manifest.json", "index.html", "baseline/10_trade.html"):
        (folder / name).write_text(name, encoding="utf-8")
    return folder


def memory(address):
    fs, root = open_address(address, option="--out")
    return {name.removeprefix(f"{root}/"): fs.cat_file(name) for name in fs.find(root)}


@pytest.mark.parametrize("protocol", ["memory", "file"])
def test_copy_has_every_file_and_the_pointer(run, tmp_path, protocol):
    address = f"{protocol}://{tmp_path / 'store'}"
    upload_run(run, address, newest=True)
    copied = memory(address)
    pointer = json.loads(copied.pop("latest.json"))
    assert pointer["run"] == run.name
    assert copied == {
        f"{run.name}/{path.relative_to(run).as_posix()}": path.read_bytes() for path in run.rglob("*") if path.is_file()
    }


def test_pointer_goes_last_and_the_manifest_before_it(run, monkeypatch):
    order = []
    memory_fs = type(fsspec.filesystem("memory"))
    for name in ("put_file", "pipe_file"):
        inner = getattr(memory_fs, name)
        path = 1 if name == "put_file" else 0

        def record(self, *args, inner=inner, path=path, **options):
            order.append(args[path].rpartition("/")[2])
            return inner(self, *args, **options)

        monkeypatch.setattr(memory_fs, name, record)
    upload_run(run, "memory://order", newest=True)
    assert order[-2:] == ["manifest.json", "latest.json"]
    assert sorted(order[:-2]) == ["10_trade.html", "index.html"]


def test_pointer_never_moves_to_an_older_run_or_to_a_trial(run):
    for name, newest, expected in [("2", True, "2"), ("1", True, "2"), ("3", False, "2"), ("2-2", True, "2-2")]:
        run = run.rename(run.with_name(f"2026112{name}"))
        upload_run(run, "memory://pointer", newest=newest)
        assert json.loads(memory("memory://pointer")["latest.json"])["run"] == f"2026112{expected}"


def test_failure_names_the_run_that_is_kept_and_leaves_the_pointer(run, monkeypatch):
    def broken(self, path, target, **_):
        raise ConnectionResetError("connection reset by peer")

    monkeypatch.setattr(type(fsspec.filesystem("memory")), "put_file", broken)
    with pytest.raises(ServiceError, match=f"connection reset by peer.*It is complete in `{run}`"):
        upload_run(run, "memory://failure", newest=True)
    assert memory("memory://failure") == {}
    assert len(list(run.rglob("*.html"))) == 2


@pytest.mark.parametrize(
    ("address", "text"),
    [("nonsense://bucket", "not an address that fsspec knows"), ("gs://host/reports", "package that is not")],
)
def test_unusable_address_is_refused_before_anything_runs(address, text):
    with pytest.raises(InputError, match=text):
        check_address(address, option="--out")


def test_password_of_an_address_is_never_shown(capsys):
    assert main(["report", "--out", "nonsense://me:secret@bucket/reports"]) == 2
    told = capsys.readouterr()
    assert "nonsense://bucket/reports" in told.err
    assert "secret" not in told.out + told.err


def test_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setattr("eastbound.reports.remote.addresses.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"`--out s3://bucket` needs the package `fsspec`.*eastbound\[cluster\]"):
        check_address("s3://bucket", option="--out")
