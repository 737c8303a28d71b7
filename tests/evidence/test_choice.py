"""The choice rule: step by step on small books, then on the known conflicts."""

from dataclasses import replace

import pandas as pd
import pytest

from eastbound.errors import UnknownName
from eastbound.evidence.book import load_evidence, with_periods
from eastbound.evidence.choice import chosen, conflicts, ranked, reasons

TOTAL = "trade.china_russia.total"
SHARE = "trade.primorye.china_share_turnover"


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def small(book, *rows):
    """A book of one series with the given (value, directness, published, note) rows for 2024."""
    names = ["value", "directness", "published", "note"]
    table = pd.DataFrame(list(rows), columns=names)
    table["source_id"] = [f"s{number}" for number in range(len(table))]
    cards = pd.DataFrame({"directness": table["directness"].to_numpy(), "group": table["source_id"].to_numpy()})
    cards.index = table["source_id"]
    table = table.drop(columns="directness").assign(
        series_id=TOTAL, period="2024", low=float("nan"), high=float("nan"), kind="observed", locator="text"
    )
    coarse = table["note"].str.contains("rounded|floor")
    table.loc[coarse, ["low", "high"]] = 0.0, 1000.0
    table.loc[table["note"].str.contains("guess"), "kind"] = "estimate"
    return replace(book, observations=with_periods(table), sources=cards)


@pytest.mark.parametrize(
    ("winner", "loser", "rule"),
    [
        ((1.0, "restated", "2020", "guess"), (2.0, "customs", "2025", "doubt: year unsure"), "in doubt"),
        ((1.0, "restated", "2020", ""), (2.0, "customs", "2025", "guess"), "estimated"),
        ((1.0, "customs", "2020", ""), (2.0, "quoting", "2025", ""), "less direct"),
        ((1.0, "quoting", "2020", ""), (2.0, "quoting", "2025", "rounded"), "less direct"),
        ((1.0, "quoting", "2020", "rounded"), (2.0, "quoting", "2025", "floor"), "less direct"),
        ((1.0, "quoting", "2020", "floor"), (2.0, "restated", "2025", ""), "less direct"),
        ((1.0, "restated", "2020", ""), (2.0, "quoting", "2025", "converted"), "less direct"),
        ((1.0, "quoting", "2025-02", ""), (2.0, "quoting", "2025-01", ""), "earlier vintage"),
        ((1.25, "quoting", "2025", ""), (2.5, "quoting", "2025", ""), "less finely"),
    ],
)
def test_each_step_decides_before_the_next(book, winner, loser, rule):
    for rows in ((winner, loser), (loser, winner)):
        result = reasons(ranked(small(book, *rows), TOTAL))
        assert result["value"].tolist() == [winner[0], loser[0]]
        assert result["verdict"].iloc[0] == "chosen"
        assert rule in result["verdict"].iloc[1]


def test_a_later_coarser_print_confirms_the_finer_one(book):
    rows = small(book, (80.675, "quoting", "2022-07-13", ""), (80.67, "quoting", "2022-07-15", ""))
    assert chosen(rows, TOTAL)["value"].tolist() == [80.675]
    rows = small(book, (80.665, "quoting", "2022-07-13", ""), (80.68, "quoting", "2022-07-15", ""))
    assert chosen(rows, TOTAL)["value"].tolist() == [80.68]


def test_spread_leaves_out_retellings(book):
    rows = small(book, (10.0, "quoting", "2025", ""), (10.5, "quoting", "2024", ""), (20.0, "restated", "2025", ""))
    assert chosen(rows, TOTAL)[["spread", "n_sources"]].iloc[0].tolist() == [0.5, 3]


@pytest.mark.parametrize(
    ("series", "period", "value"),
    [
        (TOTAL, "2022", 190.271),
        (TOTAL, "2023", 240.11),
        (TOTAL, "2024", 244.819),
        (TOTAL, "2025", 228.105),
        (TOTAL, "2014", 95.28),
        (TOTAL, "2023-01/2023-02", 33.685),
        ("trade.china_russia.china_exports", "2025", 103.309),
        ("trade.china_russia.china_imports", "2025", 124.796),
        ("trade.china_russia.china_exports", "2017", 42.88),
        ("lng.china_imports_from_russia", "2024-09", 0.9573),
        ("gas.pos.deliveries", "2022", 15.4),
        ("oil.china_imports_total", "2025", 577.73),
        (SHARE, "2023", 65.0),
        (SHARE, "2024", 68.0),
        (SHARE, "2025", 70.0),
    ],
)
def test_known_figures(book, series, period, value):
    rows = chosen(book, series).set_index("period")
    assert rows.loc[period, "value"] == value


def test_components_of_2025_add_up(book):
    flows = [chosen(book, f"trade.china_russia.china_{flow}").set_index("period") for flow in ("exports", "imports")]
    assert sum(flow.loc["2025", "value"] for flow in flows) == pytest.approx(228.105, abs=5e-4)


@pytest.mark.parametrize(("period", "value"), [("2023", 232.0), ("2022", 190.57), ("2025", 234.0), ("2014", 88.4)])
def test_known_losers_stay_as_rows(book, period, value):
    rows = conflicts(book, TOTAL)
    row = rows[(rows["period"] == period) & (rows["value"] == value)].iloc[0]
    assert row["rule"].startswith("less direct")
    assert row["gap"] == pytest.approx(row["value"] - row["chosen"])


def test_one_row_per_period_in_order(book):
    for series in book.series.index[::25]:
        rows = chosen(book, series)
        assert rows["period"].is_unique
        assert rows["start"].is_monotonic_increasing


def test_a_series_without_rows_gives_an_empty_frame(book):
    rows = chosen(book, "gas.pos2.utilization_nameplate")
    assert rows.empty
    assert {"directness", "n_sources", "spread"} <= set(rows.columns)


def test_unknown_series_names_the_nearest(book):
    with pytest.raises(UnknownName, match=r"did you mean `driver\.brent_price`"):
        chosen(book, "driver.brent_prise")
    with pytest.raises(UnknownName):
        conflicts(book, "zzz")
