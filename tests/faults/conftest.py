"""Notebooks for runs that are to be killed or to fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = 'scenario: str = "baseline"  # scenario\nquick: bool = False  # trial run\n'


def write(home: Path, name: str, *cells: str, parameters: str = PARAMETERS) -> Path:
    """Write a notebook with the given code cells."""
    tagged = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    nb = new_notebook(cells=[new_markdown_cell(f"# {name}\n\nA page."), tagged, *map(new_code_cell, cells)])
    path = home / "notebooks" / f"{name}.ipynb"
    nbformat.write(nb, path)
    return path


# a child that no parent owns any more
_DETACHED = "import subprocess\n_ = subprocess.Popen(['sleep', '600'], start_new_session=True)"


@pytest.fixture
def add_notebook() -> Callable[..., Path]:
    """Write a notebook into a workspace: (home, name, *code cells, parameters=)."""
    return write


@pytest.fixture
def tiny_notebooks() -> Callable[[Path], None]:
    """Replace the notebooks of a workspace by three that only wait."""

    def replace(home: Path) -> None:
        for path in (home / "notebooks").glob("*.ipynb"):
            path.unlink()
        for name in ("10_first", "20_second", "30_third"):
            write(home, name, f"import time\n{_DETACHED}\ntime.sleep(0.4)", "print('END')")

    return replace
