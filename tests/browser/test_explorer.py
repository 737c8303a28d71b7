"""The explorer as Voila serves it: a slider moves fan and table by keyboard alone, and a scenario is saved once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from servers import free_port, running

import eastbound as eb
from eastbound.explorer.serve import voila_command, write_page

ROOT = Path(__file__).resolve().parents[2]
SIGN = "is running at"
SUBJECT = "gas.pos.deliveries"
STATE = """() => [...document.querySelectorAll('.eastbound-explorer img, .eastbound-explorer table')]
    .map(item => item.tagName === 'IMG' ? item.src + item.alt : item.textContent)"""

pytestmark = pytest.mark.browser


@pytest.fixture
def home(tmp_path) -> Path:
    """A workspace of its own, which a saved scenario may enter."""
    for name in ("notebooks", "params"):
        shutil.copytree(ROOT / name, tmp_path / "home" / name)
    return tmp_path / "home"


def opened(window, port: int):
    """Open the page and wait until it shows a picture and a table."""
    page = window.open(f"http://127.0.0.1:{port}/")
    page.locator(".eastbound-explorer img").wait_for()
    page.locator(".eastbound-explorer table").first.wait_for()
    return page


def moved(page, before: list[str]) -> None:
    """Wait until picture, its text and the table differ from what they were."""
    page.wait_for_function(
        f"before => {{ const now = ({STATE})(); return now.every((x, k) => x !== before[k]); }}", arg=before
    )


def called(*command: str, home: Path, environment) -> str:
    """Run a command in the workspace and return what it prints."""
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_a_slider_moves_fan_and_table_and_the_saved_scenario_joins_the_report(
    home, environment, open_window, eastbound, tmp_path
):
    port, environment = free_port(), {**environment, "EASTBOUND_HOME": str(home)}
    command = voila_command(write_page(tmp_path, SUBJECT, home=home), [f"--port={port}"])
    with running(command, cwd=home, env=environment, sign=SIGN):
        page = opened(open_window(), port)
        page.get_by_label("Change").select_option("Gas to China stops for political reasons")
        page.get_by_role("heading", name="Gas to China stops").wait_for()
        handle = page.get_by_role("slider").first
        before = page.evaluate(STATE)
        handle.focus()
        page.keyboard.press("PageUp")
        moved(page, before)

        page.get_by_label("Name").fill("more_stops")
        page.get_by_role("button", name="Save as scenario").press("Enter")
        page.get_by_text("Saved as more_stops.yml").wait_for()
        page.get_by_role("button", name="Save as scenario").press("Enter")
        page.get_by_text("there is a scenario `more_stops` already").wait_for()
        page.get_by_role("button", name="Show the code").press("Enter")
        page.wait_for_function("() => document.querySelectorAll('textarea')[1].value.includes(\"'gas_stop.rate'\")")
    saved = eb.load_scenario("more_stops", home=home)
    assert saved.extends == "baseline"
    report = [eastbound, "report", "-k", "30_pipelines", "-p", "quick", "true"]
    assert "more_stops" in called(*report, "-n", home=home, environment=environment)
    index = Path(called(*report, "-s", "more_stops", home=home, environment=environment).splitlines()[-1].strip())
    assert saved.title in index.read_text(encoding="utf-8")
    assert len(list(index.parent.rglob("*30_pipelines.html"))) == 1


def test_the_served_page_answers_and_saves_nothing(home, environment, open_window):
    port = free_port()
    command = [str(Path(sys.executable).with_name("eastbound")), "serve", SUBJECT, "--home", str(home), "--"]
    with running([*command, f"--port={port}"], cwd=home, env=environment, sign=SIGN):
        page = opened(open_window(), port)
        page.get_by_text("This page is shared: nothing is saved from it.").wait_for()
        assert page.get_by_role("button", name="Save as scenario").count() == 0
        assert page.locator("textarea").count() > 0
