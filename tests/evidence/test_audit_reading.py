"""What a reader found inconsistent in the five articles before running the audit on them, and what the audit finds.

An entry without a rule is not found: the figure has no partner in the book, or only prose contradicts it.
"""

import pytest

from eastbound.evidence.audit import audit
from eastbound.evidence.book import load_evidence

# (article, what does not fit, rule, parts of the id of the finding)
READ = [
    ("003", "the gas line is completed on two days in one sentence", "dated_twice", "power_of_siberia"),
    ("003", "the project is completed in November and again in December", "dated_twice", "china_russia_east_route"),
    ("003", "the joint statement has two days, in text and footnote", "dated_twice", "joint_statement_2025"),
    ("004", "the years of two treaties change places", "dated_twice", "treaty_of_aigun"),
    ("001", "what began in mid-2023 was agreed in March 2023", "dated_twice", "engagement_far_east pivot"),
    ("002", "the same", "dated_twice", "engagement_far_east junhua"),
    ("002", "an agreement of 2008 under a president who left in 2003", "dated_differently", "jiang_zemin"),
    ("003", "a figure of a whole year from a page of May", "cited_page", "yoy_usd arctic"),
    ("003", "a ropeway in operation that was not open a year later", "dated_differently", "ropeway"),
    ("004", "two decades that begin in the 2010s", "span_of_years", "farmland"),
    ("001", "a plan published by one side, in 003 approved by both", None, ""),
    ("001", "trade fell from March and April; in 002 in March and April", None, ""),
    ("001", "a plan for Russia measured by what came to the Far East", "area", "announced pivot"),
    ("002", "the same", "area", "announced junhua"),
    ("004", "a stock to 2024 beside one year", "part_window", "primorye.investment"),
    ("004", "one project larger than all Chinese investment", "part_over_whole", "legendagro"),
    ("001", "more crossings in a province than on the border", "part_over_whole", "crossing_points"),
    ("004", "nine months of investment given as the year", "part_for_whole", "primorye.investment.total_rub"),
    ("001", "money per project eleven times that of the Far East", "rates_apart", "announced china_in_rfe"),
    ("004", "money per project a hundredth of that of the Far East", "rates_apart", "china_in_rfe chinese_total_usd"),
    ("000", "98 boxes a train beside 55 wagons a train", "rate", "suifenhe_rail.containers"),
    ("003", "more CO2 saved than the coal would emit", "rate", "co2_saved"),
    ("003", "CO2 rose from 142 to 164 Mt and SO2 did not", "rates_apart", "co2_saved"),
    ("003", "an increase of income over all cargo", "increase_over_level", "extra_income"),
    ("000", "a value and a number of cars, and what 'up five times' is over", "bare_multiple", "cars_units"),
    ("003", "a daily throughput of two thirds of the port's year", "per_day", "qingdao"),
    ("001", "half of former sales to Europe is a quarter", "share", "former_europe_volume pivot"),
    ("004", "2.2 million roubles a job", None, ""),
    ("004", "four rates of exchange in one text", "two_rates", "saratoga"),
    ("004", "five times the trucks, half of that in new capacity", "multiple_over_capacity", "traffic_multiple"),
    ("000", "five times over 2022, whose level is printed elsewhere", "multiple", "multiple_of_previous_year"),
    ("004", "growth of eight months given as the year's", "part_for_whole", "primorye_china.cargo"),
    ("004", "investment of 300 here and of over 400 by the same governor", "conflict", "primorye.investment.total_rub"),
    ("003", "growth beside levels that give another", "growth", "2023 arctic"),
    ("004", "a fall in yuan beside a level in dollars", "mixed_currency", "2025"),
    ("003", "190.57 where 190 was printed and customs have 190.27", None, ""),
    ("000", "half a year over a year", "base_window", "multiple_of_previous_year"),
    ("000", "a share without a period beside growth of four months", "no_period", "machinery_share"),
    ("004", "parts of eleven months beside a whole of twelve", "part_window", "total.yoy_cny"),
    ("000", "growth on one and on two years before, beside that of the year", "two_bases", "growth_vs_2021"),
    ("004", "oil without value or volume", "measure", "oil.china"),
    ("004", "products without value or volume", "measure", "products 2025-11"),
    ("004", "coal without value or volume", "measure", "coal.china"),
    ("004", "cargo without tonnes, trucks or roubles", "measure", "primorye_china.cargo"),
    ("000", "a record month without value or volume", None, ""),
    ("000", "a quarter that is 22 percent", "share", "ratio_to_china_eu"),
    ("003", "a port with 98.5 percent of the boxes and corridors that win cargo", None, ""),
    ("001", "seven areas announced, six given", "list", "directions pivot"),
    ("003", "three directions of a plan that has seven areas in 001", "list_sizes", "directions"),
    ("000", "trade with the US by one customs, with the EU by another", None, ""),
    ("004", "GDP of Russia under that of one province", None, ""),
    ("000", "a city's people without its districts", None, ""),
    ("001", "LNG from a pipeline", None, ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def findings():
    return [(item.rule, item.id) for item in audit(load_evidence("2026-10-30"))]


@pytest.mark.parametrize("entry", [entry for entry in READ if entry[2]], ids=lambda entry: f"{entry[0]} {entry[1]}")
def test_what_was_found_stays_found(findings, entry):
    _, _, rule, parts = entry
    assert any(name == rule and all(part in key for part in parts.split()) for name, key in findings)


def test_three_quarters_of_what_a_reader_finds_are_found():
    assert sum(entry[2] is not None for entry in READ) >= 0.75 * len(READ)
