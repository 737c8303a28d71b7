"""Load the evidence of a report, and describe its vintage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from eastbound.errors import InputError, shortened
from eastbound.periods import last_day

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.typing import Record


@dataclass(frozen=True)
class Vintage:
    """Describe the evidence of a report.

    Parameters
    ----------
    as_of : str
        Day up to which published figures count.
    last_data : str
        End of the newest observed period, as a month.
    digest : str
        sha256 over the evidence.
    observations : int
        Rows in it.
    """

    as_of: str
    last_data: str
    digest: str
    observations: int

    def as_record(self) -> Record:
        """Return the vintage as a JSON record."""
        return {"as_of": self.as_of, "last_data": self.last_data, "evidence": f"sha256:{self.digest}"}


def load_book(home: Path, as_of: str | None = None, *, data: Path | None = None) -> Evidence:
    """Load the evidence of a workspace: the package's, its own tables, and those of another folder."""
    from eastbound.evidence.book import load_from
    from eastbound.evidence.workspace import FOLDER, has_tables

    own = home / FOLDER
    folders = [*([own] if has_tables(own) else []), *([data] if data is not None else [])]
    return load_from(folders, as_of=as_of)


def read_vintage(home: Path, as_of: str | None = None, *, data: Path | None = None) -> Vintage:
    """Load the evidence of a workspace and day, and describe it.

    Raises
    ------
    InputError
        If `as_of` is not a date, or lies before the first figure or after the newest one.
    """
    import pandas as pd

    book = load_book(home, None if as_of is None else settle_day(home, as_of, data=data), data=data)
    rows = book.observations
    # a figure for the running year is no news of its December
    past = rows[(rows["kind"] == "observed") & (rows["end"] <= pd.Timestamp(book.as_of))]
    last = past["end"].max()
    return Vintage(str(book.as_of), f"{last:%Y-%m}", book.digest, len(book.observations))


def settle_day(home: Path, as_of: str, *, data: Path | None = None) -> str:
    """Return the day that a written date means, as every command reads it.

    A year or month alone means its last day, but never one after the newest figure.

    Raises
    ------
    InputError
        If it is not a date, or lies before the first figure or after the newest one.
    """
    newest = load_book(home, data=data)
    day = _read_day(as_of)
    if day is None:
        message = f"as-of date `{shortened(as_of)}` is not a date; write it as {newest.as_of}."
        raise InputError(message)
    whole = len(as_of.strip()) == len("2024-01-31")
    if not whole and day > newest.as_of:
        begins = date(day.year, day.month if len(as_of.strip()) > len("2024") else 1, 1)
        day = newest.as_of if begins <= newest.as_of else day
    first = newest.observations["available"].min()
    first = first.date() if hasattr(first, "date") else first
    if not first <= day <= newest.as_of:
        message = (
            f"as-of date `{as_of}` is out of range; the evidence begins on {first} and ends on {newest.as_of}. "
            "Choose a day between them."
        )
        raise InputError(message)
    return str(day)


def _read_day(as_of: str) -> date | None:
    for read in (last_day, date.fromisoformat):  # periods end in 2100, days out of range are still days
        try:
            return read(as_of)
        except ValueError:
            continue
    return None
