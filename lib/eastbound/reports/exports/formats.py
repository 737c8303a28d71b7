"""The formats that a report can have besides HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from eastbound.errors import InputError, UnknownName
from eastbound.reports.exports.brief.content import OVERVIEW
from eastbound.reports.exports.glyphs import ADVICE, missing_scripts
from eastbound.reports.exports.pdf import load_weasyprint
from eastbound.reports.notebooks import Notebook

DATA: Final = "data"
PDF: Final = "pdf"
BRIEF: Final = "brief"
FORMATS: Final = (PDF, BRIEF, DATA)


def format_problems(formats: Iterable[str], notebooks: Sequence[Notebook]) -> list[InputError]:
    """Return why a report of these notebooks cannot have some format, before anything runs.

    Examples
    --------
    >>> [str(problem) for problem in format_problems(["dta"], [])]
    ['unknown format `dta`; did you mean `data`? Known: brief, data, pdf.']
    """
    problems: list[InputError] = [UnknownName("format", name, FORMATS) for name in formats if name not in FORMATS]
    simulates = any(notebook.per_scenario and "draws" in notebook.parameters for notebook in notebooks)
    if DATA in formats and not simulates:
        message = "--format data needs a notebook that simulates scenarios, such as 10_trade; add one with -k."
        problems.append(InputError(message))
    if BRIEF in formats and all(notebook.name != OVERVIEW for notebook in notebooks):
        problems.append(InputError(f"--format brief condenses {OVERVIEW}; add it with -k {OVERVIEW}."))
    if {PDF, BRIEF} & set(formats):
        problems += _pdf_problems()
    return problems


def _pdf_problems() -> list[InputError]:
    try:
        load_weasyprint()
    except InputError as problem:
        return [problem]
    scripts = missing_scripts()
    return [InputError(f"no font for PDF has {' and '.join(scripts)} letters; {ADVICE}.")] if scripts else []
