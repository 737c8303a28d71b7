"""The ensemble store: one memory-mapped file per scenario, addressed by content hash.

A hit is a memory map and costs nothing; a miss is computed and kept. The
address covers everything that moves a number: evidence, settings, scenario,
code, seed, draws and horizon. Writers work in a folder of their own and
rename it when it is complete, so readers never see half an ensemble.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

_PACKAGE = Path(__file__).resolve().parents[1]
_CODE = ("core", "evidence", "scenarios", "models", "ensemble")  # packages whose code moves numbers
_ARRAY = "draws.npy"
_INDEX = "series.json"
_LARGE = 2**30  # bytes of a mapped file whose pages are given back once read; smaller ones are read again soon


def cache_folder() -> Path:
    """Return the cache folder: `$EASTBOUND_CACHE`, else the user's cache folder."""
    named = os.environ.get("EASTBOUND_CACHE")
    return Path(named) if named else user_cache_path("eastbound")


@cache
def code_digest() -> str:
    """Return a sha256 over the source of every package that moves a number."""
    total = sha256()
    for package in _CODE:
        for path in sorted((_PACKAGE / package).rglob("*.py")):
            total.update(path.relative_to(_PACKAGE).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def address(parts: dict[str, object]) -> str:
    """Return the content hash of the inputs of an ensemble.

    Examples
    --------
    >>> address({"seed": 1}) == address({"seed": 1}), address({"seed": 1}) == address({"seed": 2})
    (True, False)
    """
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def load(key: str) -> tuple[list[str], np.ndarray] | None:
    """Return (series ids, array (series, month, draw)) of a stored ensemble, memory-mapped, or None."""
    folder = cache_folder() / "ensembles" / key
    if not (folder / _INDEX).is_file():
        return None
    series = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    return series, np.load(folder / _ARRAY, mmap_mode="r")


def save(
    key: str, series: list[str], shape: tuple[int, int, int], *, fill: Callable[[np.ndarray], None]
) -> tuple[list[str], np.ndarray]:
    """Store an ensemble that `fill` writes into an array of the given shape; return it as `load` does."""
    root = cache_folder() / "ensembles"
    root.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{key[:8]}-", dir=root))
    try:
        array = np.lib.format.open_memmap(work / _ARRAY, mode="w+", dtype=np.float32, shape=shape)
        fill(array)
        array.flush()
        del array
        (work / _INDEX).write_text(json.dumps(series), encoding="utf-8")
        with suppress(OSError):  # another process may have stored the same content first
            work.rename(root / key)
    finally:
        shutil.rmtree(work, ignore_errors=True)  # still there only after an error or a lost race
    stored = load(key)
    assert stored is not None
    return stored


def release(array: np.ndarray) -> None:
    """Let the memory go into which a large mapped file was read or written; the file keeps its content.

    Small arrays stay: they are soon read again.
    """
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    # Windows has no such advice and frees the memory by itself.
    if isinstance(base, mmap.mmap) and len(base) > _LARGE and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)
