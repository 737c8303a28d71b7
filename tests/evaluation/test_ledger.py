"""The ledger: published forecasts are appended once, and any change in it is found and named."""

import json

import pandas as pd
import pytest

from eastbound.constants import QUANTILES
from eastbound.errors import InputError
from eastbound.evaluation.ledger import chain
from eastbound.evaluation.ledger.rows import (
    ledger_rows,
    published_forecasts,
    published_probabilities,
    published_register,
)
from eastbound.evaluation.ledger.scores import score_record
from eastbound.evaluation.live import last_kept, live_scores
from eastbound.evidence.book import load_evidence

TRADE = "trade.china_russia.total"


def rows(median: float, as_of: str = "2023-12-30") -> list[list[str]]:
    start = [as_of, "baseline"]
    quantiles = [
        [*start, TRADE, "2024-12-31", "USD_bn", "quantile", f"{level:g}", f"{median + 40 * (level - 0.5):.7g}"]
        for level in QUANTILES
    ]
    chances = {f"{TRADE}>=240 in 2024": 0.7, f"{TRADE}>=300 in 2035": 0.6, "claim.some": 0.2}
    events = [[*start, name, "2024-12-31", "probability", "pmf", "true", str(value)] for name, value in chances.items()]
    return quantiles + events


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    for number, median in enumerate((230, 240), 1):
        chain.append_entry(rows(median), run=f"2023123{number}T060000Z", as_of="2023-12-30", inputs={}, home=tmp_path)
    return tmp_path


def test_same_forecasts_are_appended_once(home):
    before = (home / "ledger" / chain.CHAIN).read_bytes()
    entry, new = chain.append_entry(rows(240), run="20240101T060000Z", as_of="2023-12-30", inputs={}, home=home)
    assert not new
    assert entry["run"] == "20231232T060000Z"
    assert (home / "ledger" / chain.CHAIN).read_bytes() == before
    _, new = chain.append_entry(rows(241), run="20240101T060000Z", as_of="2023-12-30", inputs={}, home=home)
    assert new
    assert (home / "ledger" / chain.CHAIN).read_bytes().startswith(before)
    assert chain.ledger_faults(home) == []


@pytest.mark.parametrize("line", [2, 13, 27])
def test_a_forged_row_is_named_by_its_line(home, line):
    path = next((home / "ledger").glob("00001-*.csv"))
    lines = path.read_text().split("\n")
    lines[line - 1] = lines[line - 1].replace("2023-12-30", "2023-12-29")
    path.write_text("\n".join(lines))
    (fault,) = chain.ledger_faults(home)
    assert fault.startswith(f"line {line} of ledger/{path.name} was changed")
    with pytest.raises(InputError, match="nothing was appended"):
        chain.append_entry(rows(250), run="20240101T060000Z", as_of="2023-12-30", inputs={}, home=home)


def test_removed_and_forged_lines_of_the_chain_are_found(home):
    path = home / "ledger" / chain.CHAIN
    first, second = path.read_text().splitlines()
    head = json.loads(second)["hash"]
    path.write_text(f"{second}\n")
    assert "line 1 of ledger/chain.jsonl does not continue" in chain.ledger_faults(home)[0]
    path.write_text(f"{first}\n")  # consistent in itself: only a hash noted elsewhere tells
    assert chain.ledger_faults(home) == []
    assert "does not contain the hash" in chain.ledger_faults(home, head=head)[0]
    path.write_text(first.replace("2023-12-30", "2022-12-30") + f"\n{second}\n")
    assert chain.ledger_faults(home) == [
        "line 1 of ledger/chain.jsonl was changed since run 20231231T060000Z was published"
    ]
    path.write_text("{}\n")
    assert "line 1 of ledger/chain.jsonl is no entry" in chain.ledger_faults(home)[0]


def test_a_row_at_the_end_cannot_be_cut_off_or_added(home):
    path = next((home / "ledger").glob("00002-*.csv"))
    whole = path.read_text()
    for content in (whole.rsplit("\n", 2)[0] + "\n", whole + "2023-12-30,baseline,x,y,z,pmf,true,1,00\n"):
        path.write_text(content)
        assert path.name in chain.ledger_faults(home)[0]
    path.unlink()
    assert chain.ledger_faults(home) == [f"ledger/{path.name} is missing"]


def test_the_first_forecast_of_a_month_counts_and_is_scored(home):
    book = load_evidence("2026-10-30")
    record = published_forecasts(home)["trade", "2023-12"]
    assert record["series"][0]["rows"][0]["quantiles"]["0.5"] == 230
    assert last_kept("trade", before="2024-02", home=home)["run"] == "20231231T060000Z"
    row = live_scores(book, home=home).query("month == '2023-12'").iloc[0]
    assert (row["period"], row["median"], row["outcome"]) == ("2024", 230, pytest.approx(244.819, abs=0.5))
    scored = score_record(book, decided={"some": False}, home=home)
    assert scored["summary"]["forecasts"] == 1
    briers = {event["event"]: event["brier"] for event in scored["events"]}
    assert briers == {f"{TRADE}>=240 in 2024": pytest.approx(0.09), "claim.some": pytest.approx(0.04)}


def test_probabilities_are_read_back(home):
    assert published_probabilities(chain.read_entries(home)[0], home)["claim.some"] == 0.2


def test_every_scenario_of_a_run_is_published_and_the_baseline_alone_is_scored(tmp_path):
    known = {"series_id": TRADE, "name": "", "period": "2024", "unit": "USD_bn", "mcse": float("nan")}
    middles = {"aa_first_by_name": 150.0, "baseline": 240.0, "price_slump": 200.0}
    numbers = pd.DataFrame(
        [
            {"scenario": scenario, "kind": "quantile", "level": level, "value": middle + level, **known}
            for scenario, middle in middles.items()
            for level in QUANTILES
        ]
        + [
            {
                **known,
                "scenario": scenario,
                "kind": "claim",
                "name": "claim.some",
                "value": 20.0,
                "mcse": 0.5,
                "level": 0,
            }
            for scenario in middles
        ]
    )
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    rows = ledger_rows(numbers, as_of="2023-12-30")
    entry, _ = chain.append_entry(rows, run="r", as_of="2023-12-30", inputs={}, home=tmp_path)
    assert list(dict.fromkeys(row["scenario"] for row in chain.read_rows(entry, tmp_path))) == [
        "baseline", "aa_first_by_name", "price_slump",
    ]  # fmt: skip
    assert entry["rows"] == 3 * (len(QUANTILES) + 1)
    (series,) = published_forecasts(tmp_path)["trade", "2023-12"]["series"]
    assert series["rows"][0]["quantiles"]["0.5"] == 240.5
    assert published_probabilities(entry, tmp_path) == {"claim.some": 0.2}
    path = tmp_path / "ledger" / entry["file"]
    path.write_text(path.read_text().replace("price_slump", "price_slumq", 1))
    assert chain.ledger_faults(tmp_path)[0].startswith(f"line {1 + 24 + 23 + 1} of ledger/")


def test_the_register_of_the_last_published_run_is_the_earlier_one(home, tmp_path):
    register = published_register(home).set_index("event")["probability"]
    assert register["claim.some"] == 0.2
    (tmp_path / "new" / "params" / "scenarios").mkdir(parents=True)
    assert published_register(tmp_path / "new") is None
