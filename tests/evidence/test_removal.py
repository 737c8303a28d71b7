"""Removal of a figure: exactly one row is removed, or nothing changes."""

import pytest

from eastbound.errors import EvidenceError, UnknownName
from eastbound.evidence.book import load_from
from eastbound.evidence.entry import add_observation
from eastbound.evidence.removal import remove_observation

TOTAL = "trade.china_russia.total"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    for value, locator in (("21.5", "first print"), ("21.7", "revised")):
        add(tmp_path, value, locator=locator)
    return tmp_path


def add(home, value, period="2026-10", **stated):
    stated = {"unit": "USD_bn", "source": "TASS, October", "published": "2026-11-09", **stated}
    return add_observation(TOTAL, period, value, home=home, **stated)


def own(home):
    rows = load_from([home / "data"]).observations
    return rows[rows["source_id"] == "tass-2026-11-09"]["value"].tolist()


def test_the_named_figure_goes_and_the_other_stays(home):
    text = remove_observation(TOTAL, "2026-10/2026-10", home=home, locator="revised")
    assert text.startswith("Removed from data/own.csv: trade.china_russia.total 2026-10 = 21.7 USD_bn")
    assert "source_id `tass-2026-11-09`" in text
    assert own(home) == [21.5]
    remove_observation(TOTAL, "2026-10", home=home)
    assert own(home) == []
    assert load_from([home / "data"]).as_of == load_from([]).as_of
    add(home, "21.5")  # the source card is still there and is used again
    assert own(home) == [21.5]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((TOTAL, "2026-10"), "2 own figures .* nothing was removed"),
        ((TOTAL, "2026-09"), "no own figure"),
        ((TOTAL, "2023"), "no own figure"),  # a figure of the packaged book
        ((TOTAL, "2026-13"), "impossible date"),
    ],
)
def test_none_and_several_are_refused(home, arguments, said):
    before = (home / "data" / "own.csv").read_bytes()
    with pytest.raises(ValueError, match=said):
        remove_observation(*arguments, home=home)
    assert (home / "data" / "own.csv").read_bytes() == before


def test_unknown_series_and_folders_without_tables_are_refused(home, tmp_path):
    with pytest.raises(UnknownName, match="did you mean"):
        remove_observation("trade.china_russia.totl", "2026-10", home=home)
    (tmp_path / "other" / "params" / "scenarios").mkdir(parents=True)
    with pytest.raises(EvidenceError, match="no own figure"):
        remove_observation(TOTAL, "2026-10", home=tmp_path / "other")
