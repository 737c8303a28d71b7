"""Settings that follow from the book by a stated computation: dates, outages, stops, the cap on demand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import stats

from eastbound.core.simulation.distributions import quantile
from eastbound.errors import EvidenceError
from eastbound.evidence.book import load_evidence
from eastbound.evidence.building_times import building_times, expected_years
from eastbound.evidence.slips import dates_restated
from eastbound.periods import month_ordinal
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.loader import load_scenario

# Stops of onshore gas and oil objects by the length that was printed; the sea floor (Balticconnector) is another thing.
ONSHORE = (
    "disruption.central_asia_china_gas",
    "disruption.druzhba",
    "disruption.novorossiysk_port",
    "disruption.primorsk_port",
    "disruption.urengoy_pomary_uzhgorod",
)


@pytest.fixture(scope="module")
def book():
    return load_evidence()


@pytest.fixture(scope="module")
def settings():
    return load_inputs("pipelines")


@pytest.fixture(scope="module")
def systems(settings):
    return {system.id: system for system in settings["systems"]}


def _milestone(name):
    return next(milestone for milestone in load_scenario("baseline").milestones if milestone.id == name)


@pytest.mark.parametrize("name", ["pos2_first_gas", "fareast_first_gas"])
def test_building_times_are_those_of_one_more_line_of_the_class(book, name):
    low, middle, high = expected_years(building_times(book.as_of))
    ours = quantile(_milestone(name).date.building.spec(), np.array([0.1, 0.5, 0.9]))
    assert ours == pytest.approx([low, middle, high], rel=0.02)


def test_a_class_of_too_few_lines_gives_no_building_time():
    with pytest.raises(EvidenceError, match="0 pipelines of the reference class"):
        expected_years(building_times(date(2001, 1, 1)))


def test_published_dates_lie_within_the_range_of_the_scenario(book):
    # the dates of statements are no input; a range that excluded most of them would need a reason
    middle = dates_restated(book, "pos2_first_gas")["restated"]
    months = _milestone("pos2_first_gas").date.even_months(after=month_ordinal("2026-08"))
    low, high = np.quantile(months, [0.05, 0.95]) / 12
    assert ((middle > low) & (middle < high)).all()


def test_the_increase_to_44_stands_on_its_one_date(book):
    dates = dates_restated(book, "pos_44bcm")["restated"]
    assert len(dates) == 1
    assert quantile(_milestone("pos_44bcm").date.spec(), 0.5) / 12 == pytest.approx(dates[0], abs=0.1)


def test_restating_moves_a_date_by_its_age_times_the_slip(book):
    table = dates_restated(book, "pos2_first_gas")
    age = 2026.83 - (table["middle"] - table["ahead"])
    np.testing.assert_allclose(table["restated"] - table["middle"], 1.472 * age, atol=0.02)


def test_lengths_of_outages_follow_the_disruptions_of_the_book(book, settings):
    rows = book.observations
    days = rows[rows["series_id"].isin(ONSHORE) & rows["unit"].eq("days")]["value"].to_numpy()
    assert sorted(days) == [1, 1, 2, 3, 5, 9, 43]
    logs = np.log(days)
    known = np.median(days) * np.exp(1.645 * logs.std(ddof=1))
    unknown = np.median(days) * np.exp(stats.t.ppf(0.95, 6) * logs.std(ddof=1) * np.sqrt(1 + 1 / 7))
    assert settings["outage_median_days"] == np.median(days)
    assert 0.95 * known < settings["outage_p95_days"] < 1.05 * unknown


@pytest.mark.parametrize(("line", "first"), [("pos", 2019 + 11 / 12), ("mohe", 2011.0)])
def test_rates_of_outages_are_half_an_event_in_the_years_without_one(book, systems, line, first):
    years = 2026.83 - first
    assert str(book.as_of) == "2026-10-30"
    assert systems[line].outages.per_year == pytest.approx(0.5 / years, rel=0.1)
    assert f"{systems[line].nameplate[0].since}"[:4] == str(int(first))


def test_planned_stops_are_as_long_and_as_late_as_those_of_the_book(book, systems):
    rows = book.observations
    rows = rows[rows["series_id"].eq("gas.pos.maintenance") & rows["start"].dt.year.ge(2021)]
    rows = rows.drop_duplicates(["start"])
    for stop, month in zip(systems["pos"].stops, (3, 9), strict=True):
        mine = rows[rows["start"].dt.month.between(month, month + 1)]
        (m1, d1), (m2, d2) = stop.days
        assert len(mine) >= 3
        middle = (mine["start"] + (mine["end"] - mine["start"]) / 2).dt.day_of_year.mean()
        assert 0.5 * (_day(m1, d1) + _day(m2, d2)) == pytest.approx(float(middle), abs=2)
        assert _day(m2, d2) - _day(m1, d1) + 1 == pytest.approx(float(mine["value"].mean()), abs=1)


def _day(month, day):
    return date(2023, month, day).timetuple().tm_yday


def test_the_cap_on_uncontracted_gas_is_what_others_leave_of_chinas_imports(book, systems):
    rows = book.observations
    rows = rows[rows["series_id"].eq("gas.china.consumption") & rows["period"].eq("2030")]
    assert 541 in set(rows["value"])
    demand, output, central_asia, contracted, lng = 541, 300, 45, 56, (70, 100)
    left = [demand - output - central_asia - contracted - part for part in (*lng, np.mean(lng))]
    cap = systems["pos2"].demand
    assert cap.median == pytest.approx(left[2], abs=1)
    assert cap.median * np.exp(-cap.log_sd) == pytest.approx(left[1], abs=2)
    assert [system.id for system in systems.values() if system.demand and system.unit == "bcm"] == ["pos2"]
