"""The same inputs give the same bytes: another folder, time zone, language, hash seed and number of workers."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from same_bytes import differing, make_run, workspace

ONE = {"TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
TWO = {"TZ": "Asia/Vladivostok", "LANG": "ru_RU.UTF-8", "LC_ALL": "ru_RU.UTF-8", "PYTHONHASHSEED": "4711"}


@pytest.fixture(scope="module")
def russian(tmp_path_factory):
    """The settings of another place, with a Russian locale that the C library really has.

    Without one setlocale fails silently, and fontconfig and Pango go on in English.
    """
    folder = tmp_path_factory.mktemp("locales")
    command = ["localedef", "-i", "ru_RU", "-f", "UTF-8", str(folder / "ru_RU.UTF-8")]
    if not shutil.which(command[0]) or subprocess.run(command, capture_output=True, check=False).returncode:
        return TWO  # a machine without the sources of locales: the name alone is tested
    return {**TWO, "LOCPATH": str(folder)}


@pytest.mark.pages
def test_two_pages_and_their_exports_have_the_same_bytes_in_another_place(tmp_path, russian):
    formats = ("--format", "pdf", "--format", "brief", "--format", "data")
    options = ("-s", "baseline", "-k", "00_overview", "-k", "20_primorye", "-p", "quick", "true", *formats)
    first = make_run(workspace(tmp_path / "one"), *options, "-j", "1", **ONE)
    second = make_run(workspace(tmp_path / "another folder"), *options, "-j", "2", **russian)
    endings = {name.rpartition(".")[2] for name in first}
    assert endings >= {"html", "xlsx", "ipynb", "json", "parquet", "pdf", "docx", "csv", "yml"}
    assert "data/hub/hub-config/tasks.json" in first
    assert differing(first, second) == []
    _has_no_day_of_the_run(first)


@pytest.mark.faults
def test_report_has_the_same_bytes_from_an_empty_cache(tmp_path, russian):
    """Nothing is shared: ensembles, fits and backtests are computed anew, every notebook runs under two scenarios."""
    options = ("-s", "baseline", "-s", "price_slump", "-p", "quick", "true")
    runs = [
        make_run(
            workspace(tmp_path / name), *options, "-j", jobs, EASTBOUND_CACHE=str(tmp_path / f"{name}-cache"), **env
        )
        for name, jobs, env in (("a", "1", ONE), ("b", "3", russian))
    ]
    assert differing(*runs) == []
    _has_no_day_of_the_run(runs[0])


def _has_no_day_of_the_run(files):
    """The day of the run would be another one tomorrow, so it must not be in any text."""
    day = datetime.now(UTC)
    days = [f"{each:%Y-%m-%d}T|{each:%Y%m%d}T" for each in (day, day - timedelta(days=1))]
    for name, content in files.items():
        if name.endswith((".html", ".ipynb", ".json", ".csv", ".txt")):
            assert not re.search("|".join(days).encode(), content), name
