"""Published claims: decided ones are scored on published figures, open ones get the ensemble's probability."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import eastbound as eb
from eastbound import cli, plots
from eastbound.errors import ScenarioError
from eastbound.risk.answers import Answers
from eastbound.risk.claim_scores import claims_summary, published_claims
from eastbound.risk.claims import load_claims
from eastbound.risk.trend import trend_paths
from eastbound.scenarios.reporting import load_reporting

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-10-30"


@pytest.fixture(scope="module")
def book():
    return eb.load_evidence(DAY)


@pytest.fixture(scope="module")
def ens(book):
    return eb.simulate("baseline", book=book, draws=512)


@pytest.fixture(scope="module")
def records(ens, book):
    return {record["id"]: record for record in published_claims(ens=ens, book=book)}


def test_every_claim_has_a_probability_or_a_score(records):
    assert len(records) >= 50
    for record in records.values():
        assert record["status"] in {"open", "met", "missed"}, record
        assert record["rule"]
        assert record["deadline"]
        if record["status"] == "open":
            low, high = record["interval"]
            assert 0 <= low <= record["probability"] <= high <= 1, record["id"]
            assert record["mcse"] > 0
        else:
            assert record["brier"] == (record["status"] == "missed")
    json.dumps(list(records.values()), allow_nan=False)
    inferred = {name for name, record in records.items() if record.get("judgement")}
    assert inferred == {"trucks_fivefold", "primorye1_80_2025", "primorye2_90_2025"}


@pytest.mark.parametrize(
    ("name", "status", "outcome"),
    [
        ("nsr_40_2025", "missed", 37.02),
        ("nsr_45_2025", "missed", 37.02),
        ("trucks_fivefold", "missed", None),
        ("trade_100_2015", "missed", 68.03),
        ("trade_200_2020", "missed", 107.76),
        ("trade_200_2024", "met", 240.11),
        ("trade_250_2024", "missed", 244.819),
        ("pos_38_2025", "met", 38.8),
        ("kraskino_2024", "missed", None),
        ("share_80_90_2035", "open", None),
    ],
)
def test_decided_claims_are_scored_on_published_figures(records, name, status, outcome):
    record = records[name]
    assert (record["status"], record.get("outcome")) == (status, outcome)


def test_no_claim_is_decided_by_a_figure_that_the_book_rejects(records):
    rows = pd.read_csv(files("eastbound") / "evidence" / "tables" / "rejected.csv", dtype=str)
    rejected = set(zip(rows["period"], rows["value"], strict=True))
    outcomes = {(record["deadline"], f"{record['outcome']:g}") for record in records.values() if record.get("outcome")}
    assert ("2015", "64.2") in rejected
    assert len(outcomes) > 10
    assert not outcomes & rejected


def test_probabilities_are_those_of_the_questions(records, ens, book):
    answer = Answers(ens, book, scenario="baseline").answer("P(80 <= share <= 90 in 2035)")
    record = records["share_80_90_2035"]
    assert record["probability"] == pytest.approx(answer.value, rel=1e-6)
    assert tuple(record["interval"]) == pytest.approx(answer.interval, rel=1e-6)
    assert records["trade_300_2030"]["probability"] >= records["trade_300_in_2030"]["probability"]  # by, and in


def test_the_claims_of_the_reports_are_among_them():
    reporting, claims = load_reporting(), {claim.id: claim for claim in load_claims()}
    claim, target = reporting.claim, reporting.target
    share = claims["share_80_90_2035"]
    assert [bound.value for bound in share.comparison.bounds] == [claim.low, claim.high]
    assert (share.deadline, share.source_id) == (str(claim.year), claim.source_id)
    trade = claims["trade_300_2030"]
    assert trade.comparison.bounds[0].value == target.value
    assert (trade.comparison.when.word, trade.deadline, trade.source_id) == ("by", str(target.year), target.source_id)


def test_an_earlier_day_knows_less(ens):
    early = eb.load_evidence("2023-12-31")
    records = {record["id"]: record for record in published_claims(ens=ens, book=early)}
    assert "pos2_2033" not in records  # stated in 2024
    assert records["trade_200_2020"]["status"] == "missed"
    assert records["trade_200_2024"]["status"] == "no_basis"  # the total of 2023 came out in January


def test_the_summary_counts(records):
    sums = claims_summary(records.values())
    assert sums["claims"] == len(records) == sums["open"] + sums["met"] + sums["missed"]
    assert 0 < sums["met_share"] < 1


@pytest.mark.parametrize(
    ("line", "instead", "expected"),
    [
        (
            "    rule: total of Chinese customs for 2018\n",
            "",
            r"claims.yml:\d+:\d+: `claims\[trade_100_2018\].rule`: is missing",
        ),
        (
            "event: trade > 100 in 2018",
            "event: trade > 100 at 2018",
            r"claims.yml:\d+:\d+: .*character 15: expected `in`",
        ),
        (
            "event: trade > 100 in 2018",
            "event: trade > 100 and share > 3 in 2018",
            r"yml:\d+:\d+: .*one comparison",
        ),
        ("source_id: ecns-2018-05-10", "source_id: ecns", r"claims.yml:\d+:\d+: no source card `ecns`"),
        ("made: 2018-05-10", "made: in May", r"claims.yml:\d+:\d+: .*expected a day, month or year"),
    ],
)
def test_broken_claims_are_refused_with_file_and_line(tmp_path, book, line, instead, expected):
    shutil.copytree(ROOT / "params", tmp_path / "params")
    (tmp_path / "notebooks").mkdir()
    text = (ROOT / "params" / "claims.yml").read_text(encoding="utf-8")
    assert line in text
    (tmp_path / "params" / "claims.yml").write_text(text.replace(line, instead), encoding="utf-8")
    with pytest.raises(ScenarioError, match=expected):
        load_claims(tmp_path, book=book)


def test_trends_widen_and_need_four_years():
    known = {2019: 306.7, 2021: 369.0, 2022: 364.6, 2023: 394.5, 2024: 400.8, 2025: 412.5}
    paths = trend_paths(known, last=2035, name="demand")
    spread = [np.log(paths[year]).std() for year in paths]
    assert list(paths) == list(range(2026, 2036))
    assert spread == sorted(spread)
    assert trend_paths(dict(list(known.items())[:3]), last=2035, name="demand") == {}


def test_table_and_command(ens, book, capsys):
    table = plots.published_claims(ens, book=book)
    frame = table.frame.set_index("claim")
    assert frame.loc["The Northern Sea Route carries 40 Mt in 2025", "probability or outcome"] == "missed: 37.02 Mt"
    assert cli.main(["claims", "--draws", "128", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(frame)


def test_a_scenario_without_a_milestone_has_no_answer_to_claims_about_its_date(book):
    ens = eb.simulate("baseline", book=book, draws=64, until=2027).drop_vars("milestone.kraskino_opening")
    absent = [record for record in published_claims(ens=ens, book=book) if "kraskino_opening" in record["event"]]
    assert absent
    assert {record["status"] for record in absent} == {"no_basis"}
    assert all("`milestone.kraskino_opening`" in record["missing"] for record in absent)
