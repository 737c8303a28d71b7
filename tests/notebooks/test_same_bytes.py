"""The same inputs give the same bytes: another folder, time zone, language, hash seed and number of workers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from same_bytes import differing, make_run, workspace

ONE = {"TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
TWO = {"TZ": "Asia/Vladivostok", "LANG": "ru_RU.UTF-8", "LC_ALL": "ru_RU.UTF-8", "PYTHONHASHSEED": "4711"}


@pytest.mark.pages
def test_two_pages_have_the_same_bytes_in_another_place(tmp_path):
    options = ("-s", "baseline", "-k", "10_trade", "-k", "20_primorye", "-p", "quick", "true")
    first = make_run(workspace(tmp_path / "one"), *options, "-j", "1", **ONE)
    second = make_run(workspace(tmp_path / "another folder"), *options, "-j", "2", **TWO)
    assert {name.rpartition(".")[2] for name in first} >= {"html", "xlsx", "ipynb", "json", "parquet"}
    assert differing(first, second) == []
    _has_no_day_of_the_run(first)


@pytest.mark.faults
def test_report_has_the_same_bytes_from_an_empty_cache(tmp_path):
    """Nothing is shared: ensembles, fits and backtests are computed anew, every notebook runs under two scenarios."""
    options = ("-s", "baseline", "-s", "price_slump", "-p", "quick", "true")
    runs = [
        make_run(
            workspace(tmp_path / name), *options, "-j", jobs, EASTBOUND_CACHE=str(tmp_path / f"{name}-cache"), **env
        )
        for name, jobs, env in (("a", "1", ONE), ("b", "3", TWO))
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
