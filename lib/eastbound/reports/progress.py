"""Show the progress of a run: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from eastbound.reports.unattended.log import log_format


class Progress(Protocol):
    """Define what a run calls to report progress."""

    def stage(self, text: str) -> None:
        """Announce a stage."""

    def done(self, page: str, *, how: str, failed: bool) -> None:
        """Report a finished page, and how long it took or that it is unchanged."""


class Silent:
    """Show nothing."""

    def stage(self, text: str) -> None:
        """Pass over a stage."""

    def done(self, page: str, *, how: str, failed: bool) -> None:
        """Pass over a page."""


class Lines:
    """Print one plain line per step, for logs."""

    def __init__(self, pages: int) -> None:
        self.pages, self.made = pages, 0

    def stage(self, text: str) -> None:
        """Print the name of a stage."""
        self._print(text)

    def done(self, page: str, *, how: str, failed: bool) -> None:
        """Print a finished page."""
        self.made += 1
        self._print(f"[{self.made}/{self.pages}] {page} {how}")

    def _print(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - stdout is for the result


class Bar:
    """Show a progress bar with rich."""

    def __init__(self, bar: object, task: object) -> None:
        self._bar, self._task = bar, task

    def stage(self, text: str) -> None:
        """Show the name of a stage."""
        self._bar.update(self._task, description=text)  # type: ignore[attr-defined]

    def done(self, page: str, *, how: str, failed: bool) -> None:
        """Advance by one page, and name it if it failed."""
        if failed:
            self._bar.console.print(f"[red]{page}[/red] {how}")  # type: ignore[attr-defined]
        self._bar.advance(self._task)  # type: ignore[attr-defined]


@contextmanager
def show_progress(pages: int) -> Iterator[Progress]:
    """Yield a bar if errors go to a terminal, else plain lines; nothing if the log goes there as JSON."""
    if log_format() == "json":  # the log itself goes to standard error
        yield Silent()
        return
    if not sys.stderr.isatty():
        yield Lines(pages)
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Bar(bar, bar.add_task("Preparing", total=pages))
