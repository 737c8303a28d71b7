"""Make the formats of a run that its plan asks for besides HTML."""

from __future__ import annotations

from pathlib import Path

from eastbound.reports.exports.data_package import write_data_package
from eastbound.reports.exports.formats import DATA, PDF
from eastbound.reports.exports.pdf_pages import write_pdfs
from eastbound.reports.history.keep import NUMBERS
from eastbound.reports.pages import Plan


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
    if PDF in plan.formats:
        return tuple(write_pdfs(folder, [page.name for page in plan.pages], as_of=plan.vintage.as_of, jobs=jobs))
    return ()
