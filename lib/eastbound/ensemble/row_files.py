"""The files of a stored ensemble: rows that another ensemble has too are linked, the others are written.

Scenarios share their random numbers, so two thirds of their rows are the same to the bit. A hard link keeps the bytes
of such a row for as long as any ensemble needs them, and costs no disk, no writing and no second copy in memory.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias

import numpy as np
import xxhash

from eastbound.typing import Paths, Record

if TYPE_CHECKING:
    from eastbound.ensemble.store import Stored

Shape: TypeAlias = tuple[int, int, int]  # series, months, draws

OWN: Final = "draws.npy"
MANY: Final = 2**17  # draws of a file whose pages are given back once read; smaller ones are read again soon


class RowWriter:
    """Write the draws of an ensemble into the folder of its entry, whole rows at once or block by block.

    Parameters
    ----------
    folder : Path
    file : binary file
        The empty file `OWN` of the folder, open for reading and writing.
    shape : (series, months, draws)
    lender : Stored, optional
        An ensemble of the same series and shape whose rows are linked where they are the same.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with (folder / OWN).open("w+b") as file:
    ...     writer = RowWriter(folder, file, (2, 12, 100), lender=None)
    ...     writer.put(slice(0, 100), [np.zeros((12, 100)), np.ones((12, 100))])
    ...     writer.record()["rows"]
    [[0, 0], [0, 1]]
    >>> float(np.load(folder / OWN).sum())
    1200.0
    """

    def __init__(self, folder: Path, file: BinaryIO, shape: Shape, *, lender: Stored | None) -> None:
        self._folder, self._file, self._shape, self._lender = folder, file, shape, lender
        self._array: np.memmap[Any, Any] | None = None
        self._lock = Lock()
        self._record: Record = {}

    def put(self, part: slice, rows: Sequence[Paths]) -> None:
        """Write a block of draws: one array of shape (months, width) for each series; several threads may call it."""
        if part.stop - part.start == self._shape[2]:
            self._write(rows)
            return
        with self._lock:
            if self._array is None:
                self._array = _new_map(self._folder / OWN, self._file, self._shape)
        for k, row in enumerate(rows):
            self._array[k, :, part] = row
        release(self._array)

    def record(self) -> Record:
        """Return what the index of the entry says of its files: where each row is, and the hashes to check it by."""
        return self._record or self._compacted()

    def _write(self, rows: Sequence[Paths]) -> None:
        whole = [np.ascontiguousarray(row, np.float32) for row in rows]
        hashes = [row_hash(row) for row in whole]
        places, files = _links(self._folder, self._lender, hashes)
        own = [k for k in range(len(whole)) if k not in places]
        _write_header(self._file, (len(own), *self._shape[1:]))
        _reserve(self._file.fileno(), self._file.tell() + len(own) * whole[0].nbytes)
        for row in own:
            self._file.write(whole[row].data)
        self._file.flush()
        self._record = self._described(hashes, own, places, files)

    def _compacted(self) -> Record:
        """Take the rows that the lender has out of the mapped file, which holds all of them until then."""
        array = self._array
        assert array is not None
        hashes = [row_hash(row) for row in array]
        places, files = _links(self._folder, self._lender, hashes)
        own = [k for k in range(len(array)) if k not in places]
        for k, row in enumerate(own):
            if k < row:
                array[k] = array[row]
                release(array)
        array.flush()
        self._file.seek(0)
        _write_header(self._file, (len(own), *self._shape[1:]))
        self._file.flush()
        os.ftruncate(self._file.fileno(), self._file.tell() + len(own) * array[0].nbytes)
        return self._described(hashes, own, places, files)

    def _described(
        self, hashes: list[int], own: list[int], places: dict[int, list[int]], files: list[Record]
    ) -> Record:
        places |= {row: [0, k] for k, row in enumerate(own)}
        return {
            "rows": [places[row] for row in range(len(hashes))],
            "hashes": hashes,
            "files": [self._own(own), *files],
        }

    def _own(self, rows: Sequence[object]) -> Record:
        self._file.seek(0)
        _read_header(self._file)
        offset, size = self._file.tell(), os.fstat(self._file.fileno()).st_size
        self._file.seek(0)
        header = xxhash.xxh3_64_intdigest(self._file.read(offset))
        return {"name": OWN, "rows": len(rows), "size": size, "offset": offset, "header": header}


def open_rows(folder: Path, about: Record, shape: Shape) -> tuple[np.ndarray, int, tuple[int, ...]]:
    """Map one of the files of an entry.

    Returns
    -------
    array, shape (rows, months, draws)
        Mapped for reading.
    int
        The open file, to be closed when the array is gone.
    tuple of int
        What tells the content of this file from that of another.

    Raises
    ------
    OSError
        If there is no such file.
    ValueError
        If it is not what was written.
    """
    handle = os.open(folder / about["name"], os.O_RDONLY)
    try:
        status = os.fstat(handle)
        header = os.read(handle, about["offset"])
        if status.st_size != about["size"] or xxhash.xxh3_64_intdigest(header) != about["header"]:
            message = f"`{folder / about['name']}` is not what was written"
            raise ValueError(message)
        size = (about["rows"], *shape[1:])
        array = (
            np.memmap(folder / about["name"], np.float32, "r", about["offset"], size)
            if about["rows"]
            else np.empty(size, np.float32)
        )
    except BaseException:
        os.close(handle)
        raise
    return array, handle, (status.st_ino, status.st_dev, status.st_mtime_ns, status.st_size)


def row_hash(paths: np.ndarray) -> int:
    """Return the hash of the draws of a series; a large file is in memory a month at a time."""
    total = xxhash.xxh3_64()
    for month in paths:
        total.update(np.ascontiguousarray(month).data)
        release(paths)
    return total.intdigest()


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


def _links(folder: Path, lender: Stored | None, hashes: Sequence[int]) -> tuple[dict[int, list[int]], list[Record]]:
    """Link the files of the lender that have rows of these hashes; return where those rows are, and the files."""
    places: dict[int, list[int]] = {}
    files: list[Record] = []
    if lender is None:
        return places, files
    source, index = lender.folder, lender.index
    same = [k for k, digest in enumerate(hashes) if digest == index["hashes"][k]]
    for number, about in enumerate(index["files"]):
        rows = [k for k in same if index["rows"][k][0] == number]
        name = f"shared{len(files) + 1}.npy"
        try:
            if rows:
                (folder / name).hardlink_to(source / about["name"])
        except OSError:  # a file system without links, or the lender is gone: the rows are written
            continue
        if rows:
            files.append(about | {"name": name})
            places |= {k: [len(files), index["rows"][k][1]] for k in rows}
    return places, files


def _new_map(path: Path, file: BinaryIO, shape: Shape) -> np.memmap[Any, Any]:
    array: np.memmap[Any, Any] = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    _reserve(file.fileno(), os.fstat(file.fileno()).st_size)
    return array


def _write_header(file: BinaryIO, shape: Shape) -> None:
    about: Any = {"descr": np.lib.format.dtype_to_descr(np.dtype(np.float32)), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, about)


def _read_header(file: BinaryIO) -> None:
    np.lib.format.read_magic(file)
    np.lib.format.read_array_header_1_0(file)


def _reserve(handle: int, size: int) -> None:
    """Reserve the disk space of a file.

    Writing through a memory map into a sparse file on a full disk kills the process by a signal; reserving the space
    first makes it an ordinary error.
    """
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
