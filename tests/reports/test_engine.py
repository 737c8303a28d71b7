"""The engine under plain papermill."""

from __future__ import annotations

import sys

import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

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
