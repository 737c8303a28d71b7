"""Entry of one figure: it is kept and shown, or refused without any change."""

import os
from datetime import date

import pytest

from eastbound.errors import EastboundError, EvidenceError, UnknownName
from eastbound.evidence.book import load_evidence, load_from
from eastbound.evidence.choice import chosen
from eastbound.evidence.entry import add_observation
from eastbound.evidence.workspace import changing

TOTAL = "trade.china_russia.total"
TODAY = date(2026, 11, 20)
GOOD = {"unit": "USD_bn", "source": "TASS, China's trade in October", "published": "2026-11-09", "today": TODAY}


@pytest.fixture
def home(tmp_path):
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    return tmp_path


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A workspace that holds a figure already, and its files; what is refused leaves both alone."""
    home = tmp_path_factory.mktemp("kept")
    (home / "params" / "scenarios").mkdir(parents=True)
    add(home, period="2026-09", value="20.9", published="2026-10-09")
    return home, files(home)


def add(home, period="2026-10", value="21.5", series_id=TOTAL, **stated):
    return add_observation(series_id, period, value, home=home, **{**GOOD, **stated})


def files(home):
    paths = [path for path in (home / "data").rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {path.name: path.read_bytes() for path in paths}


def rows(home, **options):
    return chosen(load_from([home / "data"], **options), TOTAL).set_index("period")


def test_one_line_enters_this_months_figure(home):
    text = add(home, low="21.45", high="21.55", locator="paragraph 2", note="rounded")
    assert "2026-10 = 21.5 USD_bn, published 2026-11-09, available 2026-11-09" in text
    assert "* 21.5 [21.45 to 21.55]  observed  chosen | TASS, 2026-11-09, paragraph 2 | rounded" in text
    assert "warning" not in text
    assert rows(home).loc["2026-10", "value"] == 21.5
    assert load_from([home / "data"]).sources.loc["tass-2026-11-09", "group"] == "tass"


def test_a_figure_is_unknown_the_day_before_it_was_published(home):
    add(home)
    assert "2026-10" in rows(home, as_of="2026-11-09").index
    assert "2026-10" not in rows(home, as_of="2026-11-08").index


def test_the_workspace_is_read_without_being_asked(home, monkeypatch):
    packaged = load_from([])
    add(home)
    monkeypatch.setenv("EASTBOUND_HOME", str(home))
    assert len(load_evidence().observations) == len(packaged.observations) + 1
    monkeypatch.delenv("EASTBOUND_HOME")
    (home / "deep").mkdir()
    monkeypatch.chdir(home / "deep")
    assert load_evidence().digest == load_from([home / "data"]).digest != packaged.digest


def test_own_tables_come_on_top_of_the_workspace(home, tmp_path, monkeypatch):
    add(home)
    other = tmp_path / "other"
    (other / "params" / "scenarios").mkdir(parents=True)
    add(other, period="2026-09", value="20.9", published="2026-10-09")
    monkeypatch.setenv("EASTBOUND_HOME", str(home))
    rows = load_evidence(data=other / "data").observations
    assert set(rows[rows["source_id"].isin(["tass-2026-11-09", "tass-2026-10-09"])]["period"]) == {"2026-10", "2026-09"}
    same = load_evidence(data=home / "data")
    assert same.digest == load_evidence().digest


def test_a_known_source_needs_no_card_and_a_new_one_gets_one(home):
    add(home, source="tass-2026-01-14")
    assert set(files(home)) == {"own.csv"}
    add(home, period="2026-09", value="20.9", source="Xinhua, https://example.org/a")
    card = load_from([home / "data"]).sources.loc["xinhua-2026-11-09"]
    assert (card["publisher"], card["url"]) == ("Xinhua", "https://example.org/a")
    add(home, period="2026-08", value="20.2", source="Xinhua, https://example.org/a")
    add(home, period="2026-07", value="20.1", source="Xinhua, another page")
    assert files(home)["sources.csv"].count(b"\n") == 3


def test_an_address_alone_is_a_source(home):
    add(home, source="https://example.org/october")
    assert load_from([home / "data"]).sources.loc["example-org-2026-11-09", "publisher"] == "example.org"


def test_a_revision_is_a_vintage_of_its_own_day(home):
    add(home)
    add(home, value="21.7", published="2026-11-18", locator="revised", source="TASS, revised figure")
    assert rows(home).loc["2026-10", "value"] == 21.7
    assert rows(home, as_of="2026-11-17").loc["2026-10", "value"] == 21.5


def test_a_late_print_of_an_old_period_follows_the_release_calendar(home):
    add(home, period="2026-06", value="19.9", published="2026-11-09")
    assert rows(home, as_of="2026-07-14").loc["2026-06", "value"] == 19.9


@pytest.mark.parametrize("value", ["2.15", "215", "2150"])
def test_a_confirmed_figure_is_kept_with_a_warning(home, value):
    assert "check the decimal point" in add(home, value=value, confirm=True)
    assert rows(home).loc["2026-10", "value"] == float(value)


def test_a_plan_for_later_is_no_observation_but_may_be_kept(home):
    text = add(home, period="2030", value="300", kind="plan")
    assert "not used: not a measured figure" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"series_id": "trade.china_russia.totl"}, "did you mean `trade.china_russia.total`"),
        ({"period": "2026-13"}, "`period`: found '2026-13'.*impossible date"),
        ({"period": "2026-12"}, r"a day when the period was over \(2026-12-31\)"),
        (
            {"series_id": "driver.brent_price", "unit": "USD_per_bbl", "period": "2026-10-30"},
            "whole month, write `2026-10`",
        ),
        ({"value": "215"}, r"215 is 11 times the median of the 6 nearest periods .* repeat with --confirm"),
        ({"value": "2.15"}, r"2\.15 is 0\.1\d* times the median"),
        ({"value": "1e6"}, "repeat with --confirm"),
        ({"period": "2026-11"}, r"a day when the period was over \(2026-11-30\)"),
        ({"value": "21,5"}, "`value`: found '21,5', expected a number; write `21.5`"),
        ({"value": "lots"}, "expected a number"),
        ({"value": "nan"}, "expected a number"),
        ({"value": ""}, "a value, or low and high"),
        ({"value": "-3"}, "bounds of the series"),
        ({"value": float("inf")}, "expected a number"),
        ({"unit": "USD_mn", "value": "21500"}, "21500 USD_mn are 21.5 USD_bn; enter that"),
        ({"unit": "CNY_bn"}, "`USD_bn`, the unit of the series"),
        ({"unit": "USD_bln"}, "did you mean `USD_bn`"),
        ({"unit": ""}, "`unit`: found '', expected a value"),
        ({"low": "21"}, "low and high together"),
        ({"low": "22", "high": "23"}, "low, value and high in this order"),
        ({"kind": "observd"}, "did you mean `observed`"),
        ({"published": "2026-11"}, r"a day not after today \(2026-11-20\); give the day"),
        ({"published": "9999-12-31"}, "out of range"),
        ({"published": "2062-06-09"}, "not after today"),
        ({"published": "2026-11-21"}, r"a day not after today \(2026-11-20\)"),
        ({"published": "9.11.2026"}, "a date such as"),
        ({"source": "tass-2026-01-15"}, "unknown source `tass-2026-01-15`; did you mean `tass-2026-01-14`"),
        ({"source": ""}, "State a new source as text"),
        ({"source": "=HYPERLINK(A1), x"}, "spreadsheet would run this"),
        ({"note": "=1+1"}, "spreadsheet would run this"),
        ({"note": "two\nlines"}, "words on one line"),
        ({"lo": "21"}, "unknown argument `lo`; did you mean `low`"),
    ],
)
def test_a_wrong_figure_is_refused_and_nothing_changes(kept, changed, said):
    home, before = kept
    with pytest.raises(EastboundError, match=said) as caught:
        add(home, **changed)
    assert caught.value.exit_code == 2
    assert "nothing was read" not in str(caught.value)
    assert files(home) == before


def test_the_same_figure_twice_is_refused(home):
    add(home)
    before = files(home)
    with pytest.raises(EvidenceError, match=r"already: 21\.5, published 2026-11-09; .* needs its own --locator"):
        add(home, value="21.9")
    assert files(home) == before


def test_a_table_damaged_by_hand_is_named_and_left_alone(home):
    add(home)
    table = home / "data" / "own.csv"
    table.write_bytes(table.read_bytes().replace(b"21.5", b"21;5"))
    before = files(home)
    with pytest.raises(EvidenceError, match=r"own\.csv: 1 problem"):
        add(home, period="2026-09", value="20.9")
    assert files(home) == before


def test_columns_in_the_users_own_order_are_kept(home):
    (home / "data").mkdir()
    text = "period,series_id,unit,value,kind,source_id,published\n2026-09,%s,USD_bn,20.9,observed,%s,2026-10-09\n"
    (home / "data" / "own.csv").write_text(text % (TOTAL, "tass-2026-01-14"), encoding="utf-8")
    add(home)
    assert rows(home).loc[["2026-09", "2026-10"], "value"].tolist() == [20.9, 21.5]


def test_two_changes_at_once_are_not_mixed(home):
    with changing(home / "data"), pytest.raises(EvidenceError, match="another process is changing"):
        add(home)
    add(home)
    assert sorted(files(home)) == ["own.csv", "sources.csv"]


def test_the_lock_file_of_a_killed_process_blocks_nothing(home):
    (home / "data").mkdir()
    (home / "data" / ".changing").touch()
    add(home)
    assert sorted(files(home)) == ["own.csv", "sources.csv"]


def test_half_a_table_of_a_killed_process_is_removed(home):
    (home / "data").mkdir()
    (home / "data" / ".own.csv-0123456789ab").write_text("series_id,per", encoding="utf-8")
    add(home)
    assert not list((home / "data").glob(".own.csv-*"))


def test_a_folder_that_is_no_workspace_is_refused(tmp_path):
    with pytest.raises(EvidenceError, match="is not a workspace"):
        add(tmp_path)
    assert os.listdir(tmp_path) == []
    with pytest.raises(EvidenceError, match="is not a workspace"):
        add(tmp_path / ("x" * 5000))


def test_an_unknown_series_names_the_nearest(home):
    with pytest.raises(UnknownName, match=r"did you mean `driver\.brent_price`"):
        add(home, series_id="driver.brent_prise")
