"""Provenance: the sources of a figure."""

import json

import pytest

from eastbound.errors import EvidenceError
from eastbound.evidence.book import load_evidence
from eastbound.evidence.provenance import provenance


def test_who_says_it_and_who_says_otherwise():
    record = provenance("trade.china_russia.total", "2025")
    assert record["chosen"]["value"] == 228.105
    assert record["chosen"]["source"]["url"].startswith("http")
    (other,) = record["others"]
    assert (other["value"], other["gap"]) == (234.0, pytest.approx(5.895))
    assert other["verdict"].startswith("less direct")


def test_it_is_plain_json():
    record = provenance("trade.primorye.china_share_turnover", "2035")
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["chosen"] is None
    assert record["others"][0]["low"] == 80


def test_it_keeps_to_the_vintage():
    with pytest.raises(EvidenceError, match="no figure for 2025"):
        provenance("trade.china_russia.total", "2025", book=load_evidence("2024-12-31"))


def test_every_chosen_figure_has_a_card():
    book = load_evidence("2026-10-30")
    rows = book.observations.drop_duplicates("series_id", keep="last")
    for series, period in rows[["series_id", "period"]].iloc[::25].itertuples(index=False):
        record = provenance(series, period, book=book)
        figures = [record["chosen"], *record["others"]]
        assert all(figure["source"]["publisher"] for figure in figures if figure)
