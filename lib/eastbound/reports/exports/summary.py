"""Write ``summary.json``: what a run says, in a form that is stable for other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eastbound.files import write_text
from eastbound.reports.pages import Page, Plan

if TYPE_CHECKING:
    from eastbound.reports.worker import Outcome

FILE: Final = "summary.json"
SCHEMA: Final = "summary/1"


def write_summary(folder: Path, plan: Plan, outcomes: Mapping[str, Outcome]) -> None:
    """Write the key figures of every scenario into the run's folder.

    Parameters
    ----------
    folder : Path
        The run's folder.
    plan : Plan
    outcomes : mapping of page name to Outcome
        How each page went.

    Notes
    -----
    The file has no times and no run id: the same inputs give the same bytes. A figure that several pages of a
    scenario state is listed once, with the first of them.
    """
    record = {
        "schema": SCHEMA,
        **plan.vintage.as_record(),
        **plan.assumptions.as_record(),
        "full": plan.full,
        "trial": any(page.values.get("quick") for page in plan.pages),
        "scenarios": [
            {
                "name": scenario.name,
                "title": scenario.title,
                "sha256": scenario.digest,
                "stress_test": scenario.stress_test,
                "figures": _figures([page for page in plan.pages if page.scenario is scenario], outcomes),
            }
            for scenario in plan.scenarios
        ],
        "incomplete": [page.name for page in plan.pages if outcomes[page.name].failure],
    }
    write_text(folder / FILE, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _figures(pages: list[Page], outcomes: Mapping[str, Outcome]) -> list[dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = {}
    for page in pages:
        for result in outcomes[page.name].results:
            figures.setdefault(result.name, {**result.as_record(), "page": f"{page.name}.html"})
    return list(figures.values())
