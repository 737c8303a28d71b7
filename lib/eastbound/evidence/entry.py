"""Entry of one figure: checked like a table of one row and kept in the workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NotRequired, TypedDict, Unpack

from pydantic_core import ValidationError

from eastbound.errors import EvidenceError, InputError, UnknownName, nearest
from eastbound.evidence.book import Evidence, load_from
from eastbound.evidence.listing import resolve, show_text
from eastbound.evidence.plausibility import require_plausible, warnings
from eastbound.evidence.problems import Problems
from eastbound.evidence.reader import Row, row_validator
from eastbound.evidence.row_checks import check_row
from eastbound.evidence.schema import KEY, Column, observation_columns, source_columns
from eastbound.evidence.workspace import (
    SOURCES,
    changing,
    data_folder,
    has_tables,
    keep,
    observation_rows,
    observation_text,
    source_rows,
    source_text,
)
from eastbound.periods import last_day, newest_begun_day
from eastbound.units import convert

OWN: Final = "own.csv"
_ID: Final = re.compile(r"[a-z0-9._-]+", re.ASCII)


class Stated(TypedDict):
    """The attributes of a figure besides its value: unit, source, day of publication and optional ones."""

    unit: str
    source: str
    published: str
    low: NotRequired[str | None]
    high: NotRequired[str | None]
    kind: NotRequired[str | None]
    locator: NotRequired[str | None]
    note: NotRequired[str | None]


def add_observation(
    series_id: str,
    period: str,
    value: str | float,
    *,
    home: Path,
    confirm: bool = False,
    today: date | None = None,
    **stated: Unpack[Stated],
) -> str:
    """Check one figure and keep it in the workspace's own table.

    Parameters
    ----------
    series_id : str
        An id, or another name of a series that the crosswalk knows.
    period : str
        A year, quarter, month, day or span.
    value : str or float
        The figure, in the unit of the series; text is kept as printed.
    home : pathlib.Path
        The workspace; the figure goes to `data/own.csv` in it.
    confirm : bool
        Keep a figure that looks like a slip of the decimal point.
    today : datetime.date, optional
        Nothing can have been published later; default the newest day begun anywhere.
    **stated
        `unit`; `source`, the id of a known card, or a new source as "Publisher, title, address";
        `published`, a full date; and, when wanted, `low`, `high`, `kind` ("observed" when left
        out), `locator` and `note`.

    Returns
    -------
    str
        The row that was kept, warnings, and every figure of the period.

    Raises
    ------
    UnknownName
        When nothing of that name exists, with the nearest one.
    EvidenceError
        When a cell breaks the format, the figure exists already, or it is implausible and not
        confirmed; nothing has changed then.
    WriteError
        When the workspace cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> (home / "params" / "scenarios").mkdir(parents=True)
    >>> text = add_observation("trade.china_russia.total", "2026-05", "21.5", unit="USD_bn", home=home,
    ...                        source="TASS, China's trade in May", published="2026-06-09", today=date(2026, 6, 10))
    >>> print(text.splitlines()[0])
    Kept in data/own.csv: trade.china_russia.total 2026-05 = 21.5 USD_bn, published 2026-06-09, available 2026-06-09.
    """
    folder, today = data_folder(home), today or newest_begun_day()
    with changing(folder):
        # The book is read after the lock is held, so that it contains what another process has just added.
        book = load_from([folder] if has_tables(folder) else [], today=today)
        cells = _cells(resolve(book, series_id), period, value, stated=stated)
        card = _source_card(book, cells)
        cells = _checked(book, {**cells, "source_id": card["source_id"]}, today)
        _refuse_known(book, cells)
        if not confirm:
            require_plausible(book, cells)
        notes = warnings(book, cells)
        # The day of a revision keeps earlier as-of dates unaware of it.
        cells["available"] = _later_vintage(book, cells)
        _keep(book, folder, cells, card=card, today=today)
    return _report(load_from([folder], today=today), folder, cells, notes=notes)


def _cells(series_id: str, period: str, value: str | float, *, stated: Stated) -> dict[str, str]:
    for name in stated:
        if name not in Stated.__annotations__:
            raise UnknownName("argument", name, Stated.__annotations__)
    texts = {name: str(text).strip() for name, text in stated.items() if text is not None}
    cells = {name: texts.get(name, "") for name in Stated.__annotations__}
    figure = f"{value:.12g}" if isinstance(value, float) else str(value).strip()
    kind = texts.get("kind") or "observed"
    return {**cells, "series_id": series_id, "period": period.strip(), "value": figure, "kind": kind}


def _source_card(book: Evidence, cells: dict[str, str]) -> dict[str, str]:
    """Return the card of the stated source; the card of a known source has only its id."""
    stated = cells.pop("source")
    if stated in book.sources.index:
        return {"source_id": stated}
    if not stated or _ID.fullmatch(stated):
        # Text without spaces or commas is a misspelt id rather than a new source.
        close = nearest(stated, list(book.sources.index))
        message = (
            f"unknown source `{stated}`; {close}State a new source as text: "
            '--source "Publisher, title, https://address"'
        )
        raise EvidenceError(message)
    # The last part is the address when it looks like one, and the first is always the publisher.
    words = [part.strip() for part in stated.split(",")]
    address = words.pop() if words[-1].startswith(("http://", "https://")) else ""
    publisher = words[0] if words else address.split("/")[2]
    title = ", ".join(words[1:]) or f"{publisher}, {cells['published']}"
    # One publisher is one witness: its pages share a group.
    group = _slug(publisher)
    card = {"source_id": f"{group}-{cells['published']}", "publisher": publisher, "title": title, "url": address}
    card = _unlike(book, {**card, "published": cells["published"], "group": group})
    if "publisher" in card:
        problems = Problems("the source", outcome="nothing was kept")
        _plain(card, source_columns(), problems)
        problems.check()
    return card


def _unlike(book: Evidence, card: dict[str, str]) -> dict[str, str]:
    """Return the equal card of the book, or the new card under a free id."""
    stem, count = card["source_id"], 1
    while (name := stem if count == 1 else f"{stem}-{count}") in book.sources.index:
        known = book.sources.loc[name]
        if known["publisher"] == card["publisher"] and known["title"] == card["title"]:
            return {"source_id": name}
        count += 1
    return {**card, "source_id": name}


def _slug(publisher: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", publisher.lower()).strip("-")
    return plain or "source"


def _checked(book: Evidence, cells: dict[str, str], today: date) -> dict[str, str]:
    """Check the cells by the rules for users' tables."""
    problems = Problems("the figure", outcome="nothing was kept")
    checked = _plain(cells, observation_columns(book.series.index, [*book.sources.index, cells["source_id"]]), problems)
    problems.check()
    card = {str(name): cell for name, cell in book.series.loc[checked["series_id"]].items()}
    _check_unit(checked, str(card["unit"]), problems)
    check_row(Row(0, checked), card, problems, today=today)
    problems.check()
    return checked


