"""A run copied to a real S3 server: bytes, pointer, and what a user is told when the store fails."""

from __future__ import annotations

import json

import fsspec
import pytest

from eastbound.errors import InputError, ServiceError
from eastbound.reports.remote.addresses import check_address
from eastbound.reports.remote.upload import upload_run

pytestmark = pytest.mark.real


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "20261128T060000Z"
    (folder / "baseline").mkdir(parents=True)
    for name in ("manifest.json", "index.html", "baseline/10_trade.html"):
        (folder / name).write_bytes(name.encode() * 1000)
    return folder


def stored():
    fs = fsspec.filesystem("s3")
    fs.invalidate_cache()
    return {name.removeprefix("reports/"): fs.cat_file(name) for name in fs.find("reports")}


def test_copy_is_the_run_byte_for_byte_and_latest_names_it(store, run):
    check_address("s3://reports/daily", option="--out")
    shown = upload_run(run, "s3://reports/daily", newest=True)
    assert shown == f"s3://reports/daily/{run.name}/index.html"
    files = stored()
    assert json.loads(files.pop("daily/latest.json"))["run"] == run.name
    assert files == {
        f"daily/{run.name}/{path.relative_to(run).as_posix()}": path.read_bytes()
        for path in run.rglob("*")
        if path.is_file()
    }


def test_pages_open_in_a_browser_as_pages(store, run):
    upload_run(run, "s3://reports/daily", newest=False)
    about = fsspec.filesystem("s3").info(f"reports/daily/{run.name}/index.html")
    assert about["ContentType"] == "text/html"


def test_missing_bucket_is_refused_before_anything_runs_and_not_made(store):
    with pytest.raises(InputError, match="there is no bucket `nowhere`; make it, or correct the name"):
        check_address("s3://nowhere/daily", option="--out")
    assert fsspec.filesystem("s3").ls("") == ["reports"]


def test_store_that_dies_in_the_middle_costs_only_the_copy(store, run, monkeypatch):
    s3, sent = fsspec.filesystem("s3"), []
    put = s3.put_file

    def put_once(path, target):
        if sent:
            store.kill()
            store.wait()
        sent.append(target)
        put(path, target)

    monkeypatch.setattr(s3, "put_file", put_once)
    with pytest.raises(ServiceError, match=f"the store did not answer.*It is complete in `{run}`"):
        upload_run(run, "s3://reports/daily", newest=True)
    assert len(sent) == 2  # neither the manifest nor the pointer was tried
    assert len([path for path in run.rglob("*") if path.is_file()]) == 3
