"""Keep the log of views: who stated what, when, why and at what price, and who removed it.

The log is ``views/log.jsonl`` in the workspace, one line of JSON per entry. Entries are only
appended. Removing a view appends an entry too, so the views of any past day can be restored.
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
except ImportError:  # Windows has no such lock, and simultaneous writers are rare there
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
        Id of the view that is added or removed.
    when : datetime.date
        Day of the entry.
    who, why : str
        Author and reason.
    scenario : str
        Scenario to which the view applies; empty for a changed setting, which applies to all, and for a removal.
    statement : str
        In the syntax of `eastbound.scenarios.statements`; empty for a removal.
    size : mapping
        Price of the view when it was added, and the inputs on which it was computed.
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
        """Parse the statement."""
        return parse_statement(self.statement)

    def as_record(self) -> Record:
        """Return the entry as it is written to the log."""
        values: Record = {"schema": SCHEMA, **self.__dict__, "when": self.when.isoformat()}
        return {key: values[key] for key in (_ADD if self.action == "add" else _REMOVE)}


def log_path(home: str | Path | None = None) -> Path:
    """Return the path of the log of a workspace; the file need not exist.

    Examples
    --------
    >>> log_path().name
    'log.jsonl'
    """
    return find_home(home) / LOG


def read_log(home: str | Path | None = None) -> list[Entry]:
    """Read all entries of the log, oldest first.

    Parameters
    ----------
    home : path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.

    Returns
    -------
    list of Entry
        Empty if there is no log.

    Raises
    ------
    InputError
        If a line is damaged: its number, what is wrong and what to do. A damaged log is not used in part.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from eastbound.scenarios.layout import lay_out
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
        _damaged(path, data.count(b"\n") + 1, "the line is incomplete")
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        entry = _entry(line, path=path, number=number)
        known = {earlier.id for earlier in entries}
        if entry.action == "remove" and entry.id not in known:
            _damaged(path, number, f"it removes `{entry.id}`, which no earlier line adds")
        entries.append(entry)
    return entries


def active(entries: Sequence[Entry], *, day: date | None = None) -> list[Entry]:
    """Return the views in force, in the order in which they were added.

    Parameters
    ----------
    entries : sequence of Entry
        From `read_log`.
    day : datetime.date, optional
        Last day that counts; by default all entries count.

    Returns
    -------
    list of Entry
        Added entries that no later entry removes.

    Examples
    --------
    >>> day = date(2026, 11, 25)
    >>> added = Entry("add", "v1", day, "Ann", "press", "baseline", "mean(a, 2030) = 3")
    >>> removed = Entry("remove", "v1", date(2026, 12, 1), "Ben", "no longer held")
    >>> len(active([added, removed])), len(active([added, removed], day=day))
    (0, 1)
    """
    in_force: dict[str, Entry] = {}
    for entry in entries:
        if day is not None and entry.when > day:
            continue
        if entry.action == "add":
            in_force.setdefault(entry.id, entry)
        else:
            in_force.pop(entry.id, None)
    return list(in_force.values())


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
        From `eastbound.scenarios.statements.parse_statement`.
    scenario : str
        Scenario to which it applies; ignored for a changed setting, which applies to all.
    who, why : str
        Author and reason, neither empty.
    size : mapping
        Price of the view.
    home : path, optional
        Workspace.
    today : datetime.date, optional
        Day of the entry; by default that of the clock.

    Returns
    -------
    Entry
        Its id is a digest of the statement, scenario, author, day and reason.

    Raises
    ------
    InputError
        If the statement is already in force, a text is empty, or the log is damaged or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from eastbound.scenarios.layout import lay_out
    >>> with TemporaryDirectory() as folder:
    ...     _ = lay_out(folder)
    ...     _ = add_view(parse_statement("mean(a, 2030) = 3"), scenario="baseline", who="Ann", why="press", size={},
    ...                  home=folder)
    ...     active(read_log(folder))[0].who
    'Ann'
    """
    when, text = today or date.today(), str(statement)
    about = "" if isinstance(statement, Change) else scenario
    who, why = _required_text("--who", who), _required_text("--why", why)
    digest = sha256("\0".join((when.isoformat(), who, why, about, text)).encode()).hexdigest()
    entry = Entry("add", f"v{digest[:7]}", when, who, why, about, text, dict(size))
    _append(entry, home, check=lambda log: _check_new(entry, statement, log))
    return entry


def remove_view(
    view_id: str, *, who: str, why: str, home: str | Path | None = None, today: date | None = None
) -> Entry:
    """Append the removal of a view; the entry that added it stays in the log.

    Parameters
    ----------
    view_id : str
        Id of a view in force.
    who, why : str
        Author and reason of the removal, neither empty.
    home : path, optional
        Workspace.
    today : datetime.date, optional
        Day of the entry; by default that of the clock.

    Returns
    -------
    Entry
        The entry appended.

    Raises
    ------
    UnknownName
        If no view in force has this id.
    InputError
        If no view is in force, a text is empty, or the log is damaged or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from eastbound.scenarios.layout import lay_out
    >>> with TemporaryDirectory() as folder:
    ...     _ = lay_out(folder)
    ...     remove_view("v0000000", who="Ann", why="wrong", home=folder)
    Traceback (most recent call last):
    eastbound.errors.InputError: no view is in force, so `v0000000` cannot be removed.
    """
    entry = Entry("remove", view_id, today or date.today(), _required_text("--who", who), _required_text("--why", why))
    _check_in_force(view_id, read_log(home))  # before an empty log is created
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
    """Refuse a statement already in force, and a setting that another view in force changes."""
    for known in active(log):
        if known.id == entry.id or (known.scenario, known.statement) == (entry.scenario, entry.statement):
            message = (
                f"`{entry.statement}` is already in force as {known.id} ({known.who}, {known.when}); nothing was added."
            )
            raise InputError(message)
        other = known.read()
        if isinstance(statement, Change) and isinstance(other, Change) and other.setting == statement.setting:
            message = f"{known.id} already sets `{other.setting}` ({known.who}, {known.when}); remove it first."
            raise InputError(message)


def list_text(entries: Sequence[Entry]) -> str:
    """Format entries as lines for the terminal.

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


