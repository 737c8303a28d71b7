"""Seeded mutations of valid scenario files: each gives a scenario that can be simulated, or located messages."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from eastbound.core.simulation.seeds import Stream
from eastbound.errors import ScenarioError
from eastbound.scenarios.events import shocks
from eastbound.scenarios.home import find_home
from eastbound.scenarios.loader import FOLDER, load_scenario, scenario_names
from eastbound.scenarios.milestones import milestone_months

EXAMPLES = 3 * settings.default.max_examples  # 150 in the gate
LOCATED = re.compile(r"(\w+|parts/\w+)\.yml(:\d+)?: \S")
LONGEST_LINE = 1200
HUGE = 10**400  # no float holds it
WILD_VALUES: tuple[Any, ...] = (
    *(None, True, "", " ", "x", "x" * 3000, "a\nb", "\u202e", "\x07", "2027-13", "2027-06", "../up", "baseline"),
    *(0, -1, 0.5, 5, 8, 1e7, -1e300, float("nan"), float("inf"), HUGE, [], [[]], {}, {"dist": "normal"}, [1, 2]),
    {"dist": "fixed", "value": 5, "unit": "log"},
    {"id": "bank_payment_halt", "remove": True},
    {"a": {"b": {"c": 1}}},
)
KEYS = ("id", "target", "remove", "replaces", "onset", "hazard", "extreme", "extends", "parts", "expires", "unit")
SNIPPETS = ("&a ", "*a", "!!python/object:x ", "\t", ": ", "- ", "{", "]", '"', "#", "\x00", "---\n", "<<: ", "\r")
FACTORS = (0.2, 0.5, 0.9, 1.1, 2, 5, 20)


def nodes(value: Any) -> list[tuple[Any, Any]]:
    """Return (container, key) of every value in a tree."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, (dict, list)):
        pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    return [(value, key) for key, _ in pairs] + [node for _, child in pairs for node in nodes(child)]


def scale_number(tree: Any, rng: random.Random) -> None:
    numbers = [(node, key) for node, key in nodes(tree) if type(node[key]) in (int, float) and node[key] != HUGE]
    if numbers:
        container, key = rng.choice(numbers)
        container[key] *= rng.choice(FACTORS)


def mutate_tree(text: str, rng: random.Random) -> str:
    tree = YAML(typ="safe", pure=True).load(text)
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.5:
            scale_number(tree, rng)
            continue
        container, key = rng.choice(nodes(tree))
        action = rng.choice(("replace", "drop", "rename", "repeat", "add"))
        if action == "drop":
            del container[key]
        elif action == "replace" or isinstance(container, list):
            container[key] = rng.choice(WILD_VALUES)
        elif action == "rename":
            container[f"{key}s"] = container.pop(key)
        elif action == "repeat" and isinstance(container[key], list):
            container[key] = container[key] * 2
        else:
            container[rng.choice(KEYS)] = rng.choice(WILD_VALUES)
        if not nodes(tree):
            break
    out = io.StringIO()
    dumper = YAML(typ="safe", pure=True)
    dumper.representer.ignore_aliases = lambda _: True
    dumper.dump(tree, out)
    return out.getvalue()


def mutate_text(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    if rng.random() < 0.3:
        return text[:at]
    if rng.random() < 0.5:
        lines = text.splitlines(keepends=True)
        first, second = (rng.randrange(len(lines)) for _ in range(2))
        lines[first], lines[second] = lines[second], lines[first]
        return "".join(lines)
    return text[:at] + rng.choice(SNIPPETS) + text[at:]


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
    mutant = (mutate_tree if rng.random() < 0.7 else mutate_text)(text, rng)
    path.write_text(mutant, encoding="utf-8", newline="")
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
