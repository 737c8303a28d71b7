"""A user's own tables: read in the packaged format, checked against the book, and added to it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from eastbound.errors import EvidenceError, shortened
from eastbound.evidence.availability import available_on
from eastbound.evidence.problems import Problems
from eastbound.evidence.reader import Row, read_table
from eastbound.evidence.row_checks import check_row
from eastbound.evidence.schema import KEY, OBSERVATION, observation_columns, series_columns, source_columns
from eastbound.periods import last_day, newest_begun_day, parse_period

# Tables of cards; every other CSV file of the folder contains observations.
CARDS: Final = ("sources.csv", "series.csv")
LAG_DAYS: Final = 30  # default release lag of a user's series
_NUMBERS: Final = ("value", "low", "high")


@dataclass(frozen=True)
class UserTables:
    """A user's tables, checked and completed by the cards of the book."""

    observations: pd.DataFrame
    sources: pd.DataFrame
    series: pd.DataFrame
    digest: str


def read_user_tables(
    folder: Path, *, sources: pd.DataFrame, series: pd.DataFrame, today: date | None = None
) -> UserTables:
    """Read every CSV file of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Contains observation tables and, for new ids, `sources.csv` and `series.csv`.
    sources, series : pandas.DataFrame
        The cards of the book, by id.
    today : datetime.date, optional
        A figure published later is refused; default the newest day that has begun in any time zone.

    Returns
    -------
    UserTables

    Raises
    ------
    EvidenceError
        When the folder has no table, or a table breaks the format.

    Examples
    --------
    >>> import tempfile
    >>> from eastbound.evidence.book import load_evidence
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "june.csv").write_text(
    ...     "series_id,period,value,unit,kind,source_id,published\\n"
    ...     "trade.china_russia.total,2026-05,21.5,USD_bn,observed,tass-2026-01-14,2026-06-09\\n")
    >>> book = load_evidence(data=folder)
    >>> str(book.as_of), float(book.observations["value"].iloc[-1])
    ('2026-10-30', 21.5)
    """
    if not os.path.isdir(folder):  # unlike Path.is_dir, False for a path that is too long
        message = f"`{shortened(str(folder), 200)}` is not a folder; give the folder that holds your CSV files"
        raise EvidenceError(message)
    files = table_paths(folder)
    if not any(is_figures(path) for path in files):
        message = f"`{folder}` holds no table of figures; expected CSV files with the columns {', '.join(OBSERVATION)}"
        raise EvidenceError(message)
    by_name = {path.name.lower(): path for path in files}
    cards = _cards(by_name.get("sources.csv"), source_columns(), index="source_id")
    more = _cards(by_name.get("series.csv"), series_columns(), index="series_id")
    cards = cards.assign(**{name: _filled(cards, name, fill) for name, fill in _card_defaults(cards).items()})
    all_sources, all_series = _over(sources, cards), _over(series, _series_numbers(more))
    today = today or newest_begun_day()
    parts = [_observations(path, all_sources, all_series, today=today) for path in files if is_figures(path)]
    digest = hashlib.sha256(b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in files))
    rows = _without_repeats(pd.concat(parts, ignore_index=True))
    return UserTables(rows, all_sources, all_series, digest.hexdigest())


def table_paths(folder: Path) -> list[Path]:
    """Return the tables of a folder by name: names that end in `.csv` or `.CSV` and do not begin with a dot.

    macOS writes a `._name.csv` beside every file on a foreign disk; such files are no tables.

    Raises
    ------
    EvidenceError
        When two names differ only in capitals.

    Examples
    --------
    >>> table_paths(Path("no-such-folder"))
    []
    """
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    names = [name for name in names if name.lower().endswith(".csv") and not name.startswith(".")]
    first: dict[str, str] = {}
    for name in names:
        if (other := first.setdefault(name.lower(), name)) != name:
            message = f"`{other}` and `{name}` in `{folder}` differ only in capitals; keep one"
            raise EvidenceError(message)
    return [folder / name for name in names]


