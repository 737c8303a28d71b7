"""Define the pages of a report and the plan that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eastbound.language import ENGLISH
from eastbound.reports.assumptions import Assumptions
from eastbound.reports.notebooks import Notebook
from eastbound.reports.snapshot import Snapshot
from eastbound.reports.vintage import Vintage
from eastbound.scenarios.schema import Scenario


@dataclass(frozen=True)
class Page:
    """Describe one page of a report: a notebook, its scenario and its parameter values.

    Parameters
    ----------
    notebook : Notebook
        The notebook to run.
    scenario : Scenario or None
        None for a notebook that runs once per report.
    given : mapping
        Parameter values to inject.
    vintage : Vintage or None
        The evidence its kernel loads; None if the notebook does not take `as_of`.
    language : str
        Code of the language it is written in.
    """

    notebook: Notebook
    scenario: Scenario | None
    given: Mapping[str, Any]
    vintage: Vintage | None = None
    language: str = field(default=ENGLISH, kw_only=True)

    @property
    def name(self) -> str:
        """Address of the page in the run's folder, without ending; other languages than English have a folder each."""
        address = f"{self.scenario.name}/{self.notebook.name}" if self.scenario else self.notebook.name
        return address if self.language == ENGLISH else f"{self.language}/{address}"

    @property
    def values(self) -> dict[str, Any]:
        """Every parameter with the value it will have."""
        defaults = {name: parameter.default for name, parameter in self.notebook.parameters.items()}
        return defaults | dict(self.given)


@dataclass(frozen=True, eq=False)
class Plan:
    """Hold everything that a report will run, already checked.

    Parameters
    ----------
    snapshot : Snapshot
        The private copy of the workspace that every page is made from.
    out : Path
        Folder for runs.
    pages : tuple of Page
        In the order of notebooks, then scenarios.
    scenarios : tuple of Scenario
        The chosen scenarios.
    vintage : Vintage
        The evidence of the report.
    skipped : tuple of str
        The fault of each notebook and scenario file that was skipped.
    full : bool
        Whether `latest` may point at the run: every notebook under every scenario, with the
        newest evidence, and no trial values, own folder of figures or views.
    assumptions : Assumptions
        Own figures and views.
    formats : tuple of str
        What is made besides HTML, of `eastbound.reports.exports.formats.FORMATS`.
    since : Path or None
        Folder of the earlier run that the report is compared with.
    languages : tuple of str
        Of the editions; English is always the first.
    """

    snapshot: Snapshot
    out: Path
    pages: tuple[Page, ...]
    scenarios: tuple[Scenario, ...]
    vintage: Vintage
    full: bool
    skipped: tuple[str, ...] = ()
    assumptions: Assumptions = field(default_factory=Assumptions)
    formats: tuple[str, ...] = ()
    since: Path | None = None
    languages: tuple[str, ...] = (ENGLISH,)

    @property
    def home(self) -> Path:
        """The workspace that the run reads."""
        return self.snapshot.folder

    def edition(self, language: str) -> Plan:
        """Return the plan of one language's pages, with their addresses in the folder of that language."""
        pages = [replace(page, language=ENGLISH) for page in self.pages if page.language == language]
        return replace(self, pages=tuple(pages), languages=(ENGLISH,))

    def as_record(self) -> dict[str, Any]:
        """Return the plan as a JSON record, without its pages, which a `Preview` describes."""
        return {
            "schema": "plan/2",
            "out": str(self.out),
            **self.vintage.as_record(),
            **self.assumptions.as_record(),
            "scenarios": {scenario.name: scenario.digest for scenario in self.scenarios},
            "skipped": list(self.skipped),
            "formats": list(self.formats),
            "languages": list(self.languages),
            "since": None if self.since is None else self.since.name,
        }
