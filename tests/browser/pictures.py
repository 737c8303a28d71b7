"""Take the pictures that README shows, in Chromium as a reader would see them: explorer, report page and index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from eastbound.explorer.serve import voila_command, write_page

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from servers import free_port, running  # noqa: E402

FOLDER: Final = ROOT / "notebooks" / "docs"
GROUP: Final = "Land crossings closed or on quotas"
FINE: Final = "() => document.querySelector('.eastbound-explorer').textContent.includes('(2,048 draws)')"
REPORT: Final = (
    "report",
    "-s",
    "baseline",
    "-s",
    "secondary_sanctions",
    "-k",
    "20_primorye",
    "-k",
    "10_trade",
    "-k",
    "30_pipelines",
)
HEADING: Final = "The share and its fan"


def main() -> None:
    """Write the pictures."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        reports = Path(folder, "reports")
        # in a process of its own: workers are started anew, and Playwright holds this one's event loop
        code = f"from eastbound.cli import main; raise SystemExit(main({[*REPORT, '--out', str(reports)]!r}))"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--disable-gpu"])
        picture_report(browser, next(reports.glob("2*/index.html")).parent)
        picture_explorer(browser, Path(folder))
        browser.close()


def picture_report(browser: Browser, run: Path) -> None:
    """Picture the index of a run, and its page on Primorye from the first chart on."""
    page = opened(browser, run / "index.html", height=960)
    page.screenshot(path=FOLDER / "index.png")
    page = opened(browser, next(run.rglob("20_primorye.html")), height=980)
    heading = page.get_by_role("heading", name=HEADING)
    heading.evaluate("heading => window.scrollTo(0, heading.getBoundingClientRect().top + window.scrollY - 16)")
    page.screenshot(path=FOLDER / "page.png")
    for name in ("index", "page"):
        shrink(FOLDER / f"{name}.png")


def opened(browser: Browser, path: Path, *, height: int) -> Page:
    """Open a page of a report in a window of usual width."""
    page = browser.new_page(viewport={"width": 1180, "height": height})
    page.goto(path.resolve().as_uri())
    return page


def picture_explorer(browser: Browser, folder: Path) -> None:
    """Picture the explorer after a slider was moved to its end."""
    port, path = free_port(), FOLDER / "explorer.png"
    command = voila_command(write_page(folder, "primorye", home=ROOT), [f"--port={port}"])
    with running(command, cwd=ROOT, env=dict(os.environ), sign="is running at"):
        page = browser.new_page(viewport={"width": 1180, "height": 1060})
        page.set_default_timeout(120_000)
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator(".eastbound-explorer img").wait_for()
        page.get_by_label("Change").select_option(GROUP)
        page.get_by_role("heading", name=GROUP).wait_for()
        before = page.locator(".eastbound-explorer img").get_attribute("src")
        page.get_by_role("slider").nth(1).focus()
        page.keyboard.press("End")
        page.wait_for_function("x => document.querySelector('.eastbound-explorer img').src !== x", arg=before)
        page.wait_for_function(FINE)
        page.locator(".eastbound-explorer").screenshot(path=path)
    shrink(path)


def shrink(path: Path) -> None:
    """Write a picture again in few colours: a repository keeps every version of it."""
    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main()
