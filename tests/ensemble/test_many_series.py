"""Many series at once: the numbers of `forecast_series` from one or two processes, kept on disk, refused by name."""

import io
import sys

import numpy as np
import pandas as pd
import pytest

from eastbound.ensemble import many_series
from eastbound.ensemble.many_series import forecast_many
from eastbound.errors import InputError
from eastbound.univariate.forecast import forecast_series

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path))
    return tmp_path


def yearly(count):
    walks = np.exp(0.1 * np.random.default_rng(5).standard_normal((count, 20)).cumsum(axis=1))
    return {f"s{number}": walk for number, walk in enumerate(walks)}


def test_two_processes_give_the_numbers_of_one_call_per_series():
    histories = yearly(6)
    table = forecast_many(histories, 3, period=1, quantiles=LEVELS, workers=2)
    for name, history in histories.items():
        expected = forecast_series(history, 3, period=1, quantiles=LEVELS)
        np.testing.assert_array_equal(table.loc[name], expected)
    assert list(table.index.get_level_values("series").unique()) == list(histories)


def test_a_second_call_reads_what_the_first_kept_and_a_damaged_file_is_made_again(empty_cache, monkeypatch):
    first = forecast_many(yearly(3), 2, period=1, quantiles=LEVELS)
    computed = []
    plain = many_series._forecast
    monkeypatch.setattr(many_series, "_forecast", lambda job: computed.append(job[0]) or plain(job))
    pd.testing.assert_frame_equal(forecast_many(yearly(3), 2, period=1, quantiles=LEVELS), first)
    assert computed == []
    next(iter((empty_cache / "fits").glob("*.json"))).write_bytes(b"damaged")
    pd.testing.assert_frame_equal(forecast_many(yearly(3), 2, period=1, quantiles=LEVELS), first)
    assert len(computed) == 1


def test_a_series_that_is_refused_is_named_and_the_others_are_kept(empty_cache):
    for workers in (1, 2):
        with pytest.raises(InputError, match=r"Series `short`: .*at least 8"):
            forecast_many({**yearly(2), "short": [1.0, 2.0]}, 2, period=1, workers=workers)
    assert len(list((empty_cache / "fits").glob("*.json"))) == 2


def test_wrong_dates_are_refused_although_their_values_are_kept():
    values = np.arange(1.0, 13.0)
    dates = pd.date_range("2020-01-01", periods=12, freq="MS")
    forecast_many({"a": pd.Series(values, dates)}, 2)
    with pytest.raises(InputError, match=r"Series `a`: .*not in order"):
        forecast_many({"a": pd.Series(values, dates[::-1])}, 2)


def test_a_frame_has_one_series_per_column_and_names_special_treatment():
    frame = pd.DataFrame({"calm": [3.0, 4, 3, 4, 4, 3, 4, 3, 4], "still": 5.0})
    table = forecast_many(frame, 2, period=1, quantiles=LEVELS)
    assert (table.loc["still"] == 5.0).all(axis=None)
    assert list(table.attrs["fallback"]) == ["still"]


def test_a_terminal_sees_a_bar(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    forecast_many(yearly(2), 2, period=1)
    assert "Forecasting 2 series" in terminal.getvalue()


@pytest.mark.parametrize(
    ("histories", "options", "words"),
    [
        ({}, {}, "not empty"),
        ([[1.0] * 9], {}, "mapping of names"),
        ({"a": 5.0}, {}, "Series `a`: .*0 dimensions"),
        (yearly(1), {"quantiles": 0.5}, "list of levels"),
        (yearly(1), {"workers": 0}, "at least 1"),
        (yearly(1), {"workers": True}, "whole number"),
    ],
)
def test_wrong_arguments_are_refused(histories, options, words):
    with pytest.raises(InputError, match=words):
        forecast_many(histories, 2, period=1, **options)
