"""One of two runs that are compared: its recorded numbers, and its inputs ready to be computed with again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from eastbound.errors import InputError
from eastbound.evidence.book import load_from
from eastbound.reports.history.catalogue import read_numbers
from eastbound.reports.history.inputs import read_archive, read_record
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

EVIDENCE: Final = "evidence"
_OWN: Final = ("own", "given")


@dataclass(frozen=True, eq=False)
class Side:
    """Hold one run of a comparison.

    Parameters
    ----------
    run, as_of : str
        Its id and the day of its evidence.
    numbers : DataFrame
        What it recorded, see `eastbound.reports.history.numbers`.
    record : dict
        Its inputs by category, empty without an archive.
    files : mapping of str to bytes
        Its archive.
    book : Evidence or None
        Its evidence; None if it cannot be read again.
    obstacle : str
        Why it cannot be computed again; empty if it can.
    """

    run: str
    as_of: str
    numbers: pd.DataFrame
    record: Record
    files: Mapping[str, bytes]
    book: Evidence | None
    obstacle: str = ""

    @property
    def digests(self) -> Mapping[str, str]:
        """Digests of its inputs by category."""
        digests: Mapping[str, str] = self.record.get("digests", {})
        return digests


@contextmanager
def open_side(folder: Path) -> Iterator[Side]:
    """Read a run for a comparison; what it unpacks is removed at the end of the block.

    Parameters
    ----------
    folder : Path
        Folder of the run.

    Raises
    ------
    InputError
        If the run kept no numbers.
    """
    # a run that is being made has its numbers and inputs, and no manifest yet
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known: Any = {"run": folder.name.removesuffix(".partial"), "numbers": read_numbers(folder)}
    try:
        files = read_archive(folder)
        record = read_record(files)
    except InputError as error:
        record = manifest.get("inputs") or {}
        yield Side(**known, as_of=manifest.get("as_of", ""), record=record, files={}, book=None, obstacle=str(error))
        return
    known["as_of"] = record["as_of"]
    with TemporaryDirectory() as temporary:
        try:
            book = _book(files, Path(temporary), record["as_of"])
        except Exception as error:  # tables of another version may break in any way
            obstacle = f"its evidence does not fit this version of the package ({error})"
            yield Side(**known, record=record, files=files, book=None, obstacle=obstacle)
            return
        yield Side(**known, record=record, files=files, book=book)


def _book(files: Mapping[str, bytes], folder: Path, as_of: str) -> Evidence:
    for name, content in files.items():
        path = folder / name
        if path.parent.name in (EVIDENCE, *_OWN):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
    return load_from(
        [folder / name for name in _OWN if (folder / name).is_dir()], as_of=as_of, tables=folder / EVIDENCE
    )
