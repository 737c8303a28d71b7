"""The engine under plain papermill."""

from __future__ import annotations

import asyncio
import sys

import papermill
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.exceptions import PapermillExecutionError

from eastbound.reports.connection import Connection
from eastbound.reports.engine import _share

CODE = """\
import os, sys
from pathlib import Path
print(sys.executable, os.environ["OMP_NUM_THREADS"], Path(os.environ["IPYTHONDIR"]).parent.name[:10])
"""


def test_plain_papermill_runs_this_interpreter_by_name_of_the_engine(tmp_path, write_notebook):
    path = write_notebook(tmp_path, "10_good", "import os\nfrom pathlib import Path", CODE)
    target = tmp_path / "out.ipynb"
    nb = papermill.execute_notebook(path, target, {"until": 2030}, engine_name="eastbound", progress_bar=False)
    assert nb.cells[-1].outputs[0].text.split() == [sys.executable, "1", "eastbound-"]
    seconds = nb.metadata.eastbound.seconds
    assert set(seconds) == {"kernel", "imports", "compute"}
    assert seconds["kernel"] > 0
    assert target.exists()


def test_cell_that_takes_too_long_fails_like_one_that_raises(tmp_path, write_notebook):
    path = write_notebook(tmp_path, "10_slow", "while True:\n    pass")
    options = {"engine_name": "eastbound", "progress_bar": False, "execution_timeout": 1}
    with pytest.raises(PapermillExecutionError, match="A cell timed out"):
        papermill.execute_notebook(path, tmp_path / "out.ipynb", **options)
    assert (tmp_path / "out.ipynb").exists()


def test_cells_that_only_import_are_told_apart():
    assert _share("# set-up\nimport numpy as np\nfrom pathlib import Path") == "imports"
    assert _share("import numpy as np\nnp.arange(3)") == "compute"
    assert _share("until = 2035") == "compute"
    assert _share("") == "compute"


def test_a_kernel_keeps_no_history_on_disk_and_still_knows_its_results(tmp_path, write_notebook):
    path = write_notebook(tmp_path, "10_history", "6 * 7", "print(Out, get_ipython().history_manager.enabled)")
    nb = papermill.execute_notebook(path, tmp_path / "out.ipynb", engine_name="eastbound", progress_bar=False)
    assert nb.cells[-1].outputs[0].text.split()[1:] == ["42}", "False"]


def test_a_kernel_that_ends_before_it_answers_is_noticed(tmp_path):
    kernel = AsyncKernelManager(connection_file=str(tmp_path / "k.json"), client_factory=Connection)
    kernel._kernel_spec = KernelSpec(argv=[sys.executable, "-c", "pass"], display_name="Ends", language="python")

    async def connect():
        await kernel.start_kernel()
        client = kernel.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
        finally:
            client.stop_channels()
            await kernel.shutdown_kernel(now=True)

    with pytest.raises(RuntimeError, match="ended before it answered"):
        asyncio.run(connect())
