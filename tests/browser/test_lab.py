"""An analyst opens notebooks in JupyterLab, changes parameters and runs them; each report notebook runs whole."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import nbformat
import pytest

from eastbound.scenarios.layout import lay_out

NOTEBOOK = "notebooks/20_primorye.ipynb"
FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
RUN_WHOLE = [f"{path.relative_to(FOLDER.parent)}" for path in sorted(FOLDER.glob("[0-9]*.ipynb"))]
RUN_WHOLE = [*(name for name in RUN_WHOLE if name != NOTEBOOK), "notebooks/docs/01_tutorial.ipynb"]
FEW = {"quick": "True"}  # parameters of the notebooks that run whole, as in the quick report of the other tests
TOKEN = "only-for-this-test"
# all cells stay in the page, where they can be counted
SETTINGS = {"notebook-extension/tracker": {"windowingMode": "none"}}
PATIENCE = 120_000  # milliseconds; whole notebooks are waited for three times as long
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent)"
# JupyterLab shows a traceback as it shows a warning; an analyst should see neither
FAILURES = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']"
DONE = f"{PROMPTS}.every(text => /\\[\\d+\\]/.test(text))"
PICTURES = "() => [...document.querySelectorAll('.jp-OutputArea-output img')].map(picture => picture.src)"

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    address: str
    home: Path


def _environment(environment, folder: Path, home: Path) -> dict[str, str]:
    """Return an environment in which nothing of this user's Jupyter counts, and a user's kernel is broken."""
    for name, values in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    broken = folder / "data" / "kernels" / "python3" / "kernel.json"
    broken.parent.mkdir(parents=True)
    broken.write_text(json.dumps({"argv": ["false"], "display_name": "Python 3", "language": "python"}))
    places = {
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
    }
    return {**environment, **{k: str(folder / v) for k, v in places.items()}, "EASTBOUND_HOME": str(home)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(lines: queue.Queue[str | None]) -> None:
    said = []
    while (line := lines.get(timeout=120)) is not None:
        said.append(line)
        if "is running at" in line:
            return
    pytest.fail(f"JupyterLab ended:\n{''.join(said)}")


def _pump(stream, lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, eastbound, environment) -> Iterator[Lab]:
    """JupyterLab on a copy of the workspace, started by our own command and asked to stop afterwards."""
    tmp_path = tmp_path_factory.mktemp("lab")
    home, port = tmp_path / "home", _free_port()
    lay_out(home)
    command = [eastbound, "lab", "--", "--no-browser", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", "--allow-root"]
    process = subprocess.Popen(
        command,
        cwd=home,
        env=_environment(environment, tmp_path / "jupyter", home),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a group of its own, so that only what was started here can be ended
    )
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_pump, args=(process.stderr, lines))
    reader.start()
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(lines)
        yield Lab(address, home)
        with urlopen(Request(f"{address}/api/shutdown?token={TOKEN}", method="POST")):
            pass
        assert process.wait(timeout=60) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)
        reader.join()
        process.stderr.close()


def _ask(lab: Lab, path: str, method: str = "GET"):
    """Ask the server of JupyterLab, and return what it says."""
    with urlopen(Request(f"{lab.address}/{path}?token={TOKEN}", method=method)) as answer:
        text = answer.read()
    return json.loads(text) if text else None


@pytest.fixture
def open_notebook(lab, open_window):
    """Open a notebook in a layout of its own and wait for its kernel; all kernels are ended after the test."""

    def open_one(name: str):
        window = open_window()
        layout = f"auto-{name.rpartition('/')[2].partition('.')[0]}"
        page = window.open(f"{lab.address}/lab/workspaces/{layout}/tree/{name}?token={TOKEN}")
        page.locator(".jp-Notebook .jp-CodeCell .cm-line", has_text="=").first.wait_for()
        page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
        return window, page

    yield open_one
    for session in _ask(lab, "api/sessions"):
        _ask(lab, f"api/sessions/{session['id']}", "DELETE")


def _replace(page, word: str, *, by: str) -> None:
    """Put the cursor behind a word in the first code cell and type another one over it."""
    page.locator(".jp-CodeCell").first.get_by_text(word, exact=True).dblclick()
    page.keyboard.type(by)


def _run_all(page) -> None:
    """Choose Run > Run All Cells, again if need be: a kernel that has just come up may not hear the first time."""
    from playwright.sync_api import TimeoutError as NotYet

    for _ in range(10):
        page.get_by_role("menubar").get_by_text("Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            page.wait_for_function(f"() => {PROMPTS}.some(text => /\\[[*\\d]/.test(text))", timeout=5_000)
        except NotYet:
            continue
        return
    pytest.fail("no cell started")


def _wait_until_done(page) -> None:
    """Wait until every cell has run or one shows an error; none does."""
    page.wait_for_function(f'() => {DONE} || document.querySelector("{FAILURES}")', timeout=3 * PATIENCE)
    assert page.locator(FAILURES).all_inner_texts() == []


@pytest.mark.parametrize("name", RUN_WHOLE, ids=lambda name: Path(name).stem)
def test_a_notebook_runs_from_top_to_bottom(name, lab, open_notebook):
    path = lab.home / name
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ()))
    for parameter, value in FEW.items():
        cell.source = re.sub(rf"^({parameter}: \w+) = \S+", rf"\1 = {value}", cell.source, flags=re.MULTILINE)
    nbformat.write(notebook, path)
    window, page = open_notebook(name)
    _run_all(page)
    _wait_until_done(page)
    assert page.locator(".jp-OutputArea-output img").count() >= 2
    assert {urlsplit(address).hostname for address in window.requests} <= {"127.0.0.1", None}


def test_analyst_edits_parameters_and_runs_the_notebook(lab, open_notebook):
    window, page = open_notebook(NOTEBOOK)
    _replace(page, '"baseline"', by="price_slump")
    _replace(page, "False", by="True")
    _run_all(page)
    _wait_until_done(page)
    assert page.locator(".jp-OutputArea-output img").count() >= 4

    page.keyboard.press("Control+S")
    page.locator(".jp-DocumentWidget.jp-mod-dirty, .lm-TabBar-tab.jp-mod-dirty").wait_for(state="detached")
    saved = nbformat.read(lab.home / NOTEBOOK, as_version=4)
    cells = [cell for cell in saved.cells if cell.cell_type == "code"]
    assert 'scenario: str = "price_slump"' in cells[0].source
    assert "quick: bool = True" in cells[0].source
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 4
    assert any("slump" in str(output.get("data", {})) for output in outputs)
    assert {urlsplit(address).hostname for address in window.requests} <= {"127.0.0.1", None}


def test_lab_opens_at_the_start_page_with_our_settings_and_asks_nothing(lab, open_window):
    window = open_window()
    page = window.open(f"{lab.address}/?token={TOKEN}")
    page.locator(".jp-Notebook h1", has_text="Start here").wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    address = f"{lab.address}/lab/api/settings/@jupyterlab/completer-extension:manager?token={TOKEN}"
    with urlopen(address) as answer:
        assert json.load(answer)["schema"]["properties"]["autoCompletion"]["default"] is True
    _run_all(page)
    # Restarted in the middle of the simulation: nothing is lost, and the page runs through.
    page.get_by_role("menubar").get_by_text("Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel and Run All Cells").click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.locator(".jp-Dialog").wait_for(state="detached")
    page.wait_for_function(f"() => {PROMPTS}.some(text => /\\[[*]/.test(text))")
    _wait_until_done(page)
    (before,) = page.evaluate(PICTURES)
    # Another scenario in the cell of parameters, and the figure is another one.
    _replace(page, '"my_scenario"', by="price_slump")
    _run_all(page)
    page.wait_for_function(
        f"before => {{ const now = ({PICTURES})(); return now.length && now[0] !== before; }}", arg=before
    )
    _wait_until_done(page)
    assert {urlsplit(address).hostname for address in window.requests} <= {"127.0.0.1", None}
