"""Every command that the README shows is run here, in a workspace of its own."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    line.strip()
    for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]
COMMANDS = [line for line in LINES if line.split()[0] in {"eastbound", "papermill"}]
# `make report` and `make test` are what the gate itself runs; cloning needs an address.
ELSEWHERE = {"git", "cd", "make"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Return a copy of the workspace; commands run one after the other in it, as a reader would type them."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("notebooks", "params"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def test_every_line_is_covered():
    assert {line.split()[0] for line in LINES} <= {"eastbound", "papermill"} | ELSEWHERE
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {line.split()[1] for line in LINES if line.startswith("make ")} <= set(targets)
    for target in re.findall(r"`make ([a-z-]+)`", README):
        assert target in targets


@pytest.mark.pages
def test_commands_of_the_readme_work(workspace):
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "EASTBOUND_HOME": str(workspace), "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    for command in COMMANDS:
        done = subprocess.run(
            shlex.split(command), cwd=workspace, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, command
    assert [path for path in (workspace / "reports").glob("*/index.html") if path.parent.name.startswith("20")]


def test_the_picture_is_there_and_described():
    alt, path = re.search(r"!\[(.*?)\]\((.*?)\)", README).groups()
    assert len(alt) > 20
    assert (ROOT / path).stat().st_size > 10_000
