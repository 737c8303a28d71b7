"""The page that JupyterLab opens first runs in a fresh workspace, and leads to every notebook."""

import json
import re

import papermill
import pytest

from eastbound.reports.lab import START
from eastbound.reports.notebooks import find_notebooks
from eastbound.scenarios.layout import lay_out


@pytest.fixture
def desk(tmp_path):
    lay_out(tmp_path / "desk")
    return tmp_path / "desk"


def test_the_start_page_leads_to_every_notebook_and_holds_no_outputs(desk):
    cells = json.loads((desk / START).read_text(encoding="utf-8"))["cells"]
    text = "".join("".join(cell["source"]) for cell in cells)
    linked = [(desk / START).parent / path for path in re.findall(r"\]\((\S+\.ipynb)\)", text)]
    docs = [path for path in linked if path.parent == (desk / START).parent]
    assert docs
    assert all(path.is_file() for path in docs)
    pages = [path.resolve() for path in linked if path not in docs]
    assert pages == [path.resolve() for path in find_notebooks(desk)]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


@pytest.mark.pages
def test_the_start_page_shows_the_first_own_scenario(desk, monkeypatch):
    monkeypatch.setenv("EASTBOUND_HOME", str(desk))
    done = papermill.execute_notebook(
        str(desk / START), None, parameters={"draws": 64, "until": 2030}, cwd=str(desk), progress_bar=False
    )
    outputs = [output for cell in done.cells for output in cell.get("outputs", ())]
    assert "My first scenario" in str(outputs)
    assert not [output for output in outputs if output.output_type == "error"]
