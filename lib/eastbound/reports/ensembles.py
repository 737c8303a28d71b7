"""Name the ensembles that the pages of a report will ask for, and make them before any page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eastbound.errors import InputError, ModelError
from eastbound.reports.pages import Page, Plan
from eastbound.reports.vintage import load_book
from eastbound.scenarios.schema import Scenario
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.ensemble.with_views import Held

# with the scenario, these parameters identify the ensemble that a notebook requests
_SETTINGS: Final = ("as_of", "draws", "seed", "until", "quick")


@dataclass(frozen=True)
class EnsembleTask:
    """Describe an ensemble to make.

    Parameters
    ----------
    scenario : Scenario
    held : tuple of (Statement, Entry or None)
        Views in force.
    settings : mapping
        Arguments of `simulate`, and ``as_of``.
    """

    scenario: Scenario
    held: tuple[Held, ...]
    settings: Mapping[str, Any]


def ensemble_tasks(plan: Plan) -> list[EnsembleTask]:
    """Return the ensembles that the pages of a plan share, each once.

    Parameters
    ----------
    plan : Plan
        From `plan_report`.
    """
    wanted = {tuple(ensemble_settings(page).items()) for page in plan.pages if page.scenario and "draws" in page.values}
    return [
        EnsembleTask(scenario, tuple(plan.assumptions.views_of(scenario.name)), dict(settings))
        for settings in sorted(wanted, key=str)
        for scenario in plan.scenarios
    ]


def ensemble_settings(page: Page) -> dict[str, Any]:
    """Return the parameters of a page that, with a scenario, identify an ensemble."""
    return {name: page.values[name] for name in _SETTINGS if name in page.values}


def make_ensemble(task: EnsembleTask, *, home: Path, data: Path | None) -> list[Record]:
    """Compute and store an ensemble; return its views with their prices, see `simulate_viewed`.

    Parameters
    ----------
    task : EnsembleTask
    home : Path
        The workspace.
    data : Path or None
        Folder of own tables.

    Raises
    ------
    InputError, ModelError
        If an input is wrong or a view cannot hold. Any other failure is left to the notebooks that need the ensemble:
        their pages state it, and the others are made.
    """
    # late, as a run in which nothing has changed needs no model
    from eastbound.ensemble.with_views import simulate_viewed

    settings = dict(task.settings)
    book = load_book(home, settings.pop("as_of", None), data=data)
    try:
        return simulate_viewed(task.scenario, task.held, book=book, home=home, **settings)[1]
    except Exception as error:
        # a view that cannot hold must stop the report, not be left out of its pages
        if isinstance(error, InputError) or (task.held and isinstance(error, ModelError)):
            raise
        return []


def prepare_ensembles(plan: Plan) -> dict[str, list[Record]]:
    """Compute and store what the notebooks will ask for, once instead of in every kernel.

    Parameters
    ----------
    plan : Plan
        From `plan_report`.

    Returns
    -------
    dict of str to list of dict
        By scenario, its views with their prices.

    Raises
    ------
    InputError, ModelError
        As `make_ensemble`.
    """
    return {
        task.scenario.name: make_ensemble(task, home=plan.home, data=plan.snapshot.tables)
        for task in ensemble_tasks(plan)
    }
