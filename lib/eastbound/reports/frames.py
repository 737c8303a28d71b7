"""Headers, footers and links of a run's pages, from its plan."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence

from eastbound import __version__
from eastbound.constants import QUICK_DRAWS
from eastbound.reports.assumptions import price_texts
from eastbound.reports.pages import Page, Plan
from eastbound.reports.render import Frame, Link
from eastbound.reports.vintage import Vintage
from eastbound.typing import Record

_SEPARATE = {"scenario", "as_of", "draws", "seed", "quick", "data", "views"}  # stand in the header


def page_frame(plan: Plan, page: Page, prices: Mapping[str, Sequence[Record]]) -> Frame:
    """Return the header, footer and links of a page.

    Parameters
    ----------
    plan : Plan
    page : Page
        One of the plan.
    prices : mapping of str to sequence of dict
        By scenario, its views with their prices, see `prepare_ensembles`.
    """
    root = "../" if page.scenario else ""
    scenario = page.scenario.title if page.scenario else ""
    # a page of all scenarios leads to those of the first one
    near = page.scenario or next(iter(plan.scenarios), None)
    same_scenario = [other for other in plan.pages if other.scenario in (near, None)]
    same_notebook = [other for other in plan.pages if other.notebook.name == page.notebook.name]
    return Frame(
        title=page.notebook.title,
        subtitle=scenario,
        facts=[*([("Scenario", scenario)] if scenario else []), *vintage_facts(page.vintage), *draw_facts(page)],
        provenance=[*page_provenance(page), *assumption_provenance(plan)],
        held=held_lines(plan, page, prices),
        notebooks=[Link(other.notebook.title, f"{root}{other.name}.html", other == page) for other in same_scenario],
        scenarios=[
            Link(other.scenario.title, f"{root}{other.name}.html", other == page)
            for other in same_notebook
            if other.scenario
        ],
        root=root,
        quick=bool(page.values.get("quick")),
    )


def vintage_facts(vintage: Vintage | None) -> list[tuple[str, str]]:
    """Return the dates of the evidence, in words; nothing for a page that does not take `as_of`."""
    if vintage is None:
        return []
    return [("Evidence as of", in_words(vintage.as_of)), ("Newest observation", in_words(vintage.last_data))]


def draw_facts(page: Page) -> list[tuple[str, str]]:
    """Return draws, seed and version."""
    values = page.values
    draws = min(values.get("draws", 0), QUICK_DRAWS) if values.get("quick") else values.get("draws", 0)
    facts = [("Draws", f"{draws:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"))] if draws else []
    facts += [("Seed", str(values["seed"]))] if "seed" in values else []
    return [*facts, ("Version", __version__)]


def page_provenance(page: Page) -> list[tuple[str, str]]:
    """Return what a page was made from."""
    others = ", ".join(f"{name} = {value}" for name, value in page.values.items() if name not in _SEPARATE)
    rows = [("Notebook", page.notebook.path.name)]
    rows += [("Scenario", f"{page.scenario.name}, sha256 {page.scenario.digest}")] if page.scenario else []
    rows += [("Evidence", f"{page.vintage.observations} rows, sha256 {page.vintage.digest}")] if page.vintage else []
    rows += [("Parameters", others)] if others else []
    return [*rows, ("Made by", f"Eastbound {__version__}")]


def held_lines(plan: Plan, page: Page, prices: Mapping[str, Sequence[Record]]) -> list[str]:
    """Return a line on the own figures and on each view that a page holds, or on those that do not act on it."""
    figures, declared = plan.assumptions.figures, page.notebook.parameters
    lines = []
    if figures is not None:
        lines.append(f"Own figures{'' if 'data' in declared else ', not used on this page'}: {figures.as_text()}.")
    if page.scenario and "views" in declared:
        lines += [f"{text}." for text in price_texts(prices, page.scenario.name)]
    elif plan.assumptions.views:
        lines.append("The views of this report do not act on this page.")
    return lines


def assumption_provenance(plan: Plan) -> list[tuple[str, str]]:
    """Return the own figures and the views of a report for the footer."""
    figures = plan.assumptions.figures
    rows = [("Own figures", figures.as_text())] if figures is not None else []
    views = "; ".join(str(view) for view, _ in plan.assumptions.views)
    return [*rows, *([("Views", views)] if views else [])]


def in_words(period: str) -> str:
    """Write a day or month for readers.

    Examples
    --------
    >>> in_words("2026-11-20"), in_words("2026-10")
    ('20 November 2026', 'October 2026')
    """
    year, month, *day = period.split("-")
    name = f"{calendar.month_name[int(month)]} {year}"
    return f"{int(day[0])} {name}" if day else name
