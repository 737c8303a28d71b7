"""Many scenarios on the index: by axis, largest movers first, and what does not move stays quiet."""

from __future__ import annotations

from eastbound.reports.matrix import scenario_matrix
from eastbound.reports.results import Result
from eastbound.scenarios.loader import load_scenario

NAMES = ("baseline", "car_rebound", "car_fee_shock", "price_slump", "soft_absorption")


def _results(trade: float, gas: float) -> dict[str, Result]:
    return {
        "trade": Result("trade", trade, "USD_bn", "Trade", f"{trade:.0f} USD bn"),
        "gas": Result("gas", gas, "percent", "Use", f"{gas:.0f} %"),
    }


def test_groups_and_rows_are_in_order_of_their_moves():
    figures = ((350.0, 100.0), (351.0, 100.4), (330.0, 100.0), (300.0, 100.0), (20.0, 10.0))
    scenarios, results = [load_scenario(name) for name in NAMES], [_results(*each) for each in figures]
    matrix = scenario_matrix(scenarios, results, axes={"cars": "Cars?", "prices": "Prices?"})
    assert [group["title"] for group in matrix["groups"]][:3] == ["Outside the tree", "Prices?", "Cars?"]
    cars = next(group for group in matrix["groups"] if group["title"] == "Cars?")
    # a change of .4 points of gas is the largest of all scenarios, and still decides nothing
    assert [row["name"] for row in cars["rows"]] == ["car_fee_shock", "car_rebound"]
    assert [cell["change"] for row in cars["rows"] for cell in row["cells"]] == ["−20.0", "", "", ""]


def test_a_missing_figure_is_a_dash_and_hides_no_other():
    scenarios = [load_scenario(name) for name in NAMES[:2]]
    matrix = scenario_matrix(scenarios, [_results(350.0, 100.0), {}], axes={})
    texts = [cell["text"] for group in matrix["groups"] for row in group["rows"] for cell in row["cells"]]
    assert texts == ["350 USD bn", "100 %", "–", "–"]


def test_a_figure_that_the_first_scenario_lacks_is_shown_for_the_others_and_moves_none():
    scenarios = [load_scenario(name) for name in NAMES[:3]]
    far = {"far": Result("far", 3.0, "percent", "As far out", "3 %")}
    results = [_results(350.0, 100.0), _results(351.0, 100.0) | far, _results(330.0, 100.0)]
    matrix = scenario_matrix(scenarios, results, axes={"cars": "Cars?"})
    assert matrix["columns"] == ["Trade", "Use", "As far out"]
    rows = {row["name"]: row for group in matrix["groups"] for row in group["rows"]}
    assert [rows[name]["cells"][2]["text"] for name in NAMES[:3]] == ["–", "3 %", "–"]
    assert rows["car_rebound"]["cells"][2]["change"] == ""
    assert rows["car_rebound"]["move"] < rows["car_fee_shock"]["move"]
