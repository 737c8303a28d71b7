"""A dated event comes on top of the random ones: under common random numbers no draw gains from a pure stress."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.catalogue import event_targets
from eastbound.constants import BLOCK
from eastbound.core.simulation.distributions import quantile
from eastbound.core.simulation.seeds import Stream
from eastbound.periods import month_ordinal
from eastbound.scenarios.events import shocks
from eastbound.scenarios.loader import load_scenario, scenario_names
from eastbound.scenarios.milestones import milestone_months
from eastbound.scenarios.schema import Event, Scenario

START, MONTHS = 2026 * 12, 120
COSTS = {"payments.china_russia.commission"}
ROUNDING = 1e-12  # the parts of a sum come in another order


def losses(scenario: Scenario, *, seed: int = 7, width: int = 1024) -> dict[str, np.ndarray]:
    paths = shocks(scenario, start=START, months=MONTHS, stream=Stream(seed=seed, block=0, width=width))
    return {target: path.copy() for target, path in paths.items()}


@pytest.mark.parametrize("name", ["secondary_sanctions", "price_slump"])
def test_no_draw_gains_from_a_pure_stress_in_any_month(name):
    # with the hazard replaced, 30 % of draws once traded more under secondary sanctions than in the baseline
    stressed, baseline = losses(load_scenario(name)), losses(load_scenario("baseline"))
    dated = next(event for event in load_scenario(name).events if event.onset is not None)
    # a loss lowers flows and prices, and raises costs
    signs = {effect.target: np.sign(quantile(effect.trough.spec(), 0.5)) for effect in dated.effects}
    assert {target for target, sign in signs.items() if sign > 0} <= COSTS
    for target, path in stressed.items():
        assert ((path - baseline[target]) * signs.get(target, -1.0) >= -ROUNDING).all(), target
    for target, sign in signs.items():
        assert ((stressed[target] - baseline[target]) * sign > ROUNDING).any(axis=0).mean() > 0.9


def test_no_loss_of_any_scenario_improves_what_it_hits():
    baseline = load_scenario("baseline")
    before, tried = losses(baseline, width=128), 0
    for name in scenario_names():
        for event in load_scenario(name).events:
            # certain losses alone; what gains by diversion is not what the event hits
            hit = {e.target for e in event.effects if float(quantile(e.trough.spec(), 0.9999)) <= 0.0}
            gains = {diversion.to for e in event.effects for diversion in e.divert}
            if event in baseline.events or event.onset is None or not hit - gains:
                continue
            stressed = losses(baseline.model_copy(update={"events": (*baseline.events, event)}), width=128)
            for target in hit - gains:
                worse = stressed[target] - before.get(target, 0.0)
                assert (worse <= ROUNDING).all(), f"{name}, {event.id}: {target}"
                assert (worse < -ROUNDING).any(), f"{name}, {event.id}: {target}"
            tried += 1
    assert tried >= 15


troughs = st.floats(-0.7, 0)
effects = st.dictionaries(st.sampled_from(event_targets()), troughs, min_size=1, max_size=4)


@given(effects, st.integers(2026, 2034), st.floats(0, 2), st.floats(0, 1), st.integers(0, 99))
def test_adding_any_dated_loss_adds_no_gain(sizes, year, severity, transitory, seed):
    baseline = load_scenario("baseline")
    shape = {"transitory": transitory, "half_life_months": 3, "judgement": "generated"}
    event = Event.model_validate(
        {
            "id": "generated",
            "onset": {"dist": "uniform", "low": f"{year}-01", "high": f"{year}-12"},
            "severity": severity,
            "judgement": "generated",
            "effects": [
                {"target": target, "trough": {"dist": "fixed", "value": size, "unit": "log"}, **shape}
                for target, size in sizes.items()
            ],
        }
    )
    stressed = baseline.model_copy(update={"events": (*baseline.events, event)})
    before, after = (losses(scenario, seed=seed, width=64) for scenario in (baseline, stressed))
    for target, path in after.items():
        assert (path <= before.get(target, 0.0) + ROUNDING).all()


def test_dates_of_openings_have_a_late_tail_and_a_never():
    # the Far Eastern route was a triangle that ended in December 2028: over 99 % by then
    stream = Stream(seed=7, block=0, width=BLOCK)
    months = milestone_months(load_scenario("baseline"), start=START, stream=stream, after=month_ordinal("2026-08"))
    dates = months["fareast_first_gas"]
    by_2028 = (dates < month_ordinal("2029-01") - START).mean()
    by_2035 = (dates < month_ordinal("2036-01") - START).mean()
    assert by_2028 == pytest.approx(0.75, abs=0.02)
    assert by_2035 == pytest.approx(0.90, abs=0.02)
    assert np.isinf(dates).mean() == pytest.approx(0.10, abs=0.01)
    assert (dates > month_ordinal("2026-11") - START).all()
    assert (months["kazakhstan_12_5mt"] < month_ordinal("2029-01") - START).mean() == pytest.approx(0.23, abs=0.02)
