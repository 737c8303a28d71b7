"""Arguments of another type than asked for: taken where their meaning is clear, else refused by name."""

import re

import numpy as np
import pytest

from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import exceedance, first_passage
from eastbound.errors import InputError, UnknownName
from eastbound.evidence.book import load_evidence
from eastbound.evidence.provenance import provenance
from eastbound.names import CHINA_SHARE, TRADE_TOTAL
from eastbound.scenarios.home import find_home
from eastbound.scenarios.loader import FOLDER, load_scenario

SMALL = {"draws": 64, "until": 2028}


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


@pytest.fixture(scope="module")
def ens(book):
    return simulate("baseline", book=book, **SMALL)


def test_a_scenario_is_named_by_the_path_of_its_file(book, ens):
    by_path = simulate(find_home() / FOLDER / "baseline.yml", book=book, **SMALL)
    np.testing.assert_array_equal(by_path[TRADE_TOTAL], ens[TRADE_TOTAL])


@pytest.mark.parametrize("scenario", [None, 3, [None], [3], b"baseline"])
def test_what_names_no_scenario_is_refused(book, scenario):
    with pytest.raises(UnknownName, match="unknown scenario"):
        simulate(scenario, book=book, **SMALL)
    with pytest.raises(UnknownName, match="unknown scenario"):
        load_scenario(scenario)


def test_a_date_is_no_book():
    with pytest.raises(InputError, match=re.escape("parameter `book` is `2026`; it must be evidence. Load it")):
        simulate("baseline", book="2026", **SMALL)


@pytest.mark.parametrize("series", [3, [TRADE_TOTAL, 3], [None]])
def test_what_names_no_series_is_refused(book, ens, series):
    with pytest.raises(UnknownName, match="unknown series"):
        simulate("baseline", book=book, series=series, **SMALL)
    with pytest.raises(UnknownName, match="unknown series"):
        exceedance(ens, series, 80, at=2028)


@pytest.mark.parametrize("views", [3, [3], [None]])
def test_what_is_no_view_is_refused(book, views):
    with pytest.raises(InputError, match="character 1: expected `P\\(`"):
        simulate("baseline", book=book, views=views, **SMALL)


@pytest.mark.parametrize("threshold", [None, float("nan"), np.nan, True, "eighty", [80, float("nan")]])
def test_a_threshold_that_is_no_number_has_no_probability(ens, threshold):
    with pytest.raises(InputError, match=r"parameter `threshold` is .*; it must be a number or a list of numbers"):
        exceedance(ens, CHINA_SHARE, threshold, at=2028)
    with pytest.raises(InputError, match="parameter `threshold`"):
        first_passage(ens, CHINA_SHARE, threshold)


@pytest.mark.parametrize("threshold", [80, 80.0, "80", np.int64(80), np.float32(80), [80], np.array([80.0])])
def test_a_number_of_any_type_is_a_threshold(ens, threshold):
    assert exceedance(ens, CHINA_SHARE, threshold, at=2028)["threshold"].tolist() == [80.0]


def test_a_year_is_a_period(book):
    assert provenance(TRADE_TOTAL, 2025, book=book) == provenance(TRADE_TOTAL, "2025", book=book)
    with pytest.raises(InputError, match="period `None` is not a period"):
        provenance(TRADE_TOTAL, None, book=book)
