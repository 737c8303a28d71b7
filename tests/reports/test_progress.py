"""Progress without a terminal, and with one."""

from __future__ import annotations

import io

from eastbound.reports.progress import show_progress


def steps(progress) -> None:
    progress.stage("Making pages")
    progress.done("baseline/10_good", how="made in 1.2 s", failed=False)
    progress.done("70_raises", how="FAILED in 2.0 s", failed=True)


def test_plain_lines_without_a_terminal(capsys):
    with show_progress(2) as progress:
        steps(progress)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "Making pages",
        "[1/2] baseline/10_good made in 1.2 s",
        "[2/2] 70_raises FAILED in 2.0 s",
    ]


def test_bar_on_a_terminal_names_what_failed(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with show_progress(2) as progress:
        steps(progress)
    assert "70_raises" in terminal.getvalue()
    assert "2/2" in terminal.getvalue()
