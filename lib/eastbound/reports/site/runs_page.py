"""Write the page on all runs of a folder: how the key numbers and the claims of the baseline moved over them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypedDict

from eastbound.ensemble.cache import cache_folder, read_checked, write_checked
from eastbound.errors import InputError, WriteError
from eastbound.files import write_text
from eastbound.reports.digests import package_digest
from eastbound.reports.history.locate import run_folders
from eastbound.reports.reads import content_digest
from eastbound.reports.render import fill

PAGE: Final = "index.html"
SHELF: Final = "runs"
_NUMBERS: Final = "numbers.parquet"
_SUMMARY: Final = "summary.json"
_NONE: Final = "–"
_MOST: Final = 30  # runs that a line shows
_SHOWN: Final = 6  # runs with a column of their own
_KINDS: Final = {"headline": "Key numbers", "claim": "Published claims that are open"}
_WIDTH, _HEIGHT, _EDGE = 160, 36, 4  # pixels of a line


def write_runs_page(out: Path) -> None:
    """Write ``index.html`` of a folder of runs.

    It stands outside the runs, whose own files depend on their inputs alone.

    Parameters
    ----------
    out : Path
        Folder of runs; those without numbers are listed without a place in the tables.
    """
    folders = run_folders(out)
    tables = {}
    for folder in [folder for folder in folders if (folder / _NUMBERS).is_file()][-_MOST:]:
        with suppress(InputError):  # `eastbound runs` names a damaged file
            tables[folder.name] = _leading(folder)
    names = _names([out / run for run in tables])
    groups = [{"title": title, "rows": _rows(tables, kind, names)} for kind, title in _KINDS.items()]
    page = fill(
        "runs.html.j2",
        lang="en",
        runs=[{"name": folder.name, "moment": _moment(folder.name)} for folder in reversed(folders)],
        columns=[_moment(name) for name in list(tables)[-_SHOWN:]],
        groups=[group for group in groups if group["rows"]],
    )
    write_text(out / PAGE, page)


def _names(folders: Sequence[Path]) -> dict[str, str]:
    """Return what readers call the key numbers, by id: the newest run that has a name for one decides."""
    names: dict[str, str] = {}
    for folder in folders:
        path = folder / _SUMMARY
        record = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"scenarios": []}
        names |= {figure["name"]: figure["note"] for part in record["scenarios"] for figure in part["figures"]}
    return names


class Number(TypedDict):
    """A number of a run: what it is, and its value as a number and as a text."""

    kind: str
    name: str
    unit: str
    value: float
    text: str


def _leading(folder: Path) -> list[Number]:
    """Return the key numbers and claims of the first scenario of a run, which is the baseline in a full report.

    They are kept by the content of the file of numbers: reading one takes pandas and DuckDB, a second of imports.
    """
    path = cache_folder() / SHELF / f"numbers-{content_digest(folder / _NUMBERS)}-{package_digest()[:16]}"
    content = read_checked(path)
    if content is None:
        content = json.dumps(_read_leading(folder)).encode()
        with suppress(WriteError):
            write_checked(path, content)
    leading: list[Number] = json.loads(content)
    return leading


def _read_leading(folder: Path) -> list[Number]:
    from eastbound.plots.style import numbers
    from eastbound.reports.history.catalogue import read_numbers

    table = read_numbers(folder)
    if table.empty:
        return []
    first = table["scenario"] == table["scenario"].iloc[0]
    rows = table[first & table["kind"].isin(list(_KINDS)) & table["value"].notna()].to_dict("records")
    return [
        Number(
            kind=row["kind"],
            name=row["name"],
            unit=row["unit"],
            value=float(row["value"]),
            text=numbers.level(float(row["value"]), row["unit"]),
        )
        for row in rows
    ]


def _rows(tables: dict[str, list[Number]], kind: str, names: dict[str, str]) -> list[dict[str, Any]]:
    """Return one row per number: its values over the runs, as texts and as a line."""
    known: dict[tuple[str, str], dict[str, Number]] = {}
    for run, table in tables.items():
        for number in table:
            if number["kind"] == kind:
                known.setdefault((number["name"], number["unit"]), {})[run] = number
    runs = list(tables)
    rows = []
    for (name, _), values in known.items():
        line = [values[run] for run in runs if run in values]
        rows.append(
            {
                "name": names.get(name, name),
                "cells": [values[run]["text"] if run in values else _NONE for run in runs[-_SHOWN:]],
                "points": line_points([number["value"] for number in line]),
                "last": line[-1]["text"],
            }
        )
    return rows


def line_points(values: Sequence[float]) -> str:
    """Return the points of an SVG line through values, spread over the width; a constant lies in the middle.

    Examples
    --------
    >>> line_points([1.0, 3.0, 2.0])
    '4,32 80,4 156,18'
    >>> line_points([5.0])
    '4,18'
    """
    low, high = min(values), max(values)
    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    span = _HEIGHT - 2 * _EDGE
    heights = [_EDGE + span * ((high - value) / (high - low) if high > low else 0.5) for value in values]
    return " ".join(f"{_EDGE + step * index:g},{height:g}" for index, height in enumerate(heights))


def _moment(run: str) -> str:
    """Return the time of a run's id.

    Examples
    --------
    >>> _moment("20261101T060000Z-2")
    '2026-11-01 06:00 (2)'
    """
    moment, _, number = run.partition("-")
    text = f"{moment[:4]}-{moment[4:6]}-{moment[6:8]} {moment[9:11]}:{moment[11:13]}"
    return f"{text} ({number})" if number else text
