"""Run pages without the report factory: ``rivals.py papermill|warm PROCESSES NOTEBOOK:SCENARIO...``.

``papermill`` starts an ordinary kernel for each page, as a script of a few lines would. ``warm`` is the limit: each
page's cells run in a fork of a process that has imported everything, without messages, files or pages.
"""

import json
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

NOTEBOOKS = Path(os.environ["EASTBOUND_HOME"], "notebooks")


def papermill(page):
    """Execute one page by papermill and return the seconds of its cells."""
    import papermill as pm

    name, scenario = page.split(":")
    with tempfile.TemporaryDirectory() as folder:
        nb = pm.execute_notebook(
            NOTEBOOKS / f"{name}.ipynb",
            Path(folder, "out.ipynb"),
            parameters={"scenario": scenario},
            kernel_name="python3",
            cwd=NOTEBOOKS,
            progress_bar=False,
        )
    return sum(cell.metadata.papermill.get("duration") or 0 for cell in nb.cells if cell.cell_type == "code")


def warm(page):
    """Run the cells of one page in this process and return their seconds."""
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    name, scenario = page.split(":")
    shell = InteractiveShell()
    started = time.perf_counter()
    for cell in nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type != "code":
            continue
        given = f"\nscenario = {scenario!r}\n" if "parameters" in cell.metadata.get("tags", ()) else ""
        with capture_output():
            result = shell.run_cell(cell.source + given)
        result.raise_error()
    return time.perf_counter() - started


def main(kind, processes, *pages):
    run = {"papermill": papermill, "warm": warm}[kind]
    if kind == "warm":
        import eastbound.reports.warm_stack  # noqa: F401 - every fork finds it imported
    os.chdir(NOTEBOOKS)
    if processes == "1" and kind == "papermill":
        seconds = [run(page) for page in pages]
    else:
        # one page a fork: no page finds what another has left
        with multiprocessing.get_context("fork").Pool(int(processes), maxtasksperchild=1) as pool:
            seconds = pool.map(run, pages, chunksize=1)
    print(json.dumps({"cells": sum(seconds)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
