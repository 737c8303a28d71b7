"""Tell how a run gets on: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """What a run calls while it works."""

    def stage(self, text: str) -> None:
        """Say what begins."""

    def done(self, page: str, *, seconds: float, failed: bool) -> None:
        """Say that a page has been made."""


class Lines:
    """One plain line per step, for logs."""

    def __init__(self, pages: int) -> None:
        self.pages, self.made = pages, 0

    def stage(self, text: str) -> None:
        """Print what begins."""
        self._print(text)

    def done(self, page: str, *, seconds: float, failed: bool) -> None:
        """Print that a page has been made."""
        self.made += 1
        self._print(f"[{self.made}/{self.pages}] {page} {'FAILED' if failed else 'made'} in {seconds:.1f} s")

    def _print(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - stdout is for the result


class Bar:
    """A bar of rich's."""

    def __init__(self, bar: object, task: object) -> None:
        self._bar, self._task = bar, task

    def stage(self, text: str) -> None:
        """Show what begins."""
        self._bar.update(self._task, description=text)  # type: ignore[attr-defined]

    def done(self, page: str, *, seconds: float, failed: bool) -> None:
        """Move on by one page; name those that failed."""
        if failed:
            self._bar.console.print(f"[red]failed[/red] {page} in {seconds:.1f} s")  # type: ignore[attr-defined]
        self._bar.advance(self._task)  # type: ignore[attr-defined]


@contextmanager
def show_progress(pages: int) -> Iterator[Progress]:
    """Yield a bar if errors go to a terminal, else plain lines."""
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
