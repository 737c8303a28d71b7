"""Make the formats of a run that its plan asks for besides HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eastbound.reports.exports.brief.write import NAME as BRIEF_NAME
from eastbound.reports.exports.brief.write import write_briefs
from eastbound.reports.exports.data_package import DESCRIPTOR, write_data_package
from eastbound.reports.exports.formats import BRIEF, DATA, PDF
from eastbound.reports.exports.pdf_pages import write_pdfs
from eastbound.reports.history.keep import NUMBERS
from eastbound.reports.pages import Plan
from eastbound.reports.site.search import search_entries


@dataclass(frozen=True)
class ExportLinks:
    """Hold what the index of a run links beside its pages.

    Parameters
    ----------
    briefs : frozenset of str
        Scenarios with a brief.
    data : str
        Address of the descriptor of the data package; empty if there is none.
    sections : sequence of dict
        From `search_entries`: what the search of the index finds.
    """

    briefs: frozenset[str] = frozenset()
    data: str = ""
    sections: Sequence[Mapping[str, str]] = ()


def export_links(folder: Path, plan: Plan) -> ExportLinks:
    """Return which exports of a run have been made, and the sections of its pages."""
    names = [scenario.name for scenario in plan.scenarios]
    briefs = frozenset(name for name in names if (folder / name / f"{BRIEF_NAME}.pdf").is_file())
    data = DESCRIPTOR if (folder / DESCRIPTOR).is_file() else ""
    return ExportLinks(briefs, data, search_entries(folder, plan))


def write_exports(folder: Path, plan: Plan, *, jobs: int | None) -> tuple[str, ...]:
    """Write the exports of a run whose pages and numbers are in its folder; return warnings.

    Parameters
    ----------
    folder : Path
        The run's folder.
    plan : Plan
    jobs : int, optional
        Pages made side by side; default by cores and memory.
    """
    # without numbers no scenario could be simulated, which the pages say
    if DATA in plan.formats and (folder / NUMBERS).is_file():
        write_data_package(folder, vintage=plan.vintage)
    warnings, day = [], plan.vintage.as_of
    if BRIEF in plan.formats:
        warnings += write_briefs(folder, [scenario.name for scenario in plan.scenarios], as_of=day)
    if PDF in plan.formats:
        warnings += write_pdfs(folder, [page.name for page in plan.pages], as_of=day, jobs=jobs)
    return tuple(warnings)
