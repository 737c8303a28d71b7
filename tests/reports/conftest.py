"""A workspace of small notebooks; two real runs of it that several tests look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from eastbound.reports.plan import plan_report
from eastbound.reports.run import Run, run_report

PARAMETERS = """\
scenario = "baseline"  # type: str name or path of a scenario
as_of = None  # type: str day whose evidence is used; None is the newest
until = 2035  # type: int last year
seed = 20261122  # type: int root of all random numbers
quick = False  # type: bool few draws, to see that it runs
weight = 0.5  # type: float weight of the own history
noise = 0.1  # type: float standard deviation [0, 2.5]
"""
GOOD = """\
import base64
from IPython.display import display
data = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
dot = base64.b64decode(data)
notes = {"alt": "A single dot, 5 < 6", "caption": "One dot.", "source": "Source: a pencil."}
display({"image/png": dot, "text/plain": "dot"}, metadata={"eastbound": notes}, raw=True)
"""
PLOT = """\
import matplotlib.pyplot as plt
plt.plot([1, 2])
"""
RESULT = """\
record = {"name": "answer", "value": 42.0, "unit": "bcm", "note": "Answer in 2035", "text": "42.0 bcm"}
display({"application/vnd.eastbound.result+json": record, "text/plain": "42"}, raw=True)
print(scenario, until, as_of)
"""


def _write(home: Path, name: str, *code: str, parameters: str = PARAMETERS, title: str = "A small notebook") -> Path:
    tagged = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell(f"# {title}\n\nDoes it run?"), tagged]
    for number, source in enumerate(code, 1):
        cells += [new_markdown_cell(f"## Step {number}"), new_code_cell(source)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    path = home / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def _workspace(home: Path) -> Path:
    folder = home / "params" / "scenarios"
    folder.mkdir(parents=True)
    for name, title in {"baseline": "Baseline", "hard_times": "Hard times"}.items():
        (folder / f"{name}.yml").write_text(f"name: {name}\ntitle: {title}\n", encoding="utf-8")
    _write(home, "10_good", GOOD, RESULT, title="What is good")
    return home


@pytest.fixture
def write_notebook() -> Callable[..., Path]:
    """Write a notebook into a workspace: (home, name, *code cells, parameters=, title=)."""
    return _write


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace with two scenarios and one good notebook."""
    return _workspace(tmp_path / "home")


@dataclass(frozen=True)
class Runs:
    """A run of good pages, then one with pages that fail."""

    good: Run
    bad: Run
    out: Path


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Two real runs: one with two jobs and a kernel started for each page, one with warm kernels."""
    home = _workspace(tmp_path_factory.mktemp("runs") / "home")
    good = run_report(plan_report(home=home, parameters={"until": "2031"}), jobs=2)
    none = "as_of = None  # type: str day\n"
    _write(home, "70_raises", PLOT, "1 / 0", "never = 1", parameters=none, title="What raises")
    _write(home, "80_dies", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", parameters=none)
    bad = run_report(plan_report(home=home, scenarios=["baseline"], parameters={"until": 2031}), jobs=1, force=True)
    return Runs(good, bad, home / "reports")


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Lay out another workspace like `home`, for tests that share a run."""
    return lambda: _workspace(tmp_path_factory.mktemp("home") / "home")


@pytest.fixture(scope="session")
def add_notebook() -> Callable[..., Path]:
    """The same as `write_notebook`, for fixtures that live longer than one test."""
    return _write
