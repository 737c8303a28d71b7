"""Publish a run: append its forecasts to the ledger of the workspace."""

from __future__ import annotations

import json
from pathlib import Path

from eastbound.errors import InputError
from eastbound.evaluation.ledger.chain import append_entry
from eastbound.evaluation.ledger.rows import SCENARIO, ledger_rows
from eastbound.reports.history.catalogue import read_numbers
from eastbound.reports.pages import Plan
from eastbound.typing import Record


def check_publishable(plan: Plan) -> None:
    """Refuse to publish what is no forecast of the workspace's own baseline, before anything runs.

    Raises
    ------
    InputError
        If the run is a trial, looks back from an earlier day, holds views or figures of another folder, or does not
        simulate the baseline.
    """
    pages = [page for page in plan.pages if page.scenario and page.scenario.name == SCENARIO]
    simulated = [page for page in pages if "draws" in page.values]
    if any(page.values.get("quick") for page in plan.pages):
        reason = "it is a trial run with few draws; leave out `quick`"
    elif any(page.given.get("as_of") for page in plan.pages):
        reason = "a forecast from a past day is no forecast before the outcome; leave out --as-of"
    elif plan.assumptions:
        reason = "the ledger has forecasts without views and without figures of another folder; leave those out"
    elif not simulated:
        reason = f"no page of it simulates the scenario `{SCENARIO}`; add it with -s {SCENARIO}"
    else:
        return
    message = f"this run cannot be published: {reason}."
    raise InputError(message)


def publish(folder: Path, *, home: Path | None = None) -> Record:
    """Append the forecasts of a finished run to the ledger, unless it holds the same forecasts already.

    Parameters
    ----------
    folder : Path
        The run's folder.
    home : Path, optional
        Workspace; found by itself when not given.

    Returns
    -------
    dict
        ``run`` and ``hash`` of the entry, and ``new``, False when an earlier run has published the same forecasts.

    Raises
    ------
    InputError
        If the ledger is damaged.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    rows = ledger_rows(read_numbers(folder), as_of=manifest["as_of"])
    inputs = manifest["inputs"]["digests"]
    entry, new = append_entry(rows, run=manifest["run"], as_of=manifest["as_of"], inputs=inputs, home=home)
    return {"run": entry["run"], "hash": entry["hash"], "new": new}


def published_text(record: Record) -> str:
    """Return what was published, in a sentence.

    Examples
    --------
    >>> published_text({"run": "20261128T060000Z", "hash": "ab12", "new": True})
    'published; newest hash of the ledger: ab12'
    """
    if record["new"]:
        return f"published; newest hash of the ledger: {record['hash']}"
    return f"not published again: run {record['run']} has published the same forecasts"
