"""Dates of milestones and the mass that never comes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from eastbound.core.simulation.seeds import Stream
from eastbound.periods import month_ordinal
from eastbound.scenarios.branches import open_branches
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.milestones import milestone_months
from eastbound.scenarios.schema import Milestone, Scenario
from eastbound.scenarios.vocabulary import milestones

START = month_ordinal("2026-01")
STREAM = Stream(seed=7, block=0, width=4096)


def months(date: dict, *, never: float | None = None) -> np.ndarray:
    content = {"id": "pos2_first_gas", "date": date, "judgement": "a round number"}
    if never is not None:
        content["never"] = {"value": never, "by": "2045-12"}
    scenario = Scenario(name="one", title="One", milestones=(Milestone.model_validate(content),))
    return milestone_months(scenario, start=START, stream=STREAM)["pos2_first_gas"]


def test_a_certain_month_counts_from_the_start_of_the_grid():
    assert set(months({"dist": "fixed", "value": "2027-03"})) == {14.0}
    assert set(months({"dist": "fixed", "value": "2025-12"})) == {-1.0}


def test_the_high_end_of_a_triangle_is_the_end_of_its_month():
    found = months({"dist": "triangular", "low": "2027-01", "mode": "2027-06", "high": "2028-12"})
    assert found.min() >= 12
    assert 34 < found.max() <= 36


def test_a_bell_has_its_width_in_months():
    found = months({"dist": "normal", "mean": "2031-07", "sd_months": 18})
    assert found.mean() == pytest.approx(66, abs=1)
    assert found.std() == pytest.approx(18, rel=0.05)


def test_never_has_its_probability_and_the_other_dates_their_quantiles():
    found = months({"dist": "loglogistic", "median": "2033-07", "p10": "2031-01", "p90": "2038-01"}, never=0.35)
    assert np.isinf(found).mean() == pytest.approx(0.35, abs=0.02)
    dated = found[np.isfinite(found)]
    np.testing.assert_allclose(np.quantile(dated, [0.1, 0.5, 0.9]), [60, 90, 144], atol=4)


def test_a_smaller_chance_of_never_adds_dates_and_moves_none():
    date = {"dist": "uniform", "low": "2030-01", "high": "2034-12"}
    rare, common = months(date, never=0.2), months(date, never=0.6)
    dated = np.isfinite(common)
    assert (rare[dated] == common[dated]).all()
    assert np.isinf(rare).sum() < np.isinf(common).sum()


def mixed(name: str) -> dict[str, np.ndarray]:
    """Return the months of a scenario with the branches of the other axes."""
    scenario = load_scenario(name)
    branches = open_branches(scenario, as_of=date(2026, 10, 30))
    return milestone_months(scenario, start=START, stream=STREAM, after=month_ordinal("2026-08"), branches=branches)


def test_the_baseline_has_every_milestone_with_the_stated_chances():
    found = mixed("baseline")
    assert set(found) == {*milestones(), "pos2_first_gas.contract"}
    assert np.isinf(found["pos2_first_gas"]).mean() == pytest.approx(0.35, abs=0.02)
    end_2028 = month_ordinal("2029-01") - START
    assert (found["kazakhstan_12_5mt"] < end_2028).mean() == pytest.approx(0.25, abs=0.02)
    assert (found["fareast_first_gas"] < end_2028).mean() == pytest.approx(0.75, abs=0.02)


def test_an_agreement_makes_the_second_line_certain_and_earlier():
    base, agreed = mixed("baseline"), mixed("pos2_agreed")
    assert np.isfinite(agreed["pos2_first_gas"]).all()
    assert (np.quantile(agreed["pos2_first_gas"], [0.3, 0.5]) < np.quantile(base["pos2_first_gas"], [0.3, 0.5])).all()
    assert (agreed["pos_44bcm"] == base["pos_44bcm"]).all()
