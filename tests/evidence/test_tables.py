"""The packaged tables agree with their cards, their sidecars and their counts."""

import csv
import hashlib
import re

import pandas as pd
import pytest
from ruamel.yaml import YAML

from eastbound.evidence.book import OBSERVATIONS, TABLES, load_evidence
from eastbound.evidence.schema import DIRECT, KEY, KINDS, OBSERVATION, SCHEMA, source_columns
from eastbound.units import UNITS

FILES = sorted(TABLES.glob("*.csv"))
FATES = ["observations", "events", "milestones", "analogues", "derived", "merged", "rejected"]


def table(name):
    return pd.read_csv(TABLES / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def rows():
    return pd.concat([table(name) for name in OBSERVATIONS], ignore_index=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sidecar_is_true(path):
    card = YAML(typ="safe").load(path.with_suffix(".yml").read_text(encoding="utf-8"))
    raw = path.read_bytes()
    lines = list(csv.reader(raw.decode("utf-8").splitlines()))
    assert card["schema"] == SCHEMA
    assert card["sha256"] == hashlib.sha256(raw).hexdigest()
    assert card["rows"] == len(lines) - 1
    assert card["columns"] == lines[0]
    if "unit" in lines[0]:
        place = lines[0].index("unit")
        assert sorted({line[place] for line in lines[1:]} - {""}) == sorted(set(card["units"]) - {None, ""})
    assert card["licence"]


def test_every_table_has_a_sidecar_and_nothing_else_lies_about():
    assert {path.suffix for path in TABLES.iterdir()} == {".csv", ".yml"}
    assert {path.stem for path in TABLES.glob("*.yml")} == {path.stem for path in FILES}


def test_counts_close(rows):
    counts = table("counts")
    numbers = counts[["rows", *FATES]].astype(int)
    assert (numbers["rows"] == numbers[FATES].sum(axis=1)).all()
    held = numbers.sum()
    # Targets were collected for the track record, checks for the audit, goods and finance for their models: in no
    # source file
    own = ("targets", "checks", "goods", "finance")
    assert held["observations"] == len(rows) - sum(len(table(name)) for name in own)
    assert held["analogues"] == len(table("analogues"))
    assert held["derived"] == len(table("trade_derived"))
    assert held["milestones"] == len(table("milestones"))
    assert held["merged"] == len(table("merged"))
    assert held["rejected"] == len(table("rejected"))
    # 98 events of the first table, 14 of autumn 2026. A row of the first table describes an event, an effect of an
    # earlier event, or both
    assert held["events"] == 98 + 14 + (table("events")["event_id"].str[0] == "S").sum()
    assert held["rows"] == 12_054


def test_losses_have_a_reason():
    assert (table("merged")["why"] != "").all()
    assert (table("rejected")["why"] != "").all()


def test_observations_are_well_formed(rows):
    assert list(rows.columns) == list(OBSERVATION)
    assert not rows.duplicated(list(KEY)).any()
    assert set(rows["kind"]) <= set(KINDS)
    assert set(rows["available_basis"]) == {"printed", "calendar"}
    assert rows["published"].str.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?").all()
    number = rows[["value", "low", "high"]].apply(pd.to_numeric)
    assert (number["value"].notna() | number["low"].notna()).all()
    assert (number["low"].isna() == number["high"].isna()).all()
    banded = number.dropna(subset=["low"])
    middle = banded["value"].fillna(banded["low"])
    assert ((banded["low"] <= middle) & (middle <= banded["high"])).all()


def test_each_series_has_one_card_and_one_unit(rows):
    series = table("series").set_index("series_id")
    assert series.index.is_unique
    assert set(series["unit"]) <= set(UNITS)
    assert (rows["unit"] == series["unit"].reindex(rows["series_id"]).to_numpy()).all()
    assert (series["label"] != "").all()
    ratios = series["aggregate"][~series["aggregate"].isin(["sum", "mean", "last"])]
    for rule in ratios:
        parts = re.fullmatch(r"ratio:([\w.]+)/([\w.]+)", rule)
        assert parts, rule
        assert set(parts.groups()) <= set(series.index)


def test_values_keep_the_bounds_of_their_series(rows):
    series = table("series").set_index("series_id")
    value = pd.to_numeric(rows["value"])
    for bound, ok in (("lower", value.ge), ("upper", value.le)):
        limit = pd.to_numeric(series[bound]).reindex(rows["series_id"]).reset_index(drop=True)
        assert (ok(limit) | limit.isna() | value.isna()).all(), bound


def test_every_row_has_a_source_card(rows):
    cards = table("sources")
    assert list(cards.columns) == [column.name for column in source_columns()]
    assert cards["source_id"].is_unique
    assert set(cards["directness"]) <= set(DIRECT)
    assert (cards[["publisher", "title", "licence", "group", "language"]] != "").all(axis=None)
    for name in (*OBSERVATIONS, "events", "effects", "milestones", "analogues"):
        assert set(table(name)["source_id"]) <= set(cards["source_id"]), name


def test_articles_001_and_002_are_one_witness():
    cards = table("sources").set_index("source_id")
    assert cards.loc["pivot-to-asia-001", "group"] == cards.loc["junhua-zhang-002", "group"]


def test_unnamed_digests_are_context_not_figures(rows):
    cards = table("sources")
    digests = cards[cards["group"] == "unnamed-digest"]["source_id"]
    assert len(digests) > 0
    assert set(rows[rows["source_id"].isin(digests)]["kind"]) == {"claim"}


def test_crosswalk_leads_to_series_or_says_there_is_none():
    walk = table("crosswalk")
    assert walk["name"].is_unique
    assert set(walk["series_id"]) - set(table("series")["series_id"]) <= {"no series"} | set(
        table("effects")["series_id"]
    )


def test_effects_belong_to_events():
    assert set(table("effects")["event_id"]) <= set(table("events")["event_id"])
    assert set(table("effects")["basis"]) == {"change", "context"}


def test_definitions_are_not_mixed(rows):
    """Coal of one customs heading and the wider headline never share an id; incomplete LNG values have their own id."""
    heading = rows[rows["note"].str.contains("HS 2701")]
    assert heading["series_id"].str.contains("hs2701").all()
    late = rows[(rows["series_id"] == "lng.china_imports_from_russia_value") & (rows["period"] > "2025-01")]
    assert not late["source_id"].str.startswith("doiennoson").any()


def test_no_machine_or_hidden_text(rows):
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert "file:" not in text
        assert "\r" not in text
    assert rows["note"].str.len().max() < 130


def test_book_holds_every_row():
    book = load_evidence("2100")
    assert len(book.observations) == sum(len(table(name)) for name in OBSERVATIONS)
    assert len(book.analogues) == 6173
