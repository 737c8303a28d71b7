"""Opening dates: a contract at an unknown rate, then a building time cut off at the age of the project."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from eastbound.core.simulation.seeds import Stream
from eastbound.periods import month_ordinal
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.milestones import milestone_months
from eastbound.scenarios.openings import Opening
from eastbound.scenarios.schema import Milestone, Scenario

START = month_ordinal("2026-01")
NOW = month_ordinal("2026-08")
STREAM = Stream(seed=7, block=0, width=4096)
BUILDING = {"dist": "lognormal", "median": 5, "sigma": 0.3}
LEVELS = (np.arange(10_000) + 0.5) / 10_000


def opening(contract: dict, **extra: str) -> Opening:
    return Opening.model_validate({"dist": "opening", "contract": contract, "building": BUILDING, **extra})


def talks(since: str, events: float = 0.5) -> dict:
    return {"dist": "talks", "since": since, "events": events}


def drawn(date: Opening, *, never: float | None = None, after: int = NOW) -> dict[str, np.ndarray]:
    content = {"id": "pos2_first_gas", "date": date.model_dump(exclude_none=True), "judgement": "a round number"}
    if never is not None:
        content["never"] = {"value": never, "by": "2045-12"}
    scenario = Scenario(name="small", title="Small", milestones=(Milestone.model_validate(content),))
    return milestone_months(scenario, start=START, stream=STREAM, after=after)


@pytest.mark.parametrize("events", [0.5, 2.5])
@pytest.mark.parametrize("since", ["2024-09", "2018-09"])
def test_the_wait_for_a_contract_is_the_posterior_of_a_rate_after_the_months_of_talks(events, since):
    # a gamma rate of shape `events` and rate t makes the wait a Lomax variate
    waits = opening(talks(since, events)).contract_months(LEVELS, after=NOW) - (NOW + 1)
    talked = NOW + 1 - month_ordinal(since)
    for months in (6, 24, 120):
        expected = 1.0 - (talked / (talked + months)) ** events
        assert (waits < months).mean() == pytest.approx(expected, abs=2e-4)


def test_each_month_without_a_contract_moves_the_expected_date_further_away():
    date = opening(talks("2024-09"))
    waits = [np.median(date.contract_months(LEVELS, after=NOW + months)) - NOW - months for months in (0, 12, 24)]
    np.testing.assert_allclose(np.diff(waits), waits[0] / 2, rtol=0.05)  # proportional to two, three and four years


def test_a_first_day_of_talks_counts_as_a_year():
    months = opening(talks("2026-09")).contract_months(LEVELS, after=NOW)
    assert np.median(months) == pytest.approx(NOW + 1 + 36, abs=0.5)


def test_a_project_is_compared_with_those_that_were_not_ready_at_its_age():
    # contract 2021-09, so the project is five years old, the median of the class
    months = opening({"dist": "fixed", "value": "2021-09"}).months(
        LEVELS, contract=np.full(LEVELS.shape, month_ordinal("2021-09")), after=NOW
    )
    years = (months - month_ordinal("2021-09")) / 12
    law = stats.lognorm(0.3, scale=5)
    assert years.min() >= 5.0
    for limit in (6.0, 7.0, 9.0):
        assert (years < limit).mean() == pytest.approx((law.cdf(limit) - 0.5) / 0.5, abs=2e-4)


def test_nothing_opens_before_the_month_that_the_builders_name():
    contract = {"dist": "fixed", "value": "2022-02"}
    free, held = (drawn(opening(contract, **extra)) for extra in ({}, {"not_before": "2027-01"}))
    assert START + free["pos2_first_gas"].min() < month_ordinal("2026-12")
    assert START + held["pos2_first_gas"].min() >= month_ordinal("2027-01")
    # cut off, not moved: late draws stay late
    assert np.quantile(held["pos2_first_gas"], 0.9) - np.quantile(free["pos2_first_gas"], 0.9) < 5


def test_gas_comes_after_its_contract_and_contracts_after_the_data():
    for after in (NOW, NOW + 24):
        months = drawn(opening(talks("2025-09")), never=0.1, after=after)
        signed, gas = months["pos2_first_gas.contract"], months["pos2_first_gas"]
        assert START + signed.min() > after
        comes = np.isfinite(gas)
        assert (gas[comes] > signed[comes]).all()
        assert np.isfinite(signed[comes]).all()


def test_what_comes_after_the_last_month_of_never_counts_as_never():
    months = drawn(opening(talks("2025-09")), never=0.1)["pos2_first_gas"]
    assert START + months[np.isfinite(months)].max() <= month_ordinal("2046-01")
    assert np.isinf(months).mean() > 0.3  # most of it contracts that come too late


def test_a_signed_contract_has_no_date_of_its_own():
    assert set(drawn(opening({"dist": "fixed", "value": "2022-02"}))) == {"pos2_first_gas"}


def test_the_branch_has_the_contracts_that_the_rate_brings_before_its_end():
    # the tree splits the cure model at the end of 2027: the branch before it, the baseline's own form after it
    whole, later = talks("2025-09"), {**talks("2025-09"), "not_before": "2028-01"}
    months = drawn(opening(whole), never=0.13)["pos2_first_gas.contract"]
    early = START + months < month_ordinal("2028-01")
    assert early.mean() == pytest.approx(load_scenario("pos2_agreed").probability.value, abs=0.02)
    rest = drawn(opening(later), never=0.19)["pos2_first_gas.contract"]
    for year in (2029, 2032, 2040):
        end = month_ordinal(f"{year}-01") - START
        assert (months[~early] < end).mean() == pytest.approx((rest < end).mean(), abs=0.02)