def is_figures(path: Path) -> bool:
    """Return whether a table holds figures, not cards of sources or series.

    Examples
    --------
    >>> is_figures(Path("june.csv")), is_figures(Path("Sources.csv"))
    (True, False)
    """
    return path.name.lower() not in CARDS


def _cards(path: Path | None, columns: tuple, *, index: str) -> pd.DataFrame:  # type: ignore[type-arg]
    names = [column.name for column in columns]
    rows = read_table(path, columns, key=[index]) if path else []
    return pd.DataFrame([row.cells for row in rows], columns=names, dtype=str).set_index(index)


def _card_defaults(cards: pd.DataFrame) -> dict[str, object]:
    return {
        "language": "und",
        "licence": "user's own",
        "cadence": "once",
        "directness": "quoting",
        "group": cards.index,
    }


def _filled(cards: pd.DataFrame, name: str, fill: object) -> pd.Series:
    return cards[name].where(cards[name] != "", fill)  # type: ignore[arg-type]


def _series_numbers(more: pd.DataFrame) -> pd.DataFrame:
    numbers = {name: pd.to_numeric(more[name]) for name in ("lower", "upper", "release_lag_days")}
    more = more.assign(**numbers, calendar="plain", resolution=float("nan"))
    return more.assign(release_lag_days=more["release_lag_days"].fillna(LAG_DAYS))


def _over(book: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Replace cards of the book by a user's cards with the same id, and add the others."""
    if own.empty:
        return book
    # A user's table lacks the columns that steer the models, such as `headline`: a replaced card keeps them.
    missing = list(book.columns.difference(own.columns))
    own = own.join(book[missing]).fillna(dict.fromkeys(missing, ""))
    return pd.concat([book.drop(index=own.index, errors="ignore"), own[book.columns]])


def _observations(path: Path, sources: pd.DataFrame, series: pd.DataFrame, *, today: date) -> pd.DataFrame:
    columns = observation_columns(series.index, sources.index)
    rows = read_table(path, columns, key=KEY)
    used = series.loc[list({row.cells["series_id"] for row in rows})]
    cards: Mapping[str, dict[str, object]] = used.to_dict("index")  # type: ignore[assignment]
    problems = Problems(path.name)
    records = []
    for row in rows:
        card = cards[row.cells["series_id"]]
        check_row(row, card, problems, today=today)
        records.append(_record(row, card))
    problems.check()
    table = pd.DataFrame(records, columns=list(OBSERVATION))
    table = table.assign(where=[f"`{path.name}` line {row.line}" for row in rows])
    return table.assign(**{name: table[name].astype(float) for name in _NUMBERS})


def _without_repeats(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop equal rows of two files; refuse rows that have the same key and differ."""
    key = list(KEY)
    for _, same in rows[rows.duplicated(key, keep=False)].groupby(key, sort=False):
        first, *others = same.astype(object).where(same.notna(), None).to_dict("records")
        for other in others:
            differing = [name for name in (*_NUMBERS, "published", "available") if first[name] != other[name]]
            if differing:
                values = ", ".join(f"{name} {first[name]} and {other[name]}" for name in differing)
                message = (
                    f"{first['where']} and {other['where']} give different figures for one key "
                    f"({', '.join(str(first[name]) for name in KEY if first[name])}): {values}; "
                    "keep one of the two rows, or give the revision its own locator"
                )
                raise EvidenceError(message)
    return rows.drop_duplicates(key, ignore_index=True).drop(columns="where")


def _record(row: Row, card: Mapping[str, object]) -> dict[str, object]:
    cells: dict[str, object] = dict(row.cells)
    for name in _NUMBERS:
        cells[name] = float(row.cells[name]) if row.cells[name] else float("nan")
    available, basis = available_on(
        parse_period(row.cells["period"]),
        last_day(row.cells["published"]),
        lag_days=int(card["release_lag_days"]),  # type: ignore[call-overload]
        customs=card["calendar"] == "customs",
    )
    # The row of a revision states its own day, which is later than the first release of the period.
    if row.cells["available"] and last_day(row.cells["available"]) > available:
        available, basis = last_day(row.cells["available"]), "printed"
    return {**cells, "available": pd.Timestamp(available), "available_basis": basis}
