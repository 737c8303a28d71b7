"""Write the manifest of a run: inputs, outputs, versions and times."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from eastbound.files import write_text
from eastbound.reports.pages import Plan
from eastbound.reports.unattended.log import FILE as LOG
from eastbound.reports.versions import versions
from eastbound.reports.worker import Outcome
from eastbound.typing import Record

SCHEMA = "manifest/1"
_SHARES = ("kernel", "imports", "compute", "render")


def write_manifest(
    folder: Path,
    *,
    run_id: str,
    plan: Plan,
    outcomes: Mapping[str, Outcome],
    inputs: Record | None,
    prices: Mapping[str, Sequence[Record]],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Write ``manifest.json`` into the run's folder and return its content.

    Parameters
    ----------
    folder : Path
        The run's folder with every page in it.
    run_id : str
        Id of the run.
    plan : Plan
        The plan of the run.
    outcomes : mapping of page name to Outcome
        How each page went.
    inputs : dict or None
        From `keep_history`: what the numbers of the run were computed from.
    prices : mapping of str to sequence of dict
        By scenario, its views with their prices.
    seconds : mapping of str to float
        Wall time by stage of the whole run.
    """
    record = {
        "schema": SCHEMA,
        "run": run_id,
        **plan.vintage.as_record(),
        **plan.assumptions.as_record(),
        "prices": {name: list(records) for name, records in prices.items() if records},
        "inputs": inputs,
        "seed": sorted({page.values["seed"] for page in plan.pages if "seed" in page.values}),
        "scenarios": {scenario.name: f"sha256:{scenario.digest}" for scenario in plan.scenarios},
        "notebooks": {page.notebook.name: _digest(page.notebook.path) for page in plan.pages},
        "versions": versions(),
        "pages": [_page(page, outcomes[page.name]) for page in plan.pages],
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "shares": shares(outcomes),
        # of every file but this one and the log, which goes on, so that a copy of the folder can be checked
        "outputs": {
            path.relative_to(folder).as_posix(): _digest(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path != folder / LOG
        },
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    write_text(folder / "manifest.json", text)
    return record


def shares(outcomes: Mapping[str, Outcome]) -> dict[str, float]:
    """Return the percentage of the pages' time spent in each stage; `other` is papermill's own work."""
    total = sum(outcome.seconds.get("total", 0.0) for outcome in outcomes.values())
    if not total:
        return {}
    parts = {name: sum(o.seconds.get(name, 0.0) for o in outcomes.values()) / total * 100 for name in _SHARES}
    parts["other"] = max(0.0, 100 - sum(parts.values()))
    return {name: round(value, 1) for name, value in parts.items()}


def _page(page: Any, outcome: Outcome) -> dict[str, Any]:
    return {
        "page": f"{page.name}.html",
        "notebook": page.notebook.name,
        "scenario": page.scenario.name if page.scenario else None,
        "parameters": page.values,
        "failure": outcome.failure or None,
        "made_because": outcome.reason or None,
        "outside": list(outcome.outside),
        "results": [result.as_record() for result in outcome.results],
        "seconds": dict(outcome.seconds),
    }


def _digest(path: Path) -> str:
    return f"sha256:{sha256(path.read_bytes()).hexdigest()}"
