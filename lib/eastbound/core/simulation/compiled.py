"""Whether the hot loops run compiled: with the ``fast`` extra, in long runs.

The results are the same bit for bit, so it is a matter of time alone: numba
takes a second to load and saves most of the time of random numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final

_in_use: list[ModuleType] = []
INSTALLED: Final = find_spec("numba") is not None


def loops() -> ModuleType | None:
    """Return the compiled loops while they are in use.

    Examples
    --------
    >>> loops() is None
    True
    """
    return _in_use[-1] if _in_use else None


@contextmanager
def compiled(wanted: bool) -> Iterator[None]:
    """Use the compiled loops inside a ``with`` block, if they are wanted and numba is there.

    Parameters
    ----------
    wanted : bool

    Examples
    --------
    >>> with compiled(False):
    ...     loops() is None
    True
    """
    if not (wanted and INSTALLED):
        yield
        return
    _in_use.append(import_module("eastbound.core.simulation.compiled_loops"))
    try:
        yield
    finally:
        _in_use.pop()
