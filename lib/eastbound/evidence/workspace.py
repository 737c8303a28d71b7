"""The workspace's own tables: their location, and changes that cannot lose data.

A change is first written to a copy of the folder and read back by the rules for users' tables.
Only then is each file replaced atomically.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

import eastbound
from eastbound.errors import EvidenceError, shortened
from eastbound.evidence.book import Evidence
from eastbound.evidence.reader import read_table
from eastbound.evidence.schema import KEY, Column, observation_columns, source_columns
from eastbound.evidence.user_tables import CARDS, is_figures, read_user_tables, table_paths
from eastbound.files import explained, locked, remove_leftovers, write_text

FOLDER: Final = "data"
SOURCES: Final = "sources.csv"
VINTAGES: Final = "vintages"
_VARIABLE: Final = "EASTBOUND_HOME"
_MARK: Final = Path("params", "scenarios")
_LOCK: Final = ".changing"


def own_folder() -> Path | None:
    """Return the folder of the workspace's own tables, or None.

    The workspace is the one of `$EASTBOUND_HOME`, or the working folder or one above it.

    Examples
    --------
    >>> own_folder() is None or own_folder().name == "data"
    True
    """
    stated = os.environ.get(_VARIABLE)
    here = Path.cwd()
    homes = [Path(stated)] if stated else [home for home in (here, *here.parents) if (home / _MARK).is_dir()][:1]
    return next((home / FOLDER for home in homes if has_tables(home / FOLDER)), None)


def has_tables(folder: Path) -> bool:
    """Return whether a folder contains a table of figures.

    Examples
    --------
    >>> has_tables(Path("no-such-folder"))
    False
    """
    return any(is_figures(path) for path in table_paths(folder))


def data_folder(home: Path) -> Path:
    """Return the folder for a workspace's own tables, which may not exist yet.

    Raises
    ------
    EvidenceError
        When `home` is no workspace, or is the copy inside an installed package.

    Examples
    --------
    >>> data_folder(Path("no-such-folder"))
    Traceback (most recent call last):
    eastbound.errors.EvidenceError: `no-such-folder` is not a workspace; make one with `eastbound init DIR`
    """
    home = Path(home)
    if not os.path.isdir(home / _MARK):  # unlike Path.is_dir, False for a path that is too long
        message = f"`{shortened(str(home), 200)}` is not a workspace; make one with `eastbound init DIR`"
        raise EvidenceError(message)
    if Path(eastbound.__file__).resolve().parent in home.resolve().parents:
        message = "figures are not kept inside the installed package; make a workspace with `eastbound init DIR`"
        raise EvidenceError(message)
    return home / FOLDER


def observation_rows(path: Path, *, series: pd.DataFrame, sources: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of an own table as text; an absent file has no rows.

    Raises
    ------
    EvidenceError
        When the file breaks the format.

    Examples
    --------
    >>> observation_rows(Path("no-such-file.csv"), series=pd.DataFrame(), sources=pd.DataFrame())
    []
    """
    return _rows(path, observation_columns(series.index, sources.index), key=KEY)


def source_rows(folder: Path) -> list[dict[str, str]]:
    """Return the workspace's source cards as text.

    Raises
    ------
    EvidenceError
        When the file breaks the format.

    Examples
    --------
    >>> source_rows(Path("no-such-folder"))
    []
    """
    return _rows(folder / SOURCES, source_columns(), key=("source_id",))


def observation_text(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows of figures as the text of a CSV table.

    Examples
    --------
    >>> observation_text([{"series_id": "driver.brent_price", "period": "2026-08"}]).splitlines()[1]
    'driver.brent_price,2026-08,,,,,,,,,,'
    """
    return _text(observation_columns([], []), rows)


def source_text(rows: Sequence[Mapping[str, str]]) -> str:
    """Return source cards as the text of a CSV table.

    Examples
    --------
    >>> source_text([]).split(",")[0]
    'source_id'
    """
    return _text(source_columns(), rows)


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Lock the folder for one change, so that simultaneous changes do not overwrite each other.

    Raises
    ------
    EvidenceError
        When another process is changing the folder.
    WriteError
        When the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with changing(Path(tempfile.mkdtemp(), "data")):
    ...     pass
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / _LOCK) as free:
        if not free:
            message = f"another process is changing `{folder}`; try again when it has ended"
            raise EvidenceError(message)
        remove_leftovers(folder)
        yield


def keep(folder: Path, tables: Mapping[str, str], *, packaged: Evidence, today: date, vintage: str = "") -> list[str]:
    """Replace own tables, once a copy of the folder with the new tables has been read without a problem.

    Parameters
    ----------
    folder : pathlib.Path
        The workspace's folder of own tables, held by `changing`.
    tables : mapping of str to str
        New text by file name; cards come before the figures that need them.
    packaged : Evidence
        The packaged book, without own tables.
    today : datetime.date
        Nothing can have been published later.
    vintage : str
        Day of the tables of figures that are replaced; they are copied to `vintages/<day>`
        first. Without a day nothing is copied.

    Returns
    -------
    list of str
        Paths of the copies, relative to the folder.

    Raises
    ------
    EvidenceError
        When a table breaks the format; nothing has changed then.
    WriteError
        When a table cannot be written; each file is old or new as a whole.

    Examples
    --------
    >>> import tempfile
    >>> from eastbound.evidence.book import load_from
    >>> folder, book = Path(tempfile.mkdtemp()), load_from([])
    >>> row = {"series_id": "driver.brent_price", "period": "2026-08", "value": "81", "unit": "USD_per_bbl"}
    >>> row |= {"kind": "observed", "source_id": "tass-2026-01-14", "published": "2026-09-05"}
    >>> _ = keep(folder, {"own.csv": observation_text([row])}, packaged=book, today=date(2026, 11, 28))
    >>> [path.name for path in folder.iterdir()]
    ['own.csv']
    """
    with TemporaryDirectory(prefix="eastbound-") as name:
        trial = Path(name)
        for path in table_paths(folder):
            shutil.copyfile(path, trial / path.name)
        for file, text in tables.items():
            write_text(trial / file, text)
        read_user_tables(trial, sources=packaged.sources, series=packaged.series, today=today)
    with explained(folder):
        old = [file for file in tables if vintage and file not in CARDS and (folder / file).exists()]
        copies = [_keep_vintage(folder, file, vintage) for file in old]
        for file, text in tables.items():
            write_text(folder / file, text)
    return copies


def _keep_vintage(folder: Path, file: str, day: str) -> str:
    """Copy a table to the vintages of a day; return the path relative to the folder."""
    vintages = folder / VINTAGES / day
    vintages.mkdir(parents=True, exist_ok=True)
    stem, suffix = os.path.splitext(file)
    count = len(list(vintages.glob(f"{stem}*{suffix}")))
    copy = vintages / (f"{stem}-{count + 1}{suffix}" if count else file)
    shutil.copyfile(folder / file, copy)
    return copy.relative_to(folder).as_posix()


def _rows(path: Path, columns: Sequence[Column], *, key: Sequence[str]) -> list[dict[str, str]]:
    return [row.cells for row in read_table(path, columns, key=key)] if path.exists() else []


def _text(columns: Sequence[Column], rows: Sequence[Mapping[str, str]]) -> str:
    names = [column.name for column in columns]
    page = StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return page.getvalue()
