"""Decide how many pages are made side by side, within the cores and the memory that this process may use."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psutil

from eastbound.cores import usable_cores

WORKER_BYTES: Final = 1_200_000_000  # a worker, its server of kernels and the kernel of the largest page
_LEAST_KERNEL: Final = 2 * 10**9
_CGROUP: Final = Path("/sys/fs/cgroup")


def worker_count(jobs: int | None, pages: int) -> int:
    """Return how many pages are made side by side.

    Parameters
    ----------
    jobs : int or None
        What the user asks for, which holds whatever the memory; None is as many as cores and free memory allow.
    pages : int
        Pages to make.

    Examples
    --------
    >>> worker_count(3, 8), worker_count(3, 2), worker_count(None, 1)
    (3, 2, 1)
    """
    wanted = jobs or max(1, min(usable_cores(), free_memory() // WORKER_BYTES))
    return min(wanted, pages)


def kernel_bytes(workers: int) -> int:
    """Return the memory that each kernel may take: its part of what is free, but never less than 2 GB.

    Examples
    --------
    >>> kernel_bytes(10**6)
    2000000000
    """
    return max(_LEAST_KERNEL, free_memory() // workers)


def free_memory() -> int:
    """Return the memory that is free for this process, in bytes; a container may leave it less than the machine has.

    Examples
    --------
    >>> free_memory() > 0
    True
    """
    free = psutil.virtual_memory().available
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        free = min(free, max(0, limit - int((_CGROUP / "memory.current").read_text())))
    except (OSError, ValueError):  # no container, or one without a limit
        pass
    return free
