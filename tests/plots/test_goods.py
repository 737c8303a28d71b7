"""Charts and tables of goods on a small ensemble."""

import pytest

import eastbound as eb
from eastbound.ensemble.subjects.goods import as_lines, complete, composition
from eastbound.scenarios.reporting import load_reporting
from eastbound.scenarios.settings import load_settings

AS_OF = "2026-11-21"


@pytest.fixture(scope="module")
def book():
    return eb.load_evidence(AS_OF)


@pytest.fixture
def ens(parts):
    return parts  # all systems to 2028, shared by the tests of this folder


def test_shares_of_a_flow_add_up_to_all_of_it(ens):
    table = composition(ens, at=[2028])
    for _, part in table.groupby("flow"):
        assert part["value"].sum() == pytest.approx(100.0, abs=5.0)  # medians need not add up
        assert (part["low"] <= part["value"]).all()
        assert (part["value"] <= part["high"]).all()
    assert len(table) == 4 + 9


def test_the_chart_of_shares_names_the_largest_goods_of_both_flows(ens, book):
    chart = eb.plots.composition(ens, at=2028, book=book)
    assert "China's exports to Russia in 2028: Other Chinese goods" in chart.caption()
    assert "Crude oil" in chart.caption()
    assert chart.text_table().columns.tolist() == ["good", "flow", "2026", "2028"]


def test_goods_without_a_forecast_say_so(ens, book):
    frame = eb.plots.goods(ens, book=book).frame.set_index("good")
    assert frame.loc["Sawn wood from Russia", "2028"] == "–"
    assert frame.loc["Sawn wood from Russia", "newest figure"].startswith("13.4 mn m³ in 2025")
    assert "tracked: 1 figure" in frame.loc["Sawn wood from Russia", "basis"]
    assert frame.loc["Passenger cars from China", "newest figure"].startswith("8.46 USD bn in 2025")
    assert frame.loc["Passenger cars from China", "basis"].startswith("share of its flow, figures of 4 years")


def test_the_fee_is_drawn_in_thousand_roubles(ens, book):
    chart = eb.plots.cars_and_fee(ens, book=book)
    steps = chart.table[chart.table["part"] == "fee"].set_index("period")["value"]
    assert steps["2024-09"] == pytest.approx(300.6)
    assert steps["2025-06"] == pytest.approx(667.4)
    assert chart.text_table().set_index("period").loc["2028", "fee in January"] == "935 thousand roubles"


def test_the_record_of_goods_is_complete_and_readable(ens, book):
    record = complete({}, ens, book=book, settings=load_settings("goods"), reporting=load_reporting())
    cars = record["car_responses"]
    assert [round(row["median"], 1) for row in cars] == [-3.0, -2.5]
    assert all(row["low"] < row["median"] < row["high"] < 0.0 for row in cars)
    assert {row["period"] for row in record["goods"]} == {"2026", ""}
    assert any("Passenger cars from China" in line for line in as_lines(record))
