"""Append published forecasts to the ledger, and find what has been changed in it.

``ledger/chain.jsonl`` has one line per published run: the sha256 of its file of forecasts, the hash of the line before,
and its own. In the files each row carries a check made from its text and the check of the row before, so that a changed
row can be named. Whoever knows the newest hash of the chain can tell whether anything before it was changed or removed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import Final

from eastbound.errors import InputError
from eastbound.files import locked, write_text
from eastbound.scenarios.home import find_home
from eastbound.typing import Record

FOLDER: Final = "ledger"
CHAIN: Final = "chain.jsonl"
SCHEMA: Final = "ledger/1"
START: Final = "0" * 64  # stands for the hash before the first
# Columns of hubverse: task ids, then the type of output, its id and its value.
COLUMNS: Final = ("reference_date", "scenario", "target", "target_end_date", "unit", "output_type", "output_type_id",
                  "value", "check")  # fmt: skip
_CHECK: Final = 16  # characters of a row's check


def ledger_folder(home: Path | None = None) -> Path:
    """Return the folder of the ledger; it is never cleaned."""
    return find_home(home) / FOLDER


def read_entries(home: Path | None = None) -> list[Record]:
    """Return the lines of the chain, oldest first, as they stand.

    Parameters
    ----------
    home : Path, optional
        Workspace; found by itself when not given.

    Raises
    ------
    InputError
        If a line is not JSON of this format.
    """
    path = ledger_folder(home) / CHAIN
    try:
        # opened without asking whether it is there, so that a page knows that it depends on the ledger
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    entries = []
    for line, text in enumerate(lines, 1):
        try:
            entry = json.loads(text)
            known = entry["schema"] == SCHEMA and isinstance(entry["run"], str)
        except (ValueError, KeyError, TypeError):
            known = False
        if not known:
            message = f"line {line} of {FOLDER}/{CHAIN} is no entry of the format `{SCHEMA}`; restore it from a copy."
            raise InputError(message)
        entries.append(entry)
    return entries


def append_entry(
    rows: Sequence[Sequence[str]], *, run: str, as_of: str, inputs: Record, home: Path | None = None
) -> tuple[Record, bool]:
    """Append the forecasts of a run, unless the ledger holds the same forecasts already.

    Parameters
    ----------
    rows : sequence of sequences of str
        Values of `COLUMNS` without the check.
    run : str
        Id of the run.
    as_of : str
        Day of its evidence.
    inputs : dict
        Digests of what it was computed from.
    home : Path, optional
        Workspace; found by itself when not given.

    Returns
    -------
    entry : dict
        The new line of the chain, or the earlier one with the same forecasts.
    new : bool
        Whether it was appended.

    Raises
    ------
    InputError
        If the ledger is damaged: nothing is appended to it.
    """
    folder = ledger_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder):
        if faults := ledger_faults(home):
            message = f"the ledger is damaged, and nothing was appended: {faults[0]}. Restore {folder} from a copy."
            raise InputError(message)
        entries = read_entries(home)
        forecasts = sha256("\n".join(",".join(row) for row in rows).encode()).hexdigest()
        for entry in entries:
            if entry["forecasts"] == forecasts:
                return entry, False
        number = len(entries) + 1
        previous = entries[-1]["hash"] if entries else START
        content = _content(rows, previous)
        for left in folder.glob(f"{number:05d}-*.csv"):  # of a publication that was killed before its line was written
            left.unlink()
        file = f"{number:05d}-{run}.csv"
        write_text(folder / file, content)
        entry = {
            "schema": SCHEMA, "number": number, "run": run, "as_of": as_of, "file": file, "rows": len(rows),
            "content": sha256(content.encode()).hexdigest(), "forecasts": forecasts, "inputs": inputs,
            "previous": previous,
        }  # fmt: skip
        entry["hash"] = _entry_hash(entry)
        lines = [json.dumps(item, ensure_ascii=False) for item in (*entries, entry)]
        write_text(folder / CHAIN, "\n".join(lines) + "\n")
    return entry, True


def ledger_faults(home: Path | None = None, *, head: str | None = None) -> list[str]:
    """Return what has been changed in the ledger, one text per fault; none if it is intact.

    Parameters
    ----------
    home : Path, optional
        Workspace; found by itself when not given.
    head : str, optional
        A hash noted after an earlier publication, which the chain must still contain.
    """
    try:
        entries = read_entries(home)
    except InputError as error:
        return [str(error)]
    folder, previous, faults = ledger_folder(home), START, []
    for line, entry in enumerate(entries, 1):
        where = f"line {line} of {FOLDER}/{CHAIN}"
        if entry.get("previous") != previous:
            faults.append(f"{where} does not continue the line before: a line was changed, removed or inserted")
        if entry.get("hash") != _entry_hash(entry):
            faults.append(f"{where} was changed since run {entry['run']} was published")
        faults += _file_faults(folder, entry)
        previous = entry.get("hash", "")
    if head is not None and head not in {entry.get("hash") for entry in entries}:
        faults.append(f"the chain does not contain the hash {head}: lines were changed or removed")
    return faults


def read_rows(entry: Record, home: Path | None = None) -> Iterator[dict[str, str]]:
    """Yield the rows of an entry's file, by column."""
    path = ledger_folder(home) / entry["file"]
    if not path.is_file():
        message = f"`{FOLDER}/{entry['file']}` is missing; restore it from a copy."
        raise InputError(message)
    yield from csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))


def _content(rows: Sequence[Sequence[str]], previous: str) -> str:
    lines, check = [",".join(COLUMNS)], previous
    for row in rows:
        text = ",".join(row)
        check = _check(check, text)
        lines.append(f"{text},{check}")
    return "\n".join(lines) + "\n"


def _check(previous: str, text: str) -> str:
    return sha256(f"{previous}\n{text}".encode()).hexdigest()[:_CHECK]


def _entry_hash(entry: Record) -> str:
    text = json.dumps({name: value for name, value in entry.items() if name != "hash"}, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _file_faults(folder: Path, entry: Record) -> list[str]:
    """Return what is wrong with an entry's file, by its first changed line."""
    name = f"{FOLDER}/{entry.get('file')}"
    path = folder / str(entry.get("file"))
    if not path.is_file():
        return [f"{name} is missing"]
    content = path.read_bytes()
    if sha256(content).hexdigest() == entry.get("content"):
        return []
    lines = content.decode(errors="replace").split("\n")
    if lines[0] != ",".join(COLUMNS):
        return [f"line 1 of {name} was changed since run {entry['run']} was published"]
    check = entry.get("previous", "")
    for number, line in enumerate(lines[1:], 2):
        text, _, stated = line.rpartition(",")
        if not line and number == len(lines) == entry["rows"] + 2:
            break
        check = _check(check, text)
        if stated != check:
            return [f"line {number} of {name} was changed since run {entry['run']} was published"]
    return [f"{name} was changed since run {entry['run']} was published: its rows are consistent, its hash is not"]


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Wait for the lock of the ledger: two runs must not take the same place in the chain."""
    while True:
        with locked(folder / ".lock") as free:
            if free:
                yield
                return
        sleep(0.01)
