"""The catalogue over three small runs, the inputs they keep, and publishing."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from io import BytesIO

import pandas as pd
import pytest

from eastbound.errors import InputError, UnknownName
from eastbound.evaluation.ledger.chain import ledger_faults, read_entries
from eastbound.reports.comparison.section import write_changes
from eastbound.reports.history.catalogue import read_numbers, runs
from eastbound.reports.history.inputs import archive_inputs, run_inputs, with_probability_of
from eastbound.reports.history.locate import find_run
from eastbound.reports.history.numbers import COLUMNS
from eastbound.reports.history.parquet import write_parquet
from eastbound.reports.history.publish import check_publishable, publish
from eastbound.reports.plan import plan_report
from eastbound.reports.render import fill

TRADE = "trade.china_russia.total"
RUNS = {"20261101T060000Z": 300.0, "20261101T060000Z-2": 310.0, "20261103T060000Z": 295.5}


def numbers(median: float) -> pd.DataFrame:
    known = {"scenario": "baseline", "series_id": TRADE, "period": "2030"}
    rows = [
        {**known, "kind": "quantile", "name": "", "level": level, "value": median + shift, "unit": "USD_bn"}
        for level, shift in ((0.1, -50.0), (0.5, 0.0), (0.9, 60.0))
    ]
    claim = {"kind": "claim", "name": "claim.some", "value": median / 10, "mcse": 0.5, "unit": "percent"}
    return pd.DataFrame([*rows, {**known, "series_id": "", **claim}], columns=list(COLUMNS))


@pytest.fixture
def home(tmp_path):
    """A workspace with three runs."""
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    digests = {"evidence": "e" * 64, "parameters": "p" * 64, "code": "c" * 64}
    for run, median in RUNS.items():
        folder = tmp_path / "reports" / run
        notes = {"schema": "numbers/1", "as_of": "2026-10-30", "inputs": json.dumps(digests)}
        write_parquet(folder / "numbers.parquet", numbers(median), notes=notes)
        manifest = {"run": run, "as_of": "2026-10-30", "inputs": {"digests": digests}}
        (folder / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_catalogue_lists_runs_in_order(home):
    table = runs(home=home)
    assert table["run"].tolist() == list(RUNS)
    assert table[["scenarios", "numbers"]].drop_duplicates().to_numpy().tolist() == [[1, 4]]
    assert set(table["evidence"]) == {"e" * 12}


def test_catalogue_says_how_a_number_moved(home):
    table = runs("trade", at=2030, home=home)
    assert table["value"].tolist() == list(RUNS.values())
    assert table["change"].tolist()[1:] == [10.0, -14.5]
    assert runs("trade", level=0.9, home=home)["value"].tolist() == [360.0, 370.0, 355.5]
    assert runs("claim.some", home=home)["value"].tolist() == [30.0, 31.0, 29.55]


def test_catalogue_refuses_what_no_run_has(home):
    with pytest.raises(UnknownName, match=r"claim\.some"):
        runs("claim.sone", home=home)
    with pytest.raises(UnknownName, match="baseline"):
        runs("trade", scenario="basline", home=home)
    with pytest.raises(InputError, match=r"at level 0\.3 in 2031"):
        runs("trade", at=2031, level=0.3, home=home)
    path = home / "reports" / "20261101T060000Z-2" / "numbers.parquet"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match=r"20261101T060000Z-2/numbers\.parquet` cannot be read"):
        runs(home=home)


def test_same_numbers_give_the_same_bytes(home):
    paths = [home / name for name in ("a.parquet", "b.parquet")]
    for path in paths:
        write_parquet(path, numbers(1.0), notes={"it's": 'a "note"'})
    assert len({sha256(path.read_bytes()).hexdigest() for path in paths}) == 1


def test_publishing_twice_appends_once(home):
    folders = [find_run(run, home / "reports", home=home) for run in RUNS]
    assert [publish(folder, home=home)["new"] for folder in (folders[0], folders[2], folders[0])] == [True, True, False]
    assert [entry["run"] for entry in read_entries(home)] == [folders[0].name, folders[2].name]
    assert ledger_faults(home) == []
    assert runs(home=home)["published"].tolist() == [True, False, True]
    assert find_run("published", home / "reports", home=home) == folders[2]
    with pytest.raises(UnknownName, match="20261101T060000Z-2"):
        find_run("20261101T06000Z-2", home / "reports", home=home)


def test_a_trial_or_a_view_back_is_not_published(home, write_notebook):
    simulated = 'scenario = "baseline"  # type: str x\nas_of = None  # type: str x\ndraws = 4096  # type: int x\n'
    quick = "quick = False  # type: bool x\n"
    (home / "params" / "scenarios" / "baseline.yml").write_text("name: baseline\ntitle: Baseline\n")
    write_notebook(home, "10_small", "1", parameters=simulated + quick)
    check_publishable(plan_report(home=home))
    for values, reason in (({"quick": True}, "trial"), ({"as_of": "2025-01-31"}, "past day")):
        with pytest.raises(InputError, match=reason):
            check_publishable(plan_report(home=home, parameters=values))
    write_notebook(home, "10_small", "1", parameters='scenario = "baseline"  # type: str x\n')
    with pytest.raises(InputError, match="no page of it simulates"):
        check_publishable(plan_report(home=home))


def test_inputs_are_told_apart_by_category(home, write_notebook):
    simulated = 'scenario = "baseline"  # type: str x\ndraws = 4096  # type: int x\n'
    scenario = home / "params" / "scenarios" / "baseline.yml"
    write_notebook(home, "10_small", "1", parameters=simulated)

    def kept(text: str, **values):
        scenario.write_text(text)
        plan = plan_report(home=home, parameters=values)
        record = run_inputs(plan)
        return record["digests"], archive_inputs(plan, record)

    stated = "probability: {value: 0.2, basis: judgement, why: so}\n"
    first, archive = kept(f"name: baseline\ntitle: Baseline\n{stated}")
    assert kept(f"name: baseline\ntitle: Baseline\n{stated}") == (first, archive)
    names = zipfile.ZipFile(BytesIO(archive)).namelist()
    assert {"inputs.json", "params/scenarios/baseline.yml", "evidence/trade.csv"} <= set(names)

    def moved(text: str, **values) -> set[str]:
        return {name for name, digest in kept(text, **values)[0].items() if digest != first[name]}

    assert moved(f"name: baseline\ntitle: Baseline\n{stated.replace('0.2', '0.3')}") == {"probabilities"}
    assert moved(f"name: baseline\ntitle: Base\n{stated}") == {"parameters"}
    assert moved(f"name: baseline\ntitle: Baseline\n{stated}", draws=512) == {"simulation"}


def test_probability_of_another_version():
    block = "probability:\n  value: 0.2\n  why: so\n"
    assert with_probability_of(f"name: a\n{block}events: []", "name: a\n") == "name: a\nevents: []\n"
    assert with_probability_of("name: a\nevents: []\n", f"{block}x: 1\n") == f"name: a\nevents: []\n{block}"


def test_a_report_is_compared_with_the_last_published_run_or_the_one_named(home, write_notebook):
    (home / "params" / "scenarios" / "baseline.yml").write_text("name: baseline\ntitle: Baseline\n")
    write_notebook(home, "10_small", "1", parameters='scenario = "baseline"  # type: str x\n')
    assert plan_report(home=home).since is None
    first, second = list(RUNS)[:2]
    publish(home / "reports" / first, home=home)
    assert plan_report(home=home).since == home / "reports" / first
    assert plan_report(home=home, since=second).since == home / "reports" / second
    with pytest.raises(InputError, match="unknown run `x`"):
        plan_report(home=home, since="x")
    chain = home / "ledger" / "chain.jsonl"
    chain.write_text(chain.read_text().replace("ledger/1", "ledger/9"))
    with pytest.raises(InputError, match="line 1 of ledger"):
        plan_report(home=home)


def test_a_run_that_cannot_be_computed_again_still_says_what_moved(home, write_notebook):
    (home / "params" / "scenarios" / "baseline.yml").write_text("name: baseline\ntitle: Baseline\n")
    write_notebook(home, "10_small", "1", parameters='scenario = "baseline"  # type: str x\n')
    first, second, _ = list(RUNS)
    plan = plan_report(home=home, since=first)
    folder = home / "reports" / second
    changes = write_changes(plan, folder)
    assert changes.since == first
    assert "has no `inputs.zip`" in changes.context["note"]
    record = json.loads((folder / "changes.json").read_text())
    (claim,) = [number for number in record["numbers"] if number["kind"] == "claim"]
    assert (claim["change"], claim["parts"]) == (1.0, {"not computed": 1.0})
    page = (folder / "changes.html").read_text()
    assert '<td class="number">+1.0</td>' in page
    assert second not in page + (folder / "changes.json").read_text()  # the id is the time
    before = [(folder / name).read_bytes() for name in ("changes.html", "changes.json")]
    assert write_changes(plan, folder).digest == changes.digest
    assert [(folder / name).read_bytes() for name in ("changes.html", "changes.json")] == before


def test_a_damaged_earlier_run_costs_only_its_section(home, write_notebook):
    (home / "params" / "scenarios" / "baseline.yml").write_text("name: baseline\ntitle: Baseline\n")
    write_notebook(home, "10_small", "1", parameters='scenario = "baseline"  # type: str x\n')
    first, second, _ = list(RUNS)
    (home / "reports" / first / "numbers.parquet").write_bytes(b"PAR1 and nothing else")
    changes = write_changes(plan_report(home=home, since=first), home / "reports" / second)
    assert "numbers.parquet` cannot be read" in changes.context["problem"]
    shown = {**changes.context, "same": 0, "pictures": [], "corrections": []}
    assert "cannot be compared" in fill("changes.html.j2", lang="en", changes=shown)


def test_a_run_without_numbers_says_so(home):
    folder = home / "reports" / "20261104T060000Z"
    folder.mkdir()
    with pytest.raises(InputError, match="none of its pages simulates"):
        read_numbers(folder)
