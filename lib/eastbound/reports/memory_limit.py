"""Limit the memory of a kernel, so that a cell that asks for too much fails by itself and costs one page.

The module imports nothing of the package: a kernel that starts cold loads it before anything else.
"""

from __future__ import annotations

import os
from typing import Final

VARIABLE: Final = "EASTBOUND_KERNEL_BYTES"  # names the limit


def limit_memory() -> None:
    """Set the limit that `$EASTBOUND_KERNEL_BYTES` names; without it, or on Windows, there is none.

    Only memory of the process's own counts: stored ensembles are mapped from files and do not. Where the whole
    machine runs short nevertheless, the system ends this process before its worker.
    """
    size = os.environ.get(VARIABLE)
    if not size or os.name != "posix":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (int(size), hard))
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("500")
    except OSError:  # not Linux
        pass
