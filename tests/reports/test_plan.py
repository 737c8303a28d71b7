"""What a plan holds and everything it refuses."""

from __future__ import annotations

import pytest

from eastbound.errors import InputError, UnknownName
from eastbound.evidence.book import load_evidence
from eastbound.reports.jobs.preview import preview_plan
from eastbound.reports.notebooks import find_notebooks, read_notebook
from eastbound.reports.plan import plan_report


def refusal(home, **selection) -> str:
    with pytest.raises(InputError) as caught:
        plan_report(home=home, **selection)
    assert caught.value.exit_code == 2
    assert not (home / "reports").exists(), "nothing may be written before the input is accepted"
    return str(caught.value)


def test_pages_are_notebooks_times_scenarios_baseline_first(home, write_notebook):
    write_notebook(home, "70_evidence", "1", parameters="as_of = None  # type: str day")
    plan = plan_report(home=home)
    assert [page.name for page in plan.pages] == ["baseline/10_good", "hard_times/10_good", "70_evidence"]
    assert [page.given for page in plan.pages] == [{"scenario": "baseline"}, {"scenario": "hard_times"}, {}]


def test_values_reach_only_the_notebooks_that_declare_them(home, write_notebook):
    write_notebook(home, "70_evidence", "1", parameters="as_of = None  # type: str day")
    day = str(load_evidence().as_of)
    plan = plan_report(home=home, scenarios=["hard_times"], parameters=[("until", "2030")], as_of=day)
    assert plan.pages[0].given == {"scenario": "hard_times", "until": 2030, "as_of": day}
    assert plan.pages[1].given == {"as_of": day}
    assert plan.pages[0].values["weight"] == 0.5


@pytest.mark.parametrize("name", ["10_good", "good", "10_good.ipynb", "10"])
def test_notebook_is_found_by_name_or_part(home, write_notebook, name):
    write_notebook(home, "20_other", "1")
    assert [path.stem for path in find_notebooks(home, [name])] == ["10_good"]


def test_a_number_that_two_notebooks_share_names_neither(home, write_notebook):
    write_notebook(home, "10_other", "1")
    with pytest.raises(InputError, match="unknown notebook `10`"):
        find_notebooks(home, ["10"])


def test_scenario_file_outside_the_workspace_is_passed_by_its_full_path(home, tmp_path, monkeypatch):
    file = tmp_path / "mine.yml"
    file.write_text("name: mine\ntitle: My own\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    page = plan_report(home=home, scenarios=["mine.yml"]).pages[0]
    assert page.name == "mine/10_good"
    assert page.given["scenario"] == "../outside/1/mine.yml", "no path of this machine"


def test_misspelt_parameter_gets_the_nearest_declared_name(home):
    with pytest.raises(UnknownName, match="unknown parameter `untli`; did you mean `until`"):
        plan_report(home=home, parameters=[("untli", "2030")])


def test_nearest_name_is_looked_for_in_all_chosen_notebooks(home, write_notebook):
    write_notebook(home, "20_other", "1", parameters="horizon = 10  # type: int years")
    assert "did you mean `horizon`" in refusal(home, parameters={"horzion": "5"})


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ({"scenarios": ["baselin"]}, "unknown scenario `baselin`; did you mean `baseline`"),
        ({"notebooks": ["10_god"]}, "unknown notebook `10_god`; did you mean `10_good`"),
        ({"parameters": {"until": "soon"}}, "must be a whole number from 2027 to 2050"),
        ({"parameters": {"weight": "1.5"}}, "must be a number from 0 to 1"),
        ({"parameters": {"noise": "3"}}, "must be a number from 0 to 2.5"),
        ({"parameters": [("until", "2030"), ("until", "2031")]}, "`until` is given 2 times"),
        ({"parameters": {"as_of": "2025-01-01"}, "as_of": "2025-01-01"}, "`as_of` is given 2 times"),
        ({"parameters": {"scenario": "baseline"}}, "choose scenarios with -s NAME"),
        ({"as_of": "2025-02-30"}, "`2025-02-30` is not a date"),
        ({"as_of": "yesterday"}, "is not a date; write it as"),
        ({"as_of": "2999-01-01"}, "out of range"),
        ({"as_of": "1700-01-01"}, "out of range"),
    ],
)
def test_wrong_input_is_refused(home, selection, words):
    assert words in refusal(home, **selection)


