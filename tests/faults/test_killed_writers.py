"""Commands that write into a workspace, killed at random moments: a whole file or none, and the next call works."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from eastbound.evidence.book import load_evidence
from eastbound.scenarios.layout import lay_out
from eastbound.scenarios.loader import load_scenario

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")]
COUNT = 6
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]
ENTRY = [sys.executable, "-c", "from eastbound.cli import entry; entry()"]
FIGURE = ("--unit", "USD_bn", "--source", "tass-2026-01-14", "--published", "2026-11-20", "--no-forecast")


def kill(words, moment, sent):
    """Start a command and send it a signal after some seconds, if it still runs."""
    process = subprocess.Popen([*ENTRY, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=moment)
    process.send_signal(sent)
    process.wait(timeout=5)


def finish(words):
    """Run a command to its end and return its error text; it may have been done before the kill."""
    done = subprocess.run([*ENTRY, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in (0, 2), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_killed_copies_of_a_scenario(tmp_path):
    chance, home = random.Random(20261128), lay_out(tmp_path / "home")[0].parent
    for number in range(COUNT):
        words = ["scenarios", "copy", "secondary_sanctions", f"copy_{number}", "--home", str(home)]
        kill(words, chance.uniform(0.2, 2.5), SIGNALS[number % 3])
        message = finish(words)
        assert not message or "already" in message, message
        assert load_scenario(f"copy_{number}", home=home).name == f"copy_{number}"
    assert finish(["scenarios", "validate", "--home", str(home)]) == ""


def test_killed_entries_of_a_figure(tmp_path):
    chance, home = random.Random(20261129), lay_out(tmp_path / "home")[0].parent
    for number in range(COUNT):
        words = ["data", "add", "trade.china_russia.total", f"2025-{number + 1:02d}", "19.5", *FIGURE]
        words += ["--locator", f"row {number}", "--home", str(home)]
        kill(words, chance.uniform(0.2, 3.0), SIGNALS[number % 3])
        message = finish(words)
        assert not message or "already" in message, message
    book = load_evidence(data=home / "data")
    assert book.observations["locator"].isin([f"row {number}" for number in range(COUNT)]).sum() == COUNT
    assert sorted(path.name for path in (home / "data").iterdir()) == [".changing", "own.csv"]  # the lock stays
