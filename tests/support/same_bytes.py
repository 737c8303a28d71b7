"""Make a report under a given environment, and compare the files of two runs byte by byte."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "from eastbound.cli import entry; entry()", "report", "--force")
# The time stands in these by design.
EXEMPT = ("manifest.json", "log.jsonl")


def workspace(folder):
    """Copy notebooks and params into a new folder, so that no path of the tree can reach a page."""
    for name in ("notebooks", "params"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def make_run(home, *options, **environment):
    """Make a report in a process of its own; return the content of its files, by path in the run's folder."""
    settings = {**os.environ, "EASTBOUND_HOME": str(home), **environment}
    out = home / "runs"
    result = subprocess.run(
        [*COMMAND, "--out", str(out), *options], env=settings, cwd=home, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr + result.stdout
    (folder,) = (path for path in out.iterdir() if path.is_dir() and not path.is_symlink() and path.name[0] != ".")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.name not in EXEMPT}


def differing(first, second):
    """Return the paths whose bytes differ or that only one run has."""
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
