"""Pass stored ensembles between machines by their content hash, in pieces and without holding one in memory.

A copy needs no check of its own: the store compares each file and series with its hash when it is opened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from eastbound import files
from eastbound.ensemble.cache import clean_cache
from eastbound.ensemble.row_files import OWN
from eastbound.ensemble.store import INDEX, entry_folder, locked_file

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

PIECE: Final = 2**25  # bytes sent at a time

ReadPiece: TypeAlias = Callable[[str, int], bytes]


def has_entry(key: str) -> bool:
    """Return whether the cache has an entry."""
    return (entry_folder(key) / INDEX).is_file()


def entry_sizes(key: str) -> dict[str, int]:
    """Return the size of each file of an entry in bytes, the index last; empty if the cache does not have it."""
    try:
        paths = sorted(entry_folder(key).iterdir(), key=lambda path: (path.name == INDEX, path.name))
        sizes = {path.name: path.stat().st_size for path in paths}
    except OSError:
        return {}
    return sizes if INDEX in sizes else {}


def read_piece(key: str, name: str, start: int) -> bytes:
    """Return up to `PIECE` bytes of a file of an entry.

    Raises
    ------
    OSError
        If the entry has gone meanwhile.
    """
    with (entry_folder(key) / Path(name).name).open("rb") as file:
        file.seek(start)
        return file.read(PIECE)


def install_entry(key: str, sizes: Mapping[str, int], read: ReadPiece) -> None:
    """Put a copy of an entry into the cache; one that another process has put there meanwhile stays.

    Parameters
    ----------
    key : str
        Content address.
    sizes : mapping of str to int
        From `entry_sizes` of the holder.
    read : callable
        Takes the name of a file and an offset; returns the next bytes.

    Raises
    ------
    EOFError
        If a file ends before its size.
    WriteError
        If the cache's disk is full or cannot be written.

    Examples
    --------
    >>> from eastbound.ensemble.store import stored
    >>> install_entry("doctest", {"draws.npy": 2, "series.json": 2}, lambda name, start: b"{}"[start:])
    >>> entry_sizes("doctest")
    {'draws.npy': 2, 'series.json': 2}
    """
    held = ExitStack()  # the lock, until the folder has its name, see `store`

    def write(work: Path) -> None:
        for name, size in sizes.items():
            path = work / Path(name).name
            with ExitStack() as closing:
                file = locked_file(path) if name == OWN else path.open("wb")
                (held if name == OWN else closing).enter_context(file)
                while file.tell() < size:
                    piece = read(name, file.tell())
                    if not piece:
                        message = f"{key}/{name}"
                        raise EOFError(message)
                    file.write(piece)
                file.flush()
        if os.name == "nt":  # where no folder with an open file is renamed
            held.close()

    with held:
        files.publish_folder(entry_folder(key), write)
    clean_cache()


def share_entry(key: str, fs: AbstractFileSystem, root: str) -> None:
    """Copy an entry to a shared address, its index last; an entry that is there stays.

    Parameters
    ----------
    key : str
        Content address.
    fs : AbstractFileSystem
        The file system of the address.
    root : str
        Path in it.
    """
    target = f"{root}/{key}"
    if fs.exists(f"{target}/{INDEX}"):
        return
    if "file" in fs.protocol:
        fs.makedirs(target, exist_ok=True)
    for name in entry_sizes(key):
        fs.put_file(str(entry_folder(key) / name), f"{target}/{name}")


def fetch_entry(key: str, fs: AbstractFileSystem, root: str) -> bool:
    """Copy an entry from a shared address into the cache; return whether it is there.

    Parameters
    ----------
    key : str
        Content address.
    fs : AbstractFileSystem
        The file system of the address.
    root : str
        Path in it.
    """
    target = f"{root}/{key}"
    if not fs.exists(f"{target}/{INDEX}"):
        return False
    names = [path.rpartition("/")[2] for path in fs.ls(target, detail=False)]
    sizes = {name: int(fs.size(f"{target}/{name}")) for name in sorted(names, key=lambda name: name == INDEX)}
    install_entry(
        key, sizes, lambda name, start: fs.cat_file(f"{target}/{name}", start, min(start + PIECE, sizes[name]))
    )
    return True
