"""Measured effects: roles, overlaps and recovery times."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from eastbound.cli import main
from eastbound.errors import UnknownName
from eastbound.evidence.book import load_evidence
from eastbound.evidence.event_effects import effect_sizes, event_effects

EXPORTS = "trade.china_russia.china_exports"
# Levels, plans, exposures and one-off amounts found among the effects when the sources were reread.
NOT_CHANGES = (
    "E003 E004 E011 E014 E015 E018 E024 E029 E047 E049 E057 E060 E061 E062 E066 E067 E074",
    "oil.china_seaborne_from_russia 2026-02",
)


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def small(book, *rows):
    """A book whose effects are the given (event, series, value, unit, window) rows."""
    table = pd.DataFrame(list(rows), columns=["event_id", "series_id", "value", "unit", "window"])
    extra = {"low": float("nan"), "high": float("nan"), "overlaps": "", "source_id": "s", "note": ""}
    return replace(book, effects=table.assign(basis="change", **extra))


def test_every_effect_is_shown_once(book):
    table = event_effects(book)
    assert len(table) == len(book.effects)
    assert set(table["role"]) == {"effect", "context", "early", "repeated"}


def test_levels_plans_and_exposures_are_kept_out(book):
    table = event_effects(book)
    assert set(table.loc[table["event_id"].isin(NOT_CHANGES[0].split()), "role"]) == {"context"}
    series, window = NOT_CHANGES[1].split()
    level = table[(table["series_id"] == series) & (table["window"] == window)]
    assert level["role"].tolist() == ["context"]
    assert (table.loc[table["role"] == "context", "basis"] == "context").all()


def test_windows_that_open_before_their_event_are_flagged(book):
    table = event_effects(book)
    opens = table["onset_months"] < 0
    assert not (table.loc[opens, "role"] == "effect").any()
    assert {"E009", "E012", "E040", "E046"} <= set(table.loc[opens, "event_id"])
    assert (table.loc[table["role"] == "early", "basis"] == "change").all()


def test_a_figure_credited_to_two_events_counts_once(book):
    table = event_effects(book, "oil.china_imports_from_russia").set_index("event_id")
    assert table["shared_with"].to_dict() == {"E034": "E035", "E035": "E034"}
    assert table["role"].to_dict() == {"E034": "effect", "E035": "repeated"}
    assert len(effect_sizes(book, "oil.china_imports_from_russia")) == 1


def test_overlaps_are_mutual_and_measured_on_one_series(book):
    table = event_effects(book)
    pairs = {(row.event_id, other) for row in table.itertuples() for other in row.overlaps.split()}
    assert pairs == {(b, a) for a, b in pairs}
    assert {("E001", "E002"), ("E034", "E035"), ("E066", "E067")} <= pairs


def test_overlap_by_hand(book):
    rows = [
        ("E027", EXPORTS, -16.0, "percent_yoy", "2024-03/2024-05"),
        ("E029", EXPORTS, -5.0, "percent_yoy", "2024-05"),
        ("E030", EXPORTS, 10.0, "percent_yoy", "2024-06"),
        ("E030", "driver.brent_price", 10.0, "percent", "2024-05"),
    ]
    table = event_effects(small(book, *rows)).set_index(["event_id", "window"])["overlaps"]
    assert table.to_dict() == {
        ("E027", "2024-03/2024-05"): "E029",
        ("E029", "2024-05"): "E027",
        ("E030", "2024-05"): "",
        ("E030", "2024-06"): "",
    }


def test_size_onset_and_recovery_by_hand(book):
    rows = [
        ("E027", "payments", -10.0, "percent", "2024-04"),
        ("E027", "payments", -20.0, "percent", "2024-05/2024-06"),
        ("E027", "payments", -11.0, "percent", "2024-08"),
        ("E027", "payments", -10.0, "percent", "2024-09"),
    ]
    row = effect_sizes(small(book, *rows)).iloc[0]
    assert row[["size", "window", "onset_months", "recovery_months", "recovery_from", "n"]].tolist() == [
        -20.0,
        "2024-05/2024-06",
        2,
        3.0,
        "effects",
        4,
    ]


def test_recovery_is_read_from_monthly_levels(book):
    """China's exports of March 2024 were 16 % lower than a year before, those of May 2 %."""
    row = effect_sizes(book, EXPORTS).set_index("event_id").loc["E027"]
    assert row[["size", "recovery_months", "recovery_from"]].tolist() == [-16.0, 2.0, "months"]


def test_an_unobserved_recovery_is_missing(book):
    rows = [("E027", EXPORTS, -16.0, "percent", "2024-03"), ("E030", "elsewhere", -16.0, "percent_yoy", "2024-08")]
    table = effect_sizes(small(book, *rows))
    assert table["recovery_months"].isna().all()
    assert table["recovery_from"].tolist() == ["", ""]


def test_a_year_later_the_base_has_fallen_too(book):
    sizes = effect_sizes(book)
    assert sizes.loc[sizes["recovery_from"] == "months", "recovery_months"].between(1, 11).all()


def test_an_unknown_target_is_refused_by_name(book):
    with pytest.raises(UnknownName, match=r"did you mean `trade.china_russia.china_exports`"):
        event_effects(book, "trade.china_russia.china_export")


@pytest.mark.parametrize("day", ["2000-12-31", "2012-12-31", "2024-06-30"])
def test_an_earlier_book_knows_fewer_effects(book, day):
    then = event_effects(load_evidence(day))
    assert len(then) < len(event_effects(book))
    assert len(effect_sizes(load_evidence(day))) <= len(then)


def test_the_command_lists_effects_and_what_does_not_count(capsys):
    assert main(["data", "effects", EXPORTS, "--as-of", "2026-10-30"]) == 0
    text = capsys.readouterr().out
    assert f"{EXPORTS} -16 percent_yoy in 2024-03; half gone after 2 months" in text
    assert text.splitlines()[-1].startswith("not counted: ")
    assert main(["data", "effects", EXPORTS, "--as-of", "2026-10-30", "--json"]) == 0
    assert {row["role"] for row in json.loads(capsys.readouterr().out)} >= {"effect"}
    assert main(["data", "effects", "trade.china_russia.china_export"]) == 2
