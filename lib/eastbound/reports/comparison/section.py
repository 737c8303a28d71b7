"""The section of a report on what changed since an earlier run, and the page with every number of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from eastbound.errors import EastboundError
from eastbound.evaluation.ledger.rows import SCENARIO
from eastbound.files import write_text
from eastbound.plots.style.numbers import unit_word
from eastbound.reports.comparison.compare import compare_runs
from eastbound.reports.comparison.fans import fan_pair, has_fan
from eastbound.reports.comparison.text import printed, shown
from eastbound.reports.history.catalogue import read_numbers
from eastbound.reports.history.inputs import FILE as INPUTS
from eastbound.reports.history.keep import NUMBERS
from eastbound.reports.pages import Plan
from eastbound.reports.render import fill
from eastbound.typing import Record

PAGE: Final = "changes.html"
DATA: Final = "changes.json"
_THIS: Final = "this run"  # not its id, which is the time: the same inputs give the same bytes


@dataclass(frozen=True)
class Changes:
    """Hold what changed since an earlier run, for the index and the manifest.

    Parameters
    ----------
    since : str
        Id of the earlier run.
    digest : str
        sha256 over what was read of it.
    context : mapping
        What the template shows; with ``problem`` alone if the runs cannot be compared.
    """

    since: str
    digest: str
    context: Mapping[str, Any]

    def as_record(self) -> Record:
        """Return the earlier run and its digest, which are inputs of the report."""
        return {"run": self.since, "digest": f"sha256:{self.digest}"}


def write_changes(plan: Plan, folder: Path) -> Changes | None:
    """Compare a run with the one that its plan names; write ``changes.html`` and ``changes.json``.

    Parameters
    ----------
    plan : Plan
        Its ``since`` is the folder of the earlier run, or None.
    folder : Path
        The run's folder, with the numbers and inputs that it kept.

    Returns
    -------
    Changes or None
        None without an earlier run.
    """
    if plan.since is None or not (folder / NUMBERS).is_file():
        return None
    known = [path.read_bytes() for name in (NUMBERS, INPUTS) if (path := plan.since / name).is_file()]
    digest = sha256(b"".join(sha256(content).digest() for content in known)).hexdigest()
    names = [scenario.name for scenario in plan.scenarios]
    try:
        record = compare_runs(plan.since, folder, scenario=SCENARIO if SCENARIO in names else names[0])
        record["after"]["run"] = _THIS
        pictures = _pictures(record, plan.since, folder)
    except EastboundError as error:  # an earlier run that is damaged must not cost the report
        return Changes(plan.since.name, digest, {"since": plan.since.name, "problem": str(error)})
    context = _context(record)
    write_text(folder / DATA, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    moved = [number for number in record["numbers"] if number["change"] or any(number["parts"].values())]
    same = len(record["numbers"]) - len(moved)
    page = {**context, "rows": [_row(number) for number in moved], "same": same, "pictures": pictures}
    write_text(folder / PAGE, fill("changes.html.j2", lang="en", changes=page))
    return Changes(plan.since.name, digest, context)


def _context(record: Record) -> dict[str, Any]:
    numbers = [number for number in record["numbers"] if shown(number)]
    return {
        "since": record["before"]["run"],
        "as_of": (record["before"]["as_of"], record["after"]["as_of"]),
        "scenario": record["scenario"],
        "causes": record["causes"],
        "columns": _columns(record),
        "note": record["note"],
        "rows": [_row(number) for number in numbers],
        "corrections": [_correction(row) for row in record["corrections"]],
        "problem": "",
    }


def _columns(record: Record) -> list[str]:
    return list(dict.fromkeys(name for number in record["numbers"] for name in number["parts"]))


def _row(number: Record) -> dict[str, Any]:
    digits = number["decimals"]
    return {
        "label": number["label"],
        "unit": unit_word(number["unit"]),
        "before": printed(number["before"], digits),
        "after": printed(number["after"], digits),
        "change": printed(number["change"], digits, sign=True),
        "parts": {name: printed(value, digits, sign=True) for name, value in number["parts"].items()},
    }


def _correction(row: Record) -> dict[str, str]:
    unit = unit_word(row["unit"])
    return {
        "figure": f"{row['series_id']} {row['period']}",
        "before": f"{row['before']:g} {unit}",
        "after": "removed" if row["after"] is None else f"{row['after']:g} {unit}",
        "source": row["source"] or "",
        "touches": ", ".join(item["name"] for item in row["touches"]),
    }


def _pictures(record: Record, before: Path, after: Path) -> list[dict[str, str]]:
    """Return the fans of the headline medians in both runs."""
    tables = [read_numbers(folder) for folder in (before, after)]
    first, second = (table[table["scenario"] == record["scenario"]] for table in tables)
    heads = second[(second["kind"] == "headline") & second["mcse"].isna()]["series_id"]
    pictures = []
    for series_id in dict.fromkeys(heads):
        if not (has_fan(series_id, first) and has_fan(series_id, second)):
            continue
        titles = (f"Run {record['before']['run']}", "This run")
        svg, alt = fan_pair(series_id, (first, second), titles=titles)
        address = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
        pictures.append({"src": address, "alt": alt})
    return pictures
