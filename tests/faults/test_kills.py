"""Runs killed at random moments: nothing is left of them, and the next run is fine."""

from __future__ import annotations

import random
import signal
import subprocess
import sys

import pytest
from killed_runs import check_folder, kill_after

from eastbound.scenarios.layout import lay_out

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")]
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]
SEED = 20261128


def test_thirty_kills_leave_nothing(tmp_path, tiny_notebooks):
    chance = random.Random(SEED)
    home = lay_out(tmp_path / "home")[0].parent
    tiny_notebooks(home)
    for number in range(30):
        moment, sent = chance.uniform(0, 7), SIGNALS[number % 3]
        left = kill_after(home, moment, sent, "-s", "baseline", "-j", "2")
        assert left == [], f"kill {number}: {sent.name} after {moment:.2f} s"
        check_folder(home)
    command = [sys.executable, "-c", "from eastbound.cli import entry; entry()", "report", "--home", str(home)]
    done = subprocess.run([*command, "-s", "baseline"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list((home / "reports").glob("*.partial"))
