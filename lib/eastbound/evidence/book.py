"""The evidence book: all observations, events and planned dates, as known on a day."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import pandas as pd

from eastbound.catalogue import added_rows
from eastbound.evidence.schema import KEY
from eastbound.periods import calendar_day, parse_period

TABLES: Final = Path(__file__).parent / "tables"
OBSERVATIONS: Final = (
    "trade", "energy_customs", "pipelines", "primorye", "logistics", "drivers", "seeds", "goods", "finance", "targets",
    "checks",
)  # fmt: skip
PARTS: Final = (
    "sources",
    "series",
    "events",
    "effects",
    "milestones",
    "analogues",
    "crosswalk",
    "relations",
    "accepted",
    "happenings",
    "lists",
    "readings",
    "rates",
    "claims",
)
INDEXED: Final = {"sources": "source_id", "series": "series_id", "crosswalk": "name", "accepted": "id"}
NUMBERS: Final = (
    "value", "low", "high", "lower", "upper", "resolution", "release_lag_days", "years", "announced", "factor",
)  # fmt: skip
DAYS: Final = ("start", "available", "earliest", "latest")
# Series reconstructed later from other rows; their date does not indicate new evidence.
REBUILT: Final = "_recon"


@dataclass(frozen=True, eq=False)
class Evidence:
    """The evidence known on a day.

    Parameters
    ----------
    observations : pandas.DataFrame
        One published figure per row: `series_id, period, value, low, high, unit, kind,
        source_id, published, available, available_basis, locator, note` and, read from
        the period, `start`, `end` (days) and `months` (calendar months touched).
    sources, series : pandas.DataFrame
        Cards by `source_id` and by `series_id`.
    events, effects, milestones, analogues : pandas.DataFrame
        Dated events, their measured effects, planned dates, partner shares of country pairs.
    crosswalk : pandas.DataFrame
        Every other name of a series, by `name`.
    relations, accepted : pandas.DataFrame
        Relations that the audit checks, and accepted findings by `id`.
    happenings, lists : pandas.DataFrame
        Dates that sources give to happenings, and lists with their announced number of items; for the audit.
    readings, rates : pandas.DataFrame
        What texts say beside figures (area, window, measure), and rates per unit with their limits; for the audit.
    claims : pandas.DataFrame
        Causal claims of the source articles, with the parameters that carry them.
    as_of : datetime.date
        The day of the vintage.
    digest : str
        SHA-256 of the tables, the day and any own data.
    """

    observations: pd.DataFrame
    sources: pd.DataFrame
    series: pd.DataFrame
    events: pd.DataFrame
    effects: pd.DataFrame
    milestones: pd.DataFrame
    analogues: pd.DataFrame
    crosswalk: pd.DataFrame
    relations: pd.DataFrame
    accepted: pd.DataFrame
    happenings: pd.DataFrame
    lists: pd.DataFrame
    readings: pd.DataFrame
    rates: pd.DataFrame
    claims: pd.DataFrame
    as_of: date
    digest: str

    def __repr__(self) -> str:
        # The generated text would print ten tables when a notebook cell ends with `book`.
        return (
            f"Evidence as of {self.as_of}: {len(self.observations):,} figures of "
            f"{self.observations['series_id'].nunique()} series from "
            f"{self.observations['source_id'].nunique()} sources, {len(self.events)} events; tables "
            "observations, sources, series, events, effects, milestones, analogues, crosswalk, relations, accepted, "
            "happenings, lists, readings, rates, claims"
        )


@dataclass(frozen=True)
class _Shelf:
    """All packaged tables, unfiltered, with the digest of their bytes."""

    tables: dict[str, pd.DataFrame]
    digest: str

    @cached_property
    def newest(self) -> date:
        """The newest day of the observations; the packaged book is asked for it by every simulation."""
        return newest_day(self.tables["observations"])


def load_evidence(as_of: str | int | date | None = None, *, data: Path | None = None) -> Evidence:
    """Load the evidence, as known on a day.

    Parameters
    ----------
    as_of : str, int (a year), datetime.date, datetime.datetime or None
        Keep only what was available by then; a year or month means its last day, a timestamp its day.
        None takes the newest day on which anything in the book was published.
    data : pathlib.Path or None
        A folder of the user's own tables, which extend or override the book and the workspace's
        folder `data`.

    Returns
    -------
    Evidence

    Raises
    ------
    InputError
        When `as_of` is not a date.
    EvidenceError
        When a user's table breaks the format.

    Examples
    --------
    >>> book = load_evidence("2025-06-30")
    >>> bool((book.observations["available"] <= "2025-06-30").all())
    True
    """
    from eastbound.evidence.workspace import own_folder

    folders = [Path(folder) for folder in (own_folder(), data) if folder is not None]
    return load_from(folders, as_of=as_of)


def load_from(
    folders: Sequence[Path],
    *,
    as_of: str | int | date | None = None,
    today: date | None = None,
    tables: Path | None = None,
) -> Evidence:
    """Load the packaged evidence with the own tables of the given folders and no others.

    Parameters
    ----------
    folders : sequence of pathlib.Path
        Later ones override earlier ones; none gives the packaged book alone.
    as_of : str, int (a year), datetime.date or None
        Keep only what was available by then; a year or month means its last day. None takes the
        newest day on which anything in the book was published.
    today : datetime.date, optional
        A user's figure cannot have been published later; default the newest day begun anywhere.
    tables : pathlib.Path, optional
        Folder with other tables in place of the packaged ones, such as those of an earlier version.

    Returns
    -------
    Evidence

    Raises
    ------
    InputError
        When `as_of` is not a date.
    EvidenceError
        When a table of a folder breaks the format.

    Examples
    --------
    >>> load_from([], as_of="2025-06-30").as_of
    datetime.date(2025, 6, 30)
    """
    shelf = _shelf(tables or TABLES)
    for folder in _distinct(folders):
        shelf = _with_own(shelf, folder, today)
    day = shelf.newest if as_of is None else calendar_day(as_of)
    known = {name: _known(table, day) for name, table in shelf.tables.items()}
    digest = hashlib.sha256(f"{shelf.digest}\n{day}".encode()).hexdigest()
    return Evidence(**known, as_of=day, digest=digest)  # type: ignore[arg-type]


def known_by(book: Evidence, day: date) -> Evidence:
    """Return what a book held by an earlier day.

    Examples
    --------
    >>> book = known_by(load_evidence("2100"), date(2025, 6, 30))
    >>> len(book.observations) == len(load_evidence("2025-06-30").observations)
    True
    """
    names = [field.name for field in fields(book) if field.name not in ("as_of", "digest")]
    tables = {name: _known(getattr(book, name), day) for name in names}
    digest = hashlib.sha256(f"{book.digest}\n{day}".encode()).hexdigest()
    return Evidence(**tables, as_of=day, digest=digest)


def newest_day(observations: pd.DataFrame) -> date:
    """Return the newest full day on which an observation was published.

    Reconstructions do not count, because they are dated by the day of their construction.

    Examples
    --------
    >>> newest_day(load_evidence().observations) == load_evidence().as_of
    True
    """
    printed = observations["published"][~observations["series_id"].str.endswith(REBUILT)]
    return date.fromisoformat(printed[printed.str.len() == len("2024-01-31")].max())


def with_periods(observations: pd.DataFrame) -> pd.DataFrame:
    """Add `start`, `end` and `months`, read from the period.

    Examples
    --------
    >>> frame = with_periods(pd.DataFrame({"period": ["2025-01/2025-02"]}))
    >>> int(frame["months"].iloc[0])
    2
    """
    unique = {text: parse_period(text) for text in observations["period"].unique()}
    spans = pd.DataFrame(
        {
            "start": pd.to_datetime([p.start for p in unique.values()]),
            "end": pd.to_datetime([p.end for p in unique.values()]),
            "months": [p.months for p in unique.values()],
        },
        index=list(unique),
    ).reindex(observations["period"])
    return observations.assign(**{name: spans[name].to_numpy() for name in ("start", "end", "months")})


@lru_cache(maxsize=3)  # the packaged one, and those of two runs that are compared
def _shelf(folder: Path) -> _Shelf:
    digest = hashlib.sha256()
    tables = {}
    for name in (*OBSERVATIONS, *PARTS):
        raw = (folder / f"{name}.csv").read_bytes()
        digest.update(raw)
        tables[name] = _table(raw, INDEXED.get(name))
    if added := added_rows():
        text = pd.DataFrame(added).to_csv(index=False).encode()
        digest.update(text)
        more = _table(text, INDEXED["series"])
        tables["series"] = pd.concat([tables["series"], more.drop(index=tables["series"].index, errors="ignore")])
    rows = pd.concat([tables.pop(name) for name in OBSERVATIONS], ignore_index=True)
    tables["observations"] = with_periods(rows)
    return _Shelf(tables, digest.hexdigest())


def _distinct(folders: Sequence[Path]) -> list[Path]:
    """Return the folders without those that are given twice, as by a link."""
    paths = {os.path.realpath(folder) if os.path.isdir(folder) else str(folder): Path(folder) for folder in folders}
    return list(paths.values())


def _with_own(shelf: _Shelf, folder: Path, today: date | None) -> _Shelf:
    """Add a user's tables to the packaged ones; rows with the same key replace those of the book."""
    from eastbound.evidence.user_tables import read_user_tables

    own = read_user_tables(folder, sources=shelf.tables["sources"], series=shelf.tables["series"], today=today)
    rows = pd.concat([shelf.tables["observations"], with_periods(own.observations)], ignore_index=True)
    rows = rows.drop_duplicates(list(KEY), keep="last", ignore_index=True)
    tables = {**shelf.tables, "observations": rows, "sources": own.sources, "series": own.series}
    return _Shelf(tables, f"{shelf.digest}\n{own.digest}")


def _table(raw: bytes, index: str | None) -> pd.DataFrame:
    """Read a packaged table; only the listed columns become numbers or days."""
    table = pd.read_csv(BytesIO(raw), dtype=str, keep_default_na=False)
    for name in table.columns.intersection(list(NUMBERS)):
        table[name] = pd.to_numeric(table[name])
    for name in table.columns.intersection(list(DAYS)):
        table[name] = pd.to_datetime(table[name], format="%Y-%m-%d")
    return table if index is None else table.set_index(index)


def _known(table: pd.DataFrame, day: date) -> pd.DataFrame:
    if "available" not in table:
        return table
    return table[table["available"] <= pd.Timestamp(day)].reset_index(drop=True)
