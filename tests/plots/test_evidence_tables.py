"""The tables of the evidence page, against the real book and against books small enough to check by hand."""

import re
from dataclasses import replace

import pandas as pd
import pytest

import eastbound.plots as plots
from eastbound.evidence.audit import audit
from eastbound.evidence.book import load_evidence, with_periods
from eastbound.evidence.choice import conflicts
from eastbound.names import TRADE_TOTAL
from eastbound.plots.charts.coverage import LEVELS
from eastbound.plots.citations import source_note
from eastbound.plots.main_series import main_series


@pytest.fixture(scope="module")
def book():
    return load_evidence()


def with_total(book, periods):
    """Return a book that holds nothing but figures of total trade for some periods."""
    row = {
        "series_id": TRADE_TOTAL, "value": 1.0, "low": float("nan"), "high": float("nan"), "unit": "USD_bn",
        "kind": "observed", "source_id": "tass-2026-01-14", "published": "2026-01-14",
        "available": pd.Timestamp("2026-01-14"), "available_basis": "printed", "locator": "text", "note": "",
    }  # fmt: skip
    return replace(book, observations=with_periods(pd.DataFrame([{**row, "period": period} for period in periods])))


@pytest.mark.parametrize(
    ("periods", "months", "level"),
    [
        ([], 0, "nothing"),
        (["2025-01/2025-05"], 5, "part of the year"),
        (["2025"], 12, "the whole year"),
        (["2025-01/2025-06", "2025-07/2025-12"], 12, "the whole year"),
        (["2025-01/2025-02", *(f"2025-{m:02}" for m in range(3, 13))], 12, "every month"),
        (["2025-01/2025-02", *(f"2025-{m:02}" for m in range(3, 12))], 11, "part of the year"),
        (["2024-07/2025-06"], 6, "part of the year"),
        (["2020/2025"], 0, "nothing"),  # longer than a year says nothing about one
    ],
)
def test_coverage_counts_months_and_names_the_level(book, periods, months, level):
    table = plots.coverage(with_total(book, [*periods, "2001"]), first=2025).table
    row = table[table["period"] == "2025"].iloc[0]
    assert (row["months"], row["level"]) == (months, level)


def test_coverage_has_a_row_for_each_main_series_and_year(book):
    table = plots.coverage(book, first=2020).table
    assert len(table) == len(main_series(book)) * 7
    assert set(table["level"]) <= set(LEVELS)
    brent = table[table["series"] == "Brent price"].set_index("period")["level"]
    assert (brent["2025"], brent["2026"]) == ("every month", "part of the year")


def test_revisions_are_differences_less_prints(book):
    chart = plots.revisions(book)
    table = chart.table.set_index(["series", "period"])
    row = table.loc[("China's imports from Russia", "2022-08")]
    assert row["gap"] == pytest.approx(72.949 - 61.45 - 11.21)
    assert f"In {len(table)} months" in chart.caption()


def test_vintages_only_gain_years_and_end_with_the_book(book):
    table = plots.vintage_table(book).frame
    years = [column for column in table.columns if column.isdigit()]
    assert table["as of"].is_monotonic_increasing
    assert table["as of"].iloc[-1] == str(book.as_of)
    assert table["observations"].astype(int).is_monotonic_increasing
    known = (table[years] != "–").sum(axis=1)
    assert known.is_monotonic_increasing
    assert dict(table.iloc[-1][["2023", "2025"]]) == {"2023": "240.11", "2025": "228.105"}
    late = table[table["as of"] <= "2025-12-31"]
    assert (late["2025"] == "–").all()  # the year came out in January 2026


def test_only_the_last_vintage_is_cited(book):
    table = plots.vintage_table(book, quick=True)
    assert len(table.frame) == 2
    assert {note["row"] for note in table.observed} == {1}
    assert {table.frame.iloc[1, note["column"]] for note in table.observed} >= {"240.11", "228.105"}


def test_conflicts_are_sorted_by_size_and_cited(book):
    shown = plots.conflict_table(book, count=12)
    table = shown.frame
    total = table[(table["series"] == "China-Russia trade") & (table["period"] == "2023")].iloc[0]
    assert total["used"] == "240.11 USD bn"
    assert total["not used"].startswith("232 (The Arctic Institute")
    assert "less direct (restated" in total["rule"]
    assert [note["row"] for note in shown.observed] == list(range(12))
    for note in shown.observed:
        assert note["notes"][0]["figure"] == table["used"].iloc[note["row"]]


def test_findings_are_all_counted_once(book):
    found = audit(book)
    counts = plots.finding_count_table(book).frame.set_index("rule").astype(int)
    parts, whole = counts.drop(index="all rules"), counts.loc["all rules"]
    assert whole[["errors", "warnings", "notes"]].sum() == len(found)
    assert (parts.sum() == whole).all()
    for severity in ("error", "warning", "note"):
        assert len(plots.finding_table(book, severity=severity).frame) == whole[f"{severity}s"]


