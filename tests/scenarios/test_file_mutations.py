"""Seeded mutations of valid scenario files: each gives a scenario that can be simulated, or located messages."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_mutants import mutate, mutate_tree

from eastbound.core.simulation.seeds import Stream
from eastbound.errors import ScenarioError
from eastbound.scenarios.events import shocks
from eastbound.scenarios.home import find_home
from eastbound.scenarios.loader import FOLDER, load_scenario, scenario_names
from eastbound.scenarios.milestones import milestone_months

EXAMPLES = 3 * settings.default.max_examples  # 150 in the gate
LOCATED = re.compile(r"(\w+|parts/\w+)\.yml(:\d+:\d+)?: \S")
LONGEST_LINE = 1200


def outcome(path: Path) -> str:
    try:
        scenario = load_scenario(path)
    except ScenarioError as error:
        lines = str(error).splitlines()
        assert lines
        for line in lines:
            assert LOCATED.match(line), line
            assert len(line) < LONGEST_LINE, line[:200]
        return "refused"
    stream = Stream(seed=1, block=0, width=32)
    for path_of_target in shocks(scenario, start=2026 * 12, months=60, stream=stream).values():
        assert np.isfinite(path_of_target).all()
        # the mean over draws leaves a flow or price within a factor of 150
        assert abs(path_of_target.mean(axis=1)).max() < 5
    assert not any(
        np.isnan(months).any() for months in milestone_months(scenario, start=2026 * 12, stream=stream).values()
    )
    return "valid"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("mutants")


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**32))
def test_a_mutated_file_is_a_scenario_or_gets_located_messages(folder, seed):
    rng = random.Random(seed)
    original = (find_home() / FOLDER / f"{rng.choice(scenario_names())}.yml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^name: .*$", "name: mutant", original, count=1)
    path = folder / "mutant.yml"
    path.write_text(mutate(text, rng), encoding="utf-8", newline="")
    outcome(path)


def test_mutations_reach_both_outcomes(folder):
    rng = random.Random(20261122)
    text = (find_home() / FOLDER / "secondary_sanctions.yml").read_text(encoding="utf-8")
    results = []
    for _ in range(40):
        path = folder / "secondary_sanctions.yml"
        path.write_text(mutate_tree(text, rng), encoding="utf-8")
        results.append(outcome(path))
    assert 5 <= results.count("valid") <= 35
