"""Write the briefs of a run: one for each scenario, as PDF and DOCX beside its overview page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from eastbound.errors import ModelError
from eastbound.files import write_bytes
from eastbound.reports.exports.brief.content import OVERVIEW, read_brief
from eastbound.reports.exports.brief.paper import brief_pdf
from eastbound.reports.exports.brief.word import brief_docx

NAME: Final = "brief"


def write_briefs(folder: Path, scenarios: Iterable[str], *, as_of: str) -> list[str]:
    """Write ``brief.pdf`` and ``brief.docx`` of every scenario; return a warning for each that cannot be made.

    Parameters
    ----------
    folder : Path
        The run's folder with its pages.
    scenarios : iterable of str
    as_of : str
        Day of the evidence.
    """
    warnings = []
    for scenario in scenarios:
        page = folder / scenario / f"{OVERVIEW}.html"
        brief = read_brief(page.read_text(encoding="utf-8")) if page.is_file() else None
        if brief is None:
            warnings.append(f"{scenario}/{NAME}: the page {OVERVIEW} lacks its summary, fan or table of thresholds.")
            continue
        try:
            content, size = brief_pdf(brief, as_of=as_of)
        except ModelError as error:
            warnings.append(f"{scenario}/{NAME}: {error}")
            continue
        write_bytes(page.with_name(f"{NAME}.pdf"), content)
        write_bytes(page.with_name(f"{NAME}.docx"), brief_docx(brief, as_of=as_of, size=size))
    return warnings
