"""Refresh of the workspace's tables from public services, without loss of earlier figures.

A figure that a service gives for the first time is a new row. A figure that differs from the known
one is an additional row of its period, available from the day on which it was fetched. The previous
table is copied to `data/vintages`.
"""

from __future__ import annotations

import math
import os
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from eastbound.errors import EastboundError, InputError, ServiceError, UnknownName
from eastbound.evidence.book import Evidence, load_from
from eastbound.evidence.choice import chosen
from eastbound.evidence.connectors.answers import Answer, Ask, Connector, Figure
from eastbound.evidence.connectors.http import LIMITS, Limits
from eastbound.evidence.connectors.registry import connectors
from eastbound.evidence.schema import KEY
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
from eastbound.periods import month_ordinal, month_text, newest_begun_day, parse_period

LOOK_BACK: Final = 12  # months before the newest known one that are requested again, for revisions
SAME: Final = 1e-4  # relative difference below which two prints count as equal
LEAP: Final = 0.5  # relative difference from the known figure that suggests another unit
_SHOWN: Final = 5


@dataclass(frozen=True)
class Revision:
    """A figure that differs from the known one, in the unit of the series."""

    series_id: str
    period: str
    before: float
    now: float


@dataclass(frozen=True)
class Refreshed:
    """The changes made by the refresh of one source.

    Parameters
    ----------
    source : str
        Name of the connector.
    new, unchanged, missing : int
        Numbers of figures; `missing` counts months listed without a figure.
    revised : tuple of Revision
    vintage : str
        Path of the copy of the previous table, relative to `data`; empty when there was none.
    trouble : str
        Reason why nothing was changed; empty after success.
    """

    source: str
    new: int = 0
    unchanged: int = 0
    missing: int = 0
    revised: tuple[Revision, ...] = ()
    vintage: str = ""
    trouble: str = ""

    def as_record(self) -> dict[str, Any]:
        """Return the record for JSON."""
        return asdict(self)

    def as_text(self) -> str:
        """Return the record for a terminal.

        Examples
        --------
        >>> Refreshed("ecb", new=2, unchanged=11).as_text()
        'ecb: 2 new, 0 revised, 11 unchanged'
        """
        if self.trouble:
            return f"{self.source}: not refreshed: {self.trouble}"
        head = f"{self.source}: {self.new} new, {len(self.revised)} revised, {self.unchanged} unchanged"
        head += f", {self.missing} without a figure" if self.missing else ""
        lines = [f"  {r.series_id} {r.period}: {r.before:.10g} -> {r.now:.10g}" for r in self.revised[:_SHOWN]]
        more = len(self.revised) - _SHOWN
        lines += [f"  and {more} more"] if more > 0 else []
        lines += [f"  previous table: data/{self.vintage}"] if self.vintage else []
        return "\n".join([head, *lines])


def refresh(
    source: str | None = None,
    *,
    home: Path,
    address: str | None = None,
    today: date | None = None,
    limits: Limits = LIMITS,
) -> list[Refreshed]:
    """Request newer figures from public services and keep them in the workspace.

    Parameters
    ----------
    source : str, optional
        One of our services or of an extension, see `connectors.registry.connectors`; default all.
    home : pathlib.Path
        The workspace; a table goes to `data/<source>.csv` in it.
    address : str, optional
        Base address in place of the service's own, such as that of a mirror.
    today : datetime.date, optional
        The day of the answers; default the local date.
    limits : Limits
        Bounds of each request.

    Returns
    -------
    list of Refreshed
        One record per service. A failed one has `trouble`, and its table is unchanged.

    Raises
    ------
    UnknownName
        When no service has the name.
    ExtensionError
        When the service named is an extension that cannot be used.
    InputError
        When `address` is given without a source, or is none.
    EvidenceError
        When `home` is no workspace, or its tables are being changed.

    Examples
    --------
    >>> refresh("ebc", home=Path("."))
    Traceback (most recent call last):
    eastbound.errors.UnknownName: unknown source `ebc`; did you mean `ecb`? Known: comtrade, ecb, eia, fred.
    """
    known, refused = connectors(home)
    if source in refused:
        raise refused[source]
    if source is not None and source not in known:
        raise UnknownName("source", source, known)
    if address is not None and not address.startswith(("http://", "https://")):
        message = f"`{address}` is not an address; expected one that begins with http:// or https://"
        raise InputError(message)
    if address is not None and source is None:
        message = "an address belongs to one service; name the source too"
        raise InputError(message)
    folder = data_folder(home)
    wanted = list(known.values()) if source is None else [known[source]]
    day = today or newest_begun_day()
    # A broken extension must not cost the figures of the other services.
    records = [] if source else [Refreshed(name, trouble=str(error)) for name, error in refused.items()]
    with changing(folder):
        for connector in wanted:
            try:
                book = load_from([folder] if has_tables(folder) else [], today=day)
                base = connector.address if address is None else address
                ask = _ask(book, connector, base, day=day, limits=limits)
                records.append(_keep(book, connector, connector.figures(ask), folder=folder, day=day))
            except EastboundError as error:
                records.append(Refreshed(connector.name, trouble=str(error)))
    return records


