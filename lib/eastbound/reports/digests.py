"""Digests of the code and of the installed packages that a report is made with.

The module imports nothing heavy: a run in which nothing has changed asks for them before anything else is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parents[1]
MODULE: Final = "module:"  # begins the name of a module among what a page depends on
_CODE: Final = ".py"
_METADATA: Final = (".dist-info", ".egg-info")  # folders named by a package and its version


@cache
def package_files() -> Mapping[str, str]:
    """Return the sha256 of every file of the package, by its path in it: code, tables, templates.

    They are computed once a process, at its start: what it has loaded is what the files were then.
    """
    paths = sorted(path for path in _PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(_PACKAGE).as_posix(): sha256(path.read_bytes()).hexdigest() for path in paths}


@cache
def package_digest() -> str:
    """Return a sha256 over every file of the package."""
    return _digest(f"{name} {digest}" for name, digest in package_files().items())


@cache
def shared_digest() -> str:
    """Return a sha256 over what every page depends on: the package's files but for code, and the names of its modules.

    A module that is new or gone may be found by looking through a folder, which leaves no trace among the modules that
    a page has loaded.
    """
    return _digest(name if name.endswith(_CODE) else f"{name} {digest}" for name, digest in package_files().items())


def code_digests(modules: Iterable[str]) -> dict[str, str]:
    """Return the digest of the file of each module, by `MODULE` and its path in the package.

    Parameters
    ----------
    modules : iterable of str
        Names such as ``eastbound.reports.digests``; what is no module of the package is left out.

    Examples
    --------
    >>> list(code_digests(["eastbound.reports", "eastbound.reports.digests", "eastbound.nothing"]))
    ['module:reports/__init__.py', 'module:reports/digests.py']
    """
    paths = [module.replace(".", "/").removeprefix("eastbound").lstrip("/") for module in modules]
    files = [file for path in paths for file in (f"{path}{_CODE}", f"{path}/__init__{_CODE}".lstrip("/"))]
    known = package_files()
    return {f"{MODULE}{file}": known[file] for file in files if file in known}


def _digest(lines: Iterable[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()


@cache
def packages_digest() -> str:
    """Return a sha256 over the names and versions of all installed packages."""
    # The folders' names say both; `importlib.metadata` would open a file of each of some three hundred packages.
    folders = {os.path.abspath(folder) for folder in sys.path}
    names = {name for folder in folders if os.path.isdir(folder) for name in os.listdir(folder)}
    return _digest(sorted(name for name in names if name.endswith(_METADATA)))
