"""Show one line in a notebook while something is computed, and take it away afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

_tasks: dict[object, str] = {}  # in progress, in the order of their beginnings
_line: list[Any] = []  # the handle of the line that is shown, if any
_lock = Lock()  # scenarios are simulated in several threads


@contextmanager
def working(task: str) -> Iterator[None]:
    """Show a task in the notebook until the block ends; nothing happens outside a notebook.

    A task within a task, or beside it in another thread, is shown behind it in the same line. At the end the line is
    emptied, so that the same notebook leaves the same outputs whether its results came from the cache or were computed.

    Parameters
    ----------
    task : str
        What is being done, such as ``"Simulating Baseline"``.

    Examples
    --------
    >>> with working("Simulating Baseline"):
    ...     1 + 1
    2
    """
    key = object()
    with _lock:
        _tasks[key] = task
        _show()
    try:
        yield
    finally:
        with _lock:
            del _tasks[key]
            _show()


def _show() -> None:
    if not _line:
        if not _in_notebook():
            return
        from IPython.display import DisplayHandle

        _line.append(DisplayHandle())
        _line[0].display(_bundle(), raw=True)
        return
    _line[0].update(_bundle(), raw=True)
    if not _tasks:
        _line.clear()


def _bundle() -> dict[str, str]:
    return {"text/plain": f"{': '.join(_tasks.values())} …"} if _tasks else {}


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")  # a notebook's kernel has loaded it
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
