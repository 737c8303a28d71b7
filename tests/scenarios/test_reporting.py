"""The settings of reports: what the supplied file says, and how mistakes are reported."""

from __future__ import annotations

from datetime import date

import pytest

from eastbound.errors import ScenarioError
from eastbound.evidence.book import load_evidence
from eastbound.scenarios.home import find_home
from eastbound.scenarios.reporting import FILE, Reporting, load_reporting


def test_the_claim_is_the_projection_of_the_evidence_book():
    claim = load_reporting().claim
    book = load_evidence("2026-10-30")
    rows = book.observations
    row = rows[(rows["series_id"] == claim.series) & (rows["period"] == str(claim.year))].iloc[0]
    assert (row["low"], row["high"], row["source_id"]) == (claim.low, claim.high, claim.source_id)
    assert claim.stated_by in book.sources.loc[claim.source_id, "publisher"]


def test_a_workspace_without_the_file_takes_the_supplied_one(home):
    assert load_reporting(home.folder) == load_reporting()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("low: 80", "low: 95", "reporting.yml:8:1: `claim`: `low` must be below `high`, got 95 and 90"),
        ("unit: USD_bn\n  stated", "unit: USD_m\n  stated", "`unit` is `USD_m`, but `trade.china_russia.total` is in"),
        ("series: gas.pos2.deliveries", "series: gas.pos2.delivery", "did you mean `gas.pos2.deliveries`?"),
        ("low: 80", "lwo: 80", "`claim.lwo`: unknown key; did you mean `low`?"),
        (
            "year: 2035\n  unit",
            "year: soon\n  unit",
            "reporting.yml:12:3: `claim.year`: expected a whole number, got `soon`",
        ),
        ("2013-12-31", "2013-12-32", "`stress_origins[0].date`"),
        ("2013-12-31", "2020-12-31", "`stress_origins` must be in order of date"),
        ("[75, 80, 85, 90]", "[75, 85, 80]", "`values` must ascend, got 75, 85, 80"),
        ("{number: target}", "{number: median}", "a `median` needs `series` and `year`"),
        (
            "{series: trade.china_russia.total, unit: USD_bn, values: [200",
            "{series: trade.primorye.china_share_turnover, unit: percent, values: [20",
            "two entries for",
        ),
    ],
)
def test_mistakes_are_located(home, old, new, message):
    text = (find_home() / FILE).read_text(encoding="utf-8")
    assert old in text
    (home.folder / FILE).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_reporting(home.folder)
    assert message in str(caught.value)


def test_the_value_is_frozen():
    reporting = load_reporting()
    assert isinstance(reporting, Reporting)
    with pytest.raises(ValueError, match="frozen"):
        reporting.claim.low = 70.0
    assert reporting.stress_origins[0].date == date(2013, 12, 31)
