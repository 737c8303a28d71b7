"""Logistics in the joint ensemble: scenario files open and close crossings, and claims are probabilities."""

import numpy as np
import pytest

from eastbound import names
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.subjects import logistics
from eastbound.evidence.book import load_evidence
from eastbound.models.logistics.levels import TRUCKS
from eastbound.models.logistics.model import BOTH_CORRIDORS, TRUCK_CAPACITY

AS_OF = "2026-10-30"
KRASKINO = "logistics.checkpoint.kraskino.trucks_per_day"
POGRANICHNY = "logistics.checkpoint.pogranichny.trucks"
CLOSED = f"""
format: 1
name: kraskino_closed
title: China closes Kraskino for a year
extends: baseline
events:
  - id: kraskino_closure
    onset: {{dist: fixed, value: 2027-03, judgement: test data}}
    severity: {{dist: fixed, value: 1, judgement: test data}}
    effects:
      - target: {KRASKINO}
        trough: {{dist: fixed, value: -4, unit: log}}
        half_life_months: 12
        transitory: 1
        extreme: a closed crossing
        judgement: test data
"""
EARLY = """
format: 1
name: early_openings
title: All checkpoints open at once
extends: baseline
milestones:
  - {id: kraskino_opening, date: {dist: fixed, value: 2026-11}, judgement: test data}
  - {id: pogranichny_opening, date: {dist: fixed, value: 2026-11}, judgement: test data}
  - {id: markovo_opening, date: {dist: fixed, value: 2026-11}, never: {value: 0, by: 2045-12}, judgement: test data}
"""
SERIES = (TRUCKS, TRUCK_CAPACITY, KRASKINO, POGRANICHNY, BOTH_CORRIDORS, names.CHINA_EXPORTS, names.TRADE_TOTAL)


@pytest.fixture(scope="module")
def ens(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenarios")
    files = [folder / "kraskino_closed.yml", folder / "early_openings.yml"]
    for file, text in zip(files, (CLOSED, EARLY), strict=True):
        file.write_text(text, encoding="utf-8")
    book = load_evidence(AS_OF)
    return simulate(["baseline", *files], book=book, draws=128, until=2029, series=SERIES)


def months(ens, series, scenario, when):
    return ens[series].sel(scenario=scenario, period=when).to_numpy()


def test_a_scenario_file_closes_a_crossing(ens):
    before, after = (months(ens, KRASKINO, name, "2027-04") for name in ("baseline", "kraskino_closed"))
    assert after.mean() < 0.1 * before.mean()
    there, then = (months(ens, POGRANICHNY, name, "2027-06") for name in ("baseline", "kraskino_closed"))
    assert then.mean() > there.mean()


def test_the_closure_shows_up_in_trade_and_no_draw_gains(ens):
    for series in (names.CHINA_EXPORTS, names.TRADE_TOTAL):
        before, after = (months(ens, series, name, slice(None)) for name in ("baseline", "kraskino_closed"))
        assert (after <= before * (1 + 1e-6)).all()
    exports, total = (
        months(ens, series, "baseline", "2027").sum() - months(ens, series, "kraskino_closed", "2027").sum()
        for series in (names.CHINA_EXPORTS, names.TRADE_TOTAL)
    )
    assert exports > 0
    assert total == pytest.approx(exports, rel=1e-3)  # imports lose nothing


def test_a_scenario_file_dates_the_openings(ens):
    before, after = (months(ens, TRUCK_CAPACITY, name, "2028") for name in ("baseline", "early_openings"))
    assert after.mean() > 1.02 * before.mean()  # in some draws of the baseline they opened before
    assert float(ens["milestone.kraskino_opening"].sel(scenario="early_openings").max()) < 2027.0


def test_a_claim_is_likelier_by_a_year_than_in_it(ens):
    table = logistics.claims(ens, book=load_evidence(AS_OF), at=[2027, 2029])
    assert table["threshold"].drop_duplicates().tolist() == [4000.0, 45.0]
    assert (table["by_year"] >= table["in_year"]).all()
    assert (table[["in_year_mcse", "by_year_mcse"]] > 0).all(axis=None)
    assert table.groupby("claim")["by_year"].is_monotonic_increasing.all()


def test_use_lies_within_capacity(ens):
    table = logistics.crossing_use(ens, at=[2028])
    assert set(table["id"]) == {"kraskino", "pogranichny"}
    assert table["use"].isna().all()  # their capacities were not kept
    whole = simulate("baseline", book=load_evidence(AS_OF), draws=64, until=2028)
    table = logistics.crossing_use(whole, at=[2028]).set_index("id")
    assert len(table) == 11
    assert table.index[table["use"].isna()].tolist() == ["zabaikalsk_road", "grodekovo"]
    bounded = table.dropna(subset="use")
    assert (bounded["high"] <= 100.0 + 1e-3).all()
    assert np.all(bounded["low"] <= bounded["use"])
