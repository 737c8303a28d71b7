"""Tables of the pipeline page from the real evidence."""

from __future__ import annotations

import numpy as np
import pytest

import eastbound.plots as plots
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.evidence.capacities import capacities


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-11-21")


@pytest.fixture(scope="module")
def ens():
    return simulate("baseline", draws=256, until=2027)


def test_every_system_of_the_map_has_a_dated_capacity(book):
    systems = {name.rpartition(".")[0] for name in capacities(book)["series_id"]}
    lines = {"gas.pos", "gas.fareast", "gas.pos2", "oil.espo1", "oil.espo2", "oil.mohe", "oil.kazakhstan"}
    others = {"gas.skv", "gas.amur_gpp", "gas.central_asia_china", "gas.china", "oil.kozmino", "lng.arctic_lng2", "lng"}
    assert lines | others <= systems


def test_capacities_keep_their_kind_and_leave_flows_out(book):
    table = capacities(book)
    by_kind = table[table["series_id"] == "oil.espo1.capacity_nameplate"].set_index("since")["kind"]
    assert by_kind.to_dict() == {
        **{"2010": "capacity", "2017-10": "plan", "2018/2024": "plan"},
        "2024": "capacity",
    }
    assert not table["series_id"].str.contains("deliveries").any()
    assert len(plots.capacities(book).frame) == len(table)


def test_dates_of_the_scenario_stand_beside_published_ones(book, ens):
    table = plots.opening_dates(ens, ["fareast_first_gas", "pos2_first_gas", "pos_44bcm"], book=book).frame.set_index(
        "statements"
    )
    assert table.loc["9", "restated for their slip"] == "2030.0, 2034.4, 2045.1"
    assert table.loc["1", "restated for their slip"] == "–"
    never = [float(np.isinf(ens[f"milestone.{name}_first_gas"]).mean()) for name in ("fareast", "pos2")]
    shown = [float(table.loc[count, "never"].removesuffix(" %")) for count in ("4", "9")]
    assert shown == pytest.approx([100 * share for share in never], abs=1.5)  # few draws are shown roundly
    dates = ens["milestone.pos2_first_gas"].to_numpy().ravel()
    low = np.quantile(dates[np.isfinite(dates)], 0.1)
    assert table.loc["9", "this scenario"].startswith(f"{low:.1f}")


def test_the_class_of_building_times_is_as_old_as_the_book(book):
    table = plots.building_times(book).frame
    assert table["pipeline"].tolist()[-1] == "Iran-Pakistan"
    assert (table["first gas"] == "–").sum() == 2
    early = plots.building_times(load_evidence("2018-12-31")).frame
    assert "TurkStream" not in set(early["pipeline"])
    assert len(early) == len(table) - 3


def test_warnings_or_their_absence_are_a_line(ens):
    assert plots.utilization_warnings(ens).frame["warning"].tolist() == ["none: each yearly median is plausible"]
    odd = ens.copy()
    odd["oil.mohe.deliveries"] = (odd["oil.mohe.deliveries"] * 1.3).assign_attrs(odd["oil.mohe.deliveries"].attrs)
    assert len(plots.utilization_warnings(odd).frame) == 2


def test_monthly_flows_from_values_come_with_their_range(book):
    table = plots.implied_flow(book).frame
    assert len(table) == 18
    assert table["month"].tolist() == sorted(table["month"], reverse=True)
    assert table["flow"][0] == "3.49 bcm (2.78–4.20 bcm)"
    assert plots.implied_flow(load_evidence("2019-12-31")).frame.empty
