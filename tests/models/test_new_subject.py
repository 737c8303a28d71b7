"""A further subject needs a folder, a line of the registry, settings and a row of series.csv, no more code."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import eastbound
from eastbound.scenarios.home import supplied

MODEL = '''"""A toy subject: a constant flow."""

import numpy as np

SUBJECT, SERIES, SCORED, SINGLE = "toy", ("toy.flow",), (), {}


def fit(book, settings, *, start, full=False):
    return float(settings["level"])


def simulate(fit, world, stream):
    return {"toy.flow": np.full((world.grid.months, stream.width), fit)}
'''
SETTINGS = "level: {value: 2.5, unit: USD_bn, judgement: test data}\n"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Copy the package and its parameters, and add the subject."""
    root = tmp_path_factory.mktemp("checkout")
    package = root / "lib" / "eastbound"
    shutil.copytree(Path(eastbound.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(supplied() / "params", root / "params")
    (package / "models" / "toy").mkdir()
    (package / "models" / "toy" / "__init__.py").write_text(MODEL, encoding="utf-8")
    (root / "params" / "models" / "toy.yml").write_text(SETTINGS, encoding="utf-8")
    registry = package / "models" / "registry.py"
    text = registry.read_text(encoding="utf-8")
    assert '"primorye")' in text
    registry.write_text(text.replace('"primorye")', '"primorye", "toy")', 1), encoding="utf-8")
    series = package / "evidence" / "tables" / "series.csv"
    with series.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    model = next(row for row in rows if row["series_id"] == "trade.china_russia.total")
    new = {**model, "series_id": "toy.flow", "subject": "toy", "headline": "999", "event_target": "", "sum_of": ""}
    with series.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, {**new, "label": "Toy flow", "definition": "test data"}])
    return root


def eastbound_command(root, *arguments):
    variables = {"PYTHONPATH": str(root / "lib"), "EASTBOUND_HOME": str(root), "EASTBOUND_CACHE": str(root / "cache")}
    command = [sys.executable, "-c", "from eastbound.cli import entry; entry()", *arguments]
    return subprocess.run(command, env={**os.environ, **variables}, cwd=root, capture_output=True, text=True)


def test_a_new_subject_is_forecast_from_the_command_line(checkout):
    run = eastbound_command(checkout, "forecast", "toy", "--draws", "64", "--until", "2028", "--json")
    assert run.returncode == 0, run.stderr
    record = json.loads(run.stdout)
    assert [series["id"] for series in record["series"]] == ["toy.flow"]
    assert {row["mean"] for row in record["series"][0]["rows"]} == {30.0}  # twelve months of 2.5
    assert record["warnings"] == []


def test_its_setting_can_be_changed_and_a_misspelt_subject_gets_its_name(checkout):
    change = ("--view", "set toy.level = 5")
    run = eastbound_command(checkout, "forecast", "toy", "--draws", "64", "--until", "2028", "--json", *change)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["series"][0]["rows"][0]["mean"] == 60.0
    assert "did you mean `toy`" in eastbound_command(checkout, "forecast", "toi").stderr
