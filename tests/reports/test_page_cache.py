"""A page is made again only when something that it is made from has changed, and it then has the same bytes."""

import json

import pytest

from eastbound.ensemble.cache import cache_folder
from eastbound.reports.jobs.preview import preview_plan
from eastbound.reports.page_cache import page_key
from eastbound.reports.plan import plan_report
from eastbound.reports.reads import noted
from eastbound.reports.run import run_report

READS = "print(open('../params/extra.yml').read(), scenario)"
NONE = "as_of = None  # type: str day\n"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "cache"))


def run(home, **options):
    force = options.pop("force", False)
    return run_report(plan_report(home=home, **options), jobs=1, force=force)


def reasons(report):
    """Why each page was made; empty for one from the cache."""
    return {name: outcome.reason for name, outcome in report.outcomes.items()}


def contents(report):
    files = [path for path in report.folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    return {path.relative_to(report.folder).as_posix(): path.read_bytes() for path in files}


def unchanging(run):
    """Return what a second run leaves as it was: all but the log and the page that is made every time."""
    return {name: content for name, content in contents(run).items() if name != "log.jsonl" and "30_asks" not in name}


@pytest.mark.pages
def test_only_what_changed_is_made_again(home, write_notebook):
    (home / "params" / "extra.yml").write_text("one", encoding="utf-8")
    write_notebook(home, "20_reads", READS)
    write_notebook(home, "30_asks", "import subprocess\nsubprocess.run(['true'])", parameters=NONE)
    first = run(home)
    assert set(reasons(first).values()) == {"not in the cache"}

    # nothing changed; a page that asks another process is never taken for unchanged
    second = run(home)
    assert {name: reason for name, reason in reasons(second).items() if reason} == {"30_asks": "not in the cache"}
    assert second.outcomes["baseline/10_good"].results == first.outcomes["baseline/10_good"].results
    assert unchanging(second) == unchanging(first)
    assert "4 unchanged" in second.as_text()

    # the plan says what a run would do, without running
    preview = preview_plan(plan_report(home=home, notebooks=["10_good", "30_asks"]), jobs=2)
    assert [step.action for step in preview.steps] == ["render", "render", "run"]
    record = preview_plan(plan_report(home=home), jobs=2).as_record()
    assert record["counts"] == {"run": 1, "render": 0, "keep": 4}
    assert record["seconds"] > 0
    assert record["pages_without_time"] == 0
    changed = preview_plan(plan_report(home=home, notebooks=["10_good"], parameters={"until": 2031}))
    assert [step.reason for step in changed.steps] == ["`until` is 2031, was 2035"] * 2
    assert changed.steps[0].as_text().endswith("s: `until` is 2031, was 2035")

    # a file that one notebook reads, and a damaged entry
    (home / "params" / "extra.yml").write_text("two", encoding="utf-8")
    plan = plan_report(home=home, notebooks=["10_good"])
    entry = cache_folder() / "pages" / f"{page_key(plan, plan.pages[0])}.zip"
    entry.write_bytes(entry.read_bytes()[:-9] + b"other end")
    assert reasons(run(home)) == {
        "baseline/10_good": "not in the cache",
        "hard_times/10_good": "",
        "baseline/20_reads": "`params/extra.yml` changed",
        "hard_times/20_reads": "`params/extra.yml` changed",
        "30_asks": "not in the cache",
    }

    # another selection of pages changes only what surrounds the cells
    narrow = run_report(plan, jobs=1)
    assert set(reasons(narrow).values()) == {"the other pages of the report, or the age of its figures, changed"}
    assert all("compute" not in outcome.seconds for outcome in narrow.outcomes.values())
    assert "20_reads" not in (narrow.folder / "baseline" / "10_good.html").read_text(encoding="utf-8")

    forced = run(home, notebooks=["10_good"], scenarios=["baseline"], force=True)
    assert reasons(forced) == {"baseline/10_good": "asked for with --force"}
    record = json.loads((forced.folder / "manifest.json").read_text(encoding="utf-8"))
    assert record["pages"][0]["made_because"] == "asked for with --force"


def test_notes_name_each_file_once_without_those_of_the_system(tmp_path):
    notes = tmp_path / "reads"
    lines = ["/usr/lib/x.so", "/ann/b.csv", "/ann/a.csv", "/ann/b.csv", "/ann/tmp/c"]
    notes.write_text("\n".join(lines), encoding="utf-8")
    assert noted(notes, ignored=[tmp_path, "/ann/tmp"]) == ["/ann/a.csv", "/ann/b.csv"]
    notes.write_text("/ann/a.csv\n*\n", encoding="utf-8")
    assert noted(notes, ignored=[]) is None
