"""Two runs whose parameters and scenario probabilities differ: real simulations of every state between them."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from eastbound.reports.comparison.compare import compare_runs
from eastbound.reports.history.keep import keep_history
from eastbound.reports.plan import plan_report

HOME = Path(__file__).resolve().parents[2]
PARAMETERS = """\
scenario = "baseline"  # type: str name
as_of = None  # type: str day
until = 2030  # type: int last year
draws = 256  # type: int draws
seed = 20261122  # type: int seed
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(HOME / "params", home / "params")
    (home / "notebooks").mkdir()
    code = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell("# Small\n\nDoes it run?"), code, new_markdown_cell("## Step"), new_code_cell("1")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), home / "notebooks" / "10_small.ipynb")
    return home


def _kept(home: Path, run: str) -> Path:
    plan = plan_report(home=home, scenarios=["baseline"], as_of="2026-10-30")
    folder = home / "reports" / run
    folder.mkdir(parents=True)
    inputs = keep_history(plan, folder)
    (folder / "manifest.json").write_text(json.dumps({"run": run, "as_of": "2026-10-30", "inputs": inputs}))
    return folder


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.pages
def test_each_cause_moves_what_it_acts_on_and_the_parts_add_up(home):
    first = _kept(home, "20261101T060000Z")
    params = home / "params"
    _edit(params / "models" / "trade.yml", "reference_drift: {value: [0.032,", "reference_drift: {value: [0.05,")
    agreed = params / "scenarios" / "pos2_agreed.yml"
    _edit(agreed, "  value: 0.3\n", "  value: 0.5\n")
    _edit(params / "scenario_tree.yml", "other: {value: 0.57,", "other: {value: 0.37,")
    record = compare_runs(first, _kept(home, "20261102T060000Z"))
    assert record["causes"] == ["parameters", "scenario probabilities"]
    assert record["note"] == ""
    for number in record["numbers"]:
        parts = sum(Decimal(str(part)) for part in number["parts"].values())
        assert parts == Decimal(str(number["change"]))
        assert parts == Decimal(str(number["after"])) - Decimal(str(number["before"]))
    by_id = {number["id"]: number["parts"] for number in record["numbers"]}
    trade = by_id["trade.china_russia.total.2030"]
    assert trade["parameters"] > 1
    assert abs(trade["scenario probabilities"]) < trade["parameters"] / 5
    branch = by_id["branch.pos2.pos2_agreed"]
    assert branch["parameters"] == 0
    assert 15 < branch["scenario probabilities"] < 25
