"""Any notebook under ``papermill --engine eastbound-warm``: one server of this process, a new kernel for each."""

import json
import os
import site
import sys

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from eastbound.reports import engine
from eastbound.reports.memory_limit import VARIABLE

pytestmark = [
    pytest.mark.pages,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone"),
]

STATE = """
import json, os, sys
import numpy as np
leaks = ["leak" in globals(), hasattr(np, "leak"), "EASTBOUND_LEAK" in os.environ, float(np.random.rand())]
print(json.dumps({"leaks": leaks[:3], "random": leaks[3], "folder": os.getcwd(), "parent": os.getppid()}))
leak = np.leak = 1
os.environ["EASTBOUND_LEAK"] = "1"
np.random.seed(1)
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run cells in a folder that is no workspace and return what the first printed."""
    monkeypatch.chdir(tmp_path)
    papermill_engines.register("eastbound-warm", engine.WarmEngine)

    def execute(*sources, **options):
        notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python", "language": "python"}
        nbformat.write(notebook, "in.ipynb")
        options |= {"engine_name": "eastbound-warm", "progress_bar": False}
        made = papermill.execute_notebook("in.ipynb", "out.ipynb", **options)
        return json.loads(made.cells[0].outputs[0].text)

    return execute


def test_a_kernel_finds_nothing_of_the_one_before_and_another_server_once_packages_change(run, tmp_path, monkeypatch):
    packages = tmp_path / "packages"
    packages.mkdir()
    monkeypatch.setattr(site, "getsitepackages", lambda: [str(packages)])
    first, second = run(STATE), run(STATE)
    assert first["leaks"] == second["leaks"] == [False] * 3
    assert first["random"] != second["random"]
    assert second["folder"] == str(tmp_path)
    assert first["parent"] == second["parent"] != os.getpid()
    (packages / "new-1.0.dist-info").mkdir()
    assert run(STATE)["parent"] != first["parent"]


def test_limits_of_time_and_memory_hold(run, monkeypatch):
    with pytest.raises(PapermillExecutionError, match="A cell timed out"):
        run("import time\ntime.sleep(0.1)", "time.sleep(60)", notebook_timeout=1)
    with pytest.raises(PapermillExecutionError, match="A cell timed out"):
        run("while True:\n    pass", execution_timeout=1)
    monkeypatch.setenv(VARIABLE, str(2 * 10**9))
    with pytest.raises(PapermillExecutionError, match="MemoryError"):
        run("large = bytearray(3 * 10**9)")


def test_a_system_without_fork_gets_an_ordinary_kernel(run, monkeypatch):
    monkeypatch.setattr(engine, "AVAILABLE", False)
    assert run(STATE)["parent"] == os.getpid()
