"""Removing figures from the workspace's own tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eastbound.errors import EvidenceError
from eastbound.evidence.book import load_from
from eastbound.evidence.listing import resolve
from eastbound.evidence.user_tables import is_figures, table_paths
from eastbound.evidence.workspace import changing, data_folder, has_tables, keep, observation_rows, observation_text
from eastbound.periods import newest_begun_day, parse_period


def remove_observation(
    series_id: str, period: str, *, home: Path, source: str | None = None, locator: str | None = None
) -> str:
    """Remove one figure from the workspace's own tables.

    The packaged book is never changed. The message repeats the whole row, so that it can be entered again.

    Parameters
    ----------
    series_id : str
        An id, or another name of a series that the crosswalk knows.
    period : str
        The period of the figure.
    home : pathlib.Path
        The workspace.
    source, locator : str, optional
        Which figure is meant when the period has several.

    Returns
    -------
    str
        The removed row and its table.

    Raises
    ------
    UnknownName
        When nothing of that name exists, with the nearest one.
    EvidenceError
        When no figure matches, or several do; nothing has changed then.
    WriteError
        When the table cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from eastbound.evidence.entry import add_observation
    >>> home = Path(tempfile.mkdtemp())
    >>> (home / "params" / "scenarios").mkdir(parents=True)
    >>> _ = add_observation("trade.china_russia.total", "2026-05", "21.5", unit="USD_bn", home=home,
    ...                     source="tass-2026-01-14", published="2026-06-09")
    >>> print(remove_observation("trade.china_russia.total", "2026-05", home=home).splitlines()[0])
    Removed from data/own.csv: trade.china_russia.total 2026-05 = 21.5 USD_bn, published 2026-06-09.
    """
    folder, today = data_folder(home), newest_begun_day()
    packaged = load_from([])
    with changing(folder):
        book = load_from([folder] if has_tables(folder) else [], today=today)
        series_id, period = resolve(book, series_id), parse_period(period).text
        tables = {
            path.name: observation_rows(path, series=book.series, sources=book.sources)
            for path in table_paths(folder)
            if is_figures(path)
        }
        wanted = {"series_id": series_id, "period": period, "source_id": source, "locator": locator}
        wanted = {name: text for name, text in wanted.items() if text is not None}
        matches = [(file, row) for file, rows in tables.items() for row in rows if _matches(row, wanted)]
        # The packaged book cannot be edited, so only own tables are searched.
        file, row = _only(matches, folder, wanted)
        keep(
            folder,
            {file: observation_text([other for other in tables[file] if other is not row])},
            packaged=packaged,
            today=today,
        )
    # The complete row is printed because no copy of it is kept.
    cells = ", ".join(f"{name} `{text}`" for name, text in row.items() if text and name not in wanted)
    return f"Removed from {folder.name}/{file}: {_figure(row)}.\nThe row: {cells}."


def _matches(row: Mapping[str, str], wanted: Mapping[str, str | None]) -> bool:
    return all(row[name] == text for name, text in wanted.items())


def _only(
    matches: list[tuple[str, dict[str, str]]], folder: Path, wanted: Mapping[str, str | None]
) -> tuple[str, dict[str, str]]:
    """Return the one match; refuse none and several."""
    what = f"`{wanted['series_id']}` for {wanted['period']}"
    if not matches:
        message = (
            f"no own figure of {what} matches; nothing was removed. Only figures of `{folder}` can be removed: "
            "`eastbound data show` lists all figures with their sources"
        )
        raise EvidenceError(message)
    if len(matches) > 1:
        lines = [
            f"  {file}: {_figure(row)}, --source {row['source_id']} --locator {row['locator']!r}"
            for file, row in matches
        ]
        message = "\n".join([f"{len(matches)} own figures of {what}; nothing was removed. State which one:", *lines])
        raise EvidenceError(message)
    return matches[0]


def _figure(row: Mapping[str, str]) -> str:
    figure = row["value"] or f"{row['low']} to {row['high']}"
    return f"{row['series_id']} {row['period']} = {figure} {row['unit']}, published {row['published']}"
