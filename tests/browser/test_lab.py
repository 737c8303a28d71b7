"""An analyst changes parameters of a notebook in JupyterLab and runs it."""

from __future__ import annotations

import json
import os
import queue
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
TOKEN = "only-for-this-test"
# all cells stay in the page, where they can be counted
SETTINGS = {"notebook-extension/tracker": {"windowingMode": "none"}}
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent)"
# JupyterLab shows a traceback as it shows a warning; an analyst should see neither
FAILURES = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']"

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


@pytest.fixture
def lab(tmp_path, eastbound, environment) -> Iterator[Lab]:
    """JupyterLab on a copy of the workspace, started by our own command and asked to stop afterwards."""
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


def test_analyst_edits_parameters_and_runs_the_notebook(lab, open_window):
    window = open_window()
    page = window.open(f"{lab.address}/lab/tree/{NOTEBOOK}?token={TOKEN}")
    page.locator(".jp-Notebook .jp-CodeCell .cm-line", has_text="scenario").first.wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
    _replace(page, '"baseline"', by="price_slump")
    _replace(page, "False", by="True")
    _run_all(page)
    done = f"{PROMPTS}.every(text => /\\[\\d+\\]/.test(text))"
    page.wait_for_function(f'() => {done} || document.querySelector("{FAILURES}")')
    assert page.locator(FAILURES).all_inner_texts() == []
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
    done = f"{PROMPTS}.every(text => /\\[\\d+\\]/.test(text))"
    page.wait_for_function(f'() => {done} || document.querySelector("{FAILURES}")')
    assert page.locator(FAILURES).all_inner_texts() == []
    assert page.locator(".jp-OutputArea-output img").count() == 1
    assert {urlsplit(address).hostname for address in window.requests} <= {"127.0.0.1", None}
