"""The line of progress: seen in a notebook while something runs, gone afterwards."""

import nbformat
import pytest
from nbclient import NotebookClient

from eastbound.ensemble.progress import working
from eastbound.reports.outputs import clean_outputs

SOURCE = """
from eastbound.ensemble.progress import working
try:
    with working("Simulating Baseline"):
        with working("draw 1 of 64"):
            {step}
except ZeroDivisionError:
    pass
print("done")
"""

THREADS = """
from contextlib import ExitStack
from threading import Thread
from eastbound.ensemble.progress import working
first, second = ExitStack(), ExitStack()
first.enter_context(working("Simulating Baseline"))
second.enter_context(working("Simulating A slump"))
first.close()
second.close()

def work():
    for number in range(100):
        with working("A"), working("B"):
            pass

threads = [Thread(target=work) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
"""


def watched(source):
    """Run a cell; return the text of every state of the line, and the cell's outputs as a page shows them."""
    lines = []

    class Watching(NotebookClient):
        def process_message(self, msg, cell, cell_index):
            if msg["msg_type"] in ("display_data", "update_display_data"):
                lines.append(msg["content"]["data"].get("text/plain"))
            return super().process_message(msg, cell, cell_index)

    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    Watching(nb, kernel_name="python3").execute()
    clean_outputs(nb, {})
    return lines, nb.cells[0].outputs


@pytest.mark.parametrize("step", ["pass", "1 / 0"])
def test_the_line_is_empty_after_the_work_and_off_the_page(step):
    lines, (output,) = watched(SOURCE.format(step=step))
    assert lines == [
        "Simulating Baseline …",
        "Simulating Baseline: draw 1 of 64 …",
        "Simulating Baseline …",
        None,
    ]
    assert output.text == "done\n"


def test_tasks_of_several_threads_share_the_line_and_leave_none():
    lines, (output,) = watched(THREADS)
    overlapping = ["Simulating Baseline …", "Simulating Baseline: Simulating A slump …", "Simulating A slump …", None]
    assert lines[:4] == overlapping
    assert output.text == "done\n"


def test_nothing_is_shown_outside_a_notebook(capsys):
    with working("Simulating Baseline"):
        pass
    assert capsys.readouterr() == ("", "")
