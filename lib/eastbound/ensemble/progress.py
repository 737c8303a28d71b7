"""Show one line in a notebook while something is computed, and take it away afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_tasks: list[str] = []  # in progress, outermost first
_line: list[Any] = []  # the handle of the line that is shown, if any


@contextmanager
def working(task: str) -> Iterator[None]:
    """Show a task in the notebook until the block ends; nothing happens outside a notebook.

    A task within a task is shown behind it in the same line. At the end the line is emptied, so that the same notebook
    leaves the same outputs whether its results came from the cache or were computed.

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
    _tasks.append(task)
    _show()
    try:
        yield
    finally:
        _tasks.pop()
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
    return {"text/plain": f"{': '.join(_tasks)} …"} if _tasks else {}


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")  # a notebook's kernel has loaded it
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
