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


@pytest.mark.parametrize("step", ["pass", "1 / 0"])
def test_the_line_is_empty_after_the_work_and_off_the_page(step):
    lines = []

    class Watching(NotebookClient):
        def process_message(self, msg, cell, cell_index):
            if msg["msg_type"] in ("display_data", "update_display_data"):
                lines.append(msg["content"]["data"].get("text/plain"))
            return super().process_message(msg, cell, cell_index)

    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE.format(step=step))])
    Watching(nb, kernel_name="python3").execute()
    assert lines == [
        "Simulating Baseline …",
        "Simulating Baseline: draw 1 of 64 …",
        "Simulating Baseline …",
        None,
    ]
    clean_outputs(nb, {})
    (output,) = nb.cells[0].outputs
    assert output.text == "done\n"


def test_nothing_is_shown_outside_a_notebook(capsys):
    with working("Simulating Baseline"):
        pass
    assert capsys.readouterr() == ("", "")
