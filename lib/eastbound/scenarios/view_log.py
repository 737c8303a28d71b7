"""The log of views: who stated what, when and why, what it cost, and who took it back.

One line of JSON per entry in ``views/log.jsonl`` of the workspace. Entries are only ever
appended: removing a view is an entry too, so the views of any past day can be had again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

from eastbound.errors import InputError, UnknownName
from eastbound.scenarios.home import find_home, supplied
from eastbound.scenarios.statements import Change, Statement, parse_statement
from eastbound.typing import Record

try:
    import fcntl
except ImportError:  # Windows has no such lock; two people at once are rare there
    fcntl = None  # type: ignore[assignment]

SCHEMA: Final = "view/1"
LOG: Final = Path("views", "log.jsonl")
_ADD: Final = ("schema", "action", "id", "when", "who", "why", "scenario", "statement", "size")
_REMOVE: Final = ("schema", "action", "id", "when", "who", "why")
_LONGEST: Final = 2000


@dataclass(frozen=True)
class Entry:
    """One line of the log.

    Parameters
    ----------
    action : {"add", "remove"}
    id : str
        Of the view that is added or removed.
    when : datetime.date
    who, why : str
    scenario : str
        What the view speaks about; empty for a changed setting, which holds for all, and for a removal.
    statement : str
        As `eastbound.scenarios.statements` reads it; empty for a removal.
    size : mapping
        What it cost when it was entered, and on which inputs.
    """

    action: str
    id: str
    when: date
    who: str
    why: str
    scenario: str = ""
    statement: str = ""
    size: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> Statement:
        """Return the statement read."""
        return parse_statement(self.statement)

    def as_record(self) -> Record:
        """Return the entry as it stands in the log."""
        values: Record = {"schema": SCHEMA, **self.__dict__, "when": self.when.isoformat()}
        return {key: values[key] for key in (_ADD if self.action == "add" else _REMOVE)}


def log_path(home: str | Path | None = None) -> Path:
    """Return where the log of a workspace is kept; the file need not exist.

    Examples
    --------
    >>> log_path().name
    'log.jsonl'
    """
    return find_home(home) / LOG


def read_log(home: str | Path | None = None) -> list[Entry]:
    """Return every entry of the log, oldest first.

    Parameters
    ----------
    home : path, optional
        Workspace, as in `eastbound.scenarios.home.find_home`.

    Returns
    -------
    list of Entry
        Empty when nothing was ever stated.

    Raises
    ------
    InputError
        If a line is damaged: its number, what is wrong and what to do. A damaged log is never used in part.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from eastbound.scenarios.home import lay_out
    >>> with TemporaryDirectory() as folder:
    ...     _ = lay_out(folder)
    ...     read_log(folder)
    []
    """
    path = log_path(home)
    try:
        with path.open("rb") as file, _locked(file, alone=False):
            data = file.read()
    except FileNotFoundError:
        return []
    except OSError as error:
        message = f"cannot read the log of views {path}: {error.strerror}."
        raise InputError(message) from None
    return _entries(data, path)


def _entries(data: bytes, path: Path) -> list[Entry]:
    entries: list[Entry] = []
    if data and not data.endswith(b"\n"):
        _damaged(path, data.count(b"\n") + 1, "it breaks off without an end of line")
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        entry = _entry(line, path=path, number=number)
        known = {one.id for one in entries}
        if entry.action == "remove" and entry.id not in known:
            _damaged(path, number, f"it removes `{entry.id}`, which no line before it adds")
        entries.append(entry)
    return entries


def active(entries: Sequence[Entry], *, day: date | None = None) -> list[Entry]:
    """Return the views in force, in the order in which they were added.

    Parameters
    ----------
    entries : sequence of Entry
        From `read_log`.
    day : datetime.date, optional
        Entries after it are left out; default all count.

    Returns
    -------
    list of Entry
        Additions that no later entry removes.

    Examples
    --------
    >>> day = date(2026, 11, 25)
    >>> added = Entry("add", "v1", day, "Ann", "press", "baseline", "mean(a, 2030) = 3")
    >>> removed = Entry("remove", "v1", date(2026, 12, 1), "Ben", "no longer held")
    >>> len(active([added, removed])), len(active([added, removed], day=day))
    (0, 1)
    """
    found: dict[str, Entry] = {}
    for entry in entries:
        if day is not None and entry.when > day:
            continue
        if entry.action == "add":
            found.setdefault(entry.id, entry)
        else:
            found.pop(entry.id, None)
    return list(found.values())


def add_view(
    statement: Statement,
    *,
    scenario: str,
    who: str,
    why: str,
    size: Mapping[str, Any],
    home: str | Path | None = None,
    today: date | None = None,
) -> Entry:
    """Append a view to the log.

    Parameters
    ----------
    statement : Statement
        Of `eastbound.scenarios.statements`.
    scenario : str
        What it speaks about; not used for a changed setting, which holds for all.
    who, why : str
        Neither may be empty.
    size : mapping
        What it costs.
    home : path, optional
        Workspace.
    today : datetime.date, optional
        Default the clock's day.

    Returns
    -------
    Entry
        Its id follows from what is said, by whom, when and why.

    Raises
    ------
    InputError
        If the same entry stands there already, a text is empty, or the log is damaged or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from eastbound.scenarios.home import lay_out
    >>> with TemporaryDirectory() as folder:
    ...     _ = lay_out(folder)
    ...     _ = add_view(parse_statement("mean(a, 2030) = 3"), scenario="baseline", who="Ann", why="press", size={},
    ...                  home=folder)
    ...     active(read_log(folder))[0].who
    'Ann'
    """
    when, text = today or date.today(), str(statement)
    about = "" if isinstance(statement, Change) else scenario
    who, why = _said("--who", who), _said("--why", why)
    digest = sha256("\0".join((when.isoformat(), who, why, about, text)).encode()).hexdigest()
    entry = Entry("add", f"v{digest[:7]}", when, who, why, about, text, dict(size))
    _append(entry, home, check=lambda log: _check_new(entry, statement, log))
    return entry


def remove_view(
    view_id: str, *, who: str, why: str, home: str | Path | None = None, today: date | None = None
) -> Entry:
    """Append the removal of a view; the entry that added it stays.

    Parameters
    ----------
    view_id : str
        Of a view in force.
    who, why, home, today
        As in `add_view`.

    Returns
    -------
    Entry

    Raises
    ------
    UnknownName
        If the views in force have other ids.
    InputError
        If none is in force, or as `add_view`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from eastbound.scenarios.home import lay_out
    >>> with TemporaryDirectory() as folder:
    ...     _ = lay_out(folder)
    ...     remove_view("v0000000", who="Ann", why="wrong", home=folder)
    Traceback (most recent call last):
    eastbound.errors.InputError: no view is in force, so `v0000000` cannot be removed.
    """
    entry = Entry("remove", view_id, today or date.today(), _said("--who", who), _said("--why", why))
    _check_in_force(view_id, read_log(home))  # before a log is begun for nothing
    _append(entry, home, check=lambda log: _check_in_force(view_id, log))
    return entry


def _check_in_force(view_id: str, log: Sequence[Entry]) -> None:
    in_force = [entry.id for entry in active(log)]
    if not in_force:
        message = f"no view is in force, so `{view_id}` cannot be removed."
        raise InputError(message)
    if view_id not in in_force:
        raise UnknownName("view", view_id, in_force)


def _check_new(entry: Entry, statement: Statement, log: Sequence[Entry]) -> None:
    """Refuse what is in force already, or sets a setting that another view sets."""
    for known in active(log):
        if known.id == entry.id or (known.scenario, known.statement) == (entry.scenario, entry.statement):
            message = (
                f"`{entry.statement}` is in force already as {known.id} ({known.who}, {known.when}); nothing was added."
            )
            raise InputError(message)
        other = known.read()
        if isinstance(statement, Change) and isinstance(other, Change) and other.setting == statement.setting:
            message = f"{known.id} sets `{other.setting}` already ({known.who}, {known.when}); remove it first."
            raise InputError(message)


def list_text(entries: Sequence[Entry]) -> str:
    """Return entries as lines for the terminal.

    Examples
    --------
    >>> list_text([])
    'no view is in force'
    """
    if not entries:
        return "no view is in force"
    return "\n".join(_line(entry) for entry in entries)


def _line(entry: Entry) -> str:
    head = f"{entry.id}  {entry.when}  {entry.who}"
    if entry.action == "remove":
        return f"{head}: removed, {entry.why}"
    about = f" [{entry.scenario}]" if entry.scenario else ""
    price = f" ({entry.size['kl']:.2f} nats)" if "kl" in entry.size else ""
    return f"{head}: {entry.statement}{about}{price}, {entry.why}"


def _said(option: str, text: str) -> str:
    said = " ".join(text.split())
    if not said or len(said) > _LONGEST:
        message = f"`{option}` must be a text of 1 to {_LONGEST} characters: a view is kept with its author and reason."
        raise InputError(message)
    return said


def _append(entry: Entry, home: str | Path | None, *, check: Callable[[list[Entry]], None]) -> None:
    """Write one line at the end of the log, while nobody else reads or writes it, if the log allows it."""
    path = log_path(home)
    if path.resolve().is_relative_to(supplied().resolve()) and "workspace" in path.parts:
        message = (
            f"{path.parent} would lie inside the installed package; make a workspace with `eastbound init DIR` and "
            "work there."
        )
        raise InputError(message)
    line = json.dumps(entry.as_record(), ensure_ascii=False, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("a+b") as file, _locked(file, alone=True):
            file.seek(0)
            check(_entries(file.read(), path))
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        message = f"cannot write the log of views {path}: {error.strerror}; nothing was added."
        raise InputError(message) from None


@contextmanager
def _locked(file: BinaryIO, *, alone: bool) -> Iterator[None]:
    """Hold a file, so that no reader sees half a line; the hold ends with the process at the latest."""
    if fcntl is None:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _entry(line: bytes, *, path: Path, number: int) -> Entry:
    try:
        record = json.loads(line)
    except ValueError:
        _damaged(path, number, "it is not JSON")
    if not isinstance(record, dict):
        _damaged(path, number, "it is no mapping")
    if record.get("schema") != SCHEMA:
        _damaged(path, number, f"its schema is `{record.get('schema')}`, and this version reads `{SCHEMA}`")
    expected = {"add": _ADD, "remove": _REMOVE}.get(str(record.get("action")))
    if expected is None or set(record) != set(expected):
        _damaged(path, number, f"its keys are {', '.join(sorted(record))}")
    texts = {key: record[key] for key in expected if key not in ("schema", "size")}
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(record.get("size", {}), dict):
        _damaged(path, number, "a value is of the wrong kind")
    try:
        entry = Entry(**{**texts, "when": date.fromisoformat(record["when"])}, size=record.get("size", {}))
        if entry.action == "add":
            entry.read()
    except ValueError as error:
        _damaged(path, number, str(error).rstrip("."))
    return entry


def _damaged(path: Path, number: int, why: str) -> NoReturn:
    message = (
        f"{path}:{number}: the log of views is damaged here: {why}. It is only ever appended to; restore the line "
        "from a copy, or move the file away to start anew."
    )
    raise InputError(message)
