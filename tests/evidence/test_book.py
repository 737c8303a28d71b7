"""The book as known on a day."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eastbound.errors import EvidenceError, InputError
from eastbound.evidence.availability import available_on
from eastbound.evidence.book import load_evidence, load_from
from eastbound.periods import parse_period

TOTAL = "trade.china_russia.total"
HEAD = "series_id,period,value,unit,kind,source_id,published\n"
FRAMES = ["observations", "events", "effects", "milestones", "analogues"]  # derived: test_derivation.py


def test_default_day_comes_from_the_evidence():
    book = load_from([])
    days = book.observations["published"][~book.observations["series_id"].str.endswith("_recon")]
    assert str(book.as_of) == max(day for day in days if len(day) == 10)
    assert book.as_of >= date(2026, 10, 30)


@given(st.dates(date(2015, 1, 1), date(2027, 12, 31)))
@settings(max_examples=40, deadline=None)
def test_nothing_later_leaks_in(day):
    book = load_evidence(day)
    for name in FRAMES:
        assert (getattr(book, name)["available"] <= pd.Timestamp(day)).all(), name


@given(st.dates(date(2015, 1, 1), date(2026, 12, 31)), st.integers(0, 900))
@settings(max_examples=25, deadline=None)
def test_a_later_book_holds_the_earlier_one(day, days):
    later = load_evidence(day.fromordinal(day.toordinal() + days)).observations
    earlier = load_evidence(day).observations
    key = ["series_id", "period", "kind", "source_id", "locator"]
    assert len(earlier.merge(later[key], on=key)) == len(earlier)


def test_no_measured_month_is_known_before_it_ends():
    rows = load_evidence("2026-10-30").observations
    months = rows[(rows["kind"] == "observed") & (rows["months"] == 1) & (rows["period"].str.len() == 7)]
    months = months[months["series_id"].str.startswith("trade.china_russia.")]
    assert (months["available"] > months["start"]).all()


@pytest.mark.parametrize("day", ["2021-12-31", "2023-11-30", "2024-12-31"])
def test_old_vintages_are_not_empty(day):
    rows = load_evidence(day).observations
    year = str(int(day[:4]) - 1)
    assert ((rows["series_id"] == TOTAL) & (rows["period"] == year)).any()
    assert (rows["series_id"] == "driver.brent_price").sum() > 200


def test_2025_is_not_known_at_the_end_of_2024():
    rows = load_evidence("2024-12-31").observations
    trade = rows[rows["series_id"].str.startswith("trade.china_russia.") & (rows["kind"] == "observed")]
    assert trade["end"].max() < pd.Timestamp("2025-01-01")


def test_interpolated_years_wait_for_the_next_statement():
    rows = load_evidence("2010").observations
    kept = rows[rows["series_id"] == "trade.primorye.china_share_turnover_recon"]["period"]
    assert kept.max() == "2003"


@pytest.mark.parametrize("name", FRAMES)
def test_frames_are_numbered_afresh(name):
    frame = getattr(load_evidence("2022"), name)
    assert list(frame.index) == list(range(len(frame)))


def test_vague_days_mean_their_end():
    assert load_evidence("2024").as_of == date(2024, 12, 31)
    with pytest.raises(InputError, match="`soon` is not a period"):
        load_evidence("soon")


def test_digest_tells_vintages_apart():
    assert load_evidence("2024").digest == load_evidence("2024-12-31").digest
    assert load_evidence("2024").digest != load_evidence("2023").digest


@pytest.mark.parametrize(
    ("period", "published", "customs", "day", "basis"),
    [
        ("2024", "2025-08-29", True, "2025-01-14", "calendar"),
        ("2024-12", "2025-01-10", True, "2025-01-10", "printed"),
        ("2025-01", None, True, "2025-03-14", "calendar"),
        ("2025-01", None, False, "2025-02-14", "calendar"),
        ("2025-01/2025-02", None, True, "2025-03-14", "calendar"),
        ("2035", "2026-02-01", False, "2026-02-01", "printed"),
    ],
)
def test_a_figure_is_known_from_the_earlier_of_page_and_calendar(period, published, customs, day, basis):
    page = date.fromisoformat(published) if published else None
    result = available_on(parse_period(period), page, lag_days=14, customs=customs)
    assert result == (date.fromisoformat(day), basis)


def test_own_rows_extend_and_replace(tmp_path):
    book = load_evidence("2026-10-30")
    old = book.observations[(book.observations["series_id"] == TOTAL) & (book.observations["period"] == "2025")]
    line = old[old["value"] == 228.105].iloc[0]
    own = HEAD.strip() + ",locator\n"
    own += f"{TOTAL},2025,228.2,USD_bn,observed,{line['source_id']},2026-01-14,{line['locator']}\n"
    own += f"{TOTAL},2026-05,21.5,USD_bn,observed,{line['source_id']},2026-06-09,text\n"
    (tmp_path / "mine.csv").write_text(own, encoding="utf-8")
    more = load_evidence("2026-10-30", data=tmp_path)
    rows = more.observations[more.observations["series_id"] == TOTAL].set_index("period")
    assert set(rows.loc["2025", "value"]) == {228.2, 234.0}
    assert rows.loc["2026-05", "value"] == 21.5
    assert len(more.observations) == len(book.observations) + 1
    assert more.digest != book.digest
    assert len(load_evidence("2026-10-30").observations) == len(book.observations)


def test_own_cards_bring_new_series_and_sources(tmp_path):
    (tmp_path / "series.csv").write_text(
        "series_id,subject,unit,frequency,aggregate,label\nlogistics.x.trucks,logistics,trucks,M,sum,Trucks at X\n"
    )
    (tmp_path / "sources.csv").write_text("source_id,publisher,title,url,published\nmy-page,Me,Count,,2026-06-01\n")
    (tmp_path / "x.csv").write_text(HEAD + "logistics.x.trucks,2026-05,40,trucks,observed,my-page,2026-06-01\n")
    book = load_evidence(data=tmp_path)
    assert book.series.loc["logistics.x.trucks", "label"] == "Trucks at X"
    assert book.sources.loc["my-page", ["group", "directness", "language"]].tolist() == ["my-page", "quoting", "und"]
    assert book.observations["value"].iloc[-1] == 40


def test_own_newer_day_moves_the_default_day(tmp_path):
    (tmp_path / "a.csv").write_text(HEAD + f"{TOTAL},2026-10,21,USD_bn,observed,tass-2026-01-14,2026-11-09\n")
    assert load_evidence(data=tmp_path).as_of == date(2026, 11, 9)


@pytest.mark.parametrize("make", [lambda path: path / "absent", lambda path: path], ids=["absent", "empty"])
def test_a_folder_with_tables_is_needed(tmp_path, make):
    with pytest.raises(EvidenceError, match=r"folder|no table"):
        load_evidence(data=make(tmp_path))
