"""The wheel works in an environment that holds nothing else, without the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "tests" / "support" / "example_extension"

pytestmark = pytest.mark.real


def call(*command: object, cwd: Path, **variables: str) -> str:
    """Run a command that knows nothing of this checkout, and return what it prints."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("EASTBOUND", "PYTHON"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env={**outside, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Path:
    """An empty environment with the wheel and what it needs; returns its folder of commands."""
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder / "dist", ROOT, cwd=folder)
    wheel = next((folder / "dist").glob("eastbound-*.whl"))
    limits = ["--constraint", ROOT / "constraints.txt"]
    call(sys.executable, "-m", "venv", folder / "env", cwd=folder)
    python = folder / "env" / "bin" / "python"
    uv = shutil.which("uv")
    install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install", "-q"]
    call(*install, *limits, wheel, cwd=folder)
    return python.parent


def test_init_and_report_work_from_the_wheel_alone(environment, tmp_path):
    eastbound, cache = environment / "eastbound", {"EASTBOUND_CACHE": str(tmp_path / "cache")}
    assert "Next: cd x && eastbound lab" in call(eastbound, "init", "x", cwd=tmp_path, **cache)
    desk = tmp_path / "x"
    planned = call(eastbound, "report", "-n", cwd=desk, **cache)
    assert planned.count("my_scenario") >= 8  # every notebook of scenarios
    asked = ("-s", "my_scenario", "-k", "30_pipelines", "-k", "70_evidence", "-p", "quick", "true")
    told = call(eastbound, "report", *asked, cwd=desk, **cache)
    index = Path(told.strip().splitlines()[-1].strip())
    assert index.name == "index.html"
    assert {path.stem for path in index.parent.rglob("[0-9]*.html")} >= {"30_pipelines", "70_evidence"}
    assert "11 events" in call(eastbound, "scenarios", "validate", "my_scenario", cwd=desk, **cache)
    code = "import eastbound; print(eastbound.__file__)"
    assert str(environment.parent) in call(environment / "python", "-c", code, cwd=desk)


def test_an_extension_that_pip_installs_is_found(environment, tmp_path):
    call(environment / "python", "-m", "pip", "install", "-q", "--no-deps", EXAMPLE, cwd=tmp_path)
    call(environment / "eastbound", "init", "y", cwd=tmp_path)
    for name in ("toy", "mirror", "spread", "toy_pages", "footer"):
        told = call(environment / "eastbound", "doctor", "--extension", name, cwd=tmp_path / "y")
        assert f"/{name}: keeps the contract of ours" in told
