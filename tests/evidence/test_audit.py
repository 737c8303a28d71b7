"""The audit finds what is known to be wrong, by rule, and its arithmetic can be checked by hand."""

import ast
import json
from dataclasses import replace

import pandas as pd
import pytest

import eastbound.evidence.audit as package
from eastbound.evidence.audit import RULES, audit, audit_record, audit_text, failed, growth, money, ratios, sums
from eastbound.evidence.audit.findings import apart, miss, span
from eastbound.evidence.book import TABLES, load_evidence, with_periods

NAN = float("nan")


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


@pytest.fixture(scope="module")
def findings(book):
    return audit(book)


def of(findings, rule, *parts):
    """Arithmetic of the findings of a rule whose id names all the parts."""
    return [one.arithmetic for one in findings if one.rule == rule and all(part in one.id for part in parts)]


def small(book, *rows):
    """The book with only the given (series, period, value, unit, source) figures."""
    table = pd.DataFrame(list(rows), columns=["series_id", "period", "value", "unit", "source_id"])
    table = table.assign(low=NAN, high=NAN, kind="observed", published="2025-03-01", locator="text", note="")
    return replace(book, observations=with_periods(table))


# The seven worked examples, one line each.
@pytest.mark.parametrize(
    ("rule", "parts", "piece"),
    [
        ("growth", ["trade.china_russia.total", "2023", "arctic"], "232 / 190.57 - 1 = 21.74 %, printed 4.9 %"),
        ("growth", ["trade.china_russia.total", "2024", "arctic"], "244.8195 / 232 - 1 = 5.53 %, printed 1.9 %"),
        ("growth", ["trade.china_russia.total", "2022", "arctic"], "190.57 / 146.88 - 1 = 29.75 %, printed 29.3 %"),
        ("chain", ["arctic"], "1.293 x 1.049 x 1.019 = 1.382, levels 244.82 / 146.88 = 1.667"),
        ("implied_rate", ["trade.china_russia.total", "saratoga"], "1630 / 234 = 6.966 CNY per USD"),
        ("mixed_currency", ["trade.china_russia.total", "2025"], "printed -6.5 % in yuan"),
        ("two_readings", ["china_share_turnover"], "68 is printed for 2023 and for 2024"),
        ("straight_line", ["china_share_turnover", "2035"], "70 + 10 x 2 = 90.0; 70 + 10 x 1 = 80.0"),
        ("two_rates", ["saratoga", "chinese_total"], "= 80.06 (79.3 to 80.8) against 300 / 3.9 = 76.92 (75.8 to 78.1)"),
        ("two_rates", ["saratoga", "agro"], "= 79.50 (79.3 to 79.7)"),
        ("use", ["gas.pos", "arctic"], "= 45 % mean use, 2.37 full years"),
        ("branch", ["espo1", "arctic"], "80 - 50 = 30 left for oil.mohe.capacity_nameplate"),
        ("bare_multiple", ["thinkchina", "cars_units"], "370000 / 5 = 74000 before if it grew to 5 times, 61667"),
    ],
)
def test_the_seven_examples_are_found(findings, rule, parts, piece):
    assert any(piece in line for line in of(findings, rule, *parts)), of(findings, rule, *parts)


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ("months", ["lng.china_imports_from_russia_value", "2025"]),
        ("sum", ["2023-01/2023-02", "mni"]),
        ("sum", ["trade.fefd.china_turnover", "2005"]),
        ("sum", ["2022-09", "imparcial"]),
        ("sum", ["2016-12"]),
        ("growth", ["trade.primorye.china_turnover", "2024"]),
        ("growth", ["china_imports", "2024-01/2024-02"]),
        ("conflict", ["trade.china_russia.total", "2014"]),
        ("conflict", ["lng.china_imports_from_russia", "2024-09"]),
        ("conflict", ["trade.primorye.china_turnover", "2024"]),
        ("part_for_whole", ["primorye_china.cargo"]),
        ("plan", ["trade.primorye.china_turnover", "2024"]),
        ("one_witness", ["articles-001-002"]),
        ("step", ["china_imports", "2022-10"]),
        ("share", ["ratio_to_china_eu"]),
    ],
)
def test_others_are_found_too(findings, rule, parts):
    assert of(findings, rule, *parts)


