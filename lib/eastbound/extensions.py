"""Find what others add: models, sources, charts, notebooks and page templates, installed or in the workspace.

An installed package names each of them by an entry point of the group ``eastbound.KIND``:

- ``models``: a module that keeps `eastbound.models.protocol.Model`, with ``series.csv`` and ``settings.yml`` beside it
- ``sources``: a `Connector`
- ``charts``: a function that returns a `Chart` or a `Table`
- ``notebooks``: a package whose folder holds ``NN_name.ipynb``
- ``templates``: a package whose folder holds ``page.html.j2`` or another template of ours

In a workspace, ``extensions/models/NAME/__init__.py``, ``CONNECTOR`` in ``extensions/sources/NAME.py`` and the function
NAME in ``extensions/charts/NAME.py`` do the same; notebooks stand in ``notebooks`` and templates in ``templates``.

An extension that cannot be used is refused by its name; the others and everything of ours work on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from eastbound.errors import InputError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

KINDS: Final = ("models", "sources", "charts", "notebooks", "templates")
FOLDER: Final = "extensions"  # of a workspace
_SUFFIXES: Final = (".py", ".csv", ".yml", ".ipynb", ".j2", ".css", ".js")


class ExtensionError(InputError):
    """An extension that cannot be used; the message names it, what is wrong, what was expected and what to do."""


@dataclass(frozen=True)
class Extension:
    """One thing that somebody adds.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    name : str
        Name of the entry point, or stem of the file.
    origin : str
        Package and version, or the path in the workspace.
    folder : Path or None
        Folder of its files; None when its module cannot be located.
    load : callable
        Imports it and returns what the entry point names.
    """

    kind: str
    name: str
    origin: str
    folder: Path | None
    load: Callable[[], Any]

    def refusal(self, problem: str, *, expected: str) -> ExtensionError:
        """Return the error that refuses this extension.

        Examples
        --------
        >>> toy = Extension("charts", "toy", "toy-pack 1.0", None, lambda: None)
        >>> print(toy.refusal("it is a number", expected="a function that returns a Chart"))
        extension `toy` (charts, toy-pack 1.0) is refused: it is a number; expected a function that returns a Chart. \
Correct it, or remove it; everything else works without it.
        """
        message = (
            f"extension `{self.name}` ({self.kind}, {self.origin}) is refused: {problem}; expected {expected}. "
            "Correct it, or remove it; everything else works without it."
        )
        return ExtensionError(message)


def available(kind: str, home: Path | None = None) -> dict[str, Extension]:
    """Return the extensions of a kind by name; nothing is imported.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    home : Path, optional
        Workspace whose folder ``extensions`` is read too; by default ``$EASTBOUND_HOME``, else the nearest folder,
        from the working folder upwards, that has one. A file in it replaces an installed extension of its name.

    Examples
    --------
    >>> available("charts", Path("missing"))
    {}
    """
    own = home if home is not None else _workspace()
    return {**_installed(kind), **(_own(kind, own) if own is not None else {})}


def accepted(
    kind: str, check: Callable[[Extension, Any], None], home: Path | None = None
) -> tuple[dict[str, Any], dict[str, ExtensionError]]:
    """Load the extensions of a kind, and keep those that pass a check.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    check : callable
        Raises the extension's `refusal` for what does not keep the contract.
    home : Path, optional
        Workspace.

    Returns
    -------
    values : dict
        What can be used, by name.
    refused : dict of str to ExtensionError
        What cannot, by name.
    """
    values: dict[str, Any] = {}
    refused: dict[str, ExtensionError] = {}
    for name, extension in available(kind, home).items():
        try:
            value = loaded(extension)
            check(extension, value)
        except ExtensionError as error:
            refused[name] = error
        else:
            values[name] = value
    return values, refused


def loaded(extension: Extension) -> Any:
    """Import an extension and return what it names.

    Raises
    ------
    ExtensionError
        If its import fails, whatever the reason.
    """
    try:
        return extension.load()
    except Exception as error:  # code of others: any error at all is theirs
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        problem = f"it cannot be imported ({reason})"
        raise extension.refusal(problem, expected="a module that imports") from error


def digest(home: Path | None = None) -> str:
    """Return a SHA-256 over the files of all extensions; empty without any.

    Pages and simulations that were kept are made anew when it changes.

    Examples
    --------
    >>> len(digest()) in (0, 64)
    True
    """
    folders = {item.folder for kind in KINDS for item in available(kind, home).values() if item.folder is not None}
    if home is not None and (home / "templates").is_dir():
        folders.add(home / "templates")
    total, some = sha256(), False
    for folder in sorted(folders):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file()):
            total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
            some = True
    return total.hexdigest() if some else ""


def _workspace() -> Path | None:
    named = os.environ.get("EASTBOUND_HOME")
    here = Path.cwd()
    return Path(named) if named else next((path for path in (here, *here.parents) if (path / FOLDER).is_dir()), None)


@lru_cache(maxsize=len(KINDS))
def _installed(kind: str) -> Mapping[str, Extension]:
    from importlib.metadata import entry_points

    return {entry.name: _of_package(kind, entry) for entry in entry_points(group=f"eastbound.{kind}")}


def _of_package(kind: str, entry: EntryPoint) -> Extension:
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
    return Extension(kind, entry.name, package, _folder(entry.module), entry.load)


def _folder(module: str) -> Path | None:
    """Return the folder of a module's file. Only the packages above it are imported."""
    try:
        spec = util.find_spec(module)
    except Exception:  # whatever a broken package raises; loading it names the reason
        return None
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _own(kind: str, home: Path) -> dict[str, Extension]:
    folder = home / FOLDER / kind
    files = [*folder.glob("[!._]*.py"), *(path / "__init__.py" for path in folder.glob("[!._]*/"))]
    result = {}
    for file in sorted(file for file in files if file.is_file()):
        name = file.parent.name if file.name == "__init__.py" else file.stem
        origin = file.relative_to(home).as_posix()
        result[name] = Extension(kind, name, origin, file.parent, partial(_run, kind, name, file))
    return result


def _run(kind: str, name: str, file: Path) -> Any:
    """Import a file of the workspace and return what its kind names in it."""
    module = f"eastbound_workspace_{kind}_{name}_{sha256(str(file).encode()).hexdigest()[:8]}"
    if module not in sys.modules:
        spec = util.spec_from_file_location(module, file)
        assert spec is not None  # an existing .py file has a loader
        assert spec.loader is not None
        value = util.module_from_spec(spec)
        sys.modules[module] = value
        try:
            spec.loader.exec_module(value)
        except BaseException:
            del sys.modules[module]
            raise
    return _named(kind, name, sys.modules[module])


def _named(kind: str, name: str, module: ModuleType) -> Any:
    attribute = {"sources": "CONNECTOR", "charts": name}.get(kind)
    return module if attribute is None else getattr(module, attribute)
