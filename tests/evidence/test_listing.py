"""What `data list` and `data show` print."""

import pytest

from eastbound.errors import EvidenceError, UnknownName
from eastbound.evidence.book import load_evidence
from eastbound.evidence.listing import list_series, list_text, resolve, show_series, show_text

TOTAL = "trade.china_russia.total"


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def test_show_2023(book):
    rows = show_series(book, TOTAL, period="2023").set_index("value")
    assert rows.loc[240.11, "verdict"] == "chosen"
    assert rows.loc[232.0, "verdict"].startswith("less direct")
    assert rows.loc[232.0, "gap"] == pytest.approx(-8.11)
    text = show_text(book, TOTAL, period="2023")
    assert "* 240.11" in text
    assert "not used: less direct" in text
    assert "Rule:" in text


def test_show_2025(book):
    text = show_text(book, TOTAL, period="2025")
    assert text.index("228.105") < text.index("234")
    assert "spread 5.895" in text


def test_show_keeps_plans_and_projections_apart(book):
    rows = show_series(book, "trade.primorye.china_share_turnover", period="2035")
    assert rows["verdict"].tolist() == ["not a measured figure"]
    assert rows[["low", "high"]].iloc[0].tolist() == [80, 90]


def test_show_loses_no_row(book):
    rows = book.observations["series_id"].value_counts()
    for series in rows.index[::20]:
        assert len(show_series(book, series)) == rows[series]


def test_any_series_can_be_printed(book):
    for series in book.series.index[::15]:
        assert show_text(book, series).startswith(series)


def test_other_names_lead_to_the_series(book):
    assert resolve(book, "composition.china_imports_from_russia.crude_oil_volume") == "oil.china_imports_from_russia"


def test_list(book):
    table = list_series(book).set_index("series_id")
    assert table.loc[TOTAL, "unit"] == "USD_bn"
    assert table.loc[TOTAL, "last"] == "2026-02"
    assert table.loc[TOTAL, "conflicts"] > 10
    assert table["rows"].sum() == len(book.observations)
    assert len(list_text(list_series(book)).splitlines()) == len(table) + 1


def test_what_is_missing_is_said(book):
    with pytest.raises(EvidenceError, match="no figure for 1999; there are figures from 2008 to 2030"):
        show_series(book, TOTAL, period="1999")
    with pytest.raises(UnknownName, match="did you mean"):
        show_series(book, "trade.china_rusia.total")
