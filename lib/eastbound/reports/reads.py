"""Note which files a kernel reads and which modules of the package it has, on which its page depends.

The module imports nothing of the package: a kernel that starts cold loads it before anything else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "EASTBOUND_READS"  # names the file that a kernel notes its reads in
# A page that asks another process or another machine may differ tomorrow although every file is the same.
_ELSEWHERE: Final = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect"})
_PACKAGE: Final = "eastbound"
_MODULES: Final = "-modules"  # ends the name of the file that its modules are noted in
_PART: Final = "eastbound.part"  # the event of `eastbound.file_parts`, which a cold kernel cannot import here
_MARK: Final = "*"  # stands for them in the notes
# Of the interpreter and the system; the versions of packages are compared by themselves.
_SYSTEM: Final = ("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", sys.prefix, sys.base_prefix)


def note_reads() -> None:
    """Note from now on every file and folder that this process opens.

    The notes go to the file that `$EASTBOUND_READS` names, one absolute path a line; a folder ends with a slash.
    Without the variable nothing is noted. Whoever empties the file forgets what was read before. The modules of the
    package go to a file beside it, those that are loaded already at once.
    """
    target = os.environ.get(VARIABLE)
    if not target:
        return
    notes = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    modules = os.open(target + _MODULES, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(modules, "".join(f"{name}\n" for name in package_modules()).encode())

    def note(line: str) -> None:
        os.write(notes, f"{line}\n".encode("utf-8", "surrogateescape"))

    announced = ""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal announced
        if event in _ELSEWHERE:
            note(_MARK)
        elif event == _PART:
            announced = os.path.abspath(arguments[0])
            note(announced + arguments[1])
        elif event == "import":
            if arguments[0].partition(".")[0] == _PACKAGE:
                os.write(modules, f"{arguments[0]}\n".encode())
        elif event in ("open", "os.listdir", "os.scandir"):
            path: Any = "." if arguments[0] is None else arguments[0]
            if not isinstance(path, int):  # which is a file that is open already
                whole = os.path.abspath(os.fsdecode(path))
                if event != "open":
                    note(os.path.join(whole, ""))
                elif whole == announced:  # a part of it is noted already
                    announced = ""
                else:
                    note(whole)

    sys.addaudithook(hook)


def package_modules() -> list[str]:
    """Return the names of the modules of the package that this process has loaded.

    Examples
    --------
    >>> "eastbound.reports.reads" in package_modules()
    True
    """
    return sorted(name for name in tuple(sys.modules) if name.partition(".")[0] == _PACKAGE)


def noted_modules(target: Path) -> list[str]:
    """Return the modules of the package that a kernel has loaded, or has tried to.

    Parameters
    ----------
    target : Path
        The file of notes on what it read.

    Examples
    --------
    >>> noted_modules(Path("there", "is", "none"))
    []
    """
    path = target.with_name(target.name + _MODULES)
    return sorted(set(path.read_text(encoding="utf-8").splitlines())) if path.is_file() else []


def noted(target: Path, *, ignored: Iterable[Path]) -> list[str] | None:
    """Return the paths that a kernel has noted, in order; None if it asked another process or machine.

    Parameters
    ----------
    target : Path
        The file of notes; a kernel that read nothing has made none.
    ignored : iterable of Path
        Folders whose files decide nothing, such as that of temporary files.

    Examples
    --------
    >>> noted(Path("there", "is", "none"), ignored=[])
    []
    """
    if not target.is_file():
        return []
    lines = target.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    if _MARK in lines:
        return None
    starts = tuple(os.path.join(os.path.abspath(folder), "") for folder in (*_SYSTEM, *map(str, ignored)))
    return sorted({line for line in lines if not line.startswith(starts)})


def content_digest(path: str | Path) -> str:
    """Return the sha256 of a file, of a part of it, or of the names in a folder; empty if there is none.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.yml")
    ...     _ = file.write_text("a: 1")
    ...     before = content_digest(folder), content_digest(file)
    ...     _ = file.write_text("a: 2")
    ...     after = content_digest(folder), content_digest(file)
    >>> before[0] == after[0], before[1] == after[1]
    (True, False)
    """
    from eastbound.file_parts import NUMBERS, numbers_digest

    try:
        if os.path.isdir(path):
            return sha256("\n".join(sorted(os.listdir(path))).encode("utf-8", "surrogateescape")).hexdigest()
        if str(path).endswith(NUMBERS):
            return numbers_digest(Path(str(path).removesuffix(NUMBERS)).read_bytes())
        return sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""
