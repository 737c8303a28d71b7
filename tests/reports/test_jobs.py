"""Standing jobs, files of parameters, several days of evidence, and what a plan says before anything runs."""

from __future__ import annotations

import json

import pytest

from eastbound.cli.command import main
from eastbound.errors import InputError, ScenarioError, UnknownName
from eastbound.reports.jobs import space
from eastbound.reports.jobs.preview import preview_plan
from eastbound.reports.jobs.request import Request, plan_request, with_job
from eastbound.reports.jobs.standing import job_names, load_job
from eastbound.reports.plan import plan_report


def write_job(home, name, text):
    folder = home / "params" / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")


def without_disk(text):
    """Read plans, without the free space, which changes by itself."""
    record = json.loads(text)
    assert all(run.pop("disk")["needed"] > 0 for run in record["runs"])
    return record


def test_every_job_of_the_package_is_valid():
    assert [load_job(name).format for name in job_names()] == [1, 1, 1]


def test_options_prevail_over_the_job(home):
    write_job(home, "weekly", "title: Weekly\nscenarios: [hard_times]\nparameters: {until: 2031, weight: 0.25}\n")
    request = with_job(Request(parameters={"until": "2033"}), "weekly", home=home)
    (plan,) = plan_request(request, home=home, out=None)
    assert [page.name for page in plan.pages] == ["hard_times/10_good"]
    assert plan.pages[0].given == {"scenario": "hard_times", "until": 2033, "weight": 0.25}


def test_wrong_jobs_are_refused_with_file_and_line(home):
    write_job(home, "weekly", "title: Weekly\nnotebook: [10_good]\n")
    with pytest.raises(ScenarioError, match=r"weekly.yml:2:.*`notebook`.*`notebooks`"):
        load_job("weekly", home)
    with pytest.raises(UnknownName, match="unknown job `wekly`; did you mean `weekly`"):
        load_job("wekly", home)


def test_a_run_for_each_day_of_evidence_and_all_problems_before_the_first(home):
    days = ("2026-03-31", "2025-12-31")
    plans = plan_request(Request(as_of=days, scenarios=("baseline",)), home=home, out=None)
    assert [plan.vintage.as_of for plan in plans] == list(days)
    with pytest.raises(InputError, match="2 problems; nothing was run") as caught:
        plan_request(Request(as_of=("2026-03-31", "1700-01-01", "soon")), home=home, out=None)
    assert "`soon` is not a date" in str(caught.value)


def test_file_of_parameters_gives_way_to_options(home, tmp_path, capsys):
    (tmp_path / "p.yml").write_text("until: 2031\nnoise: 1e-1\n", encoding="utf-8")
    options = ["-f", str(tmp_path / "p.yml"), "-p", "until", "2032", "--home", str(home), "--json"]
    assert main(["plan", "-s", "baseline", *options]) == 0
    planned = without_disk(capsys.readouterr().out)
    assert planned["runs"][0]["pages"][0]["parameters"]["until"] == 2032
    assert planned["runs"][0]["pages"][0]["parameters"]["noise"] == 0.1
    assert main(["report", "-n", "-s", "baseline", *options]) == 0
    assert without_disk(capsys.readouterr().out) == planned, "a dry run shows the same plan"
    (tmp_path / "p.yml").write_text("untli: 2031\n", encoding="utf-8")
    assert main(["plan", *options[:2], "--home", str(home)]) == 2
    assert "unknown parameter `untli`; did you mean `until`" in capsys.readouterr().err


def test_plan_without_an_earlier_run_has_no_estimate(home):
    preview = preview_plan(plan_report(home=home, scenarios=["baseline"]))
    record = json.loads(json.dumps(preview.as_record()))
    assert record["schema"] == "plan/2"
    assert record["pages"][0]["page"] == "baseline/10_good.html"
    assert (record["pages"][0]["action"], record["pages"][0]["reason"]) == ("run", "not in the cache")
    assert (record["seconds"], record["pages_without_time"]) == (None, 1)
    text = preview.as_text()
    assert "1 page, evidence as of" in text
    assert "until=2035" in text
    assert "no estimate of the time" in text


def test_full_disk_is_refused_before_anything_runs(home, monkeypatch):
    monkeypatch.setattr(space, "_PAGE_BYTES", 10**18)
    with pytest.raises(InputError, match=r"MB free, and the report needs about .* choose another folder with --out"):
        plan_report(home=home)
    assert not (home / "reports").exists()


def test_misspelt_series_is_refused_with_the_nearest(home, write_notebook):
    write_notebook(home, "20_typo", "print('trade.china_russia.totl', 'trade.csv', 'trade.china_russia')")
    with pytest.raises(UnknownName, match=r"unknown series `trade.china_russia.totl`.*trade.china_russia.total"):
        plan_report(home=home)
