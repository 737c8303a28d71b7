"""A user's own tables: the same format, checked against the book, put on top of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from eastbound.errors import EvidenceError
from eastbound.evidence.availability import available_on
from eastbound.evidence.reader import Findings, Row, read_table
from eastbound.evidence.schema import KEY, OBSERVATION, observation_columns, series_columns, source_columns
from eastbound.periods import last_day, newest_begun_day, parse_period

# Tables with cards instead of figures; every other CSV file of the folder holds observations.
CARDS: Final = ("sources.csv", "series.csv")
LAG_DAYS: Final = 30  # release lag of a user's series that states none
_NUMBERS: Final = ("value", "low", "high")
_MEASURED: Final = ("observed", "estimate")
_CALENDAR: Final = {"M": "a month or several", "Q": "whole months", "A": "a year or whole months of it"}


@dataclass(frozen=True)
class UserTables:
    """A user's tables, ready to be put on top of the book."""

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
        Holds observation tables and, when ids are new, `sources.csv` and `series.csv`.
    sources, series : pandas.DataFrame
        The cards of the book, by id.
    today : datetime.date, optional
        Nothing can have been published later; default the newest day begun anywhere.

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
        message = f"`{folder}` is not a folder; give the folder that holds your CSV files"
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
    """Put a user's cards over those of the book with the same id."""
    if own.empty:
        return book
    return pd.concat([book.drop(index=own.index, errors="ignore"), own[book.columns]])


def _observations(path: Path, sources: pd.DataFrame, series: pd.DataFrame, *, today: date) -> pd.DataFrame:
    columns = observation_columns(series.index, sources.index)
    rows = read_table(path, columns, key=KEY)
    used = series.loc[list({row.cells["series_id"] for row in rows})]
    cards: Mapping[str, dict[str, object]] = used.to_dict("index")  # type: ignore[assignment]
    found = Findings(path.name)
    records = []
    for row in rows:
        card = cards[row.cells["series_id"]]
        check_row(row, card, found, today=today)
        records.append(_record(row, card))
    found.check()
    table = pd.DataFrame(records, columns=list(OBSERVATION))
    table = table.assign(where=[f"`{path.name}` line {row.line}" for row in rows])
    return table.assign(**{name: table[name].astype(float) for name in _NUMBERS})


def _without_repeats(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep one of equal rows of two files; refuse rows that share a key and differ."""
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
    # A revision is known later than the first release of its period, and its row says so.
    if row.cells["available"] and last_day(row.cells["available"]) > available:
        available, basis = last_day(row.cells["available"]), "printed"
    return {**cells, "available": pd.Timestamp(available), "available_basis": basis}


def check_row(row: Row, card: Mapping[str, object], found: Findings, *, today: date) -> None:
    """Check what a single cell cannot show: the unit, the bounds, the period and the dates.

    The rules are the same for a figure that is entered and for every table of a folder.

    Parameters
    ----------
    row : Row
        Cells that have passed the checks of their columns.
    card : mapping
        The card of the row's series.
    found : Findings
        Takes what is wrong.
    today : datetime.date
        Nothing can have been published later.

    Examples
    --------
    >>> names = ("value", "low", "high", "unit", "kind", "period", "published")
    >>> cells = dict(zip(names, ("-3", "", "", "Mt", "observed", "2025", "2026-01-20")))
    >>> card = {"unit": "Mt", "lower": 0.0, "upper": float("nan"), "frequency": "A", "aggregate": "sum"}
    >>> found = Findings("june.csv")
    >>> check_row(Row(2, cells), card, found, today=date(2026, 11, 28))
    >>> found.lines[0][:27]
    'line 2, column `value`: fou'
    """
    cells = row.cells
    if cells["unit"] != card["unit"]:
        advice = "convert the figure; money needs the rate of its own period"
        found.add(row.line, "unit", cells["unit"], expected=f"`{card['unit']}`, the unit of the series", advice=advice)
    value, low, high = (float(cells[name]) if cells[name] else None for name in _NUMBERS)
    if (low is None) != (high is None):
        found.add(row.line, "low", cells["low"], expected="low and high together", advice="give both or neither")
    elif value is None and low is None:
        found.add(row.line, "value", "", expected="a value, or low and high", advice="leave the row out when unknown")
    elif low is not None and high is not None and not low <= (low if value is None else value) <= high:
        expected = f"low, value and high in this order, not {low:g} and {high:g} around it"
        found.add(row.line, "value", cells["value"], expected=expected, advice="check the three cells")
    _check_bounds(row, card, found)
    _check_period(row, card, found)
    _check_dates(row, found, today=today)


def _check_period(row: Row, card: Mapping[str, object], found: Findings) -> None:
    """Refuse a measured part of a month for a series of months, quarters or years: models would take it for the whole.

    Capacities, contracts and plans carry the day from which they hold, and a yearly level that is read at a
    point in time, such as a fee, its day.
    """
    period = parse_period(row.cells["period"])
    whole = period.start.day == 1 and (period.end + timedelta(days=1)).day == 1
    if whole or row.cells["kind"] not in _MEASURED or card["frequency"] not in _CALENDAR:
        return
    if card["frequency"] == "A" and (card["aggregate"] == "last" or period.freq != "D"):
        return
    month = f"{period.end:%Y-%m}"
    advice = f"if this is the figure of the whole month, write `{month}`; a part of a month is not kept in this series"
    found.add(row.line, "period", period.text, expected=_CALENDAR[str(card["frequency"])], advice=advice)


def _check_dates(row: Row, found: Findings, *, today: date) -> None:
    published, period = row.cells["published"], parse_period(row.cells["period"])
    day = last_day(published)
    if day > today:
        partial = parse_period(published).freq != "D" and parse_period(published).start <= today
        advice = "give the day" if partial else "check the date"
        found.add(row.line, "published", published, expected=f"a day not after today ({today})", advice=advice)
    elif row.cells["kind"] == "observed" and day < period.end:
        expected = f"a day when the period was over ({period.end})"
        advice = "name the part that is over, or use kind `estimate` or `projection`"
        found.add(row.line, "published", published, expected=expected, advice=advice)


def _check_bounds(row: Row, card: Mapping[str, object], found: Findings) -> None:
    lower, upper = float(card["lower"]), float(card["upper"])  # type: ignore[arg-type]
    for name in _NUMBERS:
        cell = row.cells[name]
        if cell and (float(cell) < lower or float(cell) > upper):  # a missing bound is NaN and never broken
            expected = f"a figure within the bounds of the series ({lower:g} to {upper:g})"
            found.add(row.line, name, cell, expected=expected, advice="check the unit and the sign")
