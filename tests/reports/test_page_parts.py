"""A page that mixes a scenario is not made again for its title; one that shows the title is."""

import pytest

from eastbound.reports.plan import plan_report
from eastbound.reports.run import run_report

NONE = "as_of = None  # type: str day\n"
MIXES = """\
from datetime import date
from eastbound.scenarios.branches import open_branches
from eastbound.scenarios.loader import load_scenario
print(sorted(open_branches(load_scenario("baseline"), as_of=date(2026, 10, 30)).axes))
"""
SHOWS = """\
from eastbound.scenarios.loader import load_scenario
print(load_scenario("hard_times").title)
"""
HARD_TIMES = """\
name: hard_times
title: {title}
axis: prices
probability: {{value: {chance}, basis: judgement, why: a test}}
"""
TREE = """\
format: 1
since: 2026-06
axes:
  - axis: prices
    title: Do prices fall?
    scenarios: [hard_times]
    other: {{value: {other}, basis: judgement, why: a test}}
"""

pytestmark = pytest.mark.pages


def write(home, *, title="Hard times", chance=0.25):
    params = home / "params"
    text = HARD_TIMES.format(title=title, chance=chance)
    (params / "scenarios" / "hard_times.yml").write_text(text, encoding="utf-8")
    (params / "scenario_tree.yml").write_text(TREE.format(other=1 - chance), encoding="utf-8")


def reasons(home):
    run = run_report(plan_report(home=home, notebooks=["20_mixes", "30_shows"], scenarios=["baseline"]), jobs=1)
    assert run.exit_code == 0, run.as_text()
    return {name: outcome.reason for name, outcome in run.outcomes.items()}


def test_a_title_has_only_the_pages_that_show_it_made_again(home, write_notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "cache"))
    write_notebook(home, "20_mixes", MIXES, parameters=NONE)
    write_notebook(home, "30_shows", SHOWS, parameters=NONE)
    (home / "params" / "scenarios" / "apart.yml").write_text("name: apart\ntitle: Apart\n", encoding="utf-8")
    write(home)
    assert set(reasons(home).values()) == {"not in the cache"}

    write(home, title="Very hard times")
    assert reasons(home) == {"20_mixes": "", "30_shows": "`params/scenarios/hard_times.yml` changed"}

    # of a scenario outside the tree neither page reads a word
    (home / "params" / "scenarios" / "apart.yml").write_text("name: apart\ntitle: Far apart\n", encoding="utf-8")
    assert reasons(home) == {"20_mixes": "", "30_shows": ""}

    write(home, title="Very hard times", chance=0.5)
    changed = {f"`params/{name}.yml` changed" for name in ("scenario_tree", "scenarios/hard_times")}
    assert set(reasons(home).values()) <= changed
