"""Scenarios that share a call take over what is the same, and their numbers do not depend on that."""

from __future__ import annotations

import numpy as np
import pytest

from eastbound.ensemble.reuse import Reuse
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.protocol import World

BOOK = load_evidence("2026-10-30")
NAMES = ["baseline", "checkpoints_slip", "price_slump", "car_fee_shock"]
OPTIONS = {"book": BOOK, "draws": 64, "until": 2028}


@pytest.fixture
def fresh_cache(tmp_path, monkeypatch):
    """Leave the fits where they are and drop the ensembles."""
    monkeypatch.setattr("eastbound.ensemble.store.cache_folder", lambda: tmp_path)


def test_a_scenario_beside_others_has_the_bits_of_its_own_run(tmp_path, monkeypatch, fresh_cache):
    together = simulate(NAMES, **OPTIONS).load()
    monkeypatch.setattr("eastbound.ensemble.store.cache_folder", lambda: tmp_path / "again")
    for name in NAMES[1:]:
        alone = simulate(name, **OPTIONS)
        for series in alone.data_vars:
            own, shared = alone[series].to_numpy()[0], together[series].sel(scenario=name).to_numpy()
            np.testing.assert_array_equal(own, shared, err_msg=f"{name}: {series}")


def test_models_that_a_scenario_does_not_touch_are_not_run_again(fresh_cache, monkeypatch):
    calls = []
    for model in registry.models():

        def counted(fit, world, stream, model=model, simulate=model.simulate):
            calls.append(model.SUBJECT)
            return simulate(fit, world, stream)

        monkeypatch.setattr(model, "simulate", counted)
    simulate(["baseline", "checkpoints_slip"], **OPTIONS)
    # checkpoints act on crossings, whose losses of trade reach Primorye
    assert {name: calls.count(name) for name in ("drivers", "pipelines", "trade", "logistics", "primorye")} == {
        "drivers": 1,
        "pipelines": 1,
        "trade": 1,
        "logistics": 2,
        "primorye": 2,
    }


def test_what_is_taken_over_cannot_be_written():
    class Model:
        SUBJECT = "trade"

        @staticmethod
        def simulate(fit, world, stream):
            return {"x": np.ones((12, 2))}

    reuse = Reuse()
    for _ in range(2):
        paths = reuse.simulate(Model, None, world=World(grid=None), stream=None)
        with pytest.raises(ValueError, match="read-only"):
            paths["x"][0] = 2.0
