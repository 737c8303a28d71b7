"""Atomic writes: a reader sees the old file, the new file or no file, and never half of one.

Content goes to a temporary sibling, which is on the same file system, is flushed to disk
and takes the final name in one `rename`. The folder is flushed last, because a rename
that only memory knows of is lost in a power failure.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

from eastbound.errors import WriteError, shortened

_ADVICE: Final = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "the disk quota is used up; free some space and try again",
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.EACCES: "permission is missing; choose another folder or change its permissions",
    errno.EPERM: "permission is missing; choose another folder or change its permissions",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EEXIST: "a folder of this path is a file; choose another path",
    errno.ENOTDIR: "a folder of this path is a file; choose another path",
    errno.EISDIR: "a folder has this name; choose another name or remove the folder",
}
_SIBLING: Final = re.compile(r"\..+-[0-9a-f]{12}")
_TAKEN: Final = (errno.EEXIST, errno.ENOTEMPTY)


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically, in UTF-8 and with the line ends of `text`.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is made when it is missing.
    text : str
        The whole content.

    Raises
    ------
    WriteError
        When the disk is full, or the folder cannot be written; the old file is unchanged.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "note.txt")
    >>> write_text(path, "one line")
    >>> path.read_text(encoding="utf-8")
    'one line'
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a binary file atomically.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is made when it is missing.
    content : bytes
        The whole content.

    Raises
    ------
    WriteError
        When the disk is full, or the folder cannot be written; the old file is unchanged.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "new", "numbers.bin")
    >>> write_bytes(path, bytes([1, 2]))
    >>> path.read_bytes()
    b'\\x01\\x02'
    """
    path = Path(path)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        work = _sibling(path)
        try:
            with work.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            work.replace(path)
        except BaseException:
            with suppress(OSError):
                work.unlink()
            raise
        _flush_folder(path.parent)


def create_text(path: Path, text: str) -> bool:
    """Write a new text file atomically, in UTF-8; a file that exists is unchanged.

    Parameters
    ----------
    path : pathlib.Path
        The file, in an existing folder.
    text : str
        The whole content.

    Returns
    -------
    bool
        False when the path exists already, even if another process created it a moment ago.

    Raises
    ------
    WriteError
        When the disk is full, or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "note.txt")
    >>> create_text(path, "first"), create_text(path, "second"), path.read_text(encoding="utf-8")
    (True, False, 'first')
    """
    with explained(path):
        if os.path.lexists(path):
            return False
        work = _sibling(path)
        try:
            write_bytes(work, text.encode())
            try:
                os.link(work, path)  # unlike a rename, never replaces a file
            except FileExistsError:
                return False
            except OSError:  # a file system without links, such as exFAT
                work.replace(path)
        finally:
            work.unlink(missing_ok=True)
        _flush_folder(path.parent)
    return True


def publish_folder(folder: Path, fill: Callable[[Path], None]) -> bool:
    """Make a folder atomically: `fill` writes into a temporary sibling, which then takes the name.

    Parameters
    ----------
    folder : pathlib.Path
        The final folder.
    fill : callable
        Writes the content into the folder it is given. When it raises, nothing is published.

    Returns
    -------
    bool
        False when `folder` exists already with content, as when another process published
        it first; the existing folder is unchanged then.

    Raises
    ------
    WriteError
        When the disk is full, or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> root = Path(tempfile.mkdtemp())
    >>> publish_folder(root / "entry", lambda work: (work / "draws.txt").write_text("1 2"))
    True
    >>> publish_folder(root / "entry", lambda work: (work / "draws.txt").write_text("3 4"))
    False
    >>> [path.name for path in root.iterdir()], (root / "entry" / "draws.txt").read_text()
    (['entry'], '1 2')
    """
    folder = Path(folder)
    with explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = _sibling(folder)
        work.mkdir()
        try:
            fill(work)
            flush_folder(work)
            return _rename_folder(work, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)  # still there only after an error or a lost race


def flush_folder(folder: Path) -> None:
    """Flush every file and folder below `folder` to disk, for a caller that renames it itself.

    Examples
    --------
    >>> import tempfile
    >>> flush_folder(Path(tempfile.mkdtemp()))
    """
    for root, _, names in os.walk(folder):
        for name in names:
            _flush(Path(root, name))
        _flush_folder(Path(root))


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold a lock that the operating system releases when the process ends, however it ends.

    Parameters
    ----------
    path : pathlib.Path
        The lock's file in an existing folder. It is empty and stays: only a process that
        holds it open locks it.

    Yields
    ------
    bool
        Whether the lock was free; False while another process or block holds it.

    Raises
    ------
    WriteError
        When the file cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), ".changing")
    >>> with locked(path) as first, locked(path) as second:
    ...     first, second
    (True, False)
    >>> with locked(path) as again:
    ...     again
    True
    """
    handle, free = _locked_file(path)
    try:
        yield free
    finally:
        os.close(handle)  # releases the lock


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an `OSError` of the block into a `WriteError` that says what, where and what to do.

    Examples
    --------
    >>> with explained(Path("table.csv")):
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
    eastbound.errors.WriteError: cannot write `table.csv`: the disk is full; free some space and try again
    """
    try:
        yield
    except OSError as error:
        reason = _ADVICE.get(error.errno or 0, error.strerror or str(error))
        message = f"cannot write `{shortened(str(path), 200)}`: {reason}"
        raise WriteError(message) from error


def _locked_file(path: Path) -> tuple[int, bool]:
    """Open the file of a lock and try to lock it; return its handle and whether it was free.

    A sweep may remove the file between opening and locking it. Such a lock would exclude nobody, so it is tried anew.
    """
    while True:
        with explained(path):
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
        free = _lock(handle)
        if not free or _is_open_as(path, handle):
            return handle, free
        os.close(handle)


def _is_open_as(path: Path, handle: int) -> bool:
    if os.name == "nt":  # an open file cannot be removed there
        return True
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _lock(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def _sibling(path: Path) -> Path:
    """Return a free hidden name beside `path`. Unlike `tempfile`, what is made there keeps the user's umask."""
    return path.with_name(f".{path.name[:32]}-{token_hex(6)}")


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary siblings in a folder whose writers died, for a caller that holds the folder's lock.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = _sibling(folder / "own.csv").write_text("half"), (folder / ".keep").write_text("")
    >>> remove_leftovers(folder)
    >>> [path.name for path in folder.iterdir()]
    ['.keep']
    """
    for path in folder.glob(".*"):
        if _SIBLING.fullmatch(path.name):
            with suppress(OSError):  # another user's
                path.unlink()


def _rename_folder(work: Path, folder: Path) -> bool:
    try:
        work.rename(folder)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    _flush_folder(folder.parent)
    return True


def _flush(path: Path) -> None:
    if path.is_file() and not path.is_symlink():
        # Windows refuses to flush a file that is open for reading only.
        handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Network file systems may refuse to flush a folder; the rename itself has succeeded.
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
