"""Success means that every cell ran: each way to stop early marks the page and the run."""

from __future__ import annotations

import json

import nbformat
import psutil
import pytest
from bs4 import BeautifulSoup

from eastbound.errors import InputError
from eastbound.reports.plan import plan_report
from eastbound.reports.run import run_report

NONE = "quick = False  # type: bool few draws\n"
RICH = "from rich.traceback import install\n_ = install()\n1 / 0"
HANDLER = "get_ipython().set_custom_exc((Exception,), lambda self, kind, error, trace, offset=None: print('logged'))"
EARLY = {
    "40_zero": (["import sys\nsys.exit(0)"], "ended the notebook early (SystemExit: 0); 1 later code cell did not run"),
    "41_bare": (["raise SystemExit"], "ended the notebook early (SystemExit); 1 later code cell did not run"),
    "42_exit": (["exit()"], "ended the notebook early (SystemExit: the cell closed the kernel)"),
    "43_magic": (["%nosuchmagic 1"], "failed with UsageError: Line magic function `%nosuchmagic` not found"),
    "44_rich": ([RICH], "failed with ZeroDivisionError: division by zero"),
    "45_handler": ([HANDLER, "raise ValueError('no rows')"], "failed with ValueError: no rows"),
    "46_stop": (["class Stop(Exception): pass\nraise Stop"], "failed with Stop"),
    "47_same": (
        ["n = [1]", "assert n.pop()", "assert n.pop()"],
        "Code cell 4 under “Step 3” failed with IndexError: pop from empty list",
    ),
}


@pytest.fixture(scope="module")
def early(new_home, add_notebook):
    """One run of notebooks that all stop early."""
    home = new_home()
    for name, (code, _) in EARLY.items():
        add_notebook(home, name, *code, "print('CONCLUSION')", parameters=NONE)
    return run_report(plan_report(home=home, scenarios=["baseline"]), jobs=1)


@pytest.mark.parametrize("name", EARLY)
def test_page_whose_later_cells_never_ran_is_incomplete(early, name):
    failure = early.outcomes[name].failure
    assert EARLY[name][1] in failure
    page = BeautifulSoup((early.folder / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    assert "This page is incomplete." in page.select_one("[role=alert]").get_text()
    assert page.select_one("#failure"), "the step that stopped the notebook can be found"
    assert "CONCLUSION" not in [output.get_text(strip=True) for output in page.select("pre.output")]


def test_run_that_stopped_early_fails_and_leaves_latest(early):
    assert early.exit_code == 1
    assert {outcome.page for outcome in early.failed} == set(EARLY)
    assert not (early.folder.parent / "latest").exists()
    assert f"40_zero: Code cell 2 under “Step 1” {EARLY['40_zero'][1]}" in early.as_text()
    failures = [page["failure"] for page in json.loads((early.folder / "manifest.json").read_text())["pages"]]
    assert sum(bool(failure) for failure in failures) == len(EARLY)


def test_cell_tagged_raises_exception_may_raise(new_home, add_notebook):
    home = new_home()
    path = add_notebook(home, "10_good", "int('x')", "print('CONCLUSION')")
    nb = nbformat.read(path, as_version=4)
    nb.cells[3].metadata["tags"] = ["raises-exception"]
    nbformat.write(nb, path)
    run = run_report(plan_report(home=home), jobs=1)
    assert run.exit_code == 0
    assert (run.folder.parent / "latest").resolve() == run.folder.resolve()
    page = BeautifulSoup((run.folder / "baseline" / "10_good.html").read_text(encoding="utf-8"), "html.parser")
    assert [pre.get_text(strip=True) for pre in page.select("pre.output")] == ["CONCLUSION"]
    assert "This step raises ValueError." in page.select_one(".raised").get_text()
    assert not page.select("[role=alert], #failure")


def test_page_states_only_what_its_notebook_takes(new_home, add_notebook):
    home = new_home()
    add_notebook(home, "10_good", "print(scenario, as_of)", parameters='scenario: str | None = "baseline"  # name\n')
    add_notebook(home, "20_fixed", "1", parameters='as_of: str | None = "2024-12-31"  # day\n')
    plan = plan_report(home=home, scenarios=["hard_times"], parameters={})
    first, second = plan.pages
    assert first.vintage is None
    assert first.given == {"scenario": "hard_times"}
    assert second.vintage.as_of == "2024-12-31", "the default of the notebook, not the newest day"


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_detached_child_of_a_notebook_ends_with_the_run(new_home, add_notebook, tmp_path):
    """A child in a session of its own has no living parent that could end it."""
    home, written = new_home(), tmp_path / "pid"
    code = f"""
import pathlib, subprocess
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
pathlib.Path({str(written)!r}).write_text(str(child.pid))
"""
    add_notebook(home, "40_detached", code, parameters=NONE)
    run = run_report(plan_report(home=home, scenarios=["baseline"], notebooks=["40_detached"]), jobs=1)
    assert run.exit_code == 0
    assert not alive(int(written.read_text()))


def test_unreadable_notebook_and_draft_scenario_cost_no_other_page(new_home, add_notebook):
    home = new_home()
    for path in (home / "notebooks").glob("*.ipynb"):
        path.unlink()
    add_notebook(home, "40_good", "print('CONCLUSION')", parameters=NONE)
    (home / "notebooks" / "50_broken.ipynb").write_text("{", encoding="utf-8")
    (home / "params" / "scenarios" / "draft.yml").write_text("", encoding="utf-8")
    run = run_report(plan_report(home=home), jobs=1)
    assert run.outcomes["40_good"].failure == ""
    assert run.exit_code == 1
    assert not (run.folder.parent / "latest").exists()
    broken, draft = run.skipped
    assert broken.startswith("`50_broken.ipynb` cannot be read as a notebook")
    assert draft.startswith("draft.yml")
    assert all(f"passed over: {fault}" in run.as_text() for fault in run.skipped)


def test_unreadable_notebook_that_was_asked_for_is_refused(new_home):
    home = new_home()
    (home / "notebooks" / "50_broken.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"50_broken.ipynb. cannot be read"):
        plan_report(home=home, notebooks=["50_broken"])
