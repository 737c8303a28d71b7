"""Two real runs: pages, failures, index, manifest, what plain readers and machines get."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from killed_runs import members, start

from eastbound.errors import InputError
from eastbound.reports.embed import outside_addresses
from eastbound.reports.plan import plan_report
from eastbound.reports.run import run_report


def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def pages(run) -> list[Path]:
    return sorted(run.folder.rglob("*.html"))


def test_good_run_ends_with_zero_and_becomes_the_latest(runs):
    assert runs.good.exit_code == 0
    assert runs.good.failed == []
    assert (runs.out / "latest").resolve() == runs.good.folder.resolve()
    found = [path.relative_to(runs.good.folder).as_posix() for path in pages(runs.good)]
    assert found == ["baseline/10_good.html", "hard_times/10_good.html", "index.html"]


def test_given_values_reach_the_kernel(runs):
    text = read(runs.good.folder / "hard_times" / "10_good.html").get_text()
    assert "hard_times 2031 None" in text


def test_bad_run_ends_with_one_makes_all_pages_and_leaves_latest(runs):
    assert runs.bad.exit_code == 1
    assert [outcome.page for outcome in runs.bad.failed] == ["70_raises", "80_dies"]
    assert (runs.out / "latest").resolve() == runs.good.folder.resolve()
    names = {path.relative_to(runs.bad.folder).as_posix() for path in pages(runs.bad)}
    assert names == {"baseline/10_good.html", "70_raises.html", "80_dies.html", "index.html"}


def test_failed_page_names_the_step_and_shows_the_traceback(runs):
    page = read(runs.bad.folder / "70_raises.html")
    notice = page.select_one("[role=alert]").get_text(" ", strip=True)
    assert "Code cell 3 under “Step 2” failed with ZeroDivisionError: division by zero" in notice
    failure = page.select_one("#failure")
    assert "1 / 0" in failure.find("pre").get_text()
    assert page.title.get_text().startswith("Incomplete: ")
    assert page.find("h2", string="Step 3"), "what stands below the failure is still there"


def test_warm_kernel_shows_figures_as_any_kernel_does(runs):
    image = read(runs.bad.folder / "70_raises.html").find("img")
    assert image["src"].startswith("data:image/png;base64,")
    assert image["alt"] == "Figure under the heading “Step 1”; it has no description."


def test_kernel_that_dies_gives_a_marked_page(runs):
    page = read(runs.bad.folder / "80_dies.html")
    assert "DeadKernelError" in page.select_one("[role=alert]").get_text()
    assert page.select_one("#failure")


def test_index_marks_failures_and_links_every_page(runs):
    index = read(runs.bad.folder / "index.html")
    links = {a["href"] for a in index.select("main a")}
    assert links - {"#ages"} == {"baseline/10_good.html", "70_raises.html", "80_dies.html"}
    assert len(index.select(".mark")) == 2
    assert "2 of 3 pages are incomplete" in index.select_one("[role=alert]").get_text()


def test_page_of_all_scenarios_leads_to_the_pages_of_the_first(runs):
    page = read(runs.bad.folder / "70_raises.html")
    links = {a["href"]: a.get("aria-current") for a in page.select("nav[aria-label=Reports] a")}
    assert links == {"baseline/10_good.html": None, "70_raises.html": "page", "80_dies.html": None}
    assert page.select("nav[aria-label=Scenarios]") == []


def test_index_has_key_figures_by_scenario(runs):
    index = read(runs.good.folder / "index.html")
    head = [th.get_text() for th in index.select(".matrix thead th")]
    assert head == ["Baseline", "Hard times"]
    assert [td.get_text() for td in index.select(".matrix td.number .value")] == ["42.0 bcm", "42.0 bcm"]
    assert index.select_one(".matrix tbody th[scope=row]").get_text() == "Answer in 2035"


def test_no_page_loads_anything(runs):
    for path in [*pages(runs.good), *pages(runs.bad)]:
        html = path.read_text(encoding="utf-8")
        assert outside_addresses(BeautifulSoup(html, "html.parser")) == [], path
        assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in html


def test_pages_are_accessible(runs):
    for path in [*pages(runs.good), *pages(runs.bad)]:
        page = read(path)
        assert page.html["lang"] == "en"
        assert page.title.get_text().strip()
        assert len(page.find_all("h1")) == 1
        levels = [int(tag.name[1]) for tag in page.main.find_all(["h1", "h2", "h3", "h4"])]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        assert all(image.get("alt") for image in page.find_all("img"))
        ids = [tag["id"] for tag in page.find_all(id=True)]
        assert len(ids) == len(set(ids))
        anchors = {a["href"][1:] for a in page.find_all("a") if a["href"].startswith("#")}
        assert anchors <= set(ids), f"{path}: a contents link leads nowhere"
        assert page.select_one("a.skip")["href"] == "#main"
        assert page.header
        assert page.footer
        assert all(th.get("scope") for th in page.find_all("th"))


def test_links_between_pages_exist(runs):
    for path in pages(runs.good):
        for anchor in read(path).find_all("a"):
            if not anchor["href"].startswith("#"):
                assert (path.parent / anchor["href"]).exists(), (path, anchor["href"])


def test_page_shows_figure_caption_code_and_facts(runs):
    page = read(runs.good.folder / "baseline" / "10_good.html")
    image = page.find("img")
    assert image["alt"] == "A single dot, 5 < 6"
    assert image["src"].startswith("data:image/png;base64,")
    assert page.figcaption.get_text() == "One dot. Source: a pencil."
    assert all(not block.has_attr("open") for block in page.select("details.code"))
    facts = {row.dt.get_text(): row.dd.get_text() for row in page.select(".facts div")}
    assert facts["Scenario"] == "Baseline"
    assert {"Evidence as of", "Newest figure shown"} <= set(facts)
    assert "20261122" in page.select_one(".provenance").get_text()
    assert [row.dd.get_text() for row in page.select(".figures div")] == ["42.0 bcm"]
    assert [a.get_text() for a in page.select(".contents a")] == ["Step 1", "Step 2"]


def test_same_input_gives_the_same_page(runs):
    # only the links to the other pages of the run may differ
    first, second = (read(run.folder / "baseline" / "10_good.html") for run in (runs.good, runs.bad))
    for page in (first, second):
        for links in page.select("nav.links"):
            links.decompose()
    assert str(first) == str(second)


def test_manifest_says_what_went_in_and_what_came_out(runs):
    record = json.loads((runs.bad.folder / "manifest.json").read_text(encoding="utf-8"))
    assert record["schema"] == "manifest/1"
    assert record["run"] == runs.bad.folder.name == runs.bad.id
    assert record["evidence"].startswith("sha256:")
    assert record["seed"] == [20261122]
    assert set(record["scenarios"]) == {"baseline"}
    assert {"eastbound", "python", "numpy", "papermill"} <= set(record["versions"])
    files = {p.relative_to(runs.bad.folder).as_posix(): p for p in runs.bad.folder.rglob("*") if p.is_file()}
    assert set(record["outputs"]) == set(files) - {"manifest.json", "log.jsonl"}
    for name, digest in record["outputs"].items():
        assert digest == f"sha256:{sha256(files[name].read_bytes()).hexdigest()}"
    page = record["pages"][0]
    assert page["parameters"]["scenario"] == "baseline"
    assert {"kernel", "imports", "compute", "render", "total"} <= set(page["seconds"])
    assert page["results"][0]["value"] == 42.0
    assert [bool(p["failure"]) for p in record["pages"]] == [False, True, True]
    assert sum(record["shares"].values()) == pytest.approx(100, abs=1)


def test_executed_notebook_is_kept_without_paths_of_this_machine(runs):
    nb = nbformat.read(runs.good.folder / "notebooks" / "baseline" / "10_good.ipynb", as_version=4)
    assert nb.metadata.papermill.parameters == {"until": 2031, "scenario": "baseline"}
    assert nb.metadata.papermill.output_path == "baseline/10_good.ipynb"
    assert str(runs.out) not in json.dumps(nb.metadata)


def test_run_can_be_printed_and_is_json(runs):
    record = json.loads(json.dumps(runs.bad.as_record()))
    assert record["exit_code"] == 1
    assert record["pages"]["baseline/10_good"] == "made"
    assert "1 of 3 pages made" in runs.bad.as_text()
    assert "70_raises: Code cell 3" in runs.bad.as_text()


def test_folder_that_cannot_be_written_is_refused(home, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    plan = plan_report(home=home, out=tmp_path / "file" / "out")
    with pytest.raises(InputError, match="cannot write to"):
        run_report(plan)


BUSY = """\
import os
open({marker!r}, "w").write(str(os.getpid()))
sum(k for k in range(10**11))  # holds the interpreter: no thread of the kernel gets to run
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("number", "jobs"),  # one job forks its kernels from a server, three start them
    [(signal.SIGINT, "1"), (signal.SIGTERM, "3"), (signal.SIGKILL, "1"), (signal.SIGKILL, "3")],
)
def test_stopped_run_leaves_no_process_within_seconds(home, write_notebook, tmp_path, number, jobs):
    marker = tmp_path / "pid"
    write_notebook(home, "10_good", BUSY.format(marker=str(marker)))
    for extra in ("20_a", "30_b", "40_c", "50_d"):
        write_notebook(home, extra, "import time\ntime.sleep(60)", parameters="as_of = None  # type: str day\n")
    process, mark = start(home, "-s", "baseline", "-j", jobs)
    try:
        until(lambda: marker.exists() and marker.read_text())
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
        assert process.wait(5) != 0
        until(lambda: not members(mark), seconds=5)
    finally:
        for pid in members(mark):
            os.kill(pid, signal.SIGKILL)
    assert not (home / "reports" / "latest").exists()
    left = [path.name for path in (home / "reports").glob("*") if not path.name.startswith(".")]
    assert len(left) == (number == signal.SIGKILL), "only a run that could not clean up leaves its folder"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_worker_costs_its_page_alone(home, write_notebook):
    none = "as_of = None  # type: str day\n"
    write_notebook(home, "20_kills", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", parameters=none)
    write_notebook(home, "30_after", "print('END')", parameters=none)
    run = run_report(plan_report(home=home), jobs=2)  # kernels are children of the worker
    assert {name for name, outcome in run.outcomes.items() if outcome.failure} == {"20_kills"}
    assert "The process that made it ended (signal 9" in run.outcomes["20_kills"].failure
    page = read(run.folder / "20_kills.html")
    assert "This page is incomplete." in page.select_one("[role=alert]").get_text()


@pytest.mark.skipif(os.name != "posix", reason="file descriptors")
def test_stdout_carries_the_json_alone(home, write_notebook):
    write_notebook(home, "10_good", "import ctypes, os\n_ = os.write(1, b'raw')\n_ = ctypes.CDLL(None).puts(b'C')")
    command = [sys.executable, "-c", "from eastbound.cli import entry; entry()", "report", "--home", str(home)]
    done = subprocess.run([*command, "--json", "-j", "1"], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["exit_code"] == done.returncode == 0


def until(condition, *, seconds: float = 60) -> None:
    """Poll a condition of another process; the run around it has a limit of its own."""
    import select
    from time import monotonic

    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it never happened"
        select.select([], [], [], 0.05)
