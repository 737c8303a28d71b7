"""A further pipeline needs an entry of systems.yml, a dated milestone and rows of series.csv, and no code."""

import csv
import shutil

import numpy as np
import pytest

from eastbound import catalogue
from eastbound.ensemble.simulate import simulate
from eastbound.errors import ScenarioError
from eastbound.evidence import book as book_module
from eastbound.evidence.book import load_evidence
from eastbound.scenarios.home import supplied

ENTRY = """
  - id: altai
    label: Altai (test data)
    series: gas.altai
    unit: bcm
    additions:
      - {milestone: altai_first_gas, per_year: 30, first_year: 0.5, years_low: 2, years_high: 3, judgement: test data}
    technical: {factor: 1.1, judgement: test data}
    outages: {per_year: 0.05, judgement: test data}
    over_delivery: {mean: 0.02, sd: 0.02, judgement: test data}
"""
MILESTONE = """
  - id: altai_first_gas
    title: Altai opens
    date: {dist: fixed, value: 2027-01, judgement: test data}
"""


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    shutil.copytree(supplied() / "params", folder / "params")
    systems = folder / "params" / "systems.yml"
    text = systems.read_text(encoding="utf-8")
    marker = "\n# Lines without a meter"
    assert marker in text
    systems.write_text(text.replace(marker, ENTRY + marker), encoding="utf-8")
    return folder


def date(home):
    """Date the milestone in the baseline."""
    baseline = home / "params" / "scenarios" / "baseline.yml"
    text = baseline.read_text(encoding="utf-8")
    assert "\nmilestones:\n" in text
    baseline.write_text(text.replace("\nmilestones:\n", "\nmilestones:\n" + MILESTONE.strip("\n") + "\n"), "utf-8")


@pytest.fixture
def rows(tmp_path, monkeypatch):
    """Write a series.csv with the rows of the pipeline, and read it instead of the packaged one."""
    tables = tmp_path / "tables"
    shutil.copytree(book_module.TABLES, tables)
    with (tables / "series.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    new = [
        {**row, "series_id": row["series_id"].replace("gas.fareast.", "gas.altai."), "headline": "", "event_target": ""}
        for row in table
        if row["series_id"].startswith("gas.fareast.")
    ]
    for row in new:
        row["aggregate"] = row["aggregate"].replace("gas.fareast.", "gas.altai.")
    for row in table:
        if row["series_id"] == "gas.russia_to_china.pipeline_deliveries":
            row["sum_of"] += " gas.altai.deliveries"
    with (tables / "series.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(table[0]))
        writer.writeheader()
        writer.writerows([*table, *new])
    caches = (catalogue.cards, catalogue.sums, book_module._shelf)
    monkeypatch.setattr(catalogue, "FILE", tables / "series.csv")
    monkeypatch.setattr(book_module, "TABLES", tables)
    for cache in caches:
        cache.cache_clear()
    yield
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def test_yaml_alone_is_refused_with_the_rows_that_are_missing(home):
    date(home)
    with pytest.raises(ScenarioError) as caught:
        simulate("baseline", draws=64, until=2028, home=home)
    assert "no row of `gas.altai.deliveries`, `gas.altai.capacity_nameplate`" in str(caught.value)
    assert "`sum_of` of `gas.russia_to_china.pipeline_deliveries`" in str(caught.value)


def test_a_milestone_that_no_scenario_dates_is_named(home, rows):
    with pytest.raises(ScenarioError, match="no date of the milestone `altai_first_gas`"):
        simulate("baseline", book=load_evidence("2026-08-31"), draws=64, until=2028, home=home)


def test_a_pipeline_with_yaml_and_rows_flows_and_joins_the_total(home, rows):
    date(home)
    ens = simulate("baseline", book=load_evidence("2026-08-31"), draws=64, until=2028, home=home)
    flow = ens["gas.altai.deliveries"].sel(period="2028").sum("period")
    assert (flow > 5).all()
    parts = sum(ens[name] for name in catalogue.sums()["gas.russia_to_china.pipeline_deliveries"])
    np.testing.assert_allclose(ens["gas.russia_to_china.pipeline_deliveries"], parts, rtol=1e-5)
    assert "gas.altai.utilization_nameplate" in ens