def test_errors_show_arithmetic_and_why_they_are_accepted(book):
    table = plots.finding_table(book, severity="error").frame.set_index("arithmetic")
    row = table.loc["232 / 190.57 - 1 = 21.74 %, printed 4.9 %"]
    assert row["pages"] == "The Arctic Institute (China Series 2025)"
    assert "customs" in row["accepted"]


def test_cards_are_aged_on_the_day_of_the_book_not_by_the_clock(book):
    table = plots.card_table(book).frame.set_index("publisher")
    rate = table.loc["Federal Reserve via datasets/exchange-rates"]
    assert (rate["age"], rate["next review"]) == ("101 days", "2026-09-01, due for 59 days")  # 21 July, 30 October
    assert not table["age"].str.startswith("-").any()
    later = plots.card_table(replace(book, as_of=book.as_of.replace(month=12))).frame.set_index("publisher")
    assert later.loc["Federal Reserve via datasets/exchange-rates", "age"] == "162 days"


def test_a_page_that_is_younger_than_the_book_has_no_negative_age():
    early = load_evidence("2024-12-31")
    assert not plots.card_table(early).frame["age"].str.contains("-").any()


def test_plans_are_those_stated_twice(book):
    chart = plots.slips(book)
    table = chart.table
    assert (table.groupby("milestone").size() > 1).all()
    assert ((table["low"] <= table["middle"]) & (table["middle"] <= table["high"])).all()
    assert chart.options["rates"]["Power of Siberia 2: first gas"] == pytest.approx(1.5, abs=0.1)
    assert "Power of Siberia 2: first gas by +1.47 years" in chart.caption()
    assert chart.text_table()["planned"].tolist() == table["planned"].tolist()


def test_rows_add_up_to_what_was_collected():
    table = plots.fate_table().frame.set_index("file")
    became = table["became"].map(lambda text: sum(int(number) for number in re.findall(r"\d+", text)))
    assert (became == table["collected"].astype(int)).all()
    assert became.drop(index="all files").sum() == became["all files"] > 10_000


def test_headline_counts_match_the_book(book):
    table = {record["name"]: record for record in plots.evidence_headline(book).results}
    assert table["evidence.observations"]["text"] == str(len(book.observations))
    disputed = conflicts(book).drop_duplicates(["series_id", "period"])
    assert table["evidence.conflicts"]["value"] == len(disputed)
    assert table["evidence.errors"]["value"] == sum(one.severity == "error" for one in audit(book))
    assert table["evidence.due"]["value"] == 2


@pytest.mark.parametrize("name", ["coverage", "revisions", "slips"])
def test_charts_are_drawn_and_described(book, name):
    chart = getattr(plots, name)(book)
    ax = chart.draw()
    assert ax.has_data()
    assert ax.get_title(loc="left") or ax.get_title()
    assert chart.caption() in chart.alt_text()
    assert len(chart.alt_text()) > 80
    assert len(chart.text_table())


@pytest.mark.parametrize("name", ["coverage", "revisions", "slips"])
def test_an_early_book_still_has_words_and_axes(name):
    early = load_evidence("2003-06-30")
    chart = getattr(plots, name)(early)
    assert chart.alt_text()
    chart.draw()
    assert plots.vintage_table(early).frame["as of"].iloc[-1] == "2003-06-30"


def test_every_note_has_the_same_keys_so_that_a_page_can_read_them():
    early = load_evidence("2021-12-31")
    history = early.observations
    printed = history[(history["series_id"] == TRADE_TOTAL) & (history["kind"] == "observed")]["period"].iloc[0]
    derived = plots.observed.observed(early, TRADE_TOTAL, freq="M")
    derived = derived[derived["grade"] == "C"]["period"].iloc[0]
    notes = [source_note(early, TRADE_TOTAL, period) for period in (printed, derived)]
    assert set(notes[0]) == set(notes[1])
    assert notes[0]["publisher"]
    assert not notes[1]["publisher"]
    assert notes[1]["rule"]


def test_claims_name_their_publishers_and_what_carries_them(book):
    table = plots.causal_claim_table(book).frame
    assert len(table) == 55
    assert set(table["sign"]) == {"+", "−"}
    row = table[table["claim"] == "payment stop → volume of trade"].iloc[0]
    assert row["told by"] == "Russia's Pivot to Asia; Junhua Zhang, report without a publisher"
    assert row["carried by"] == "models/trade: payment halt"
    assert row["sign tested on"] == "event bank payment halt: China-Russia trade"
