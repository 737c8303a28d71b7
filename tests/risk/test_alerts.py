"""Alerts: the file, the rule that noise cannot undo, and what a run carries over."""

import numpy as np
import pytest

from eastbound.errors import InputError, ScenarioError
from eastbound.risk.alerts import Alert, beyond, check_alerts, load_alerts

RULE = {"id": "low", "expr": "P(trade < 200 in 2028)", "above": 0.5, "unit": "probability", "why": "a test"}


def _answer(value, mcse=0.01, unit="probability"):
    return lambda alert: {"value": value, "mcse": mcse, "unit": unit}


def _state(answer, *, earlier=(), run="now", **changes):
    (checked,) = check_alerts([Alert(**{**RULE, **changes})], answer, run=run, earlier=earlier)
    return checked


def _flips(states):
    return int(np.abs(np.diff(np.array(states, int))).sum())


def test_noise_alone_does_not_flip_an_alert():
    """On the limit itself a plain comparison flips in half of all runs; the rule hardly ever."""
    draws = 4096
    estimates = np.random.default_rng(1).binomial(draws, 0.5, 2000) / draws
    plain, ruled, state = [], [], False
    for value in estimates:
        state, _ = beyond(value, np.sqrt(value * (1 - value) / draws), 0.5, above=True, earlier=state)
        plain.append(value > 0.5)
        ruled.append(state)
    assert _flips(plain) > 900
    assert _flips(ruled) <= 8


@pytest.mark.parametrize(("above", "value", "raised"), [(True, 0.6, True), (True, 0.4, False), (False, 0.4, True)])
def test_a_clear_answer_decides_whatever_came_before(above, value, raised):
    assert beyond(value, 0.01, 0.5, above=above, earlier=not raised) == (raised, False)


def test_a_state_is_carried_over_until_the_answer_is_clear():
    first = _state(_answer(0.6), run="one")
    near = _state(_answer(0.49), run="two", earlier=[first.as_record()])
    over = _state(_answer(0.4), run="three", earlier=[near.as_record()])
    assert [(each.state, each.since, each.near) for each in (first, near, over)] == [
        ("raised", "one", False),
        ("raised", "one", True),
        ("clear", "", False),
    ]


def test_a_changed_limit_starts_anew():
    first = _state(_answer(0.6), run="one")
    assert _state(_answer(0.59), earlier=[first.as_record()], above=0.58).state == "clear"


def test_an_event_that_never_comes_is_later_than_every_limit():
    assert _state(_answer(None, None, "year"), above=2030, unit="year").state == "raised"
    assert _state(_answer(None, None, "year"), above=None, below=2030, unit="year").state == "clear"


def test_what_cannot_be_answered_is_unknown_with_its_reason():
    def fails(alert):
        message = "too few draws"
        raise InputError(message)

    assert _state(fails).reason == "too few draws"
    wrong = _state(_answer(0.6, unit="USD_bn"))
    assert (wrong.state, "correct the limit" in wrong.reason) == ("unknown", True)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{id: a, expr: P(trade < 200 in 2028), unit: probability, why: x}", "one limit, `above` or `below`"),
        ("{id: a, expr: P(trad < 200 in 2028), above: 1, unit: probability, why: x}", "trad"),
        ("{id: a, expr: P(trade < 200 in 2028), abve: 1, unit: probability, why: x}", "did you mean `above`"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path, entry, message):
    path = tmp_path / "params" / "alerts.yml"
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    path.write_text(f"format: 1\nalerts:\n  - {entry}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"alerts\.yml:3") as error:
        load_alerts(tmp_path)
    assert message in str(error.value)