def _ask(book: Evidence, connector: Connector, address: str, *, day: date, limits: Limits) -> Ask:
    key = os.environ.get(connector.key, "") if connector.key else ""
    if connector.key_needed and not key:
        message = f"set the environment variable {connector.key} to your access key"
        raise InputError(message)
    # The running month is not over; on its first day it may still be the month before where the service is.
    last = month_ordinal(f"{day - timedelta(days=1):%Y-%m}") - 1
    rows = book.observations
    rows = rows[rows["series_id"].isin(connector.series)]
    months = [parse_period(text).last_month for text in rows["period"] if parse_period(text).freq == "M"]
    first = min(last, max(months, default=last)) - LOOK_BACK
    return Ask(address, month_text(first), month_text(last), key, limits)


def _keep(book: Evidence, connector: Connector, answer: Answer, *, folder: Path, day: date) -> Refreshed:
    """Keep the new and revised figures of an answer, after all of them have passed every check."""
    if not answer.figures:
        message = "the answer holds no figure; nothing was changed"
        raise ServiceError(message)
    fresh, revised = _compared(book, connector, answer)
    unchanged = len(answer.figures) - len(fresh) - len(revised)
    counts = Refreshed(
        connector.name, len(fresh), unchanged, answer.missing, tuple(revision for _, revision in revised)
    )
    if not fresh and not revised:
        return counts
    file = f"{connector.name}.csv"
    before = observation_rows(folder / file, series=book.series, sources=book.sources)
    rows = [*before, *(_row(book, connector, figure, day=day) for figure in fresh)]
    rows += [{**_row(book, connector, figure, day=day), **_later(figure, day)} for figure, _ in revised]
    # The second of two revisions on one day replaces the first, which stays in the vintage.
    rows = list({tuple(row[name] for name in KEY): row for row in rows}.values())
    tables = {SOURCES: _cards(folder, connector, day), file: observation_text(rows)}
    dated = max((row["published"] for row in before), default="")
    copies = keep(folder, tables, packaged=load_from([]), today=day, vintage=dated)
    return replace(counts, vintage=" ".join(copies))


def _compared(
    book: Evidence, connector: Connector, answer: Answer
) -> tuple[list[Figure], list[tuple[Figure, Revision]]]:
    """Return the figures of new periods, and those that differ from the known ones."""
    known = {series_id: _known(book, connector, series_id) for series_id in connector.series}
    fresh, revised = [], []
    for figure in answer.figures:
        before = known[figure.series_id].get(figure.period)
        if before is None:
            fresh.append(figure)
        elif not math.isclose(before, figure.value, rel_tol=SAME):
            if abs(figure.value - before) > LEAP * abs(before):
                message = (
                    f"`{figure.series_id}` for {figure.period} is {figure.value:.10g}, expected near the known "
                    f"{before:.10g}; the service may have changed its unit, nothing was changed"
                )
                raise ServiceError(message)
            revised.append((figure, Revision(figure.series_id, figure.period, before, figure.value)))
    return fresh, revised


def _known(book: Evidence, connector: Connector, series_id: str) -> dict[str, float]:
    """Return the known figure of each period: the last from this source, else the chosen one."""
    rows = chosen(book, series_id).dropna(subset=["value"])
    table = dict(zip(rows["period"], rows["value"].astype(float), strict=True))
    seen = book.observations
    mine = seen[(seen["series_id"] == series_id) & (seen["source_id"] == connector.card["source_id"])]
    mine = mine.sort_values("published", kind="stable")
    return {**table, **dict(zip(mine["period"], mine["value"].astype(float), strict=True))}


def _row(book: Evidence, connector: Connector, figure: Figure, *, day: date) -> dict[str, str]:
    return {
        "series_id": figure.series_id,
        "period": figure.period,
        "value": f"{figure.value:.12g}",
        "unit": str(book.series.loc[figure.series_id, "unit"]),
        "kind": figure.kind,
        "source_id": connector.card["source_id"],
        "published": day.isoformat(),
        "locator": figure.locator,
    }


def _later(figure: Figure, day: date) -> dict[str, str]:
    """Return the cells that distinguish a revision from the first print of its period."""
    return {"available": day.isoformat(), "locator": f"{figure.locator}, as of {day}"}


def _cards(folder: Path, connector: Connector, day: date) -> str:
    rows = source_rows(folder)
    if all(row["source_id"] != connector.card["source_id"] for row in rows):
        rows.append({**connector.card, "published": day.isoformat()})
    return source_text(rows)
