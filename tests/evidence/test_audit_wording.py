"""Rules on wording, scope, rates per unit and multiples: what they find and what they leave alone."""

from dataclasses import replace

import pandas as pd
import pytest

from eastbound.evidence.audit import audit, multiples, rates, scope, wording
from eastbound.evidence.book import load_evidence, with_periods

NAN = float("nan")
# Each finding of these rules was read, and has a reason in the table of accepted findings.
REVIEWED = {
    "area", "base_window", "cited_page", "dated_differently", "dated_twice", "increase_over_level", "list",
    "list_sizes", "measure", "multiple", "multiple_over_capacity", "no_period", "part_over_whole", "part_window",
    "per_day",
    "rate", "rates_apart", "span_of_years", "two_bases",
}  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def small(book, *rows, readings=(), relations=(), cards=()):
    """The book with only the given figures, wordings, relations and kinds of rates."""
    table = pd.DataFrame(list(rows), columns=["series_id", "period", "value", "unit", "kind", "source_id"])
    table = table.assign(low=NAN, high=NAN, published="2025-03-01", locator="text", note="")
    said = pd.DataFrame(list(readings), columns=["series_id", "period", "source_id", "area", "window", "measure"])
    said = said.assign(locator="text", base_window="", cited="", note="")
    links = pd.DataFrame(list(relations), columns=["rule", "whole", "parts"]).assign(why="")
    kinds = pd.DataFrame(list(cards), columns=["rate", "numerator", "denominator", "unit", "low", "high", "factor"])
    kinds = kinds.assign(basis="physics", why="")
    return replace(book, observations=with_periods(table), readings=said, relations=links, rates=kinds)


def test_all_findings_of_the_rules_on_wording_are_reviewed(book):
    fresh = [item.id for item in audit(book) if item.rule in REVIEWED and item.accepted is None]
    assert not fresh, "read these findings: mend the table, or add them to accepted.csv with a reason"


def test_every_reading_belongs_to_a_figure(book):
    key = ["series_id", "period", "source_id", "locator"]
    assert not book.readings.duplicated(key).any()
    assert len(wording.worded(load_evidence("2100"))) == len(book.readings)


def test_relations_and_rates_name_series_of_the_catalogue(book):
    names = {name for whole, parts in zip(book.relations["whole"], book.relations["parts"], strict=True)
             for name in (whole, *parts.split())}  # fmt: skip
    names |= {*book.rates["numerator"], *book.rates["denominator"]}
    known = set(book.series.index)
    assert not [
        name for name in names if not any(series == name or series.startswith(f"{name}.yoy") for series in known)
    ]


@pytest.mark.parametrize(("area", "count"), [("Far East", 1), ("Russia", 0)])
def test_plan_and_outcome_of_one_area_are_no_finding(book, area, count):
    table = small(
        book, ("plan.x", "2023", 160, "USD_bn", "plan", "a"), ("done.x", "2023", 9, "USD_bn", "observed", "a"),
        readings=[("plan.x", "2023", "a", "Russia", "", "announced"), ("done.x", "2023", "a", area, "", "invested")],
        relations=[("scope", "plan.x", "done.x")],
    )  # fmt: skip
    assert len(list(scope.areas(table))) == count


@pytest.mark.parametrize(("period", "count"), [("2025-01/2025-11", 1), ("2025", 0), ("2025-11", 0)])
def test_parts_of_another_window(book, period, count):
    table = small(
        book, ("x.total", "2025", 100, "USD_bn", "observed", "a"), ("x.oil", period, 50, "USD_bn", "observed", "a"),
        relations=[("component", "x.total", "x.oil")],
    )  # fmt: skip
    assert len(list(scope.part_windows(table))) == count


@pytest.mark.parametrize(("part", "count"), [(102, 1), (99, 0)])
def test_parts_over_wholes(book, part, count):
    rows = [("x.total", "2025", 100, "USD_bn", "observed", "a"), ("x.oil", "2025", part, "USD_bn", "observed", "a")]
    table = small(book, *rows, relations=[("component", "x.total", "x.oil")])
    assert len(list(scope.parts_over_wholes(table))) == count


def test_rates_are_held_against_limits_and_each_other(book):
    cards = [("boxes", f"{place}.boxes", f"{place}.trains", "TEU", 40, 150, 2) for place in ("x", "y")]
    figures = [("x", 90, 1), ("y", 100, 1)]
    rows = [(f"{place}.boxes", "2025", 1000 * boxes, "TEU", "observed", "a") for place, boxes, _ in figures]
    trains = [(f"{place}.trains", "2025", 1000, "trains", "observed", "a") for place, *_ in figures]
    clean = small(book, *rows, *trains, cards=cards)
    assert not [*rates.rates_out_of_bounds(clean), *rates.rates_apart(clean)]
    rows[0] = ("x.boxes", "2025", 250_000, "TEU", "observed", "a")
    wrong = small(book, *rows, *trains, cards=cards)
    assert [item.gap for item in rates.rates_out_of_bounds(wrong)] == [100.0]
    assert [item.gap for item in rates.rates_apart(wrong)] == [2.5]


@pytest.mark.parametrize(("before", "count"), [(20, 0), (20.3, 0), (40, 1)])
def test_a_multiple_is_held_against_the_level_before(book, before, count):
    rows = [("x.times", "2023", 5, "ratio", "observed", "a"), ("x.cars", "2023", 100, "vehicles", "observed", "a")]
    earlier = ("x.cars", "2022", before, "vehicles", "observed", "b")
    table = small(book, *rows, earlier, relations=[("multiple", "x.times", "x.cars")])
    assert len(list(multiples.multiples_against_levels(table))) == count


def test_growth_over_two_bases(book):
    rows = [
        ("x.growth_vs_2021", "2023", 85, "percent", "observed", "a"),
        ("x.yoy", "2023", 41, "percent_yoy", "observed", "a"),
    ]  # fmt: skip
    for rate, count in ((31, 0), (20, 1)):
        table = small(book, *rows, ("x.yoy", "2022", rate, "percent_yoy", "observed", "a"))
        assert len(list(multiples.growth_over_two_bases(table))) == count


def test_a_rate_of_unknown_measure_is_told(book):
    rows = [("goods.x.yoy", "2023", 5, "percent_yoy", "observed", "a"),
            ("goods.x_value.yoy", "2023", 5, "percent_yoy", "observed", "a")]  # fmt: skip
    assert [item.id for item in wording.measure_not_stated(small(book, *rows))] == ["measure:goods.x.yoy:2023:a"]
