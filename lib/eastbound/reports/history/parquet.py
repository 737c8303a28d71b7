"""Write and read small Parquet files with DuckDB, which needs nothing else for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from eastbound.files import write_bytes

if TYPE_CHECKING:
    import pandas as pd


def connect() -> Any:
    """Open a DuckDB database in memory, with one thread and without the download of extensions.

    Examples
    --------
    >>> connect().execute("SELECT 41 + 1").fetchone()
    (42,)
    """
    import duckdb

    settings: dict[str, Any] = {"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    return duckdb.connect(config=settings)


def write_parquet(path: Path, frame: pd.DataFrame, *, notes: Mapping[str, str]) -> None:
    """Write a frame atomically; the same frame and notes give the same bytes.

    Parameters
    ----------
    path : Path
    frame : DataFrame
    notes : mapping of str to str
        Key-value metadata of the file.
    """
    columns = ", ".join(f"{_quoted(name)}: {_text(value)}" for name, value in notes.items())
    with TemporaryDirectory() as folder, connect() as connection:
        work = Path(folder, "work.parquet")
        connection.register("frame", frame)
        options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{columns}}}"
        connection.execute(f"COPY frame TO {_text(str(work))} ({options})")
        write_bytes(path, work.read_bytes())


def read_notes(connection: Any, paths: Sequence[Path]) -> dict[str, dict[str, str]]:
    """Return the metadata of several files, by path."""
    notes: dict[str, dict[str, str]] = {str(path): {} for path in paths}
    if paths:
        query = "SELECT file_name, key, value FROM parquet_kv_metadata(?)"
        for file, key, value in connection.execute(query, [[str(path) for path in paths]]).fetchall():
            notes[file][bytes(key).decode()] = bytes(value).decode()
    return notes


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
