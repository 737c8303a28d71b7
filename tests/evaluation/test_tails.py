"""Tails of a forecast beside comparable cases."""

from dataclasses import replace

import numpy as np
import pytest

from eastbound import names, plots
from eastbound.ensemble.simulate import simulate
from eastbound.errors import InputError
from eastbound.evaluation.tails import tails
from eastbound.evidence.book import load_evidence
from eastbound.evidence.choice import chosen


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


@pytest.fixture(scope="module")
def ens(book):
    return simulate("baseline", book=book, draws=256)


def test_cases_of_trade_are_its_own_widest_changes(book, ens):
    result = tails(ens, names.TRADE_TOTAL, book=book, year=2035)
    rows = chosen(book, names.TRADE_TOTAL)
    rows = rows[(rows["months"] == 12) & (rows["start"].dt.month == 1)]
    years = rows.set_index(rows["start"].dt.year)["value"]
    near = [years[b] / years[a] for a in years.index for b in years.index if 0 < b - a <= 10]
    np.testing.assert_allclose(result.cases, (years[2025] * min(near), years[2025] * max(near)))
    assert result.count == len(near)


def test_the_caption_says_which_tail_is_wider(book, ens):
    result = tails(ens, names.CHINA_SHARE, book=book, year=2035)
    assert 0.0 < result.cases[0] < 70.0 < result.cases[1] < 100.0
    caption = plots.tails(ens, names.CHINA_SHARE, book=book).caption
    words = {(True, True): "Both", (True, False): "The lower", (False, True): "The upper", (False, False): "Neither"}
    assert caption.startswith(words[result.wider])
    assert replace(result, band=result.cases).wider == (False, False)
    assert replace(result, band=(0.0, 100.0)).wider == (True, True)


def test_a_series_without_cases_is_refused(book, ens):
    with pytest.raises(InputError, match="no comparable cases"):
        tails(ens, names.BRENT, book=book, year=2035)