def _plain(cells: Mapping[str, str], columns: Sequence[Column], problems: Problems) -> dict[str, str]:
    """Check each cell by its column and return the canonical texts."""
    row = {column.name: cells.get(column.name, "") for column in columns}
    try:
        return row_validator(columns).validate_python([row])[0]
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            problems.add(0, str(error["loc"][1]), str(error["input"]), **error["ctx"])
    return row


def _check_unit(cells: Mapping[str, str], unit: str, problems: Problems) -> None:
    """Report the converted figure when the unit differs only by a factor."""
    if cells["unit"] == unit or not cells["value"]:
        return
    try:
        value = convert(float(cells["value"]), cells["unit"], unit)
    except InputError:
        return
    advice = f"{cells['value']} {cells['unit']} are {value:.10g} {unit}; enter that"
    problems.add(0, "value", cells["value"], expected=f"a figure in {unit}", advice=advice)


def _refuse_known(book: Evidence, cells: Mapping[str, str]) -> None:
    rows = book.observations
    same = rows[(rows[list(KEY)] == [cells[name] for name in KEY]).all(axis=1)]
    if same.empty:
        return
    row = same.iloc[0]
    message = (
        f"`{cells['series_id']}` has this figure for {cells['period']} from `{cells['source_id']}` already: "
        f"{row['value']:.10g}, published {row['published']}; nothing was kept. A revision needs its own --locator"
    )
    raise EvidenceError(message)


def _later_vintage(book: Evidence, cells: Mapping[str, str]) -> str:
    """Return the day of publication of a figure that revises an earlier print, else empty text.

    The release calendar applies to the first figure of a period; a revision was not known then.
    """
    rows = book.observations
    rows = rows[(rows["series_id"] == cells["series_id"]) & (rows["period"] == cells["period"])]
    day, value = last_day(cells["published"]), float(cells["value"] or "nan")
    prints = zip(rows["published"], rows["value"], strict=True)
    return cells["published"] if any(text and last_day(text) < day and abs(x - value) > 0 for text, x in prints) else ""


def _keep(book: Evidence, folder: Path, cells: Mapping[str, str], *, card: Mapping[str, str], today: date) -> None:
    # The whole table is rewritten, which also brings its columns into the standard order.
    rows = observation_rows(folder / OWN, series=book.series, sources=book.sources)
    tables = {SOURCES: source_text([*source_rows(folder), card])} if "publisher" in card else {}
    tables[OWN] = observation_text([*rows, cells])
    keep(folder, tables, packaged=load_from([]), today=today)


def _report(book: Evidence, folder: Path, cells: Mapping[str, str], *, notes: list[str]) -> str:
    rows = book.observations
    row = rows[(rows[list(KEY)] == [cells[name] for name in KEY]).all(axis=1)].iloc[0]
    figure = cells["value"] or f"{cells['low']} to {cells['high']}"
    head = (
        f"Kept in {folder.name}/{OWN}: {cells['series_id']} {cells['period']} = {figure} {cells['unit']}, "
        f"published {row['published']}, available {row['available']:%Y-%m-%d}."
    )
    return "\n".join([head, *notes, show_text(book, cells["series_id"], period=cells["period"])])
