"""Take the picture of the explorer that README shows: a slider is moved in Chromium as a reader would move it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from eastbound.explorer.serve import voila_command, write_page

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from servers import free_port, running  # noqa: E402

PICTURE = ROOT / "notebooks" / "docs" / "explorer.png"
GROUP = "Land crossings closed or on quotas"
FINE = "() => document.querySelector('.eastbound-explorer').textContent.includes('(2,048 draws)')"


def main() -> None:
    """Write the picture."""
    port = free_port()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = voila_command(write_page(Path(folder), "primorye", home=ROOT), [f"--port={port}"])
        with running(command, cwd=ROOT, env=dict(os.environ), sign="is running at"):
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--disable-gpu"])
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
            page.locator(".eastbound-explorer").screenshot(path=PICTURE)
            # a repository keeps every version of a picture, so few colours have to do
            Image.open(PICTURE).convert("RGB").quantize(64).save(PICTURE, optimize=True)
            browser.close()


if __name__ == "__main__":
    main()
