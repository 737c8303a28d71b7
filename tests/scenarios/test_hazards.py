"""Random events as they were known on a day, and the mean effect of the future ones."""

from datetime import date

import numpy as np
import pytest
from pydantic import ValidationError

from eastbound import names
from eastbound.core.simulation.seeds import Stream
from eastbound.periods import month_ordinal
from eastbound.scenarios.events import shocks
from eastbound.scenarios.hazards import known_on, mean_effects
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.schema import Hazard

BASELINE = load_scenario("baseline")
START = month_ordinal("2026-01")
TARGETS = (names.CHINA_EXPORTS, names.CHINA_IMPORTS, names.OIL_VOLUME, names.BRENT)


def rates(day):
    """Return shape and years of each dated hazard as known on a day, by event."""
    dated = {event.id for event in BASELINE.events if event.hazard.since}
    known = {event.id: event.hazard.per_year for event in known_on(BASELINE, date.fromisoformat(day)).events}
    return {name: (known[name].shape, known[name].rate) for name in known if name in dated}


@pytest.mark.parametrize("day", ["2018-12-31", "2019-12-31", "2021-12-31"])
def test_events_of_the_years_after_2022_are_unknown_before(day):
    assert not {"bank_payment_halt", "oil_company_listing", "vehicle_fee"} & rates(day).keys()


def test_cases_count_from_the_end_of_their_month_and_exposure_to_the_day():
    shape, before = rates("2024-03-30")["bank_payment_halt"]
    assert shape == 0.5
    assert rates("2024-03-31")["bank_payment_halt"] == (1.5, pytest.approx(26 / 12))
    assert before == pytest.approx((25 + 30 / 31) / 12)
    # today's exposure once ended in October 2025, after 3.67 years
    assert rates("2026-10-30")["bank_payment_halt"] == (2.5, pytest.approx(57 / 12, abs=0.01))


def test_slumps_of_oil_were_known_earlier_and_count_as_far_as_seen():
    assert [rates(f"{year}-12-31")["brent_slump"][0] for year in (2007, 2013, 2019, 2021)] == [0.5, 1.5, 2.5, 3.5]


@pytest.mark.parametrize(
    ("hazard", "message"),
    [
        ({"per_year": 1, "since": "2022-01", "seen": []}, "not both"),
        ({"since": "2022-01"}, "not both"),
        ({"seen": ["2022-01"], "per_year": 1}, "not both"),
        ({"since": "2022-01", "seen": ["2021-12"]}, "`seen` has a month before `since`, 2022-01"),
    ],
)
def test_a_hazard_is_a_rate_or_dated_cases(hazard, message):
    with pytest.raises(ValidationError, match=message):
        Hazard(**hazard, judgement="round")


def test_the_expected_effect_is_the_mean_of_many_draws():
    known = known_on(BASELINE, date(2026, 10, 30))
    options = {"start": START, "months": 60, "after": START + 7}
    expected = mean_effects(known, TARGETS, **options)
    drawn = [shocks(known, stream=Stream(1, block, 2048), **options) for block in range(8)]
    for target in TARGETS:
        sample = np.concatenate([block[target] for block in drawn], axis=1)
        error = sample.std(axis=1) / np.sqrt(sample.shape[1])
        assert np.all(np.abs(sample.mean(axis=1) - expected[target]) <= 4.0 * error + 1e-12), target
        assert np.all(expected[target][:8] == 0.0)


def test_only_the_asked_targets_and_only_random_events_have_a_usual_effect():
    slump = load_scenario("price_slump")
    options = {"start": START, "months": 60, "after": START + 7}
    usual, same = (
        mean_effects(known_on(each, date(2026, 10, 30)), [names.BRENT], **options) for each in (BASELINE, slump)
    )
    assert usual.keys() == {names.BRENT}
    np.testing.assert_array_equal(usual[names.BRENT], same[names.BRENT])
