"""Scenario files, damaged at random: values, keys and lists of the tree, or the text itself."""

from __future__ import annotations

import io
import random
from typing import Any

from ruamel.yaml import YAML

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


def mutate(text: str, rng: random.Random) -> str:
    """Damage the tree of a scenario file, or at times its text."""
    return (mutate_tree if rng.random() < 0.7 else mutate_text)(text, rng)
