"""Clean the outputs of an executed notebook: streams as a terminal shows them, no paths of this machine."""

from __future__ import annotations

import os
import re
import site
import sys
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

_BACKSPACE = re.compile("[^\n\r\x08]\x08|(?:^|(?<=[\n\r]))\x08")
_TIMES = {"start_time", "end_time", "duration"}
_CELL_FILE = re.compile(r"[^\s\"'(]*[/\\]ipykernel_\d+[/\\]\d+\.py")


def clean_outputs(nb: Any, places: Mapping[str, str]) -> None:
    """Join neighbouring outputs of one stream, and hide machine paths in messages and tracebacks.

    Parameters
    ----------
    nb : NotebookNode
        Changed in place.
    places : mapping of str to str
        The replacement of each folder, see `machine_places`.
    """
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = join_streams(cell.outputs)
        for output in cell.outputs:
            if output.output_type == "error":
                output.evalue = hide_paths(output.evalue, places)
                output.traceback = [hide_paths(line, places) for line in output.traceback]
            elif output.output_type == "stream" and output.name == "stderr":
                output.text = hide_paths(output.text, places)


def without_times(nb: Any) -> Any:
    """Return a copy of an executed notebook without times and random ids, so that equal inputs give equal bytes.

    Parameters
    ----------
    nb : NotebookNode
        Executed by papermill.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell("1", metadata={"papermill": {"duration": 0.2, "status": "completed"}})
    >>> without_times(new_notebook(cells=[cell])).cells[0].metadata
    {'papermill': {'status': 'completed'}}
    """
    copy = deepcopy(nb)
    if "eastbound" in copy.metadata:
        copy.metadata["eastbound"]["seconds"] = {}
    for metadata in (copy.metadata, *(cell.metadata for cell in copy.cells)):
        metadata.pop("execution", None)
        for key in _TIMES & metadata.get("papermill", {}).keys():
            del metadata["papermill"][key]
    for cell in copy.cells:
        if "injected-parameters" in cell.metadata.get("tags", ()):  # papermill gives it an id of its own
            cell["id"] = "injected-parameters"
    return copy


def join_streams(outputs: Iterable[Any]) -> list[Any]:
    """Join consecutive outputs of the same stream, and apply carriage returns.

    Emptied lines of progress are left out.
    """
    joined: list[Any] = []
    for output in outputs:
        if output.output_type == "display_data" and not output.data:
            continue
        last = joined[-1] if joined else None
        if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    for output in joined:
        if output.output_type == "stream":
            output.text = overwrite(output.text)
    return joined


def overwrite(text: str) -> str:
    """Return what a terminal shows of a text with carriage returns and backspaces.

    Examples
    --------
    >>> overwrite("10 %\\r100 %\\rok\\n")
    'ok0 %\\n'
    """
    while (shorter := _BACKSPACE.sub("", text)) != text:
        text = shorter
    return "\n".join(map(_last_layer, text.replace("\r\n", "\n").split("\n")))


def _last_layer(line: str) -> str:
    shown = ""
    for layer in line.split("\r"):
        shown = layer + shown[len(layer) :]
    return shown


def machine_places(home: Path) -> dict[str, str]:
    """Return the folders of this machine that a page must not show, each with its replacement, longest first.

    Parameters
    ----------
    home : Path
        The copy of the workspace that the kernels read.
    """
    packages = {str(Path(folder).resolve()): "site-packages" for folder in site.getsitepackages()}
    package = str(Path(__file__).resolve().parents[2])
    places = {str(home): ".", **packages, package: "lib", sys.prefix: "python", sys.base_prefix: "python"}
    places[os.path.expanduser("~")] = "~"
    places[str(home.parent)] = "tmp"
    usable = {folder: name for folder, name in places.items() if len(folder) > 1}
    return dict(sorted(usable.items(), key=lambda item: -len(item[0])))


def hide_paths(text: str, places: Mapping[str, str]) -> str:
    """Replace paths of this machine.

    Examples
    --------
    >>> hide_paths("in /tmp/ipykernel_12/34.py, see /srv/ws/data", {"/srv/ws": "."})
    'in <cell>, see ./data'
    """
    text = _CELL_FILE.sub("<cell>", text)
    for folder, name in places.items():
        text = re.sub(rf"{re.escape(folder)}(?=[/\\\s:'\"`)]|$)", name, text)
    return text