def _required_text(option: str, text: str) -> str:
    line = " ".join(text.split())
    if not line or len(line) > _LONGEST or not line.isprintable():
        message = (
            f"`{option}` must be a text of 1 to {_LONGEST} printable characters: the log records author and reason."
        )
        raise InputError(message)
    return line


def _append(entry: Entry, home: str | Path | None, *, check: Callable[[list[Entry]], None]) -> None:
    """Append a line to the log under an exclusive lock, after `check` has accepted the entries before it."""
    path = log_path(home)
    if path.resolve().is_relative_to(supplied().resolve()) and "workspace" in path.parts:
        message = (
            f"{path.parent} would be inside the installed package; make a workspace with `eastbound init DIR` and "
            "work there."
        )
        raise InputError(message)
    line = json.dumps(entry.as_record(), ensure_ascii=False, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("a+b") as file, _locked(file, alone=True):
            # Checked under the lock: another process may have written since the log was read.
            file.seek(0)
            check(_entries(file.read(), path))
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())  # the log is the only record of a view
    except OSError as error:
        message = f"cannot write the log of views {path}: {error.strerror}; nothing was added."
        raise InputError(message) from None


@contextmanager
def _locked(file: BinaryIO, *, alone: bool) -> Iterator[None]:
    """Lock a file, so that no reader sees half a line; the lock ends with the process at the latest."""
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
        _damaged(path, number, "it is not a mapping")
    if record.get("schema") != SCHEMA:
        _damaged(path, number, f"its schema is `{record.get('schema')}`, and this version reads `{SCHEMA}`")
    expected = {"add": _ADD, "remove": _REMOVE}.get(str(record.get("action")))
    if expected is None or set(record) != set(expected):
        _damaged(path, number, f"its keys are {', '.join(sorted(record))}")
    texts = {key: record[key] for key in expected if key not in ("schema", "size")}
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(record.get("size", {}), dict):
        _damaged(path, number, "a value has the wrong type")
    try:
        entry = Entry(**{**texts, "when": date.fromisoformat(record["when"])}, size=record.get("size", {}))
        if entry.action == "add":
            entry.read()
    except ValueError as error:
        _damaged(path, number, str(error).rstrip("."))
    return entry


def _damaged(path: Path, number: int, why: str) -> NoReturn:
    message = (
        f"{path}:{number}: the log of views is damaged: {why}. Restore the line from a backup, or move the file "
        "away to start a new log."
    )
    raise InputError(message)
