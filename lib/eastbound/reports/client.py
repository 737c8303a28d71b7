"""Run the cells of a notebook in order, and record where and why it stopped early.

Papermill's own record cannot be trusted for this: it calls a notebook complete after
``sys.exit(0)``, ``exit()`` or a cell time-out, although later cells never ran.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_output
from papermill.clientwrap import PapermillNotebookClient

from eastbound.reports.unattended.secrets import assignments, mask

INJECTED = "injected-parameters"


class Client(PapermillNotebookClient):
    """Extend papermill's client to notice cells that end the notebook without an error.

    After the run `stopped` is None if every cell ran, else a mapping with the index of the
    cell that stopped the notebook (`cell`) and the reason in words (`reason`).
    `secrets` are values that the kernel gives to parameters after the injected cell; they are masked in every output.
    """

    stopped: dict[str, Any] | None = None
    _reply: dict[str, Any] | None = None
    secrets: Mapping[str, str] = MappingProxyType({})

    def papermill_execute_cells(self) -> None:
        """Run the cells in order until one stops the notebook."""
        self.on_cell_executed = self._keep_reply
        for index, cell in enumerate(self.nb.cells):
            self.nb_man.cell_start(cell, index)
            error = self._run(cell, index)
            if _injected(cell) and self.secrets:
                self._give_secrets(index)
            if error is not None:
                self._stop(cell, index, error)
                self.nb_man.cell_exception(cell, cell_index=index)
            if cell.cell_type == "code":
                cell.outputs = mask(cell.outputs)
            self.nb_man.cell_complete(cell, cell_index=index)
            if self.stopped:
                return

    def _give_secrets(self, index: int) -> None:
        """Run the code that holds the secrets beside the notebook, so that no file has their values."""
        cell = self.nb.cells[index]
        try:
            self.execute_cell(new_code_cell(assignments(self.secrets)), index, store_history=False)
        finally:
            self.nb.cells[index] = cell  # nbclient puts what it executes into the notebook

    def _keep_reply(self, *, execute_reply: Any, **_: Any) -> None:
        self._reply = execute_reply["content"] if execute_reply else None

    def _run(self, cell: Any, index: int) -> tuple[str, str] | None:
        """Run one cell; return name and text of what stopped the notebook, or None."""
        self._reply = None
        try:
            self.execute_cell(cell, index)
        except CellExecutionError as error:
            return error.ename, error.evalue
        except (CellTimeoutError, DeadKernelError) as error:
            return type(error).__name__, str(error).strip().splitlines()[0]
        # `exit()` raises nothing: it asks the client to close the kernel
        reply: dict[str, Any] = self._reply or {}
        payload: list[dict[str, Any]] = reply.get("payload", [])
        asked = any(item.get("source") == "ask_exit" for item in payload)
        later = any(_has_code(cell) for cell in self.nb.cells[index + 1 :])
        return ("SystemExit", "the cell closed the kernel") if asked and later else None

    def _stop(self, cell: Any, index: int, error: tuple[str, str]) -> None:
        name, text = error
        if not any(output.output_type == "error" for output in cell.outputs):
            line = f"{name}: {text}".removesuffix(": ")
            trace = (self._reply or {}).get("traceback") or [line]
            cell.outputs.append(new_output("error", ename=name, evalue=text, traceback=trace))
        self.stopped = {"cell": index, "reason": mask(_reason(self.nb.cells, index, error=error))}


def _reason(cells: list[Any], index: int, *, error: tuple[str, str]) -> str:
    """Describe the cell that stopped a notebook: its number, the heading above it, the error.

    Cells are counted as in the source notebook, where papermill's injected cell does not exist.
    """
    code = [cell for cell in cells[: index + 1] if cell.cell_type == "code" and not _injected(cell)]
    headings = [
        line.strip("# ")
        for cell in cells[:index]
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    where = f"Code cell {len(code)}" + (f" under “{headings[-1]}”" if headings else "")
    name, text = error
    what = f"{name}: {text.strip().rstrip('.')}" if text.strip() else name
    if name != "SystemExit":
        return f"{where} failed with {what}"
    unrun = sum(_has_code(cell) for cell in cells[index + 1 :])
    return f"{where} ended the notebook early ({what}); {unrun} later code cell{'s' * (unrun != 1)} did not run"


def _injected(cell: Any) -> bool:
    return INJECTED in cell.metadata.get("tags", ())


def _has_code(cell: Any) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())
