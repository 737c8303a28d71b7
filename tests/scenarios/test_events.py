"""Occurrences, severities and effects: by hand, and what scenarios share."""

from __future__ import annotations

import numpy as np
import pytest

from eastbound.core.simulation.seeds import Stream
from eastbound.names import BRENT, CHINA_EXPORTS, CHINA_IMPORTS, CHINA_TURNOVER, REST_TURNOVER
from eastbound.scenarios.events import impulses, shocks
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.schema import SEVERITY_CAP, Event, Scenario

START, MONTHS = 2026 * 12, 120
STREAM = Stream(seed=7, block=0, width=2048)


def effect(target: str = CHINA_EXPORTS, *, trough: float = -0.2, transitory: float = 1, **keys) -> dict:
    shape = {"half_life_months": 1, "transitory": transitory, "judgement": "a round number"}
    return {"target": target, "trough": {"dist": "fixed", "value": trough, "unit": "log"}, **shape, **keys}


def event(*effects: dict, per_year: float | dict | None = None, severity: float | dict = 1, **keys) -> Event:
    content = {"id": "halt", "severity": severity, "judgement": "a round number", "effects": effects or [effect()]}
    if per_year is not None:
        content["hazard"] = {"per_year": per_year}
        content["hazard"]["judgement"] = "a round number"
    return Event.model_validate({**content, **keys})


def onset(month: str) -> dict:
    return {"dist": "fixed", "value": month}


def sizes(one: Event, **keys) -> np.ndarray:
    found = impulses(one, **{"start": START, "months": MONTHS, "stream": STREAM, **keys})
    table = np.zeros((MONTHS, STREAM.width))
    table[found.month, found.draw] = found.size
    return table


def effects(one: Event, **keys) -> dict[str, np.ndarray]:
    scenario = Scenario(name="one", title="One event", events=(one,))
    return shocks(scenario, **{"start": START, "months": MONTHS, "stream": STREAM, **keys})


def test_a_dated_event_happens_once_in_its_month():
    happens = sizes(event(onset=onset("2027-03"), severity=2))
    assert (happens[14] == 2).all()
    assert happens.sum() == 2 * STREAM.width


def test_a_dated_effect_by_hand():
    # -0.2 in the month of the event, half of it a month later, a quarter after two months
    path = effects(event(onset=onset("2026-02")))[CHINA_EXPORTS][:5, 0]
    np.testing.assert_allclose(path, [0, -0.2, -0.1, -0.05, -0.025], atol=1e-15)


def test_uniform_onsets_cover_first_and_last_month_evenly():
    spread = {"dist": "uniform", "low": "2027-01", "high": "2027-12"}
    counts = (sizes(event(onset=spread)) > 0).sum(axis=1)
    assert counts[:12].sum() == counts[24:].sum() == 0
    # each month has one twelfth, 171 of 2048, with a standard deviation of 12.5
    assert counts[12:24].min() > 171 - 4 * 12.5
    assert counts[12:24].max() < 171 + 4 * 12.5


def test_an_onset_before_or_after_the_grid_has_no_effect():
    for month in ("2025-12", "2036-01"):
        assert not sizes(event(onset=onset(month))).any()


def test_a_dated_event_with_a_probability_happens_in_that_share_of_draws():
    chance = {"value": 0.25, "basis": "judgement", "why": "a round number"}
    share = (sizes(event(onset=onset("2027-01"), probability=chance)) > 0).any(axis=0).mean()
    assert share == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / STREAM.width))


def test_the_rate_is_the_stated_one():
    # at most one occurrence a month: 1 - exp(-1.2 / 12) a month
    share = (sizes(event(per_year=1.2)) > 0).mean()
    assert share == pytest.approx(1 - np.exp(-0.1), abs=4 * np.sqrt(0.1 * 0.9 / (MONTHS * STREAM.width)))


def test_an_uncertain_rate_spreads_the_counts_as_gamma_poisson():
    # after two events in four years: mean 0.625, variance 0.625 / 4 of the rate; counts over ten years
    rate = {"dist": "gamma", "shape": 2.5, "rate": 4}
    counts = (sizes(event(per_year=rate)) > 0).sum(axis=0)
    assert counts.mean() == pytest.approx(6.25, rel=0.08)
    assert counts.var() == pytest.approx(6.25 + 100 * 0.625 / 4, rel=0.2)


def test_a_higher_rate_only_adds_events_and_keeps_severities():
    strong = {"dist": "lognormal", "median": 1, "sigma": 0.5}
    few, many = (sizes(event(per_year=rate, severity=strong)) for rate in (0.5, 2.0))
    assert (many[few > 0] == few[few > 0]).all()
    assert (many > 0).sum() > (few > 0).sum() > 0