def test_rules_name_no_series_of_the_examples():
    """Ids belong in tables; code may name only the exchange rates that convert money."""
    ids = set(load_evidence("2100").series.index)
    allowed = {"driver.usd_cny", "driver.usd_cny_ecb", "driver.usd_rub_month_end"}
    folder = TABLES.parent / "audit"
    for path in folder.glob("*.py"):
        texts = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
        assert not {text for text in texts if isinstance(text, str)} & (ids - allowed), path.name
        assert "saratoga" not in path.read_text()


def test_ids_are_unique_and_ordered(findings):
    ids = [one.id for one in findings]
    assert len(ids) == len(set(ids))
    ranks = [("error", "warning", "note").index(one.severity) for one in findings]
    assert ranks == sorted(ranks)


def test_every_error_is_known_and_every_known_one_is_still_found(book, findings):
    assert not failed(findings)
    assert set(book.accepted.index) <= {one.id for one in findings}
    assert failed([replace(one, accepted=None) for one in findings])


def test_record_and_text(book, findings):
    record = json.loads(json.dumps(audit_record(book, findings)))
    assert record["schema"] == "audit/1"
    keys = ["id", "rule", "severity", "arithmetic", "gap", "unit", "observations", "sources", "accepted"]
    assert list(record["findings"][0]) == keys
    assert "\n" not in "".join(row["arithmetic"] for row in record["findings"])
    assert audit_text(findings).splitlines()[-1].startswith(f"{len(findings)} findings: ")


def test_an_old_vintage_can_be_audited():
    assert audit(load_evidence("2021-12-31"))


def test_growth_within_rounding_is_no_finding(book):
    total = "trade.china_russia.total"
    rows = [(total, "2022", 100.0, "USD_bn", "a"), (total, "2023", 110.0, "USD_bn", "a")]
    good = small(book, *rows, (f"{total}.yoy_usd", "2023", 9.9, "percent_yoy", "a"))
    bad = small(book, *rows, (f"{total}.yoy_usd", "2023", 11.9, "percent_yoy", "a"))
    assert not list(growth.growth_against_levels(good))
    assert [one.arithmetic for one in growth.growth_against_levels(bad)] == ["110 / 100 - 1 = 10.00 %, printed 11.9 %"]


def test_twin_amounts_at_one_rate_are_no_finding(book):
    names = ["primorye.investment.total_usd", "primorye.investment.total_rub", "border.modernization_plan.cost_usd"]
    rows = [(names[0], "2025", 3.9, "USD_bn", "a"), (names[1], "2025", 312.0, "RUB_bn", "a")]
    rows += [
        (names[2], "2025", 2.0, "USD_bn", "a"),
        ("border.modernization_plan.cost_rub", "2025", 180.0, "RUB_bn", "a"),
    ]
    # 312 / 3.9 = 80 and 180 / 2 = 90, but 2 is one digit: 72 to 120
    assert not list(money.rates_in_one_source(small(book, *rows)))


def test_totals_allow_rounding(book):
    flows = ["trade.china_russia.total", "trade.china_russia.china_exports", "trade.china_russia.china_imports"]
    rows = [(name, "2024", value, "USD_bn", "a") for name, value in zip(flows, (10.1, 4.54, 5.52), strict=True)]
    assert not list(sums.totals(small(book, *rows)))
    rows[0] = (flows[0], "2024", 10.2, "USD_bn", "a")
    assert [one.arithmetic for one in sums.totals(small(book, *rows))] == ["4.54 + 5.52 = 10.06, total printed 10.2"]


def test_less_than_a_third_is_contradicted_by_a_larger_ratio_only(book):
    names = ["trade.china_russia.total", "trade.china_us.total", "trade.china_russia.ratio_to_china_us"]
    for total, count in ((190.0, 0), (290.0, 1)):
        rows = [(names[0], "2022", total, "USD_bn", "a"), (names[1], "2022", 690.0, "USD_bn", "a")]
        table = small(book, *rows, (names[2], "2022", 33.3, "percent", "a"))
        noted = table.observations.assign(
            note=table.observations["unit"].map(lambda unit: "ceiling" * (unit == "percent"))
        )
        assert len(list(ratios.shares(replace(table, observations=noted)))) == count


def test_ranges():
    assert span({"value": 190.0, "low": 189.0, "high": 191.0}) == (189.0, 191.0)
    assert miss((0.1, 0.5), (1, 2)) == -0.5
    assert apart((1, 3), (2, 4)) == 0


def test_the_rules_are_all_run():
    assert len(RULES) == len(set(RULES)) == 42
    assert package.audit is audit
