"""Write the data package of a run: its numbers as CSV, Parquet, XLSX, IAMC and hubverse, described for machines."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pandas as pd
from xlsxwriter import Workbook

from eastbound import __version__
from eastbound.files import write_text
from eastbound.reports.exports.columns import probabilities, wide_forecasts
from eastbound.reports.exports.hub import write_hub
from eastbound.reports.exports.iamc import iamc_table
from eastbound.reports.history.catalogue import read_numbers
from eastbound.reports.history.keep import NUMBERS
from eastbound.reports.vintage import Vintage

FOLDER: Final = "data"
DESCRIPTOR: Final = f"{FOLDER}/datapackage.json"  # from the run's folder
SCHEMA: Final = "data-package/1"
_TYPES: Final = {"i": "integer", "f": "number"}
_NOTES: Final = (
    "Quantiles and means by calendar year of every headline series under every scenario of the run, and the "
    "probabilities that its pages state, in percent. A year in which a series does not exist in any future has no "
    "value; where it exists in some futures only, its quantiles are over those."
)
_WIDTHS: Final = {"label": 44, "series_id": 44, "name": 52, "scenario": 22}


def write_data_package(run: Path, *, vintage: Vintage) -> None:
    """Write the folder ``data`` of a run from its numbers.

    Parameters
    ----------
    run : Path
        The run's folder, which holds ``numbers.parquet``.
    vintage : Vintage
        The evidence of the run.
    """
    folder = run / FOLDER
    folder.mkdir()
    numbers = read_numbers(run)
    shutil.copyfile(run / NUMBERS, folder / NUMBERS)
    wide, chances = wide_forecasts(numbers), probabilities(numbers)
    tables = {"forecasts": wide, "probabilities": chances, "iamc": iamc_table(numbers)}
    for name, table in tables.items():
        write_text(folder / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))
    _write_workbook(folder / "forecasts.xlsx", {"Forecasts": wide, "Probabilities": chances}, vintage)
    hub = write_hub(folder / "hub", numbers, as_of=vintage.as_of)
    resources = [_resource(folder, f"{name}.csv", table) for name, table in tables.items()]
    resources += [_resource(folder, name) for name in (NUMBERS, "forecasts.xlsx")]
    resources += [_resource(folder, path.relative_to(folder).as_posix()) for path in hub]
    write_text(run / DESCRIPTOR, json.dumps(_descriptor(vintage, resources), indent=1) + "\n")


def _descriptor(vintage: Vintage, resources: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": "eastbound-forecasts",
        "title": f"Eastbound forecasts, evidence as of {vintage.as_of}",
        "version": __version__,
        "schema": SCHEMA,
        "description": _NOTES,
        "created": f"{vintage.as_of}T00:00:00Z",  # not the clock: the same inputs give the same bytes
        **vintage.as_record(),
        "resources": list(resources),
    }


def _resource(folder: Path, name: str, table: pd.DataFrame | None = None) -> dict[str, Any]:
    content = (folder / name).read_bytes()
    record: dict[str, Any] = {
        "name": name.lower().replace("/", "-"),
        "path": name,
        "format": name.rpartition(".")[2],
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
    }
    if table is not None:
        types = {str(column): _TYPES.get(kind.kind, "string") for column, kind in table.dtypes.items()}
        record |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
        record |= {"schema": {"fields": [{"name": column, "type": kind} for column, kind in types.items()]}}
    return record


def _write_workbook(path: Path, sheets: dict[str, pd.DataFrame], vintage: Vintage) -> None:
    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}) as book:
        book.set_properties({"created": datetime.fromisoformat(vintage.as_of), "title": "Eastbound forecasts"})
        bold, whole = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        front = book.add_worksheet("About")
        front.set_column(0, 0, 18)
        front.set_column(1, 1, 90)
        facts = (("Evidence as of", vintage.as_of), ("Evidence", f"sha256 {vintage.digest}"), ("Contents", _NOTES))
        for index, (name, text) in enumerate(facts):
            front.write_string(index, 0, name, bold)
            front.write_string(index, 1, text, whole)
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, head in enumerate(table.columns):
                sheet.set_column(column, column, _WIDTHS.get(head, 11))
                sheet.write_string(0, column, head, bold)
            for index, row in enumerate(table.itertuples(index=False), start=1):
                _write_row(sheet, index, row)


def _write_row(sheet: Any, index: int, row: Sequence[Any]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(index, column, cell)
        elif not pd.isna(cell):
            sheet.write_number(index, column, cell)
