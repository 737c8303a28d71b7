"""Digests of the code and of the installed packages that a report is made with.

The module imports nothing heavy: a run in which nothing has changed asks for them before anything else is imported.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_METADATA: Final = (".dist-info", ".egg-info")  # folders named by a package and its version


@cache
def package_digest() -> str:
    """Return a sha256 over every file of the package: code, tables, templates."""
    total = sha256()
    for path in sorted(path for path in _PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        total.update(path.relative_to(_PACKAGE).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()


@cache
def packages_digest() -> str:
    """Return a sha256 over the names and versions of all installed packages."""
    # The folders' names say both; `importlib.metadata` would open a file of each of some three hundred packages.
    folders = {os.path.abspath(folder) for folder in sys.path}
    names = {name for folder in folders if os.path.isdir(folder) for name in os.listdir(folder)}
    return sha256("\n".join(sorted(name for name in names if name.endswith(_METADATA))).encode()).hexdigest()