@pytest.mark.parametrize(("written", "day"), [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2024-02-05",) * 2])
def test_year_or_month_alone_means_its_last_day(home, written, day):
    plan = plan_report(home=home, as_of=written)
    assert plan.vintage.as_of == plan.pages[0].given["as_of"] == day


def test_running_year_means_the_newest_day(home):
    newest = load_evidence().as_of
    assert plan_report(home=home, as_of=str(newest.year)).vintage.as_of == str(newest)


def test_every_problem_is_told_at_once(home):
    message = refusal(
        home, scenarios=["nobody"], notebooks=["nothing"], parameters={"untli": "1", "until": "x"}, as_of="2999-01-01"
    )
    for words in ("5 problems", "`nobody`", "`nothing`", "`untli`", "`until`", "`2999-01-01`"):
        assert words in message


def test_draft_among_all_scenarios_is_passed_over_and_named(home):
    (home / "params" / "scenarios" / "draft.yml").write_text("", encoding="utf-8")
    plan = plan_report(home=home)
    assert [scenario.name for scenario in plan.scenarios] == ["baseline", "hard_times"]
    (fault,) = plan.skipped
    assert fault.startswith("draft.yml:1")
    assert "passed over: draft.yml:1" in preview_plan(plan).as_text()
    assert "draft.yml:1" in refusal(home, scenarios=["draft"]), "one that was asked for must be right"


def test_only_every_notebook_under_every_scenario_with_all_evidence_is_full(home, write_notebook):
    assert plan_report(home=home).full
    assert plan_report(home=home, scenarios=["baseline", "hard_times"], parameters={"until": 2030}).full
    write_notebook(home, "70_other", "1", parameters="as_of = None  # type: str day")
    for selection in (
        {"scenarios": ["baseline"]},
        {"notebooks": ["10_good"]},
        {"parameters": {"quick": True}},
        {"as_of": "2024-12-31"},
    ):
        assert not plan_report(home=home, **selection).full, selection


def test_two_scenario_files_of_one_name_are_refused(home, tmp_path):
    file = tmp_path / "baseline.yml"
    file.write_text("name: baseline\ntitle: Another\n", encoding="utf-8")
    assert "have the name `baseline`" in refusal(home, scenarios=["baseline", str(file)])


def test_notebook_without_parameters_cell_is_refused(home, write_notebook):
    path = write_notebook(home, "20_other", "1")
    path.write_text(path.read_text(encoding="utf-8").replace('"parameters"', '"other"'), encoding="utf-8")
    assert "`20_other.ipynb` has 0 code cells tagged `parameters`" in refusal(home, notebooks=["20_other"])


def test_default_that_is_no_literal_is_refused(home, write_notebook):
    write_notebook(home, "20_other", "1", parameters="until = 2030 + 5  # type: int last year")
    assert "must be a literal" in refusal(home, notebooks=["20_other"])


@pytest.mark.parametrize(
    "content", ["{", '{"cells": 3}', "[]", "", '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 3}']
)
def test_file_that_is_no_notebook_is_refused(home, content):
    (home / "notebooks" / "20_other.ipynb").write_text(content, encoding="utf-8")
    assert "`20_other.ipynb`" in refusal(home, notebooks=["20_other"])


@pytest.mark.parametrize("content", ["{", "[]"])
def test_notebook_that_nobody_asked_for_is_passed_over(home, content):
    (home / "notebooks" / "20_other.ipynb").write_text(content, encoding="utf-8")
    plan = plan_report(home=home)
    assert {page.notebook.name for page in plan.pages} == {"10_good"}
    assert len(plan.skipped) == 1
    assert "`20_other.ipynb`" in plan.skipped[0]


def test_workspace_without_notebooks_is_refused(home):
    (home / "notebooks" / "10_good.ipynb").unlink()
    assert "no notebook in" in refusal(home)


def test_out_must_be_a_folder_and_latest_a_link(home, tmp_path):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert "is a file" in refusal(home, out=file)
    (tmp_path / "out" / "latest").mkdir(parents=True)
    assert "is not a link to a run" in refusal(home, out=tmp_path / "out")


def test_title_and_help_come_from_the_notebook(home):
    notebook = read_notebook(home / "notebooks" / "10_good.ipynb")
    assert notebook.title == "What is good"
    assert notebook.parameters["until"].help == "last year"
    assert notebook.parameters["noise"].limits == (0, 2.5)
