"""Make the formats of a run that its plan asks for besides HTML."""

from __future__ import annotations

from pathlib import Path

from eastbound.reports.exports.data_package import write_data_package
from eastbound.reports.exports.formats import DATA
from eastbound.reports.history.keep import NUMBERS
from eastbound.reports.pages import Plan


def write_exports(folder: Path, plan: Plan) -> None:
    """Write the exports of a run whose pages and numbers are in its folder.

    Parameters
    ----------
    folder : Path
        The run's folder.
    plan : Plan
    """
    # without numbers no scenario could be simulated, which the pages say
    if DATA in plan.formats and (folder / NUMBERS).is_file():
        write_data_package(folder, vintage=plan.vintage)
