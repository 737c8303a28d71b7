"""The ensemble store: memory-mapped files of one folder per scenario, addressed by content hash.

The address covers everything that moves a number: evidence, settings, scenario, code, seed, draws and horizon. A hit
is a memory map: only the series that are asked for are read, and each is checked against its hash when a process
reads it first. A damaged entry is a miss and is made again.
"""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import numpy as np

from eastbound import files
from eastbound.ensemble.cache import cache_folder, checked, clean_cache, discard, read_checked, sweep, touch
from eastbound.ensemble.row_files import OWN, RowWriter, Shape, open_rows, row_hash
from eastbound.errors import ModelError, WriteError
from eastbound.typing import Paths, Record

Put: TypeAlias = Callable[[slice, Sequence[Paths]], None]
Fill: TypeAlias = Callable[[Put], None]

INDEX: Final = "series.json"
_provide: ContextVar[Callable[[str], None]] = ContextVar("provide", default=lambda _: None)
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
        Makes the draws and passes each block to the function that it is given, as `RowWriter.put` takes it; called
        again when a file proves damaged.
    lender : Stored, optional
        An open ensemble of the same series and shape; its rows are linked where they are the same.
    """

    key: str
    series: list[str]
    shape: Shape
    fill: Fill
    lender: Stored | None = None
    index: Record = field(default_factory=dict, init=False, repr=False)
    _arrays: list[np.ndarray] = field(default_factory=list, init=False, repr=False)

    @property
    def folder(self) -> Path:
        """The folder of the entry."""
        return entry_folder(self.key)

    def paths(self, row: int) -> np.ndarray:
        """Return the draws of one series, shape (month, draw), float32, memory-mapped.

        Raises
        ------
        ModelError
            If the disk returns other bytes than were written, twice in a row.
        """
        for _ in range(2):
            if not self._arrays:
                self._open()
            file, index = self.index["rows"][row]
            paths: np.ndarray = self._arrays[file][index]
            if self._undamaged(row, paths):
                return paths
            self._arrays, self.lender = [], None  # a damaged row may be one that was lent
            discard(self.folder)
        message = f"the cache entry `{self.folder}` was damaged again right after it was written; check the disk."
        raise ModelError(message)

    def _undamaged(self, row: int, paths: np.ndarray) -> bool:
        file, index = self.index["rows"][row]
        mark = (*self.index["identities"][file], index)
        if mark not in _checked:
            if row_hash(paths) != self.index["hashes"][row]:
                return False
            _checked.add(mark)
        return True

    def _open(self) -> None:
        opened = _load(self)
        if opened is None:
            discard(self.folder)
            _save(self)
            opened = _load(self)
            # Only now: in a cache full of entries that are in use, an entry not yet open would be the first to go.
            clean_cache()
        if opened is None:
            message = f"the cache entry `{self.folder}` cannot be read back after it was written; check the disk."
            raise ModelError(message)
        self._arrays, self.index = opened


def entry_folder(key: str) -> Path:
    """Return the folder of the entry of a key, whether it is there or not."""
    return cache_folder() / "ensembles" / key


@contextmanager
def provided(provide: Callable[[str], None]) -> Iterator[None]:
    """Call a function with the key of every entry that this thread is about to open.

    Parameters
    ----------
    provide : callable
        May put the entry into the cache, for example from another machine; what is missing afterwards is simulated.
    """
    token = _provide.set(provide)
    try:
        yield
    finally:
        _provide.reset(token)


def stored(key: str, series: list[str], shape: Shape, *, fill: Fill, lender: Stored | None = None) -> Stored:
    """Open a stored ensemble, or simulate and store it.

    Parameters
    ----------
    key : str
        From `cache.address`.
    series : list of str
        Ids, in the order of the first axis.
    shape : (series, months, draws)
    fill, lender
        As `Stored` has them.

    Raises
    ------
    WriteError
        If the cache's disk is full or cannot be written.
    """
    _sweep_once()
    _provide.get()(key)
    ensemble = Stored(key, series, shape, fill, lender)
    ensemble._open()
    return ensemble


@cache
def _sweep_once() -> None:
    sweep()


def _load(ensemble: Stored) -> tuple[list[np.ndarray], Record] | None:
    """Return the mapped draws and the index, or None where the entry is missing, incomplete or damaged."""
    content = read_checked(ensemble.folder / INDEX)
    if content is None:
        return None
    index = json.loads(content)
    if index["series"] != ensemble.series or tuple(index["shape"]) != ensemble.shape:
        return None
    arrays, identities = [], []
    for about in index["files"]:
        try:
            array, handle, identity = open_rows(ensemble.folder, about, ensemble.shape)
        except (OSError, ValueError):
            return None
        _hold(array, handle)
        arrays.append(array)
        identities.append(identity)
    touch(ensemble.folder)
    return arrays, index | {"identities": identities}


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
        file = held.enter_context(locked_file(work / OWN))
        writer = RowWriter(work, file, ensemble.shape, lender=ensemble.lender)
        ensemble.fill(writer.put)
        index: dict[str, Any] = {"series": ensemble.series, "shape": ensemble.shape, **writer.record()}
        if os.name == "nt":  # where no folder with an open file is renamed
            held.close()
        (work / INDEX).write_bytes(checked(json.dumps(index).encode()))

    with held:
        try:
            files.publish_folder(ensemble.folder, write)
        except WriteError as error:
            message = (
                f"the simulation cannot be kept: {error}. Or set $EASTBOUND_CACHE to a folder that you may write to."
            )
            raise WriteError(message) from error


def locked_file(path: Path) -> BinaryIO:
    """Make an empty file that never has its name without being marked as in use.

    Parameters
    ----------
    path : Path
        In an existing folder.
    """
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
