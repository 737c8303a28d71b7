"""The ensemble store: one memory-mapped file per scenario, addressed by content hash.

The address covers everything that moves a number: evidence, settings, scenario, code, seed, draws and horizon. A hit
is a memory map: only the series that are asked for are read, and each is checked against its hash when a process
reads it first. A damaged entry is a miss and is made again.
"""

from __future__ import annotations

import json
import mmap
import os
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import xxhash

from eastbound import files
from eastbound.ensemble.cache import cache_folder, checked, clean_cache, discard, read_checked, sweep, touch
from eastbound.errors import ModelError
from eastbound.typing import Record

Shape = tuple[int, int, int]  # series, months, draws
Fill = Callable[[np.ndarray], None]

_ARRAY: Final = "draws.npy"
_INDEX: Final = "series.json"
MANY: Final = 2**17  # draws of a file whose pages are given back once read; smaller ones are read again soon
_checked: set[tuple[object, ...]] = set()  # file identity and series that this process has found undamaged


@dataclass(eq=False)
class Stored:
    """A stored ensemble of one scenario.

    Parameters
    ----------
    key : str
        Its content address.
    series : list of str
        Ids, in the order of the file.
    shape : (series, months, draws)
    fill : callable
        Writes the draws into an array of that shape; called again when the file proves damaged.
    """

    key: str
    series: list[str]
    shape: Shape
    fill: Fill
    _array: np.ndarray | None = field(default=None, init=False, repr=False)
    _index: Record = field(default_factory=dict, init=False, repr=False)

    def paths(self, row: int) -> np.ndarray:
        """Return the draws of one series, shape (month, draw), float32, memory-mapped.

        Raises
        ------
        ModelError
            If the disk returns other bytes than were written, twice in a row.
        """
        for _ in range(2):
            if self._array is None:
                self._open()
            assert self._array is not None
            paths: np.ndarray = self._array[row]
            if self._undamaged(row, paths):
                return paths
            self._array = None
            discard(_folder(self.key))
        message = f"the cache entry `{_folder(self.key)}` was damaged again right after it was written; check the disk."
        raise ModelError(message)

    def _undamaged(self, row: int, paths: np.ndarray) -> bool:
        about = self._index["identity"]
        mark = (*about, row)
        if mark not in _checked:
            if _hash(paths) != self._index["hashes"][row]:
                return False
            _checked.add(mark)
        return True

    def _open(self) -> None:
        opened = _load(self)
        if opened is None:
            discard(_folder(self.key))
            _save(self)
            opened = _load(self)
            # Only now: in a cache full of entries that are in use, an entry not yet open would be the first to go.
            clean_cache()
        if opened is None:
            message = f"the cache entry `{_folder(self.key)}` cannot be read back after it was written; check the disk."
            raise ModelError(message)
        self._array, self._index = opened


def stored(key: str, series: list[str], shape: Shape, *, fill: Fill) -> Stored:
    """Open a stored ensemble, or simulate and store it.

    Parameters
    ----------
    key : str
        From `cache.address`.
    series : list of str
        Ids, in the order of the first axis.
    shape : (series, months, draws)
    fill : callable
        Writes the draws into an array of that shape.

    Raises
    ------
    WriteError
        If the cache's disk is full or cannot be written.
    """
    _sweep_once()
    ensemble = Stored(key, series, shape, fill)
    ensemble._open()
    return ensemble


def release(array: np.ndarray) -> None:
    """Give back the memory of a mapped file of many draws after reading or writing; the file keeps its content.

    Files of fewer draws stay in memory, because they are soon read again.
    """
    if array.shape[-1] < MANY:
        return
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    # Windows has no such advice and frees the memory by itself.
    if isinstance(base, mmap.mmap) and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)


@cache
def _sweep_once() -> None:
    sweep()


def _folder(key: str) -> Path:
    return cache_folder() / "ensembles" / key


def _load(ensemble: Stored) -> tuple[np.ndarray, Record] | None:
    """Return the mapped draws and the index, or None where the entry is missing, incomplete or damaged."""
    folder = _folder(ensemble.key)
    content = read_checked(folder / _INDEX)
    if content is None:
        return None
    index = json.loads(content)
    if index["series"] != ensemble.series or tuple(index["shape"]) != ensemble.shape:
        return None
    try:
        handle = os.open(folder / _ARRAY, os.O_RDONLY)
    except OSError:
        return None
    try:
        about = os.fstat(handle)
        header = os.read(handle, index["offset"])
        if about.st_size != index["size"] or xxhash.xxh3_64_intdigest(header) != index["header"]:
            raise ValueError(ensemble.key)
        array = np.memmap(folder / _ARRAY, np.float32, "r", index["offset"], ensemble.shape)
    except (OSError, ValueError):
        os.close(handle)
        return None
    _hold(array, handle)
    touch(folder)
    return array, index | {"identity": (about.st_ino, about.st_dev, about.st_mtime_ns, about.st_size)}


def _hold(array: np.ndarray, handle: int) -> None:
    """Lock a file for reading while its array lives, so that another process does not clean it away."""
    if os.name != "nt":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_SH)
    weakref.finalize(array, os.close, handle)


def _save(ensemble: Stored) -> None:
    """Simulate and publish an entry; another process may have published the same content first."""
    held = ExitStack()  # the lock, until the folder has its name: `sweep` takes an unlocked one for abandoned

    def write(work: Path) -> None:
        path = work / _ARRAY
        file = held.enter_context(_locked_file(path))
        array = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=ensemble.shape)
        size = os.fstat(file.fileno()).st_size
        _reserve(file.fileno(), size)
        ensemble.fill(array)
        array.flush()
        offset = int(array.offset)
        hashes = [_hash(row) for row in array]
        header = xxhash.xxh3_64_intdigest(file.read(offset))
        if os.name == "nt":  # where no folder with an open file is renamed
            held.close()
        index: dict[str, Any] = {"series": ensemble.series, "shape": ensemble.shape, "size": size, "offset": offset}
        index |= {"header": header, "hashes": hashes}
        content = json.dumps(index).encode()
        (work / _INDEX).write_bytes(checked(content))

    with held:
        files.publish_folder(_folder(ensemble.key), write)


def _locked_file(path: Path) -> BinaryIO:
    """Make an empty file that never has its name without being marked as in use."""
    new = path.with_suffix(".new")
    file = new.open("w+b")
    if os.name == "nt":
        file.close()
        new.rename(path)
        return path.open("r+b")
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    new.rename(path)
    return file


def _hash(paths: np.ndarray) -> int:
    """Return the hash of the draws of a series; a large file is in memory a month at a time."""
    total = xxhash.xxh3_64()
    for month in paths:
        total.update(np.ascontiguousarray(month).data)
        release(paths)
    return total.intdigest()


def _reserve(handle: int, size: int) -> None:
    """Reserve the disk space of a file.

    Writing through a memory map into a sparse file on a full disk kills the process by a signal; reserving the space
    first makes it an ordinary error.
    """
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
