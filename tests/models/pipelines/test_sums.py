"""Sums over lines: total gas, ESPO-1, energy over capacity."""

from __future__ import annotations

import numpy as np
import pytest

from eastbound.core.simulation.capacity import month_days, stop_days
from eastbound.models.pipelines.flow import GAS_TOTAL
from eastbound.models.pipelines.sums import ENERGY, ENERGY_CAPACITY, add_sums
from eastbound.models.protocol import Grid, World
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.systems import Systems, read_systems

WIDTH = 64
GRID = Grid(2026 * 12, 36)
SYSTEMS = read_systems().systems
LINES = tuple(line.series for line in SYSTEMS)


@pytest.fixture(scope="module")
def settings():
    return load_inputs("pipelines")


@pytest.fixture(scope="module")
def paths(settings):
    draw = np.random.default_rng(4)
    found = {f"{line}.deliveries": draw.random((36, WIDTH)) for line in LINES}
    for system in settings["systems"]:
        nameplate = draw.random((36, WIDTH if system.additions else 1))
        found[f"{system.series}.capacity_nameplate"] = np.broadcast_to(nameplate, (36, WIDTH))
    add_sums(found, settings["systems"], settings, world=World(GRID), width=WIDTH)
    return found


def test_total_gas_is_the_sum_of_its_lines(paths):
    lines = sum(paths[f"{line}.deliveries"] for line in LINES if line.startswith("gas."))
    np.testing.assert_allclose(paths[GAS_TOTAL], lines, rtol=1e-6)


def test_espo_1_carries_what_it_feeds_against_eighty(paths):
    flow = paths["oil.mohe.deliveries"] + paths["oil.espo2.deliveries"]
    np.testing.assert_allclose(paths["oil.espo1.deliveries"], flow)
    np.testing.assert_allclose(paths["oil.espo1.capacity_nameplate"][:12].sum(axis=0), 80)


def test_energy_adds_gas_and_oil_once(paths):
    oil = sum(paths[f"{line}.deliveries"] for line in ("oil.mohe", "oil.espo2", "oil.kazakhstan"))
    np.testing.assert_allclose(paths[ENERGY], 0.813 * paths[GAS_TOTAL] + oil)


def test_capacity_leaves_planned_stops_out(paths, settings):
    wanted = 0.0
    for system in settings["systems"]:
        stops = stop_days(GRID.start, 36, [stop.days for stop in system.stops])
        part = (1 - stops / month_days(GRID.start, 36))[:, None]
        wanted = wanted + (0.813 if system.unit == "bcm" else 1.0) * part * paths[f"{system.series}.capacity_nameplate"]
    np.testing.assert_allclose(paths[ENERGY_CAPACITY], wanted, rtol=1e-6)


def test_the_factor_of_gas_follows_from_its_sources(settings):
    assert settings["toe_per_bcm"] == pytest.approx(0.860 * 21.5 / 22.73, abs=0.001)
    assert settings["toe_per_mt"] == pytest.approx(1.429 * 0.7, abs=0.001)


def test_a_derived_line_feeds_lines_that_exist():
    line = {"id": "x", "label": "X", "series": "oil.x", "unit": "Mt", "feeds": ["pos"]}
    line["nameplate"] = [{"since": "2020-01", "per_year": 1, "judgement": "test"}]
    systems = [system.model_dump(mode="json") for system in read_systems().systems]
    with pytest.raises(ValueError, match="no system in Mt"):
        Systems.model_validate({"systems": systems, "derived": [line]})