def test_severities_do_not_depend_on_how_an_occurrence_came_about():
    # each occurrence is judged by the early digits of its number, its severity by the later ones
    strong = {"dist": "lognormal", "median": 1, "sigma": 0.5}
    for rate in (0.01, 0.2, 6.0):
        found = sizes(event(per_year=rate, severity=strong))
        logs = np.log(found[found > 0])
        assert logs.mean() == pytest.approx(0, abs=4 * 0.5 / np.sqrt(logs.size))
        assert logs.std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * logs.size))
        np.testing.assert_allclose(np.quantile(logs, [0.1, 0.9]), [-0.641, 0.641], atol=3 / np.sqrt(logs.size))


def test_severities_are_capped():
    huge = {"dist": "lognormal", "median": 7, "sigma": 2}
    assert sizes(event(effect(trough=-0.01), per_year=12, severity=huge)).max() == SEVERITY_CAP


def test_events_by_chance_begin_after_the_last_observed_month():
    free, bound = sizes(event(per_year=6)), sizes(event(per_year=6), after=START + 5)
    assert free[:6].any()
    assert not bound[:6].any()
    assert (bound[6:] == free[6:]).all()


def test_a_longer_horizon_keeps_the_earlier_months():
    one = event(per_year=1)
    assert (effects(one, months=24)[CHINA_EXPORTS] == effects(one)[CHINA_EXPORTS][:24]).all()


def test_one_severity_is_shared_by_all_targets():
    strong = {"dist": "lognormal", "median": 1, "sigma": 0.7}
    paths = effects(event(effect(), effect(CHINA_IMPORTS, trough=-0.05), per_year=1, severity=strong))
    np.testing.assert_allclose(paths[CHINA_EXPORTS], 4 * paths[CHINA_IMPORTS], atol=1e-12)


def test_effects_of_two_events_on_one_target_add_up():
    first, second = event(onset=onset("2026-01")), event(onset=onset("2026-03"), id="fee")
    both = Scenario(name="two", title="Two events", events=(first, second))
    total = shocks(both, start=START, months=MONTHS, stream=STREAM)[CHINA_EXPORTS]
    np.testing.assert_allclose(total, effects(first)[CHINA_EXPORTS] + effects(second)[CHINA_EXPORTS])
    assert total[2, 0] == pytest.approx(-0.05 - 0.2)


def test_diversion_moves_the_stated_share_of_the_loss():
    # rest and China trade are 30 and 70; a third of what the rest loses goes to China
    divert = [{"to": CHINA_TURNOVER, "factor": 30 / 70 / 3}]
    paths = effects(event(effect(REST_TURNOVER, trough=-0.4, divert=divert), per_year=1))
    loss = 30 * -np.expm1(paths[REST_TURNOVER])
    gain = 70 * np.expm1(paths[CHINA_TURNOVER])
    assert loss.max() > 5
    np.testing.assert_allclose(gain, loss / 3, atol=2e-5)  # shocks are kept in single precision


def test_an_event_without_draws_touches_only_its_targets():
    divert = [{"to": CHINA_TURNOVER, "factor": 0.2}]
    paths = effects(event(effect(BRENT), effect(REST_TURNOVER, divert=divert), per_year=0))
    assert list(paths) == [BRENT, REST_TURNOVER, CHINA_TURNOVER]
    assert not any(path.any() for path in paths.values())


def test_scenarios_share_what_they_do_not_change():
    baseline, relief = load_scenario("baseline"), load_scenario("sanctions_relief")
    both = [shocks(one, start=START, months=MONTHS, stream=STREAM) for one in (baseline, relief)]
    assert (both[0][BRENT] == both[1][BRENT]).all()
    # rarer payment halts are a subset of the baseline's
    halts = [
        sizes(next(one for one in scenario.events if one.id == "bank_payment_halt")) > 0
        for scenario in (baseline, relief)
    ]
    assert halts[1].sum() < halts[0].sum()


def test_each_scenario_moves_its_target_the_way_its_title_says():
    base, sanctions, relief, slump = (
        shocks(load_scenario(name), start=START, months=MONTHS, stream=STREAM)
        for name in ("baseline", "secondary_sanctions", "sanctions_relief", "price_slump")
    )
    in_2028 = slice(24, 36)

    def level(paths, target):
        return paths[target][in_2028].mean()

    assert level(sanctions, CHINA_EXPORTS) < level(base, CHINA_EXPORTS) - 0.05
    assert level(relief, REST_TURNOVER) > level(base, REST_TURNOVER) + 0.05
    assert level(slump, BRENT) < level(base, BRENT) - 0.3


def test_the_blocks_of_a_stream_differ():
    one = event(per_year=1)
    assert (sizes(one) != sizes(one, stream=Stream(seed=7, block=1, width=2048))).any()
