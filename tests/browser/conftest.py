"""A real Chromium that writes down every request and complaint, and one cache for all runs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]
PATIENCE = 120_000  # milliseconds until a condition counts as never met; a busy machine is no defect


@dataclass
class Window:
    """A browser window; what it asked for and what went wrong in it are kept."""

    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """Open an address in a new tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.goto(address)
        return page

    def watch(self) -> None:
        """Listen to every tab, also before its first request."""
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("requestfailed", lambda request: self.complaints.append(f"not loaded: {request.url[:200]}"))
        self.context.on("console", self._hear)

    def _hear(self, message) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a display."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("Chromium is not installed; on Debian: apt-get install chromium.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Callable[..., Window]]:
    """Open a window of a given width in pixels; closed after the test."""
    contexts = []

    def open_one(width: int = 1280) -> Window:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}))
        contexts[-1].set_default_timeout(PATIENCE)
        window = Window(contexts[-1])
        window.watch()
        return window

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Environment for the commands of this folder: an ensemble store of their own, shared between them."""
    return {**os.environ, "EASTBOUND_CACHE": str(tmp_path_factory.mktemp("cache")), "EASTBOUND_HOME": str(ROOT)}


@pytest.fixture(scope="session")
def eastbound() -> str:
    """The installed command."""
    return str(Path(sys.executable).with_name("eastbound"))
