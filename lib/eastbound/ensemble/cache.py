"""The cache folder: content addresses, files that are checked when read, and a size limit.

A cache entry is never trusted unread: a file carries the hash of its content, and one that does not match is a miss
and is made again. What was used least recently goes first when the cache outgrows its limit.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from eastbound import extensions, files
from eastbound.errors import InputError

LIMIT_VARIABLE: Final = "EASTBOUND_CACHE_LIMIT"
_PACKAGE: Final = Path(__file__).resolve().parents[1]
# Packages and modules whose code moves numbers.
_CODE: Final = ("core", "evidence", "univariate", "scenarios", "models", "ensemble")
_MODULES: Final = ("catalogue.py", "constants.py", "names.py", "periods.py", "units.py")
_SHELVES: Final = ("ensembles", "fits", "backtests", "pages", "numbers", "runs")
_DEFAULT_LIMIT: Final = 4 * 10**9  # bytes: more than all 36 scenarios of 4,096 draws need
_MARK: Final = 32  # bytes of the sha256 in front of a checked file
_ABANDONED: Final = 3600  # seconds after which an unlocked work file belongs to no living process


def cache_folder() -> Path:
    """Return the cache folder: `$EASTBOUND_CACHE`, else the user's cache folder."""
    named = os.environ.get("EASTBOUND_CACHE")
    return Path(named) if named else user_cache_path("eastbound")


@cache
def code_digest() -> str:
    """Return a sha256 over the source of every package and module that moves a number, extensions included."""
    paths = [path for package in _CODE for path in sorted((_PACKAGE / package).rglob("*.py"))]
    total = sha256()
    for path in [*paths, *(_PACKAGE / name for name in _MODULES)]:
        if path.is_file():
            total.update(path.relative_to(_PACKAGE).as_posix().encode())
            total.update(path.read_bytes())
    total.update(extensions.digest().encode())
    return total.hexdigest()


def address(parts: dict[str, object]) -> str:
    """Return the content hash of the inputs of an entry.

    Examples
    --------
    >>> address({"seed": 1}) == address({"seed": 1}), address({"seed": 1}) == address({"seed": 2})
    (True, False)
    """
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def checked(content: bytes) -> bytes:
    """Return content with its hash in front, as `read_checked` expects it."""
    return sha256(content).digest() + content


def write_checked(path: Path, content: bytes) -> None:
    """Write a file atomically with the hash of its content in front.

    Raises
    ------
    WriteError
        If the disk is full or the folder cannot be written.
    """
    if path.is_dir():  # a damaged entry, which no file can replace
        discard(path)
    files.write_bytes(path, checked(content))
    clean_cache()


def read_checked(path: Path) -> bytes | None:
    """Return the content of a file of `write_checked`; None if it is missing or damaged, which removes it.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "entry")
    >>> files.write_bytes(path, sha256(b"right").digest() + b"wrong")
    >>> read_checked(path) is None, path.exists()
    (True, False)
    """
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    mark, content = whole[:_MARK], whole[_MARK:]
    if sha256(content).digest() != mark:
        discard(path)
        return None
    touch(path)
    return content


def touch(path: Path) -> None:
    """Mark an entry as just used, so that `clean_cache` takes it last."""
    with suppress(OSError):  # a read-only cache is still a cache
        os.utime(path)


def cache_limit() -> int:
    """Return the size limit in bytes: `$EASTBOUND_CACHE_LIMIT`, such as ``4 GB`` or ``500 MB``, else 4 GB.

    Raises
    ------
    InputError
        If the variable is not a size.
    """
    text = os.environ.get(LIMIT_VARIABLE, "").strip()
    if not text:
        return _DEFAULT_LIMIT
    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
    number, unit = (text[:-2].strip(), units[text[-2:].upper()]) if text[-2:].upper() in units else (text, 1)
    try:
        size = float(number) * unit
    except ValueError:
        size = -1.0
    if not 0 <= size < float("inf"):
        message = f"${LIMIT_VARIABLE} is `{text}`; it must be a size such as `4 GB`, `500 MB` or a number of bytes."
        raise InputError(message)
    return int(size)


def cache_size() -> int:
    """Return the size of all cache entries in bytes of disk; a file that several share counts once."""
    return sum(_bytes(path) for path in _entries())


def clean_cache(limit: int | None = None) -> int:
    """Remove the least recently used entries until the cache fits its limit; return the bytes freed.

    An ensemble that a living process has open is never removed.

    Parameters
    ----------
    limit : int, optional
        Bytes; default `cache_limit`.
    """
    limit = cache_limit() if limit is None else limit
    sizes = {path: _bytes(path) for path in _entries()}
    surplus, freed = sum(sizes.values()) - limit, 0
    if surplus <= 0:
        return 0
    for path in sorted(sizes, key=_last_use):
        if freed >= surplus:
            break
        if not in_use(path):
            discard(path)
            freed += sizes[path]
    return freed


def sweep() -> None:
    """Remove work files and folders that dead processes left behind."""
    for shelf in _SHELVES:
        with suppress(OSError):
            for path in (cache_folder() / shelf).glob(".*"):
                array = path / "draws.npy"
                old = time.time() - _last_use(path) > _ABANDONED
                if (array.is_file() and not in_use(path)) or old:
                    discard(path)


def in_use(folder: Path) -> bool:
    """Return whether a living process has the draws of an ensemble's folder locked."""
    path = folder / "draws.npy"
    if not path.is_file() or os.name == "nt":  # Windows refuses to remove an open file by itself
        return False
    import fcntl

    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def _entries() -> Iterator[Path]:
    for shelf in _SHELVES:
        with suppress(OSError):
            yield from (path for path in (cache_folder() / shelf).iterdir() if not path.name.startswith("."))


def _bytes(path: Path) -> int:
    total = 0
    with suppress(OSError):  # another process may remove it meanwhile
        parts = path.iterdir() if path.is_dir() else (path,)
        about = [part.stat() for part in parts]
        total = sum(round(part.st_size / max(part.st_nlink, 1)) for part in about)
    return total


def _last_use(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def discard(path: Path) -> None:
    """Remove an entry, be it a file, a folder or a link; another process may have removed it already."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
