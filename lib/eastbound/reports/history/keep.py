"""Write the numbers and inputs of a run into its folder; what an earlier run computed comes from the cache."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pandas as pd

from eastbound.ensemble.cache import address, cache_folder, read_checked, write_checked
from eastbound.errors import EastboundError, WriteError
from eastbound.files import write_bytes
from eastbound.reports.digests import package_digest
from eastbound.reports.history.inputs import FILE as INPUTS
from eastbound.reports.history.inputs import archive_inputs, run_inputs
from eastbound.reports.history.parquet import write_parquet
from eastbound.reports.pages import Plan
from eastbound.reports.vintage import load_book
from eastbound.scenarios.schema import Scenario
from eastbound.typing import Record

NUMBERS: Final = "numbers.parquet"
SCHEMA: Final = "numbers/1"
SHELF: Final = "numbers"


def keep_history(plan: Plan, folder: Path) -> Record | None:
    """Write ``numbers.parquet`` and ``inputs.zip`` of a run; return its inputs, None if no page simulates.

    A scenario that cannot be simulated is left out: the pages say why.

    Parameters
    ----------
    plan : Plan
    folder : Path
        The run's folder.
    """
    inputs = run_inputs(plan)
    if inputs is None:
        return None
    tables = [table for scenario in plan.scenarios if (table := _numbers(plan, scenario, inputs)) is not None]
    if tables:
        notes = {"schema": SCHEMA, "as_of": inputs["as_of"], "inputs": json.dumps(inputs["digests"], sort_keys=True)}
        write_parquet(folder / NUMBERS, pd.concat(tables, ignore_index=True), notes=notes)
    write_bytes(folder / INPUTS, archive_inputs(plan, inputs))
    return inputs


def _numbers(plan: Plan, scenario: Scenario, inputs: Record) -> pd.DataFrame | None:
    # claims and events mean the same in every scenario, and their probability is that of the mixture
    events = scenario is plan.scenarios[0]
    parts = {"inputs": inputs["digests"], "scenario": [scenario.name, scenario.digest], "events": events}
    key = address({**parts, "package": package_digest()})
    path = cache_folder() / SHELF / key
    content = read_checked(path)
    if content is not None:
        return pd.read_pickle(io.BytesIO(content))
    try:
        table = _simulated(plan, scenario, inputs["simulation"], events=events)
    except EastboundError:
        return None
    buffer = io.BytesIO()
    table.to_pickle(buffer)
    with suppress(WriteError):  # which costs only the time of computing them again
        write_checked(path, buffer.getvalue())
    return table


def _simulated(plan: Plan, scenario: Scenario, settings: dict[str, Any], *, events: bool) -> pd.DataFrame:
    from eastbound.ensemble.with_views import simulate_viewed
    from eastbound.reports.history.numbers import ensemble_numbers

    book = load_book(plan.home, plan.vintage.as_of, data=plan.snapshot.tables)
    held = plan.assumptions.views_of(scenario.name)
    ens, _ = simulate_viewed(scenario, held, book=book, home=plan.home, **settings)
    return ensemble_numbers(ens, book=book, home=plan.home, events=events)
